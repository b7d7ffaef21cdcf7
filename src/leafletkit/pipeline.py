"""The path from end to end: read, translate, check, render, prove; what comes out can be published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from .checks import check_leaflet, check_strings, release
from .execute import execute
from .findings import blocking, severity
from .jobs import FontJob, Job, Outcome, perform, perform_fonts
from .model import FORMATS, Edition, File, Finding, FormatName, Language, Leaflet, Unit
from .project import Project, load_catalogue
from .render.links import Made, page_links
from .translate import all_text, make_edition, translate

Key = tuple[str, str]  # leaflet id, language tag


@dataclass(frozen=True)
class Selection:
    """What a run is asked to make; empty means all."""

    leaflets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[FormatName, ...] = ()

    def wants(self, leaflet: str, language: str) -> bool:
        return (not self.leaflets or leaflet in self.leaflets) and (not self.languages or language in self.languages)

    @property
    def partial(self) -> bool:
        return bool(self.leaflets or self.languages or self.formats)


@dataclass(frozen=True)
class Checked:
    """Editions that are whole, and every finding so far. `wanted` names all that were asked for."""

    wanted: tuple[Key, ...]
    editions: Mapping[Key, Edition]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Built:
    """Everything of a run: what to publish, and what was withheld and why."""

    checked: Checked
    outcomes: Mapping[Key, Mapping[FormatName, Outcome]]
    published: tuple[Key, ...]
    assets: tuple[File, ...]
    findings: tuple[Finding, ...]
    formats: tuple[FormatName, ...] = field(default=FORMATS)


class Progress(Protocol):
    """Told of each stage and of each job that is done."""

    def stage(self, name: str, total: int) -> None: ...
    def step(self, what: str) -> None: ...


def check(project: Project, selection: Selection, today: date, *, for_release: bool = False) -> Checked:
    """Read, translate and check: no file is rendered."""
    findings: list[Finding] = list(project.findings)
    editions: dict[Key, Edition] = {}
    wanted: list[Key] = []
    # Settings that can't be trusted as a whole are not trusted in part.
    sound = not any(f.code == "project-invalid" for f in project.findings)
    # Translations are compared with the English by its facts; without those nothing is proved.
    sound = sound and project.settings.source_language in project.languages
    words: dict[str, Mapping[str, str] | None] = {}
    for leaflet in project.leaflets:
        tags = [t for t in project.languages_of(leaflet) if selection.wants(leaflet.id, t)]
        if not tags:
            continue
        findings += check_leaflet(leaflet)
        reasons = release(leaflet, today) if for_release else ()
        findings += reasons
        for tag in tags:
            wanted.append((leaflet.id, tag))
            language = project.languages.get(tag)
            if language is None:  # its language.toml has a finding of its own
                continue
            if tag not in words:
                words[tag], found = _words(project, tag, for_release)
                findings += found
            edition, found = _edition(project, leaflet, language, words[tag], today, for_release)
            findings += found
            if edition and not reasons and sound:
                editions[leaflet.id, tag] = edition
    # A leaflet that could not even be read is still wanted, and withheld in every language.
    read = {leaflet.id for leaflet in project.leaflets}
    broken = dict.fromkeys(f.leaflet for f in project.findings if f.leaflet and f.leaflet not in read)
    wanted += [(name, t) for name in broken for t in project.settings.languages if selection.wants(name, t)]
    return Checked(tuple(wanted), editions, tuple(findings))


def _words(project: Project, tag: str, for_release: bool) -> tuple[Mapping[str, str] | None, tuple[Finding, ...]]:
    """The interface words of a language, whole or not at all."""
    return _strings(project, project.interface_units(), project.languages[tag], None, for_release)


def _edition(
    project: Project, leaflet: Leaflet, language: Language, words: Mapping[str, str] | None, today: date, for_release: bool
) -> tuple[Edition | None, tuple[Finding, ...]]:
    strings, findings = _strings(project, project.units(leaflet), language, leaflet, for_release)
    if words is None or strings is None:
        return None, findings
    is_source = language.tag == project.settings.source_language
    edition = make_edition(leaflet, language, strings, words, project.pictures, is_source=is_source, today=today)
    return edition, findings


def _strings(
    project: Project, units: Sequence[Unit], language: Language, leaflet: Leaflet | None, for_release: bool
) -> tuple[Mapping[str, str] | None, tuple[Finding, ...]]:
    """The strings of one catalogue, translated and checked; None if any may not be used."""
    name = leaflet.id if leaflet else ""
    if language.tag == project.settings.source_language:
        strings: Mapping[str, str] = {u.context: u.text for u in units}
        places = {u.context: (u.path, u.line) for u in units}
        findings: tuple[Finding, ...] = ()
    else:
        catalogue, findings = load_catalogue(project, language.tag, name or "interface", name)
        if catalogue is None:
            return None, findings
        strings, findings = translate(units, catalogue, leaflet=name, language=language.tag)
        places = {e.context: (catalogue.path, e.line) for e in catalogue.entries.values()}
    source = project.languages.get(project.settings.source_language, language)
    findings += check_strings(units, strings, places, language, source, leaflet)
    return (None if blocking(findings, release=for_release) else strings), findings


def build(
    project: Project, checked: Checked, selection: Selection, executor: Executor | None, progress: Progress
) -> Built:
    """Render and prove every whole edition. Files of an edition that fails its proof are not handed on."""
    formats = selection.formats or project.settings.formats
    outcomes: dict[Key, dict[FormatName, Outcome]] = {key: {} for key in checked.editions}
    root = project.root

    def run(jobs: Sequence[Job]) -> None:
        for outcome in execute(perform, jobs, executor, lambda job: progress.step(job.path)):
            outcomes[outcome.key][outcome.format] = outcome

    # Pages name the sizes of the other formats, so print and sound come first. Sound takes longest.
    heavy = [Job(f, e, root, voice=project.voices.get(e.language.tag)) for f in ("audio", "large-print") for e in checked.editions.values() if f in formats]
    pages: list[FormatName] = [f for f in ("web", "easy-read") if f in formats]
    progress.stage("render and prove", len(heavy) + len(pages) * len(checked.editions))
    run(heavy)
    # Pages link to each other, so each time one falls out the rest are made again without links to it.
    standing = {(key, f) for key in checked.editions for f in pages}
    while True:
        alive = [key for key in checked.editions if not disproved(outcomes[key].values())]
        standing = {(key, f) for key, f in standing if key in alive}
        run([job for key in alive for job in _page_jobs(project, checked.editions, key, standing, outcomes[key])])
        made = {(key, f) for key, f in standing if outcomes[key][f].files}
        if made == standing:
            break
        standing = made
    shown = [checked.editions[key] for key in alive if any((key, f) in standing for f in pages)]
    assets = _assets(shown, executor) if shown else ()
    findings = checked.findings + tuple(f for rows in outcomes.values() for o in rows.values() for f in o.findings)
    published = tuple(key for key in alive if any(o.files for o in outcomes[key].values()))
    return Built(checked, outcomes, published, assets, findings, formats)


def disproved(outcomes: Iterable[Outcome]) -> bool:
    """Whether a finished file of the edition failed its proof: then nothing of the edition goes out."""
    return any(f.code.startswith("proof-") for o in outcomes for f in blocking(o.findings))


def _page_jobs(
    project: Project,
    editions: Mapping[Key, Edition],
    key: Key,
    standing: Collection[tuple[Key, FormatName]],
    outcomes: Mapping[FormatName, Outcome],
) -> list[Job]:
    """The pages of one edition; `standing` are all the pages that may be linked to."""
    edition = editions[key]
    pages = [f for f in FORMATS if (key, f) in standing]
    made: dict[FormatName, Made] = {f: o.made for f, o in outcomes.items() if o.made and f not in ("web", "easy-read")}
    made |= {f: Made(0) for f in pages}
    notes: dict[FormatName, str] = {}
    for name, outcome in outcomes.items():
        if name not in made:
            notes[name] = edition.words["audio-unavailable" if outcome.unavailable else "format-withheld"]
    return [
        Job(f, edition, project.root, links=page_links(edition, f, [e.language for k, e in editions.items() if k[0] == key[0] and (k, f) in standing], made, notes))
        for f in pages
    ]


def _assets(editions: Sequence[Edition], executor: Executor | None) -> tuple[File, ...]:
    """Fonts and pictures that the pages of these editions use."""
    used: dict[str, list[Edition]] = {}
    for edition in editions:
        used.setdefault(edition.language.tag, []).append(edition)
    jobs = [FontJob(rows[0].language, "".join(sorted(set("".join(map(all_text, rows)))))) for rows in used.values()]
    files = {f.path: f for rows in execute(perform_fonts, jobs, executor) for f in rows}
    for edition in editions:
        for picture in edition.pictures.values():
            path = f"assets/pictures/{picture.name}.svg"
            files[path] = File(path, picture.svg.encode())
    return tuple(files[path] for path in sorted(files))


def sort_findings(findings: Sequence[Finding]) -> list[Finding]:
    """Blocking ones first, then by leaflet, language and place."""
    rank = {"blocks": 0, "release": 1, "advice": 2}
    return sorted(findings, key=lambda f: (rank[severity(f)], f.leaflet, f.language, f.path, f.line, f.code))

