"""Letters that can't stand together are drawn with a dotted circle: that is a fault, in the making and in a finished file."""

from __future__ import annotations

import io
import math
import tomllib
from dataclasses import replace

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from leafletkit import fonts, jobs
from leafletkit.errors import Fault
from leafletkit.model import PRINT
from leafletkit.proof import pdf_read
from leafletkit.proof.pdf_read import dotted_circles
from leafletkit.render import print as printing
from leafletkit.render.print import render_print

from ..conftest import ROOT
from .support import each_file, own, prove

pytestmark = pytest.mark.full
LONE = {"hi": "कक ि कक", "bn": "কক ি কক", "pa": "ਕਕ ਿ ਕਕ", "gu": "કક િ કક", "ta": "கக ெ கக"}
HINDI = "निर्णय करना, नियम और नर्स।"


def circles(tag):
    """The glyph of the dotted circle in a language's fonts, as `write` wants them."""
    font = tomllib.loads((ROOT / "locales" / tag / "language.toml").read_text("utf-8"))["font"]
    return {("face", bold): fonts._glyph(font[name], 0x25CC) for bold, name in ((False, "regular"), (True, "bold"))}


def pages_with_circles(data):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return list(dotted_circles(pdf))


@pytest.mark.parametrize("tag", LONE)
@pytest.mark.parametrize("bold", [False, True])
def test_it_stops_the_making(tag, bold):
    """The message names the words around it and the page."""
    words = f"<strong>{LONE[tag]}</strong>" if bold else LONE[tag]
    with pytest.raises(Fault, match=r"on page 2: “.*” is drawn with a dotted circle") as error:
        own(f'<h1>{LONE[tag][:2]}</h1><p style="break-before: page">{words}</p>', tag, dotted=circles(tag))
    assert LONE[tag][:2] in str(error.value) and "spelling" in error.value.hint


@pytest.mark.parametrize("text", [HINDI, LONE["hi"].replace(" ", "")], ids=["words", "joined"])
def test_what_is_no_fault(text):
    """Signs that have their letter stop nothing."""
    assert own(f"<p>{text}</p>", "hi", dotted=circles("hi"))


def test_a_circle_that_is_meant():
    """A circle that somebody has written stops nothing, or it is said in words."""
    try:
        assert own("<p>कक ◌ि</p>", "hi", dotted=circles("hi"))
    except Fault as fault:
        assert "dotted circle" in str(fault)


@pytest.mark.parametrize("tag", LONE)
@pytest.mark.parametrize("bold", [False, True])
def test_it_is_found_in_a_finished_file(tag, bold):
    """Known by its shape, whatever its code; the page is named."""
    words = f"<strong>{LONE[tag]}</strong>" if bold else LONE[tag]
    data = own(f'<h1>{LONE[tag][:2]}</h1><p style="break-before: page">{words}</p><p style="break-before: page">x</p>', tag)
    assert pages_with_circles(data) == [2]


def dots(places, size=60):
    """A glyph of dots, each a small square of one size, or of sizes of its own."""
    pen = TTGlyphPen(None)
    for number, (x, y) in enumerate(places):
        half = (size[number] if isinstance(size, list) else size) / 2
        pen.moveTo((round(x - half), round(y - half)))
        for right, up in ((1, -1), (1, 1), (-1, 1)):
            pen.lineTo((round(x + right * half), round(y + up * half)))
        pen.closePath()
    return pen.glyph()


def circle(count, radius=250):
    return [(300 + radius * math.cos(2 * math.pi * n / count), 300 + radius * math.sin(2 * math.pi * n / count)) for n in range(count)]


SHAPES = {
    "ring": (circle(12), 60, True), "few": (circle(8), 60, True), "too few": (circle(6), 60, False), "grid": ([(x * 120, y * 120) for x in range(3) for y in range(4)], 60, False),
    "line": ([(x * 100, 0) for x in range(10)], 60, False), "two rings": (circle(8) + circle(8, 120), 60, False), "sizes": (circle(10), [30, 90] * 5, False),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_which_shapes_are_a_dotted_circle(shape):
    """Eight dots or more, of one size, in one circle: nothing else made of dots."""
    places, size, wanted = SHAPES[shape]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "shape"])
    builder.setupGlyf({".notdef": dots([]), "shape": dots(places, size)})
    builder.setupHorizontalMetrics({".notdef": (600, 0), "shape": (600, 0)})
    builder.setupHorizontalHeader()
    assert pdf_read._is_ring(builder.font, "shape") is wanted


@each_file
def test_there_is_none_in_a_good_file(file):
    """No edition has one."""
    assert list(dotted_circles(file.pdf)) == []


@pytest.mark.parametrize("text", ["8 % of ∞ o O 0 ° © ® ⁘ … ※ ∴ ⁂ :: °°°°", "⚬ ◯ ○ ● ◎"])
def test_round_things_are_no_dotted_circles(text, caplog):
    """Rings, dots and signs that look a little like it are not taken for it."""
    try:
        assert pages_with_circles(own(f"<p>{text}</p>")) == []
    except Fault as fault:  # a character that the font hasn't got
        assert "U+" in str(fault)
        caplog.clear()


@pytest.fixture
def broken(editions):
    """The Hindi edition with a lone vowel sign in its title."""
    edition = editions["ivig", "hi"]
    blocks = edition.text.blocks
    title = replace(blocks[0], text=f"{blocks[0].text} कक ि")
    return replace(edition, text=replace(edition.text, blocks=(title, *blocks[1:])))


def test_an_edition_with_one(broken):
    """The edition gets no file, and the finding names the words."""
    outcome = jobs.perform(jobs.Job("giant-print", broken, ROOT))
    assert [f.code for f in outcome.findings] == ["proof-illegible"] and outcome.files == ()
    assert "कक" in outcome.findings[0].message and "page 1" in outcome.findings[0].message


def test_an_edition_with_one_that_was_let_pass(broken, monkeypatch):
    """If the making lets it pass, the proof finds it: on the first page, in the title."""
    monkeypatch.setattr(printing.fonts, "dotted_circles", lambda _: {})
    data = render_print(broken, ROOT / "styles", PRINT["large-print"])
    assert prove(data, broken)[1] == ["proof-glyph"]
