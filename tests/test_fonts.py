"""Fonts: each is found or named with its package, and a cut one still holds and shapes what it should."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from leafletkit import fonts, jobs, pipeline
from leafletkit.findings import blocking
from leafletkit.project import load
from leafletkit.translate import all_text

from .conftest import ROOT, TODAY
from .pages_support import LANGUAGES, Silent

SC = ("NotoSansCJK-Regular.ttc", 2)
PACKAGE = {
    "Noto Sans": "fonts-noto-core",
    "Noto Naskh Arabic": "fonts-noto-core",
    "Noto Nastaliq Urdu": "fonts-noto-core",
    "Noto Sans Devanagari": "fonts-noto-core",
    "Noto Sans CJK SC": "fonts-noto-cjk",
    "Andika": "fonts-sil-andika",
}


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing that was found before is remembered, and nothing found here is remembered after."""
    monkeypatch.delenv("LEAFLETKIT_FONTS", raising=False)
    remembering = [f for f in (fonts.locate, fonts.cut, fonts.coverage) if hasattr(f, "cache_clear")]
    for function in remembering:
        function.cache_clear()
    yield
    for function in remembering:
        function.cache_clear()


@lru_cache(maxsize=1)
def faces():
    """Every face that a language of the project uses, and the Latin one."""
    languages = load(ROOT).languages.values()
    return sorted({fonts.LATIN, *(f for one in languages for f in (one.face, one.easy_read_face))}, key=lambda f: f.family)


def opened(data):
    return TTFont(io.BytesIO(data))


def cut(face, text, weight="regular", flavor=None):
    return fonts.cut(getattr(face, weight), face.number, frozenset(map(ord, text)), flavor)


def outline(font, character):
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[font.getBestCmap()[ord(character)]].draw(pen)
    return pen.value


def features(font):
    return {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}


def test_the_packages_are_known():
    """The families of the project are those that this test knows the packages of."""
    assert {face.family for face in faces()} == set(PACKAGE)


@pytest.mark.parametrize("face", faces(), ids=lambda f: f.family)
@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_a_missing_font_names_its_package(face, weight, monkeypatch):
    """A font that isn't installed is named, and so is the Debian package that really holds it."""
    file = getattr(face, weight)
    found = fonts.locate(file)
    owner = subprocess.run(["dpkg", "-S", str(found)], capture_output=True, text=True).stdout.partition(":")[0]
    fonts.locate.cache_clear()
    monkeypatch.setattr(fonts, "FOLDERS", ())
    with pytest.raises(fonts.FontMissing) as error:
        fonts.locate(file)
    assert file in error.value.what
    assert error.value.hint.endswith(f" {PACKAGE[face.family]}")
    assert owner == PACKAGE[face.family]


def test_a_font_of_no_known_package():
    """A font that no package is known for: the hint says where to put its file."""
    with pytest.raises(fonts.FontMissing) as error:
        fonts.locate("Nowhere-Regular.ttf")
    assert "fonts/ of the project" in error.value.hint


def test_a_folder_of_ones_own_comes_first(tmp_path, monkeypatch):
    """LEAFLETKIT_FONTS names a folder that wins over the installed fonts; what it lacks is still found there."""
    shutil.copy(fonts.locate("NotoSans-Bold.ttf"), tmp_path / "NotoSans-Regular.ttf")
    fonts.locate.cache_clear()
    monkeypatch.setenv("LEAFLETKIT_FONTS", str(tmp_path))
    assert fonts.locate("NotoSans-Regular.ttf").parent == tmp_path
    assert fonts.locate("NotoSans-Bold.ttf").parent != tmp_path


