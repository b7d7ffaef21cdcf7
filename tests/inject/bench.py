"""Hold one changed string against the checks that a build runs, with the rest of its catalogue as it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from leafletkit.catalogue import Catalogue, Entry
from leafletkit.checks import check_strings
from leafletkit.checks.contrast import contrast
from leafletkit.findings import CODES, severity
from leafletkit.model import Finding, Language, Leaflet, Unit
from leafletkit.project import Project, load_catalogue
from leafletkit.translate import translate

WORDINGS = Path(__file__).resolve().parent.parent / "wordings"


@dataclass(frozen=True)
class Bench:
    """A leaflet in one language, whole, and what is found in it as it stands."""

    leaflet: Leaflet
    language: Language
    source: Language
    units: tuple[Unit, ...]
    catalogue: Catalogue
    before: frozenset[tuple[str, str]]

    def unit(self, context: str) -> Unit:
        return next(u for u in self.units if u.context == context)

    def text(self, context: str) -> str:
        return self.catalogue.entries[context].msgstr

    @property
    def warnings(self) -> tuple[Unit, ...]:
        return tuple(u for u in self.units if u.warning)

    def try_entry(self, entry: Entry) -> tuple[Finding, ...]:
        """What is found anew when one entry of the catalogue is changed, most severe first."""
        unit = self.unit(entry.context)
        catalogue = replace(self.catalogue, entries={**self.catalogue.entries, entry.context: entry})
        texts, found = translate((unit,), catalogue, leaflet=self.leaflet.id, language=self.language.tag)
        if texts:
            places = {entry.context: ("", 0)}
            found += check_strings((unit,), texts, places, self.language, self.source, self.leaflet)
            whole = {c: e.msgstr for c, e in catalogue.entries.items()}
            found += tuple(
                Finding(p.code, p.message, p.hint, string=u.context) for u, p in contrast(self.leaflet, self.units, whole, self.language, self.source)
            )
        rank = {"blocks": 0, "release": 1, "advice": 2}
        return tuple(sorted((f for f in found if (f.string, f.code) not in self.before), key=lambda f: rank[severity(f)]))

    def try_text(self, context: str, text: str) -> tuple[Finding, ...]:
        return self.try_entry(replace(self.catalogue.entries[context], msgstr=text))


def blocks(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """The codes that keep the edition from being published."""
    return tuple(dict.fromkeys(f.code for f in findings if CODES[f.code].severity == "blocks"))


def bench(project: Project, leaflet: Leaflet, tag: str) -> Bench:
    language, source = project.languages[tag], project.languages[project.settings.source_language]
    catalogue, broken = load_catalogue(project, tag, leaflet.id, leaflet.id)
    assert catalogue and not broken, broken
    units = project.units(leaflet)
    texts, found = translate(units, catalogue, leaflet=leaflet.id, language=tag)
    assert len(texts) == len(units), found
    places = dict.fromkeys(texts, ("", 0))
    found += check_strings(units, texts, places, language, source, leaflet)
    return Bench(leaflet, language, source, units, catalogue, frozenset((f.string, f.code) for f in found))


@dataclass(frozen=True)
class Wording:
    """One sentence of tests/wordings: right, or wrong in one way."""

    context: str
    kind: str  # "right", or "flipped", "term", "number", "unit", "lost", "added"
    text: str


def wordings(tag: str, which: str = "second") -> Iterator[Wording]:
    """The held-out sentences of one language."""
    rows: Mapping[str, Mapping[str, list]] = tomllib.loads((WORDINGS / which / f"{tag}.toml").read_text("utf-8"))
    for context, row in rows.items():
        for text in row.get("right", ()):
            yield Wording(context, "right", text)
        for text in row.get("flipped", ()):
            yield Wording(context, "flipped", text)
        for wrong in row.get("wrong", ()):
            yield Wording(context, wrong["kind"], wrong["text"])
