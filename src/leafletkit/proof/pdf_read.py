"""What a PDF parser that has nothing to do with the renderer reads back from a finished file."""

from __future__ import annotations

import io
import math
import re
import struct
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from .expect import bare

_GLYPHS_A_LETTER = 0.8  # at least: measured are 1.0 and more, but a font may join letters
_DOTS = 8  # at least, of a dotted circle
_BLOCK_TAGS = {"/P", "/H1", "/H2", "/H3", "/LI", "/LBody", "/TD", "/TH"}


@dataclass(frozen=True)
class Run:
    """Words that are drawn in one go, as a rule a line: their page (from 1), marked content and text."""

    page: int
    mark: int
    text: str


@dataclass(frozen=True)
class Piece:
    """The words of one block of the structure tree, and the page (from 1) that it begins on.

    `drawn`: as many glyphs are drawn for each run of its words as these letters need, or nearly so.
    `warning`: the id of the warning that the structure names around it ("" for none).
    """

    text: str
    page: int
    drawn: bool = True
    tag: str = "/P"
    warning: str = ""
    runs: tuple[Run, ...] = ()

    def on_pages(self) -> Mapping[int, tuple[Run, ...]]:
        """The runs with words, by the page that they stand on."""
        pages: dict[int, tuple[Run, ...]] = {}
        for run in self.runs:
            if run.text.strip():
                pages[run.page] = (*pages.get(run.page, ()), run)
        return pages


def structure(pdf: pikepdf.Pdf) -> Iterator[Piece]:
    """The blocks of the structure tree in reading order, with the text that a screen reader is given."""
    numbers = {page.objgen: n for n, page in enumerate(pdf.pages, 1)}
    glyphs = _glyphs(pdf)

    def page_of(element: pikepdf.Object) -> tuple[int, int]:
        objgen: tuple[int, int] = element.get("/Pg", element.get("/P", element).get("/Pg")).objgen
        return objgen

    def drawn(element: pikepdf.Object) -> bool:
        """Whether every run of words below an element has its glyphs. A letter may share its glyph with the next."""
        marks = [int(k) for k in _all_kids(element) if isinstance(k, int)]
        if "/ActualText" in element and marks:
            letters = sum(unicodedata.category(c)[0] in "LN" for c in str(element["/ActualText"]))
            page = page_of(element)
            return sum(glyphs[page, mark] for mark in marks) >= _GLYPHS_A_LETTER * letters
        return all(drawn(kid) for kid in _kids(element))

    def text(element: pikepdf.Object) -> str:
        if "/ActualText" in element:
            return str(element["/ActualText"])
        return "".join(text(kid) for kid in _kids(element))

    def runs(element: pikepdf.Object) -> Iterator[Run]:
        marks = [int(k) for k in _all_kids(element) if isinstance(k, int)]
        if marks:
            page = numbers[page_of(element)]
            yield from (Run(page, mark, str(element.get("/ActualText", "")) if n == 0 else "") for n, mark in enumerate(marks))
        for kid in _kids(element):
            yield from runs(kid)

    def walk(element: pikepdf.Object, warning: str = "") -> Iterator[Piece]:
        tag = str(element.get("/S", ""))
        warning = warning or _warning_of(element)
        if tag == "/Lbl":
            return
        inner = [k for k in _kids(element) if str(k.get("/S", "")) in _BLOCK_TAGS]
        if tag in _BLOCK_TAGS and not inner:
            own = tuple(runs(element))
            page = own[0].page if own else numbers[element["/Pg"].objgen]
            yield Piece(text(element), page, drawn(element), tag, warning, own)
            return
        for kid in _kids(element):
            yield from walk(kid, warning)

    for kid in _kids(pdf.Root["/StructTreeRoot"]):
        yield from walk(kid)


