"""What each verb does, with its side effects: files, progress, words on the screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from . import __version__, pipeline
from .catalogue import parse_po
from .errors import Fault, UsageError
from .execute import workers
from .findings import blocking
from .merge import template, updated
from .model import File, Finding, Unit
from .pipeline import Selection
from .project import Project, load_catalogue, po_path, pot_path
from .publish import publish, write_file
from .report import finding_fields, manifest, show_findings, show_table, state_of, to_json
from .script import script
from .site import site_files


def _screen() -> Console:
    """The terminal; in a log, where nobody can widen the window, lines may be long."""
    console = Console()
    return console if console.is_terminal else Console(width=120)


class _Bar:
    """A progress bar on a terminal; plain lines elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True
        )
        self.task = self.bar.add_task("read", total=None)

    def stage(self, name: str, total: int) -> None:
        if self.console.is_terminal:
            self.bar.update(self.task, description=name, total=total, completed=0)
        else:
            print(f"{name}: {total} files", flush=True)

    def step(self, what: str) -> None:
        if self.console.is_terminal:
            self.bar.advance(self.task)
        else:
            print(f"  {what}", flush=True)


@contextmanager
def _progress(console: Console) -> Iterator[_Bar]:
    bar = _Bar(console)
    if console.is_terminal:
        with bar.bar:
            yield bar
    else:
        yield bar


def build(project: Project, selection: Selection, out: Path, jobs: int, today: date, *, for_release: bool) -> int:
    """Make, prove and publish. Returns the exit code."""
    console = _screen()
    broken = [f for f in project.findings if f.code == "project-invalid"]
    if broken:
        show_findings(console, broken)
        console.print(f"Nothing was built; {out} is as it was.", markup=False, soft_wrap=True)
        return 1
    checked = pipeline.check(project, selection, today, for_release=for_release)
    with _progress(console) as bar, workers(min(jobs, 2 * len(checked.editions) or 1)) as pool:
        built = pipeline.build(project, checked, selection, pool, bar)
        bar.stage("publish", 1)
    files: list[File] = [f for key in built.published for o in built.outcomes[key].values() for f in o.files]
    site = site_files(built, project.languages, project.root / "styles")
    files += [*built.assets, *site, File("manifest.json", to_json(manifest(built, site)).encode())]
    publish(files, out)
    withheld = blocking(built.findings, release=for_release)
    show_findings(console, built.findings)
    show_table(console, built)
    made = sum(state_of(built, key, f)[0] == "made" for key in built.checked.wanted for f in built.formats)
    console.print(f"{made} files of {len(built.published)} editions are in {out}/index.html. None of them is approved, and each says so.", markup=False, soft_wrap=True)
    if withheld:
        console.print(f"{len(withheld)} findings withhold something; “leafletkit explain CODE” says more of each.", markup=False)
    return 1 if withheld else 0


