"""What a build says: the manifest and the closing table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from .findings import blocking, sort_findings
from .fonts import describe, faces_of
from .listing import finding_fields
from .model import File, Finding, FormatName, Place, Standing
from .pipeline import Built, disproved
from .translate import approved

MANIFEST_VERSION = 1
NAMES: Mapping[FormatName, str] = {
    "web": "Web page", "easy-read": "Easy read", "easy-read-print": "Easy read to print", "standard-print": "Standard print", "large-print": "Large print",
    "giant-print": "Giant print", "audio": "Audio", "easy-read-audio": "Easy read audio",
}  # fmt: skip


def state_of(built: Built, key: tuple[str, str], fmt: str) -> tuple[str, list[Finding]]:
    """made, unavailable or withheld, with the reasons."""
    outcome = built.outcomes.get(key, {}).get(fmt)  # type: ignore[call-overload]
    if key in built.published and outcome and outcome.files:
        return "made", []
    if outcome and outcome.unavailable and not disproved(built.outcomes[key].values()):
        return "unavailable", list(outcome.findings)
    return "withheld", reasons_for(built, key, fmt)


def reasons_for(built: Built, key: tuple[str, str], fmt: str = "") -> list[Finding]:
    """The findings that withhold a format: its own, its edition's, or its leaflet's and language's."""
    leaflet, tag = key
    # Nothing can be compared with a source language whose facts can't be read.
    with_source = ("language-invalid", "glossary-invalid", "facts-missing")
    about = [
        f for f in built.findings
        if f.leaflet in ("", leaflet) and (f.language in ("", tag) or (f.language == built.checked.source_language and f.code in with_source))
    ]  # fmt: skip
    own = [f for f in blocking(about, release=True) if not fmt or f.format in ("", fmt) or f.code.startswith("proof-")]
    return sort_findings(own)


Fonts = frozenset[tuple[str, int]]  # files, and the number of the font in each


def manifest_rows(built: Built) -> tuple[list[dict[str, Any]], Fonts]:
    """What dist/manifest.json says of each edition of a build: its state and reasons, and every file with its proof; and the fonts used."""
    editions, files = [], set[tuple[str, int]]()
    for key in dict.fromkeys(built.checked.wanted):
        edition = built.checked.editions.get(key)
        published = key in built.published
        formats = {fmt: _format_row(built, key, fmt) for fmt in built.formats}
        for fmt, row in formats.items():
            if row["state"] == "made" and edition:
                files |= {(file, face.number) for face in faces_of(edition.language, fmt) for file in (face.regular, face.bold)}
        editions.append(
            {
                "leaflet": key[0],
                "language": key[1],
                "version": edition.leaflet.meta.version if edition else "",
                "state": edition_state(built, key),
                "approved": bool(edition and approved(edition.leaflet, edition.standings)),
                "sign_off": {name: _standing(s) for name, s in edition.standings.items()} if edition else {},
                "published": published,
                "digest": edition.digest if edition else "",
                "reasons": [] if published else [finding_fields(f) for f in reasons_for(built, key)],
                "formats": formats,
            }
        )
    return editions, frozenset(files)


def _format_row(built: Built, key: tuple[str, str], fmt: FormatName) -> dict[str, Any]:
    state, reasons = state_of(built, key, fmt)
    row: dict[str, Any] = {"state": state}
    if state != "made":
        return row | {"reasons": [finding_fields(f) for f in reasons]}
    edition, outcome = built.checked.editions[key], built.outcomes[key][fmt]
    row |= _file(outcome.files[0])
    if outcome.made and outcome.made.pages:
        row["pages"] = outcome.made.pages
    if outcome.made and outcome.made.seconds:
        row["seconds"] = round(outcome.made.seconds, 2)
    row["files"] = [_file(f) for f in outcome.files]
    row["warnings"] = {p.warning: _place(p) for p in outcome.places}
    if faces := faces_of(edition.language, fmt):
        row["fonts"] = sorted({file for face in faces for file in (face.regular, face.bold)})
    if outcome.recorded:
        row["recorded"] = True
    if sound := outcome.heard:
        row["sound"] = {"loudness": round(sound.loudness, 2), "peak": round(sound.peak, 2), "cue_error": round(sound.cue_error, 3), "chapters": len(sound.chapters)}
    if outcome.pdf_ua:
        row["pdf_ua"] = outcome.pdf_ua
    return row


def manifest_head() -> str:
    """How dist/manifest.json begins; then come the editions, as JSON texts with commas between them."""
    return f'{{"manifest": {MANIFEST_VERSION}, "editions": [\n'


def manifest_tail(fonts: Iterable[tuple[str, int]], assets: Iterable[Any]) -> str:
    """How it ends. `assets` are all other files, with path, sha256 and bytes."""
    rest = {"assets": [{"path": f.path, "sha256": f.sha256, "bytes": f.bytes} for f in assets], "fonts": [asdict(describe(*f)) for f in sorted(fonts)]}
    return f"],\n{json.dumps(rest, ensure_ascii=False, indent=1)[1:].lstrip()}\n"


def _file(file: File) -> dict[str, Any]:
    return {"path": file.path, "sha256": hashlib.sha256(file.data).hexdigest(), "bytes": len(file.data)}


def _standing(standing: Standing) -> dict[str, Any]:
    return {"approved_by": list(standing.by), "missing": len(standing.missing), "stale": list(standing.stale), "same_person": len(standing.same_person)}


def _place(place: Place) -> dict[str, Any]:
    if place.fragments:
        return {"fragments": list(place.fragments)}
    if place.pages:
        return {"pages": list(place.pages)}
    return {"times": [list(t) for t in place.times]}


def edition_state(built: Built, key: tuple[str, str]) -> str:
    """approved, draft, in-review, stale, expired or withdrawn; "not-released" or "incomplete" where there is no edition."""
    edition = built.checked.editions.get(key)
    if edition:
        return edition.state
    return "incomplete" if blocking(reasons_for(built, key)) else "not-released"


def table_rows(built: Built, leaflet: str) -> tuple[tuple[str, ...], ...]:
    """The languages of a leaflet by formats: made (✓), unavailable (–) or withheld (✗); its state, and why."""
    rows = []
    for key in dict.fromkeys(k for k in built.checked.wanted if k[0] == leaflet):
        cells, why = [], dict[str, None]()
        for fmt in built.formats:
            state, reasons = state_of(built, key, fmt)
            made = built.outcomes[key][fmt].made if state == "made" else None
            size = f" {made.seconds / 60:.0f} min" if made and made.seconds else f" {made.pages} p" if made and made.pages else ""
            cells.append({"made": f"✓{size}", "unavailable": "–", "withheld": "✗"}[state])
            why.update(dict.fromkeys(f.code for f in reasons))
        rows.append((key[1], *cells, edition_state(built, key), "\n".join(why)))
    return tuple(rows)


def show_table(console: Console, leaflet: str, formats: Sequence[FormatName], rows: Sequence[Sequence[str]]) -> None:
    """What `table_rows` says, on the screen."""
    table = Table(title=f"{leaflet}", title_justify="left")
    for heading in ("language", *formats, "state"):
        table.add_column(heading.replace("-", "\n"), no_wrap=True)  # eight formats stand side by side
    if any(row[-1] for row in rows):
        table.add_column("why", no_wrap=True)
    for row in rows:
        table.add_row(*row[: len(table.columns)])
    console.print(table)
