"""Bars of seconds as an SVG, readable on light and dark: it brings its own background for both."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bench.rows import Row

_WIDTH, _LEFT, _RIGHT = 860, 16, 70
_ROW, _BAR, _HEAD = 46, 16, 40
_STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1b1b1b; } .head { font-weight: 700; font-size: 16px; }
.paper { fill: #fff; } .theirs { fill: #6b6b6b; } .ours { fill: #1f6fb5; } .range { stroke: #1b1b1b; stroke-width: 2; } .axis { stroke: #8a8a8a; }
@media (prefers-color-scheme: dark) {
text { fill: #f2f2f2; } .paper { fill: #16181c; } .theirs { fill: #a5a5a5; } .ours { fill: #6db3f2; } .range { stroke: #f2f2f2; }
}"""


def plot(parts: Sequence[tuple[str, Sequence[Row]]]) -> str:
    """Each part has a heading and its rows: a bar as long as the median, and a line from the least to the most.

    All parts have one scale.
    """
    parts = [(title, rows) for title, rows in parts if rows]
    longest = max((row.most for _, rows in parts for row in rows), default=1.0)
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    out: list[str] = []
    y = 8.0
    for title, rows in parts:
        y += _HEAD
        out.append(f'<text class="head" x="{_LEFT}" y="{y - 14:.0f}">{escape(title)}</text>')
        out.append(f'<line class="axis" x1="{_LEFT}" x2="{_LEFT}" y1="{y:.0f}" y2="{y + len(rows) * _ROW - 8:.0f}"/>')
        for row in rows:
            top = y + 20
            kind = "theirs" if row.name.startswith("the script") else "ours"
            out.append(f'<text x="{_LEFT + 6}" y="{top - 5:.0f}">{escape(row.name)}</text>')
            out.append(f'<rect class="{kind}" x="{_LEFT}" y="{top:.0f}" width="{max(1.0, row.middle * scale):.1f}" height="{_BAR}"/>')
            if row.most > row.least:
                out.append(f'<line class="range" x1="{_LEFT + row.least * scale:.1f}" x2="{_LEFT + row.most * scale:.1f}" y1="{top + _BAR / 2:.0f}" y2="{top + _BAR / 2:.0f}"/>')
            out.append(f'<text x="{_LEFT + row.most * scale + 8:.1f}" y="{top + 13:.0f}">{row.middle:.1f}</text>')
            y += _ROW
    height = y + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img">\n<title>Seconds on the clock; shorter is faster</title>\n'
        f'<style>{_STYLE}\n</style>\n<rect class="paper" width="{_WIDTH}" height="{height:.0f}" rx="8"/>\n' + "\n".join(out) + "\n</svg>\n"
    )
