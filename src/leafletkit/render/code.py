"""The square code (QR) that leads from paper to the newest version of a leaflet."""

from __future__ import annotations

from itertools import groupby

import segno

_QUIET = 4  # modules of white around the code, as its standard asks for


def render_code(address: str) -> bytes:
    """An SVG of filled shapes, black on white with its quiet zone. A stain over a quarter of it does not matter."""
    rows = list(segno.make(address, error="q", micro=False).matrix)
    size = len(rows) + 2 * _QUIET
    bars = "".join(_bars(y, row) for y, row in enumerate(rows, _QUIET))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{bars}"/></svg>'.encode()


def _bars(y: int, row: bytearray) -> str:
    """The dark modules of a row, those side by side as one bar."""
    out, x = "", _QUIET
    for dark, run in groupby(row):
        length = len(list(run))
        out += f"M{x} {y}h{length}v1h-{length}z" if dark else ""
        x += length
    return out
