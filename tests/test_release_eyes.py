"""Reading by eye in the whole toolkit: `prove --eyes` on a published folder, and a build with --release."""

from __future__ import annotations

import json
import shutil

import pytest
from fontTools.ttLib import TTFont

from leafletkit import cli
from leafletkit.fonts import locate
from leafletkit.proof import eyes

from .conftest import TODAY, small_project
from .print.plant import forged
from .proving.support import put
from .signoff_support import no_demonstration, sign, sign_words, swap

pytestmark = pytest.mark.full
MADE = {(tag, fmt): "made" for tag in ("en-GB", "pl") for fmt in ("web", "large-print")}
PDF = "clean-hands/pl/clean-hands-pl-large-print.pdf"
TABLE = '[eyes]                     # how a printed page is read back\npacks = ["pol"]\nwriting = "alphabet"\n'


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The finished large print of the small project: a page and a PDF in two languages. Never changed."""
    folder = tmp_path_factory.mktemp("published")
    assert build(small_project(folder / "project"), folder / "dist") == 0
    return folder / "dist"


@pytest.fixture
def folder(published, tmp_path):
    return shutil.copytree(published, tmp_path / "folder")


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """The small project as a real leaflet, approved in both languages. Never changed."""
    project = small_project(tmp_path_factory.mktemp("signed") / "project")
    no_demonstration(project)
    sign_words(project)
    for tag in ("en-GB", "pl"):
        assert sign(project, "heard", language=tag) == 0
    return project


@pytest.fixture
def approved(signed, tmp_path):
    return shutil.copytree(signed, tmp_path / "project")


@pytest.fixture
def without(monkeypatch):
    """No tesseract is installed."""
    real = shutil.which
    eyes._packs.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name, *more, **options: None if name == "tesseract" else real(name, *more, **options))
    yield
    eyes._packs.cache_clear()


def build(project, out, *options):
    """Pages and large print, made in this process; the exit code."""
    formats = ["--format", "web", "--format", "large-print"]
    return cli.main(["build", "--project", str(project), "--out", str(out), "--jobs", "1", *formats, *options], today=TODAY)


def prove(folder, capsys, *options):
    """The exit code, and what is said."""
    capsys.readouterr()
    return cli.main(["prove", str(folder), "--jobs", "1", *options], today=TODAY), capsys.readouterr().out


def states(out):
    """The state of each format of a folder by (language, format)."""
    rows = json.loads((out / "manifest.json").read_text("utf-8"))["editions"]
    return {(row["language"], fmt): cell["state"] for row in rows for fmt, cell in row["formats"].items() if fmt in ("web", "large-print")}


# -- prove --eyes


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_good_folder(published, capsys, jobs):
    """Nothing is found with eyes that is not found without, in one process and in two."""
    capsys.readouterr()
    assert cli.main(["prove", str(published), "--eyes", "--jobs", jobs], today=TODAY) == 0
    assert "4 files read back, 4 warnings found in them; 0 faults." in capsys.readouterr().out


def test_wrong_letters_are_seen_with_eyes_only(folder, capsys):
    """A PDF whose font draws other letters, with a hash that fits: right for every check but the eye."""
    put(folder, PDF, forged((folder / PDF).read_bytes()))
    code, out = prove(folder, capsys)
    assert code == 0 and "0 faults" in out
    code, out = prove(folder, capsys, "--eyes")
    assert code == 1 and out.count("[proof-eyes]") == 2 and PDF in out and "proof-changed" not in out


def test_prove_without_tesseract(published, capsys, without):
    """Who asks for eyes and has none is told, once for each PDF; who does not ask needs none."""
    assert prove(published, capsys)[0] == 0
    code, out = prove(published, capsys, "--eyes")
    assert code == 1 and out.count("[eyes-missing]") == 2
    assert "tesseract-ocr-pol" in out and "tesseract-ocr-eng" in out


# -- build --release


def test_a_release_is_read_by_eye(approved, tmp_path, monkeypatch):
    """A release reads every PDF with the real tesseract, and finds nothing; a draft reads none."""
    read = []
    real = eyes._read
    monkeypatch.setattr(eyes, "_read", lambda pages, places, dpi, pack, segmentation: read.append(pack) or real(pages, places, dpi, pack, segmentation))
    assert build(approved, tmp_path / "draft") == 0 and read == []
    assert build(approved, tmp_path / "release", "--release", "--no-cache") == 0
    assert set(read) == {"eng", "pol"}
    assert states(tmp_path / "release") == MADE


def test_a_font_with_wrong_letters_is_not_released(approved, tmp_path, capsys):
    """A font whose letters have other shapes passes every check of a draft. The eye withholds the whole edition."""
    (approved / "fonts").mkdir()
    for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
        turned_font(locate(name), approved / "fonts" / name)
    assert build(approved, tmp_path / "draft") == 0
    capsys.readouterr()
    assert build(approved, tmp_path / "release", "--release") == 1
    assert capsys.readouterr().out.count("[proof-eyes]") == 4, "two places in each language"
    assert not list((tmp_path / "release").rglob("*.pdf")) and not list((tmp_path / "release/clean-hands").glob("*/*.html"))


def turned_font(source, target):
    """A font with the shape of each small letter in place of the next one's."""
    font = TTFont(source)
    shapes, names = font["glyf"], [font.getBestCmap()[ord(c)] for c in "abcdefghijklmnopqrstuvwxyz"]
    old = [shapes[name] for name in names]
    for name, shape in zip(names, [*old[1:], old[0]], strict=True):
        shapes[name] = shape
    font.save(target)


def test_a_release_without_tesseract(approved, tmp_path, capsys, without):
    """No PDF goes out that nobody has read; the pages stay, and say that the PDF is withheld. A draft needs no eyes."""
    assert build(approved, tmp_path / "draft") == 0
    capsys.readouterr()
    assert build(approved, tmp_path / "release", "--release") == 1
    out = capsys.readouterr().out
    assert out.count("[eyes-missing]") == 2 and "tesseract-ocr-pol" in out and "Traceback" not in out
    assert states(tmp_path / "release") == MADE | {("en-GB", "large-print"): "withheld", ("pl", "large-print"): "withheld"}
    assert not list((tmp_path / "release").rglob("*.pdf"))
    assert ".pdf" not in (tmp_path / "release/clean-hands/pl/index.html").read_text("utf-8")


def test_a_release_of_a_language_without_the_table(approved, tmp_path, capsys):
    """A language that does not say how it is read has no PDF in a release; the other language has."""
    swap(approved, "locales/pl/language.toml", TABLE, "")
    assert build(approved, tmp_path / "draft") == 0
    capsys.readouterr()
    assert build(approved, tmp_path / "release", "--release") == 1
    out = capsys.readouterr().out
    assert out.count("[eyes-missing]") == 1 and "Polish" in out and "[eyes]" in out
    assert states(tmp_path / "release") == MADE | {("pl", "large-print"): "withheld"}
