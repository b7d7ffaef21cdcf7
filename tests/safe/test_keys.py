"""What is taken over from an earlier build is what would be made anew, whatever was edited in between."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .support import EDITS, PAGES_ONLY, assert_same_as_anew, run, steps, two_leaflets

pytestmark = pytest.mark.full


@pytest.mark.parametrize("name", sorted(EDITS))
def test_an_edit_there_and_back(name: str, tmp_path: Path) -> None:
    """After each kind of edit, and after it was taken back, a build gives what one that keeps nothing gives."""
    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    chance = random.Random(name)
    run(root, out, cache, *PAGES_ONLY)
    for _ in range(4):
        EDITS[name](root, chance)
        code, said = run(root, out, cache, *PAGES_ONLY)
        assert code != 3, said
        assert_same_as_anew(root, out, code, *PAGES_ONLY)


@pytest.mark.parametrize("seed", range(4))
def test_edits_at_random(seed: int, tmp_path: Path) -> None:
    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    done = []
    for name, chance in steps(seed, 12):
        EDITS[name](root, chance)
        done.append(name)
        code, said = run(root, out, cache, *PAGES_ONLY)
        assert code != 3, (done, said)
        assert_same_as_anew(root, out, code, *PAGES_ONLY)
