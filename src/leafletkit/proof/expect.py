"""What a finished file must say, taken from an edition's words without the renderers' help."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.entities import html5

from ..model import Document, Edition, Finding, Place

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")
_ASIDE = 0xF500
_STRONG = re.compile(r"\*\*")
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def words_of(text: str) -> str:
    """The words of inline source: marks taken off, white space made single."""
    # Escaped signs are put aside in a private range while marks and entities are read.
    text = _ESCAPE.sub(lambda m: chr(_ASIDE + ord(m[1])), text)
    text = _ENTITY.sub(_character, _LINK.sub(r"\1", _STRONG.sub("", text)))
    return normal("".join(chr(ord(c) - _ASIDE) if _ASIDE <= ord(c) < _ASIDE + 128 else c for c in text))


def _character(entity: re.Match[str]) -> str:
    """The character of &lt; or &#60;; an unknown name stays as it is written."""
    if entity[0][1] != "#":
        return html5.get(entity[0][1:], entity[0])
    code = int(entity[0][3:-1], 16) if entity[0][2] in "xX" else int(entity[0][2:-1])
    control = code < 0x09 or code == 0x0B or 0x0E <= code <= 0x1F or 0x7F <= code <= 0x9F
    empty = 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    valid = code < 0x110000 and not control and not empty
    return chr(code) if valid else "\ufffd"


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


def unplaced(edition: Edition, fmt: str, path: str, places: Iterable[Place], findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings of a proof; if it has none, one for each warning that it has found no place of.

    A net under the proofs: what has no place is not proved.
    """
    lost = [w.id for w in edition.leaflet.warnings if w.id not in {p.warning for p in places}]
    return findings or tuple(
        finding(edition, fmt, path, "proof-warning-missing", f"“{w}” was found nowhere in the file", "build again", w) for w in lost
    )


def finding(edition: Edition, fmt: str, path: str, code: str, message: str, hint: str, warning: str = "") -> Finding:
    """A finding about a finished file."""
    return Finding(code, message, hint, edition.leaflet.id, edition.language.tag, fmt, warning, path)
