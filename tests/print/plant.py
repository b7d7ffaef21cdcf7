"""Plant faults of drawing in finished PDFs: the structure and its words stay as they are, what is seen does not."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import pikepdf
from pikepdf import Matrix, Operator

from leafletkit.model import Edition, Finding
from leafletkit.proof.expect import normal, words_of
from leafletkit.proof.pdf_read import Piece, Run, structure
from leafletkit.proof.raster import Box, Sheet, sheets

from ..pdf_support import changed, fonts_of
from .reading import Font

GLYPHS = ("glyphs", "glyphs-line")  # other letters are drawn: in all lines of a block, in its last line
OVERLAP = ("overlap", "overlap-half")  # the last line lies on the one before, or half-way to it
CLIP = ("clip-right", "clip-low", "clip-high", "clip-end")  # of each line: the right third, the lower half, the upper half, the last 20 points
COLOUR = ("white", "white-line")
BOXES = ("tofu", "covered", "black-box")  # boxes for letters; a white box over the words; a black one
KINDS = (*GLYPHS, *OVERLAP, *CLIP, *COLOUR, *BOXES)

ROOM = 9.0  # points: signs may stand higher and lower than the box says
WHITE, BLACK = 1.0, 0.0


@dataclass(frozen=True)
class Fault:
    """What is done to one marked content: a part of it is seen, it is white, raised, turned to other letters, or lies under boxes."""

    seen: Box | None = None
    white: bool = False
    up: float = 0.0  # points
    turned: bool = False
    boxes: tuple[Box, ...] = ()
    ink: float | None = None  # of filled boxes; None for outlines


def places(data: bytes, edition: Edition) -> list[Piece]:
    """Every block of a PDF that carries a warning."""
    wanted = {words_of(b.text) for w in edition.leaflet.warnings for b in edition.text.carrying(w.id)}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [piece for piece in structure(pdf) if normal(piece.text) in wanted]


def named(findings: Iterable[Finding], pieces: Sequence[Piece]) -> list[Piece]:
    """The blocks that a finding names by their words, or by those of one of their lines, and their page."""
    told = [(int(m[2]), m[1]) for f in findings if (m := re.match(r"“(.*?)” on page (\d+) reads as “", f.message))]
    return [piece for piece in pieces if any(page in piece.on_pages() and words in normal(piece.text) for page, words in told)]


def spoil(data: bytes, kind: str, pieces: Sequence[Piece]) -> bytes:
    """The file with one kind of fault in each of these blocks."""
    faults: dict[int, dict[int, Fault]] = {}
    with sheets(data) as pages:
        for piece in pieces:
            for number, runs in piece.on_pages().items():
                page = pages[number]
                faults.setdefault(number, {}).update(_faults(kind, _lines(runs, page), page.boxes))

    def change(pdf: pikepdf.Pdf) -> None:
        for number, marks in faults.items():
            page = pdf.pages[number - 1]
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(list(_spoilt(page, marks))))

    return changed(data, change)


def several_lines(data: bytes, pieces: Sequence[Piece]) -> list[Piece]:
    """The blocks that have more than one line."""
    with sheets(data) as pages:
        return [p for p in pieces if any(len(_lines(runs, pages[number])) > 1 for number, runs in p.on_pages().items())]


def _lines(runs: Sequence[Run], page: Sheet) -> list[list[int]]:
    """The marked contents of runs by the lines that they stand in, from the top."""
    rows: list[list[int]] = []
    for mark in sorted((run.mark for run in runs), key=lambda m: -page.boxes[m].bottom - page.boxes[m].top):
        box, last = page.boxes[mark], _around(page.boxes, rows[-1]) if rows else None
        shared = min(box.top, last.top) - max(box.bottom, last.bottom) if last else 0.0
        if last and shared > 0.5 * min(box.top - box.bottom, last.top - last.bottom):
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return rows


def _around(boxes: Mapping[int, Box], marks: Sequence[int]) -> Box:
    return reduce(Box.joined, (boxes[mark] for mark in marks))


def _faults(kind: str, rows: Sequence[Sequence[int]], boxes: Mapping[int, Box]) -> dict[int, Fault]:
    """The fault of each marked content of a block."""
    whole, last = [mark for row in rows for mark in row], rows[-1]
    match kind:
        case "glyphs":
            return dict.fromkeys(whole, Fault(turned=True))
        case "glyphs-line":
            return dict.fromkeys(last, Fault(turned=True))
        case "overlap" | "overlap-half":
            above, here = (_around(boxes, row) for row in (rows[-2:] if len(rows) > 1 else [last, last]))
            up = (above.top + above.bottom - here.top - here.bottom) / 2
            return dict.fromkeys(last, Fault(up=up if kind == "overlap" else up / 2))
        case "white":
            return dict.fromkeys(whole, Fault(white=True))
        case "white-line":
            return dict.fromkeys(last, Fault(white=True))
        case "tofu":
            return {mark: Fault(white=True, boxes=tuple(_letter_boxes(boxes[mark]))) for mark in whole}
        case "covered" | "black-box":
            return {mark: Fault(boxes=(boxes[mark],), ink=WHITE if kind == "covered" else BLACK) for mark in whole}
    block = _around(boxes, whole)
    return {mark: Fault(seen=_left_of(kind, _around(boxes, row), block)) for row in rows for mark in row}


def _left_of(kind: str, line: Box, block: Box) -> Box:
    """The part of a line that a clip leaves."""
    middle = (line.bottom + line.top) / 2
    left, bottom, right, top = line.left - ROOM, line.bottom - ROOM, line.right + ROOM, line.top + ROOM
    return {
        "clip-right": Box(left, bottom, block.left + (block.right - block.left) * 2 / 3, top),
        "clip-low": Box(left, middle, right, top),
        "clip-high": Box(left, bottom, right, middle),
        "clip-end": Box(left, bottom, line.right - 20, top),
    }[kind]


def _letter_boxes(box: Box) -> Iterator[Box]:
    number = max(1, round((box.right - box.left) / (box.top - box.bottom) * 2))
    step = (box.right - box.left) / number
    for n in range(number):
        yield Box(box.left + n * step, box.bottom, box.left + (n + 0.8) * step, box.top)


def _spoilt(page: pikepdf.Page, faults: Mapping[int, Fault]) -> Iterator[tuple[Sequence, Operator]]:
    """The content of a page with these faults."""
    turns = _turns(page) if any(fault.turned for fault in faults.values()) else {}
    fault, font, matrix, stack = Fault(), "", Matrix(), []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                stack.append(matrix)
            case "Q":
                matrix = stack.pop()
            case "cm":
                matrix = Matrix(*map(float, operands)) @ matrix
            case "BDC":
                fault = faults.get(int(operands[1].get("/MCID", -1)), Fault())
            case "EMC":
                fault = Fault()
            case "Tf":
                font = str(operands[0])
            case "BT":
                yield from _before(fault, matrix.inverse())
            case "Tm" if fault.up:
                operands = [*operands[:5], float(operands[5]) + fault.up / matrix.d]
            case "TJ" | "Tj" if fault.turned:
                operands = _turned(operands, turns[font])
        yield operands, operator
        if str(operator) == "ET":
            yield from _after(fault, matrix.inverse())


def _before(fault: Fault, back: Matrix) -> Iterator[tuple[Sequence, Operator]]:
    yield [], Operator("q")
    if fault.seen:
        yield from (_rectangle(fault.seen, back), ([], Operator("W")), ([], Operator("n")))
    if fault.white:
        yield [WHITE] * 3, Operator("rg")


def _after(fault: Fault, back: Matrix) -> Iterator[tuple[Sequence, Operator]]:
    yield [], Operator("Q")
    yield [], Operator("q")
    for box in fault.boxes:
        yield [fault.ink or BLACK] * 3, Operator("RG" if fault.ink is None else "rg")
        yield _rectangle(box, back)
        yield [], Operator("S" if fault.ink is None else "f")
    yield [], Operator("Q")


def _rectangle(box: Box, back: Matrix) -> tuple[Sequence, Operator]:
    (x, y), (x2, y2) = back.transform((box.left, box.bottom)), back.transform((box.right, box.top))
    return [min(x, x2), min(y, y2), abs(x2 - x), abs(y2 - y)], Operator("re")


def _turned(operands: Sequence, turn: Mapping[int, int]) -> list:
    """The same text in other letters."""

    def other(part):
        if not isinstance(part, pikepdf.String):
            return part
        return pikepdf.String(b"".join(struct.pack(">H", turn.get(code, code)) for (code,) in struct.iter_unpack(">H", bytes(part))))

    first = operands[0]
    return [pikepdf.Array([other(part) for part in first])] if isinstance(first, pikepdf.Array) else [other(first)]


def _turns(page: pikepdf.Page) -> dict[str, dict[int, int]]:
    """For each font of a page: another letter for each letter that it draws there."""
    used: dict[str, set[int]] = {name: set() for name in page.Resources.Font}
    font = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            font = str(operands[0])
        elif str(operator) in ("TJ", "Tj"):
            strings = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
            used[font] |= {code for s in strings if isinstance(s, pikepdf.String) for (code,) in struct.iter_unpack(">H", bytes(s))}
    return {name: _turn(Font(page.Resources.Font[name]), codes) for name, codes in used.items()}


def _turn(font: Font, codes: set[int]) -> dict[int, int]:
    """Each code that draws a letter, and one that draws the letter half-way round. Several codes may share a letter."""
    by_glyph: dict[int, int] = {}
    letters = sorted(code for code in codes if font.glyphs.get(code, code) and not font.words.get(code, "").isspace())
    for code in letters:
        by_glyph.setdefault(font.glyphs.get(code, code), code)
    glyphs = list(by_glyph)
    half = dict(zip(glyphs, [*glyphs[len(glyphs) // 2 :], *glyphs[: len(glyphs) // 2]], strict=True))
    return {code: by_glyph[half[font.glyphs.get(code, code)]] for code in letters}


def forged(data: bytes) -> bytes:
    """The file with each letter of its fonts in place of another: no word, no code and no page knows of it."""

    def change(pdf: pikepdf.Pdf) -> None:
        for raw in fonts_of(pdf):
            font = Font(raw)
            turn = _turn(font, set(font.words))
            size = max(font.words) + 1
            table = [font.glyphs.get(turn.get(code, code), turn.get(code, code)) for code in range(size)]
            raw.DescendantFonts[0].CIDToGIDMap = pdf.make_stream(struct.pack(f">{size}H", *table))

    return changed(data, change)
