"""The square code (QR) that leads from paper to the newest version of a leaflet."""

from __future__ import annotations

import io

import segno


def render_code(address: str) -> bytes:
    """An SVG, black on white with its quiet zone. A stain over a quarter of it does not matter."""
    out = io.BytesIO()
    code = segno.make(address, error="q", micro=False)
    code.save(out, kind="svg", border=4, light="#fff", dark="#000", omitsize=True, xmldecl=False, nl=False, svgclass=None, lineclass=None)
    return out.getvalue()
