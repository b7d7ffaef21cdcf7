"""The large-print PDFs as a patient gets them: tags, order, languages, pages, fonts, and nothing else inside."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache

import pikepdf
import pypdfium2
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from leafletkit import fonts, inline
from leafletkit.fonts import print_families
from leafletkit.proof.expect import words_of
from leafletkit.render.large_print import SIZE, render_large_print
from leafletkit.translate import all_text, show_date
from leafletkit.words import fill

from .conftest import ROOT
from .pages_support import LANGUAGES
from .pdf_support import base_name, blocks, changed, drawing, element, fonts_of, kids, leaves, rewrite
from .verapdf import validate

pytestmark = pytest.mark.full
FILES = [*(("ivig", tag) for tag in LANGUAGES), ("clean-hands", "en-GB"), ("clean-hands", "pl")]
each_file = pytest.mark.parametrize("key", FILES, ids="-".join)


@pytest.fixture
def data(dist, key):
    leaflet, tag = key
    return (dist / leaflet / tag / f"{leaflet}-{tag}-large-print.pdf").read_bytes()


@pytest.fixture
def pdf(data):
    with pikepdf.open(io.BytesIO(data)) as opened:
        yield opened


@pytest.fixture
def edition(editions, key):
    return editions[key]


def page_of(leaf):
    """The page that a piece of the structure is drawn on."""
    return leaf.get("/Pg", leaf.P.get("/Pg")).objgen



@each_file
def test_pdf_ua(data):
    """veraPDF finds that each file keeps every rule of PDF/UA-1 that a machine can check."""
    report = validate(data)
    assert report.failed == {}
    assert report.checks > 1000


SEEDED = {
    "no language": (lambda p: p.Root.__delitem__("/Lang"), {"7.2-2", "7.2-21", "7.2-33", "7.2-34"}),
    "no tags": (lambda p: p.Root.__delitem__("/StructTreeRoot"), {"7.1-3", "7.1-11"}),
    "not marked": (lambda p: p.Root.MarkInfo.update({"/Marked": False}), {"6.2-1"}),
    "text outside": (lambda p: rewrite(p.pages[0].Contents, b"/Span\n<</MCID 0>>\nBDC", b"/Span\nBMC"), {"7.1-3"}),
    "figure without words": (lambda p: element(p, "/P").update({"/S": pikepdf.Name.Figure}), {"7.3-1"}),
    "heading skipped": (lambda p: element(p, "/H2").update({"/S": pikepdf.Name.H3}), {"7.4.2-1"}),
    "list item without body": (lambda p: element(p, "/LBody").update({"/S": pikepdf.Name.P}), {"7.2-20"}),
    "no title": (lambda p: rewrite(p.Root.Metadata, b"dc:title>", b"dc:source>"), {"7.1-9"}),
    "title not shown": (lambda p: p.Root.ViewerPreferences.update({"/DisplayDocTitle": False}), {"7.1-10"}),
    "not called PDF/UA": (lambda p: rewrite(p.Root.Metadata, b'pdfuaid:part="1"', b""), {"5-1"}),
    "font not embedded": (lambda p: fonts_of(p)[0].DescendantFonts[0].FontDescriptor.__delitem__("/FontFile2"), {"7.21.4.1-1"}),
    "glyphs without letters": (lambda p: fonts_of(p)[0].__delitem__("/ToUnicode"), {"7.21.7-1"}),
}  # fmt: skip


@pytest.mark.parametrize("key", [("clean-hands", "pl")], ids="-".join)
@pytest.mark.parametrize("fault", SEEDED)
def test_the_validator_sees(data, fault):
    """Each fault planted in a good file breaks the rules that it should, and no other."""
    change, rules = SEEDED[fault]
    assert set(validate(changed(data, change)).failed) == rules


def told(edition):
    """What the structure must say, in order: the title, the notices, every warning, then the whole leaflet."""
    words, body = edition.words, edition.text.blocks[1:]
    yield "/H1", words_of(edition.text.title.text)
    if not edition.is_source:
        yield "/P", f"{edition.language.english}: {words_of(edition.leaflet.text.title.text)}"
    yield "/P", words[f"state-{edition.state}"]
    yield from (("/P", words_of(notice)) for notice in edition.notices)
    yield "/H2", words["safety-heading"]
    yield "/P", words["safety-intro"]
    first = [b for name in dict.fromkeys(b.warning for b in body if b.warning) for b in edition.text.carrying(name)]
    tags = {"heading": "/H2", "subheading": "/H3", "paragraph": "/P", "item": "/LBody"}
    for part in (first, body):
        for before, block in zip((None, *part), part, strict=False):
            if block.warning and (before is None or before.warning != block.warning):
                yield "/P", f"! {words['warning-label']}"
            yield tags[block.kind], words_of(block.text)
    yield "/H2", words["contact-heading"]


@each_file
def test_the_structure_tells_the_whole_leaflet_in_order(pdf, edition):
    """A screen reader is given each block once in its place, word for word, and each warning once more at the start."""
    expected = list(told(edition))
    assert [(tag, text) for tag, text, _ in blocks(pdf.Root.StructTreeRoot)][: len(expected)] == expected


@each_file
def test_languages(pdf, edition):
    """The file says its language; only the English title of a translation says another one."""
    assert str(pdf.Root.Lang) == edition.language.tag
    marked = {str(leaf.Lang): str(leaf.ActualText) for leaf in leaves(pdf.Root.StructTreeRoot) if "/Lang" in leaf}
    english = f"{edition.language.english}: {words_of(edition.leaflet.text.title.text)}"
    if edition.is_source:
        assert marked == {}
    else:
        assert set(marked) == {"en-GB"}
        title = next(row for row in blocks(pdf.Root.StructTreeRoot) if row[1] == english)
        assert all("/Lang" in leaf for leaf in title[2])


@each_file
def test_title_and_bookmarks(pdf, edition):
    """The window shows the leaflet's title, and each heading has a bookmark."""
    title = words_of(edition.text.title.text)
    assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
    assert str(pdf.docinfo.Title) == str(pdf.open_metadata()["dc:title"]) == title
    with pdf.open_outline() as outline:
        (top,) = outline.root
        found = [child.title for child in top.children]
    assert top.title == title
    ours = [words_of(b.text) for b in edition.text.blocks if b.kind == "heading"]
    closing = [edition.words[f"{name}-heading"] for name in ("contact", "other-formats", "about")]
    assert found == [edition.words["safety-heading"], *ours, *closing]


