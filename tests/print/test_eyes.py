"""Reading by eye: good pages read as they should, wrong letters are seen; and what happens when nobody can read."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit.jobs import Job, perform
from leafletkit.model import PRINT, Eyes
from leafletkit.proof import eyes
from leafletkit.proof.eyes import READERS, blind, letters, likeness, prove_by_eye
from leafletkit.proof.ink import hidden

from ..conftest import ROOT
from ..pages_support import LANGUAGES
from .plant import forged, named, places, several_lines, spoil
from .support import prove

full = pytest.mark.full
LARGE = [("ivig", tag, "large-print") for tag in LANGUAGES]
each_language = pytest.mark.parametrize("file", LARGE, ids=LANGUAGES, indirect=True)
ALPHABET, ARABIC, NASTALIQ, INDIC, HAN = (READERS[name] for name in ("alphabet", "arabic", "nastaliq", "indic", "han"))


# -- what counts as a letter


@pytest.mark.parametrize(
    ("text", "own", "kept"),
    [
        ("Do **not** visit – 48 hours!", False, "donotvisit48hours"),
        ("Zażółć GĘŚLĄ\njaźń", False, "zażółćgęśląjaźń"),
        ("e\u0301 \ufb01", False, "éfi"),
        ("तुरंत 5 mg न लें।", True, "तुरंतनलें"),
        ("IVIg 48 ۴۸ علاج", True, "علاج"),
        ("IVIg可能（5克）。", True, "可能克"),
        ("…!", False, ""),
        ("48 IVIg", True, ""),
    ],
)
def test_letters(text, own, kept):
    """Letters, their signs and digits count, whatever their case, spacing and stops; with `own` no Latin and no digits."""
    assert letters(text, own) == kept


@pytest.mark.parametrize(("one", "two"), [("يكتب", "یکتب"), ("مُؤَكَّد", "موکد"), ("الآن", "الان"), ("كـــتاب", "کتاب"), ("ہے", "هی"), ("ﻻ", "لا")])
def test_letters_that_look_alike(one, two):
    """Arabic and Urdu letters that nobody can tell apart on paper are one; vowel signs are left out."""
    assert letters(one, True) == letters(two, True) != ""


@pytest.mark.parametrize(("one", "two"), [("نہ", "نے"), ("لا", "ما"), ("48", "84"), ("nie", "mie"), ("न लें", "लें"), ("ą", "a"), ("ض", "ص")])
def test_letters_that_differ(one, two):
    """Letters that make another word are never one."""
    assert letters(one, False) != letters(two, False)


# -- how near is near enough


def wrong(words, *at, letter="x"):
    return "".join(letter if n in at else c for n, c in enumerate(words))


@pytest.mark.parametrize(("reader", "words", "letter"), [
    (ALPHABET, "donotvisitifyouweresickorhaddiarrhoea", "x"), (ARABIC, "لاتزرناإذاكنتمرضىأوأصبتمبإسهال", "ظ"),
    (INDIC, "अगरआपबीमारथेतोमिलनेनआएँक्योंकि", "ठ"),
], ids=["alphabet", "arabic", "indic"])  # fmt: skip
def test_one_letter_of_twelve(reader, words, letter):
    """One letter of any twelve in a row may be misread, not two; two that stand farther apart may."""
    words = letters(words, reader.own)
    assert likeness(words, words, reader) > 1
    for n in range(len(words)):
        assert likeness(words, wrong(words, n, letter=letter), reader) >= 1
        assert likeness(words, words[:n] + words[n + 1 :], reader) >= 1
    for n in range(len(words) - 11):
        assert likeness(words, wrong(words, n, n + 11, letter=letter), reader) < 1
        assert likeness(words, wrong(words, n, n + 1, letter=letter), reader) < 1
    assert likeness(words, wrong(words, 3, 15, letter=letter), reader) >= 1


def test_one_sign_of_six():
    """In Chinese one of six signs may be misread, not two."""
    words = "如果您在过去两天内呕吐或腹泻请不要来探视"
    for n in range(len(words)):
        assert likeness(words, wrong(words, n, letter="龙"), HAN) >= 1
    for n in range(len(words) - 5):
        assert likeness(words, wrong(words, n, n + 5, letter="龙"), HAN) < 1
    assert likeness(words, wrong(words, 3, 9, letter="龙"), HAN) >= 1


def test_less_than_half_of_a_line():
    """Of a line in Nastaliq a share must be read right; a line that is mostly wrong differs."""
    words = "ہوسکتاہےکہآپکیبیماریکےلیے"
    size = len(letters(words, True))
    right = {n: likeness(words, words[:n], NASTALIQ) for n in range(len(words) + 1)}
    assert right[size] >= 1 and right[size // 2] >= 1 > right[size // 2 - 2]
    assert right[0] == 0 == likeness(words, "", NASTALIQ)


@pytest.mark.parametrize("lost", ["not ", "48 ", "Do not "])
def test_a_short_word_that_is_gone(lost):
    """“Do visit” is not “Do not visit”."""
    words = "Do not visit if you were sick or had diarrhoea in the last 48 hours."
    assert likeness(words, words, ALPHABET) > 1 > likeness(words, words.replace(lost, ""), ALPHABET)


def test_other_scripts_are_not_judged():
    """Latin words and digits inside of Arabic, Hindi and Chinese may be read in any way, or not at all."""
    for reader, words in ((ARABIC, "قد لا يكون IVIg 5 مرخصًا"), (INDIC, "आपको IVIg 5 न मिले"), (HAN, "IVIg可能没有获得5许可")):
        assert likeness(words, words.replace("IVIg", "iy").replace("5", ""), reader) > 1
    assert likeness("5 IVIg", "", ARABIC) == 1
    assert likeness("for 5 days", "for 8 hours", ALPHABET) < 1


def test_what_cannot_be_seen():
    """The limits that docs/reference/print.md owns up to: one letter, one sign, a few in Urdu, words added."""
    assert likeness("Do visit", "Do visitt", ALPHABET) >= 1
    assert likeness("请不要来", "请木要来", HAN) >= 1
    assert likeness("دوا نہ لیں", "دوا یہ لیں", NASTALIQ) >= 1
    assert likeness("Take it", "Never mind. Take it, or do not", ALPHABET) >= 1


readers = st.sampled_from([ALPHABET, ARABIC, NASTALIQ, INDIC, HAN])
texts = st.text(alphabet="abcdeé ż5،کلابنम्नई您好病。-", max_size=40)


@given(texts, texts, texts, readers)
def test_words_among_others_are_found(before, words, after, reader):
    """What is read right is right, whatever is read before and after it."""
    assert likeness(words, words, reader) >= 1
    assert likeness(words, f"{before} {words} {after}", reader) >= 1


@given(texts, texts, readers)
def test_likeness_has_bounds(words, seen, reader):
    """Never below nothing, and never more than all letters right can give; nothing seen is nothing like words."""
    most = likeness(words, words, reader)
    assert 0 <= likeness(words, seen, reader) <= max(most, 1)
    if len(letters(words, reader.own)) >= 2:
        assert likeness(words, "", reader) < 1


@given(texts, texts)
def test_less_is_never_more(words, seen):
    """A line in Nastaliq is no more like its words when letters at the end are not seen."""
    likely = [likeness(words, seen[:n], NASTALIQ) for n in range(len(seen) + 1)]
    assert likely == sorted(likely)


@given(st.text(alphabet="abcdefgh", min_size=2, max_size=40), st.data())
def test_two_wrong_letters_side_by_side(words, data):
    """Two wrong letters within twelve are never passed over, wherever they stand."""
    first = data.draw(st.integers(0, len(words) - 2))
    second = data.draw(st.integers(first + 1, min(first + 11, len(words) - 1)))
    assert likeness(words, wrong(words, first, second), ALPHABET) < 1


# -- whether a language can be read here


@pytest.fixture
def anew():
    """What is installed is asked for anew, now and afterwards."""
    eyes._packs.cache_clear()
    yield
    eyes._packs.cache_clear()


@pytest.fixture
def without(monkeypatch, anew):
    """No tesseract is installed."""
    real = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, *more, **options: None if name == "tesseract" else real(name, *more, **options))


def test_every_language_of_the_project_can_be_read(project, anew):
    """The packages that `make test` installs are enough."""
    assert {tag: blind(project.languages[tag]) for tag in LANGUAGES} == dict.fromkeys(LANGUAGES)


def test_without_tesseract(project, without):
    """The reason names the language, the hint the Debian packages of its packs, with hyphens."""
    reason, hint = blind(project.languages["zh-Hans"])
    assert "Chinese" in reason and "chi_sim" in reason and hint.endswith("apt-get install tesseract-ocr-chi-sim")


def test_without_one_pack(project, anew):
    """Only the pack that is missing is named."""
    language = replace(project.languages["en-GB"], eyes=Eyes(("eng", "dzo_vert"), "alphabet"))
    reason, hint = blind(language)
    assert "dzo_vert" in reason and hint.endswith("install tesseract-ocr-dzo-vert")


def test_without_the_table(project):
    """A language that does not say how it is read can't be read, whatever is installed."""
    reason, hint = blind(replace(project.languages["pl"], eyes=None))
    assert "Polish" in reason and "[eyes]" in hint


