"""Publishing: a whole new folder or the old one; project files are never half-written or overwritten."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from leafletkit import owner
from leafletkit.errors import Fault
from leafletkit.model import File
from leafletkit.publish import Staging, publish, write_file

OLD = (File("manifest.json", b"{}"), File("a/index.html", b"old"))
NEW = (File("manifest.json", b"{}"), File("a/index.html", b"new"), File("b.txt", b"b"))


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_new_files_replace_old_ones(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    publish(OLD, out)
    publish(NEW[:1] + NEW[2:], out)
    assert tree(out) == {"manifest.json": b"{}", "b.txt": b"b"}
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_where_folders_cant_be_swapped_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leafletkit.publish._exchange", lambda new, out: False)
    publish(OLD, tmp_path / "dist")
    publish(NEW, tmp_path / "dist")
    assert tree(tmp_path / "dist") == {f.path: f.data for f in NEW}
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(Fault, match="something other than finished leaflets"):
        publish(NEW, tmp_path)
    assert tree(tmp_path) == {"thesis.doc": b"mine"}


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "dist").write_text("a file")
    with pytest.raises(Fault, match="not a folder"):
        publish(NEW, tmp_path / "dist")


def test_no_file_lies_outside(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="outside"):
        publish((File("../evil", b"x"),), tmp_path / "dist")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("fail_at", [1, 2, 3])
def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail_at: int) -> None:
    out = tmp_path / "dist"
    publish(OLD, out)
    calls = 0
    real = Path.open

    def full(path: Path, mode: str = "r", *more: object, **other: object) -> object:
        nonlocal calls
        calls += mode == "xb"
        if calls == fail_at and mode == "xb":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, mode, *more, **other)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(Fault, match="No space left") as fault:
        publish(NEW, out)
    assert "untouched" in fault.value.hint
    assert tree(out) == {f.path: f.data for f in OLD}
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_what_is_not_on_the_disk_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk says only at the end that it could not write."""
    out = tmp_path / "dist"
    publish(OLD, out)

    def lost(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("leafletkit.publish._settle", lost)
    with pytest.raises(Fault, match="Input/output error"):
        publish(NEW, out)
    assert tree(out) == {f.path: f.data for f in OLD}
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def large(words: str, count: int = 12) -> list[File]:
    return [File("manifest.json", b"{}"), *(File(f"{n % 3}/{n}.html", f"{words} {n}".encode()) for n in range(count))]


def test_a_large_set_begins_with_the_one_before_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written through a link into the folder that stands, and what is not wanted any more goes."""
    monkeypatch.setattr("leafletkit.publish._MANY", 5)
    out, spare = tmp_path / "dist", tmp_path / ".dist.spare"
    publish(large("first"), out)
    assert not spare.exists()
    publish(large("second"), out)
    assert tree(spare) == {f.path: f.data for f in large("first")}
    with Staging(out) as staging:
        for file in large("second", 9):
            assert staging.take(file.path, hashlib.sha256(file.data).hexdigest(), len(file.data), None)
        staging.write(File("0/9.html", b"third"))
        assert tree(out) == {f.path: f.data for f in large("second")}
        staging.commit()
    assert tree(out) == {f.path: f.data for f in large("second", 9)} | {"0/9.html": b"third"}
    assert tree(spare) == {f.path: f.data for f in large("second")}
    with Staging(out) as staging:
        staging.write(File("manifest.json", b"{}"))
        staging.commit()
    assert tree(out) == {"manifest.json": b"{}"} and [p.name for p in out.iterdir()] == ["manifest.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


@pytest.mark.parametrize("changed", [False, True], ids=["as it was", "changed meanwhile"])
def test_what_is_written_again_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: bool) -> None:
    """A file of which it is known that it is there already is not written anew, unless somebody has changed it."""
    monkeypatch.setattr("leafletkit.publish._MANY", 5)
    out = tmp_path / "dist"
    publish(large("first"), out)
    with Staging(out) as staging:
        for file in large("second"):
            staging.write(file)
        staging.commit()
    known = staging.published()
    if changed:
        (out / "0/3.html").write_bytes(b"SECOND 3")
    before = {path: (out / path).stat().st_ino for path in known}
    with Staging(out, known=known) as staging:
        for file in large("second"):
            staging.write(file)
            staging.write(file)
        staging.commit()
    assert tree(out) == {f.path: f.data for f in large("second")}
    assert {path for path, number in before.items() if (out / path).stat().st_ino != number} == ({"0/3.html"} if changed else set())


def test_what_was_changed_is_not_taken_over(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    publish(NEW, out)
    digest = hashlib.sha256(b"new").hexdigest()
    with Staging(out) as staging:
        assert staging.take("a/index.html", digest, 3, None)
        assert not staging.take("b.txt", digest, 3, None) and not staging.take("c.txt", digest, 3, None)
    (out / "a/index.html").write_bytes(b"old")
    with Staging(out) as staging:
        assert not staging.take("a/index.html", digest, 3, None)
    (out / "a/index.html").unlink()
    (out / "a/index.html").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_bytes(b"new")
    with Staging(out) as staging:
        assert not staging.take("a/index.html", digest, 3, None)


def test_a_file_that_is_written_piece_by_piece(tmp_path: Path) -> None:
    with Staging(tmp_path / "dist") as staging:
        for part in ("{", "é", "}"):
            staging.append("manifest.json", part)
        (row,) = staging.appended()
        staging.commit()
    data = (tmp_path / "dist/manifest.json").read_bytes()
    assert data == "{é}".encode() and (row.sha256, row.bytes) == (hashlib.sha256(data).hexdigest(), len(data))


def left_by(tmp_path: Path, owner: str, age: float = 0) -> Path:
    """What a run of this name has left; `age` in days."""
    left = tmp_path / f".dist.new-{owner}"
    (left / "a").mkdir(parents=True)
    then = time.time() - age * 86_400
    for path in (left / "a", left):
        os.utime(path, (then, then))
    return left


def gone() -> int:
    """The number of a process that has ended."""
    done = subprocess.Popen(["true"])
    done.wait()
    return done.pid


def test_leftovers_of_a_killed_run_go(tmp_path: Path) -> None:
    where, since, number = owner.mine().split("-")
    dead = left_by(tmp_path, f"{where}-{since}-{gone()}")
    again = left_by(tmp_path, f"{where}-{int(since) + 1}-{number}")  # the number was given anew, to us
    notes = tmp_path / ".dist.notes"
    notes.write_text("keep")
    publish(NEW, tmp_path / "dist")
    assert not dead.exists() and not again.exists()
    assert notes.exists()


@pytest.mark.parametrize(("age", "stays"), [(0, True), (0.9, True), (1.1, False)])
@pytest.mark.parametrize("name", ["0123456789ab-17-999999999", "999999999"])
def test_what_another_machine_writes_is_left_alone(tmp_path: Path, name: str, age: float, stays: bool) -> None:
    """Whether its process lives can't be seen from here; only what has lain there for a day is surely left."""
    left = left_by(tmp_path, name, age)
    publish(NEW, tmp_path / "dist")
    assert left.exists() == stays


def test_what_is_still_written_below_is_not_old(tmp_path: Path) -> None:
    left = left_by(tmp_path, "0123456789ab-17-5", 3)
    os.utime(left / "a")
    publish(NEW, tmp_path / "dist")
    assert left.exists()


def test_a_run_of_this_machine_that_lives_is_left_alone(tmp_path: Path) -> None:
    where, _, _ = owner.mine().split("-")
    with subprocess.Popen(["sleep", "60"]) as other:
        left = left_by(tmp_path, f"{where}-{owner._since(other.pid)}-{other.pid}", 3)
        publish(NEW, tmp_path / "dist")
        assert left.exists()
        other.kill()
        other.wait()
        publish(OLD, tmp_path / "dist")
        assert not left.exists()


def test_another_container_is_another_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another name of the machine, another start of it, other numbers of processes: each is another place."""
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "self/ns").mkdir(parents=True)
    monkeypatch.setattr(owner, "_PROC", tmp_path)
    seen = set()
    for node, boot, space in (("a", "1", "pid:[1]"), ("b", "1", "pid:[1]"), ("a", "2", "pid:[1]"), ("a", "1", "pid:[2]")):
        monkeypatch.setattr("platform.node", lambda node=node: node)
        (tmp_path / "sys/kernel/random/boot_id").write_text(boot)
        (tmp_path / "self/ns/pid").unlink(missing_ok=True)
        (tmp_path / "self/ns/pid").symlink_to(space)
        seen.add(owner._where())
    assert len(seen) == 4


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    there = tmp_path / "disk/site"
    out = tmp_path / "work/dist"
    there.mkdir(parents=True)
    out.parent.mkdir()
    out.symlink_to(there)
    for files in (OLD, NEW):
        publish(files, out)
        assert out.readlink() == there and not there.is_symlink()
        assert tree(there) == {f.path: f.data for f in files}
    assert [p.name for p in out.parent.iterdir()] == ["dist"] and [p.name for p in there.parent.iterdir()] == ["site"]


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no second file system to write to")
def test_a_link_to_another_file_system(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        if os.stat(other).st_dev == tmp_path.stat().st_dev:
            pytest.skip("it is the same file system")
        (there := Path(other) / "site").mkdir()
        (tmp_path / "dist").symlink_to(there)
        publish(OLD, tmp_path / "dist")
        publish(NEW, tmp_path / "dist")
        assert (tmp_path / "dist").is_symlink() and tree(there) == {f.path: f.data for f in NEW}
        assert [p.name for p in Path(other).iterdir()] == ["site"]


@pytest.mark.parametrize(("target", "said"), [("nowhere", "which does not exist"), ("dist", "in a circle")])
def test_a_link_that_leads_nowhere(tmp_path: Path, target: str, said: str) -> None:
    (tmp_path / "dist").symlink_to(tmp_path / target)
    with pytest.raises(Fault, match=said):
        publish(NEW, tmp_path / "dist")
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_a_link_to_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.doc").write_text("mine")
    (tmp_path / "dist").symlink_to(tmp_path / "home")
    with pytest.raises(Fault, match="something other than finished leaflets"):
        publish(NEW, tmp_path / "dist")
    assert tree(tmp_path / "home") == {"thesis.doc": b"mine"}


def test_a_file_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "pl.po"
    path.write_bytes(b"translator's new words")
    with pytest.raises(Fault, match="changed by someone else"):
        write_file(path, b"merged", seen=b"translator's old words")
    assert path.read_bytes() == b"translator's new words"
    assert [p.name for p in tmp_path.iterdir()] == ["pl.po"]


def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "pl.po"
    path.write_bytes(b"new")
    with pytest.raises(Fault, match="changed by someone else"):
        write_file(path, b"merged", seen=None)


def test_nothing_is_written_without_a_change(tmp_path: Path) -> None:
    path = tmp_path / "pl.po"
    path.write_bytes(b"same")
    before = path.stat().st_mtime_ns
    assert not write_file(path, b"same", seen=b"same")
    assert path.stat().st_mtime_ns == before


def test_no_file_hides_another(tmp_path):
    """A leaflet called “report” would have the page of the report: neither is written."""
    with pytest.raises(Fault, match=r"report/index\.html"):
        publish((*NEW, File("report/index.html", b"leaflet"), File("report/index.html", b"report")), tmp_path / "out")
    assert not (tmp_path / "out").exists()
