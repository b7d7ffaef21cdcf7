"""What the tests of PDFs share: the finished files, and PDFs of one's own words."""

from __future__ import annotations

import io
import re
import subprocess
import tomllib
from functools import cached_property
from pathlib import Path

import pikepdf
import pytest

from leafletkit import fonts
from leafletkit.fonts import print_families
from leafletkit.model import PRINT
from leafletkit.proof.pdf import prove_pdf
from leafletkit.render.print import font_files, page_css, write

from ..conftest import ROOT
from ..pages_support import LANGUAGES
from ..pdf_support import blocks, kids
from .reading import read

EDITIONS = [*(("ivig", tag) for tag in LANGUAGES), ("clean-hands", "en-GB"), ("clean-hands", "pl")]
SIZES = tuple(fmt for fmt in PRINT if fmt != "easy-read-print")  # of the whole text; test_easy_read_print looks at the other
FILES = [(leaflet, tag, fmt) for fmt in SIZES for leaflet, tag in EDITIONS]
RTL = ("ar", "ur")
# English in all sizes, and each way of writing (Latin, Arabic, Nastaliq, Devanagari, Chinese) in one; each size has three scripts.
SAMPLE = {
    *(("ivig", "en-GB", fmt) for fmt in SIZES), ("ivig", "ur", "standard-print"), ("ivig", "zh-Hans", "standard-print"), ("ivig", "ar", "large-print"),
    ("clean-hands", "pl", "large-print"), ("ivig", "hi", "giant-print"), ("ivig", "ur", "giant-print"),
}  # fmt: skip


def params(keys):
    """Files as parameters. Size and language are laid out by the same styles, so pairs that are not in the sample seldom say
    anything new; `make stress` reads these. (The proof of each build reads all of them, too.)"""
    return [pytest.param(key, id="-".join(key), marks=[] if key in SAMPLE else [pytest.mark.stress]) for key in keys]


each_file = pytest.mark.parametrize("file", params(FILES), indirect=True)
each_ltr_file = pytest.mark.parametrize("file", params(k for k in FILES if k[1] not in RTL), indirect=True)
WARNING = "stay-away-48-hours"


class Printed:
    """One finished PDF and the edition it was made of. What is read from it is kept, and never changed."""

    def __init__(self, data, edition, fmt):
        self.data, self.edition, self.fmt = data, edition, fmt
        self.body = round(PRINT[fmt] * edition.language.scale, 2)  # the size of the text in points

    @cached_property
    def pdf(self):
        return pikepdf.open(io.BytesIO(self.data))

    @cached_property
    def pages(self):
        return list(read(self.pdf))

    @cached_property
    def blocks(self):
        return list(blocks(self.pdf.Root.StructTreeRoot))

    @cached_property
    def numbers(self):
        """The number of each page (from 1) by its place in the file."""
        return {page.objgen: n for n, page in enumerate(self.pdf.pages, 1)}

    def runs_of(self, leaf):
        """What is drawn for a piece of the structure."""
        wanted = {int(kid) for kid in kids(leaf) if not isinstance(kid, pikepdf.Object)}
        return [run for run in self.pages[self.numbers[leaf.Pg.objgen] - 1].runs if run.mcid in wanted]

    def page_of(self, leaf):
        return self.numbers[leaf.Pg.objgen]


def walk(element, around=()):
    """(element, those around it) of a structure tree, in reading order."""
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield kid, around
            yield from walk(kid, (*around, kid))


def named(pdf, tag):
    """Every element with a tag, in reading order."""
    return [element for element, _ in walk(pdf.Root.StructTreeRoot) if tag == element.S]


def words(element):
    """What a screen reader is given for an element."""
    if "/ActualText" in element:
        return str(element.ActualText)
    return "".join(words(kid) for kid in kids(element) if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem")


def own(body, tag="en-GB", css="", dotted=None, head=""):
    """A PDF of one's own HTML, in the font of a language, at 18 points; `dotted` as in `write`, {} to look away."""
    said = tomllib.loads((ROOT / "locales" / tag / "language.toml").read_text("utf-8"))
    resources, faces = {}, ""
    for prefix, font in (("", said["font"]), ("latin-", {"regular": fonts.LATIN.regular, "bold": fonts.LATIN.bold})):
        for name, weight in (("regular", 400), ("bold", 700)):
            resources[f"leaflet:{prefix}{name}"] = fonts.locate(font[name]).read_bytes()
            faces += f'@font-face {{ font-family: "{prefix}face"; src: url("leaflet:{prefix}{name}"); font-weight: {weight} }}\n'
    html = f'<!doctype html><html lang="{tag}" dir="{said["direction"]}"><head><title>x</title>{head}</head><body>{body}</body></html>'
    sheet = faces + '@page { size: A4; margin: 18mm } html { font: 18pt "face", "latin-face"; line-height: 1.4; background: #fff; color: #000 }' + css
    return write(html, sheet, resources, dotted or {})


def made(edition, body, fmt="giant-print"):
    """A PDF of one's own HTML with the styles and fonts of an edition."""
    css = page_css(edition, PRINT[fmt], 4) + (ROOT / "styles" / "print.css").read_text("utf-8")
    resources = {f"leaflet:font/{name}": data for name, data in font_files(edition).items()}
    page = f'<html lang="{edition.language.tag}" dir="{edition.language.direction}"><title>x</title><body><h1>x</h1>{body}</body></html>'
    return write(page, css, resources, fonts.dotted_circles(edition.language))


def pdftotext(data, folder: Path):
    """The text of each page in the order of drawing, as poppler reads it."""
    path = folder / "read.pdf"
    path.write_bytes(data)
    done = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def solid(text):
    """Text without white space, hyphens and marks of direction."""
    return re.sub("[-\u2010\u00ad\x02\ufffe\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", "".join(text.split()))


def prove(data, edition, fmt="large-print"):
    """(places, codes, pages) of a PDF; each finding must name the edition, the file and the way out."""
    places, findings, pages = prove_pdf(data, edition, fmt, "leaflet.pdf", print_families(edition.language))
    for f in findings:
        assert (f.leaflet, f.language, f.format, f.path) == (*edition.key, fmt, "leaflet.pdf")
        assert f.message and f.hint
        assert f.warning or f.code not in ("proof-warning-missing", "proof-structure")
    return places, [f.code for f in findings], pages