# -- calibration: good pages, and pages with faults


def densest(data, pieces):
    """The page with most blocks of several lines, and all its blocks."""
    several = several_lines(data, pieces)
    page = max({p.page for p in pieces}, key=lambda n: (sum(p.page == n for p in several), sum(p.page == n for p in pieces), -n))
    return page, [p for p in pieces if p.page == page]


def read(data, file, page):
    found = prove_by_eye(data, file.edition, file.fmt, "leaflet.pdf", pages={page})
    assert all(f.code == "proof-eyes" and f.warning and f.hint and f.path == "leaflet.pdf" and f.format == file.fmt for f in found)
    return found


@full
@each_language
def test_a_page_in_each_language(file):
    """A good page reads as it should; with all letters wrong each warning on it does not, nor with those of the last line."""
    page, pieces = densest(file.data, places(file.data, file.edition))
    assert len(pieces) >= 3
    assert read(file.data, file, page) == ()
    found = read(spoil(file.data, "glyphs", pieces), file, page)
    assert named(found, pieces) == pieces and {f.warning for f in found} == {p.warning for p in pieces}
    assert len(named(read(spoil(file.data, "glyphs-line", pieces), file, page), pieces)) >= 4 / 5 * len(pieces)


# Every kind in English, and two in each other way of writing; all pairs in `make stress`.
OFTEN = {"en-GB": ("white", "clip-low", "overlap", "black-box"), "ar": ("clip-low", "overlap"), "ur": ("overlap", "white"), "hi": ("black-box", "clip-low"), "zh-Hans": ("white", "overlap")}
SPOILT = [
    pytest.param(("ivig", tag, "large-print"), kind, id=f"{tag}-{kind}", marks=[] if kind in OFTEN.get(tag, ()) else [pytest.mark.stress])
    for tag in LANGUAGES
    for kind in OFTEN["en-GB"]
]


