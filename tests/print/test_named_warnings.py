"""Each warning is an element of its own in the structure, which programs find by its id, at both its places."""

from __future__ import annotations

import io

import pikepdf
import pytest

from leafletkit import jobs
from leafletkit.errors import Fault
from leafletkit.model import PRINT
from leafletkit.proof.expect import words_of
from leafletkit.render.print import render_print

from ..pdf_support import blocks, changed
from .support import WARNING, each_file, named, own, prove

pytestmark = pytest.mark.full


def ident(element):
    """The id that an element says it is."""
    (row,) = element.A.P
    assert (str(element.A.O), str(row.N)) == ("/UserProperties", "warning")
    return str(row.V)


def groups(edition):
    """(id, words of its blocks) of each warning as the leaflet must show it: all at the start, then each in its place."""
    body = edition.text.blocks
    for name in dict.fromkeys(b.warning for b in body if b.warning):
        yield name, [words_of(b.text) for b in edition.text.carrying(name)]
    group: list[str] = []
    for block, after in zip(body, (*body[1:], None), strict=True):
        if block.warning:
            group.append(words_of(block.text))
            if after is None or after.warning != block.warning:
                yield block.warning, group
                group = []


@each_file
def test_each_warning_is_named_at_both_places(file):
    """An element with its id, the word “warning” as its title, and just its words: first at the start, then in its place."""
    root, label = file.pdf.Root, file.edition.words["warning-label"]
    found = named(file.pdf, "/Warning")
    assert [(ident(e), [text for _, text, _ in blocks(e)]) for e in found] == [(name, [label, *rows]) for name, rows in groups(file.edition)]
    assert {str(e.T) for e in found} == {label}
    assert str(root.StructTreeRoot.RoleMap.Warning) == "/Sect"  # what programs that know no warnings take it for
    assert bool(root.MarkInfo.UserProperties) is True


def spoilt(styles, old, new):
    path = styles / "templates" / "print.html"
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")
    return styles


@pytest.mark.parametrize("new", ["", 'data-warning="other"', 'data-other="{{ first.warning }}"'], ids=["none", "another", "misspelt"])
def test_a_template_that_does_not_name_its_warnings(english, styles, new):
    """The words are all there, but a program can't find the warning: that is its own finding, and there is no file."""
    outcome = jobs.perform(jobs.Job("large-print", english, spoilt(styles, 'data-warning="{{ first.warning }}"', new).parent))
    assert [(f.code, f.warning) for f in outcome.findings] == [("proof-structure", WARNING)]
    assert outcome.files == () and "data-warning" in outcome.findings[0].hint


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("change", [lambda e: e.__delitem__("/A"), lambda e: e.update({"/S": pikepdf.Name.Sect})], ids=["no id", "no warning"])
def test_one_of_both_places_is_not_named(good, english, number, change):
    """A warning that is named in one of its two places only is found."""
    bad = changed(good, lambda pdf: change(named(pdf, "/Warning")[number]))
    assert prove(bad, english)[:2] == ((), ["proof-structure"])


def test_a_warning_that_is_no_group(english, styles):
    """A template that puts the id on a paragraph has no place for the name: said in words, and there is no file."""
    bad = spoilt(styles, '<p class="label">', '<p class="label" data-warning="x">')
    bad = spoilt(bad, 'class="warning" data-warning', 'class="warning" data-other')
    with pytest.raises(Fault, match="no element of its own") as error:
        render_print(english, bad, PRINT["large-print"])
    assert "div" in error.value.hint


def test_a_warning_over_a_page_break():
    """A warning that is longer than a page is one element, with one name, and so is the list in it."""
    items = "".join(f"<li>This is number {n} of the things to watch for.</li>" for n in range(60))
    box = f'<div data-warning="long" title="Warning"><p>Warning</p><ul>{items}</ul></div>'
    with pikepdf.open(io.BytesIO(own(f"<h1>x</h1>{box}<p>after</p>"))) as pdf:
        assert len(pdf.pages) > 1
        (element,) = named(pdf, "/Warning")
        assert ident(element) == "long" and str(element.T) == "Warning"
        assert len(named(pdf, "/L")) == 1 and len(named(pdf, "/LI")) == 60
        said = [text for _, text, _ in blocks(element)]
        assert said == ["Warning", *(f"This is number {n} of the things to watch for." for n in range(60))]


def test_two_warnings_at_a_page_break_stay_two():
    """Only what is one in the template is joined: boxes, sections and lists that meet at a page break are not."""
    rows = "".join(f'<section><div data-warning="w{n}" title="W"><p>{n}</p></div><ul><li>{n}</li></ul></section>' for n in range(60))
    with pikepdf.open(io.BytesIO(own(f"<h1>x</h1>{rows}"))) as pdf:
        assert len(pdf.pages) > 2
        assert [ident(e) for e in named(pdf, "/Warning")] == [f"w{n}" for n in range(60)]
        assert len(named(pdf, "/Sect")) == len(named(pdf, "/L")) == 60
