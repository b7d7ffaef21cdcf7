"""Change finished recordings: take samples and tags apart, change some, and put the file together again; and prove the result."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lameenc
import numpy as np
import soundfile
from mutagen.id3 import CHAP, CTOC, ID3
from numpy.typing import NDArray

from leafletkit import fonts
from leafletkit.cache import Cache
from leafletkit.model import Edition, Place
from leafletkit.project import Project
from leafletkit.proof.audio import prove_audio
from leafletkit.proof.resynthesis import Resynthesis
from leafletkit.render.audio import Recorded, synthesise
from leafletkit.render.cover import render_cover
from leafletkit.segments import Segments
from leafletkit.speech import RATE
from leafletkit.voices import Voice

from .conftest import ROOT

DELAY = 1105  # samples that the encoder adds in front
Samples = NDArray[np.int16]
Say = Callable[[Sequence[tuple[str, bool]]], Mapping[tuple[str, bool], Samples]]


def tags_of(mp3: bytes) -> ID3:
    return ID3(io.BytesIO(mp3))


def decode(mp3: bytes) -> Samples:
    samples: Samples = soundfile.read(io.BytesIO(mp3), dtype="int16")[0].copy()
    return samples


def encode(samples: Samples) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(7)
    encoder.silence()
    return bytes(encoder.encode(samples[DELAY:].astype("<i2").tobytes())) + bytes(encoder.flush())


def with_sound(mp3: bytes, samples: Samples) -> bytes:
    """The file with other samples, and its tags as they were."""
    return mp3[: tags_of(mp3).size] + encode(samples)


def with_samples(mp3: bytes, change: Callable[[Samples], None]) -> bytes:
    """The file with its samples changed in place, and its tags as they were."""
    samples = decode(mp3)
    change(samples)
    return with_sound(mp3, samples)


def silenced(mp3: bytes, first: int, last: int) -> bytes:
    return with_samples(mp3, lambda samples: samples.__setitem__(slice(first, last), 0))


def put_at(samples: Samples, first: int, last: int, sound: Samples) -> None:
    """Another sound in place of what is there; what doesn't fit is cut off."""
    samples[first:last] = 0
    room = samples[first : min(last, first + sound.size)]
    room[:] = sound[: room.size]


def frames_of(tag: bytes) -> list[bytes]:
    """The frames of an ID3v2.3 tag, as they stand in the file."""
    frames, position = [], 10
    while position + 10 <= len(tag) and tag[position]:
        end = position + 10 + int.from_bytes(tag[position + 4 : position + 8], "big")
        frames.append(tag[position:end])
        position = end
    return frames


def chapter_start(frame: bytes) -> int:
    at = frame.index(b"\0", 10) + 1
    return int.from_bytes(frame[at : at + 4], "big")


def with_tags(mp3: bytes, change: Callable[[ID3], object], order: Callable[[list[bytes]], list[bytes]] | None = None) -> bytes:
    """The file with its tags changed, and its samples as they were. The chapters stay in time order, or get an `order`.

    (mutagen writes frames in the order of their length.)
    """
    tags = ID3(io.BytesIO(mp3), translate=False)
    size = tags.size
    change(tags)
    out = io.BytesIO()
    tags.save(out, v2_version=3, padding=lambda _: 0)
    whole = out.getvalue()
    frames = frames_of(whole)
    chapters = sorted((f for f in frames if f[:4] == b"CHAP"), key=chapter_start)
    rows = iter(order(chapters) if order else chapters)
    return whole[:10] + b"".join(next(rows) if f[:4] == b"CHAP" else f for f in frames) + mp3[size:]


def chapters_of(tags: ID3) -> list[CHAP]:
    return sorted(tags.getall("CHAP"), key=lambda c: c.start_time)


def contents_of(tags: ID3) -> CTOC:
    (contents,) = tags.getall("CTOC")
    return contents


