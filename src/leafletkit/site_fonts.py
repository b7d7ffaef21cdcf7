"""The fonts of the download site: for each language just the letters that its pages show.

Two fonts for each script of its own: a small one for the names of languages, which the list of leaflets
shows; and one for titles, labels and offers, which a browser loads only where one is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from . import fonts
from .model import Face, File, Language

STYLESHEET = "assets/fonts/index.css"
_LATIN = frozenset((*range(0x20, 0x7F), *range(0xA0, 0x180), 0x2013, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026))
_JOINERS = frozenset((0x200C, 0x200D, 0x25CC))


@dataclass
class Letters:
    """The letters that pages show, by language: in names of languages, and in titles, labels and offers."""

    names: dict[str, set[str]] = field(default_factory=dict)
    titles: dict[str, set[str]] = field(default_factory=dict)

    def name(self, tag: str, *texts: str) -> None:
        self.names.setdefault(tag, set()).update(*texts)

    def title(self, tag: str, *texts: str) -> None:
        self.titles.setdefault(tag, set()).update(*texts)


@dataclass(frozen=True)
class _Family:
    """A font of the site in two weights, and the letters that it holds."""

    name: str
    face: Face
    points: frozenset[int]

    def cuts(self) -> dict[str, fonts.Cut]:
        return {f"{self.name}-{weight}.woff2": fonts.Cut(getattr(self.face, weight), self.face.number, self.points, "woff2") for weight in ("regular", "bold")}


def _families(letters: Letters, languages: Mapping[str, Language]) -> list[_Family]:
    latin: set[str] = set()
    for tag, used in (*letters.names.items(), *letters.titles.items()):
        if tag not in languages or languages[tag].face == fonts.LATIN:
            latin |= used
    out = [_Family("site-latin", fonts.LATIN, frozenset(map(ord, latin)) | _LATIN)]
    for tag in dict.fromkeys((*letters.names, *letters.titles)):
        language = languages.get(tag)
        if language and language.face != fonts.LATIN:
            out += [_Family(f"{start}-{tag}", language.face, _points(table[tag])) for start, table in (("site", letters.names), ("titles", letters.titles)) if table.get(tag)]
    return out


def site_cuts(letters: Letters, languages: Mapping[str, Language]) -> list[fonts.Cut]:
    """All fonts that `site_fonts` will cut."""
    return [cut for family in _families(letters, languages) for cut in family.cuts().values()]


def site_fonts(letters: Letters, languages: Mapping[str, Language]) -> tuple[File, ...]:
    """The woff2 files, and the stylesheet that names them."""
    files: dict[str, File] = {}
    made = {family.name: css for family in _families(letters, languages) if (css := _made(family, files))}
    faces, rules = [row for css in made.values() for row in css], []
    for tag in dict.fromkeys((*letters.names, *letters.titles)):
        language = languages.get(tag)
        if language is None:
            continue
        # A page of the language itself has the language's own font.
        families = '"site-latin",sans-serif'
        if language.face == fonts.LATIN:
            rules += _rules(tag, "", families, language.line_height)
            continue
        for start, within in (("site", ""), ("titles", ".own")):
            if f"{start}-{tag}" in made:
                families = f'"{start}-{tag}",{families}'
                rules += _rules(tag, within, families, language.line_height)
    text = "\n".join((*faces, ":root{--face:\"site-latin\";--leading:1.6;--heading-leading:1.3}", *rules))
    return (*files.values(), File(STYLESHEET, text.encode()))


def _points(characters: Iterable[str]) -> frozenset[int]:
    return frozenset(map(ord, characters)) | frozenset(range(0x20, 0x7F)) | _JOINERS


def _made(family: _Family, files: dict[str, File]) -> list[str]:
    """The rules of one font in two weights; none if it is not installed, as a list of leaflets is better than none."""
    try:
        made = {name: cut.make() for name, cut in family.cuts().items()}
    except fonts.FontMissing:
        return []
    files |= {name: File(f"assets/fonts/{name}", data) for name, data in made.items()}
    return [
        f'@font-face{{font-family:"{family.name}";font-weight:{number};font-display:swap;src:url("{name}") format("woff2")}}'
        for name, number in zip(made, (400, 700), strict=True)
    ]


def _rules(tag: str, within: str, families: str, line_height: float) -> list[str]:
    root = f":root:not(:lang({tag}))"
    where = f"{root} {within}:lang({tag})" + (f",{root} {within} :lang({tag})" if within else "")
    return [f"{where}{{font-family:{families};line-height:{max(1.5, line_height):g}}}"]


def own_stylesheet(tag: str) -> File:
    """For the page of a language that has no web font of its own, as it has no web page: the font of titles."""
    css = f':root{{--face:"titles-{tag}","site-latin"}}'
    return File(f"assets/fonts/site-{tag}.css", css.encode())
