"""What counts as an edit: saves of every kind, and nothing that editors leave beside the files."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from leafletkit import watch_files
from leafletkit.watch_files import changed, events, settled, snapshot, ticks

PO = "locales/pl/LC_MESSAGES/hands.po"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / PO).parent.mkdir(parents=True)
    (tmp_path / PO).write_text("one")
    (tmp_path / "project.toml").write_text("x = 1")
    return tmp_path


def by_renaming(path: Path) -> None:
    other = path.with_name("fresh")
    other.write_text("two")
    other.rename(path)


def keeping_its_time(path: Path) -> None:
    """As an unpacked archive does: the same length, and the time of the old file."""
    old = path.stat()
    path.write_text("two")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))


@pytest.mark.parametrize("save", [lambda p: p.write_text("three"), by_renaming, keeping_its_time, lambda p: p.unlink()])
@pytest.mark.parametrize("name", [PO, "project.toml"])
def test_each_way_to_save_is_seen(root, save, name):
    before = snapshot(root)
    save(root / name)
    assert changed(before, snapshot(root)) == (name,)


def test_new_files_and_folders_are_seen(root):
    before = snapshot(root)
    (root / "fonts").mkdir()
    (root / "fonts/Own.ttf").write_bytes(b"x")
    assert changed(before, snapshot(root)) == ("fonts/Own.ttf",)


@pytest.mark.parametrize("name", ["hands.mo", "hands.po~", ".hands.po.swp", "hands.po.swp", "4913", "#hands.po#", ".#hands.po", "hands.po.tmp", "hands.po.BAK"])
def test_what_editors_leave_beside_is_no_edit(root, name):
    before = snapshot(root)
    (root / PO).with_name(name).write_text("x")
    assert changed(before, snapshot(root)) == ()


def test_finished_files_are_no_edits(root):
    before = snapshot(root)
    for name in ("preview/index.html", "dist/index.html", ".venv/x.py", "notes.txt"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x")
    assert changed(before, snapshot(root)) == ()


class Writer:
    """An editor that saves step by step: each step is done while the watcher sleeps."""

    def __init__(self, *steps):
        self.steps, self.slept = list(steps), 0.0

    def __call__(self, seconds):
        self.slept += seconds
        if self.steps:
            self.steps.pop(0)()


def test_a_file_in_parts_is_waited_for(root):
    before = snapshot(root)
    path = root / PO
    path.write_text("")
    writer = Writer(*(lambda n=n: path.write_text("x" * n) for n in range(1, 6)))
    found = settled(lambda: snapshot(root), before, writer)
    assert found[PO][2] == 5 and not writer.steps


def test_a_file_that_is_gone_for_a_moment_is_waited_for(root):
    before = snapshot(root)
    path = root / PO
    path.unlink()
    pause = [lambda: None] * 4
    writer = Writer(*pause, lambda: path.write_text("back again"))
    found = settled(lambda: snapshot(root), before, writer)
    assert found[PO][2] == len("back again")


def test_a_deleted_file_is_an_edit_in_the_end(root):
    before = snapshot(root)
    (root / PO).unlink()
    writer = Writer()
    assert PO not in settled(lambda: snapshot(root), before, writer)
    assert writer.slept >= watch_files.COMING_BACK


def test_a_writer_without_a_pause_does_not_hold_it_up_for_ever(root):
    before = snapshot(root)
    numbers = iter(range(1, 10_000))
    writer = Writer(*(lambda: (root / PO).write_text("x" * next(numbers)) for _ in range(5000)))
    settled(lambda: snapshot(root), before, writer)
    assert writer.steps and writer.slept < watch_files.LONGEST + 1


def seen_by(looks, root, edit) -> tuple[str, ...]:
    """What has changed at the first look after an edit that finds something; the edit is done at the first look."""
    before, done = snapshot(root), False
    for _ in looks:
        if found := changed(before, snapshot(root)):
            return found
        if not done:
            edit()
            done = True
    return ()


@pytest.mark.parametrize("look", [events, lambda _root, stop: ticks(stop)], ids=["events", "ticks"])
@pytest.mark.parametrize("name", [PO, "project.toml", "styles/page.css"], ids=["in a folder", "settings", "in a new folder"])
def test_a_look_comes_after_each_edit(root, look, name):
    stop = threading.Event()

    def edit():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("edited")

    assert seen_by(look(root, stop), root, edit) == (name,)


def test_a_folder_that_takes_the_place_of_another_is_watched(root):
    """As a checkout of another branch does it."""
    stop = threading.Event()
    looks = events(root, stop)

    def exchange():
        (root / "locales").rename(root / "old")
        (root / PO).parent.mkdir(parents=True)
        (root / PO).write_text("another")

    assert PO in seen_by(looks, root, exchange)
    assert seen_by(looks, root, lambda: (root / PO).write_text("and once more")) == (PO,)


@pytest.mark.parametrize("look", [events, lambda _root, stop: ticks(stop)], ids=["events", "ticks"])
def test_it_ends(root, look):
    stop = threading.Event()
    looks = look(root, stop)
    next(looks)
    stop.set()
    assert list(looks) == []