def time_text(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


class Tone:
    """What says sentences without an engine: a tone as long as the text; it remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []

    def __call__(self, wanted: Sequence[tuple[str, bool]]) -> Mapping[tuple[str, bool], Samples]:
        self.asked += dict.fromkeys(wanted)
        return {(text, slow): (8000 * np.sin(np.arange(1000 + 300 * len(text)) / 9)).astype(np.int16) for text, slow in wanted}


@dataclass
class Memory:
    """What sentences should sound like, asked of the engine once."""

    voice: Voice
    sounds: dict[tuple[str, bool], Samples] = field(default_factory=dict)

    def __call__(self, texts: Sequence[str], slow: bool) -> Mapping[str, Samples]:
        missing = [t for t in texts if (t, slow) not in self.sounds]
        self.sounds |= {(t, slow): s for t, s in Resynthesis(self.voice, ROOT)(missing, slow).items()}
        return {t: self.sounds[t, slow] for t in texts}


@dataclass(frozen=True)
class Span:
    """A sentence of a recording: its samples run from `first` to `last`."""

    text: str
    first: int
    last: int


@dataclass
class Case:
    """One edition, its good recording, and what its sentences should sound like."""

    edition: Edition
    voice: Voice
    say: Say
    good: Recorded
    expected: Memory
    path: str = "x.mp3"

    @property
    def mp3(self) -> bytes:
        return self.good.mp3

    def record(self, *, edition: Edition | None = None, voice: Voice | None = None, say: Say | None = None) -> Recorded:
        """Another recording of the same words."""
        return synthesise(edition or self.edition, voice or self.voice, RATE, say or self.say)

    def prove(self, mp3: bytes | None = None, vtt: bytes | None = None, chapters: bytes | None = None, **other: Any) -> tuple[tuple[Place, ...], list[str]]:
        """The places and the codes of the good files with some of them replaced."""
        files = tuple(new if new is not None else old for new, old in zip((mp3, vtt, chapters), (self.mp3, self.good.vtt, self.good.chapters_vtt), strict=True))
        options = {"letters": self.voice.letters, "spoken": self.voice.spoken, "slower": self.voice.rate / self.voice.slow} | other
        expected = options.pop("expected", self.expected)
        places, findings, _ = prove_audio(files, self.edition, self.path, expected, **options)
        for f in findings:
            assert (*self.edition.key, "audio") == (f.leaflet, f.language, f.format)
            stem = self.path.removesuffix(".mp3")
            assert f.path in ((f"{stem}.vtt", f"{stem}.chapters.vtt") if f.code == "proof-transcript" else (self.path,)), f
            assert f.message and f.hint
        return places, [f.code for f in findings]

    def prove_all(self, recorded: Recorded, **other: Any) -> tuple[tuple[Place, ...], list[str]]:
        return self.prove(recorded.mp3, recorded.vtt, recorded.chapters_vtt, **other)

    def spans(self, start: str = "") -> list[Span]:
        """Each sentence (that starts with some words), by the times of the file's own tags and the transcript's ends."""
        ends = [row.split(" --> ")[1] for row in self.good.vtt.decode().split("\n") if " --> " in row]
        cues = tags_of(self.mp3).getall("SYLT")[0].text
        rows = [Span(text, begin * RATE // 1000, round(seconds_of(end) * RATE)) for (text, begin), end in zip(cues, ends, strict=True)]
        found = [row for row in rows if row.text.startswith(start)]
        assert found, start
        return found


def make_cases(project: Project, editions: Mapping[tuple[str, str], Edition], folder: Path) -> dict[str, Case]:
    """The recordings of clean-hands in two languages; sentences are kept in the folder."""
    fonts.use(ROOT)
    out = {}
    for tag in ("en-GB", "pl"):
        edition, voice = editions["clean-hands", tag], project.voices[tag]
        say = Segments(voice, ROOT, Cache(folder)).sounds
        good = synthesise(edition, voice, RATE, say, render_cover(edition, ROOT / "styles"))
        out[tag] = Case(edition, voice, say, good, Memory(voice))
    return out


def seconds_of(time: str) -> float:
    hours, minutes, seconds = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
