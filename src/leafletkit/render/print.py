"""The PDFs in three sizes, tagged (PDF/UA-1), made by WeasyPrint with nothing to fetch from.

Styles, fonts and pictures are handed over under `leaflet:` addresses; every other address is refused.
No font of the machine is in reach: WeasyPrint is given a font configuration without any.
"""

from __future__ import annotations

import logging
import math
import os
import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from .. import fonts
from ..errors import Fault, Illegible
from ..model import Edition, Language
from ..translate import all_text
from ..words import fill
from .code import render_code
from .markup import View, environment
from .pdf_tags import attribute, finish, runs
from .pdf_text import Fonts, recode

_POINT, _PIXEL = 72 / 25.4, 96 / 25.4  # in a millimetre
_BELOW = 0.35  # of the size: how far letters reach below their line
_MOST_LINES = 8  # of a foot
_LETTER = {"ltr": 0.55, "rtl": 0.45}  # the mean width of a letter in sizes of the font, generously; Arabic ones are joined
_WIDTH, _SIDE, _TOP, _EDGE = 210, 18, 18, 12  # millimetres: A4 and its margins; no printer we know of needs more than 12 at the foot
_LATIN_LINE = 30.5  # sizes of the font that hold at most 70 characters, as far as the eye finds the next line with ease


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


def render_print(edition: Edition, styles: Path, size: int) -> bytes:
    """The PDF, its body text in `size` points times the scale of the script.

    Raises `Illegible` on a missing glyph or words that nobody could read, `Fault` on anything else WeasyPrint warns of.
    """
    easy = edition.text.kind == "easy-read"
    html = environment(styles).get_template("easy-read-print.html" if easy else "print.html").render(view=View(edition))
    resources = {f"leaflet:font/{name}": data for name, data in font_files(edition).items()}
    if edition.address:
        resources["leaflet:code.svg"] = render_code(edition.address)
    if easy:
        resources |= {f"leaflet:picture/{name}.svg": picture.svg.encode() for name, picture in edition.pictures.items()}
    style = (styles / "print.css").read_text("utf-8")
    lines, torn = _foot_lines(edition, size), frozenset[str]()
    while True:
        # A box that does not fit under its heading is broken, or the heading would stand alone.
        tall = "".join(f'.warning[data-warning="{name}"] {{ break-inside: auto; }}\n' for name in sorted(torn))
        try:
            return write(html, page_css(edition, size, lines) + style + tall, resources, fonts.dotted_circles(edition.language), torn)
        except FootTooLong:
            lines += 1
            if lines > _MOST_LINES:
                raise
        except _HeadingAlone as alone:
            torn |= {alone.warning}


class _HeadingAlone(Exception):
    """The box of this warning begins on the page after its heading."""

    def __init__(self, warning: str) -> None:
        super().__init__(warning)
        self.warning = warning


class FootTooLong(Illegible):
    """The foot of a page needs more lines than it was given."""


