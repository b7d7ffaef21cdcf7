"""One leaflet, finished: everything that a build needs to publish it again without reading, checking or making any of it.

A build goes leaflet by leaflet and keeps only shelves in memory; the files themselves are written at once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256

from . import strict
from .artefacts import Step, pack, unpack
from .cache import Cache
from .checks import release
from .entries import Title, Words, title_of
from .matrix import Part, report_part
from .model import PAGES, File, Finding
from .pipeline import Built
from .project import Project
from .record import edition_text
from .report import manifest_rows, table_rows
from .translate import all_text

_DATED = ("signoff-invalid", "waiver-invalid")  # findings that may be gone tomorrow: a decision with a date that is yet to come


@dataclass(frozen=True)
class Placed:
    """One published file: where it goes, what it holds, and the key of the artefact that it came with."""

    path: str
    sha256: str
    bytes: int
    key: str


@dataclass(frozen=True)
class Shelf:
    """One leaflet in all its languages, as published. It holds from the day `since` up to the day before `until`.

    `rows` are the manifest's, as JSON; `records` those of record.json, by "leaflet/language"; `recorded`: "leaflet/language/format"
    that a person speaks. `used` are the characters of the pages of each language. `table`: see `report.table_rows`.
    `words` are those around all leaflets: they are kept once for all, by their hash.
    """

    leaflet: str
    since: date
    until: date
    title: Title
    part: Part
    files: tuple[Placed, ...]
    findings: tuple[Finding, ...]
    table: tuple[tuple[str, ...], ...]
    recorded: tuple[str, ...]
    pictures: tuple[str, ...]
    used: Mapping[str, str]
    fonts: tuple[tuple[str, int], ...]
    steps: Mapping[str, Step]
    made: int
    published: int
    approved: int
    rows: str = ""
    records: Mapping[str, str] = field(default_factory=dict)

    def holds(self, today: date) -> bool:
        return self.since <= today < self.until


def shelf_of(built: Built, project: Project, leaflet: str, steps: Mapping[str, Step], today: date) -> tuple[Shelf, Words]:
    """The shelf of one leaflet of a build, and the words around it in each language."""
    title, words = title_of(built, leaflet, project.languages)
    keys = [key for key in built.published if key[0] == leaflet]
    editions = {key: built.checked.editions[key] for key in keys}
    found = [x for x in project.leaflets if x.id == leaflet]
    reasons = tuple(f for x in found for f in release(x, today))
    outcomes = [o for key in keys for o in built.outcomes[key].values() if o.files]
    files = tuple(
        Placed(f.path, sha256(f.data).hexdigest(), len(f.data), steps[o.files[0].path].key if o.files[0].path in steps else "") for o in outcomes for f in o.files
    )
    mine = [key for key in dict.fromkeys(built.checked.wanted) if key[0] == leaflet]
    only = replace(built, checked=replace(built.checked, wanted=tuple(mine)))
    rows, fonts = manifest_rows(only)
    paged = [e for key, e in editions.items() if any(f in built.outcomes[key] and built.outcomes[key][f].files for f in PAGES)]
    table = table_rows(built, leaflet)
    shelf = Shelf(
        leaflet=leaflet,
        since=today,
        until=_until(found[0].meta.review_due if found else None, built.findings, today),
        title=title,
        part=report_part(built, project, leaflet, reasons),
        files=files,
        findings=tuple(f for f in built.findings if f.leaflet in ("", leaflet)),
        table=table,
        recorded=tuple("/".join((*o.key, o.format)) for o in outcomes if o.recorded),
        pictures=tuple(sorted({name for e in paged for name in e.pictures})),
        used={e.language.tag: "".join(sorted(set(all_text(e)))) for e in paged},
        fonts=tuple(sorted(fonts)),
        steps={path: step for path, step in steps.items() if path.startswith(f"{leaflet}/")},
        made=sum(cell.startswith("✓") for row in table for cell in row),
        published=len(keys),
        approved=sum(e.approved for e in title.entries),
        rows=",\n".join(json.dumps(row, ensure_ascii=False) for row in rows),
        records={"/".join(key): edition_text(e) for key, e in editions.items()},
    )
    return shelf, words


def _until(review_due: date | None, findings: Sequence[Finding], today: date) -> date:
    """The first day on which the leaflet may be another, though nobody has changed a word."""
    if any(f.code in _DATED for f in findings):
        return today + timedelta(days=1)
    return review_due + timedelta(days=1) if review_due and review_due >= today else date.max


def lasting(built: Built, leaflet: str) -> bool:
    """Whether a build of this leaflet will come out the same again: nothing failed that may be the machine's fault."""
    outcomes = (o for key, rows in built.outcomes.items() if key[0] == leaflet for o in rows.values())
    return all((o.files and o.pdf_ua != "not validated") or o.unavailable for o in outcomes)


def files_of(built: Built, leaflet: str) -> list[File]:
    """The finished files themselves."""
    return [f for key in built.published if key[0] == leaflet for o in built.outcomes[key].values() for f in o.files]


def store(cache: Cache, key: str, shelf: Shelf, words: Words) -> None:
    """Keep a shelf under the key of all that it depends on."""
    for name, table in words.items():
        if f"words {name}" not in cache:
            cache.put(f"words {name}", strict.to_text(dict(table)).encode())
    texts = (shelf.rows, shelf.part.section, shelf.part.data, shelf.part.junit, *(row for pair in shelf.records.items() for row in pair))
    bare = replace(shelf, rows="", records={}, part=replace(shelf.part, section="", data="", junit=""))
    cache.put(f"shelf {key}", pack(bare, [text.encode() for text in texts]))


def find(cache: Cache, key: str) -> Shelf | None:
    """The shelf that was kept under a key; None if there is none, or no sound one."""
    data = cache.get(f"shelf {key}")
    found = unpack(data, Shelf) if data else None
    if found is None:
        return None
    shelf, blobs = found
    texts = [blob.decode() for blob in blobs]
    if len(texts) < 4 or len(texts) % 2:
        return None
    rows, section, listed, junit, *records = texts
    part = replace(shelf.part, section=section, data=listed, junit=junit)
    return replace(shelf, rows=rows, part=part, records=dict(zip(records[::2], records[1::2], strict=True)))


def words_of(cache: Cache, names: Collection[str]) -> Words | None:
    """The words around all leaflets, by their hashes; None if some are not there any more."""
    out: dict[str, Mapping[str, str]] = {}
    for name in names:
        data = cache.get(f"words {name}")
        try:
            out[name] = strict.from_text(data or b"", dict[str, str])
        except strict.FAULTS:
            return None
    return out
