"""Read the drawn pages with an eye that knows nothing of the file: Debian's tesseract.

It is the one check that sees wrong letters under right words. Each place of a warning is cut out of the
page, read, and compared with the words that should stand there. A good letter may be misread: so a
place is read in several sizes until it is right, and one letter in a dozen may stay wrong. What the
thresholds can tell apart is measured by tests/print; docs/reference/print.md says what they can't.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

from ..errors import Fault
from ..model import PRINT, Edition, Finding, FormatName, Language, Writing
from .expect import finding, normal, warnings_of
from .pdf_read import Piece, Run, structure
from .raster import Box, Grey, Sheet, sheets

SECONDS = 300  # for one run of tesseract over the places of one file; measured are 1 to 10
_POINTS = 18  # the size of the letters that the resolutions below are meant for
_MARGIN = 30  # pixels of paper around what is cut out
_SHARED = 0.5  # of the lower one's height: runs that share more stand in one line
_EASTERN = str.maketrans("يىئےۓكہھةۃۂأإآٱؤں", "یییییکههههه" + "اااا" + "ون")  # letters that an eye takes for each other
_NOT_WRITTEN = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u06d6-\u06ed]")  # vowel signs and the lengthening stroke
_LATIN = re.compile(r"[\u0041-\u024f\d]")


@dataclass(frozen=True)
class Reader:
    """How a kind of writing is read. `tries`: (dots an inch for 18 points, page segmentation of tesseract).

    `window` and `misread`: so many of so many letters in a row may be wrong. `lines`: each line is read by
    itself and this share of it must be right (for a writing that is read badly). `own`: only letters of the
    script are judged, as a reader of one script guesses at the letters and digits of another.
    """

    tries: tuple[tuple[int, int], ...]
    window: int = 12
    misread: int = 1
    lines: float = 0.0
    own: bool = True


READERS: Mapping[Writing, Reader] = {
    "alphabet": Reader(((100, 6), (150, 6), (200, 6), (80, 6)), own=False),
    "arabic": Reader(((90, 6), (80, 6), (100, 11), (200, 6), (250, 6))),
    "nastaliq": Reader(((80, 6), (100, 7), (120, 6), (200, 7), (300, 7), (60, 6), (105, 7), (250, 6)), lines=0.45),
    "indic": Reader(((100, 6), (130, 6), (200, 6), (80, 6))),
    "han": Reader(((100, 6), (120, 6), (150, 6), (200, 6)), window=6),
}


@dataclass(frozen=True)
class _Place:
    """Words that should be seen in one box of one page."""

    warning: str
    words: str
    page: int
    box: Box | None


def blind(language: Language) -> tuple[str, str] | None:
    """Why a language can't be read by eye on this machine, and what to do; None if it can."""
    if language.eyes is None:
        return f"language.toml of {language.english} does not say how it is read", "give it the table [eyes]: docs/reference/language.md"
    missing = [pack for pack in language.eyes.packs if pack not in _packs()]
    if not missing:
        return None
    names = " ".join(f"tesseract-ocr-{pack.replace('_', '-')}" for pack in missing)
    return f"nothing can read {language.english} by eye: tesseract has no {', '.join(missing)}", f"install it: sudo apt-get install {names}"


def prove_by_eye(data: bytes, edition: Edition, fmt: FormatName, path: str, pages: Collection[int] | None = None) -> tuple[Finding, ...]:
    """What does not read as the warning that should stand there. `pages` (from 1): only these; None for all."""
    if reason := blind(edition.language):
        return (finding(edition, fmt, path, "eyes-missing", *reason),)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pieces = [p for p in structure(pdf) if pages is None or p.page in pages]
        return tuple(_read_all(data, pieces, edition, fmt, path))
    except Fault as fault:
        return (finding(edition, fmt, path, "eyes-missing", fault.what, fault.hint),)


def _read_all(data: bytes, pieces: Sequence[Piece], edition: Edition, fmt: FormatName, path: str) -> Iterator[Finding]:
    assert edition.language.eyes
    reader = READERS[edition.language.eyes.writing]
    with sheets(data) as open_pages:
        places = [place for w, piece in _warnings(pieces, edition) for page in piece.on_pages() for place in _places(w, piece, page, open_pages[page], reader)]
        best = dict.fromkeys(range(len(places)), (-1.0, ""))
        for pack in edition.language.eyes.packs:
            for dots, segmentation in reader.tries:
                open_places = {n: places[n] for n, (score, _) in best.items() if score < 1}
                if not open_places:
                    return
                seen = _read(open_pages, list(open_places.values()), dots * _POINTS / PRINT[fmt], pack, segmentation)
                for n, text in zip(open_places, seen, strict=True):
                    best[n] = max(best[n], (likeness(places[n].words, text, reader), text))
    for n, (score, text) in best.items():
        if score < 1:
            place = places[n]
            yield finding(edition, fmt, path, "proof-eyes", f"“{place.words}” on page {place.page} reads as “{' '.join(text.split())}”",
                          "look at the page; if it is wrong, mend the font or the style", place.warning)  # fmt: skip