def write(
    html: str, css: str, resources: Mapping[str, bytes], dotted: Mapping[tuple[str, bool], int], torn: Collection[str] = ()
) -> bytes:
    """A page and its styles as a tagged PDF. `resources` are the only addresses that can be fetched.

    `dotted` is as in `pdf_text.recode`; the boxes of the warnings in `torn` may be broken. Raises `Fault` as `render_print` does.
    """
    log = _Log()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(log)
    try:
        jail = Jail(resources)
        configuration = _no_fonts()
        sheet = weasyprint.CSS(string=css, url_fetcher=jail, font_config=configuration, base_url="leaflet:/")
        document = weasyprint.HTML(string=html, url_fetcher=jail, base_url="leaflet:/").render(
            stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1"
        )
        keep_inside(document)
        _keep_headings(document, torn)
        document.fonts = Fonts()

        def finisher(document: Any, pdf: Any) -> None:
            recode(document, pdf, dotted)
            finish(document, pdf)

        data: bytes = document.write_pdf(finisher=finisher, pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # WeasyPrint's own, which no “except Exception” catches
        raise Fault(f"a template or style asks for something outside the leaflet: {error}", "take the address out of styles/") from error
    finally:
        logger.removeHandler(log)
    if lost := [message for message in log.messages if ".notdef" in message]:
        raise Illegible("; ".join(dict.fromkeys(lost)), "replace the character, or name a font that has it in language.toml")
    if log.messages:
        raise Fault("the PDF maker reported: " + "; ".join(dict.fromkeys(log.messages)), "mend the style that it names")
    return data


def _no_fonts() -> FontConfiguration:
    """A font configuration of our own that holds no font: only those of the style sheet are there, never one of the machine."""
    with TemporaryDirectory(prefix="leafletkit-") as folder:
        file = Path(folder) / "fonts.conf"
        file.write_text(f"<fontconfig><cachedir>{folder}</cachedir></fontconfig>", "utf-8")
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(file)  # it is read only while a configuration is made
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def _keep_headings(document: Any, torn: Collection[str]) -> None:
    """Raise `_HeadingAlone` if a heading stands last on a page because the warning after it can't be broken."""
    pages = [list(runs(page, page._page_box)) for page in document.pages]
    for here, there in pairwise(pages):
        if here and there and any(box.element_tag in ("h2", "h3") for box in here[-1].around):
            name = next(filter(None, (attribute(box, "data-warning") for box in there[0].around)), "")
            if name and name not in torn:
                raise _HeadingAlone(name)


def keep_inside(document: Any) -> None:
    """Raise `Illegible` if words run over the edge of the text, or are cut off by a box: nobody could read their end."""
    for number, page in enumerate(document.pages, 1):
        box = page._page_box
        paper = (0, 0, box.margin_width(), box.margin_height())
        for child in box.children:
            _inside(child, number, paper if isinstance(child, boxes.MarginBox) else _content(box))


def _inside(box: Any, page: int, limit: tuple[float, float, float, float], foot: bool = False) -> None:
    """`foot`: the box is a part of the margins, where only the edge of the paper must stay free."""
    box = getattr(box, "_box", box)
    foot = foot or isinstance(box, boxes.MarginBox)
    if isinstance(box, boxes.MarginBox):
        limit = _both(_content(box), (limit[0], limit[1], limit[2], limit[3] - _EDGE * _PIXEL))
    elif box.element is not None and box.style["overflow"] != "visible":
        limit = _both(limit, (box.padding_box_x(), box.padding_box_y(), box.padding_box_x() + box.padding_width(), box.padding_box_y() + box.padding_height()))
    if isinstance(box, boxes.TextBox) and box.text.strip():
        left, top, right, bottom = limit
        if not left - 1 <= box.position_x <= box.position_x + box.width <= right + 1:
            raise Illegible(f"“{box.text.strip()[:60]}” on page {page} is wider than its place", "use a shorter word, or break it with a hyphen")
        # In the foot the letters count, not the room that a font keeps for its highest and deepest ones.
        size, line = box.style["font_size"], box.position_y + box.baseline
        above = max(box.position_y, line - size) if foot else box.position_y
        below = min(box.position_y + box.height, line + _BELOW * size) if foot else box.position_y + box.height
        if not top - 1 <= above <= below <= bottom + 1:
            fault = FootTooLong if foot else Illegible
            raise fault(f"“{box.text.strip()[:60]}” on page {page} is cut off", "take the fixed height or the “overflow” out of styles/")
    for child in getattr(box, "children", ()):
        _inside(child, page, limit, foot)


def _content(box: Any) -> tuple[float, float, float, float]:
    return box.content_box_x(), box.content_box_y(), box.content_box_x() + box.width, box.content_box_y() + box.height


def _both(first: tuple[float, float, float, float], second: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return max(first[0], second[0]), max(first[1], second[1]), min(first[2], second[2]), min(first[3], second[3])


def font_files(edition: Edition) -> dict[str, bytes]:
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


def _foot(edition: Edition) -> str:
    meta = edition.leaflet.meta
    line = f"{meta.id} · {meta.version} · {edition.language.endonym} · {View(edition).date('last_updated')}"
    return line.replace(" · ", "\u00a0· ")


def _side(edition: Edition, size: int) -> float:
    """The margin at the sides in millimetres: wider in a Latin script at 14 pt, or its lines are too long."""
    if edition.language.scripts[0] != "Latn":
        return _SIDE
    return max(_SIDE, (_WIDTH - _LATIN_LINE * size * edition.language.scale / _POINT) / 2)


def _foot_lines(edition: Edition, size: int) -> int:
    """A guess at how many lines the foot takes, the page's number among them."""
    letter = _LETTER[edition.language.direction] * size * edition.language.scale
    return 1 + math.ceil(len(_foot(edition)) * letter / ((_WIDTH - 2 * _side(edition, size)) * _POINT))


def page_css(edition: Edition, size: int, lines: int = 2) -> str:
    """What differs from language to language and from size to size: fonts, leading, margins and the foot of each page.

    The foot gets room for so many lines.
    """
    language = edition.language
    stack = ", ".join(f'"{name}"' for name in fonts.print_families(language))
    english = ", ".join(f'"{name}"' for name in reversed(fonts.print_families(language)))  # the Latin face first
    counters = {"\0": "counter(page)", "\1": "counter(pages)"}
    number = " ".join(
        counters.get(piece) or _css(piece)
        for piece in re.split("([\0\1])", fill(edition.words, "page-of", page="\0", pages="\1"))
        if piece
    )
    points = size * language.scale
    leading = max(1.35, language.line_height * 0.85)
    foot = lines * points * leading / _POINT + 5 + _EDGE
    return (
        faces_css(language)
        + f":root {{ --face: {stack}; --english-face: {english}; --size: {points:g}pt; --leading: {language.line_height}; }}\n"
        + f"@page {{ margin: {_TOP}mm {_side(edition, size):.1f}mm {foot:.1f}mm; font-family: {stack}; font-size: {points:g}pt; direction: {language.direction};\n"
        + f"  @bottom-center {{ line-height: {leading:g}; content: {_css(_foot(edition))} '\\A ' {number}; }} }}\n"
    )


def faces_css(language: Language) -> str:
    """The font files of a language, under the addresses that `font_files` are given."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; src: url("leaflet:font/{prefix}{name}"); font-weight: {weight}; }}\n'
        for family, prefix in zip(fonts.print_families(language), ("", "latin-"), strict=False)
        for name, weight in (("regular", 400), ("bold", 700))
    )


def _css(text: str) -> str:
    """A CSS string that can't end early."""
    return '"' + "".join(c if c.isalnum() or c in " .·:" else f"\\{ord(c):x} " for c in text) + '"'
