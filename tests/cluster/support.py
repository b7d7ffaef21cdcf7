"""A scheduler and workers as processes of their own, in folders of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ERRANDS = Path(__file__).with_name("errands.py")


def until(what: str, true: Callable[[], Any], seconds: float = 120) -> Any:
    """Wait for something that will come; the limit is only there for when it does not."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"it never came: {what}"
        time.sleep(0.05)
    return found


def program(target: Path, **changes: str) -> Path:
    """A copy of the toolkit for another machine; `changes`: lines to add to a module."""
    shutil.copytree(ROOT / "src/leafletkit", target / "leafletkit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ERRANDS, target / "errands.py")
    for name, text in changes.items():
        path = target / "leafletkit" / f"{name}.py"
        path.write_text(path.read_text() + text)
    return target


@dataclass
class Machines:
    """A cluster. Nothing of the project, and no working folder, is shared."""

    folder: Path
    source: Path
    address: str = ""
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *arguments: str, source: Path | None = None, **environment: str) -> subprocess.Popen[str]:
        place = self.folder / f"machine-{len(self.started)}"
        place.mkdir(parents=True)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LEAFLETKIT", "PYTEST", "DASK"))}
        own = {"PYTHONPATH": str(source or self.source), "HOME": str(place), "TMPDIR": str(place)}
        with (place / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments], cwd=place, env={**clean, **own, **environment}, stdout=log, stderr=subprocess.STDOUT, text=True
            )  # fmt: skip
        self.started.append(process)
        return process

    def scheduler(self, *more: str, **environment: str) -> str:
        file = self.folder / "scheduler.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file), *more, **environment)
        self.address = str(until("the scheduler", lambda: file.exists() and _address(file)))
        return self.address

    def worker(self, *more: str, source: Path | None = None, **environment: str) -> subprocess.Popen[str]:
        place = self.folder / f"machine-{len(self.started)}"
        return self.start(
            "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(place / "scratch"), *more,
            source=source, **environment,
        )  # fmt: skip

    def ready(self, workers: int) -> None:
        """Wait until so many have come."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=120)

    def stop(self) -> None:
        for process in reversed(self.started):
            process.kill()
        for process in self.started:
            process.wait()


def _address(file: Path) -> str:
    try:
        return str(json.loads(file.read_text())["address"])
    except ValueError:  # half written
        return ""


@contextmanager
def machines(folder: Path, workers: int, source: Path | None = None) -> Iterator[Machines]:
    made = Machines(folder, source or program(folder / "program"))
    try:
        made.scheduler()
        for _ in range(workers):
            made.worker()
        if workers:
            made.ready(workers)
        yield made
    finally:
        made.stop()


def command(project: Path, out: Path, *options: str) -> list[str]:
    """A build by the real command, in which every warning is an error."""
    return [sys.executable, "-W", "error", str(ROOT / "build.py"), "build", "--project", str(project), "--out", str(out), "--no-cache", *options]


def built(project: Path, out: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(project, out, *options), capture_output=True, text=True, env={**os.environ, **environment})


def running(project: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(command(project, out, *options), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def files(folder: Path) -> Mapping[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