def _warnings(pieces: Sequence[Piece], edition: Edition) -> Iterator[tuple[str, Piece]]:
    for warning, blocks in warnings_of(edition, edition.text):
        for _, words in blocks:
            yield from ((warning, piece) for piece in pieces if normal(piece.text) == words)


def _places(warning: str, piece: Piece, page: int, sheet: Sheet, reader: Reader) -> Iterator[_Place]:
    """What is read in one go: the block as far as it stands on the page, or each of its lines."""
    runs = piece.on_pages()[page]
    for part in _lines(runs, sheet) if reader.lines else [runs]:
        yield _Place(warning, normal("".join(run.text for run in part)), page, sheet.box(run.mark for run in part))


def _lines(runs: Sequence[Run], sheet: Sheet) -> list[list[Run]]:
    """The runs of a block by the lines that they stand in, in reading order."""
    lines: list[list[Run]] = []
    for run in runs:
        box, last = sheet.box([run.mark]), sheet.box(r.mark for r in lines[-1]) if lines else None
        shared = min(box.top, last.top) - max(box.bottom, last.bottom) if box and last else 0.0
        if box and last and shared > _SHARED * min(box.top - box.bottom, last.top - last.bottom):
            lines[-1].append(run)
        else:
            lines.append([run])
    return lines


def _read(pages: Mapping[int, Sheet], places: Sequence[_Place], dpi: float, pack: str, segmentation: int) -> list[str]:
    """What tesseract reads in each place; one run for all of them."""
    pixels = {number: pages[number].grey(dpi) for number in {place.page for place in places}}
    with tempfile.TemporaryDirectory(prefix="leafletkit-eyes-") as folder:
        names = []
        for n, place in enumerate(places):
            cut = pages[place.page].cut(pixels[place.page], place.box, dpi) if place.box else np.empty((0, 0), np.uint8)
            names.append(f"{folder}/{n}.png")
            Image.fromarray(_on_paper(cut)).save(names[-1], compress_level=1)
        Path(folder, "list").write_text("\n".join(names) + "\n", "utf-8")
        command = [shutil.which("tesseract") or "tesseract", f"{folder}/list", "-", "-l", pack, "--psm", str(segmentation), "--oem", "1"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
            raise Fault(f"tesseract could not read the pages: {type(error).__name__}", "look after its installation: sudo apt-get install --reinstall tesseract-ocr") from error
    texts = done.stdout.split("\f")  # tesseract 5 puts a form feed between places, and none at the end
    if len(texts) != len(names):
        raise Fault(f"tesseract has read {len(texts)} of {len(names)} places", "build again; if it stays, report it as a fault of the toolkit")
    return texts


def _on_paper(cut: Grey) -> Grey:
    return np.pad(cut if cut.size else np.full((9, 9), 255, np.uint8), _MARGIN, constant_values=255)


@lru_cache(maxsize=1)
def _packs() -> frozenset[str]:
    """The languages that tesseract can read here; none if it is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(done.stdout.split("\n")[1:])


def letters(text: str, own: bool) -> str:
    """Letters, their signs and digits, in one spelling; with `own` without Latin letters and digits."""
    text = _NOT_WRITTEN.sub("", unicodedata.normalize("NFKD", text).casefold())
    kept = (c for c in unicodedata.normalize("NFKC", text).translate(_EASTERN) if unicodedata.category(c)[0] in "LM" or c.isdecimal())
    return "".join(c for c in kept if not (own and _LATIN.match(c)))


def likeness(words: str, seen: str, reader: Reader) -> float:
    """How nearly a text that was seen is the words: 1 and more is near enough."""
    meant, read = letters(words, reader.own), letters(seen, reader.own)
    if not meant:
        return 1.0
    edits = _edits(meant, read)
    if reader.lines:
        return max(0.0, 1 - float(edits[-1].min()) / len(meant)) / reader.lines
    right = _right(meant, read, edits)
    worst = max(right[i : i + reader.window].count(False) for i in range(max(1, len(right) - reader.window + 1)))
    return (reader.window - worst) / (reader.window - reader.misread)


def _edits(meant: str, read: str) -> NDArray[np.int32]:
    """Row i, column j: the fewest edits between the first i letters meant and any passage read that ends at j."""
    places, codes = np.arange(len(read) + 1, dtype=np.int32), np.array([ord(c) for c in read], np.int32)
    table = np.zeros((len(meant) + 1, len(read) + 1), np.int32)
    for i, letter in enumerate(meant, 1):
        row = table[i - 1] + 1
        row[1:] = np.minimum(row[1:], table[i - 1][:-1] + (codes != ord(letter)))
        table[i] = np.minimum.accumulate(row - places) + places
    return table


def _right(meant: str, read: str, edits: NDArray[np.int32]) -> list[bool]:
    """Of each letter meant, whether it is there in the passage that is nearest to the whole."""
    found, i, j = [False] * len(meant), len(meant), int(np.argmin(edits[-1]))
    while i:
        if j and edits[i, j] == edits[i - 1, j - 1] + (meant[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            found[i] = meant[i] == read[j]
        elif edits[i, j] == edits[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return found
