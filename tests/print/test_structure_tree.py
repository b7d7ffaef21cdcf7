"""What a screen reader is given: every block in order, in its language, and a tree that agrees with the pages."""

from __future__ import annotations

import io
import re
from collections import Counter

import pikepdf
import pytest
import tinyhtml5

from leafletkit.proof.expect import words_of
from leafletkit.proof.pdf_ua import validate
from leafletkit.render.markup import View, environment

from ..conftest import ROOT
from ..pdf_support import kids, leaves
from .reading import read
from .support import each_file, named, own, walk, words

pytestmark = pytest.mark.full


def told(edition):
    """What the structure must say, in order: the title, the notices, every warning, then the whole leaflet."""
    said, body = edition.words, edition.text.blocks[1:]
    yield "/H1", words_of(edition.text.title.text)
    if not edition.is_source:
        yield "/P", f"{edition.language.english}: {words_of(edition.leaflet.text.title.text)}"
    yield "/P", said[f"state-{edition.state}"]
    yield from (("/P", words_of(notice)) for notice in edition.notices)
    yield "/H2", said["safety-heading"]
    yield "/P", said["safety-intro"]
    first = [b for name in dict.fromkeys(b.warning for b in body if b.warning) for b in edition.text.carrying(name)]
    tags = {"heading": "/H2", "subheading": "/H3", "paragraph": "/P", "item": "/LBody"}
    for part in (first, body):
        for before, block in zip((None, *part), part, strict=False):
            if block.warning and (before is None or before.warning != block.warning):
                yield "/P", said["warning-label"]
            yield tags[block.kind], words_of(block.text)
    yield "/H2", said["contact-heading"]


@each_file
def test_the_structure_tells_the_whole_leaflet_in_order(file):
    """A screen reader is given each block once in its place, word for word, and each warning once more at the start."""
    expected = list(told(file.edition))
    assert [(tag, text) for tag, text, _ in file.blocks][: len(expected)] == expected


@each_file
def test_the_words_are_plain(file):
    """What is told has no spaces of special kinds, and no soft hyphens: a braille display would show them."""
    assert not [leaf.ActualText for leaf in leaves(file.pdf.Root.StructTreeRoot) if set(str(leaf.ActualText)) & set("\u00a0\u00ad\u200b\n\t")]


@each_file
def test_languages(file):
    """The file says its language; only the English title of a translation says another one."""
    root, edition = file.pdf.Root, file.edition
    assert str(root.Lang) == edition.language.tag
    marked = {str(leaf.Lang): str(leaf.ActualText) for leaf in leaves(root.StructTreeRoot) if "/Lang" in leaf}
    english = f"{edition.language.english}: {words_of(edition.leaflet.text.title.text)}"
    if edition.is_source:
        assert marked == {}
    else:
        assert set(marked) == {"en-GB"}
        title = next(row for row in file.blocks if row[1] == english)
        assert all("/Lang" in leaf for leaf in title[2])


TAGS = {"section": "/Sect", "ul": "/L", "li": "/LI", "p": "/P", "h1": "/H1", "h2": "/H2", "h3": "/H3"}


@each_file
def test_each_element_of_the_template_is_one_of_the_tree(file):
    """A section, a box or a list that goes on over a page break is one element, as in the template."""
    html = environment(ROOT / "styles").get_template("print.html").render(view=View(file.edition))
    page = Counter(e.tag for e in tinyhtml5.parse(html, namespace_html_elements=False).iter() if isinstance(e.tag, str))
    tree = Counter(str(element.S) for element, _ in walk(file.pdf.Root.StructTreeRoot))
    for name, tag in TAGS.items():
        assert tree[tag] == page[name], tag
    assert tree["/Warning"] + tree["/Div"] == page["div"] and tree["/Div"] == 2  # the box of the notices, and the way to the newest version
    assert set(tree) <= {*TAGS.values(), "/Document", "/Div", "/Warning", "/Lbl", "/LBody", "/Span", "/NonStruct", "/Strong", "/Link", "/Figure"}
    (figure,) = named(file.pdf, "/Figure")
    assert str(figure.Alt) == file.edition.words["newest-code"]


