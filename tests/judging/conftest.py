"""Fixtures: the small project ready for release, signed, heard, or with a wrong number in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..conftest import small_project
from ..signoff_support import MD, PO, no_demonstration, sign, sign_words, swap


@pytest.fixture
def ready(small):
    """The small project as a real leaflet: nothing is wrong with it, but nobody has signed."""
    no_demonstration(small)
    return small


@pytest.fixture(scope="session")
def approved(tmp_path_factory):
    """A project like `ready` with its words approved in both languages, signed once in a process; never changed."""
    root = small_project(tmp_path_factory.mktemp("approved") / "project")
    no_demonstration(root)
    sign_words(root)
    return root


@pytest.fixture
def signed(approved, tmp_path):
    """A copy of it: nobody has listened."""
    return Path(shutil.copytree(approved, tmp_path / "project", dirs_exist_ok=True))


@pytest.fixture
def heard(signed):
    """Somebody has listened to the Polish and the English recordings."""
    for tag in ("en-GB", "pl"):
        assert sign(signed, "heard", language=tag) == 0
    return signed


@pytest.fixture
def wrong(small):
    """The small project with 84 hours for 48 in the Polish warning."""
    swap(small, PO, "Jeśli w ciągu ostatnich 48", "Jeśli w ciągu ostatnich 84")
    return small


@pytest.fixture
def silent(small):
    """A warning with a sign that the voice passes over, and that the Polish lexicon has no word for."""
    swap(small, "audio/lexicon/pl.toml", '"≥" = "co najmniej"\n', "")
    swap(small, MD, "had diarrhoea in", "had diarrhoea ≥2 times in")
    swap(small, PO, 'had diarrhoea in the last 48 hours."', 'had diarrhoea ≥2 times in the last 48 hours."')
    swap(small, PO, "Jeśli w ciągu ostatnich 48 godzin", "Jeśli w ciągu ostatnich 48 godzin ≥2 razy")
    return small
