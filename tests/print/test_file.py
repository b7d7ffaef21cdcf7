"""The PDFs as a patient gets them: the standard for screen readers, title, pages, and nothing else inside."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections import Counter

import pikepdf
import pytest

from leafletkit.model import PRINT
from leafletkit.proof.expect import words_of
from leafletkit.proof.pdf_ua import validate
from leafletkit.render.print import render_print
from leafletkit.translate import show_date
from leafletkit.words import fill

from ..conftest import ROOT
from ..pdf_support import changed, element, fonts_of, rewrite
from .support import EDITIONS, RTL, SIZES, Printed, each_file

pytestmark = pytest.mark.full


@each_file
def test_pdf_ua(file):
    """veraPDF finds that each file keeps every rule of PDF/UA-1 that a machine can check."""
    report = validate(file.data)
    assert report.failed == {}
    assert report.checks > 1000


SEEDED = {
    "no language": (lambda p: p.Root.__delitem__("/Lang"), {"7.2-2", "7.2-21", "7.2-22", "7.2-24", "7.2-33", "7.2-34"}),
    "no tags": (lambda p: p.Root.__delitem__("/StructTreeRoot"), {"7.1-3", "7.1-11", "7.18.5-1"}),
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
    "warnings of no known kind": (lambda p: p.Root.StructTreeRoot.__delitem__("/RoleMap"), {"7.1-5"}),
}  # fmt: skip


@pytest.mark.parametrize("fault", SEEDED)
def test_the_validator_sees(good, fault):
    """Each fault planted in a good file breaks the rules that it should, and no other."""
    change, rules = SEEDED[fault]
    assert set(validate(changed(good, change)).failed) == rules


@each_file
def test_title_and_bookmarks(file):
    """The window shows the leaflet's title, and each heading has a bookmark."""
    pdf, edition = file.pdf, file.edition
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
def test_pages(file):
    """Pages are A4; the foot of each names the leaflet, the page and their number, and nothing else."""
    meta, language = file.edition.leaflet.meta, file.edition.language
    for number, (page, shown) in enumerate(zip(file.pdf.pages, file.pages, strict=True), 1):
        assert [round(float(n) / 72 * 25.4) for n in page.MediaBox] == [0, 0, 210, 297]
        line = f"{meta.id} · {meta.version} · {language.endonym} · {show_date(meta.last_updated, language)}"
        wanted = line + fill(file.edition.words, "page-of", page=number, pages=len(file.pages))
        said = "".join(run.text for run in shown.foot)
        if language.tag in RTL:  # drawn from right to left
            assert Counter(said.replace(" ", "")) == Counter(wanted.replace(" ", ""))
        else:
            assert said.replace(" ", "") == wanted.replace(" ", "")


@each_file
def test_nothing_hides_in_the_file(file):
    """There is no attachment, script or form, and no trace of the machine it was made on."""
    out = io.BytesIO()
    file.pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    plain = out.getvalue()
    for trace in (b"/home", b"file:", b"leaflet:/", str(ROOT).encode(), b"/tmp/", b"/usr/", b"/CreationDate", b"/ModDate"):
        assert trace not in plain
    for name in (b"/EmbeddedFile", b"/Filespec", b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/AA", b"/AcroForm", b"/SubmitForm", b"/RichMedia"):
        assert not re.search(re.escape(name) + rb"\b", plain)


ALONE = """
import sys
from datetime import date
from pathlib import Path
from leafletkit import pipeline
from leafletkit.project import load
from leafletkit.render.print import render_print
root, tag, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
edition = pipeline.check(load(root), pipeline.Selection(("ivig",), (tag,)), date(2026, 11, 22)).editions["ivig", tag]
sys.stdout.buffer.write(render_print(edition, root / "styles", size))
"""


@pytest.mark.parametrize(("tag", "fmt"), [("en-GB", "giant-print"), ("ur", "standard-print"), ("zh-Hans", "large-print")])
def test_the_same_bytes_each_time(editions, tag, fmt):
    """Twice in one process, and in another with another hash seed, time zone and locale: byte for byte the same."""
    first, second = (render_print(editions["ivig", tag], ROOT / "styles", PRINT[fmt]) for _ in range(2))
    assert first == second
    elsewhere = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", ALONE, str(ROOT), tag, str(PRINT[fmt])], capture_output=True, env=elsewhere)
    assert done.returncode == 0, done.stderr
    assert done.stdout == first


def test_the_sizes_differ_in_nothing_but_size(printed, editions):
    """All three sizes of an edition say the same words in the same order."""
    for leaflet, tag in EDITIONS:
        files = [Printed((printed / leaflet / tag / f"{leaflet}-{tag}-{fmt}.pdf").read_bytes(), editions[leaflet, tag], fmt) for fmt in SIZES]
        assert len({tuple((t, text) for t, text, _ in f.blocks) for f in files}) == 1
        assert [f.body for f in files] == sorted(f.body for f in files)
