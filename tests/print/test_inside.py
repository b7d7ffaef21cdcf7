"""No word runs over the edge of its place or is cut off: nobody could read its end."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest

from leafletkit import jobs
from leafletkit.errors import Fault, Illegible
from leafletkit.model import PRINT
from leafletkit.render import print as printing
from leafletkit.render.print import render_print

from ..conftest import ROOT
from ..pages_support import with_text
from .reading import read
from .support import SIZES, WARNING, own

pytestmark = pytest.mark.full
LONG = "handwashing" * 9
A4 = 297 / 25.4 * 72  # the height of the paper in points
BEFORE = '<p style="break-after: page">first</p>'


@pytest.mark.parametrize("fmt", SIZES)
def test_a_word_that_is_wider_than_the_page(english, fmt):
    """A word of a warning that is too long for its line withholds the file; the message names it and its page."""
    outcome = jobs.perform(jobs.Job(fmt, with_text(english, WARNING, f"Do **not** visit: {LONG}"), ROOT))
    assert ([f.code for f in outcome.findings], outcome.files) == (["proof-illegible"], ())
    assert "handwashing" in outcome.findings[0].message and "on page 1 is wider" in outcome.findings[0].message
    assert "hyphen" in outcome.findings[0].hint


@pytest.mark.parametrize("tag", ["en-GB", "ar"])
@pytest.mark.parametrize(
    "body",
    [
        f"<p>{LONG}</p>", f"<ul><li>{LONG}</li></ul>", f'<div style="overflow: hidden"><p>{LONG}</p></div>',
        '<p style="white-space: nowrap">many words that stand on one line and run out of the page on its side</p>',
        '<p style="margin-inline-start: -20mm">words</p>', '<p style="position: relative; left: -170mm">words</p>',
        '<p style="position: relative; left: 170mm">words</p>', '<div style="position: relative"><p style="position: absolute; right: -20mm">words</p></div>',
        '<p style="width: 20mm; overflow: hidden">incomprehensible words</p>',
        '<p><span class="keep" style="white-space: nowrap">10–11–12–13–14–15–16–17–18–19–20–21–22–23–24–25–26–27–28</span></p>',
        "<table><tr><td>" + "</td><td>".join(["incomprehensible"] * 6) + "</td></tr></table>",
    ],
)  # fmt: skip
def test_words_beyond_the_side(body, tag):
    """Whatever the reason, words that stand beyond the text, or beyond a box that hides them, are named with their page."""
    with pytest.raises(Fault, match=r"“.+” on page 2 is wider than its place"):
        own(BEFORE + body, tag)


@pytest.mark.parametrize(
    "body",
    [
        '<p style="height: 2.8em; overflow: hidden">one<br>two<br>three</p>', '<div style="max-height: 3em; overflow: hidden"><p>one</p><p>three</p></div>',
        '<p style="line-height: .2; overflow: hidden">three</p>', '<p style="position: relative; top: 280mm">three</p>',
        '<p style="margin-top: -15mm">three</p>', '<p style="position: relative; top: -30mm">three</p>',
        '<div style="height: 0; overflow: auto">three</div>', '<div style="position: relative"><p style="position: absolute; top: 270mm">three</p></div>',
    ],
)  # fmt: skip
def test_words_that_are_cut_off(body):
    """Words above or below the text, or in a box that is too low and hides the rest."""
    with pytest.raises(Fault, match="“three” on page 2 is cut off"):
        own(BEFORE + body)


def test_words_that_fit():
    """Boxes that hide nothing, and words that just fit, are no fault."""
    wide = "width: 174mm; white-space: nowrap; overflow: hidden"
    assert own(f'<p style="{wide}">short</p><div style="height: 40mm; overflow: hidden">one<br>two</div><p style="position: absolute; top: 90mm">x</p>')


FOOT = '@page {{ margin-bottom: 30mm; @bottom-center {{ vertical-align: top; content: "{0}"; {1} }} }}'


@pytest.mark.parametrize(
    ("text", "style", "what"),
    [
        (LONG, "width: 100%", "wider"), ("a few words " * 30, "width: 100%", "cut off"), ("one two three", "width: 5mm", "wider|cut off"),
        ("one two three", "width: 100%; height: 3mm; overflow: hidden", "cut off"),
    ],
)  # fmt: skip
def test_a_foot_that_is_too_long(text, style, what):
    """The foot of a page has a place of its own: what does not fit there is named."""
    with pytest.raises(Fault, match=f"“.*” on page 1 is .*({what})"):
        own("<p>x</p>", css=FOOT.format(text, style))
    assert own("<p>x</p>", css=FOOT.format("short", "width: 100%"))


@pytest.mark.parametrize(("room", "fits"), [(40, True), (37, False), (30, False)])
def test_a_foot_near_the_edge(room, fits):
    """The last 12 mm of the paper stay white, where some printers can't print: a foot of three lines needs 39 mm."""
    css = f"@page {{ margin-bottom: {room}mm; @bottom-center {{ content: 'one\\A two\\A three'; white-space: pre; vertical-align: top; width: 100% }} }}"
    if fits:
        assert own("<p>x</p>", css=css)
        return
    with pytest.raises(Fault, match="“three” on page 1 is cut off"):
        own("<p>x</p>", css=css)


