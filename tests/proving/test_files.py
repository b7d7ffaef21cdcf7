"""Files changed, lost and added: each is named, whatever has happened to it, and no other is blamed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leafletkit import record

from ..conftest import ROOT
from .support import (
    CSS,
    EASY,
    FONT,
    MP3,
    PAGE,
    PDF,
    PICTURE,
    PL,
    VTT,
    Prove,
    far_too_large,
    flip,
    folder_instead,
    link_outside,
    link_to_itself,
)

pytestmark = pytest.mark.full

KINDS = {
    "page": PAGE,
    "easy read": EASY,
    "PDF": PDF,
    "MP3": MP3,
    "VTT": VTT,
    "font": FONT,
    "stylesheet of fonts": CSS,
    "stylesheet": "assets/page.css",
    "picture": PICTURE,
    "icon": "assets/icon.svg",
    "index": "index.html",
    "report": "report/index.html",
    "report data": "report/report.json",
    "test results": "report/junit.xml",
    "record": record.path("clean-hands"),
}
every_kind = pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# -- files changed, lost and added


@every_kind
@pytest.mark.parametrize("at", [0.0, 0.5, 1.0], ids=["first byte", "middle", "last byte"])
def test_one_byte(dist: Path, prove: Prove, path: str, at: float) -> None:
    """One changed byte in any file is found, and no other file is blamed."""
    flip(dist / path, at)
    said = prove(dist)
    assert said.code == 1 and ("proof-changed", path) in said.found
    assert {where for _, where in said.found} == {path}
    assert Counter(said.found)["proof-changed", path] == 1


def lose(path: Path) -> None:
    path.unlink()


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to("nothing")


DAMAGES = (
    lose,
    halve,
    empty,
    zeros,
    lengthen,
    folder_instead,
    link_outside,
    link_to_nothing,
    link_to_itself,
    far_too_large,
)
NO_FILE = {folder_instead, link_outside, link_to_nothing, link_to_itself, far_too_large}
PATHS = (PAGE, PDF, MP3, VTT, FONT, "index.html")


@pytest.mark.parametrize("damage", [d for d in DAMAGES if d in NO_FILE], ids=lambda d: d.__name__)
def test_a_record_that_is_no_file(dist: Path, prove: Prove, damage: Callable[[Path], None]) -> None:
    damage(dist / record.path("clean-hands"))
    assert sorted(prove(dist).found) == [("proof-changed", record.path("clean-hands")), ("proof-record", record.path("clean-hands"))]


@pytest.mark.parametrize(
    ("path", "damage"),
    [(p, d) for p in (*PATHS, record.path("clean-hands")) for d in DAMAGES if p != record.path("clean-hands") or d not in NO_FILE],
    ids=lambda x: Path(x).name if isinstance(x, str) else x.__name__,
)
def test_a_damaged_file(dist: Path, prove: Prove, path: str, damage: Callable[[Path], None]) -> None:
    damage(dist / path)
    said = prove(dist)
    assert said.code == 1 and ("proof-changed", path) in said.found
    assert {where for _, where in said.found} == {path}


def test_a_pipe_instead_of_a_file(dist: Path, prove: Prove) -> None:
    """Nobody writes to it: a proof that waits for ever proves nothing."""
    (dist / PAGE).unlink()
    os.mkfifo(dist / PAGE)

    def late(*_: Any) -> None:
        pytest.fail("the proof waits for ever")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(6)
    try:
        assert ("proof-changed", PAGE) in prove(dist).found
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "path",
    [
        "evil.html",
        f"{PL}/index.html.bak",
        ".htaccess",
        "assets/fonts/Thumbs.db",
        "new/folder/page.html",
        "manifest.json.old",
    ],
)
def test_an_added_file(dist: Path, prove: Prove, path: str) -> None:
    """A page that nobody has proved would be served with the others."""
    (dist / path).parent.mkdir(parents=True, exist_ok=True)
    (dist / path).write_bytes((dist / PAGE).read_bytes())
    assert prove(dist)[:2] == (1, [("proof-changed", path)])


def test_an_added_link(dist: Path, tmp_path: Path, prove: Prove) -> None:
    """A link to a file, to a folder and to nothing: none was built."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private/patients.txt").write_text("x")
    (dist / "a-file").symlink_to(tmp_path / "private/patients.txt")
    (dist / "b-folder").symlink_to(tmp_path / "private", target_is_directory=True)
    (dist / "c-nothing").symlink_to(tmp_path / "nothing")
    said = prove(dist)
    assert said.found == [("proof-changed", name) for name in ("a-file", "b-folder", "c-nothing")]


