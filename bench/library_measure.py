"""Run the real command on libraries of several sizes: seconds, and the memory of all its processes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.library_make import make

ROOT = Path(__file__).resolve().parent.parent
EVERY = 0.5  # seconds between two looks at the memory, which hold up what is measured
QUICK = 3  # rounds of what takes seconds, at least
EDITED = "pl"  # the language in which one string is changed
WHOLE = (1000, 20)  # the library that the sample is reckoned up to


@dataclass(frozen=True)
class Run:
    """One run of the command. `together` is the peak of all its processes' share of memory (PSS), `largest` of any one (RSS)."""

    seconds: float
    together: float
    largest: float
    command: str

    @property
    def memory(self) -> str:
        return f"peak {self.together:.0f} MB in all processes together, {self.largest:.0f} MB in the largest"


def run(arguments: list[str], cache: Path) -> Run:
    """Run build.py; a run that does not end whole ends the measurement."""
    command = [sys.executable, str(ROOT / "build.py"), *arguments]
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, "LEAFLETKIT_CACHE": str(cache)}, start_new_session=True)
        peaks: list[float] = [0.0]
        done = threading.Event()

        def watch() -> None:
            while not done.wait(EVERY):
                peaks[0] = max(peaks[0], _memory(child.pid))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        done.set()
        watcher.join()
        if child.returncode:
            output.seek(0)
            raise SystemExit(f"{shlex.join(command)} ended with {child.returncode}:\n{output.read().decode(errors='replace')[-3000:]}")
    return Run(seconds, max(peaks[0], usage.ru_maxrss / 1000), usage.ru_maxrss / 1000, shlex.join(["python", "build.py", *arguments]))


def _memory(leader: int) -> float:
    """MB that the processes of a session, and those below its leader, hold now; shared pages are counted once."""
    parents: dict[int, int] = {}
    mine = {leader}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
                if int(fields[3]) == leader:
                    mine.add(int(entry.name))
    grown = True
    while grown:
        below = {pid for pid, parent in parents.items() if parent in mine} - mine
        mine |= below
        grown = bool(below)
    total = 0
    for pid in mine:
        with suppress(OSError):
            match = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(match[1]) if match else 0
    return total / 1000


def measure(sizes: list[int], languages: int, sample: int, rounds: int, work: Path | None) -> Iterator[dict[str, Any]]:
    """Rows, each as soon as it is known."""
    with nullcontext(str(work)) if work else tempfile.TemporaryDirectory(prefix="leafletkit-library-") as name:
        base = Path(name)
        for size in sizes:
            folder = base / f"library-{size}x{languages}"
            make(folder, size, languages)
            yield from _size(folder, size, languages, rounds)
        if sample:
            folder = base / f"sample-{sample}x{languages}"
            make(folder, sample, languages)
            yield _sample(folder, sample, languages)


def _row(size: int, languages: int, what: str, runs: list[Run], note: str = "") -> dict[str, Any]:
    each = 1000 * min(r.seconds for r in runs) / (size * languages)
    peak = max(runs, key=lambda r: r.together)
    return {
        "group": "d",
        "name": f"{size:,} leaflet{'' if size == 1 else 's'} x {languages} languages: {what}",
        "seconds": [round(r.seconds, 2) for r in runs],
        "note": "; ".join(filter(None, (note, f"{each:.1f} ms an edition", peak.memory))),
        "command": _public(runs[0].command),
    }


def _public(command: str) -> str:
    """The command without the folders of this machine."""
    return re.sub(r"\S*/((?:library|sample)-\d+x\d+)", r"WORK/\1", command)


def _size(folder: Path, size: int, languages: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Check, build pages, build again with nothing changed, and with one string changed."""
    cache = folder.with_name(f"{folder.name}-cache")
    here = ["--project", str(folder)]
    build = ["build", *here, "--format", "web", "--out", str(folder / "dist")]
    yield _row(size, languages, "plan and check", [run(["check", *here], cache) for _ in range(rounds)])
    yield _row(size, languages, "pages, from nothing", [run(build, cache)], "every web page, made and proved")
    often = max(rounds, QUICK)
    yield _row(size, languages, "pages, nothing changed", [run(build, cache) for _ in range(often)])
    edits = []
    for number in range(often):
        word = _edit(folder, number)
        edits.append(run(build, cache))
        page = folder / "dist" / "load-0001" / EDITED / "index.html"
        if word not in page.read_text("utf-8"):
            raise SystemExit(f"the edit is not in {page}")
    yield _row(size, languages, "pages, one string changed", edits, f"the title of one leaflet in {EDITED}; the first has no earlier folder to begin with")


def _edit(folder: Path, number: int) -> str:
    """Change one translation; gives the new word."""
    path = folder / "locales" / EDITED / "LC_MESSAGES" / "load-0001.po"
    word = f"Ulotka{chr(ord('a') + number)}"
    text, count = re.subn(r'(msgctxt "title"\nmsgid ".*"\nmsgstr ")(?:Ulotka. )?', rf"\g<1>{word} ", path.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{path} has no title to change")
    path.write_text(text, "utf-8")
    return word


def _sample(folder: Path, sample: int, languages: int) -> dict[str, Any]:
    """Some leaflets in all formats, every sentence spoken anew, and what a whole library would take at this pace."""
    arguments = ["build", "--project", str(folder), "--out", str(folder / "dist"), "--no-cache"]
    done = run(arguments, folder.with_name(f"{folder.name}-cache"))
    files = sum(1 for p in (folder / "dist").rglob("*") if p.is_file())
    size = sum(p.stat().st_size for p in (folder / "dist").rglob("*") if p.is_file()) / 1e6
    hours = done.seconds * WHOLE[0] * WHOLE[1] / (sample * languages) / 3600
    note = f"{files} files, {size:.0f} MB; at this pace {WHOLE[0]:,} x {WHOLE[1]} would take {hours:.0f} hours (reckoned, not run) on {os.cpu_count()} processors"
    return _row(sample, languages, "all formats, from nothing", [done], note)
