"""Find the font files of a language, and cut them down for the web and for CJK print."""

from __future__ import annotations

import hashlib
import io
import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from fontTools.ttLib import TTFont

from .cache import Cache
from .errors import Fault
from .model import EASY_READ, RECORDINGS, Face, FormatName, Language

# Debian's packages. The folder fonts/ of the project comes first, then the one that LEAFLETKIT_FONTS names.
PROJECT = "fonts"
FOLDERS = (
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/andika",
)
PACKAGES = {"Andika": "fonts-sil-andika", "NotoSansCJK": "fonts-noto-cjk", "Noto": "fonts-noto-core"}
_STARTS = (b"wOF2", b"OTTO", b"\0\1\0\0", b"true")  # of every font file that we make
LATIN = Face("Noto Sans", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf")

_LATIN_RANGE = frozenset((*range(0x20, 0x180), 0x1E80, 0x1E81, 0x1E82, 0x1E83, 0x1E84, 0x1E85, 0x1EF2, 0x1EF3, *range(0x2010, 0x2028), 0x2192))
_BLOCKS = {
    "Arab": frozenset((*range(0x600, 0x700), *range(0x750, 0x780))),
    "Deva": frozenset((*range(0x900, 0x980), *range(0xA8E0, 0xA900))),
}
# Shaping needs these even where no text shows them: joiners, direction marks, the dotted circle.
_ALWAYS = frozenset((0x20, 0xA0, 0x200C, 0x200D, 0x200E, 0x200F, 0x2066, 0x2067, 0x2068, 0x2069, 0x25CC, *map(ord, "0123456789.,:;!?()-/%")))


class FontBroken(Fault):
    """A font file can't be read."""


class FontMissing(Fault):
    """A font file is not installed; the hint names its Debian package."""


@dataclass
class _Project:
    """Which project's fonts this process uses. Every job says its own, as a worker may serve several."""

    folder: Path | None = None
    cache: Cache | None = None
    alone: bool = False


_project = _Project()


def alone() -> None:
    """Look for fonts in the project's folder only, from now on in this process: on a worker that was sent all that there are."""
    if not _project.alone:
        _project.alone = True
        forget()


def use(root: Path, cache: Path | None = None) -> None:
    """Look for fonts in this project's folder first, from now on in this process; `cache` keeps fonts that are cut."""
    _project.cache = Cache(cache) if cache else None
    look_in(root)


def look_in(root: Path) -> None:
    """Look for fonts in this project's folder first; those that are cut are kept where they were."""
    folder = root / PROJECT
    if folder != _project.folder:
        _project.folder = folder
        forget()


def forget() -> None:
    """Read all font files anew: one of them is another now."""
    for known in (locate, cut, coverage, describe, _glyph, _rules):
        known.cache_clear()


@lru_cache(maxsize=256)
def locate(file: str) -> Path:
    """The path of a font file. Raises `FontMissing`."""
    own = [str(folder) for folder in (_project.folder, os.environ.get("LEAFLETKIT_FONTS")) if folder]
    for folder in own[:1] if _project.alone else (*own, *FOLDERS):
        path = Path(folder) / file
        if path.is_file():
            return path
    package = next((p for start, p in PACKAGES.items() if file.startswith(start)), None)
    hint = f"install it: sudo apt-get install {package}" if package else f"put the file into the folder {PROJECT}/ of the project"
    raise FontMissing(f"the font file {file} is not installed", hint)


def require(language: Language) -> None:
    """Raise `FontMissing` unless all files that a language needs are there."""
    for face in (language.face, language.easy_read_face, LATIN):
        locate(face.regular)
        locate(face.bold)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """A font file, open. Whatever a broken one does to the reader of fonts is a `FontBroken` that names it."""
    try:
        with locate(file).open("rb") as source:
            yield source
    except Fault:
        raise
    except Exception as error:
        raise FontBroken(f"the font file {file} can't be read: {error or type(error).__name__}", f"put the real font into its place: {locate(file)}") from error


@dataclass(frozen=True)
class Described:
    """What a font file says of itself, and its hash."""

    file: str
    name: str
    version: str
    licence: str
    sha256: str


@lru_cache(maxsize=64)
def describe(file: str, number: int = 0) -> Described:
    """Name, version and licence of a font file, for the manifest."""
    with _opened(file) as source, TTFont(source, fontNumber=number, lazy=True) as font:
        said = [font["name"].getDebugName(row) or "" for row in (4, 5, 13, 14)]
    licence = next((row for row in reversed(said[2:]) if row), "")
    return Described(file, said[0], said[1], licence, own_hash(file))


def faces_of(language: Language, fmt: FormatName) -> tuple[Face, ...]:
    """The faces that a format of a language is set in."""
    if fmt in RECORDINGS:
        return ()
    own = language.easy_read_face if fmt in EASY_READ else language.face
    return (own,) if own == LATIN else (own, LATIN)


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


@dataclass(frozen=True)
class Cut:
    """A font to be cut: the arguments of `cut`."""

    file: str
    number: int
    characters: frozenset[int]
    flavor: str | None

    @property
    def known(self) -> bool:
        """Whether the cache has it, or has been told of none."""
        return _project.cache is None or _key(self.file, self.number, self.characters, self.flavor) in _project.cache

    @property
    def work(self) -> tuple[int, int]:
        """How long it takes, beside others: most goes into the rules of layout, and the outlines of Chinese."""
        return _rules(self.file, self.number), len(self.characters)

    def make(self) -> bytes:
        return cut(self.file, self.number, self.characters, self.flavor)


@lru_cache(maxsize=64)
def _rules(file: str, number: int) -> int:
    """Bytes of the tables that take long to cut."""
    with _opened(file) as source, TTFont(source, fontNumber=number, lazy=True) as font:
        return sum(font.reader.tables[name].length for name in ("CFF ", "GSUB", "GPOS") if name in font.reader.tables)


def _key(file: str, number: int, characters: frozenset[int], flavor: str | None) -> str:
    wanted = hashlib.sha256(",".join(map(str, sorted(characters))).encode()).hexdigest()
    return f"font {own_code()} {own_hash(file)} {number} {flavor} {wanted}"


@lru_cache(maxsize=64)
def cut(file: str, number: int, characters: frozenset[int], flavor: str | None) -> bytes:
    """A font file reduced to some characters, keeping all shaping; `flavor` is "woff2" or None."""
    if _project.cache is None:
        return _cut(file, number, characters, flavor)
    key = _key(file, number, characters, flavor)
    data = _project.cache.get(key)
    if data is None or not data.startswith(_STARTS):
        data = _cut(file, number, characters, flavor)
        if key == _key(file, number, characters, flavor):  # else somebody has put another font there meanwhile
            _project.cache.put(key, data)
    return data


def _cut(file: str, number: int, characters: frozenset[int], flavor: str | None) -> bytes:
    from fontTools import subset  # here: it takes a third of a second to load, and most fonts were cut before

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
    with _opened(file) as source, subset.load_font(source, options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        _renumber(font)
        out = io.BytesIO()
        subset.save_font(font, out, options)
        return out.getvalue()


def own_hash(file: str) -> str:
    """The hash of a font file. Raises `FontMissing`."""
    path = locate(file)
    return _hash(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _hash(path: Path, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def own_code() -> str:
    """What cuts: this module and its libraries."""
    versions = [metadata.version(name) for name in ("fonttools", "brotli")]
    return " ".join((*versions, hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]))


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


def dotted_circles(language: Language) -> dict[tuple[str, bool], int]:
    """The glyph of the dotted circle in the fonts of a language's PDF, by (family, whether bold)."""
    found = {}
    for name, face in zip(print_families(language), (language.face, LATIN), strict=False):
        for bold, file in ((False, face.regular), (True, face.bold)):
            glyph = None if is_collection(face) else _glyph(file, 0x25CC)
            if glyph:
                found[name, bold] = glyph
    return found


@lru_cache(maxsize=64)
def _glyph(file: str, character: int) -> int | None:
    with _opened(file) as source, TTFont(source, lazy=True) as font:
        name = font.getBestCmap().get(character)
        return font.getGlyphID(name) if name else None


@lru_cache(maxsize=32)
def coverage(file: str, number: int = 0) -> frozenset[int]:
    """The characters that a font file can draw."""
    with _opened(file) as source, TTFont(source, fontNumber=number, lazy=True) as font:
        return frozenset(font.getBestCmap())
