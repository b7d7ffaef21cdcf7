"""Pages as two viewers show them, which have nothing in common: the same ink, in black, well inside of the paper."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from .support import each_file, own

pytestmark = pytest.mark.full
MARGIN = 12 / 25.4 * 72  # 12 mm in points, which are the dots here
NEAR = 2  # dots that letters may differ in


def pdfium(data):
    """Each page in colour, one dot for each point, in the viewer of Chrome."""
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.render(scale=1).to_numpy().copy() for page in pdf]


def poppler(data, folder: Path):
    """Each page in grey, in the viewer of many Linux programs."""
    (folder / "in.pdf").write_bytes(data)
    subprocess.run(["pdftoppm", "-r", "72", "-gray", str(folder / "in.pdf"), str(folder / "page")], check=True)
    return [np.array(Image.open(path)) for path in sorted(folder.glob("page*"))]


def grown(ink):
    """The ink and what is near it."""
    for axis in (0, 1):
        ink = np.logical_or.reduce([np.roll(ink, n, axis) for n in range(-NEAR, NEAR + 1)])
    return ink


def apart(first, second):
    """The share of one page's ink that is nowhere near the other's; the larger of both."""
    tall, wide = (min(a, b) for a, b in zip(first.shape, second.shape, strict=True))
    pages = [page[:tall, :wide] for page in (first, second)]
    return max((((a < 128) & ~grown(b < 200)).sum() / max(1, (a < 128).sum())) for a, b in (pages, pages[::-1]))


@each_file
def test_two_viewers_show_the_same(file, tmp_path):
    """No letter of any page stands in another place in one viewer than in the other."""
    ours, theirs = [page.min(axis=2) for page in pdfium(file.data)], poppler(file.data, tmp_path)
    assert len(ours) == len(theirs) == len(file.pages)
    assert {n: apart(a, b) for n, (a, b) in enumerate(zip(ours, theirs, strict=True), 1) if apart(a, b) > 0.001} == {}


def test_a_line_that_is_shifted_is_seen(tmp_path):
    """The comparison sees a word that stands four dots further on."""
    first, second = (own(f'<h1>Some words</h1><p style="position: relative; left: {n}pt">One word</p>') for n in (0, 4))
    assert apart(pdfium(first)[0].min(axis=2), poppler(first, tmp_path)[0]) == 0
    assert apart(pdfium(first)[0].min(axis=2), poppler(second, tmp_path)[0]) > 0.01


@each_file
def test_the_margins_are_white(file):
    """Nothing is drawn within 12 mm of any edge: letters may reach further than their places, in Urdu most of all."""
    for number, page in enumerate(pdfium(file.data), 1):
        ink = page.min(axis=2) < 200
        rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
        edges = rows[0], ink.shape[0] - 1 - rows[-1], columns[0], ink.shape[1] - 1 - columns[-1]
        assert min(edges) >= MARGIN - 1, number


@each_file
def test_black_on_white(file):
    """There is no colour, and most of each page is white."""
    for page in pdfium(file.data):
        assert np.array_equal(page.max(axis=2), page.min(axis=2))
        assert page.min() < 30 and np.median(page) == 255