NAMES = ["a-name-of-a-leaflet-that-goes-on-and-on", *("-".join(["handwashing"] * n) for n in (5, 9, 12, 16))]


@pytest.mark.parametrize(("name", "fmt"), [pytest.param(n, f, id=f"{len(n)}-{f}") for n in NAMES for f in SIZES])
def test_an_edition_with_a_long_foot(english, name, fmt):
    """The foot of a leaflet with a long name gets the room that it needs, or there is no file: it never comes near the edge of the paper."""
    meta = replace(english.leaflet.meta, id=name)
    outcome = jobs.perform(jobs.Job(fmt, replace(english, leaflet=replace(english.leaflet, meta=meta)), ROOT))
    if outcome.findings:
        assert [f.code for f in outcome.findings] == ["proof-illegible"] and "is cut off" in outcome.findings[0].message
        assert len(name) > 50
        return
    with pikepdf.open(io.BytesIO(outcome.files[0].data)) as pdf:
        for page in read(pdf):
            assert name.replace("-", "") in "".join(run.text for run in page.foot).replace("-", "")
            assert max(run.base for run in page.foot) < A4 - 12 / 25.4 * 72


@pytest.mark.parametrize("fmt", SIZES)
def test_an_edition_whose_foot_is_too_long(english, fmt):
    """A word of the foot that is wider than the page can't be broken: the leaflet gets no file."""
    meta = replace(english.leaflet.meta, id=LONG)
    outcome = jobs.perform(jobs.Job(fmt, replace(english, leaflet=replace(english.leaflet, meta=meta)), ROOT))
    assert [f.code for f in outcome.findings] == ["proof-illegible"] and outcome.files == ()
    assert "handwashing" in outcome.findings[0].message and "on page 1 is" in outcome.findings[0].message


def test_a_guess_that_is_too_small(english, monkeypatch):
    """If the foot needs more lines than was guessed it gets them, one by one; the file is the same as with a good guess."""
    good = render_print(english, ROOT / "styles", PRINT["giant-print"])
    monkeypatch.setattr(printing, "_foot_lines", lambda *_: 1)
    assert render_print(english, ROOT / "styles", PRINT["giant-print"]) == good


def test_a_foot_without_end(english):
    """A foot that would take the page is not given ever more lines: there is no file."""
    meta = replace(english.leaflet.meta, id=" ".join(["handwashing"] * 200))
    with pytest.raises(Illegible, match="on page 1 is cut off"):
        render_print(replace(english, leaflet=replace(english.leaflet, meta=meta)), ROOT / "styles", PRINT["giant-print"])
