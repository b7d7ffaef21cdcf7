"""dist/index.html: every leaflet, language and format, with sizes, in the words of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from . import fonts, inline
from .model import Edition, File, Language
from .pipeline import Built
from .render.links import format_label
from .render.markup import environment
from .report import NAMES, state_of


@dataclass(frozen=True)
class Cell:
    label: Markup
    href: str
    note: str
    extra: str = ""


@dataclass(frozen=True)
class Row:
    edition: Edition | None
    tag: str
    english: str
    endonym: str
    direction: str
    title: str
    state: str
    cells: tuple[Cell, ...]
    reasons: tuple[str, ...]


def site_files(built: Built, languages: Mapping[str, Language], styles: Path) -> tuple[File, ...]:
    """The index page, what all pages share, and the fonts of the index."""
    leaflets = []
    used: dict[str, set[str]] = {}
    for leaflet in dict.fromkeys(key[0] for key in built.checked.wanted):
        rows = [_row(built, key, languages) for key in dict.fromkeys(built.checked.wanted) if key[0] == leaflet]
        for row in rows:
            used.setdefault(row.tag, set()).update(row.endonym, row.title, *(c.label.striptags() + c.extra + c.note for c in row.cells))
        source = next((r.edition.leaflet.text.title.text for r in rows if r.edition), leaflet)
        leaflets.append((leaflet, inline.plain(source), rows))
    html = environment(styles).get_template("index.html").render(leaflets=leaflets)
    shared = tuple(File(f"assets/{name}", (styles / name).read_bytes()) for name in ("page.css", "icon.svg"))
    return (File("index.html", html.encode()), *shared, *_fonts(used, languages))


def _row(built: Built, key: tuple[str, str], languages: Mapping[str, Language]) -> Row:
    tag = key[1]
    edition = built.checked.editions.get(key)
    language = languages.get(tag)
    cells, reasons = [], []
    for fmt in built.formats:
        state, findings = state_of(built, key, fmt)
        if state == "made":
            outcome = built.outcomes[key][fmt]
            extra = ""
            if outcome.made and outcome.made.pages and edition:
                extra = str(outcome.made.pages)
            label = format_label(edition, fmt, outcome.made) if edition else escape(fmt)
            cells.append(Cell(label, outcome.files[0].path, "", extra))
        else:
            cells.append(Cell(escape(NAMES[fmt]), "", {"unavailable": "not available", "withheld": "withheld"}[state]))
            reasons += [f"{NAMES[fmt] if f.format else ''}{': ' if f.format else ''}{f.message}" for f in findings]
    return Row(
        edition, tag,
        language.english if language else tag, language.endonym if language else tag, language.direction if language else "ltr",
        inline.plain(edition.text.title.text) if edition and key in built.published else "",
        edition.state if edition and key in built.published else "withheld",
        tuple(cells), tuple(dict.fromkeys(reasons)),
    )  # fmt: skip


def _fonts(used: Mapping[str, set[str]], languages: Mapping[str, Language]) -> tuple[File, ...]:
    """For each language a font of just the letters that the index shows, and one stylesheet."""
    files, css = [], []
    for tag, characters in used.items():
        language = languages.get(tag)
        if language is None:
            continue
        face = language.face
        points = frozenset(map(ord, characters)) | frozenset(range(0x20, 0x7F))
        if face == fonts.LATIN:
            points |= frozenset(range(0xA0, 0x180)) | {0x2013, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026}
        name = "index-latin" if face == fonts.LATIN else f"index-{tag}"
        try:
            for weight, number in (("regular", 400), ("bold", 700)):
                data = fonts.cut(getattr(face, weight), face.number, points, "woff2")
                files.append(File(f"assets/fonts/{name}-{weight}.woff2", data))
                css.append(
                    f'@font-face{{font-family:"{name}";font-weight:{number};font-display:swap;'
                    f'src:url("{name}-{weight}.woff2") format("woff2")}}'
                )
        except fonts.FontMissing:  # its pages are withheld; the list of leaflets is not
            continue
        css.append(f':lang({tag}){{font-family:"{name}","index-latin",sans-serif}}')
    css.append(":root{--leading:1.6;--heading-leading:1.3}")
    files.append(File("assets/fonts/index.css", "\n".join(dict.fromkeys(css)).encode()))
    return tuple({f.path: f for f in files}.values())

