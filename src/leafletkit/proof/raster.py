"""The pages of a PDF as pixels, and where on them the text of each piece of marked content lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
POINTS = 72  # in an inch
_AROUND = 2.0  # points that are cut out with a box on each side


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def joined(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(min(self.left, other.left), min(self.bottom, other.bottom), max(self.right, other.right), max(self.top, other.top))


class Sheet:
    """One page of an open PDF."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.width, self.height = float(page.get_width()), float(page.get_height())

    def grey(self, dpi: float) -> Grey:
        """The page as it is seen: rows of grey pixels, 0 is black."""
        bitmap = self._page.render(scale=dpi / POINTS, grayscale=True)
        try:
            pixels: Grey = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width].copy()
            return pixels
        finally:
            bitmap.close()

    @cached_property
    def boxes(self) -> Mapping[int, Box]:
        """Around the text of each marked content (-1: text in none), whether or not it can be seen."""
        boxes: dict[int, Box] = {}
        for item in self._page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            mark, box = int(pdfium.FPDFPageObj_GetMarkedContentID(item.raw)), Box(*item.get_bounds())
            boxes[mark] = boxes[mark].joined(box) if mark in boxes else box
        return boxes

    def box(self, marks: Iterable[int]) -> Box | None:
        """Around all of these marked contents; None if any of them has no text on the page."""
        found = [self.boxes.get(mark) for mark in marks]
        return reduce(Box.joined, [box for box in found if box]) if found and all(found) else None

    def cut(self, pixels: Grey, box: Box, dpi: float) -> Grey:
        """The part of the page's pixels in a box and a little around it."""
        scale = dpi / POINTS
        left, right = (box.left - _AROUND) * scale, (box.right + _AROUND) * scale
        top, bottom = (self.height - box.top - _AROUND) * scale, (self.height - box.bottom + _AROUND) * scale
        return pixels[max(0, int(top)) : max(0, int(bottom) + 1), max(0, int(left)) : max(0, int(right) + 1)]


@contextmanager
def sheets(data: bytes) -> Iterator[Mapping[int, Sheet]]:
    """The pages of a PDF, from 1, while it is open."""
    document = pypdfium2.PdfDocument(data)
    try:
        yield {number: Sheet(page) for number, page in enumerate(document, 1)}
    finally:
        document.close()