@each_file
def test_pages(data, pdf, edition):
    """Pages are A4; where letters can be read back, the foot of each names the leaflet, the page and their number."""
    meta, pages = edition.leaflet.meta, len(pdf.pages)
    if edition.language.direction == "ltr" and edition.language.tag != "hi":
        line = f"{meta.id} · {meta.version} · {edition.language.endonym} · {show_date(meta.last_updated, edition.language)}"
        with pypdfium2.PdfDocument(data) as read:
            for number, page in enumerate(read, 1):
                rows = page.get_textpage().get_text_range().split("\r\n")
                assert rows[-2:] == [line, fill(edition.words, "page-of", page=number, pages=pages)]
    for page in pdf.pages:
        assert [round(float(n) / 72 * 25.4) for n in page.MediaBox] == [0, 0, 210, 297]


@each_file
def test_all_that_is_drawn_is_text_or_artifact(pdf):
    """Each piece of drawn text stands in the structure tree, or is marked as not part of the text (the foot)."""
    told = Counter(page_of(leaf) for leaf in leaves(pdf.Root.StructTreeRoot))
    drawn = Counter({p.objgen: len({mcid for mark, mcid, *_ in drawing(p) if mark != "/Artifact"}) for p in pdf.pages})
    assert told == drawn


@each_file
def test_letters_are_large_and_never_slanted(pdf, edition):
    """Nothing is smaller than 18 points (times the scale of the script); body text is that size; no font is italic."""
    body = round(SIZE * edition.language.scale, 2)
    sizes = Counter(size for page in pdf.pages for *_, size, _glyphs in drawing(page))
    assert SIZE >= 18
    assert min(sizes) == sizes.most_common(1)[0][0] == pytest.approx(body, abs=0.02)
    allowed = {name.replace(" ", "-") + weight for name in print_families(edition.language) for weight in ("", "-Bold")}
    assert {base_name(font) for font in fonts_of(pdf)} <= allowed
    for font in fonts_of(pdf):
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert descriptor.get("/ItalicAngle", 0) == 0
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


