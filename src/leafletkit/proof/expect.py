"""What a finished file must say, taken from an edition's words without the renderers' help."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ..model import Document, Edition, Finding

_ASIDE = 0xF500
_STRONG = re.compile(r"\*\*")
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def words_of(text: str) -> str:
    """The words of inline source: marks taken off, white space made single."""
    # Escaped signs are put aside in a private range while marks and entities are read.
    text = _ESCAPE.sub(lambda m: chr(_ASIDE + ord(m[1])), text)
    text = html.unescape(_LINK.sub(r"\1", _STRONG.sub("", text)))
    return normal("".join(chr(ord(c) - _ASIDE) if _ASIDE <= ord(c) < _ASIDE + 128 else c for c in text))


def normal(text: str) -> str:
    """Text for comparing: single spaces, no invisible direction marks, nothing else changed."""
    return " ".join(_BIDI.sub("", text).split())


def bare(text: str) -> str:
    """Text with no white space at all, for extractors that lose or add it."""
    return "".join(_BIDI.sub("", text).split())


def warnings_of(edition: Edition, document: Document) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Each warning of the register with the (block id, words) pairs that carry it in a document."""
    for warning in edition.leaflet.warnings:
        yield warning.id, tuple((b.id, words_of(b.text)) for b in document.carrying(warning.id))


def finding(edition: Edition, fmt: str, path: str, code: str, message: str, hint: str, warning: str = "") -> Finding:
    """A finding about a finished file."""
    return Finding(code, message, hint, edition.leaflet.id, edition.language.tag, fmt, warning, path)
