"""What workers do in these tests. It lies beside the package that they load, and nowhere else."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from leafletkit.errors import Fault


@dataclass(frozen=True)
class Errand:
    """`root` and `cache` as in a job; `marks` is a folder that the test and all workers see, named by a string."""

    name: str
    root: Path
    marks: str = ""
    cache: Path | None = None

    @property
    def path(self) -> str:
        return f"errands/{self.name}"


def look(errand: Errand) -> tuple[str, str, int]:
    """(where the project is, what stands in a file of it, the process)."""
    return str(errand.root), (errand.root / "styles/print.css").read_text("utf-8"), os.getpid()


def keep(errand: Errand) -> str:
    """Where the cache is."""
    assert errand.cache
    errand.cache.mkdir(parents=True, exist_ok=True)
    return str(errand.cache)


def wait(errand: Errand) -> str:
    """The first try of “slow” waits to be killed; the others are quick."""
    mark = Path(errand.marks) / errand.name
    if errand.name == "slow" and not mark.exists():
        mark.write_text(str(os.getpid()))
        time.sleep(600)
    time.sleep(0.02)
    return errand.name


def pause(errand: Errand) -> str:
    """Half a second, and a mark when it has begun."""
    (Path(errand.marks) / errand.name).touch()
    time.sleep(0.5)
    return errand.name


def die(errand: Errand) -> str:
    if errand.name == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return errand.name


def fail(errand: Errand) -> str:
    if errand.name == "odd":
        raise _Odd("one", 2)
    raise Fault("it failed", "mend it")


class _Odd(Exception):
    def __init__(self, one: str, two: int) -> None:
        super().__init__(one)
