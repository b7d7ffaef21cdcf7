"""Prove a finished PDF: every warning in the structure a screen reader follows, named as a warning, drawn with
the right fonts, no missing glyph, every notice; and, where the script allows, again in PDFium's own extraction.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import pikepdf

from ..model import PRINT, Edition, Finding, FormatName, Place
from .code import codes
from .expect import finding, normal, warnings_of, words_of
from .ink import hidden
from .pdf_read import Piece, dotted_circles, extracted, fonts_used, missing_glyphs, structure, unhyphened

# Letters that may be drawn with more glyphs than they have characters: Bengali, Odia, Tamil and those after.
_SPLIT_LETTERS = re.compile("[\u0980-\u09ff\u0b00-\u0dff]")
Complain = Callable[..., None]


@dataclass(frozen=True)
class _Read:
    """What was read back. `drawn`: PDFium's text of each page without white space; None where it can't be exact.

    `hidden`: why the ink of a block can't be seen, by its place among the pieces.
    """

    language: str
    pages: int
    pieces: Sequence[Piece]
    fonts: frozenset[str]
    missing: Sequence[tuple[str, int]]
    circles: Sequence[int]
    drawn: Mapping[int, str] | None
    hidden: Mapping[int, str]


def prove_pdf(data: bytes, edition: Edition, fmt: FormatName, path: str, families: tuple[str, ...]) -> tuple[tuple[Place, ...], tuple[Finding, ...], int]:
    """Where each warning stands (pages from 1), what is wrong, and the number of pages.

    `families` are the font families that may be used, upright and in regular or bold.
    """
    found: list[Finding] = []

    def complain(code: str, message: str, hint: str, warning: str = "") -> None:
        found.append(finding(edition, fmt, path, code, message, hint, warning))

    try:
        read = _read(data, edition, fmt)
    except Exception as error:  # a damaged file can break a parser in any way
        complain("proof-unreadable", f"the PDF can't be read ({type(error).__name__})", "build again")
        return (), tuple(found), 0
    if read.language != edition.language.tag:
        complain("proof-language", f"the PDF says its language is “{read.language}”", f"it must say “{edition.language.tag}”")
    _prove_letters(read, families, complain)
    places = tuple(_prove_warnings(read, edition, complain))
    _prove_notices(read, edition, complain)
    if edition.address and (found_codes := codes(data)) != (edition.address,):
        complain("proof-code", f"the square code leads to {' and '.join(found_codes) or 'nothing'}", f"it must lead to {edition.address}; mend the template")
    return places, tuple(found), read.pages


def _read(data: bytes, edition: Edition, fmt: FormatName) -> _Read:
    exact = edition.language.direction == "ltr" and not _SPLIT_LETTERS.search(edition.text.title.text)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pieces = tuple(structure(pdf))
        language, pages, fonts = str(pdf.Root.get("/Lang", "")), len(pdf.pages), frozenset(fonts_used(pdf))
        missing, circles = tuple(missing_glyphs(pdf)), tuple(dotted_circles(pdf))
    wanted = {words for _, blocks in warnings_of(edition, edition.text) for _, words in blocks}
    judged = {n: piece for n, piece in enumerate(pieces) if normal(piece.text) in wanted}
    reasons = hidden(data, list(judged.values()), PRINT[fmt] * edition.language.scale, edition.language.line_height)
    return _Read(
        language, pages, pieces, fonts, missing, circles, extracted(data) if exact else None,
        {n: why for (n, _), why in zip(judged.items(), reasons, strict=True) if why},
    )  # fmt: skip


def _prove_letters(read: _Read, families: Sequence[str], complain: Complain) -> None:
    allowed = {_letters(family) + weight for family in families for weight in ("", "bold")}
    for font in sorted(read.fonts):
        if _letters(font) not in allowed:
            complain("proof-font", f"the PDF uses the font “{font}”", f"only {', '.join(families)} may be used in this language")
    for font, page in read.missing:
        complain("proof-glyph", f"a character on page {page} could not be drawn ({font})", "replace it, or use a font that has it")
    for page in read.circles:
        complain("proof-glyph", f"a dotted circle on page {page} stands for letters that can't stand together", "mend the spelling")


def _prove_warnings(read: _Read, edition: Edition, complain: Complain) -> Iterator[Place]:
    for warning, blocks in warnings_of(edition, edition.text):
        where: set[int] = set()
        whole = bool(blocks)
        if not blocks:
            complain("proof-warning-missing", f"the text does not carry “{warning}”", "add it to the text", warning)
        for block, words in blocks:
            places = [n for n, p in enumerate(read.pieces) if normal(p.text) == words]
            same = [read.pieces[n] for n in places]
            pages = {page for p in same if _is_extracted(read, p) for page in p.on_pages()}
            if not same:
                complain("proof-warning-missing", f"“{words}” is not in the PDF's structure ({block})", "build again", warning)
            elif not pages or not all(p.drawn for p in same):
                complain("proof-warning-missing", f"“{words}” is in the structure but not drawn on its page ({block})", "build again", warning)
            elif lost := [n for n in places if n in read.hidden]:
                where_lost = ", ".join(str(read.pieces[n].page) for n in lost)
                complain("proof-hidden", f"“{words}” {read.hidden[lost[0]]} on page {where_lost} ({block})",
                         "look at the page; mend styles/print.css, and build again", warning)  # fmt: skip
            elif any(p.warning != warning for p in same):
                complain("proof-structure", f"“{words}” is not marked as the warning “{warning}” in the PDF's structure ({block})",
                         "give its box data-warning in styles/templates/print.html", warning)  # fmt: skip
            else:
                where |= pages
                continue
            whole = False
        if whole:
            yield Place(warning, pages=tuple(sorted(where)))


def _prove_notices(read: _Read, edition: Edition, complain: Complain) -> None:
    """Each notice stands before the first heading below the title: in giant print page 1 may be too small for all."""
    opening = list(takewhile(lambda p: p.tag != "/H2", read.pieces))
    for notice in edition.notices:
        words = words_of(notice)
        if not any(normal(p.text) == words and p.drawn and _is_extracted(read, p) for p in opening):
            complain("proof-notice", f"what stands before the first heading does not say “{notice}”", "mend the template")


def _is_extracted(read: _Read, piece: Piece) -> bool:
    """Whether PDFium reads a block's words where they are drawn; if it can't be exact, that is not asked."""
    if read.drawn is None:
        return True
    return all(unhyphened("".join(run.text for run in runs)) in read.drawn.get(page, "") for page, runs in piece.on_pages().items())


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())
