"""The words around a leaflet ("Listen", "Page 1 of 4"): English here, translated in interface.po."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from .model import Unit

PATH = "src/leafletkit/words.toml"


@lru_cache(maxsize=1)
def interface_words() -> tuple[Unit, ...]:
    """The interface strings in the order of words.toml."""
    text = (files("leafletkit") / "words.toml").read_text("utf-8")
    lines = {row.strip()[1:-1]: n for n, row in enumerate(text.split("\n"), 1) if row.startswith("[")}
    return tuple(
        Unit(key, row["text"], (row["comment"],), path=PATH, line=lines[key], braces="{" in row["text"])
        for key, row in tomllib.loads(text).items()
    )


def placeholders(text: str) -> frozenset[str]:
    """The {names} in a text. Raises ValueError on a single brace, or on anything but a plain name."""
    names = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} is not a plain name in braces")
        names.add(name)
    return frozenset(names)


def fill(words: Mapping[str, str], key: str, **values: object) -> str:
    """One interface string with its {names} filled in; a missing key or name is a programming error."""
    return words[key].format(**values) if values else words[key]
