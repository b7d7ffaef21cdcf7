"""What our own functions add to the libraries that they call: CPU seconds of the same work done by bare calls, and by ours.

- PDF: `render_print` against WeasyPrint's `HTML(…).write_pdf()` of the very same page, styles and fonts.
- Speech: each sentence by our speech server, a process for each, against pyttsx3 in a loop, as its documentation has it.
- Sound: one sentence after the other as MP3, against lameenc with the same settings on the same samples. Ours also makes
  them equally loud, keeps true peaks low, and writes chapters, words and transcripts.

Proofs are left out on both sides, and so is our comparing of each sentence with a second synthesis.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import lameenc
import numpy as np
import weasyprint
from bench.rows import Row
from weasyprint.text.fonts import FontConfiguration

from leafletkit import fonts
from leafletkit.checking import Selection, check
from leafletkit.engines import Engine
from leafletkit.model import PRINT, Edition
from leafletkit.project import load
from leafletkit.render import print as printing
from leafletkit.render.audio import BITRATE, synthesise
from leafletkit.script import lines, script
from leafletkit.speech import RATE, Samples
from leafletkit.voices import Voice

BARE_SPEECH = Path(__file__).resolve().parent / "bare_speech.py"
LANGUAGES = ("en-GB", "ur", "zh-Hans")  # of the recordings
Wanted = tuple[str, bool]


@dataclass(frozen=True)
class Page:
    """What `render_print` at last handed to WeasyPrint, and how many times it did: a foot or a heading may not fit at first."""

    html: str
    css: str
    resources: Mapping[str, bytes]
    layouts: int


def handed_over(edition: Edition, styles: Path, size: int) -> Page:
    """Render once, and keep the page; fonts are cut and templates read from now on."""
    kept: list[Page] = []
    inner = printing.write

    def keeping(html: str, css: str, resources: Mapping[str, bytes], *rest: Any) -> bytes:
        kept.append(Page(html, css, resources, len(kept) + 1))
        return inner(html, css, resources, *rest)

    printing.write = keeping  # type: ignore[assignment]
    try:
        printing.render_print(edition, styles, size)
    finally:
        printing.write = inner
    return kept[-1]


def bare_pdf(page: Page) -> bytes:
    """The same page by the library alone: as whoever follows its documentation would write it."""
    jail = printing.Jail(page.resources)
    configuration = FontConfiguration()
    sheet = weasyprint.CSS(string=page.css, url_fetcher=jail, font_config=configuration, base_url="leaflet:/")
    html = weasyprint.HTML(string=page.html, url_fetcher=jail, base_url="leaflet:/")
    return bytes(html.write_pdf(stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1"))


def used() -> float:
    """CPU seconds of this process and of all it has started, once they have ended."""
    rows = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(row.ru_utime + row.ru_stime for row in rows)


def timed(make: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    before = used()
    made = make()
    return used() - before, made


def bare_speech(voice: Voice, wanted: Sequence[Wanted]) -> list[float]:
    """Seconds of sound in the file of each sentence; 0 if it wrote none."""
    with tempfile.TemporaryDirectory(prefix="leafletkit-bench-") as folder:
        texts = [(text, voice.slow if slow else voice.rate) for text, slow in wanted]
        request = json.dumps({"voice": voice.name, "texts": texts, "folder": folder})
        subprocess.run([sys.executable, str(BARE_SPEECH)], input=request, text=True, check=True, stdout=subprocess.DEVNULL)
        return [_length(Path(folder) / f"{number}.wav") for number in range(len(wanted))]


def _length(path: Path) -> float:
    try:
        with wave.open(str(path)) as file:
            return file.getnframes() / file.getframerate()
    except (OSError, EOFError, wave.Error):
        return 0.0


def our_speech(voice: Voice, root: Path, wanted: Sequence[Wanted]) -> dict[Wanted, Samples]:
    with Engine(voice, root) as engine:
        return {one: engine.speak(one[0], slow=one[1]) for one in wanted}


def bare_sound(rows: Sequence[tuple[Samples, float]]) -> bytes:
    """Sentences and pauses as MP3, by lameenc alone with our settings."""
    whole = np.concatenate([piece for samples, pause in rows for piece in (samples, np.zeros(int(pause * RATE), np.int16))])
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(BITRATE)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(7)
    encoder.silence()
    return bytes(encoder.encode(whole.tobytes())) + bytes(encoder.flush())


class _Table:
    """Seconds by name, a number for each round."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def add(self, name: str, number: int, taken: float) -> None:
        row = self.seconds.setdefault(name, [])
        row += [0.0] * (number + 1 - len(row))
        row[number] += taken


