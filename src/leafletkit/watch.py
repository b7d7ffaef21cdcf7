"""`build --watch`: makes again what an edit touched, and tells the open pages.

One process stays warm and builds in its main thread. What a page shows was proved by the build that made it;
where a build withholds something that was there before, the last good file stays in view and says so.
"""

from __future__ import annotations

import io
import json
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, redirect_stdout, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from jinja2 import TemplateError, TemplateSyntaxError
from rich.console import Console

from . import building, fonts
from .checking import Selection
from .errors import STOPPED, Fault, UsageError
from .model import PAGES
from .preview_server import PreviewServer
from .preview_state import Problem, State, after_build, differing, next_view, problem, problem_of
from .preview_store import Board, Store
from .project import load_shared
from .unchanged import look
from .watch_files import changed, events, settled, snapshot, ticks

_NAMED = 5  # paths in one line on the screen


@dataclass(frozen=True)
class Result:
    """What a build came to. `failed`: nothing was published, the folder is as it was."""

    problems: tuple[Problem, ...] = ()
    failed: bool = False


Rebuild = Callable[[Sequence[str]], Result]  # is given the files that have changed


def pages_only(selection: Selection, formats: Sequence[str]) -> Selection:
    """Without formats: the pages of a project, which are made in a moment."""
    if selection.formats:
        return selection
    return replace(selection, formats=tuple(f for f in PAGES if f in formats) or tuple(PAGES))


def rebuilder(root: Path, selection: Selection, out: Path, jobs: int, today: Callable[[], date], cache: Path) -> Rebuild:
    """Builds the project as `build` does, from what its files say now. Whatever goes wrong becomes a problem."""
    first = True
    order = f"watch {selection}"
    jobs = 1 if set(selection.formats) <= set(PAGES) else jobs  # to start workers takes longer than to make the pages

    def rebuild(touched: Sequence[str]) -> Result:
        nonlocal first
        quiet = not first
        first = False
        try:
            if any(name.startswith("fonts/") for name in touched):
                fonts.forget()
            with redirect_stdout(io.StringIO()) if quiet else nullcontext():
                code = building.build(building.Order(root, selection, out, jobs, today()), look(root, out, order, cache))
            broken = [f for f in load_shared(root).findings if f.code == "project-invalid"] if code else []
            if broken:  # then nothing was published
                return Result(tuple(map(problem_of, broken)), failed=True)
            rows = json.loads((out / "report/report.json").read_bytes())["findings"]
        except (Fault, UsageError, TemplateError, OSError) as error:
            return Result((_told(error, root),), failed=True)
        except Exception as error:  # a fault of our own must not end the session
            traceback.print_exc()
            hint = "look at the lines in the terminal. If they name no file of yours, this is a fault of the toolkit: please report it with them"
            return Result((Problem("", f"the build stopped: {type(error).__name__}: {error}", hint),), failed=True)
        return Result(tuple(problem(row) for row in rows if row["severity"] == "blocks"))

    return rebuild


def _told(error: Exception, root: Path) -> Problem:
    if isinstance(error, Fault):
        return Problem("", error.what, error.hint)
    if isinstance(error, TemplateSyntaxError):
        name = Path(error.filename or error.name or "").name
        return Problem(f"styles/templates/{name}:{error.lineno}", f"the template can’t be read: {error.message}", "mend the line, and save")
    if isinstance(error, TemplateError):
        return Problem("styles/templates", f"a template can’t be used: {error.message or type(error).__name__}", "mend it, and save")
    if isinstance(error, OSError) and error.filename:
        where = Path(str(error.filename))
        shown = where.relative_to(root).as_posix() if where.is_relative_to(root) else str(where)
        return Problem(shown, f"the file can’t be used: {error.strerror}", "restore it, or check the permissions")
    return Problem("", str(error))


