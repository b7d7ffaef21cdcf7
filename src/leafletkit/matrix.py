"""The safety matrix: for the person who publishes, what is safe to publish, what is not, and why.

Rows are the warnings of a leaflet, columns its languages by formats. Each cell leads to the very
place of the warning in the finished file, or names the fault. As a page, as JSON and as JUnit XML.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from . import inline
from .findings import CODES, blocking, sort_findings
from .listing import finding_fields
from .model import CRITERIA, EASY_READ, RECORDINGS, Edition, File, Finding, FormatName, Language, Leaflet, Place
from .pipeline import Built
from .project import Project
from .report import NAMES, edition_state, reasons_for, state_of

FOLDER = "report"
REPORT_VERSION = 2
TOGETHER = 10  # leaflets on one page
_STATES = {
    "approved": "Approved", "draft": "Draft", "in-review": "In review", "stale": "Changed since it was approved",
    "expired": "Review date passed", "withdrawn": "Withdrawn", "incomplete": "Not whole", "not-released": "Not released",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One warning in one format of one language: "carried", "unavailable", or "withheld" with its reasons."""

    leaflet: str
    warning: str
    language: str
    format: FormatName
    state: str
    href: str = ""
    where: str = ""
    reasons: tuple[Finding, ...] = ()

    @property
    def says(self) -> str:
        """The cell in words, for people who don't see the sign."""
        if self.state == "carried":
            return f"carried, {self.where}"
        if self.state == "unavailable":
            return "no such format in this language"
        return "withheld: " + ", ".join(dict.fromkeys(CODES[f.code].title for f in self.reasons))


@dataclass(frozen=True)
class Part:
    """The report on one leaflet, in short.

    `read`: whether the leaflet could be read. `wanted`, `approved` and `withheld` count editions; `states` are of the languages.
    """

    id: str
    title: str
    read: bool
    wanted: int
    approved: int
    withheld: int
    states: tuple[str, ...]


@dataclass(frozen=True)
class Texts:
    """The report on one leaflet: a section of the page, and the same as JSON and as JUnit XML."""

    section: str
    data: str
    junit: str


def report_part(built: Built, project: Project, leaflet: str, reasons: Sequence[Finding] = ()) -> tuple[Part, Texts]:
    """The report on one leaflet of a build. `reasons` are what keeps it from release, in every language."""
    found = next((x for x in project.leaflets if x.id == leaflet), None)
    if found is None:  # it could not even be read, and has no warnings to show
        unread = {key: blocking(reasons_for(built, key)) for key in dict.fromkeys(built.checked.wanted) if key[0] == leaflet}
        data = ",\n".join(_line({"leaflet": name, "language": tag}) for name, tag in unread)
        return Part(leaflet, leaflet, False, 0, 0, 0, ()), Texts("", data, _junit((), unread))
    cells = tuple(_cells(built, [found]))
    tags = list(dict.fromkeys(key[1] for key in built.checked.wanted if key[0] == leaflet))
    rows = [_language(built, leaflet, tag, project.languages.get(tag)) for tag in tags]
    mine = [f for f in reasons if f.leaflet == leaflet]
    part = Part(
        leaflet,
        inline.plain(found.text.title.text),
        True,
        len(rows),
        sum(row["state"] == "approved" and row["published"] for row in rows),
        sum(not row["published"] for row in rows),
        tuple(row["state"] for row in rows),
    )
    return part, Texts(_section(built, project, found, cells, rows, mine), _line(_data(found, cells, rows, mine)), _junit(cells, {}))


def report_files(built: Built, project: Project, reasons: Sequence[Finding] = ()) -> tuple[File, ...]:
    """The report of one build. `reasons` are what keeps each leaflet from release, in every language, whether this is a release or not."""
    names = dict.fromkeys((*(x.id for x in project.leaflets), *(key[0] for key in built.checked.wanted)))
    wanted = {key[0] for key in built.checked.wanted}
    both = [report_part(built, project, name, reasons) for name in names if name in wanted]
    texts = {part.id: text for part, text in both}
    files: dict[str, str] = {}
    apart, release, publisher = len(both) > TOGETHER, built.checked.for_release, project.settings.publisher
    pieces = report_pieces([p for p, _ in both], texts.__getitem__, lambda name: texts[name].junit, built.findings, publisher, release=release, apart=apart)
    for path, text in pieces:
        files[path] = files.get(path, "") + text
    own = [file for part, text in both for file in (own_report(part, text, publisher, release=release) if apart else ())]
    return (*(File(path, text.encode()) for path, text in files.items()), *own)