def measure(root: Path, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """The rows of group “b”."""
    fonts.use(root)
    project = load(root)
    editions = check(project, Selection(), date.today()).editions
    table = _Table()
    styles = root / "styles"
    pages = [(e.told(fmt), size) for e in editions.values() for fmt, size in PRINT.items()]
    layouts = lost = sentences = 0
    for edition, size in pages:
        page = handed_over(edition, styles, size)
        layouts += page.layouts
        for number in range(rounds):
            table.add(PDF[0], number, timed(lambda p=page: bare_pdf(p))[0])
            table.add(PDF[1], number, timed(lambda e=edition, s=size: printing.render_print(e, styles, s))[0])
    say(f"b, PDF: {table.seconds}")
    for edition, voice in _read_aloud(editions, project.voices):
        rows = lines(script(edition, synthetic=True), edition.language.sentence_ends)
        wanted = list(dict.fromkeys((voice.spoken(row.text), row.slow) for row in rows))
        sounds: dict[Wanted, Samples] = {}
        for number in range(rounds):
            begun = time.monotonic()
            taken, lengths = timed(lambda v=voice, w=wanted: bare_speech(v, w))
            between = time.monotonic()
            table.add(SPEECH[0], number, taken)
            taken, sounds = timed(lambda v=voice, w=wanted: our_speech(v, root, w))
            table.add(SPEECH[1], number, taken)
            table.add(WAITED[0], number, between - begun)
            table.add(WAITED[1], number, time.monotonic() - between)
            sentences += len(wanted)
            # Less than two thirds of the sound that we have: the file is there, and words are not.
            lost += sum(length < sounds[one].size / RATE * 2 / 3 for one, length in zip(wanted, lengths, strict=True))
        for number in range(rounds):
            pieces = [(sounds[voice.spoken(row.text), row.slow], row.pause) for row in rows]
            table.add(SOUND[0], number, timed(lambda p=pieces: bare_sound(p))[0])
            known = _Known(sounds, voice, root)
            table.add(SOUND[1], number, timed(lambda e=edition, v=voice, k=known: synthesise(e, v, RATE, k))[0] - known.spent)
    say(f"b: {table.seconds}")
    notes = {
        PDF[1]: f"{layouts} layouts for {len(pages)} PDFs: a foot or a heading did not fit at first",
        SPEECH[0]: f"{lost} of {sentences} sentences lost or cut short" if lost else "",
        SOUND[1]: "also loudness, true peaks, chapters, words, transcripts",
    }
    return [Row("b", name, tuple(table.seconds[name]), notes.get(name, ""), "bench/run.py --groups b") for name in (*PDF, *SPEECH, *WAITED, *SOUND)]


PDF = ("PDF: WeasyPrint alone", "PDF: leafletkit")
SPEECH = ("speech: pyttsx3 alone", "speech: leafletkit")
WAITED = ("speech, on the clock: pyttsx3 alone", "speech, on the clock: leafletkit")
SOUND = ("MP3: lameenc alone", "MP3: leafletkit")


class _Known:
    """Gives sounds that are there already. The sentence that says the length is spoken anew; what that takes is `spent`."""

    def __init__(self, sounds: Mapping[Wanted, Samples], voice: Voice, root: Path) -> None:
        self.sounds, self.voice, self.root, self.spent = dict(sounds), voice, root, 0.0

    def __call__(self, wanted: Sequence[Wanted]) -> Mapping[Wanted, Samples]:
        if missing := [one for one in dict.fromkeys(wanted) if one not in self.sounds]:
            taken, fresh = timed(lambda: our_speech(self.voice, self.root, missing))
            self.spent += taken
            self.sounds |= fresh
        return {one: self.sounds[one] for one in wanted}


def _read_aloud(editions: Mapping[tuple[str, str], Edition], voices: Mapping[str, Voice]) -> Iterator[tuple[Edition, Voice]]:
    """The recordings that are measured: of the longest leaflet, in some languages."""
    longest = max(editions.values(), key=lambda e: len(e.text.blocks)).leaflet.id
    for (leaflet, tag), edition in editions.items():
        if leaflet == longest and tag in LANGUAGES and voices[tag].engine == "espeak":
            yield edition, voices[tag]

