"""Find the words of language.toml in a text: whole words, whatever their vowel marks and capitals."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..letters import INSIDE
from ..model import Language

_HARAKAT = re.compile("[\u064b-\u0652\u0640]")


def fold(text: str) -> str:
    """Text for comparing words: composed, without capitals, Arabic vowel marks and stretching."""
    return _HARAKAT.sub("", unicodedata.normalize("NFC", text).casefold())


def find(text: str, phrase: str, language: Language) -> list[tuple[int, int]]:
    """Where a phrase stands in a folded text: whole words, or anywhere in languages without spaces.

    A star in the phrase stands for any letters ("unika*").
    """
    return [(m.start(), m.end()) for m in pattern(phrase, language.no_spaces).finditer(text)]


@lru_cache(maxsize=4096)
def pattern(phrase: str, no_spaces: bool) -> re.Pattern[str]:
    """The pattern of a phrase; see `find`."""
    body = re.escape(fold(phrase)).replace(r"\*", f"[{INSIDE}]*").replace(r"\ ", r"\s+")
    return re.compile(body if no_spaces else f"(?<![{INSIDE}]){body}(?![{INSIDE}])")
