"""Find the words of language.toml in a text: whole words, whatever their vowel marks and capitals."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..model import Language

# What a word is made of: besides letters, the vowel signs and joiners inside Indic and Arabic words.
_INSIDE = r"\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd\u200c\u200d"
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
    body = re.escape(fold(phrase)).replace(r"\*", f"[{_INSIDE}]*").replace(r"\ ", r"\s+")
    return re.compile(body if no_spaces else f"(?<![{_INSIDE}]){body}(?![{_INSIDE}])")