def test_the_folder_of_the_project_comes_first_of_all(tmp_path, monkeypatch):
    """A file in the project's folder fonts/ wins over LEAFLETKIT_FONTS and the installed fonts, as long as it is that project."""
    for name, file in (("project/fonts", "NotoSans-Bold.ttf"), ("own", "NotoSans-Regular.ttf")):
        (tmp_path / name).mkdir(parents=True)
        shutil.copy(fonts.locate(file), tmp_path / name / "NotoSans-Regular.ttf")
    monkeypatch.setenv("LEAFLETKIT_FONTS", str(tmp_path / "own"))
    try:
        fonts.use(tmp_path / "project")
        assert fonts.locate("NotoSans-Regular.ttf").parent == tmp_path / "project/fonts"
        fonts.use(tmp_path)
        assert fonts.locate("NotoSans-Regular.ttf").parent == tmp_path / "own"
    finally:
        monkeypatch.delenv("LEAFLETKIT_FONTS")
        fonts.use(tmp_path / "none")
    assert fonts.locate("NotoSans-Regular.ttf").parent not in (tmp_path / "own", tmp_path / "project/fonts")


@pytest.mark.parametrize("face", faces(), ids=lambda f: f.family)
def test_the_files_are_of_the_named_family_and_weight(face):
    """The family that language.toml names is the one in the files, and the bold file is bolder."""
    regular, bold = (TTFont(fonts.locate(f), fontNumber=face.number) for f in (face.regular, face.bold))
    assert {f["name"].getBestFamilyName() for f in (regular, bold)} == {face.family}
    assert [f["name"].getBestSubFamilyName() for f in (regular, bold)] == ["Regular", "Bold"]


def lacking(tmp_path, monkeypatch, start):
    """A machine where the fonts whose names begin like this are not installed."""
    for folder in fonts.FOLDERS:
        for path in (ROOT / folder).iterdir():
            if not path.name.startswith(start):
                (tmp_path / path.name).symlink_to(path)
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))


@pytest.mark.full
@pytest.mark.parametrize("form", ["standard-print", "large-print", "giant-print", "web", "easy-read"])
def test_a_language_without_its_font_is_withheld(editions, tmp_path, monkeypatch, form):
    """The finding names language and package, and there is no file; a language with its fonts is made as ever."""
    lacking(tmp_path, monkeypatch, "NotoNaskhArabic-Bold")
    outcome = jobs.perform(jobs.Job(form, editions["ivig", "ar"], ROOT))
    (finding,) = outcome.findings
    assert (finding.code, finding.leaflet, finding.language, finding.format) == ("font-missing", "ivig", "ar", form)
    assert finding.hint.endswith(" fonts-noto-core")
    assert outcome.files == () and outcome.places == ()
    other = jobs.perform(jobs.Job("large-print", editions["clean-hands", "pl"], ROOT))
    assert other.findings == () and len(other.files) == 1


@pytest.mark.full
def test_a_run_without_one_font(project, tmp_path, monkeypatch):
    """A whole run: the language without its font is withheld, the others go out, with their own web fonts only."""
    lacking(tmp_path, monkeypatch, "NotoNaskhArabic")
    selection = pipeline.Selection(("ivig",), ("pl", "ar"), ("web", "large-print"))
    built = pipeline.build(project, pipeline.check(project, selection, TODAY), selection, None, Silent())
    assert built.published == (("ivig", "pl"),)
    assert {(f.code, f.language) for f in blocking(built.findings)} == {("font-missing", "ar")}
    assert not [f.path for f in built.assets if "/ar" in f.path]
    assert [f.path for f in built.assets if f.path == "assets/fonts/pl.css"]


WORDS = {"ar": "لا تتناولوا", "ur": "کبھی نہیں", "hi": "नहीं कर्म क्ष", "zh-Hans": "不要献血", "pl": "Nie wolno łóżka", "cy": "ŵyr tŷ"}
SHAPING = {"ar": {"init", "medi", "fina"}, "ur": {"init", "medi", "fina"}, "hi": {"half", "akhn", "rphf"}, "zh-Hans": {"locl"}}


@pytest.mark.parametrize("tag", [pytest.param(t, marks=pytest.mark.full) if t in ("ur", "zh-Hans") else t for t in WORDS])
@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_a_cut_font_holds_what_was_asked_for(project, tag, weight):
    """A cut font draws the asked characters and no others, in the same shapes, and still joins and reorders letters."""
    face = project.languages[tag].face
    small, whole = opened(cut(face, WORDS[tag], weight)), TTFont(fonts.locate(getattr(face, weight)), fontNumber=face.number)
    assert set(small.getBestCmap()) == set(map(ord, WORDS[tag]))
    assert all(outline(small, c) == outline(whole, c) for c in set(WORDS[tag]))
    assert features(small) >= SHAPING.get(tag, set())
    assert {"GSUB", "GPOS"} <= set(small.keys())
    assert outline_of_box(small)


