from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import small_project

from .support import Machines, built, machines


@pytest.fixture(autouse=True)
def errands_at_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The module is known by the same name here as on the workers."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    yield
    sys.modules.pop("errands", None)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers, for all tests that do them no harm."""
    with machines(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("small") / "project")


@pytest.fixture(scope="module")
def serial(project: Path) -> Path:
    """The small project, built by one process."""
    out = project.parent / "serial"
    done = built(project, out, "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    return out