@each_file
def test_much_is_torn_by_page_breaks(file):
    """In the real files there are sections on several pages, so that the joining is put to work."""
    several = [s for s in named(file.pdf, "/Sect") if len({file.page_of(leaf) for leaf in leaves(s)}) > 1]
    assert several or file.edition.leaflet.id == "clean-hands"


@each_file
def test_the_tree_and_the_pages_agree(file):
    """Each piece of marked text stands in the tree once, the table of the way back names just its element, parents hold their children."""
    root, seen, pictures = file.pdf.Root.StructTreeRoot, Counter(), set()
    rows = list(root.ParentTree.Nums)
    back = {int(number): row for number, row in zip(rows[::2], rows[1::2], strict=True)}
    by_page = {page.objgen: back[int(page.StructParents)] for page in file.pdf.pages}
    for element, around in walk(root):
        assert element.P.objgen == (around[-1] if around else root).objgen
        for kid in kids(element):
            if isinstance(kid, pikepdf.Object):
                continue
            seen[element.Pg.objgen, int(kid)] += 1
            assert by_page[element.Pg.objgen][int(kid)].objgen == element.objgen
            if element.S == "/Figure":
                pictures.add((element.Pg.objgen, int(kid)))
    drawn = {(page.objgen, run.mcid) for page, shown in zip(file.pdf.pages, file.pages, strict=True) for run in shown.runs if run.mcid is not None}
    assert drawn == set(seen) - pictures and set(seen.values()) == {1}
    for place, row in by_page.items():
        assert all(entry is None or (place, number) in seen for number, entry in enumerate(row))


@each_file
def test_what_is_not_read_out(file):
    """The foot of each page and the sign of each warning are drawn, and are no part of the text."""
    signs = 0
    for page in file.pages:
        foot = page.foot
        assert foot and {(run.mark, run.mcid, run.footer) for run in foot} == {("/Artifact", None, True)}
        others = [run for run in page.runs if run.mark == "/Artifact" and run not in foot]
        assert {(run.text, run.footer) for run in others} <= {("!", False)}
        signs += len(others)
        assert all(run.mark == "/Artifact" or run.mcid is not None for run in page.runs)
    assert signs == len(named(file.pdf, "/Warning"))
    assert not [text for _, text, _ in file.blocks if text.startswith("!")]


@each_file
def test_lists_say_how_they_are_numbered(file):
    """Each list says that its items have dots, or that they have none."""
    for element in named(file.pdf, "/L"):
        has_dots = any(item.S == "/Lbl" for item, _ in walk(element))
        assert str(element.A.O) == "/List"
        assert str(element.A.ListNumbering) == "/Disc" or not has_dots


def pdf_of(*arguments, **options):
    return pikepdf.open(io.BytesIO(own(*arguments, **options)))


def test_lists_of_ones_own():
    """Dots, numbers and no marks at all are told apart."""
    with pdf_of('<h1>x</h1><ul><li>one</li></ul><ol><li>two</li></ol><ul style="list-style: none"><li>three</li></ul>') as pdf:
        assert [str(element.A.ListNumbering) for element in named(pdf, "/L")] == ["/Disc", "/Decimal", "/None"]


