"""Publishing: a whole new folder or the old one; project files are never half-written or overwritten."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

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


def test_leftovers_of_a_killed_run_go(tmp_path: Path) -> None:
    left = tmp_path / ".dist.new-999999999"
    (left / "a").mkdir(parents=True)
    mine = tmp_path / ".dist.notes"
    mine.write_text("keep")
    publish(NEW, tmp_path / "dist")
    assert not left.exists()
    assert mine.exists()


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
