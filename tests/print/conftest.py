"""Fixtures: the PDFs of the real project (built once a run), one of them, and styles to spoil."""

from __future__ import annotations

import shutil

import pytest

from leafletkit.model import PRINT
from leafletkit.render.print import render_print

from ..conftest import ROOT, built_once
from .support import Printed

_kept: dict[tuple[str, str, str], Printed] = {}


@pytest.fixture(scope="session")
def printed(tmp_path_factory, worker_id):
    """The finished PDFs of the real project, built by the real command, once for all test processes."""
    options = [part for fmt in PRINT for part in ("--format", fmt)]
    return built_once(tmp_path_factory, worker_id, "printed", *options)


@pytest.fixture
def file(request, printed, editions):
    """One finished PDF, named by (leaflet, language, format). What is read from it is kept for the next test."""
    leaflet, tag, fmt = request.param
    if request.param not in _kept:
        path = printed / leaflet / tag / f"{leaflet}-{tag}-{fmt}.pdf"
        _kept[request.param] = Printed(path.read_bytes(), editions[leaflet, tag], fmt)
    return _kept[request.param]


@pytest.fixture(scope="session")
def english(editions):
    return editions["clean-hands", "en-GB"]


@pytest.fixture(scope="session")
def good(english):
    """A good file to be broken, in 18 points."""
    return render_print(english, ROOT / "styles", PRINT["large-print"])


@pytest.fixture
def styles(tmp_path):
    """A copy of the styles, to spoil."""
    return shutil.copytree(ROOT / "styles", tmp_path / "styles")