@dataclass
class Session:
    """The loop: look, wait until nobody writes, build, show. Clock, watcher and builder are handed in."""

    root: Path
    out: Path
    rebuild: Rebuild
    board: Board
    store: Store
    say: Callable[[str], None]
    stop: threading.Event
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], str] = lambda: datetime.now().strftime("%H:%M:%S")
    passed_over: bool = False  # what the last build found was not shown

    def resume(self) -> None:
        """Show what an earlier run has left, if it is still as it was proved, until the first build is done."""
        if (self.out / "manifest.json").is_file():
            with suppress(Fault):
                manifest = self.store.take(self.out)
                date_of = datetime.fromtimestamp((self.out / "manifest.json").stat().st_mtime)
                state = self.board.state
                self.board.put(replace(state, serial=state.serial + 1, view=next_view(state.view, manifest, f"{date_of:%H:%M:%S on %d %B}")))

    def run(self, looks: Iterable[None]) -> None:
        """Build, then again after each edit, until `looks` ends."""
        seen = snapshot(self.root)
        self._build((), lambda: changed(seen, snapshot(self.root)))
        for _ in looks:
            # Edits that come while a build runs are seen at once, not at the next look.
            while not self.stop.is_set() and changed(seen, snapshot(self.root)):
                start = self.clock()
                now = settled(lambda: snapshot(self.root), seen, self.stop.wait)
                touched, seen = changed(seen, now), now
                if touched:
                    self._build(touched, lambda now=now: changed(now, snapshot(self.root)), start)  # type: ignore[misc]

    def _build(self, touched: Sequence[str], outdated: Callable[[], Sequence[str]], start: float | None = None) -> None:
        start = self.clock() if start is None else start
        state = self.board.state
        self.board.put(replace(state, serial=state.serial + 1, busy=True))
        if touched:
            self.say(f"{self.now()}  changed: {_some(touched)}")
        result = self.rebuild(touched)
        # Files that are others by now were perhaps only half there: the loop builds them anew. But not for ever.
        self.passed_over = bool(result.problems and not self.passed_over and outdated())
        if not self.passed_over:
            self._show(state, result, start)

    def _show(self, before: State, result: Result, start: float) -> None:
        serial = self.board.state.serial
        if not result.failed:
            try:
                view = next_view(before.view, self.store.take(self.out), self.now())
            except Fault as fault:
                result = Result((Problem("", fault.what, fault.hint),), failed=True)
        if result.failed:
            self.board.put(replace(before, serial=serial + 1, failure=result.problems, problems=result.problems, busy=False))
            self._report(result, "nothing was made; all pages stay as they were", start)
            return
        self.board.put(replace(after_build(before, view, result.problems), serial=serial + 1))
        self.store.forget(set(view.files.values()))
        made = [path for path in sorted(differing(before.view, view)) if path in view.files and not path.startswith(("report/", "record"))]
        again = f"made again: {_some(made)}" if made else "no page has changed"
        self._report(result, again if before.build else f"made: {len(view.files)} files", start)

    def _report(self, result: Result, said: str, start: float) -> None:
        self.say(f"{self.now()}  {said} ({self.clock() - start:.2f} s)")
        for row in result.problems:
            where, mend = row.lines
            self.say(f"          {where}")
            self.say(f"              {mend}")
        view = self.board.state.view
        if view.kept:
            editions = ", ".join(dict.fromkeys(f"{leaflet} {tag}" for leaflet, tag, _ in view.kept))
            self.say(f"          the last good pages stay in view: {editions}")


def _some(names: Sequence[str]) -> str:
    """A few names, and how many more. Pages come first: they are what people look at."""
    rows = sorted(names, key=lambda name: (not name.endswith(".html"), name.count("/") < 2, name))
    return ", ".join(rows[:_NAMED]) + (f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else "")


def looks(root: Path, stop: threading.Event, say: Callable[[str], None], *, poll: bool) -> Iterator[None]:
    """When to look for edits: on events of the system; or, where there are none, four times a second."""
    if not poll:
        try:
            yield from events(root, stop)
        except (ImportError, OSError, RuntimeError) as error:
            say(f"The system can't tell of changes ({error}). The folders are looked at four times a second instead.")
        if stop.is_set():
            return
    yield from ticks(stop)


def watch(
    root: Path, selection: Selection, out: Path, jobs: int, today: Callable[[], date], *, cache: Path, port: int | None = None, poll: bool = False
) -> int:
    """Make the preview, serve it, and keep it up to date until Ctrl+C. Returns the exit code."""
    console = Console(file=sys.stdout)  # ours, while the words of a build are kept from the screen

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    terminated: list[int] = []

    def terminate(number: int, _: object) -> None:
        terminated.append(number)
        raise KeyboardInterrupt

    root, out, stop = root.resolve(), out.absolute(), threading.Event()
    with TemporaryDirectory(prefix="leafletkit-preview-") as folder:
        board, store = Board(), Store(Path(folder))
        server = PreviewServer(board, store, port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
        thread.start()
        before = signal.signal(signal.SIGTERM, terminate)
        try:
            say(f"Preview: {server.address}   (only this machine can see it; Ctrl+C ends it)")
            say(f"It shows: {', '.join(selection.formats)}. {_others(selection)}")
            session = Session(root, out, rebuilder(root, selection, out, jobs, today, cache), board, store, say, stop)
            session.resume()
            session.run(looks(root, stop, say, poll=poll))
        except KeyboardInterrupt:
            say(f"\nThe preview has ended. Its files are in {out}.")
            return 0 if terminated else STOPPED
        finally:
            signal.signal(signal.SIGTERM, before)
            stop.set()
            server.end()
    return 0


def _others(selection: Selection) -> str:
    if set(selection.formats) <= set(PAGES):
        return "For print or sound, name a --format: each edit then takes longer."
    return "Print and sound take longer than pages."
