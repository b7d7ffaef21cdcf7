"""The verbs that make and prove files: progress, publishing, words on the screen."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from . import fonts, memo
from .checking import Selection, check
from .digests import Token, token
from .execute import workers
from .findings import blocking
from .keys import changed
from .library import Library, Making, finish, make, steps_of
from .listing import show_findings
from .project import Project, leaflet_names, load_shared
from .proving import outdated, prove_folder
from .publish import Staging
from .report import show_table
from .state import State, write_state
from .unchanged import Look

_TABLES = 20  # leaflets whose tables are shown on the screen; the report has all


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

    def tell(self, what: str) -> None:
        """A line of its own, above the bar."""
        if self.console.is_terminal:
            self.console.print(what, markup=False, highlight=False)
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


@dataclass(frozen=True)
class Order:
    """What is to be built, and how. `explain`: say why each file was made or kept."""

    root: Path
    selection: Selection
    out: Path
    jobs: int
    today: date
    for_release: bool = False
    explain: bool = False
    cluster: str = ""


@contextmanager
def _hands(order: Order, shared: Project, seen: Look, bar: _Bar) -> Iterator[tuple[Executor | None, Executor | None]]:
    """Who makes the files, and who does what needs this machine's disk: the workers of a cluster, or processes of this machine."""
    with workers(order.jobs) as local:
        if not order.cluster:
            yield local, local
            return
        from .cluster import opened  # here: a build on one machine needs none of it

        with opened(order.cluster, shared.root, shared.languages.values(), shared.voices, seen.cache.folder, bar.tell, eyes=order.for_release) as cluster:
            yield cluster, local


def build(order: Order, seen: Look) -> int:
    """Make, prove and publish what has changed since the last time. `seen`: what is known of that. Returns the exit code."""
    console, root, out = _screen(), order.root.resolve(), order.out
    fonts.use(root, seen.cache.folder)
    with memo.use(seen.cache.folder):
        shared = load_shared(root)
    broken = [f for f in shared.findings if f.code == "project-invalid"]
    if broken:
        show_findings(console, broken)
        console.print(f"Nothing was built; {out} is as it was.", markup=False, soft_wrap=True)
        return 1
    names = [name for name in leaflet_names(root) if not order.selection.leaflets or name in order.selection.leaflets]
    making = Making(shared, order.selection, seen, order.today, order.for_release, order.jobs)
    known = seen.state.outputs
    ours = any(token(out / path) == row[0] for path, row in known.items())
    with _progress(console) as bar, _hands(order, shared, seen, bar) as (executor, local), Staging(out, ours=ours, known=known) as staging:
        library = make(making, names, staging, known, executor, local, bar)
        bar.stage("publish", 1)
        finish(making, library, staging, local)
        staging.commit()
    code, said = _said(order, making, library)
    if order.explain:
        _explain(console, making, library)
    print(said, end="")
    _remember(order, making, library, code, said, staging.published())
    return code


def _said(order: Order, making: Making, library: Library) -> tuple[int, str]:
    """The exit code, and the closing words: findings, a table, where everything is."""
    text = io.StringIO()
    screen = _screen()
    console = Console(file=text, width=screen.width, force_terminal=screen.is_terminal)
    shelves = library.shelves
    withheld = blocking(library.findings, release=order.for_release)
    show_findings(console, library.findings)
    # Of a library those that were made: the others are as they were.
    shown = [s for s in shelves if s.leaflet in library.made or len(shelves) <= _TABLES][:_TABLES]
    for shelf in shown:
        show_table(console, shelf.leaflet, making.formats, shelf.table)
    if len(shelves) > len(shown):
        console.print(f"{len(shelves) - len(shown)} {'more ' if shown else ''}leaflets are not shown here: the report has them all.", markup=False)
    made, published, approvals = (sum(getattr(s, name) for s in shelves) for name in ("made", "published", "approved"))
    rest = "None of them is approved, and each says so." if not approvals else f"{approvals} of them are approved; the others say that they are not."
    console.print(f"{made} files of {published} editions are in {order.out}/index.html. {rest}", markup=False, soft_wrap=True)
    console.print(f"What is safe to publish, what is not and why: {order.out}/report/index.html.", markup=False, soft_wrap=True)
    if withheld:
        console.print(f"{len(withheld)} findings withhold something; “leafletkit explain CODE” says more of each.", markup=False)
    return (1 if withheld else 0), text.getvalue()


def _explain(console: Console, making: Making, library: Library) -> None:
    """Why each file was made or kept."""
    for shelf in library.shelves:
        before = library.before.get(shelf.leaflet, {})
        for path, step in sorted(steps_of(making, library, shelf.leaflet).items()):
            if shelf.leaflet not in library.made:
                why = "kept: nothing that the leaflet depends on has changed"
            elif step.kept:
                why = "kept: nothing that it depends on has changed"
            elif "fault" in step.parts:
                why = f"not made: {step.parts['fault']}"
            else:
                old = before.get(path)
                why = f"made: {changed(old.parts if old else None, step.parts)}"
            console.print(f"{path}: {why}", markup=False, highlight=False, soft_wrap=True)


def _remember(order: Order, making: Making, library: Library, code: int, said: str, outputs: Mapping[str, tuple[Token, str]]) -> None:
    """Write down what was read and written, so that the next build sees at a glance what has changed."""
    seen = making.seen
    # Else something may come out better next time, or somebody has saved a file meanwhile.
    # What leaflets alone use was looked at when each was made: see `make`.
    whole = len(library.keys) == len(library.shelves) and seen.inputs.is_still(making.shared.root, seen.digests)
    state = State(
        seen.everything(library.system) if whole else "",
        order.today,
        min((s.until for s in library.shelves), default=order.today),
        code,
        said,
        library.keys if whole else {},
        seen.digests.known,
        outputs,
        library.pages,
        tuple(library.system),
    )
    write_state(seen.cache, seen.name, state)


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
