"""Prove a finished PDF: every warning in the structure a screen reader follows, drawn with the right
fonts, no missing glyph, every notice; and, where the script allows, again in PDFium's own extraction.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2

from ..model import Edition, Finding, Place
from .expect import bare, finding, normal, warnings_of, words_of

_GLYPHS_A_LETTER = 0.8  # at least: measured are 1.0 and more, but a font may join letters
_BLOCK_TAGS = {"/P", "/H1", "/H2", "/H3", "/LI", "/LBody", "/TD", "/TH"}


@dataclass(frozen=True)
class Piece:
    """The words of one block of the structure tree, and the page (from 1) that it stands on.

    `drawn`: as many glyphs are drawn for each run of its words as these letters need, or nearly so.
    """

    text: str
    page: int
    drawn: bool = True


def prove_pdf(data: bytes, edition: Edition, path: str, families: tuple[str, ...]) -> tuple[tuple[Place, ...], tuple[Finding, ...], int]:
    """Where each warning stands (pages from 1), what is wrong, and the number of pages.

    `families` are the font families that may be used, upright and in regular or bold.
    """
    found: list[Finding] = []
    places: list[Place] = []

    def complain(code: str, message: str, hint: str, warning: str = "") -> None:
        found.append(finding(edition, "large-print", path, code, message, hint, warning))

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
            language = str(pdf.Root.get("/Lang", ""))
            pieces = tuple(structure(pdf))
            missing = tuple(missing_glyphs(pdf))
            used = fonts_used(pdf)
        drawn = extracted(data)
    except (pikepdf.PdfError, pikepdf.PasswordError, pypdfium2.PdfiumError, KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
        complain("proof-unreadable", f"the PDF can't be read ({type(error).__name__})", "build again")
        return (), tuple(found), 0
    if language != edition.language.tag:
        complain("proof-language", f"the PDF says its language is “{language}”", f"it must say “{edition.language.tag}”")
    for font in sorted(used):
        if _letters(font) not in {_letters(f) + weight for f in families for weight in ("", "bold")}:
            complain("proof-font", f"the PDF uses the font “{font}”", f"only {', '.join(families)} may be used in this language")
    for font, page in missing:
        complain("proof-glyph", f"a character on page {page} could not be drawn ({font})", "replace it, or use a font that has it")
    extractable = edition.language.direction == "ltr" and not _clusters(edition)
    for warning, blocks in warnings_of(edition, edition.text):
        where: set[int] = set()
        lost = False
        for block, words in blocks:
            same = [p for p in pieces if normal(p.text) == words]
            hits = {p.page for p in same}
            if hits and not all(p.drawn for p in same):
                complain("proof-warning-missing", f"“{words}” is in the structure but not drawn on its page ({block})", "build again", warning)
                lost = True
            elif not hits:
                complain("proof-warning-missing", f"“{words}” is not in the PDF's structure ({block})", "build again", warning)
                lost = True
            elif extractable and not (hits := {p for p in hits if _unhyphened(words) in drawn.get(p, "")}):
                complain("proof-warning-missing", f"“{words}” is in the structure but not drawn on its page ({block})", "build again", warning)
                lost = True
            where |= hits
        if not blocks:
            complain("proof-warning-missing", f"the text does not carry “{warning}”", "add it to the text", warning)
        elif not lost:
            places.append(Place(warning, pages=tuple(sorted(where))))
    everything = {normal(p.text) for p in pieces if p.page == 1 and p.drawn}
    for notice in edition.notices:
        if words_of(notice) not in everything or (extractable and _unhyphened(words_of(notice)) not in drawn.get(1, "")):
            complain("proof-notice", f"the first page does not say “{notice}”", "mend the template")
    return tuple(places), tuple(found), pages


def _clusters(edition: Edition) -> bool:
    """Whether the script writes letters in clusters that no extractor takes apart again (Indic)."""
    return any("\u0900" <= c <= "\u0dff" for c in edition.text.title.text)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def structure(pdf: pikepdf.Pdf) -> Iterator[Piece]:
    """The blocks of the structure tree in reading order, with the text that a screen reader is given."""
    numbers = {page.objgen: n for n, page in enumerate(pdf.pages, 1)}
    glyphs = _glyphs(pdf)

    def drawn(element: pikepdf.Object) -> bool:
        """Whether every run of words below an element has its glyphs. A letter may share its glyph with the next."""
        marks = [int(k) for k in _all_kids(element) if isinstance(k, int)]
        if "/ActualText" in element and marks:
            letters = sum(unicodedata.category(c)[0] in "LN" for c in str(element["/ActualText"]))
            page = element.get("/Pg", element.get("/P", element).get("/Pg"))
            return sum(glyphs[page.objgen, mark] for mark in marks) >= _GLYPHS_A_LETTER * letters
        return all(drawn(kid) for kid in _kids(element))

    def text(element: pikepdf.Object) -> str:
        if "/ActualText" in element:
            return str(element["/ActualText"])
        return "".join(text(kid) for kid in _kids(element))

    def walk(element: pikepdf.Object) -> Iterator[Piece]:
        tag = str(element.get("/S", ""))
        if tag == "/Lbl":
            return
        inner = [k for k in _kids(element) if str(k.get("/S", "")) in _BLOCK_TAGS]
        if tag in _BLOCK_TAGS and not inner:
            yield Piece(text(element), numbers[element["/Pg"].objgen], drawn(element))
            return
        for kid in _kids(element):
            yield from walk(kid)

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
    for number, page in enumerate(pdf.pages, 1):
        fonts = dict(page.get("/Resources", {}).get("/Font", {}).items())
        boxes = {name: _codes_of_glyph_zero(font) for name, font in fonts.items()}
        current = ""
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                current = str(operands[0])
            elif str(operator) in ("Tj", "TJ"):
                strings = operands[0] if str(operator) == "TJ" else [operands[0]]
                for string in strings:
                    if isinstance(string, pikepdf.String):
                        code = bytes(string)
                        if any(code[i] << 8 | code[i + 1] in boxes.get(current, set()) for i in range(0, len(code) - 1, 2)):
                            yield str(fonts[current]["/BaseFont"]), number


def _codes_of_glyph_zero(font: pikepdf.Object) -> set[int]:
    encoding = font.get("/Encoding")
    if isinstance(encoding, pikepdf.Stream):
        pairs = re.findall(rb"<([0-9a-fA-F]{4})>\s+(\d+)", encoding.read_bytes())
        return {int(code, 16) for code, glyph in pairs if int(glyph) == 0}
    return {0}


def _unhyphened(text: str) -> str:
    """Text without white space and hyphens: PDFium takes a hyphen at a line's end for a broken word."""
    return re.sub("[-\u2010\u00ad\x02\ufffe]", "", bare(text))


def extracted(data: bytes) -> Mapping[int, str]:
    """What PDFium reads from each page's glyphs, without white space and hyphens."""
    document = pypdfium2.PdfDocument(data)
    try:
        return {n: _unhyphened(page.get_textpage().get_text_range()) for n, page in enumerate(document, 1)}
    finally:
        document.close()
