"""List the strings of a leaflet that a translator must translate, with notes on each."""

from __future__ import annotations

from collections.abc import Mapping

from .model import Document, Leaflet, Picture, Unit, Warning_

_KINDS = {
    "title": "Title of the leaflet.",
    "heading": "Heading.",
    "subheading": "Heading under another heading.",
    "paragraph": "Paragraph.",
    "item": "Item of a list.",
    "point": "Easy read: each line is one short sentence. Keep the lines.",
    "word": "Easy read: a hard word in bold, as the text uses it, and what it means. Each line is one short sentence. Keep the lines.",
}
OWNER = "meta/owner-role"


def leaflet_units(leaflet: Leaflet, pictures: Mapping[str, Picture]) -> tuple[Unit, ...]:
    """All strings of a leaflet in reading order: text, easy read, pictures, metadata."""
    warnings = {w.id: w for w in leaflet.warnings}
    units: list[Unit] = []
    for document in leaflet.documents:
        for block in document.blocks:
            kind = _KINDS[block.kind]
            if document.kind == "easy-read" and block.kind not in ("point", "word"):
                kind = "Easy read: " + kind[0].lower() + kind[1:]
            comments = [kind]
            if block.warning:
                comments += _safety_notes(warnings[block.warning], len(document.carrying(block.warning)))
            units.append(Unit(block.id, block.text, tuple(comments), block.warning, document.path, block.line))
    for name in used_pictures(leaflet.easy_read):
        units.append(
            Unit(f"picture/{name}", pictures[name].alt, ("What a picture shows, for people who can't see it.",), path="styles/pictures/pictures.toml")
        )
    units.append(Unit(OWNER, leaflet.meta.owner_role, ("Who is responsible for the leaflet: a job title.",), path=f"leaflet/{leaflet.id}/leaflet.toml"))
    return tuple(units)


def used_pictures(document: Document) -> tuple[str, ...]:
    """The names of the pictures of a document, each once, in order of first use."""
    return tuple(dict.fromkeys(b.picture for b in document.blocks if b.picture))


def _safety_notes(warning: Warning_, pieces: int) -> list[str]:
    notes = [
        f"SAFETY-CRITICAL ({warning.id}). Must be kept: {'; '.join(warning.must_survive)}.",
        f"Why: {warning.why}.",
    ]
    if pieces > 1:
        notes.append(f"One of {pieces} strings that carry this warning together.")
    return notes
