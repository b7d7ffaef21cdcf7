"""A small reader of our own for the pages of a PDF: what text is drawn, where, how large, in which font and colour."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from ..pdf_support import base_name

COLOURS = {"g", "G", "rg", "RG", "k", "K", "sc", "SC", "scn", "SCN", "cs", "CS", "sh"}
STROKES = {"S", "s", "B", "B*", "b", "b*"}


@dataclass(frozen=True)
class Run:
    """Text that is drawn in one go. Lengths are in points, from the top left corner of the page."""

    mark: str  # /Span, /Artifact or none
    mcid: int | None
    font: str
    size: float
    left: float
    right: float
    base: float  # where the letters stand
    colour: tuple[float, ...]
    slanted: bool
    codes: tuple[int, ...]
    text: str
    footer: bool = False  # the mark says that it is the foot of the page


@dataclass
class Page:
    """What is drawn on a page. `box` is where its text may stand: left, top, right, bottom."""

    number: int
    box: tuple[float, float, float, float] = (0, 0, 0, 0)
    runs: list[Run] = field(default_factory=list)
    operators: set[str] = field(default_factory=set)
    shapes: set[tuple[float, ...]] = field(default_factory=set)  # the colours of what is filled, but for text

    @property
    def lines(self) -> list[list[Run]]:
        """The text of the page without what is no part of it (foot, signs), in lines, from left to right."""
        rows: dict[float, list[Run]] = {}
        for run in self.runs:
            if run.mark != "/Artifact" and run.text.strip():
                rows.setdefault(round(run.base), []).append(run)
        return [sorted(row, key=lambda run: run.left) for _, row in sorted(rows.items())]

    @property
    def foot(self) -> list[Run]:
        """The text below the place of the text."""
        return [run for run in self.runs if run.base > self.box[3] + 1]


class Font:
    """What a font of a file says of its codes: their words, widths and glyphs."""

    def __init__(self, font: pikepdf.Object) -> None:
        self.name = base_name(font)
        rows = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]*)>", font.ToUnicode.read_bytes())
        self.words = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in rows}
        self.widths: dict[int, float] = {}
        inner = font.DescendantFonts[0]
        rows = list(inner.W)
        for first, widths in zip(rows[::2], rows[1::2], strict=True):
            self.widths |= {int(first) + n: float(width) for n, width in enumerate(widths)}
        table = inner.get("/CIDToGIDMap")
        mapped = table.read_bytes() if isinstance(table, pikepdf.Stream) else b""
        self.glyphs = {code: glyph for code, (glyph,) in enumerate(struct.iter_unpack(">H", mapped))}
        self.italic = float(inner.FontDescriptor.get("/ItalicAngle", 0))
        self.file = inner.FontDescriptor.get("/FontFile2", inner.FontDescriptor.get("/FontFile3"))


def read(pdf: pikepdf.Pdf) -> Iterator[Page]:
    """The pages of a file."""
    fonts: dict[tuple[int, int], Font] = {}
    for number, page in enumerate(pdf.pages, 1):
        names = {}
        for name, font in page.Resources.get("/Font", {}).items():
            names[name] = fonts[font.objgen] = fonts.get(font.objgen) or Font(font)
        yield _page(page, number, names)


def product(first, second):
    """Two transformations as one."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _page(page, number, fonts):
    out, height = Page(number), float(page.MediaBox[3])
    states, marks, boxes = [((1, 0, 0, 1, 0, 0), (0.0,))], [], []
    place, font, size, x, left = (1, 0, 0, 1, 0, 0), None, 0.0, 0.0, 0.0
    codes: list[int] = []

    def end():
        if codes:
            matrix = product(place, states[-1][0])
            mark, mcid, footer = marks[-1] if marks else ("", None, False)
            base, slanted = height - matrix[5], abs(matrix[1]) + abs(matrix[2]) > 1e-6
            at = [round(matrix[4] + matrix[0] * n, 2) for n in (left, x)]
            words = "".join(font.words.get(code, "") for code in codes)
            out.runs.append(Run(mark, mcid, font.name, round(size * abs(matrix[3]), 2), *at, round(base, 2), states[-1][1], slanted, tuple(codes), words, footer))
            codes.clear()

    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        out.operators.add(name)
        match name:
            case "q":
                states.append(states[-1])
            case "Q":
                states.pop()
            case "cm":
                states[-1] = (product([float(n) for n in operands], states[-1][0]), states[-1][1])
            case "rg" | "g" | "k" | "sc" | "scn":
                states[-1] = (states[-1][0], tuple(float(n) for n in operands if not isinstance(n, pikepdf.Name)))
            case "re":
                boxes.append((states[-1][0], [float(n) for n in operands]))
            case "f" | "F" | "f*":
                out.shapes.add(states[-1][1])
            case "BMC":
                marks.append((str(operands[0]), None, False))
            case "BDC":
                said = operands[1]
                marks.append((str(operands[0]), int(said["/MCID"]) if "/MCID" in said else None, said.get("/Subtype") == "/Footer"))
            case "EMC":
                marks.pop()
            case "Tm":
                end()
                place, x, left = [float(n) for n in operands], 0.0, 0.0
            case "Tf":
                end()
                font, size, left = fonts[str(operands[0])], float(operands[1]), x
            case "ET":
                end()
            case "Tj" | "TJ":
                for part in operands[0] if name == "TJ" else operands:
                    if isinstance(part, pikepdf.String):
                        here = [code for (code,) in struct.iter_unpack(">H", bytes(part))]
                        codes += here
                        x += sum(font.widths[code] for code in here) * size / 1000
                    else:
                        x -= float(part) * size / 1000
    a, _, _, d, e, f = boxes[0][0]  # the first box is the paper's, as large as the place of the text
    first, top, width, tall = boxes[0][1]
    out.box = (e + a * first, height - (f + d * top), e + a * (first + width), height - (f + d * (top + tall)))
    return out