@each_file
def test_bold_words_are_bold(pdf, edition):
    """Words that the text makes bold are drawn with a bold font, and the rest of their paragraph is not."""
    bold = {(page.objgen, mcid) for page in pdf.pages for _mark, mcid, font, *_ in drawing(page) if font.endswith("-Bold")}
    strong = {
        words_of(b.text): " ".join(s.text for s in inline.parse(b.text) if s.strong).split()
        for b in edition.text.blocks
        if b.kind in ("paragraph", "item")
    }
    found = set()
    for tag, text, inside in blocks(pdf.Root.StructTreeRoot):
        if tag in ("/P", "/LBody") and text in strong:
            drawn = [str(leaf.ActualText) for leaf in inside for k in kids(leaf) if (page_of(leaf), int(k)) in bold]
            assert " ".join(drawn).split() == strong[text]
            found.add(text)
    assert found == set(strong)


@cache
def outline(font, number):
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[font.getGlyphName(number)].draw(pen)
    return tuple(pen.value)


def handed_over(edition, weight):
    """The font files that the PDF may be drawn with, as the language names them."""
    for face in (edition.language.face, fonts.LATIN):
        name = getattr(face, weight)
        if fonts.is_collection(face):
            used = fonts.web_characters(face, all_text(edition))
            yield TTFont(io.BytesIO(fonts.cut(name, face.number, used, None)))
        else:
            yield TTFont(fonts.locate(name), lazy=False)


@each_file
def test_letters_are_drawn_with_the_named_files(pdf, edition):
    """Each letter has the shape of a font file that the language names, in the right weight: a font's name can lie."""
    glyphs = {}
    for page in pdf.pages:
        for *_, font, _size, codes in drawing(page):
            glyphs.setdefault(font, set()).update(codes)
    for font in fonts_of(pdf):
        descriptor = font.DescendantFonts[0].FontDescriptor
        embedded = TTFont(io.BytesIO(descriptor.get("/FontFile2", descriptor.get("/FontFile3")).read_bytes()))
        shapes = {n: outline(embedded, n) for n in glyphs[base_name(font)]}
        weight = "bold" if base_name(font).endswith("-Bold") else "regular"
        files = list(handed_over(edition, weight))
        assert any(all(n < f["maxp"].numGlyphs and outline(f, n) == shape for n, shape in shapes.items()) for f in files)


@each_file
def test_nothing_hides_in_the_file(pdf):
    """There is no attachment, script or form, and no trace of the machine it was made on."""
    plain = io.BytesIO()
    pdf.save(plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for trace in (b"/home", b"file:", b"leaflet:/", str(ROOT).encode(), b"/tmp/", b"/usr/", b"/CreationDate", b"/ModDate"):
        assert trace not in plain.getvalue()
    for name in (b"/EmbeddedFile", b"/Filespec", b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/AA", b"/AcroForm", b"/SubmitForm", b"/RichMedia"):
        assert not re.search(re.escape(name) + rb"\b", plain.getvalue())


ALONE = """
import sys
from datetime import date
from pathlib import Path
from leafletkit import pipeline
from leafletkit.project import load
from leafletkit.render.large_print import render_large_print
root, tag = Path(sys.argv[1]), sys.argv[2]
edition = pipeline.check(load(root), pipeline.Selection(("ivig",), (tag,)), date(2026, 11, 22)).editions["ivig", tag]
sys.stdout.buffer.write(render_large_print(edition, root / "styles"))
"""


@pytest.mark.parametrize("tag", ["en-GB", "ur", "zh-Hans"])
def test_the_same_bytes_each_time(editions, tag):
    """Twice in one process, and in another with another hash seed, time zone and locale: byte for byte the same."""
    first, second = (render_large_print(editions["ivig", tag], ROOT / "styles") for _ in range(2))
    assert first == second
    elsewhere = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", ALONE, str(ROOT), tag], capture_output=True, env=elsewhere)
    assert done.returncode == 0, done.stderr
    assert done.stdout == first