def check(project: Project, selection: Selection, today: date, *, as_json: bool, for_release: bool) -> int:
    """Say what is wrong, without making any file."""
    checked = pipeline.check(project, selection, today, for_release=for_release)
    findings = pipeline.sort_findings([f for f in checked.findings if _selected(f, selection)])
    if as_json:
        json.dump([finding_fields(f) for f in findings], sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        console = Console()
        show_findings(console, findings)
        console.print(f"{len(checked.editions)} of {len(checked.wanted)} editions are whole.", markup=False)
    return 1 if blocking(findings, release=for_release) else 0


def _selected(finding: Finding, selection: Selection) -> bool:
    leaflets, languages = selection.leaflets, selection.languages
    return (not leaflets or finding.leaflet in ("", *leaflets)) and (not languages or finding.language in ("", *languages))


def _catalogues(project: Project, selection: Selection) -> Iterator[tuple[str, str, tuple[Unit, ...]]]:
    """(name, version, units) of each catalogue: one a leaflet, one for the interface words."""
    for leaflet in project.leaflets:
        if not selection.leaflets or leaflet.id in selection.leaflets:
            yield leaflet.id, leaflet.meta.version, project.units(leaflet)
    if not selection.leaflets:
        yield "interface", __version__, project.interface_units()


def _require_sources(project: Project) -> None:
    """Catalogues are only written from sources without faults: a half-read leaflet would drop strings."""
    faults = [f for f in blocking(project.findings) if not f.language]
    if faults:
        show_findings(Console(stderr=True), faults)
        raise Fault("the sources have faults, so no catalogue was changed", "mend them first")


def extract(project: Project, selection: Selection) -> int:
    """Write the templates."""
    _require_sources(project)
    for name, version, units in _catalogues(project, selection):
        path = pot_path(project.root, name)
        changed = write_file(path, str(template(units, name, version)).encode(), _read(path))
        print(f"{path.relative_to(project.root)}: {len(units)} strings, {'written' if changed else 'unchanged'}")
    return 0


def update(project: Project, selection: Selection) -> int:
    """Write the templates and merge them into every language's catalogues."""
    extract(project, selection)
    code = 0
    source = project.settings.source_language
    wanted = {leaflet.id: project.languages_of(leaflet) for leaflet in project.leaflets}
    for name, version, units in _catalogues(project, selection):
        pot = template(units, name, version)
        for tag, language in project.languages.items():
            if tag == source or (selection.languages and tag not in selection.languages) or tag not in wanted.get(name, (tag,)):
                continue
            path = po_path(project.root, tag, name)
            relative = path.relative_to(project.root)
            old = _read(path)
            if old is not None:
                _catalogue, broken = load_catalogue(project, tag, name, name if name in wanted else "")
                if broken:
                    show_findings(Console(), broken)
                    code = 1
                    continue
            text = updated(old.decode() if old is not None else None, pot, language)
            changed = write_file(path, text.encode(), old)
            print(f"{relative}: {_counts(text)}, {'updated' if changed else 'unchanged'}")
    return code


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _counts(text: str) -> str:
    entries = [e for e in parse_po(text) if not e.obsolete]
    done = sum(bool(e.msgstr) and "fuzzy" not in e.flags for e in entries)
    fuzzy = sum("fuzzy" in e.flags for e in entries)
    return f"{done} of {len(entries)} translated" + (f", {fuzzy} unsure" if fuzzy else "")


def status(project: Project, selection: Selection, today: date) -> int:
    """What is translated, what is missing, and what keeps each leaflet from release."""
    console = Console()
    checked = pipeline.check(project, selection, today)
    for leaflet in project.leaflets:
        if selection.leaflets and leaflet.id not in selection.leaflets:
            continue
        tags = [t for name, t in checked.wanted if name == leaflet.id]
        console.print(f"{leaflet.id} {leaflet.meta.version}: {len(leaflet.warnings)} warnings, {len(project.units(leaflet))} strings", markup=False)
        for tag in tags:
            mine = [f for f in blocking(checked.findings) if f.language == tag and f.leaflet in ("", leaflet.id)]
            state = "whole" if (leaflet.id, tag) in checked.editions else f"incomplete: {len(mine)} findings"
            console.print(f"  {tag:8} {state}", markup=False)
        from .checks import release

        for reason in release(leaflet, today):
            console.print(f"  not for release: {reason.message}", markup=False, soft_wrap=True)
    faults = blocking([f for f in checked.findings if _selected(f, selection)])
    show_findings(console, faults)
    return 1 if faults else 0


def print_script(project: Project, selection: Selection, today: date) -> int:
    """The words of a recording by a person: file name, hash and words of each part."""
    checked = pipeline.check(project, selection, today)
    if len(checked.editions) != 1:
        if len(checked.wanted) > 1:
            raise UsageError("name one leaflet and one language: script --leaflet ID --language TAG")
        show_findings(Console(), [f for f in checked.findings if _selected(f, selection)])
        return 1
    (edition,) = checked.editions.values()
    for segment in {s.take: s for s in script(edition, synthetic=False)}.values():
        print(f'"{segment.take}" = "{segment.words_hash}"  # {segment.text}')
    return 0
