"""The picture that a player shows beside a recording: title, language, publisher, and what the leaflet is not."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2

from .. import fonts
from ..model import Edition
from .markup import View, environment
from .print import faces_css, font_files, write

_DOTS = 4  # for a millimetre of the page, which has 150 (styles/cover.css)


def render_cover(edition: Edition, styles: Path) -> bytes:
    """A square PNG of 600 x 600 dots. The same words give the same bytes. Raises as `render_print` does."""
    html = environment(styles).get_template("cover.html").render(view=View(edition))
    stack = ", ".join(f'"{name}"' for name in fonts.print_families(edition.language))
    css = f"{faces_css(edition.language)}:root {{ --face: {stack}; --leading: {edition.language.line_height}; }}\n" + (styles / "cover.css").read_text("utf-8")
    resources = {f"leaflet:font/{name}": data for name, data in font_files(edition).items()}
    pdf = pypdfium2.PdfDocument(write(html, css, resources, fonts.dotted_circles(edition.language)))
    try:
        picture = pdf[0].render(scale=_DOTS * 25.4 / 72).to_pil().convert("L")
    finally:
        pdf.close()
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()
