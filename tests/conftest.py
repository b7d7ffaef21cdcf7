"""Fixtures: a small project to break, the real project, and its finished files (built once a run); a browser."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from leafletkit import pipeline
from leafletkit.model import Edition
from leafletkit.project import Project, load

# No timed tests, and the same examples in every run: a failure must be the change's.
settings.register_profile("leafletkit", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leafletkit")

# What is started in the background ignores Ctrl+C, and so would all that tests start and stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(autouse=True)
def no_unexpected_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Any warning or error that a library logs fails the test, unless the test clears it (caplog.clear())."""
    yield
    loud = [r for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not loud, [r.getMessage() for r in loud]


def pytest_configure(config: pytest.Config) -> None:
    """All processes of one run share a cache of spoken sentences that is theirs alone; nobody's own cache is touched."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="leafletkit-test-cache-")
        config.add_cleanup(folder.cleanup)
        os.environ["LEAFLETKIT_CACHE"] = folder.name


def small_project(target: Path) -> Path:
    """A whole project of one tiny leaflet (clean-hands) in English and Polish, written into a new folder."""
    for name in ("leaflet/clean-hands", "locales/en-GB", "locales/pl", "styles", "audio"):
        shutil.copytree(ROOT / name, target / name)
    for name in ("ivig.po",):
        (target / "locales/pl/LC_MESSAGES" / name).unlink()
    text = (ROOT / "project.toml").read_text()
    lines = ['languages = ["en-GB", "pl"]' if row.startswith("languages") else row for row in text.split("\n")]
    (target / "project.toml").write_text("\n".join(lines))
    return target


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small project in a folder of its own."""
    return small_project(tmp_path / "project")


@pytest.fixture(scope="session")
def project() -> Project:
    """The real project, read once. Its values are frozen."""
    return load(ROOT)


@pytest.fixture(scope="session")
def editions(project: Project) -> dict[tuple[str, str], Edition]:
    """Every whole edition of the real project by (leaflet, language)."""
    return dict(pipeline.check(project, pipeline.Selection(), TODAY).editions)


def built_once(factory: pytest.TempPathFactory, worker: str, name: str, *options: str) -> Path:
    """A folder of finished files of the real project, built by the real command, once for all test processes."""
    base = factory.getbasetemp()
    shared = base if worker == "master" else base.parent
    out = shared / name
    # One lock for all of them: the later build takes over what an earlier one has kept, where two at once would each make it.
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            done = subprocess.run(
                [sys.executable, str(ROOT / "build.py"), "build", "--project", str(ROOT), "--out", str(out), *options],
                capture_output=True, text=True,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return out


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The finished files of the real project."""
    return built_once(tmp_path_factory, worker_id, "dist")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The real browser, which talks to nobody of itself."""
    from playwright.sync_api import sync_playwright  # here: most tests need none

    flags = [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield chromium
        chromium.close()
