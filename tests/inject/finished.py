"""Plant faults in finished files: a warning cut from a PDF, hidden in a page, silenced in a recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray

from leafletkit.fonts import print_families
from leafletkit.model import Edition, Finding, FormatName, Place
from leafletkit.proof.audio import prove_audio
from leafletkit.proof.expect import words_of
from leafletkit.proof.html import prove_page
from leafletkit.proof.pdf import prove_pdf
from leafletkit.proof.resynthesis import Resynthesis
from leafletkit.speech import RATE
from leafletkit.voices import Voice

from ..audio_support import silenced
from ..pdf_support import changed, silence, undraw

Row = tuple[str, str, tuple[str, ...]]  # kind, warning, codes


def in_pages(edition: Edition, folder: Path) -> Iterator[Row]:
    """Hide each warning of the web and the easy-read page in three ways."""
    for fmt, name, document in (("web", "index.html", edition.text), ("easy-read", "easy-read.html", edition.easy_read)):
        page = (folder / name).read_text("utf-8")
        for warning in edition.leaflet.warnings:
            block = document.carrying(warning.id)[0].id
            mark = f'id="{block}"'
            assert page.count(mark) == 1, (edition.key, fmt, block)
            for kind, new in (
                ("hidden in the page", f"{mark} hidden"),
                ("hidden in the page", f'{mark} style="display:none"'),
                ("cut from the page", f'id="gone-{block}"'),
            ):
                data = page.replace(mark, new).encode()
                places, findings = prove_page(data, edition, document, fmt, name)
                yield kind, warning.id, _caught(warning.id, places, findings)


def in_pdf(edition: Edition, fmt: FormatName, data: bytes) -> Iterator[Row]:
    """Cut each warning from the PDF: out of its structure, off its pages, and both."""
    families = print_families(edition.language)
    for warning in edition.leaflet.warnings:
        words = words_of(edition.text.carrying(warning.id)[0].text)

        numbers = (0,) if fmt == "easy-read-print" else (0, 1)  # the others give each warning twice

        def both(pdf: pikepdf.Pdf, words: str = words, numbers: tuple[int, ...] = numbers) -> None:
            undraw(pdf, words, numbers)
            for number in reversed(numbers):
                silence(pdf, words, number)

        def wiped(pdf: pikepdf.Pdf, words: str = words, numbers: tuple[int, ...] = numbers) -> None:
            undraw(pdf, words, numbers)

        for kind, change in (("cut from the PDF", both), ("wiped off the page of the PDF, left in its structure", wiped)):
            places, findings, _ = prove_pdf(changed(data, change), edition, fmt, "x.pdf", families)
            yield kind, warning.id, _caught(warning.id, places, findings)


@dataclass
class Memory:
    """What sentences should sound like, asked of the engine once."""

    voice: Voice
    sounds: dict[tuple[str, bool], NDArray[np.int16]]

    def __call__(self, texts: Sequence[str], slow: bool) -> Mapping[str, NDArray[np.int16]]:
        missing = [t for t in texts if (t, slow) not in self.sounds]
        if missing:
            self.sounds |= {(t, slow): s for t, s in Resynthesis(self.voice, Path())(missing, slow).items()}
        return {t: self.sounds[t, slow] for t in texts}


def in_recording(edition: Edition, files: Sequence[bytes], voice: Voice) -> Iterator[Row]:
    """Silence each warning of the recording, once, where it is first spoken. `files`: the MP3, its transcript and its chapters."""
    data, *beside = files
    memory = Memory(voice, {})
    good, none, _ = prove_audio((data, *beside), edition, "x.mp3", memory)
    assert not none, none
    for place in good:
        start, end = place.times[0]
        bad = silenced(data, int(start * RATE), int(end * RATE))
        places, findings, _ = prove_audio((bad, *beside), edition, "x.mp3", memory)
        yield "silenced in the recording", place.warning, _caught(place.warning, places, findings)


def _caught(warning: str, places: tuple[Place, ...], findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """The codes found; they count only if the warning is then nowhere said to be proved."""
    codes = tuple(dict.fromkeys(f.code for f in findings))
    return codes if not any(p.warning == warning for p in places) or any(f.warning == warning for f in findings) else ()
