"""Heavier than `make test`: builds killed at random moments in all formats and at each step of publishing, and long rows of edits.

ROUNDS, of which LEAFLETKIT_STRESS_ROUNDS says the number, is how many builds are killed at random moments. The others are in proportion to it.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from ..safe.support import EDITS, PAGES_ONLY, assert_same_as_anew, run, steps, two_leaflets
from ..safe.test_crash import Lengths, Place, edit, killed, killed_at
from ..safe.test_keys import edits_meanwhile

ROUNDS = int(os.environ.get("LEAFLETKIT_STRESS_ROUNDS", "100"))
FORGOTTEN = (0, 0, 0, 0.02, 0.1, 1)  # what part of the cache is lost before a build, so that it has much or little to do


@pytest.mark.parametrize("group", [True, False], ids=["the whole group", "the parent alone"])
def test_killed_at_any_moment_in_all_formats(group: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, chance, lengths = Place(tmp_path), random.Random(group + 10), Lengths()
    place.finish(1)
    seen = Counter(killed(place, chance, lengths, group=group, forgotten=FORGOTTEN) for _ in range(max(1, ROUNDS // 2)))
    with capsys.disabled():
        print("\nkilled", *(f"{phase}: {number}" for phase, number in sorted(seen.items())), sep=" | ")


def test_killed_at_each_step_of_publishing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every step, if there are rounds enough; else some in each part of it."""
    place = Place(tmp_path, *PAGES_ONLY)
    edit(place.project, 0)
    place.finish(0)
    last = 1
    while killed_at(place, 2 * last, 1):  # how many steps there are is not known before; each time it is the same build
        edit(place.project, 0)
        place.finish(0)
        last *= 2
    tried, chance = 0, random.Random(5)
    number = 0
    for at in sorted(chance.sample(range(1, 2 * last), min(2 * last - 1, max(1, ROUNDS // 4)))):
        if not killed_at(place, at, number):
            break
        number, tried = 1 - number, tried + 1
    with capsys.disabled():
        print(f"\nkilled at {tried} steps, the last of which is before step {2 * last}")
    assert tried


@pytest.mark.parametrize("seed", [10, 11])
def test_long_rows_of_edits(seed: int, tmp_path: Path) -> None:
    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    done = []
    for name, chance in steps(seed, max(1, ROUNDS // 10)):
        EDITS[name](root, chance)
        done.append(name)
        code, said = run(root, out, cache)
        assert code != 3, (done, said)
        assert_same_as_anew(root, out, code)


@pytest.mark.parametrize("seed", [0, 1])
def test_long_rows_of_edits_while_builds_run(seed: int, tmp_path: Path) -> None:
    edits_meanwhile(two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache", random.Random(seed), max(1, ROUNDS // 16))