def own_paths(leaflet: str) -> frozenset[str]:
    """Where the report on one of many leaflets stands."""
    return frozenset(f"{FOLDER}/leaflet-{leaflet}.{kind}" for kind in ("html", "json"))


def own_report(part: Part, texts: Texts, publisher: str, *, release: bool) -> tuple[File, ...]:
    """The report on one of many leaflets: a page of its own, and the same as JSON. None on a leaflet that could not be read."""
    if not part.read:
        return ()
    name = f"{FOLDER}/leaflet-{part.id}"
    page = _frame([part], publisher, release, sections=[texts.section], data=f"leaflet-{part.id}.json", whole=False)
    return File(f"{name}.html", page.encode()), File(f"{name}.json", f'{{"report": {REPORT_VERSION}, "leaflets": [\n{texts.data}]}}\n'.encode())


def report_pieces(
    parts: Sequence[Part], texts: Callable[[str], Texts], junit: Callable[[str], str], findings: Sequence[Finding], publisher: str, *, release: bool, apart: bool
) -> Iterator[tuple[str, str]]:
    """The files of the whole report, piece by piece: path and text. They are report/index.html, its stylesheet, report/report.json and report/junit.xml.

    A few leaflets stand in these files; of many each has files of its own (`apart`: see `own_report`), and these only list
    them. `texts` and `junit` give those of a leaflet; `texts` are asked only for what is not elsewhere.
    """
    shown = [part for part in parts if part.read]
    unread = [part for part in parts if not part.read]
    ids = {part.id for part in shown}
    ordered = sort_findings(findings)
    general = [f for f in ordered if f.leaflet not in ids and not (ids and not f.leaflet and f.language)]
    data, cases = f"{FOLDER}/report.json", f"{FOLDER}/junit.xml"
    sections: list[str] = []
    yield data, f'{{"report": {REPORT_VERSION}, "leaflets": [\n'
    for number, part in enumerate(shown):
        own = None if apart else texts(part.id)
        yield data, (",\n" if number else "") + (own.data if own else _line(_listed(part)))
        sections += [own.section] if own else []
    yield data, '], "unread": ['
    for number, part in enumerate(unread):
        yield data, (",\n" if number else "") + texts(part.id).data
    yield data, '], "findings": [\n' + ",\n".join(_line(finding_fields(f)) for f in ordered) + "]}\n"
    yield cases, '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="leafletkit safety matrix">\n'
    for part in (*shown, *unread):
        yield cases, f"{junit(part.id)}\n"
    yield cases, "</testsuites>\n"
    yield f"{FOLDER}/index.html", _frame(shown, publisher, release, general=general, sections=sections, listed=shown if apart else [])
    yield f"{FOLDER}/report.css", resources.files(__package__).joinpath("report.css").read_text("utf-8")


def _frame(parts: Sequence[Part], publisher: str, release: bool, *, data: str = "report.json", whole: bool = True, sections: Sequence[str] = (),
           general: Sequence[Finding] = (), listed: Sequence[Part] = ()) -> str:  # fmt: skip
    """A page of the report on these leaflets."""
    return _environment().get_template("report.html").render(
        publisher=publisher, approved=sum(p.approved for p in parts), wanted=sum(p.wanted for p in parts), withheld=sum(p.withheld for p in parts),
        release=release, codes=CODES, states=_STATES, data=data, whole=whole, sections=sections, general=general, listed=listed,
    )  # fmt: skip


