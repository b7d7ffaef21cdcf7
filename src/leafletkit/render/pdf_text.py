"""Give each drawn glyph its own words, so that what is searched or copied is what was written.

WeasyPrint keeps one text for each glyph of a font, its first: a Devanagari न that first came in नि is
read as नि ever after. Here each pair of glyph and text gets a code of its own, and the font maps the
codes back to glyphs (/CIDToGIDMap), so that nothing looks different.

It patches nothing: `Fonts` takes the place of `Document.fonts`, and `recode` changes the finished
content streams. It refuses to go on if what WeasyPrint has drawn is not what it told of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pydyf

from ..errors import Fault, Illegible
from .pdf_objects import page_contents, resolve

_GLYPHS = re.compile(rb"<([0-9a-f]*)>")
_ENTRIES = 100  # of a block in a character map: the most that the format allows
_AROUND = 12  # glyphs either side that are quoted when one is at fault


class Texts(dict[int, str]):
    """The first text of each glyph, as WeasyPrint wants it, and every glyph and text in the order of drawing."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[tuple[int, str]] = []

    def __contains__(self, _glyph: object) -> bool:
        return False  # so that WeasyPrint tells the text of every glyph, not just of new ones

    def __setitem__(self, glyph: int, text: str) -> None:
        text = text.replace("\u00a0", " ")  # the space that keeps a number and its unit on one line
        self.drawn.append((glyph, text))
        self.setdefault(glyph, text)


class Fonts(dict[int, Any]):
    """WeasyPrint's fonts of one document, each with `Texts` of its own."""

    def __setitem__(self, key: int, font: Any) -> None:
        font.to_unicode = Texts()
        super().__setitem__(key, font)


def recode(document: Any, pdf: Any, dotted: Mapping[tuple[str, bool], int]) -> None:
    """Give all text of a finished PDF the codes that tell its words. For a finisher of `write_pdf`.

    `dotted`: the glyph of the dotted circle by (family, whether bold). It stands for a broken cluster of
    letters, so `Illegible` is raised with the words around it; `Fault` if WeasyPrint is not as expected.
    """
    fonts = {font.hash: font for font in document.fonts.values()}
    if any(font.missing for font in fonts.values()):
        return  # WeasyPrint has named the character in its log, and that ends it
    if len(fonts) != len(document.fonts):
        raise _strange("two fonts have one name")
    rtl = document.pages[0]._page_box.children[0].style["direction"] == "rtl"
    # Where each glyph has one text (Latin, ideographs), WeasyPrint's own codes are right. CFF fonts have no map of codes.
    runs = {name: _Drawn(font, rtl, dotted.get((font.family, font.weight >= 600))) for name, font in fonts.items() if _is_ambiguous(font)}
    for number, content in enumerate(page_contents(pdf), 1):
        current = ""
        for place, operator in enumerate(content):
            if not isinstance(operator, bytes):
                continue
            if operator.endswith(b" Tf"):
                current = operator[1:].split(b" ")[0].decode()
            elif operator.endswith(b"] TJ"):
                # PDFium, which draws PDFs in Chrome and Edge, loses a distance that stands beside an empty
                # string: parts of Urdu lines then stand up to 9 mm too far right, over the margin.
                full = operator.replace(b"<>", b" ")
                content[place] = _GLYPHS.sub(partial(runs[current].recoded, number), full) if current in runs else full
    for run in runs.values():
        if run.at != len(run.told):
            raise _strange("not all text was drawn on a page")
        _write_maps(pdf, run.font, run.codes)