def test_a_folder_replaced_by_a_link(dist: Path, tmp_path: Path, prove: Prove) -> None:
    """The files behind it are the same today; tomorrow they need not be."""
    (dist / "assets").rename(tmp_path / "assets")
    (dist / "assets").symlink_to(tmp_path / "assets", target_is_directory=True)
    said = prove(dist)
    assert said.code == 1 and said.codes == ["proof-changed"] and ("proof-changed", FONT) in said.found


ODD_NAMES = (
    b"a b.html",
    b"[bold]x[nothing].html",
    "ż.html".encode(),
    b"line\nend.html",
    b"\x1b[2K\x1b[1A.html",
    b"\xff\xfe.html",
    "\u202elmth.exe".encode(),
)


@pytest.mark.parametrize("names", [ODD_NAMES, *(pytest.param((name,), marks=pytest.mark.stress) for name in ODD_NAMES)], ids=repr)
def test_added_files_with_odd_names(dist: Path, names: tuple[bytes, ...]) -> None:
    """The real command, as on most systems: no name breaks the screen or ends in a traceback, and each is told of."""
    for name in names:
        Path(os.fsdecode(os.fsencode(dist) + b"/" + name)).write_text("x")
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "prove", str(dist), "--jobs", "1"],
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
    )
    assert b"Traceback" not in done.stderr and done.returncode == 1, done.stderr.decode()[-500:]
    assert done.stdout.count(b"[proof-changed]") == len(names) and b"\x1b" not in done.stdout and "\u202e".encode() not in done.stdout


def test_many_faults_are_counted(dist: Path, prove: Prove) -> None:
    """More than the screen takes: the rest is counted, and the advice about how to see them must work."""
    for number in range(60):
        (dist / f"new-{number:02d}.html").write_text("x")
    said = prove(dist)
    assert said.code == 1 and "60 faults" in said.out and all(f"new-{n:02d}.html" in said.out for n in range(60))


def test_what_is_not_shown_can_be_seen_elsewhere(dist: Path, prove: Prove) -> None:
    for number in range(60):
        (dist / f"new-{number:02d}.html").write_text("x")
    assert "check --json" not in prove(dist).out


def test_line_ends_changed_by_a_server(dist: Path, prove: Prove) -> None:
    """A transfer in text mode."""
    (dist / PAGE).write_bytes((dist / PAGE).read_bytes().replace(b"\n", b"\r\n"))
    assert ("proof-changed", PAGE) in prove(dist).found


# -- anything at all


def test_whatever_is_damaged_is_found(dist: Path, prove: Prove) -> None:
    """Fifty files, each damaged at random in one of five ways: every one is found, whatever it is."""
    random = np.random.default_rng(7)
    good = tree(dist)
    names = sorted(set(good) - {"manifest.json"})
    for number in range(50):
        path = names[number % len(names)]
        data = bytearray(good[path])
        at, size = int(random.integers(len(data))), int(random.integers(1, 200))
        match number % 5:
            case 0:
                data[at] ^= int(random.integers(1, 256))
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = random.bytes(size)
            case 3:
                data = data[:at]
            case _:
                data[at : at + size] = bytes((b + 1) % 256 for b in data[at : at + size])
        (dist / path).write_bytes(data)
        said = prove(dist)
        assert said.code == 1 and ("proof-changed", path) in said.found, (path, number)
        (dist / path).write_bytes(good[path])
    assert prove(dist).code == 0