def outline_of_box(font):
    """What stands for a missing character: it must show, so that nobody reads on without noticing."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[".notdef"].draw(pen)
    return pen.value


@pytest.mark.full
def test_chinese_has_the_shapes_of_mainland_china():
    """One file holds five ways of writing the same character: 骨 and 直 must not come out in the Japanese way."""
    text = frozenset(map(ord, "骨直"))
    chinese, japanese = (opened(fonts.cut(SC[0], number, text, None)) for number in (SC[1], 0))
    assert (chinese["name"].getBestFamilyName(), japanese["name"].getBestFamilyName()) == ("Noto Sans CJK SC", "Noto Sans CJK JP")
    assert all(outline(chinese, c) != outline(japanese, c) for c in "骨直")


AGAIN = """
import sys, hashlib
from leafletkit import fonts
print(hashlib.sha256(fonts.cut(sys.argv[1], int(sys.argv[2]), frozenset(map(ord, sys.argv[3])), sys.argv[4] or None)).hexdigest())
"""


@pytest.mark.full
@pytest.mark.parametrize("tag", ["pl", "ur", "zh-Hans"])
@pytest.mark.parametrize("flavor", ["", "woff2"])
def test_cutting_gives_the_same_bytes_each_time(project, tag, flavor):
    """The same font cut in two processes, with other hash seeds, is the same to the last byte."""
    face = project.languages[tag].face
    seen = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src"), "TZ": f"Etc/GMT+{seed}"}
        command = [sys.executable, "-c", AGAIN, face.regular, str(face.number), WORDS[tag], flavor]
        seen.add(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)
    assert len(seen) == 1


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_web_font_holds_all_that_its_pages_show(editions, tag):
    """What the text uses is in the web font or in the Latin one beside it; a script is there whole, but for Chinese."""
    edition = editions["ivig", tag]
    used = set(all_text(edition)) - set("\n\u200b")
    for face in (edition.language.face, edition.language.easy_read_face):
        wanted = fonts.web_characters(face, used)
        assert set(map(ord, used)) <= wanted
        assert fonts.undrawable(all_text(edition), face, fonts.LATIN) == ""
        assert len(wanted) > len(used) + (0 if fonts.is_collection(face) else 50)


def test_a_web_font_is_woff2(project):
    """Browsers get the compressed kind, with the same characters."""
    font = opened(cut(project.languages["ar"].face, WORDS["ar"], flavor="woff2"))
    assert font.flavor == "woff2"
    assert set(font.getBestCmap()) == set(map(ord, WORDS["ar"]))


def test_what_no_font_can_draw(project):
    """Characters that none of the faces has are named once each, in order; joiners and marks of direction don't count."""
    face = project.languages["pl"].face
    assert fonts.undrawable("Łódź 不献 不 \u200d\u200f\u2066\n", face, fonts.LATIN) == "不献"
    assert fonts.undrawable("不", project.languages["zh-Hans"].face, fonts.LATIN) == ""
    assert fonts.undrawable("", face) == ""


def test_a_language_needs_all_its_fonts(project, monkeypatch, tmp_path):
    """Text face, easy-read face and Latin face, each in both weights: one that is missing is enough."""
    language = project.languages["so"]
    fonts.require(language)
    for name in ("regular", "bold"):
        for part in ("face", "easy_read_face"):
            other = replace(language, **{part: replace(getattr(language, part), **{name: "Nowhere.ttf"})})
            with pytest.raises(fonts.FontMissing, match=r"Nowhere\.ttf"):
                fonts.require(other)
    lacking(tmp_path, monkeypatch, "NotoSans-Bold")
    fonts.locate.cache_clear()
    with pytest.raises(fonts.FontMissing, match="NotoSans-Bold"):
        fonts.require(project.languages["zh-Hans"])
