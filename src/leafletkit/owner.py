"""Whose a half-written folder is: so that what a killed run has left is removed, and never what a run is writing now.

The number of a process says nothing on another machine, in another container or after a restart. So a name also says
where and when that number was given.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path

_DAY = 86_400  # seconds; longer than any run: what has lain there for longer, nobody is writing any more
_PROC = Path("/proc")


def mine() -> str:
    """The name of this process: WHERE-SINCE-NUMBER. WHERE is a hash of machine, start of the machine, and container; SINCE is when the process began."""
    number = os.getpid()
    return f"{_where()}-{_since(number) or 0}-{number}"


def sweep(out: Path) -> None:
    """Remove what killed runs have left beside a folder: of processes of this machine that live no more, and of others what is older than a day."""
    for path in out.parent.glob(".*-*"):  # the folder's own name may hold signs that a pattern would read
        kind, _, owner = path.name.removeprefix(f".{out.name}.").partition("-")
        if path.name.startswith(f".{out.name}.") and kind in ("new", "old") and _is_left(path, owner):
            remove(path)


def remove(path: Path) -> None:
    """Remove a folder, or whatever else lies there; of a link only the link. What can't be removed stays."""
    with suppress(OSError):
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _is_left(path: Path, owner: str) -> bool:
    where, _, rest = owner.partition("-")
    since, _, number = rest.partition("-")
    if where == _where() and since.isdigit() and number.isdigit():
        return _since(int(number)) != int(since)
    # Of another machine, or of a version that gave numbers only: nobody here knows whether that process lives.
    return (owner.isdigit() or (since.isdigit() and number.isdigit())) and time.time() - _touched(path) > _DAY


def _touched(path: Path) -> float:
    """When something was last written below a folder; it is enough to look at its own folders."""
    latest = 0.0
    with suppress(OSError):
        latest = path.lstat().st_mtime
        for base, _, _ in os.walk(path):
            latest = max(latest, os.lstat(base).st_mtime)
    return latest or time.time()


def _where() -> str:
    """The machine, its start, and the container: within it numbers of processes mean something."""
    parts = [platform.node()]
    for name in ("sys/kernel/random/boot_id", "self/ns/pid"):
        with suppress(OSError):
            path = _PROC / name
            parts.append(str(path.readlink()) if name.endswith("pid") else path.read_text().strip())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _since(number: int) -> int | None:
    """When a process began, in ticks since the machine did; None if there is none of that number."""
    try:
        # The name of the program comes in brackets and may hold anything; the time is the 20th field after it.
        return int((_PROC / str(number) / "stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None
