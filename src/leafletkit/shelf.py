"""One leaflet, finished: everything that a build needs to publish it again without reading, checking or making any of it.

A build goes leaflet by leaflet and keeps only shelves in memory; the files themselves are written at once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from . import record, strict
from .artefacts import Step, lies_in, pack, unpack
from .cache import Cache
from .checks import release
from .digests import of_text
from .entries import Title, Words, title_of
from .matrix import Part, Texts, own_paths, own_report, report_part
from .model import PAGES, File, Finding
from .pipeline import Built
from .project import Project
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

    `files` are its finished files, `record` the record of them, `report` the report on it if it has files of its own. `used` are the
    characters of the pages of each language. `table`: see `report.table_rows`. `rows` and `junit` are its parts of the manifest, as
    JSON, and of the test results, as XML.
    """

    leaflet: str
    since: date
    until: date
    title: Title
    part: Part
    files: tuple[Placed, ...]
    record: Placed | None
    findings: tuple[Finding, ...]
    table: tuple[tuple[str, ...], ...]
    pictures: tuple[str, ...]
    used: Mapping[str, str]
    fonts: tuple[tuple[str, int], ...]
    made: int
    published: int
    approved: int
    report: tuple[Placed, ...] = ()
    rows: str = ""
    junit: str = ""

    def holds(self, today: date) -> bool:
        return self.since <= today < self.until


@dataclass(frozen=True)
class More:
    """What of a leaflet is long, and so not held in memory for all: its texts of the report, its record, and how each artefact came to be."""

    texts: Texts
    record: str
    steps: Mapping[str, Step]


def shelf_of(built: Built, project: Project, leaflet: str, steps: Mapping[str, Step], today: date, *, apart: bool) -> tuple[Shelf, More, Words]:
    """The shelf of one leaflet of a build, what is long of it, and the words around it in each language.

    `apart`: the report on it is in files of its own.
    """
    title, words = title_of(built, leaflet, project.languages)
    keys = [key for key in built.published if key[0] == leaflet]
    editions = {key: built.checked.editions[key] for key in keys}
    found = [x for x in project.leaflets if x.id == leaflet]
    reasons = tuple(f for x in found for f in release(x, today))
    outcomes = [o for key in keys for o in built.outcomes[key].values() if o.files]
    files = tuple(placed(f, steps[o.files[0].path].key if o.files[0].path in steps else "") for o in outcomes for f in o.files)
    wanted = [key for key in dict.fromkeys(built.checked.wanted) if key[0] == leaflet]
    only = replace(built, checked=replace(built.checked, wanted=tuple(wanted)))
    rows, fonts = manifest_rows(only)
    paged = [e for key, e in editions.items() if any(f in built.outcomes[key] and built.outcomes[key][f].files for f in PAGES)]
    table = table_rows(built, leaflet)
    recorded = [(*o.key, o.format) for o in outcomes if o.recorded]
    text = record.to_text(tuple(editions.values()), project.voices, recorded) if editions else ""
    part, texts = report_part(built, project, leaflet, reasons)
    own = own_report(part, texts, project.settings.publisher, release=built.checked.for_release) if apart else ()
    shelf = Shelf(
        leaflet=leaflet,
        since=today,
        until=_until(found[0].meta.review_due if found else None, built.findings, today),
        title=title,
        part=part,
        files=files,
        record=placed(File(record.path(leaflet), text.encode())) if text else None,
        findings=tuple(f for f in built.findings if f.leaflet in ("", leaflet)),
        table=table,
        pictures=tuple(sorted({name for e in paged for name in e.pictures})),
        used={e.language.tag: "".join(sorted(set(all_text(e)))) for e in paged},
        fonts=tuple(sorted(fonts)),
        made=sum(cell.startswith("✓") for row in table for cell in row),
        published=len(keys),
        approved=sum(e.approved for e in title.entries),
        report=tuple(placed(f) for f in own),
        rows=",\n".join(json.dumps(row, ensure_ascii=False) for row in rows),
        junit=texts.junit,
    )
    mine = {path: step for path, step in steps.items() if path.startswith(f"{leaflet}/")}
    return shelf, More(texts, text, mine), words


def placed(file: File, key: str = "") -> Placed:
    """Where a finished file goes, and what it holds."""
    return Placed(file.path, sha256(file.data).hexdigest(), len(file.data), key)


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


def store(cache: Cache, key: str, shelf: Shelf, more: More, words: Words) -> bool:
    """Keep a shelf under the key of all that it depends on. Whether it is there now."""
    for name, table in words.items():
        if words_of(cache, [name]) is None:
            cache.put(f"words {name}", strict.to_text(dict(table)).encode())
    texts = (more.texts.section, more.texts.data, more.texts.junit, more.record)
    cache.put(f"more {key}", pack(more.steps, [text.encode() for text in texts]))
    cache.put(f"shelf {key}", pack(replace(shelf, rows="", junit=""), [shelf.rows.encode(), shelf.junit.encode()]))
    return find(cache, key, shelf.leaflet) is not None


def find(cache: Cache, key: str, leaflet: str, *, apart: bool = False) -> Shelf | None:
    """The shelf of a leaflet that was kept under a key, with all that is long of it; None if there is none, or no sound one.

    `apart`: the report on it is in files of its own, which are in the published folder already if all is well: what is long is not looked at.
    """
    data = cache.get(f"shelf {key}")
    found = unpack(data, Shelf) if data else None
    if found is None or len(found[1]) != 2:
        return None
    try:
        shelf = replace(found[0], rows=found[1][0].decode(), junit=found[1][1].decode())
    except UnicodeDecodeError:
        return None
    if shelf.leaflet != leaflet or (not (apart and shelf.part.read) and find_more(cache, key) is None):
        return None
    paths = [file.path for file in (*shelf.files, *filter(None, [shelf.record]))]
    return shelf if all(lies_in(leaflet, path) for path in paths) and {file.path for file in shelf.report} <= own_paths(leaflet) else None


def find_more(cache: Cache, key: str) -> More | None:
    """What is long of the shelf that was kept under a key."""
    data = cache.get(f"more {key}")
    found = unpack(data, dict[str, Step]) if data else None
    if found is None or len(found[1]) != 4:
        return None
    try:
        section, listed, junit, text = (blob.decode() for blob in found[1])
    except UnicodeDecodeError:
        return None
    return More(Texts(section, listed, junit), text, found[0])


def words_of(cache: Cache, names: Collection[str]) -> Words | None:
    """The words around all leaflets, by their hashes; None if some are not there any more."""
    out: dict[str, Mapping[str, str]] = {}
    for name in names:
        data = cache.get(f"words {name}")
        try:
            out[name] = strict.from_text(data or b"", dict[str, str])
        except strict.FAULTS:
            return None
        if of_text(strict.to_text(out[name])) != name:
            return None
    return out
