"""Ctrl+C, as a terminal sends it: to every process of the run at once. It ends in silence, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..conftest import ROOT
from .support import content, left_over
from .test_crash import ENV, Place, alive, edit, gone

pytestmark = pytest.mark.full
PRINTED = ("--format", "web", "--format", "standard-print", "--format", "audio")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("stop"), *PRINTED, jobs=3)


def start(place: Place, temporary: Path, *more: str) -> subprocess.Popen[str]:
    environment = {**ENV, "LEAFLETKIT_ROUND": str(place.base), "TMPDIR": str(temporary)}
    command = [sys.executable, "-u", str(ROOT / "build.py"), *place.arguments(), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)


def stop(running: subprocess.Popen[str]) -> tuple[int, str, str]:
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    return running.returncode, out, err


# Seconds after the first line: while the workers start, when they have begun, in the middle of their work.
@pytest.mark.parametrize("after", [0.0, 0.2, 0.5, 0.9, 1.4, 2.0])
def test_a_build_that_is_stopped(place: Place, tmp_path: Path, after: float) -> None:
    edit(place.project, 0)
    before = content(place.out) if place.out.exists() else None
    running = start(place, tmp_path, "--no-cache")
    assert running.stdout
    assert "render and prove" in running.stdout.readline()
    time.sleep(after)
    code, _, err = stop(running)
    assert code == 130 and err == "leafletkit: stopped; nothing was changed\n", err
    assert gone(place), alive(place)
    assert (content(place.out) if place.out.exists() else None) == before and left_over(place.out) == []
    assert list(tmp_path.iterdir()) == []


def test_before_the_work_begins(place: Place, tmp_path: Path) -> None:
    """While the project is read, an engine may already be at work."""
    for after in (0.4, 0.8, 1.1):
        running = start(place, tmp_path, "--no-cache")
        time.sleep(after)
        code, _, err = stop(running)
        assert code == 130 and err == "leafletkit: stopped; nothing was changed\n", err
        assert gone(place) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("after", [0.0, 0.6, 1.5])
def test_a_preview_that_is_stopped_at_work(place: Place, tmp_path: Path, after: float) -> None:
    running = start(place, tmp_path, "--watch", "--port", "0", "--cache", str(tmp_path.with_name(f"{tmp_path.name}-cache")))
    assert running.stdout
    while "render and prove" not in running.stdout.readline():
        pass
    time.sleep(after)
    code, out, err = stop(running)
    assert code == 130 and out.count("The preview has ended.") == 1 and err == "", err
    assert gone(place), alive(place)
    assert left_over(place.out) == [] and list(tmp_path.iterdir()) == []
