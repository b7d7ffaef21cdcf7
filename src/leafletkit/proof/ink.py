"""Is the ink of a warning on the page? Nothing of it may be clipped, white, small, covered or written over.

The page's text alone, in black and without anything else, is drawn from the same content and compared
with the page as it is. No language, no font and no reading machine is needed. Which letters they are
it can't say: `eyes` reads them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pikepdf

from .pdf_read import Piece, Run
from .raster import Box, Grey, Sheet, sheets

_DPI = 100  # for letters of 18 points; less for larger ones
_POINTS = 18
# Measured on both leaflets in eight languages: in good pages nothing is hidden; with a line clipped at its
# end, in white, or boxes for letters, 0.8 % and more of the ink, and half of one stripe at least.
_HIDDEN = 0.005  # of all ink of a warning
_STRIPE, _STRIPE_HIDDEN = 12, 0.5  # pixels; of the ink in a stripe
_LITTLE = 20  # pixels: too few to judge a stripe by
_INK, _PAPER = 100, 160  # grey, of text drawn in black; of paper
# Ink that is not of the words, within so many pixels of them, as a share of theirs: none in good pages, but
# 3.3 % in Urdu, where the ring of the sign stands close; 7.6 % and more with a line through the words.
_CLOSE, _SOILED, _BLANK = 2, 0.05, 200
_SMALLER = 0.95  # of the size of the body text: all words of a warning are as large
_EDGE = 28  # points from the edge of the paper, 10 mm, that printers may leave blank
_APART = 0.75  # of the leading: baselines that are nearer to each other are one line written over another
_SHARED = 0.5  # of the shorter one's width, and of a letter: runs on one line that share more lie on each other

_CLIP = {"W", "W*"}
_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"}
_NOT_TEXT = {"rg", "RG", "g", "G", "k", "K", "sc", "scn", "SC", "SCN", "cs", "CS", "gs", "Tr", "Do", "sh", "INLINE IMAGE"}


@dataclass(frozen=True)
class _Line:
    """Where a piece of marked content stands: its baseline from the foot of the page, and its size, in points."""

    baseline: float
    size: float


def hidden(data: bytes, pieces: Sequence[Piece], size: float, leading: float) -> list[str]:
    """Why each of these blocks can't be seen whole; "" if it can.

    `size` is that of the body text as drawn, in points, `leading` the distance of lines in sizes of the font.
    """
    pages = {page for piece in pieces for page in piece.on_pages()}
    dpi = _DPI * _POINTS / size
    with pikepdf.open(io.BytesIO(data)) as pdf:
        contents = {n: list(pikepdf.parse_content_stream(pdf.pages[n - 1])) for n in pages}
        lines = {n: dict(_lines(content)) for n, content in contents.items()}
        text_only = _text_only(pdf, contents)
    with sheets(data) as real, sheets(text_only) as bare:
        seen = {n: real[n].grey(dpi) for n in pages}
        meant = {n: bare[n].grey(dpi) for n in pages}

        def judge(page: int, runs: Sequence[Run]) -> str:
            sheet = real[page]
            box = sheet.box(run.mark for run in runs)
            if box is None:
                return "is not drawn as text"
            if not (_EDGE <= box.left <= box.right <= sheet.width - _EDGE and _EDGE <= box.bottom <= box.top <= sheet.height - _EDGE):
                return "runs over the margin"
            if any(lines[page][run.mark].size < _SMALLER * size for run in runs if run.mark in lines[page]):
                return "is drawn too small"
            drawn, words = sheet.cut(seen[page], box, dpi), sheet.cut(meant[page], box, dpi)
            if _is_hidden(drawn, words):
                return "is hidden or cut off"
            if _is_soiled(drawn, words):
                return "is struck through or covered"
            return "is written over" if _is_written_over(sheet, runs, lines[page], leading) else ""

        reasons = [[judge(page, runs) for page, runs in piece.on_pages().items()] or ["is not drawn as text"] for piece in pieces]
        return [next(filter(None, rows), "") for rows in reasons]


def _lines(content: Sequence[Any]) -> Iterator[tuple[int, _Line]]:
    """The line of each marked content, the first if it has several. Letters may be raised from it: that does not count."""
    known: set[int] = set()
    matrix, stack, marks, size = pikepdf.Matrix(), [], [-1], 0.0
    for operands, operator in content:
        match str(operator):
            case "q":
                stack.append(matrix)
            case "Q" if stack:
                matrix = stack.pop()
            case "cm":
                matrix = pikepdf.Matrix(*(float(x) for x in operands)) @ matrix
            case "BDC" | "BMC":
                inside = operands[1] if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else {}
                marks.append(int(inside.get("/MCID", -1)))
            case "EMC" if len(marks) > 1:
                marks.pop()
            case "Tf":
                size = float(operands[1])
            case "Tm":
                place = pikepdf.Matrix(*(float(x) for x in operands)) @ matrix
            case "TJ" | "Tj" if marks[-1] >= 0 and marks[-1] not in known:
                known.add(marks[-1])
                yield marks[-1], _Line(place.f, size * abs(place.d))


def _text_only(pdf: pikepdf.Pdf, contents: Mapping[int, Sequence[Any]]) -> bytes:
    """The PDF with nothing on these pages but their text, all of it, in black."""
    for number, content in contents.items():
        page = pdf.pages[number - 1]
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(list(_text_of(content))))
        if "/Annots" in page:
            del page.Annots  # a note may have a picture that covers words
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _text_of(content: Sequence[Any]) -> Iterator[Any]:
    for operands, operator in content:
        name = str(operator)
        if name in _PAINT:
            yield [], pikepdf.Operator("n")
        elif name not in _CLIP and name not in _NOT_TEXT:
            yield operands, operator


def _is_hidden(seen: Grey, meant: Grey) -> bool:
    ink = meant < _INK
    lost = ink & (seen > _PAPER)
    if not ink.any() or lost.sum() > _HIDDEN * ink.sum():
        return True
    return any(_worst_stripe(a, b) > _STRIPE_HIDDEN for a, b in ((ink, lost), (ink.T, lost.T)))


def _is_soiled(seen: Grey, meant: Grey) -> bool:
    """Whether there is other ink upon or close around the words."""
    ink = meant < _INK
    near = np.zeros_like(ink)
    padded = np.pad(ink, _CLOSE)
    for down in range(2 * _CLOSE + 1):
        for right in range(2 * _CLOSE + 1):
            near |= padded[down : down + ink.shape[0], right : right + ink.shape[1]]
    return bool((near & (seen < _PAPER) & (meant > _BLANK)).sum() > _SOILED * ink.sum())


def _worst_stripe(ink: np.ndarray, lost: np.ndarray) -> float:
    starts = np.arange(0, ink.shape[0], _STRIPE)
    all_of, lost_of = (np.add.reduceat(rows.sum(axis=1), starts) for rows in (ink, lost))
    judged = all_of >= _LITTLE
    return float((lost_of[judged] / all_of[judged]).max()) if judged.any() else 0.0


def _is_written_over(sheet: Sheet, runs: Sequence[Run], lines: Mapping[int, _Line], leading: float) -> bool:
    """Whether a line of the block lies on another line of the page, or a run on another of its line."""
    own = [run.mark for run in runs if run.mark in lines]
    return any(_collide(sheet.boxes[one], lines[one], sheet.boxes[two], lines[two], leading) for one in own for two in lines if one != two)


def _collide(one: Box, line: _Line, two: Box, other: _Line, leading: float) -> bool:
    shared = min(one.right, two.right) - max(one.left, two.left)
    distance = abs(line.baseline - other.baseline)
    if distance < 1:  # in the same line runs may touch
        return shared > max(_SHARED * min(one.right - one.left, two.right - two.left), line.size / 2)
    # Two lines must be a line apart, if one is above the other at all.
    return shared > 1 and distance < _APART * leading * min(line.size, other.size)
