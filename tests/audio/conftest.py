"""Fixtures: the recordings of clean-hands in two languages, made once, with what their sentences should sound like."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from leafletkit.model import Edition
from leafletkit.project import Project

from ..audio_support import Case, make_cases


@pytest.fixture(scope="session")
def cases(project: Project, editions: Mapping[tuple[str, str], Edition], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """The values are never changed, so once a process will do."""
    return make_cases(project, editions, tmp_path_factory.mktemp("cache"))


@pytest.fixture
def english(cases: dict[str, Case]) -> Case:
    return cases["en-GB"]
