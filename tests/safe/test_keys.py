"""What is taken over from an earlier build is what would be made anew, whatever was edited in between."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from leafletkit.cache import Cache

from ..conftest import ROOT, TODAY, small_project
from .support import EDITS, FIRST, PAGES_ONLY, PO, SECOND, assert_same_as_anew, run, steps, swapped, two_leaflets, whole

pytestmark = pytest.mark.full


# Every fifth kind there and back here, and all of them twice in `make stress`: each edit takes two builds.
KINDS = [pytest.param(name, 2) for name in sorted(EDITS)[::5]] + [pytest.param(name, 4, marks=pytest.mark.stress) for name in sorted(EDITS)]


@pytest.mark.parametrize(("name", "times"), KINDS)
def test_an_edit_there_and_back(name: str, times: int, tmp_path: Path) -> None:
    """After each kind of edit, and after it was taken back, a build gives what one that keeps nothing gives."""
    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    chance = random.Random(name)
    run(root, out, cache, *PAGES_ONLY)
    for _ in range(times):
        EDITS[name](root, chance)
        code, said = run(root, out, cache, *PAGES_ONLY)
        assert code != 3, said
        assert_same_as_anew(root, out, code, *PAGES_ONLY)


@pytest.mark.parametrize(("seed", "count"), [(0, 6), *(pytest.param(n, 12, marks=pytest.mark.stress) for n in range(4))])
def test_edits_at_random(seed: int, count: int, tmp_path: Path) -> None:
    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    done = []
    for name, chance in steps(seed, count):
        EDITS[name](root, chance)
        done.append(name)
        code, said = run(root, out, cache, *PAGES_ONLY)
        assert code != 3, (done, said)
        assert_same_as_anew(root, out, code, *PAGES_ONLY)


def edits_meanwhile(root: Path, out: Path, cache: Path, chance: random.Random, rounds: int) -> None:
    """Edits at random moments of a build, often taken back at once: the build after it is one that keeps nothing."""
    command = [sys.executable, str(ROOT / "build.py"), "build", "--project", str(root), "--out", str(out), "--cache", str(cache), "--jobs", "2", *PAGES_ONLY]
    names = [name for name in sorted(EDITS) if name not in ("font", "touch")]
    for _ in range(rounds):
        EDITS[chance.choice(names)](root, chance)
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
        done = []
        for _ in range(chance.randrange(1, 4)):
            time.sleep(chance.uniform(0, 1.5))
            done.append(chance.choice(done) if done and chance.random() < 0.6 else chance.choice(names))
            EDITS[done[-1]](root, chance)
        assert running.wait() in (0, 1), done
        assert whole(out)
        for back in (None, done[0]):  # what was kept under a wrong key would come to light when an edit is taken back
            if back:
                EDITS[back](root, chance)
            code, said = run(root, out, cache, *PAGES_ONLY)
            assert code != 3, (done, said)
            assert_same_as_anew(root, out, code, *PAGES_ONLY)


@pytest.mark.parametrize("rounds", [1, pytest.param(3, marks=pytest.mark.stress)])
def test_edits_while_a_build_runs(rounds: int, tmp_path: Path) -> None:
    edits_meanwhile(two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache", random.Random(1), rounds)


def test_days_that_pass(tmp_path: Path) -> None:
    """A review date comes and goes with no edit; also backwards."""
    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    due = date(2028, 11, 1)
    for today in (TODAY, due - timedelta(1), due, due + timedelta(1), due + timedelta(2), due, TODAY):
        for release in ((), ("--release",)):
            code, said = run(root, out, cache, *PAGES_ONLY, *release, today=today)
            assert code != 3, said
            assert_same_as_anew(root, out, code, *PAGES_ONLY, *release, today=today)


def test_other_fonts_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leafletkit import fonts

    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    bold = fonts.locate("NotoSans-Bold.ttf")
    (tmp_path / "own").mkdir()
    for n in range(4):
        fonts.use(Path(f"/nowhere-{n}"))
        code, _ = run(root, out, cache, *PAGES_ONLY)
        assert_same_as_anew(root, out, code, *PAGES_ONLY)
        if n == 0:
            monkeypatch.setenv("LEAFLETKIT_FONTS", str(tmp_path / "own"))
        elif n == 1:
            shutil.copy(bold, tmp_path / "own/NotoSans-Regular.ttf")
        else:
            (tmp_path / "own/NotoSans-Regular.ttf").unlink()
            break


def test_our_own_code(tmp_path: Path) -> None:
    """One changed line of the toolkit: nothing that the other one has made is taken."""
    root, out, cache = small_project(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    assert run(root, out, cache, *PAGES_ONLY)[0] == 0
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    code = tmp_path / "src/leafletkit/render/web.py"
    code.write_text(code.read_text() + "\n# another line\n")
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from leafletkit.cli import main; sys.exit(main())", "build", "--explain", "--project", str(root), "--out", str(out), "--cache", str(cache), "--jobs", "1", *PAGES_ONLY],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("made: the toolkit, or a library that it uses has changed") == 4 and "kept:" not in done.stdout


def test_one_string_makes_one_edition_and_speaks_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit of one string makes again only what carries it, and speaks only its sentence."""
    root, out, cache = two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    formats = ("--format", "web", "--format", "audio")
    assert run(root, out, cache, *formats)[0] == 0
    spoken = []
    real = Cache.put
    monkeypatch.setattr(Cache, "put", lambda self, key, value: (spoken.append(key), real(self, key, value)))
    swapped(PO, ("z jednej osoby na drugą", "z jednego człowieka na drugiego"))(root, random.Random(1))
    code, said = run(root, out, cache, *formats, "--explain")
    assert code == 0, said
    made = {row.partition(": ")[0] for row in said.splitlines() if ": made: " in row}
    # The page of the other language names no words of this one, but the size of no file has changed there either.
    assert {path.split("/")[1] for path in made} == {"pl"} and {path.split("/")[0] for path in made} == {FIRST}
    assert sum(key.startswith("segment ") for key in spoken) == 1
    assert f"{SECOND}/pl/index.html: kept" in said
