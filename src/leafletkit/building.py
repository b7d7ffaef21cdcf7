"""The verbs that make and prove files: progress, publishing, words on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from . import fonts, pipeline
from .checking import Selection, check
from .checks import release
from .execute import workers
from .findings import blocking
from .listing import show_findings, to_json
from .matrix import report_files
from .model import File
from .project import Project
from .proving import outdated, prove_folder
from .publish import publish
from .record import PATH as RECORD
from .record import to_text
from .report import manifest, show_table, state_of
from .site import site_files
from .translate import approved


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


def build(project: Project, selection: Selection, out: Path, jobs: int, today: date, *, for_release: bool, cache: Path | None = None) -> int:
    """Make, prove and publish. `cache`: the folder of what was spoken before. Returns the exit code."""
    console = _screen()
    fonts.use(project.root)
    broken = [f for f in project.findings if f.code == "project-invalid"]
    if broken:
        show_findings(console, broken)
        console.print(f"Nothing was built; {out} is as it was.", markup=False, soft_wrap=True)
        return 1
    checked = check(project, selection, today, for_release=for_release)
    with _progress(console) as bar, workers(min(jobs, 2 * len(checked.editions) or 1)) as pool:
        built = pipeline.build(project, checked, selection, pool, bar, cache)
        bar.stage("publish", 1)
    files: list[File] = [f for key in built.published for o in built.outcomes[key].values() for f in o.files]
    site = site_files(built, project.languages, project.root / "styles", partial=bool(selection.leaflets or selection.languages))
    recorded = [(*key, f) for key in built.published for f, o in built.outcomes[key].items() if o.recorded and o.files]
    record = File(RECORD, to_text([checked.editions[key] for key in built.published], project.voices, recorded).encode())
    reasons = tuple(f for leaflet in project.leaflets for f in release(leaflet, today))
    extra = (*site, *report_files(built, project, reasons), record)
    files += [*built.assets, *extra, File("manifest.json", to_json(manifest(built, extra)).encode())]
    publish(files, out)
    withheld = blocking(built.findings, release=for_release)
    show_findings(console, built.findings)
    show_table(console, built)
    made = sum(state_of(built, key, f)[0] == "made" for key in built.checked.wanted for f in built.formats)
    approvals = sum(approved(checked.editions[key].leaflet, checked.editions[key].standings) for key in built.published)
    rest = "None of them is approved, and each says so." if not approvals else f"{approvals} of them are approved; the others say that they are not."
    console.print(f"{made} files of {len(built.published)} editions are in {out}/index.html. {rest}", markup=False, soft_wrap=True)
    console.print(f"What is safe to publish, what is not and why: {out}/report/index.html.", markup=False, soft_wrap=True)
    if withheld:
        console.print(f"{len(withheld)} findings withhold something; “leafletkit explain CODE” says more of each.", markup=False)
    return 1 if withheld else 0


def prove(folder: Path, project: Project | None, jobs: int, today: date, *, eyes: bool = False) -> int:
    """Prove a published folder again; with a project, also that its words are still the project's. Returns the exit code."""
    console = _screen()
    with workers(jobs) as pool:
        findings, proved, manifest = prove_folder(folder, pool, project.root if project else None, eyes=eyes)
    if project and manifest:
        findings += tuple(outdated(manifest, check(project, Selection(), today).editions))
    show_findings(console, findings, limit=None)
    warnings = sum(len(p.places) for p in proved)
    console.print(f"{len(proved)} files read back, {warnings} warnings found in them; {len(findings)} faults.", markup=False)
    return 1 if blocking(findings, release=eyes) else 0
