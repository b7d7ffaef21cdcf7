"""The picture that a player shows beside a recording: title, language, publisher, and what the leaflet is not."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2

from .. import fonts
from ..errors import Illegible
from ..model import Edition
from .markup import View, environment
from .print import faces_css, font_files, write

_SIZES = (24, 20, 17, 14, 12, 10)  # points of its letters: the largest that fit
_DOTS = 4  # for a millimetre of the page, which has 150 (styles/cover.css)


def render_cover(edition: Edition, styles: Path) -> bytes:
    """A square PNG of 600 x 600 dots. The same words give the same bytes. Raises as `render_print` does."""
    for size in _SIZES:
        try:
            pdf = pypdfium2.PdfDocument(_page(edition, styles, size))
        except Illegible:  # a word is wider than the picture
            if size == _SIZES[-1]:
                raise
            continue
        try:
            if len(pdf) == 1:
                out = io.BytesIO()
                pdf[0].render(scale=_DOTS * 25.4 / 72).to_pil().convert("L").save(out, "PNG")
                return out.getvalue()
        finally:
            pdf.close()
    raise Illegible("the title is too long for the picture of the recording", "shorten the title, or set smaller letters in styles/cover.css")


def _page(edition: Edition, styles: Path, size: float) -> bytes:
    html = environment(styles).get_template("cover.html").render(view=View(edition))
    stack = ", ".join(f'"{name}"' for name in fonts.print_families(edition.language))
    root = f":root {{ --face: {stack}; --leading: {edition.language.line_height}; --size: {size}pt; }}\n"
    resources = {f"leaflet:font/{name}": data for name, data in font_files(edition).items()}
    css = faces_css(edition.language) + root + (styles / "cover.css").read_text("utf-8")
    return write(html, css, resources, fonts.dotted_circles(edition.language))
