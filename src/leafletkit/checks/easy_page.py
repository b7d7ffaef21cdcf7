"""Is the easy-read text whole as a page: the right sign in its pictures, its hard words at its end, and not too long?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import inline
from ..model import Finding, Leaflet, Picture

PICTURE, HARD, LENGTH = "easy-read-picture", "easy-read-hard-word", "easy-read-length"

_SECTIONS, _WORDS = 24, 1000  # of the whole text


def easy_page(leaflet: Leaflet, pictures: Mapping[str, Picture]) -> Iterator[Finding]:
    """What is wrong with the page as a whole, in every language alike."""
    yield from _signs(leaflet, pictures)
    blocks = leaflet.easy_read.blocks
    first = next((n for n, b in enumerate(blocks) if b.kind == "word"), len(blocks))
    for block in blocks[first:]:
        if block.kind != "word":
            yield Finding(HARD, f"“{block.id}” stands after the first of the hard words", "move the hard words to the end, into a section of their own",
                          leaflet.id, path=leaflet.easy_read.path, line=block.line)  # fmt: skip
    sections = sum(b.kind in ("heading", "subheading") for b in blocks)
    words = sum(len(inline.plain(b.text).split()) for b in blocks)
    for count, most, what in ((sections, _SECTIONS, "sections"), (words, _WORDS, "words")):
        if count > most:
            yield Finding(LENGTH, f"the easy-read text has {count:,} {what}, more than {most:,}", "say less, or make two leaflets; no warning may be left out",
                          leaflet.id, path=leaflet.easy_read.path)  # fmt: skip


def _signs(leaflet: Leaflet, pictures: Mapping[str, Picture]) -> Iterator[Finding]:
    """The sign over a picture says what the words say: "no" over what is forbidden, and never over what is allowed.

    Where several points carry a prohibition, one of them must have the sign.
    """
    for warning in leaflet.warnings:
        if warning.polarity not in ("prohibition", "permission"):
            continue
        forbids = warning.polarity == "prohibition"
        says, wrong = ("forbid", "yes") if forbids else ("allow", "no")
        signed = [(b, pictures[b.picture].sign) for b in leaflet.easy_read.carrying(warning.id) if b.picture and b.picture in pictures]
        at = next((b for b, sign in signed if sign == wrong), None)
        message, hint = f"the words {says}, and the picture has the “{wrong}” sign", "use a picture without it"
        if not at and signed and forbids and not any(sign == "no" for _, sign in signed):
            at = signed[0][0]
            message, hint = "the words forbid, and the picture has no “no” sign", 'use one with sign = "no" in styles/pictures/pictures.toml, or add one'
        if at:
            yield Finding(PICTURE, f"“{at.id}”: {message}", hint, leaflet.id, warning=warning.id, path=leaflet.easy_read.path, line=at.line)