def _listed(part: Part) -> dict[str, Any]:
    """A leaflet in report.json, if its cells are in a file of its own."""
    return {"id": part.id, "title": part.title, "editions": part.wanted, "approved": part.approved, "withheld": part.withheld, "states": part.states,
            "data": f"leaflet-{part.id}.json"}  # fmt: skip


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def _environment() -> Environment:
    names = ("report.html", "report_parts.html", "report_section.html")
    texts = {name: resources.files(__package__).joinpath(name).read_text("utf-8") for name in names}
    return Environment(loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _cells(built: Built, leaflets: Sequence[Leaflet]) -> Iterator[Cell]:
    for leaflet in leaflets:
        for key in dict.fromkeys(k for k in built.checked.wanted if k[0] == leaflet.id):
            for fmt in built.formats:
                state, reasons = state_of(built, key, fmt)
                outcome = built.outcomes.get(key, {}).get(fmt)
                places = {p.warning: p for p in outcome.places} if outcome and state == "made" else {}
                for warning in leaflet.warnings:
                    place = places.get(warning.id)
                    if state == "made" and place and outcome:
                        href, where = _place(place, outcome.files[0].path)
                        yield Cell(*_of(key, warning.id, fmt), "carried", href, where)
                    elif state == "unavailable":
                        yield Cell(*_of(key, warning.id, fmt), "unavailable")
                    else:
                        # Reasons about this very warning first; else what withholds the whole edition.
                        own = tuple(f for f in reasons if f.warning == warning.id)
                        yield Cell(*_of(key, warning.id, fmt), "withheld", reasons=own or tuple(reasons))


def _of(key: tuple[str, str], warning: str, fmt: FormatName) -> tuple[str, str, str, FormatName]:
    return key[0], warning, key[1], fmt


def _place(place: Place, path: str) -> tuple[str, str]:
    """Where a link to a place leads, seen from the report, and the place in words."""
    if place.fragments:
        return f"../{path}#{place.fragments[0]}", f"at #{place.fragments[0]}"
    if place.pages:
        return f"../{path}#page={place.pages[0]}", f"on page {', '.join(map(str, place.pages))}"
    starts = [start for start, _ in place.times]
    return f"../{path}#t={starts[0]:.1f}", "at " + ", ".join(f"{int(s // 60)}:{int(s % 60):02d}" for s in starts)


def _data(leaflet: Leaflet, cells: Sequence[Cell], rows: Sequence[Mapping[str, Any]], reasons: Sequence[Finding]) -> dict[str, Any]:
    return {
        "id": leaflet.id,
        "version": leaflet.meta.version,
        "not_for_release": [f.message for f in reasons],
        "languages": rows,
        "cells": [
            {"warning": c.warning, "language": c.language, "format": c.format, "state": c.state, "href": c.href, "where": c.where,
             "codes": sorted({f.code for f in c.reasons})}
            for c in cells
        ],
    }  # fmt: skip


def _language(built: Built, leaflet: str, tag: str, language: Language | None) -> dict[str, Any]:
    key = (leaflet, tag)
    edition = built.checked.editions.get(key)
    return {
        "tag": tag,
        "name": language.english if language else tag,
        "state": edition_state(built, key),
        "published": key in built.published,
        "facts": language.facts.confirmed if language else "",
        "sign_off": _sign_off(edition) if edition else {},
        "withheld": [f.code for f in reasons_for(built, key)] if key not in built.published else [],
    }


def _sign_off(edition: Edition) -> dict[str, Any]:
    return {
        name: {"approved_by": list(s.by), "missing": list(s.missing), "stale": list(s.stale), "same_person": list(s.same_person), "withdrawn": list(s.withdrawn)}
        for name, s in edition.standings.items()
    }


def _junit(cells: Sequence[Cell], unread: Mapping[tuple[str, str], Sequence[Finding]]) -> str:
    """One test case for each cell, for servers that show test results; a suite for each language."""
    out: list[ET.Element] = []
    suites: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        suites.setdefault((cell.leaflet, cell.language), []).append(cell)
    for (leaflet, tag), reasons in unread.items():
        suite = ET.Element("testsuite", name=f"{leaflet}.{tag}", tests="1", failures="1", skipped="0", errors="0")
        case = ET.SubElement(suite, "testcase", classname=f"{leaflet}.{tag}", name="leaflet")
        codes = ", ".join(sorted({f.code for f in reasons}))
        ET.SubElement(case, "failure", message="the leaflet could not be read", type=codes).text = _xml("\n".join(f.message for f in reasons))
        out.append(suite)
    for (leaflet, tag), rows in suites.items():
        failures, skipped = (sum(c.state == s for c in rows) for s in ("withheld", "unavailable"))
        suite = ET.Element("testsuite", name=f"{leaflet}.{tag}", tests=str(len(rows)), failures=str(failures), skipped=str(skipped), errors="0")
        for cell in rows:
            case = ET.SubElement(suite, "testcase", classname=f"{leaflet}.{tag}.{cell.format}", name=cell.warning)
            if cell.state == "withheld":
                failure = ET.SubElement(case, "failure", message=cell.says, type=", ".join(sorted({f.code for f in cell.reasons})))
                failure.text = _xml("\n".join(f"{f.path}:{f.line}: {f.message}; {f.hint}" for f in cell.reasons))
            elif cell.state == "unavailable":
                ET.SubElement(case, "skipped", message=cell.says)
        out.append(suite)
    for suite in out:
        ET.indent(suite)
    return "\n".join(ET.tostring(suite, encoding="unicode") for suite in out)


def _xml(text: str) -> str:
    """A text without the characters that XML can't hold."""
    return re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def _section(
    built: Built, project: Project, leaflet: Leaflet, cells: Sequence[Cell], rows: Sequence[dict[str, Any]], reasons: Sequence[Finding]
) -> str:
    """The part of the page that is on one leaflet."""
    languages = []
    for row in rows:
        findings = _findings(built, leaflet.id, row["tag"])
        blocked = blocking(findings, release=built.checked.for_release)
        languages.append(row | {"state_words": _STATES.get(row["state"], row["state"]), "findings": findings, "blocked": blocked})
    return _environment().get_template("report_section.html").render(
        leaflet=leaflet, title=inline.plain(leaflet.text.title.text), languages=languages, reasons=reasons,
        recordings=list(_recordings(built, project, leaflet.id, [row["tag"] for row in rows])), formats=built.formats, names=NAMES,
        cells={(c.warning, c.language, c.format): c for c in cells}, criteria=CRITERIA, codes=CODES, plain=_plain,
    )  # fmt: skip


def _recordings(built: Built, project: Project, leaflet: str, tags: Sequence[str]) -> Iterator[dict[str, Any]]:
    """How each recording sounds, as it was read back from the file, and what is known of the voice."""
    for tag, fmt in ((tag, fmt) for tag in tags for fmt in RECORDINGS):
        outcome = built.outcomes.get((leaflet, tag), {}).get(fmt)
        voice, language = project.voices.get(tag), project.languages.get(tag)
        if outcome and outcome.heard and outcome.files and (leaflet, tag) in built.published:
            yield {
                "language": (language.english if language else tag) + (", easy read" if fmt in EASY_READ else ""),
                "heard": outcome.heard,
                "length": f"{int(outcome.heard.seconds // 60)} min {int(outcome.heard.seconds % 60)} s",
                "voice": "a person" if outcome.recorded or not voice else f"{voice.engine} {voice.name}",
                "note": "" if outcome.recorded or not voice else voice.note,
            }


def _findings(built: Built, leaflet: str, tag: str) -> list[Finding]:
    """What was found about one language of a leaflet, or about the leaflet in every language."""
    own = [f for f in built.findings if f.leaflet in ("", leaflet) and f.language in ("", tag) and (f.leaflet or f.language)]
    return sort_findings([*own, *(f for f in reasons_for(built, (leaflet, tag)) if f not in own and f.language not in ("", tag))])


def _plain(leaflet: Leaflet, warning: str) -> str:
    """A warning in English, for the head of its row."""
    return " ".join(inline.plain(b.text) for b in leaflet.text.carrying(warning))