class _Drawn:
    """All that is drawn with one font, in order, and the codes that it gets."""

    def __init__(self, font: Any, rtl: bool, circle: int | None) -> None:
        drawn = font.to_unicode.drawn
        self.font = font
        self.told = drawn if rtl else list(_shared(drawn))
        self.broken = frozenset(_broken(drawn, circle, rtl)) if circle else frozenset()
        self.codes: dict[tuple[int, str], int] = {}
        self.at = 0

    def recoded(self, page: int, run: re.Match[bytes]) -> bytes:
        """One run of glyphs, four hexadecimal digits each, in the new codes."""
        return b"<%s>" % b"".join(self._code(int(run[1][start : start + 4], 16), page) for start in range(0, len(run[1]), 4))

    def _code(self, glyph: int, page: int) -> bytes:
        if self.at >= len(self.told) or self.told[self.at][0] != glyph:
            raise _strange("a glyph was drawn that it did not tell of")
        if self.at in self.broken:
            words = "".join(text for _, text in self.told[max(0, self.at - _AROUND) : self.at + _AROUND])
            raise Illegible(f"letters that can't stand together on page {page}: “{words}” is drawn with a dotted circle", "mend the spelling: a letter or a sign is missing before or after")  # fmt: skip
        pair = self.told[self.at]
        self.at += 1
        new = self.font.glyph_count + len(self.codes)
        code = self.codes.setdefault(pair, glyph if self.font.to_unicode[glyph] == pair[1] else new)
        if code > 0xFFFF:
            raise Fault("the text needs more than 65,535 codes of one font", "report this as a fault of the toolkit")
        return b"%04x" % code


def _broken(drawn: Sequence[tuple[int, str]], circle: int, rtl: bool) -> Iterator[int]:
    """Where the dotted circle is drawn for letters among which it is not written."""
    cluster: list[int] = []
    # One glyph of a cluster has its text, the last as they are drawn; from right to left the first.
    rows = range(len(drawn) - 1, -1, -1) if rtl else range(len(drawn))
    for n in rows:
        cluster.append(n)
        if drawn[n][1]:
            yield from (m for m in cluster if drawn[m][0] == circle and "\u25cc" not in drawn[n][1])
            cluster = []


def _is_ambiguous(font: Any) -> bool:
    pairs = set(font.to_unicode.drawn)
    return font.type == "ttf" and (len(pairs) > len({glyph for glyph, _ in pairs}) or any(not text for _, text in pairs))


def _shared(drawn: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The texts of glyphs, with no glyph left without one where that can be.

    Where several glyphs draw one cluster of letters, WeasyPrint gives its text to the last and none to the
    others. Some readers of PDFs make up a character for those. (From right to left the first has the text;
    there no reader is exact anyhow, and it is left as it is.)
    """
    waiting: list[int] = []
    for glyph, text in drawn:
        if not text:
            waiting.append(glyph)
            continue
        while waiting and len(text) > 1:
            yield waiting.pop(0), text[0]
            text = text[1:]
        yield from ((one, "") for one in waiting)
        yield glyph, text
        waiting = []
    yield from ((one, "") for one in waiting)


def _write_maps(pdf: Any, font: Any, codes: Mapping[tuple[int, str], int]) -> None:
    """Put code to text, code to glyph and code to width into the font's dictionaries."""
    outer = next((o for o in pdf.objects if isinstance(o, dict) and o.get("Subtype") == "/Type0" and o.get("BaseFont") == font.name), None)
    if outer is None or outer["Encoding"] != "/Identity-H":
        raise _strange("a font is not where it was")
    inner = resolve(pdf, outer["DescendantFonts"][0])
    pairs = sorted((code, glyph, text) for (glyph, text), code in codes.items())
    resolve(pdf, outer["ToUnicode"]).stream = list(_character_map([(code, text) for code, _, text in pairs]))
    widths = pydyf.Array()
    for code, glyph, _text in pairs:
        widths += [code, pydyf.Array([font.widths[glyph]])]
    inner["W"] = widths
    if any(code != glyph for code, glyph, _ in pairs):
        glyphs = list(range(pairs[-1][0] + 1))
        for code, glyph, _text in pairs:
            glyphs[code] = glyph
        stream = pydyf.Stream([b"".join(glyph.to_bytes(2, "big") for glyph in glyphs)], compress=True)
        pdf.add_object(stream)
        inner["CIDToGIDMap"] = stream.reference


def _character_map(rows: list[tuple[int, str]]) -> Iterator[bytes]:
    yield b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap"
    yield b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def"
    yield b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange"
    for start in range(0, len(rows), _ENTRIES):
        block = rows[start : start + _ENTRIES]
        yield b"%d beginbfchar" % len(block)
        for code, text in block:
            yield f"<{code:04x}> <{text.encode('utf-16-be').hex()}>".encode()
        yield b"endbfchar"
    yield b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


def _strange(what: str) -> Fault:
    return Fault(f"the text of the PDF can't be told: {what}", "WeasyPrint has changed: use the version in the lock file")
