"""`prove` and whole folders: where nothing has happened nothing is named; what is no folder is said."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from leafletkit import cli

from ..conftest import ROOT, TODAY
from .support import FONT, MP3, PAGE, Prove, edit, flip, put

pytestmark = pytest.mark.full


# -- a folder that nothing has happened to


def test_a_good_folder(made: Path, prove: Prove) -> None:
    """Every file is read back, every warning found in each, and nothing is written."""
    before = {p: p.stat().st_mtime_ns for p in made.rglob("*")}
    said = prove(made / "dist")
    assert (said.code, said.found) == (0, [])
    assert said.out == "16 files read back, 16 warnings found in them; 0 faults.\n"
    assert {p: p.stat().st_mtime_ns for p in made.rglob("*")} == before


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_command_by_itself(made: Path, tmp_path: Path, jobs: str) -> None:
    """The real command in processes of its own: in an empty folder, by the default name, with no project near."""
    (tmp_path / "there").mkdir()
    shutil.copytree(made / "dist", tmp_path / "there/dist")
    for folder, arguments in ((tmp_path / "there", []), (tmp_path / "empty", ["../there/dist"])):
        folder.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, str(ROOT / "build.py"), "prove", *arguments, "--jobs", jobs],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode, done.stdout) == (0, "16 files read back, 16 warnings found in them; 0 faults.\n"), (
            done.stderr
        )
        assert done.stderr == ""
    assert list((tmp_path / "empty").iterdir()) == []
    flip(tmp_path / "there/dist" / PAGE, 0.5)
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "prove", "--jobs", jobs],
        cwd=tmp_path / "there",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (
        done.returncode == 1 and f"{PAGE}: withheld: " in done.stdout and "Traceback" not in done.stdout + done.stderr
    )


def test_in_several_processes_the_same_is_said(dist: Path, prove: Prove) -> None:
    put(dist, PAGE, (dist / PAGE).read_bytes().replace(b" nie</strong>", b"</strong>"))
    flip(dist / FONT, 0.5)
    assert prove(dist).out == prove(dist, "--jobs", "3").out


def test_a_folder_behind_a_link(dist: Path, tmp_path: Path, prove: Prove) -> None:
    """Many servers have a link “current” to the newest folder."""
    (tmp_path / "current").symlink_to(dist, target_is_directory=True)
    assert prove(tmp_path / "current").code == 0
    flip(dist / MP3, 0.5)
    assert prove(tmp_path / "current").code == 1


def test_copies_with_other_times_and_rights(dist: Path, prove: Prove) -> None:
    """A copy through a file share changes dates and rights, and adds empty folders at most."""
    for path in dist.rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))
            path.chmod(0o777)
    (dist / "assets/empty").mkdir()
    assert prove(dist).code == 0


@pytest.mark.parametrize(
    "selection",
    [
        ["--format", "web"],
        ["--format", "large-print"],
        ["--format", "standard-print", "--format", "giant-print"],
        ["--language", "pl", "--format", "easy-read"],
        ["--language", "en-GB", "--format", "audio"],
    ],
)
def test_a_part_of_the_project(project: Path, tmp_path: Path, prove: Prove, selection: Sequence[str]) -> None:
    """A selection is a folder like any other."""
    assert (
        cli.main(
            ["build", "--project", str(project), *selection, "--jobs", "1", "--out", str(tmp_path / "out")], today=TODAY
        )
        == 0
    )
    assert prove(tmp_path / "out").code == 0 and prove(tmp_path / "out", "--project", project).code == 0


def test_withheld_leaflets_are_no_fault_of_the_folder(project: Path, tmp_path: Path, prove: Prove) -> None:
    """Polish is not published: the folder is what it says it is."""
    po = project / "locales/pl/LC_MESSAGES/clean-hands.po"
    edit(po, '"Przed wyjściem proszę umyć je ponownie."', '""')
    for formats, count in ((["web", "large-print"], 2), (["audio"], 1)):
        options = [part for f in formats for part in ("--format", f)]
        assert (
            cli.main(
                ["build", "--project", str(project), *options, "--jobs", "1", "--out", str(tmp_path / "out")],
                today=TODAY,
            )
            == 1
        )
        said = prove(tmp_path / "out")
        assert (said.code, said.found) == (0, []) and said.out.startswith(f"{count} files")
        assert prove(tmp_path / "out", "--project", project).code == 0


def test_a_release_of_nothing(project: Path, tmp_path: Path, prove: Prove) -> None:
    """All is withheld: an empty list of leaflets is proved too, and says that nothing was read back."""
    assert (
        cli.main(
            ["build", "--release", "--project", str(project), "--jobs", "1", "--out", str(tmp_path / "out")],
            today=TODAY,
        )
        == 1
    )
    said = prove(tmp_path / "out")
    assert said.code == 0 and said.out.startswith("0 files read back, 0 warnings")
    assert prove(tmp_path / "out", "--project", project).code == 0


# -- what is no folder of finished leaflets


def test_no_such_folder(tmp_path: Path, prove: Prove, made: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nothing", tmp_path / "file", tmp_path / "empty", made / "dist" / PAGE, made):
        said = prove(folder)
        assert said.code in (1, 3) and not said.out.startswith("12 files"), folder
        assert said.code == 1 or "manifest.json" in said.out
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_lost_manifest(dist: Path, prove: Prove) -> None:
    (dist / "manifest.json").unlink()
    said = prove(dist)
    assert said.code == 3 and "has no manifest.json" in said.out and "build" in said.out


@pytest.mark.parametrize(
    "options", [["--jobs", "0"], ["--jobs", "x"], ["--bogus"], ["--project", "there/is/none"], ["--leaflet", "ivig"]]
)
def test_a_wrong_command_line(made: Path, prove: Prove, options: list[str]) -> None:
    assert prove(made / "dist", *options).code == 2
