"""The shape of what benches measure, and how it is kept: a row for each thing that was timed.

    {"group": "d", "name": "…", "seconds": [1.2, 1.3, 1.1], "note": "…", "command": "…"}

`seconds` has a number for each round. A file of results is a list of such rows. Every `*.json` in a folder of
results is read, so a bench of its own joins the table by writing one there. `machine.json` says where all were
measured, and `stages.json` where the time of a build goes.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

MACHINE, STAGES = "machine.json", "stages.json"
PACKAGES = ("weasyprint", "pyttsx3", "espeakng-loader", "lameenc", "jinja2", "polib", "fonttools", "numpy")
PROGRAMS = (("espeak-ng", "--version"), ("lame", "--version"))


@dataclass(frozen=True)
class Row:
    """One thing that was timed, once a round. `note` says what the numbers can't; `command` repeats it."""

    group: str
    name: str
    seconds: tuple[float, ...]
    note: str = ""
    command: str = ""

    def __post_init__(self) -> None:
        if not self.seconds or min(self.seconds) < 0:
            raise ValueError(f"“{self.name}” has no seconds, or less than none")

    @property
    def least(self) -> float:
        return min(self.seconds)

    @property
    def middle(self) -> float:
        return median(self.seconds)

    @property
    def most(self) -> float:
        return max(self.seconds)


def read(folder: Path) -> list[Row]:
    """All rows of a folder of results, by group, each group in the order of its file."""
    rows: list[Row] = []
    for path in sorted(folder.glob("*.json")):
        if path.name not in (MACHINE, STAGES):
            rows += [_row(value, path) for value in json.loads(path.read_text("utf-8"))]
    return sorted(rows, key=lambda row: row.group)


def _row(value: Mapping[str, Any], path: Path) -> Row:
    known = {key: value[key] for key in ("group", "name", "note", "command") if key in value}
    try:
        return Row(seconds=tuple(float(s) for s in value["seconds"]), **known)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error!r}: a row is {{group, name, seconds: [..], note, command}}") from error


def write(path: Path, rows: Iterable[Row]) -> None:
    dump(path, [asdict(row) for row in rows])


def dump(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def machine() -> dict[str, str]:
    """What the numbers depend on, without any date or name."""
    facts = {
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": _processor(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "other work when the run began (load)": f"{os.getloadavg()[0]:.1f}",
        "system": _system(),
        "Python": platform.python_version(),
    }
    facts |= {name: metadata.version(name) for name in PACKAGES}
    return facts | {name: said for name, option in PROGRAMS if (said := _said([name, option]))}


def _processor() -> str:
    rows = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((row.partition(":")[2].strip() for row in rows if row.startswith("model name")), platform.machine())


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _said(command: Sequence[str]) -> str:
    """The version that a program gives, without the places where it keeps its files."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.SubprocessError, IndexError):
        return ""
    return next((word for word in said.split() if word[:1].isdigit() and "." in word), "")
