"""Find the font files of a language, and cut them down for the web and for CJK print."""

from __future__ import annotations

import io
import os
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from .errors import Fault
from .model import Face, Language

# Debian's packages; LEAFLETKIT_FONTS names a folder to look in first.
FOLDERS = (
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/andika",
)
PACKAGES = {"Andika": "fonts-sil-andika", "NotoSansCJK": "fonts-noto-cjk", "Noto": "fonts-noto-core"}
LATIN = Face("Noto Sans", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf")

_LATIN_RANGE = frozenset((*range(0x20, 0x180), 0x1E80, 0x1E81, 0x1E82, 0x1E83, 0x1E84, 0x1E85, 0x1EF2, 0x1EF3, *range(0x2010, 0x2028), 0x2192))
_BLOCKS = {
    "Arab": frozenset((*range(0x600, 0x700), *range(0x750, 0x780))),
    "Deva": frozenset((*range(0x900, 0x980), *range(0xA8E0, 0xA900))),
}
# Shaping needs these even where no text shows them: joiners, direction marks, the dotted circle.
_ALWAYS = frozenset((0x20, 0xA0, 0x200C, 0x200D, 0x200E, 0x200F, 0x2066, 0x2067, 0x2068, 0x2069, 0x25CC, *map(ord, "0123456789.,:;!?()-/%")))


class FontMissing(Fault):
    """A font file is not installed; the hint names its Debian package."""


@lru_cache(maxsize=256)
def locate(file: str) -> Path:
    """The path of a font file. Raises `FontMissing`."""
    extra = os.environ.get("LEAFLETKIT_FONTS")
    for folder in (*([extra] if extra else []), *FOLDERS):
        path = Path(folder) / file
        if path.is_file():
            return path
    package = next((p for start, p in PACKAGES.items() if file.startswith(start)), None)
    hint = f"install it: sudo apt-get install {package}" if package else "put the file into a folder that LEAFLETKIT_FONTS names"
    raise FontMissing(f"the font file {file} is not installed", hint)


def require(language: Language) -> None:
    """Raise `FontMissing` unless all files that a language needs are there."""
    for face in (language.face, language.easy_read_face, LATIN):
        locate(face.regular)
        locate(face.bold)


def print_families(language: Language) -> tuple[str, ...]:
    """The names of the fonts that this language's PDF may use, in order.

    They are names of our own: an installed font of the same name would win over the file handed over.
    """
    return tuple(dict.fromkeys(f"Leaflet {face.family}" for face in (language.face, LATIN)))


def is_collection(face: Face) -> bool:
    """Whether a face lies in a collection (.ttc), as CJK fonts do."""
    return face.regular.endswith(".ttc")


def web_characters(face: Face, used: Iterable[str]) -> frozenset[int]:
    """What a web font of this face must hold: what is used, and the whole script (but for CJK)."""
    shown = frozenset(map(ord, set(used))) | _ALWAYS
    if is_collection(face):
        return shown
    script = _BLOCKS["Arab"] if "Arabic" in face.family or "Urdu" in face.family else _BLOCKS["Deva"] if "Devanagari" in face.family else _LATIN_RANGE
    return script | shown


@lru_cache(maxsize=64)
def cut(file: str, number: int, characters: frozenset[int], flavor: str | None) -> bytes:
    """A font file reduced to some characters, keeping all shaping; `flavor` is "woff2" or None."""
    options = subset.Options()
    options.flavor = flavor
    options.layout_features = ["*"]
    options.hinting = False
    options.name_IDs = [1, 2, 4, 6, 13, 14]
    options.notdef_outline = True
    options.font_number = number
    options.recalc_timestamp = False
    # Graphite tables, which no browser reads.
    options.drop_tables += ["Silf", "Silt", "Sill", "Glat", "Gloc", "Feat"]
    with subset.load_font(str(locate(file)), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        _renumber(font)
        out = io.BytesIO()
        subset.save_font(font, out, options)
        return out.getvalue()


def _renumber(font: TTFont) -> None:
    """Number the glyphs of a cut CJK font from 0 again.

    Such fonts name their glyphs by number (CID) and keep the old numbers when cut; WeasyPrint writes
    the new positions, and PDF/UA wants the two to agree.
    """
    if "CFF " not in font:
        return
    top = font["CFF "].cff.topDictIndex[0]
    if not hasattr(top, "ROS"):
        return
    names = [".notdef", *(f"cid{number:05d}" for number in range(1, len(top.charset)))]
    renamed = dict(zip(top.charset, names, strict=True))
    top.CharStrings.charStrings = {renamed[name]: glyph for name, glyph in top.CharStrings.charStrings.items()}
    top.charset = names


def undrawable(text: str, *faces: Face) -> str:
    """The characters of a text that none of these faces can draw, each once."""
    known = frozenset().union(*(coverage(f.regular, f.number) for f in faces))
    return "".join(c for c in sorted(set(text)) if ord(c) not in known and unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp"))


@lru_cache(maxsize=32)
def coverage(file: str, number: int = 0) -> frozenset[int]:
    """The characters that a font file can draw."""
    with TTFont(locate(file), fontNumber=number, lazy=True) as font:
        return frozenset(font.getBestCmap())
