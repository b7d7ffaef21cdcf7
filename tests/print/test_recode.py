"""Codes that tell their words: they change nothing on paper, and nothing is made if what is drawn is not what was told."""

from __future__ import annotations

import subprocess

import pydyf
import pypdfium2
import pytest

from leafletkit.errors import Fault
from leafletkit.model import PRINT
from leafletkit.render import print as printing
from leafletkit.render.pdf_objects import page_contents
from leafletkit.render.print import render_print

from ..conftest import ROOT
from .support import own, solid

pytestmark = pytest.mark.full
real = printing.recode


def pictures(data, folder):
    """Each page as it looks. (PDFium does not draw all of WeasyPrint's own Urdu in its place.)"""
    folder.mkdir()
    (folder / "in.pdf").write_bytes(data)
    subprocess.run(["pdftoppm", "-r", "108", "-gray", str(folder / "in.pdf"), str(folder / "page")], check=True)
    return [path.read_bytes() for path in sorted(folder.glob("page*"))]


@pytest.mark.parametrize("tag", ["en-GB", "ur", "hi", "zh-Hans"])
def test_nothing_looks_different(editions, monkeypatch, tmp_path, tag):
    """Every page is the same, dot for dot, with the codes of WeasyPrint and with ours."""
    good = render_print(editions["ivig", tag], ROOT / "styles", PRINT["large-print"])
    monkeypatch.setattr(printing, "recode", lambda *_: None)
    plain = render_print(editions["ivig", tag], ROOT / "styles", PRINT["large-print"])
    ours, theirs = pictures(good, tmp_path / "ours"), pictures(plain, tmp_path / "theirs")
    assert len(ours) == len(theirs) > 10
    assert all(a == b for a, b in zip(ours, theirs, strict=True))
    assert (good != plain) is (tag in ("ur", "hi"))  # else each glyph has one text


def test_what_it_is_for(monkeypatch):
    """Without our codes Hindi can't be read back: the same letter is read as what it first stood in."""
    text = "निर्णय करना, नियम और नर्स।"

    def read(data):
        with pypdfium2.PdfDocument(data) as pdf:
            return solid(pdf[0].get_textpage().get_text_range())

    assert read(own(f"<p>{text}</p>", "hi")) == solid(text)
    monkeypatch.setattr(printing, "recode", lambda *_: None)
    assert read(own(f"<p>{text}</p>", "hi")) != solid(text)


def most_used(document):
    return max(document.fonts.values(), key=lambda font: len(font.to_unicode.drawn))


def one_less(document, pdf):
    most_used(document).to_unicode.drawn.pop(3)


def one_more(document, pdf):
    most_used(document).to_unicode.drawn.append((5, "x"))


def one_less_at_the_end(document, pdf):
    most_used(document).to_unicode.drawn.pop()


def another(document, pdf):
    drawn = most_used(document).to_unicode.drawn
    drawn[3] = (drawn[3][0] + 1, drawn[3][1])


def two_changed_places(document, pdf):
    drawn = most_used(document).to_unicode.drawn
    place = next(n for n in range(len(drawn)) if drawn[n][0] != drawn[n + 1][0])
    drawn[place], drawn[place + 1] = drawn[place + 1], drawn[place]


def one_name_for_two(document, pdf):
    first, second = list(document.fonts.values())[:2]
    first.hash = second.hash


def no_such_font(document, pdf):
    name = most_used(document).name
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Subtype") == "/Type0" and item.get("BaseFont") == name:
            item["BaseFont"] = pydyf.String("other")


def another_way_of_drawing(document, pdf):
    """Text is drawn with an operator that is not looked for: it stays as it is, and not all that was told is drawn."""
    for content in page_contents(pdf):
        for place, operator in enumerate(content):
            if isinstance(operator, bytes) and operator.endswith(b"] TJ"):
                content[place] = operator.removesuffix(b"TJ") + b" TJ"


CHANGES = (one_less, one_more, one_less_at_the_end, another, two_changed_places, one_name_for_two, no_such_font, another_way_of_drawing)
PAGES = {"hi": "<h1>निर्णय</h1><p>निर्णय करना, नियम और नर्स <strong>नियम</strong>।</p>", "ur": "<h1>علاج</h1><p>علاج سے پہلے نرس کو <strong>ضرور</strong> بتائیں۔</p>"}


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
@pytest.mark.parametrize("tag", PAGES)
def test_other_glyphs_than_were_told(monkeypatch, change, tag):
    """If what is drawn differs by one glyph or font from what WeasyPrint told, words could go to the wrong letters: no file is made."""

    def spoilt(document, pdf, dotted):
        change(document, pdf)
        real(document, pdf, dotted)

    monkeypatch.setattr(printing, "recode", spoilt)
    with pytest.raises(Fault, match="the text of the PDF can't be told") as error:
        own(PAGES[tag], tag)
    assert "lock file" in error.value.hint


def test_too_many_codes(monkeypatch):
    """A font has 65,536 codes and no more: beyond that there is no file, and never a wrong letter."""

    def spoilt(document, pdf, dotted):
        for font in document.fonts.values():
            font.glyph_count = 65_535
        real(document, pdf, dotted)

    monkeypatch.setattr(printing, "recode", spoilt)
    with pytest.raises(Fault, match="65,535 codes"):
        own("<p>निर्णय करना, नियम और नर्स।</p>", "hi")
