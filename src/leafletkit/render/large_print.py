"""The large-print PDF: 18 pt, tagged (PDF/UA-1), made by WeasyPrint with nothing to fetch from.

Styles, fonts and pictures are handed over under `leaflet:` addresses; every other address is refused.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import weasyprint
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from .. import fonts
from ..errors import Fault
from ..model import Edition
from ..translate import all_text
from ..words import fill
from .markup import View, environment
from .pdf_tags import finish

SIZE = 18  # points


class Jail(URLFetcher):
    """Gives out the given resources, and refuses every other address loudly."""

    def __init__(self, resources: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.resources = resources

    def fetch(self, url: str, _headers: object = None) -> URLFetcherResponse:
        if url not in self.resources:
            raise ValueError(f"the address {url} is outside the leaflet")
        return URLFetcherResponse(url, self.resources[url])


class _Log(logging.Handler):
    """Collects what WeasyPrint says: in a finished leaflet it has nothing to say."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def render_large_print(edition: Edition, styles: Path) -> bytes:
    """The PDF. Raises `Fault` on a missing glyph or font, or on anything WeasyPrint warns of."""
    view = View(edition)
    html = environment(styles).get_template("large-print.html").render(view=view)
    resources = {f"leaflet:font/{name}": data for name, data in _font_files(edition).items()}
    css = page_css(edition) + (styles / "large-print.css").read_text("utf-8")
    log = _Log()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(log)
    try:
        jail = Jail(resources)
        configuration = FontConfiguration()
        sheet = weasyprint.CSS(string=css, url_fetcher=jail, font_config=configuration, base_url="leaflet:/")
        document = weasyprint.HTML(string=html, url_fetcher=jail, base_url="leaflet:/").render(
            stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1"
        )
        _keep_inside(document)
        data: bytes = document.write_pdf(finisher=finish, pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # WeasyPrint's own, which no “except Exception” catches
        raise Fault(f"a template or style asks for something outside the leaflet: {error}", "take the address out of styles/") from error
    finally:
        logger.removeHandler(log)
    if log.messages:
        raise Fault("the PDF maker reported: " + "; ".join(dict.fromkeys(log.messages)), "replace the character or mend the style it names")
    return data


def _keep_inside(document: Any) -> None:
    """Raise `Fault` if a word runs over the edge of the text: nobody could read its end."""
    for number, page in enumerate(document.pages, 1):
        box = page._page_box
        left, right = box.content_box_x(), box.content_box_x() + box.width
        for text in box.descendants():
            if isinstance(text, TextBox) and text.text.strip() and not left - 1 <= text.position_x <= text.position_x + text.width <= right + 1:
                raise Fault(f"“{text.text.strip()[:60]}” on page {number} is wider than the page", "use a shorter word, or break it with a hyphen")


def _font_files(edition: Edition) -> dict[str, bytes]:
    """Regular and bold of the language's face and of the Latin one; CJK is cut to the used characters."""
    face = edition.language.face
    files = {}
    for weight in ("regular", "bold"):
        name = getattr(face, weight)
        if fonts.is_collection(face):
            used = fonts.web_characters(face, all_text(edition))
            files[weight] = fonts.cut(name, face.number, used, None)
        else:
            files[weight] = fonts.locate(name).read_bytes()
        files[f"latin-{weight}"] = fonts.locate(getattr(fonts.LATIN, weight)).read_bytes()
    return files


def page_css(edition: Edition) -> str:
    """What differs from language to language: fonts, leading and the foot of each page."""
    language = edition.language
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; src: url("leaflet:font/{prefix}{name}"); font-weight: {weight}; }}\n'
        for family, prefix in zip(fonts.print_families(language), ("", "latin-"), strict=False)
        for name, weight in (("regular", 400), ("bold", 700))
    )
    stack = ", ".join(f'"{name}"' for name in fonts.print_families(language))
    english = ", ".join(f'"{name}"' for name in reversed(fonts.print_families(language)))  # the Latin face first
    counters = {"\0": "counter(page)", "\1": "counter(pages)"}
    number = " ".join(
        counters.get(piece) or _css(piece)
        for piece in re.split("([\0\1])", fill(edition.words, "page-of", page="\0", pages="\1"))
        if piece
    )
    meta = edition.leaflet.meta
    line = f"{meta.id} · {meta.version} · {language.endonym} · {View(edition).date('last_updated')}"
    return (
        faces
        + f":root {{ --leading: {language.line_height}; }}\n"
        + f".english {{ font-family: {english}; }}\n"
        + f"body {{ font-family: {stack}; font-size: {SIZE * language.scale:g}pt; line-height: {language.line_height}; }}\n"
        + f"@page {{ font-family: {stack}; font-size: {SIZE * language.scale:g}pt; direction: {language.direction};\n"
        + f"  @bottom-center {{ line-height: {max(1.35, language.line_height * 0.85):g}; content: {_css(line)} '\\A ' {number}; }} }}\n"
    )


def _css(text: str) -> str:
    """A CSS string that can't end early."""
    return '"' + "".join(c if c.isalnum() or c in " .·:" else f"\\{ord(c):x} " for c in text) + '"'
