"""Making a large-print PDF: nothing is fetched from outside, and what can't be drawn or tagged well stops it."""

from __future__ import annotations

import shutil

import pydyf
import pytest
from weasyprint.urls import FatalURLFetchingError

from leafletkit import jobs
from leafletkit.errors import Fault
from leafletkit.render import large_print
from leafletkit.render.large_print import Jail, render_large_print
from leafletkit.render.pdf_tags import _leaves, _root

from .conftest import ROOT
from .pages_support import with_text

WARNING = "stay-away-48-hours"
OUTSIDE = ("http://example.org/a", "https://example.org/a", "file:///etc/passwd", "data:text/plain,a", "ftp://a/b", "leaflet:other", "a.png", "")


@pytest.fixture
def english(editions):
    return editions["clean-hands", "en-GB"]


@pytest.fixture
def styles(tmp_path):
    """A copy of the styles, to spoil."""
    return shutil.copytree(ROOT / "styles", tmp_path / "styles")


@pytest.fixture
def spoilt(styles, request):
    """The copy with one line more: in the head or body of the template, or at the end of the style sheet."""
    place, text = request.param
    path = styles / ("large-print.css" if place == "css" else "templates/large-print.html")
    before = path.read_text()
    old, new = {"head": ("</head>", f"{text}</head>"), "body": ("<h1>", f"{text}<h1>"), "css": (before, before + text)}[place]
    path.write_text(before.replace(old, new))
    return styles


def spoil(**cases):
    return pytest.mark.parametrize("spoilt", cases.values(), ids=cases, indirect=True)


def stopped(edition, styles, caplog):
    """The fault that stops the making of the file. What is logged on the way there is expected."""
    with pytest.raises(Fault) as error:
        render_large_print(edition, styles)
    caplog.clear()
    return error.value


@pytest.mark.parametrize("url", OUTSIDE)
def test_the_jail_refuses(url):
    """Only the resources that were handed over can be fetched: no protocol leads out."""
    with pytest.raises((ValueError, FatalURLFetchingError)):
        Jail({"leaflet:font/regular": b"x"}).fetch(url)


def test_the_jail_hands_out():
    """What was handed over is given."""
    assert Jail({"leaflet:font/regular": b"x"}).fetch("leaflet:font/regular").read() == b"x"


@pytest.mark.full
@spoil(
    attachment=("head", '<link rel="attachment" href="file:///etc/passwd">'),
    attached_link=("body", '<p><a rel="attachment" href="file:///etc/passwd">x</a></p>'),
    image=("body", '<img alt="x" src="file:///etc/passwd">'),
    near_image=("body", '<img alt="x" src="x.png">'),
    data_image=("body", '<img alt="x" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
    object=("body", '<object data="file:///etc/passwd">x</object>'),
    embed=("body", '<embed src="file:///etc/passwd">'),
    svg=("body", '<svg width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>'),
    sheet=("head", '<link rel="stylesheet" href="http://example.org/a.css">'),
    imported=("head", "<style>@import url(http://example.org/a.css);</style>"),
    background=("css", "body { background: url(http://example.org/a.png) }"),
    content=("css", "h1::before { content: url(file:///etc/passwd) }"),
    bullet=("css", "li { list-style-image: url(file:///etc/passwd) }"),
    font=("css", "@font-face { font-family: x; src: url(file:///usr/share/fonts/x.ttf) } h1 { font-family: x }"),
)
def test_a_template_that_reaches_out_fails(english, spoilt, caplog):
    """Whatever a template or style asks for from outside, there is no file, and the address is never ignored."""
    stopped(english, spoilt, caplog)


@pytest.mark.full
@spoil(image=("body", '<img alt="x" src="file:///etc/passwd">'))
def test_one_bad_template_is_a_finding(english, spoilt):
    """A template that reaches out gives a finding that withholds the file; it doesn't end the run."""
    outcome = jobs.perform(jobs.Job("large-print", english, spoilt.parent))
    assert ([f.code for f in outcome.findings], outcome.files) == (["render-failed"], ())


@pytest.mark.full
@spoil(
    late_import=("css", "@import url(http://example.org/a.css);"),
    unknown_property=("css", "h1 { colour: red }"),
    unknown_value=("css", "h1 { color: very-red }"),
    broken_rule=("css", "h1 color: red }"),
)
def test_a_style_with_a_mistake_fails(english, spoilt, caplog):
    """What WeasyPrint would pass over with a word in its log is a fault here."""
    fault = stopped(english, spoilt, caplog)
    assert "the PDF maker reported" in str(fault) and fault.hint


@pytest.mark.full
@pytest.mark.parametrize("character", ["\ue000", "\U0010fffd", "\U000f0000"])
def test_a_character_in_no_font_fails(english, character, caplog):
    """A character that no font can draw stops the file; the message names it."""
    bad = with_text(english, WARNING, f"Do **not** visit {character}.")
    with pytest.raises(Fault, match=f"U\\+{ord(character):04X}"):
        render_large_print(bad, ROOT / "styles")
    outcome = jobs.perform(jobs.Job("large-print", bad, ROOT))
    assert ([f.code for f in outcome.findings], outcome.files) == (["render-failed"], ())
    caplog.clear()


@pytest.mark.full
def test_a_word_that_is_wider_than_the_page(english):
    """Words of a warning that stand beyond the edge of the paper withhold the file."""
    bad = with_text(english, WARNING, "Do **not** visit: " + "handwashing" * 9)
    outcome = jobs.perform(jobs.Job("large-print", bad, ROOT))
    assert ([f.code for f in outcome.findings], outcome.files) == (["render-failed"], ())
    assert "handwashing" in outcome.findings[0].message


@pytest.mark.full
@spoil(heading=("css", 'h1, h2, p { font-family: "No Such Font" }'))
@pytest.mark.parametrize("tag", ["ar", "ur", "zh-Hans"])
def test_a_style_that_names_a_missing_font(editions, spoilt, tag):
    """A style that asks for a font that is not there gets another one: the proof finds it, and there is no file."""
    outcome = jobs.perform(jobs.Job("large-print", editions["ivig", tag], spoilt.parent))
    assert "proof-font" in {f.code for f in outcome.findings}
    assert outcome.files == ()


def less(pdf, leaf):
    leaf["K"] = pydyf.Array()


def more(pdf, leaf):
    leaf["K"].append(999)


def elsewhere(pdf, leaf):
    leaf["Pg"] = pdf.page_references[-1]


@pytest.mark.full
@pytest.mark.parametrize("change", [less, more, elsewhere])
def test_a_tree_that_is_not_as_expected_fails(english, monkeypatch, change):
    """If WeasyPrint's tree and its pages differ by one run of text, words could go to the wrong place: no file is made."""

    def finish(document, pdf):
        leaf, _mcid = list(_leaves(pdf, _root(pdf)))[3]
        change(pdf, leaf)
        return good(document, pdf)

    good = large_print.finish
    monkeypatch.setattr(large_print, "finish", finish)
    with pytest.raises(Fault, match="text runs") as error:
        render_large_print(english, ROOT / "styles")
    assert "lock file" in error.value.hint
