"""The spare folder with which a large build begins: whatever somebody has put there, nothing outside is deleted, and nothing is written through it."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from leafletkit.errors import Fault
from leafletkit.model import File
from leafletkit.owner import mine
from leafletkit.publish import Staging, publish

from .support import content, left_over


def files(words: str) -> list[File]:
    return [File("manifest.json", b"{}"), *(File(f"{n % 3}/{n}.html", f"{words} {n}".encode()) for n in range(12))]


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket may not be long
        try:
            listening.bind(path.name)
        finally:
            os.chdir(here)


def _folder_of_links(spare: Path, outside: Path) -> None:
    (spare / "0/deep/deeper").mkdir(parents=True)
    (spare / "0/deep/deeper/up").symlink_to(outside)


def _away(spare: Path, outside: Path) -> None:
    """The spare folder itself is a link."""
    shutil.rmtree(spare)
    spare.symlink_to(outside)


def _away_in_use(spare: Path, outside: Path) -> None:
    """The same, and what it leads to looks like one of ours."""
    shutil.rmtree(outside)
    shutil.copytree(spare, outside)
    _away(spare, outside)


def _replaced(place: str, make: Callable[[Path], object]) -> Callable[[Path, Path], None]:
    """Something else in the place of a file or folder."""

    def act(spare: Path, _: Path) -> None:
        path = spare / place
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        make(path)

    return act


def _in_place(place: str, make: Callable[[Path, Path], object]) -> Callable[[Path, Path], None]:
    return lambda spare, outside: _replaced(place, lambda path: make(path, outside))(spare, outside)


PLANTED: dict[str, Callable[[Path, Path], object]] = {
    "a link to a file": _in_place("0/3.html", lambda path, outside: path.symlink_to(outside / "0/3.html")),
    "a link to a file that is not wanted any more": lambda spare, outside: (spare / "0/more.html").symlink_to(outside / "0/3.html"),
    "a link to a folder": _in_place("1", lambda path, outside: path.symlink_to(outside / "0")),
    "a link to a folder, beside ours": lambda spare, outside: (spare / "3").symlink_to(outside),
    "a link to nothing": _in_place("0/3.html", lambda path, outside: path.symlink_to(outside / "new")),
    "a link deep down": _folder_of_links,
    "a link to itself": lambda spare, _: (spare / "0/round").symlink_to(spare / "0"),
    "itself a link": _away,
    "itself a link to finished leaflets": _away_in_use,
    "itself a link to nothing": lambda spare, outside: (shutil.rmtree(spare), spare.symlink_to(outside / "new")),
    "itself a file": lambda spare, _: (shutil.rmtree(spare), spare.write_bytes(b"x")),
    "itself a pipe": lambda spare, _: (shutil.rmtree(spare), os.mkfifo(spare)),
    "one file with one outside": _in_place("0/3.html", lambda path, outside: path.hardlink_to(outside / "0/3.html")),
    "one file with one outside, not wanted any more": lambda spare, outside: (spare / "0/more.html").hardlink_to(outside / "0/3.html"),
    "a foreign file": lambda spare, _: (spare / "notes.txt").write_bytes(b"x"),
    "a foreign hidden file in a folder of its own": lambda spare, _: ((spare / ".git/a").mkdir(parents=True), (spare / ".git/a/HEAD").write_bytes(b"x")),
    "a foreign folder": lambda spare, _: (spare / "empty/empty").mkdir(parents=True),
    "a folder where a file goes": _replaced("0/3.html", lambda path: ((path / "a").mkdir(parents=True), (path / "a/b").write_bytes(b"x"))),
    "a file where a folder goes": _replaced("1", lambda path: path.write_bytes(b"x")),
    "a pipe": _replaced("0/3.html", os.mkfifo),
    "a pipe, beside ours": lambda spare, _: os.mkfifo(spare / "pipe"),
    "a socket": _replaced("0/3.html", _socket),
    "a socket, beside ours": lambda spare, _: _socket(spare / "1/socket"),
    "a file that nobody may write to": lambda spare, _: ((spare / "0/3.html").chmod(0), (spare / "0").chmod(0o555)),
}


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    """A folder that stands, its spare one, and one of somebody else that holds files of the same names."""
    monkeypatch.setattr("leafletkit.publish._MANY", 5)
    (tmp_path / "here").mkdir()
    out, spare, outside = tmp_path / "here/dist", tmp_path / "here/.dist.spare", tmp_path / "outside"
    for words in ("first", "second"):
        publish(files(words), out)
    shutil.copytree(spare, outside)
    for path in outside.rglob("*.html"):
        path.write_bytes(b"mine")
    return out, spare, outside


@pytest.mark.parametrize("last", ["written", "taken over", "piece by piece"])
@pytest.mark.parametrize("planted", PLANTED)
def test_a_spare_folder_that_somebody_changed(places, planted: str, last: str) -> None:
    out, spare, outside = places
    PLANTED[planted](spare, outside)
    before = content(outside)
    wanted = {f.path: f.data for f in files("second" if last == "taken over" else "third")}
    with Staging(out) as staging:
        for path, data in wanted.items():
            if last == "piece by piece":
                staging.append(path, data.decode())
            elif last == "written" or not staging.take(path, _hash(data), len(data), None):
                staging.write(File(path, data))
        assert content(out) == {f.path: f.data for f in files("second")}
        staging.commit()
    assert content(outside) == before
    assert content(out) == wanted and not out.is_symlink() and _only_files(out)
    assert left_over(out) == [".dist.spare"]
    publish(files("fourth"), out)  # and on it goes
    assert content(out) == {f.path: f.data for f in files("fourth")} and _only_files(out)
    assert content(outside) == before and left_over(out) == [".dist.spare"]


@pytest.mark.parametrize("planted", PLANTED)
def test_a_build_that_fails_leaves_what_is_outside(places, planted: str) -> None:
    """What was begun from a changed spare folder is taken away, and nothing that it leads to."""
    out, spare, outside = places
    PLANTED[planted](spare, outside)
    before, stood = content(outside), content(out)
    with pytest.raises(KeyboardInterrupt), Staging(out) as staging:
        staging.write(files("third")[0])
        raise KeyboardInterrupt
    assert content(outside) == before and content(out) == stood
    assert left_over(out) == []


@pytest.mark.parametrize("large", [True, False], ids=["large", "small"])
def test_a_folder_that_is_reached_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool) -> None:
    """The link stays, and what it leads to is replaced in one step as any other folder is."""
    if large:
        monkeypatch.setattr("leafletkit.publish._MANY", 5)
    (tmp_path / "www").mkdir()
    (tmp_path / "here").mkdir()
    link, real = tmp_path / "here/dist", tmp_path / "www/leaflets"
    publish(files("zeroth"), real)
    link.symlink_to(real)
    for words in ("first", "second", "third", "fourth"):
        publish(files(words), link)
        assert link.is_symlink() and content(real) == {f.path: f.data for f in files(words)}
        assert [p.name for p in (tmp_path / "here").iterdir()] == ["dist"]
        assert left_over(real) == ([".leaflets.spare"] if large else [])


@pytest.mark.parametrize("names", [("a", "a/b/c"), ("a/b/c", "a"), ("a/b", "a/b/c"), ("a/b/c", "a/b")], ids=" then ".join)
def test_a_file_and_a_folder_of_one_name_are_refused(places, names: tuple[str, str]) -> None:
    """Room is made in place of what others have left, and never of what this set has."""
    out, spare, _ = places
    shutil.rmtree(spare)
    (spare / "a/b").mkdir(parents=True)
    (spare / "a/b/c").write_bytes(b"before")
    before = content(out)
    with pytest.raises(Fault, match="can't be written"), Staging(out) as staging:
        for name in names:
            staging.write(File(name, b"now"))
        staging.commit()
    assert content(out) == before and left_over(out) == []


def test_only_what_a_killed_run_has_left_is_swept(tmp_path: Path) -> None:
    """What is named nearly so is somebody else's; of a link only the link goes."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_bytes(b"mine")
    (tmp_path / ".dist.backup-999999999").mkdir()
    dead = mine().rpartition("-")[0] + "-99999999"  # of this machine, and there is no process of that number
    (tmp_path / f".dist.new-{dead}8").symlink_to("mine")
    (tmp_path / f".dist.old-{dead}8").write_bytes(b"x")
    os.mkfifo(tmp_path / f".dist.new-{dead}7")
    publish(files("first"), tmp_path / "dist")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".dist.backup-999999999", "dist", "mine"]
    assert content(tmp_path / "mine") == {"file": b"mine"}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _only_files(folder: Path) -> bool:
    """Whether there are plain files and folders with files in them, and nothing else."""
    rows = list(folder.rglob("*"))
    return all(not p.is_symlink() and (p.is_file() or (p.is_dir() and any(p.iterdir()))) for p in rows)