@full
@pytest.mark.parametrize(("file", "kind"), SPOILT, indirect=["file"])
def test_ink_or_eyes(file, kind):
    """Words in white, cut off, under others or under a bar: what the ink does not show, the eye misses."""
    page, pieces = densest(file.data, places(file.data, file.edition))
    pieces = several_lines(file.data, pieces) if kind == "overlap" else pieces
    assert pieces
    bad, language = spoil(file.data, kind, pieces), file.edition.language
    reasons = hidden(bad, pieces, PRINT[file.fmt] * language.scale, language.line_height)
    unnoticed = [piece for piece, why in zip(pieces, reasons, strict=True) if not why]
    assert not unnoticed or named(read(bad, file, page), unnoticed) == unnoticed


@full
@pytest.mark.parametrize("kind", ["white", "clip-right", "overlap", "tofu", "black-box"])
@pytest.mark.parametrize("file", [LARGE[0]], ids=["en-GB"], indirect=True)
def test_the_eye_by_itself(file, kind):
    """In English the eye sees these without the help of the ink."""
    page, pieces = densest(file.data, places(file.data, file.edition))
    pieces = several_lines(file.data, pieces) if kind == "overlap" else pieces
    assert named(read(spoil(file.data, kind, pieces), file, page), pieces) == pieces


@full
@pytest.mark.parametrize("file", [("ivig", tag, "large-print") for tag in ("en-GB", "hi", "zh-Hans")], ids=["en-GB", "hi", "zh-Hans"], indirect=True)
def test_a_font_with_wrong_letters(file):
    """Right words, right codes, wrong shapes: nothing but the eye sees it."""
    page, pieces = densest(file.data, places(file.data, file.edition))
    bad = forged(file.data)
    assert prove(bad, file.edition)[1] == []
    assert named(read(bad, file, page), pieces) == pieces


@full
@pytest.mark.parametrize("number", [0, 1])
def test_one_place_of_two(good, english, number):
    """Wrong letters in one of the two places of a warning: the finding names its page and what it reads as."""
    piece = places(good, english)[number]
    (found,) = prove_by_eye(spoil(good, "glyphs", [piece]), english, "large-print", "leaflet.pdf")
    assert found.warning == "stay-away-48-hours" and f"48 hours.” on page {piece.page} reads as “" in found.message
    assert prove_by_eye(good, english, "large-print", "leaflet.pdf") == ()


# -- a tesseract that fails


BROKEN = {
    "it ends with an error": "exit 1",
    "it crashes": "kill -SEGV $$",
    "it hangs": "exec sleep 60",
    "it prints no text": "true",
    "it prints a page too few": r"printf 'one\n'",
    "it prints a page too many": r"printf 'one\n\ftwo\n\fthree\n'",
    "it prints no UTF-8": r"printf '\377\376\f'",
}


@full
@pytest.mark.parametrize("does", BROKEN)
def test_a_tesseract_that_fails(english, tmp_path, monkeypatch, anew, does):
    """It is no reason to say that the page is wrong: nobody could read it. No file comes out, and nothing is left behind."""
    program = tmp_path / "bin/tesseract"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncase "$*" in *list-langs*) printf "List of packs:\\neng\\n"; exit 0;; esac\n{BROKEN[does]}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(eyes, "SECONDS", 0.5)
    outcome = perform(Job("large-print", english, ROOT, eyes=True))
    assert [f.code for f in outcome.findings] == ["eyes-missing"] and outcome.findings[0].hint
    assert not outcome.files and not outcome.places
    assert not [path for path in (tmp_path / "tmp").iterdir() if path.name.startswith("leafletkit")]


@full
def test_a_job_without_eyes(english, without):
    """Only a job that asks for eyes needs them: without tesseract it gives no file, and says why; the others are made."""
    outcome = perform(Job("large-print", english, ROOT))
    assert outcome.files and not outcome.findings
    outcome = perform(Job("large-print", english, ROOT, eyes=True))
    assert not outcome.files and [(f.code, f.path) for f in outcome.findings] == [("eyes-missing", "clean-hands/en-GB/clean-hands-en-GB-large-print.pdf")]
