"""No room for temporary files: whoever needs some says so in a line, the run ends as at any fault, and the old files stay."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from leafletkit import cli, scratch
from leafletkit.errors import Fault

from ..conftest import ROOT, small_project
from .support import PAGES_ONLY, content, run
from .test_crash import ENV, disk, fill  # noqa: F401  # a fixture


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("scratch") / "project")


def unusable(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    if kind == "missing":
        return tmp_path / "nowhere"
    if kind == "a file":
        (tmp_path / "file").touch()
        return tmp_path / "file"
    full: Path = request.getfixturevalue("disk")
    if kind == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", str(full)], check=True)
    else:
        fill(full, 4096)
    return full


@pytest.mark.full
@pytest.mark.parametrize("kind", ["missing", "a file", "full", "read-only"])
@pytest.mark.parametrize("verb", ["build", "check", "prove"])
def test_a_folder_that_cant_be_used(project: Path, tmp_path: Path, request: pytest.FixtureRequest, kind: str, verb: str) -> None:
    place, out = unusable(kind, tmp_path, request), tmp_path / "dist"
    where = {"build": ["--project", str(project), "--out", str(out), "--no-cache"], "check": ["--project", str(project)], "prove": [str(out)]}[verb]
    done = subprocess.run([sys.executable, str(ROOT / "build.py"), verb, *where], capture_output=True, text=True, env={**ENV, "TMPDIR": str(place)})
    assert done.returncode == cli.FAULT, done.stdout + done.stderr
    assert f"leafletkit: temporary files can't be written into {place}: " in done.stderr and "TMPDIR" in done.stderr
    assert len(done.stderr.splitlines()) == 2 and done.stdout == "" and not out.exists()


@pytest.mark.full
def test_a_path_that_is_too_long(project: Path, tmp_path: Path) -> None:
    """Processes meet at a socket below it, and the path of a socket can't be long: that is said, and not that memory has run out."""
    place = tmp_path / ("long" * 30)
    place.mkdir()
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "build", "--project", str(project), "--out", str(tmp_path / "dist"), "--no-cache", "--jobs", "2", *PAGES_ONLY],
        capture_output=True, text=True, env={**ENV, "TMPDIR": str(place)},
    )  # fmt: skip
    assert done.returncode == cli.FAULT and not (tmp_path / "dist").exists()
    assert "no process could be started to make" in done.stderr and "short path" in done.stderr and "Traceback" not in done.stderr


def test_nowhere_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has named a folder, and no usual one can be written."""
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
    with pytest.raises(Fault, match="temporary files can't be written: No usable temporary directory"):
        scratch.ready()


@pytest.mark.full
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("fmt", ["standard-print", "audio"])
def test_full_in_the_middle(project: Path, tmp_path: Path, disk: Path, fmt: str, jobs: int) -> None:  # noqa: F811
    """It was there when the run began, and then others filled it: no leaflet is to blame, and nothing that is published goes."""
    out = tmp_path / "dist"
    assert run(project, out, None, *PAGES_ONLY)[0] == 0
    before = content(out)
    fill(disk, 4096)
    options = ["build", "--project", str(project), "--out", str(out), "--format", fmt, "--jobs", str(jobs), "--cache", str(tmp_path / "cache")]
    program = "import sys; from leafletkit import cli, scratch; real = scratch.ready; seen = []\n" \
        "def ready():\n    seen.append(1)\n    if len(seen) > 2: real()\n" \
        "scratch.ready = ready; sys.exit(cli.main(sys.argv[1:]))"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", program, *options], capture_output=True, text=True, env={**ENV, "TMPDIR": str(disk)})
    assert done.returncode == cli.FAULT, done.stdout + done.stderr
    assert "temporary files can't be written into" in done.stderr and "Traceback" not in done.stderr
    assert content(out) == before and os.listdir(disk) == ["filler"]


@pytest.mark.full
def test_processes_share_a_folder_that_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with scratch.shared() as folder:
        assert Path(folder).parent == tmp_path
        (Path(folder) / "left").touch()
    assert list(tmp_path.iterdir()) == []
