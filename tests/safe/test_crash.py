"""Builds that are killed, that find the disk full, and that run at the same time: the folder is one whole set, and the next run goes through."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ..conftest import ROOT, small_project
from .support import PAGES_ONLY, content, left_over, whole

pytestmark = pytest.mark.full
ENV = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def edit(project: Path, number: int) -> None:
    """One of two states of the project."""
    path = project / "locales/pl/LC_MESSAGES/clean-hands.po"
    text = path.read_text("utf-8")
    old, new = "Czyste ręce na oddziale", "Czyste ręce na naszym oddziale"
    path.write_text(text.replace(new, old) if number == 0 else text.replace(new, old).replace(old, new), "utf-8")


class Place:
    """A project, where its builds go, and what they should be in its two states."""

    def __init__(self, base: Path, *options: str, jobs: int = 2) -> None:
        self.base, self.project, self.out, self.cache = base, small_project(base / "project"), base / "out/dist", base / "cache"
        self.options, self.jobs = options, jobs
        self.out.parent.mkdir()
        self.wanted = []
        for number in (0, 1):
            edit(self.project, number)
            done = self.build(out=base / f"wanted-{number}")
            assert done.returncode == 0, done.stdout + done.stderr
            self.wanted.append(content(base / f"wanted-{number}"))
        assert self.wanted[0] != self.wanted[1]

    def arguments(self, out: Path | None = None) -> list[str]:
        where = ["--project", str(self.project), "--out", str(out or self.out), "--cache", str(self.cache), "--jobs", str(self.jobs)]
        return ["build", *where, *self.options]

    def build(self, out: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, str(ROOT / "build.py"), *self.arguments(out)], capture_output=True, text=True, env={**ENV, **more})

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        given = command or (str(ROOT / "build.py"),)
        return subprocess.Popen(
            [sys.executable, *given, *self.arguments()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**ENV, "LEAFLETKIT_ROUND": str(self.base)}, cwd=ROOT,
            start_new_session=True,
        )  # fmt: skip

    def check(self) -> None:
        assert content(self.out) in self.wanted and whole(self.out)

    def finish(self, number: int) -> None:
        """The next run goes through, and tidies up."""
        done = self.build()
        assert done.returncode == 0, done.stdout + done.stderr
        assert content(self.out) == self.wanted[number]
        assert left_over(self.out) == []


def alive(place: Place) -> list[str]:
    """The processes that a build of this place has left."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"LEAFLETKIT_ROUND={place.base}\0".encode() in (path / "environ").read_bytes() + b"\0":
                found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def gone(place: Place) -> bool:
    """Whether no process is left, after a while for the system to take them away."""
    end = time.monotonic() + 20
    while alive(place) and time.monotonic() < end:
        time.sleep(0.1)
    return not alive(place)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("crash"), *PAGES_ONLY)


@dataclass
class Lengths:
    """How long builds take that make all, much or little again: so that a kill falls into each part of one, on any machine."""

    seconds: dict[float, float] = field(default_factory=dict)

    def moment(self, forgotten: float, chance: random.Random) -> float:
        """Some moment of a build, or just after it."""
        return chance.uniform(0, 1.1 * self.seconds.get(forgotten, 4))

    def saw(self, forgotten: float, seconds: float) -> None:
        """A build that was not killed."""
        self.seconds[forgotten] = seconds


def forget(cache: Path, part: float, chance: random.Random) -> None:
    """Lose a part of all that is kept, by chance: 1 is everything."""
    for path in sorted(p for p in cache.rglob("*") if p.is_file()):
        if chance.random() < part:
            path.unlink()


def killed(place: Place, chance: random.Random, lengths: Lengths, *, group: bool, forgotten: Sequence[float] = (0, 1)) -> str:
    """One round: an edit, a build that is killed at some moment, then one that is not. When the first was killed, in words."""
    number, part = chance.randrange(2), chance.choice(forgotten)
    before = content(place.out)
    edit(place.project, number)
    forget(place.cache, part, chance)
    start = time.monotonic()
    process = place.start()
    try:
        if chance.random() < 0.5:
            process.wait(lengths.moment(part, chance))
        else:  # to publish takes a small part of the time, and is the dangerous one
            while process.poll() is None and not left_over(place.out):
                time.sleep(0.002)
            process.wait(chance.uniform(0, 0.3))
        lengths.saw(part, time.monotonic() - start)
    except subprocess.TimeoutExpired:
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    code = process.wait()
    assert code in (0, -signal.SIGKILL)
    assert gone(place), alive(place)
    found = content(place.out)
    phase = "not at all" if code == 0 else "after the swap" if found != before else "while the new folder was filled" if left_over(place.out) else "before anything was written"
    if place.out.exists():
        place.check()
    place.finish(number)
    return phase


@pytest.mark.parametrize("rounds", [2, pytest.param(4, marks=pytest.mark.stress)])
@pytest.mark.parametrize("group", [True, False], ids=["the whole group", "the parent alone"])
def test_killed_at_any_moment(place: Place, group: bool, rounds: int) -> None:
    chance, lengths = random.Random(group), Lengths()
    for _ in range(rounds):
        killed(place, chance, lengths, group=group)