SENTENCES = " ".join(f"This is sentence {n} of a long text." for n in range(120))
TORN = {
    "p": (f"<p>{SENTENCES}</p>", "/P"), "li": (f"<ul><li>{SENTENCES}</li></ul>", "/LI"), "bold": (f"<p><strong>{SENTENCES}</strong></p>", "/P"),
    "numbered": (f"<ol><li>one</li><li>{SENTENCES}</li></ol>", "/L"), "link": (f'<p><a href="https://www.nhs.uk/a">{SENTENCES}</a></p>', "/P"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TORN)
def test_what_is_torn_by_a_page_break(kind):
    """A paragraph or an item that goes on on the next page is one element, its words are not glued together, and what follows stands behind it."""
    body, tag = TORN[kind]
    with pdf_of(f"<h1>x</h1>{body}<section><p>after</p></section>") as pdf:
        assert len(pdf.pages) > 1
        rows = [" ".join(words(e).split()) for e in named(pdf, tag)]
        assert rows in ([SENTENCES, "after"], ["•" + SENTENCES], ["• " + SENTENCES], ["1. one2. " + SENTENCES])
        assert [words(e) for e in named(pdf, "/P")][-1] == "after"
        assert len(named(pdf, "/Sect")) == 1
    assert validate(own(f"<h1>x</h1>{body}")).failed == {}


TABLE = "<h1>x</h1><table><tr><th>Week</th><th>Dose</th></tr><tr><th {}>1</th><td>5 mg</td></tr></table>"


def test_tables_of_ones_own():
    """The head of a column says that it stands over one."""
    with pdf_of(TABLE.format("")) as pdf:
        assert [(words(th), str(th.A.Scope)) for th in named(pdf, "/TH")] == [("Week", "/Column"), ("Dose", "/Column"), ("1", "/Column")]


def test_the_head_of_a_row():
    """A head that says that it is that of a row keeps its word."""
    with pdf_of(TABLE.format('scope="row"')) as pdf:
        assert [str(th.A.Scope) for th in named(pdf, "/TH")] == ["/Column", "/Column", "/Row"]


def links(pdf):
    """(address, words) of each note of a link."""
    return {(str(a.A.URI), str(a.Contents)) for page in pdf.pages for a in page.get("/Annots", []) if a.Subtype == "/Link"}


def test_links_of_ones_own():
    """The note of a link says its words, also where it goes on on the next line."""
    long = "a long link that does not fit on one line and goes on"
    with pdf_of(f'<h1>x</h1><p>See <a href="https://www.nhs.uk/a">the NHS</a>. And <a href="https://www.nhs.uk/b">{long}</a>.</p>') as pdf:
        found = links(pdf)
        assert ("https://www.nhs.uk/a", "the NHS") in found
        parts = [said for address, said in found if address.endswith("b")]
        assert " ".join(sorted(parts, key=long.index)) == long
        assert [words(element) for element in named(pdf, "/P")] == [f"See the NHS. And {long}."]


@pytest.mark.parametrize("inner", ["the <strong>NHS</strong> now", 'call <span class="keep">020–79</span> now', "<strong>NHS</strong>"])
def test_a_link_with_marked_words(inner):
    """Bold words and kept numbers inside of a link are told with it, in the text and in its note."""
    plain = re.sub("<[^>]*>", "", inner)
    with pdf_of(f'<h1>x</h1><p><a href="https://www.nhs.uk/a">{inner}</a></p>') as pdf:
        assert [words(element) for element in named(pdf, "/P")] == [plain]
        assert links(pdf) == {("https://www.nhs.uk/a", plain)}


def test_bold_words_that_move_to_the_next_line():
    """Bold words that start a line leave no empty element on the line before, wherever the line ends."""
    rows = "".join(f"<p>It takes this many words to fill a line{'x' * n}<strong> and</strong> more.</p>" for n in range(20))
    with pdf_of(f"<h1>x</h1>{rows}") as pdf:
        assert all(kids(element) for element, _ in walk(pdf.Root.StructTreeRoot))


def test_hidden_words_of_ones_own():
    """What is hidden from screen readers is drawn and not told, and leaves no empty element; the rest stays."""
    hidden = '<p><span aria-hidden="true">*</span></p><div aria-hidden="true"><p>a</p></div>'
    with pdf_of(f"<h1>x</h1>{hidden}<p>b</p>") as pdf:
        assert [(str(e.S), words(e)) for e, _ in walk(pdf.Root.StructTreeRoot) if e.S in ("/P", "/Div")] == [("/P", "b")]
        assert all(kids(e) for e, _ in walk(pdf.Root.StructTreeRoot))
        (page,) = read(pdf)
        assert [run.text for run in page.runs if run.mark == "/Artifact"] == ["*", "a"]
