"""Making a PDF: nothing is fetched from outside, and what can't be drawn or tagged well stops it."""

from __future__ import annotations

import pydyf
import pytest
from weasyprint.urls import FatalURLFetchingError

from leafletkit import jobs
from leafletkit.errors import Fault
from leafletkit.model import PRINT
from leafletkit.render import print as printing
from leafletkit.render.pdf_objects import resolve
from leafletkit.render.pdf_tags import _leaves
from leafletkit.render.print import Jail, render_print

from ..conftest import ROOT

OUTSIDE = ("http://example.org/a", "https://example.org/a", "file:///etc/passwd", "data:text/plain,a", "ftp://a/b", "leaflet:other", "a.png", "")
SIZE = PRINT["large-print"]


@pytest.fixture
def spoilt(styles, request):
    """The copy with one line more: in the head or body of the template, or at the end of the style sheet."""
    place, text = request.param
    path = styles / ("print.css" if place == "css" else "templates/print.html")
    before = path.read_text()
    old, new = {"head": ("</head>", f"{text}</head>"), "body": ("<h1>", f"{text}<h1>"), "css": (before, before + text)}[place]
    path.write_text(before.replace(old, new))
    return styles


def spoil(**cases):
    return pytest.mark.parametrize("spoilt", cases.values(), ids=cases, indirect=True)


def stopped(edition, styles, caplog):
    """The fault that stops the making of the file. What is logged on the way there is expected."""
    with pytest.raises(Fault) as error:
        render_print(edition, styles, SIZE)
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
        leaf = list(_leaves(pdf, resolve(pdf, pdf.catalog["StructTreeRoot"]), ()))[3]
        change(pdf, leaf.element)
        return good(document, pdf)

    good = printing.finish
    monkeypatch.setattr(printing, "finish", finish)
    with pytest.raises(Fault, match="pieces of content") as error:
        render_print(english, ROOT / "styles", SIZE)
    assert "lock file" in error.value.hint
