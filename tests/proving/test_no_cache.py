"""`prove` is the check that needs no cache: it opens none, neither to read nor to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from leafletkit import cli
from leafletkit.cache import Cache

from ..conftest import TODAY, small_project

pytestmark = pytest.mark.full
SOME = ("--format", "web", "--format", "standard-print", "--format", "audio")


@pytest.mark.parametrize("with_project", [False, True])
def test_it_asks_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], with_project: bool) -> None:
    project, out, kept = small_project(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    monkeypatch.setenv("LEAFLETKIT_CACHE", str(kept))
    assert cli.main(["build", "--project", str(project), "--out", str(out), "--jobs", "1", *SOME], today=TODAY) == 0
    capsys.readouterr()
    asked: list[str] = []

    def ask(_: Cache, key: str, *__: object) -> None:
        asked.append(key)

    for name in ("get", "put", "__contains__"):
        monkeypatch.setattr(Cache, name, ask)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept.rglob("*") if path.is_file()}
    assert before, "the build has kept something that could be asked for"
    given = ["prove", str(out), "--jobs", "1", *(["--project", str(project)] if with_project else [])]
    assert cli.main(given, today=TODAY) == 0, capsys.readouterr().out
    assert "6 files read back" in capsys.readouterr().out and asked == []
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_it_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    """Also in its processes: where the cache should be there is a file that is none, and it finds what somebody has changed all the same."""
    project, out = small_project(tmp_path / "project"), tmp_path / "dist"
    assert cli.main(["build", "--project", str(project), "--out", str(out), "--jobs", "1", "--no-cache", *SOME], today=TODAY) == 0
    (tmp_path / "file").write_bytes(b"no cache")
    monkeypatch.setenv("LEAFLETKIT_CACHE", str(tmp_path / "file"))
    assert cli.main(["prove", str(out), "--jobs", jobs], today=TODAY) == 0
    page = out / "clean-hands/pl/index.html"
    page.write_bytes(page.read_bytes().replace(b"<main", b"<main ", 1))
    assert cli.main(["prove", str(out), "--jobs", jobs], today=TODAY) == 1
    assert (tmp_path / "file").read_bytes() == b"no cache"