def killed_at(place: Place, at: int, number: int) -> bool:
    """A build whose Nth call that writes, links, renames, swaps or removes something in the folder of the output is its last; then one that is not killed. Whether it came so far."""
    edit(place.project, number)
    code = place.start("-m", "tests.safe.crash", str(at), str(place.out.parent)).wait()
    assert code in (0, -signal.SIGKILL), at
    place.check()
    place.finish(number)
    return code != 0


@pytest.mark.parametrize("more", [3, pytest.param(8, marks=pytest.mark.stress)])
def test_killed_at_every_step_of_publishing(place: Place, more: int) -> None:
    chance = random.Random(3)
    edit(place.project, 0)
    place.build()
    for n, at in enumerate((1, 2, 3, *sorted(chance.sample(range(4, 60), more)), 10_000)):
        assert killed_at(place, at, 1 - n % 2) == (at != 10_000), at  # in turns, else there is nothing to do


@pytest.mark.parametrize("rounds", [1, pytest.param(3, marks=pytest.mark.stress)])
def test_two_at_once(place: Place, rounds: int) -> None:
    """Two and three builds into one folder, with an edit between them: it is one whole set at every moment."""
    chance = random.Random(4)
    place.build()
    for _ in range(rounds):
        running = []
        for _ in range(chance.choice((2, 3))):
            number = chance.randrange(2)
            edit(place.project, number)
            running.append(place.start())
            time.sleep(chance.uniform(0, 1.5))
        while any(process.poll() is None for process in running):
            folder = os.open(place.out, os.O_RDONLY)
            try:
                seen = {p.relative_to(f"/proc/self/fd/{folder}").as_posix(): p.read_bytes() for p in Path(f"/proc/self/fd/{folder}").rglob("*") if p.is_file()}
            except FileNotFoundError:
                continue  # this set was being taken away while it was read
            finally:
                os.close(folder)
            # An old set is taken away file by file while somebody still reads it; what is there is of that set alone.
            assert any(seen.items() <= wanted.items() for wanted in place.wanted)
        assert [process.returncode for process in running] == [0] * len(running)
        place.finish(number)


@pytest.fixture
def disk() -> Iterator[Path]:
    """A real small disk. Its path is short, as processes meet at a socket on it."""
    with tempfile.TemporaryDirectory(prefix="leafletkit-disk-") as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True).returncode:
            pytest.skip("this user may not mount a small disk")
        yield Path(folder)
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path, left: int) -> None:
    """Leave so many bytes of a disk."""
    (disk / "filler").unlink(missing_ok=True)
    free = shutil.disk_usage(disk).free - left
    with (disk / "filler").open("wb") as file:
        file.write(b"\0" * max(0, free))


@pytest.mark.parametrize("left", [0, 40_000, *(pytest.param(n, marks=pytest.mark.stress) for n in (4096, 16_000))])  # what changes needs 64 kB
def test_a_full_disk_for_the_output(place: Place, disk: Path, left: int) -> None:
    out = disk / "dist"
    edit(place.project, 0)
    assert place.build(out).returncode == 0
    edit(place.project, 1)
    with (place.project / "styles/page.css").open("a") as file:
        file.write(".x{color:red}")
    fill(disk, left)
    try:
        done = place.build(out)
        assert done.returncode == 3 and "can't be written" in done.stderr and "Traceback" not in done.stderr, done.stdout + done.stderr
        assert content(out) == place.wanted[0] and left_over(out) == []
        (disk / "filler").unlink()
        assert place.build(out).returncode == 0 and whole(out)
    finally:
        path = place.project / "styles/page.css"
        path.write_text(path.read_text().replace(".x{color:red}", ""))


@pytest.mark.parametrize("left", [0, 100_000, pytest.param(4096, marks=pytest.mark.stress)])
def test_a_full_disk_for_the_cache(place: Place, disk: Path, left: int, tmp_path: Path) -> None:
    fill(disk, left)
    edit(place.project, 0)
    done = subprocess.run([sys.executable, str(ROOT / "build.py"), *place.arguments(tmp_path / "dist"), "--cache", str(disk / "cache")], capture_output=True, text=True, env=ENV)
    assert done.returncode == 0, done.stdout + done.stderr
    assert content(tmp_path / "dist") == place.wanted[0]


@pytest.mark.parametrize("left", [0, 4096])
def test_a_full_disk_for_temporary_files(place: Place, disk: Path, left: int, tmp_path: Path) -> None:
    """Pages need no temporary files; who can't go on says so."""
    fill(disk, left)
    edit(place.project, 0)
    done = place.build(tmp_path / "dist", TMPDIR=str(disk))
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 3)
    if done.returncode == 0:
        assert content(tmp_path / "dist") == place.wanted[0]


def test_a_cache_that_can_only_be_read(place: Place, disk: Path, tmp_path: Path) -> None:
    shutil.copytree(place.cache, disk / "cache", dirs_exist_ok=True) if place.cache.exists() else None
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    edit(place.project, 1)
    done = subprocess.run([sys.executable, str(ROOT / "build.py"), *place.arguments(tmp_path / "dist"), "--cache", str(disk / "cache")], capture_output=True, text=True, env=ENV)
    assert done.returncode == 0, done.stdout + done.stderr
    assert content(tmp_path / "dist") == place.wanted[1]
