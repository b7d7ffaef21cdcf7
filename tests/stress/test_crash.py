"""Heavier than `make test`: hundreds of builds killed at random moments in all formats, and long rows of edits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ..safe.support import EDITS, assert_same_as_anew, run, steps, two_leaflets
from ..safe.test_crash import Place, killed
from ..safe.test_keys import edits_meanwhile


@pytest.mark.parametrize("group", [True, False], ids=["the whole group", "the parent alone"])
def test_killed_at_any_moment_in_all_formats(group: bool, tmp_path: Path) -> None:
    place, chance = Place(tmp_path), random.Random(group + 10)
    for _ in range(100):
        killed(place, chance, group=group)


@pytest.mark.parametrize("seed", range(10, 20))
def test_long_rows_of_edits(seed: int, tmp_path: Path) -> None:
    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    done = []
    for name, chance in steps(seed, 60):
        EDITS[name](root, chance)
        done.append(name)
        code, said = run(root, out, cache)
        assert code != 3, (done, said)
        assert_same_as_anew(root, out, code)


@pytest.mark.parametrize("seed", range(5))
def test_long_rows_of_edits_while_builds_run(seed: int, tmp_path: Path) -> None:
    edits_meanwhile(two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache", random.Random(seed), 40)