def _glyphs(pdf: pikepdf.Pdf) -> Counter[tuple[tuple[int, int], int]]:
    """How many glyphs are drawn inside of each marked content, by (page, marked content id)."""
    found: Counter[tuple[tuple[int, int], int]] = Counter()
    for page in pdf.pages:
        marks: list[int] = []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BDC" | "BMC":
                    inside = operands[1] if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else {}
                    marks.append(int(inside.get("/MCID", -1)))
                case "EMC" if marks:
                    marks.pop()
                case "Tj" | "TJ" if marks:
                    strings = operands[0] if str(operator) == "TJ" else [operands[0]]
                    found[page.objgen, marks[-1]] += sum(len(bytes(s)) // 2 for s in strings if isinstance(s, pikepdf.String))
    return found


def _warning_of(element: pikepdf.Object) -> str:
    """The id of the warning that an element /Warning says it is."""
    if element.get("/S") != "/Warning" or "/A" not in element:
        return ""
    return next((str(row["/V"]) for row in element["/A"].get("/P", []) if str(row.get("/N")) == "warning"), "")


def _all_kids(element: pikepdf.Object) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _kids(element: pikepdf.Object) -> list[pikepdf.Object]:
    rows = _all_kids(element)
    return [k for k in rows if isinstance(k, pikepdf.Dictionary) and k.get("/Type") == pikepdf.Name("/StructElem")]


def fonts_used(pdf: pikepdf.Pdf) -> set[str]:
    """The names of the fonts, without their subset prefixes."""
    return {
        re.sub(r"^/?([A-Z]{6}\+)?", "", str(font["/BaseFont"]))
        for page in pdf.pages
        for font in page.get("/Resources", {}).get("/Font", {}).values()
    }


def missing_glyphs(pdf: pikepdf.Pdf) -> Iterator[tuple[str, int]]:
    """(font, page) wherever glyph 0, the box that stands for a missing character, is drawn."""
    for page, font, codes in _drawn_codes(pdf):
        if codes & _codes_of_glyph_zero(font):
            yield str(font["/BaseFont"]), page


def dotted_circles(pdf: pikepdf.Pdf) -> Iterator[int]:
    """The pages on which a dotted circle is drawn. It is known by its shape: cut fonts have no names of glyphs."""
    known: dict[tuple[int, int], frozenset[int]] = {}
    for page, font, codes in _drawn_codes(pdf):
        if font.objgen not in known:
            known[font.objgen] = _codes_of_rings(font)
        if codes & known[font.objgen]:
            yield page


def _drawn_codes(pdf: pikepdf.Pdf) -> Iterator[tuple[int, pikepdf.Object, frozenset[int]]]:
    """(page, font, codes of the characters drawn with it)."""
    for number, page in enumerate(pdf.pages, 1):
        fonts = dict(page.get("/Resources", {}).get("/Font", {}).items())
        codes: dict[str, set[int]] = {name: set() for name in fonts}
        current = ""
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                current = str(operands[0])
            elif str(operator) in ("Tj", "TJ"):
                strings = operands[0] if str(operator) == "TJ" else [operands[0]]
                for string in strings:
                    if isinstance(string, pikepdf.String):
                        codes[current].update(code for (code,) in struct.iter_unpack(">H", bytes(string)))
        yield from ((number, fonts[name], frozenset(used)) for name, used in codes.items() if used)


def _glyph_map(font: pikepdf.Object) -> Mapping[int, int]:
    """Code to glyph, where a font has such a map; where it has none, they are the same."""
    table = font["/DescendantFonts"][0].get("/CIDToGIDMap")
    if not isinstance(table, pikepdf.Stream):
        return {}
    return {code: glyph for code, (glyph,) in enumerate(struct.iter_unpack(">H", table.read_bytes()))}


def _codes_of_glyph_zero(font: pikepdf.Object) -> frozenset[int]:
    encoding = font.get("/Encoding")
    if isinstance(encoding, pikepdf.Stream):
        pairs = re.findall(rb"<([0-9a-fA-F]{4})>\s+(\d+)", encoding.read_bytes())
        return frozenset(int(code, 16) for code, glyph in pairs if int(glyph) == 0)
    return frozenset(code for code, glyph in (_glyph_map(font) or {0: 0}).items() if glyph == 0)


def _codes_of_rings(font: pikepdf.Object) -> frozenset[int]:
    descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
    if "/FontFile2" not in descriptor:
        return frozenset()  # CFF: ideographs and Latin, whose letters stand alone
    with TTFont(io.BytesIO(descriptor["/FontFile2"].read_bytes()), lazy=True) as file:
        table = file["glyf"]
        many = [n for n, name in enumerate(file.getGlyphOrder()) if table[name].numberOfContours >= _DOTS or table[name].isComposite()]
        rings = {n for n in many if _is_ring(file, file.getGlyphName(n))}
    glyphs = _glyph_map(font)
    return frozenset(rings | {code for code, glyph in glyphs.items() if glyph in rings}) if rings else frozenset()


def _is_ring(file: TTFont, name: str) -> bool:
    """Whether a glyph is made of many small shapes of one size that stand in a circle."""
    pen = DecomposingRecordingPen(file.getGlyphSet())
    file.getGlyphSet()[name].draw(pen)
    shapes: list[tuple[float, float, float]] = []  # centre and size of each
    for operator, operands in pen.value:
        if operator == "moveTo":
            bounds = BoundsPen(None)
        getattr(bounds, operator)(*operands)
        if operator == "closePath" and bounds.bounds:
            left, bottom, right, top = bounds.bounds
            shapes.append(((left + right) / 2, (bottom + top) / 2, max(right - left, top - bottom)))
    if len(shapes) < _DOTS:
        return False
    x, y = (sum(s[axis] for s in shapes) / len(shapes) for axis in (0, 1))
    sizes, radii = [s[2] for s in shapes], [math.dist((x, y), s[:2]) for s in shapes]
    return max(sizes) < 1.25 * min(sizes) and max(radii) < 1.25 * min(radii)


def unhyphened(text: str) -> str:
    """Text without white space and hyphens: PDFium takes a hyphen at a line's end for a broken word."""
    return re.sub("[-\u2010\u00ad\x02\ufffe]", "", bare(text))


def extracted(data: bytes) -> Mapping[int, str]:
    """What PDFium reads from each page's glyphs, without white space and hyphens."""
    document = pypdfium2.PdfDocument(data)
    try:
        return {n: unhyphened(page.get_textpage().get_text_range()) for n, page in enumerate(document, 1)}
    finally:
        document.close()
