"""How the letters look, in every edition and size: how large, in which colour, upright, bold only where it is meant."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass

import pikepdf
import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from leafletkit import inline
from leafletkit.fonts import LATIN
from leafletkit.model import PRINT
from leafletkit.proof.expect import words_of

from ..pages_support import LANGUAGES
from ..pdf_support import fonts_of, leaves
from .reading import COLOURS, STROKES, Font, read
from .support import SIZES, Printed, each_file, named, own

pytestmark = pytest.mark.full
BLACK = (0.0, 0.0, 0.0)


def test_the_sizes():
    """Standard print has 14 points, large print 18 and giant print 24: what the Royal National Institute of Blind People names."""
    assert {fmt: PRINT[fmt] for fmt in SIZES} == {"standard-print": 14, "large-print": 18, "giant-print": 24}


@each_file
def test_the_size_of_letters(file):
    """Body text has the size of its format times the scale of the script; nothing is smaller, the foot neither; headings are larger."""
    sizes = Counter(run.size for page in file.pages for run in page.runs)
    assert min(sizes) == sizes.most_common(1)[0][0] == pytest.approx(file.body, abs=0.02)
    assert {run.size for page in file.pages for run in page.foot} == {min(sizes)}
    smallest = {tag: min((run.size for e in named(file.pdf, tag) for leaf in leaves(e) for run in file.runs_of(leaf)), default=0) for tag in ("/P", "/H3", "/H2", "/H1")}
    steps = [size for size in smallest.values() if size]
    assert steps == sorted(set(steps)), smallest


def faults_of(pages):
    """What is not plain black upright text, of any page."""
    for page in pages:
        yield from (f"colour {run.colour}" for run in page.runs if run.colour != BLACK)
        yield from ("slanted" for run in page.runs if run.slanted)
        yield from sorted(page.operators & (COLOURS - {"rg"}))
        yield from sorted(page.operators & STROKES)
        yield from sorted(page.operators & {"Tr", "Do"})


@each_file
def test_black_upright_and_not_underlined(file):
    """All text is filled with black; no letter is slanted; no line is drawn but the boxes, and these are no part of the text."""
    assert set(faults_of(file.pages)) == set()
    assert all(not Font(font).italic for font in fonts_of(file.pdf))
    for page in file.pages:
        assert page.shapes <= {(1.0, 1.0, 1.0), BLACK}  # the paper and the boxes


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("transform: skewX(10deg)", "slanted"), ("text-decoration: underline", "S"), ("color: #333", "colour (0.2, 0.2, 0.2)"),
        ("text-decoration: line-through", "S"), ("color: hsl(200 50% 40%)", "colour"),
    ],
)  # fmt: skip
def test_other_looks_are_seen(style, fault):
    """Each of these is seen where it is used: the test above can fail."""
    with pikepdf.open(io.BytesIO(own(f'<p>a</p><p style="{style}">b</p>'))) as pdf:
        assert any(found.startswith(fault) for found in faults_of(read(pdf)))


def test_italics_are_not_italic():
    """A template that asks for italics gets upright letters: there is no other font, and none is slanted."""
    with pikepdf.open(io.BytesIO(own("<p>a</p><p><em>b</em> <i>c</i></p>"))) as pdf:
        assert set(faults_of(read(pdf))) == set()


@each_file
def test_bold_words_are_bold(file):
    """Words that the text makes bold are drawn with a bold font, and the rest of their paragraph is not."""
    strong = {
        words_of(b.text): " ".join(s.text for s in inline.parse(b.text) if s.strong).split()
        for b in file.edition.text.blocks
        if b.kind in ("paragraph", "item")
    }
    found = set()
    for tag, text, inside in file.blocks:
        if tag in ("/P", "/LBody") and text in strong:
            fonts = [(str(leaf.ActualText), {run.font.endswith("-Bold") for run in file.runs_of(leaf)}) for leaf in inside]
            assert all(len(kinds) == 1 for words, kinds in fonts if words.strip())
            drawn = [words for words, kinds in fonts if True in kinds]
            assert " ".join(drawn).split() == strong[text]
            found.add(text)
    assert found == set(strong)


# The ink of letters: accents, dots and stops are left out.
_LEAST = 0.12  # of the size


@dataclass(frozen=True)
class Ink:
    """How high the letters of a text are on average, in parts of the size; and how many were measured."""

    mean: float
    count: int


def ink_of(file, latin):
    """The ink of the upright letters of a file: of the Latin font, or of the language's own."""
    heights: list[float] = []
    for font in map(Font, fonts_of(file.pdf)):
        is_latin = font.name == f"Leaflet-{LATIN.family.replace(' ', '-')}"
        if font.name.endswith("-Bold") or is_latin != latin:
            continue
        opened = TTFont(io.BytesIO(font.file.read_bytes()))
        shapes, units = opened.getGlyphSet(), opened["head"].unitsPerEm
        counts = Counter(code for page in file.pages for run in page.runs if run.font == font.name for code in run.codes)
        for code, count in counts.items():
            glyph, pen = shapes[opened.getGlyphName(font.glyphs.get(code, code))], BoundsPen(shapes)
            glyph.draw(pen)
            if pen.bounds and glyph.width > 0 and (pen.bounds[3] - pen.bounds[1]) / units > _LEAST:
                heights += [(pen.bounds[3] - pen.bounds[1]) / units] * count
    return Ink(sum(heights) / len(heights), len(heights))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_all_scripts_look_equally_large(printed, editions, tag):
    """The mean height of the letters' ink, times the scale of the script, is that of English at least."""

    def printed_in(language):
        data = (printed / f"ivig/{language}/ivig-{language}-large-print.pdf").read_bytes()
        return Printed(data, editions["ivig", language], "large-print")

    english, file = ink_of(printed_in("en-GB"), True), printed_in(tag)
    ours = ink_of(file, file.edition.language.face == LATIN)
    assert ours.count > 1000
    assert ours.mean * file.edition.language.scale >= 0.98 * english.mean
