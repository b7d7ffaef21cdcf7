"""What is sent to workers: all that a job reads, nothing else, the same for the same files, and whole or not at all."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from leafletkit import bundle, fonts
from leafletkit.errors import Fault
from leafletkit.project import load


def names(made: bundle.Bundle) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        return set(archive.namelist())


def sent(root: Path, *voices: str, tags: tuple[str, ...] = ("en-GB", "pl")) -> bundle.Bundle:
    project = load(root)
    return bundle.packed(project.root, [project.languages[tag] for tag in tags], voices)


def put(path: Path, data: bytes = b"x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_what_jobs_read_is_in_it(small: Path) -> None:
    put(small / "audio/recordings/pl/clean-hands/title.wav")
    put(small / "audio/recordings/pl/clean-hands/easy-read/recordings.toml")
    put(small / "audio/recordings/ur/clean-hands/title.wav")
    put(small / "audio/voices/pl_PL-x.onnx")
    put(small / "audio/voices/pl_PL-x.onnx.json")
    put(small / "audio/voices/other.onnx")
    found = names(sent(small, "pl_PL-x", "not-there"))
    styles = {p.relative_to(small).as_posix() for p in (small / "styles").rglob("*") if p.is_file()}
    assert styles <= found and "styles/print.css" in styles
    rest = {n for n in found - styles if not n.startswith("fonts/")}
    assert rest == {
        "audio/recordings/pl/clean-hands/title.wav", "audio/recordings/pl/clean-hands/easy-read/recordings.toml",
        "audio/voices/pl_PL-x.onnx", "audio/voices/pl_PL-x.onnx.json",
    }  # fmt: skip
    assert {n for n in found if n.startswith("fonts/")} == {"fonts/NotoSans-Regular.ttf", "fonts/NotoSans-Bold.ttf", "fonts/Andika-Regular.ttf", "fonts/Andika-Bold.ttf"}


def test_the_fonts_are_those_that_are_used_here(small: Path) -> None:
    """One in the project comes before one of the machine."""
    put(small / "fonts/Andika-Bold.ttf", b"mine")
    put(small / "fonts/unused.ttf")
    made = sent(small)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.read("fonts/Andika-Bold.ttf") == b"mine"
        assert archive.read("fonts/NotoSans-Bold.ttf") == fonts.locate("NotoSans-Bold.ttf").read_bytes()
    assert "fonts/unused.ttf" not in names(made)


def test_the_same_files_give_the_same_archive(small: Path, tmp_path: Path) -> None:
    first = sent(small)
    (small / "styles/print.css").touch()
    moved = small.rename(tmp_path / "moved")
    assert sent(moved) == first
    (moved / "styles/print.css").write_text("p { color: red }")
    assert sent(moved).digest != first.digest


def test_it_comes_out_as_it_went_in(small: Path, tmp_path: Path) -> None:
    made = sent(small)
    bundle.unpack(made.data, made.digest, tmp_path / "there")
    there = {p.relative_to(tmp_path / "there").as_posix() for p in (tmp_path / "there").rglob("*") if p.is_file()}
    assert there == names(made)
    assert (tmp_path / "there/styles/print.css").read_bytes() == (small / "styles/print.css").read_bytes()


def test_a_damaged_one_is_refused(small: Path, tmp_path: Path) -> None:
    made = sent(small)
    for damaged in (made.data[:-1], bytes([made.data[0] ^ 1]) + made.data[1:], b""):
        with pytest.raises(Fault, match="did not reach the worker"):
            bundle.unpack(damaged, made.digest, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("limit", ["LARGEST", "MOST"])
def test_too_much_is_refused_before_it_is_read(small: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    put(small / "audio/recordings/pl/clean-hands/title.wav")
    with (small / "audio/recordings/pl/clean-hands/title.wav").open("r+b") as file:
        file.truncate(1 << 40)
    monkeypatch.setattr(bundle, {"LARGEST": "MOST", "MOST": "LARGEST"}[limit], 1 << 50)
    with pytest.raises(Fault, match=r"audio/recordings/pl/clean-hands/title\.wav makes what the workers must be sent too large"):
        sent(small)


def test_paths_into_the_project_mean_the_folder_of_whoever_reads_them(tmp_path: Path) -> None:
    here, there = {"root": Path("/a/b"), "cache": Path("/c")}, {"root": tmp_path / "x", "cache": tmp_path / "y"}
    value = {"deep": [Path("/a/b"), (Path("/a/b/styles/x.css"),)], "cache": Path("/c/d"), "word": "/a/b"}
    assert bundle.loads(bundle.dumps(value, here), there) == {
        "deep": [tmp_path / "x", (tmp_path / "x/styles/x.css",)], "cache": tmp_path / "y/d", "word": "/a/b",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/etc/passwd", "/a/bc", "relative"])
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(Fault, match=f"a job needs {path}, which no worker"):
        bundle.dumps([Path(path)], {"root": Path("/a/b")})


def test_a_worker_uses_no_other_font(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing where the build runs must be missing on a worker too, though it may have it."""
    monkeypatch.setattr(fonts, "_project", fonts._Project())
    monkeypatch.setattr(fonts, "locate", fonts.locate.__wrapped__)  # what is found here is not remembered
    monkeypatch.setattr(fonts, "forget", lambda: None)
    fonts.use(small)
    assert fonts.locate("Andika-Bold.ttf").is_file()
    fonts.alone()
    with pytest.raises(fonts.FontMissing):
        fonts.locate("Andika-Bold.ttf")
    put(small / "fonts/Andika-Bold.ttf")
    assert fonts.locate("Andika-Bold.ttf") == small / "fonts/Andika-Bold.ttf"


def test_packing_leaves_the_cache_of_fonts(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hands out the work still shares the fonts that it cuts with its own processes."""
    monkeypatch.setattr(fonts, "_project", fonts._Project())
    fonts.use(small, tmp_path / "cache")
    bundle.packed(small, [])
    wanted = fonts.Cut("NotoSans-Regular.ttf", 0, frozenset(map(ord, "safe")), "woff2")
    assert not wanted.known
    wanted.make()
    assert wanted.known
