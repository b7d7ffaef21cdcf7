"""The recording: an MP3 with chapters and the words of each sentence, a WebVTT transcript, and its chapters as WebVTT.

The sound comes from `segments` (synthetic) or `recordings` (a person). Cues are exact because the
recording is put together sentence by sentence.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import lameenc
import numpy as np
import soundfile
from mutagen.id3 import APIC, CHAP, COMM, CTOC, ID3, SYLT, TALB, TDRC, TIT2, TLAN, TPE1, TPUB, TXXX, CTOCFlags

from .. import inline
from ..loudness import CEILING, PEAK, Signal, evened, levelled, true_peak
from ..model import Edition
from ..recordings import Recordings
from ..script import LEAD, Line, lines, script
from ..speech import Samples
from ..voices import Voice
from .opus import encode_opus

Say = Callable[[Sequence[tuple[str, bool]]], Mapping[tuple[str, bool], Samples]]

BITRATE = 64
# LAME puts this many samples before the first; they are taken off the silence at the start.
_ENCODER_DELAY = 1105
_PART = 1 << 20  # samples that are handed to LAME at once


@dataclass(frozen=True)
class Cue:
    """One sentence of the recording: its samples run from `start` to `end` (sample numbers)."""

    start: int
    end: int
    line: Line

    @property
    def chapter(self) -> str | None:
        """The name of the chapter that begins here."""
        return self.line.segment.chapter if self.line.first else None


@dataclass(frozen=True)
class Recorded:
    """The finished files and the length in seconds; `chapters`: where each begins, in seconds, and its name; `opus`: if asked for."""

    mp3: bytes
    vtt: bytes
    chapters_vtt: bytes
    seconds: float
    chapters: tuple[tuple[float, str], ...]
    opus: bytes = b""

    @property
    def files(self) -> tuple[bytes, ...]:
        """In the order of `links.AUDIO_FILES`; the Opus file only if there is one."""
        return (self.mp3, self.vtt, self.chapters_vtt, *((self.opus,) if self.opus else ()))


def synthesise(edition: Edition, voice: Voice, rate: int, say: Say, cover: bytes = b"", *, opus: bool = False) -> Recorded:
    """The recording in a computer voice. `say` gives the sound (int16, `rate` a second) of texts at a pace.

    Raises what `say` raises; a recording is whole or not made.
    """
    ends = edition.language.sentence_ends

    def wanted(line: Line) -> tuple[str, bool]:
        return voice.spoken(line.text), line.slow

    rows = lines(script(edition, synthetic=True), ends)
    sounds = dict(say([wanted(line) for line in rows]))
    seconds = 2 * LEAD + sum(sounds[wanted(line)].size / rate + line.pause for line in rows)
    # The length is said in the recording, which is the longer for it.
    rows = lines(script(edition, synthetic=True, minutes=max(1, round((seconds + 5) / 60))), ends)
    sounds |= say([wanted(line) for line in rows if wanted(line) not in sounds])
    signals = {key: _signal(samples) for key, samples in sounds.items()}
    return _record(edition, rows, [signals[wanted(line)] for line in rows], rate, f"Computer voice: {voice.engine} {voice.name}", cover, opus)


def from_recordings(edition: Edition, recordings: Recordings, cover: bytes = b"", *, opus: bool = False) -> Recorded:
    """The recording put together from takes that a person has read, each brought to the same loudness."""
    rows = lines(script(edition, synthetic=False), edition.language.sentence_ends, whole=True)
    takes = {name: evened(_signal(samples), recordings.rate) for name, samples in recordings.takes.items()}
    pieces = [takes[line.segment.take] for line in rows]
    return _record(edition, rows, pieces, recordings.rate, f"Read by {recordings.reader}", cover, opus)


def _signal(samples: Samples) -> Signal:
    return samples.astype(np.float32) / np.float32(32768)


def _record(edition: Edition, rows: Sequence[Line], pieces: list[Signal], rate: int, narrator: str, cover: bytes, opus: bool) -> Recorded:
    gaps = [int(line.pause * rate) for line in rows]
    position = lead = int(LEAD * rate)
    cues = []
    for line, piece, gap in zip(rows, pieces, gaps, strict=True):
        cues.append(Cue(position, position + piece.size, line))
        position += piece.size + gap
    length = position + lead
    sound, even = _below_the_peak(pieces, gaps, rate, length)
    mp3 = _tag(sound, edition, cues, length, rate, narrator, cover)
    chapters = tuple((cue.start / rate, cue.chapter) for cue in cues if cue.chapter)
    small = b""
    if opus:
        named = [(_time(start), name) for start, _, name in _chapters(cues, length, rate)]
        small = encode_opus([(c.start, p) for c, p in zip(cues, even, strict=True)], length, rate, edition, named, cover)
    return Recorded(mp3, _vtt(cues, rate, edition).encode(), _chapters_vtt(cues, length, rate, edition).encode(), length / rate, chapters, small)


def _below_the_peak(pieces: list[Signal], gaps: list[int], rate: int, length: int) -> tuple[bytes, list[Signal]]:
    """The pieces as MP3, and each, at the right loudness. MP3 raises some peaks: if it is one too many, they start lower."""
    lead, ceiling, mp3 = int(LEAD * rate), CEILING, b""
    for _ in range(4):
        even = levelled(pieces, gaps, rate, ceiling)
        samples, position = np.zeros(length, np.int16), lead
        for piece, gap in zip(even, gaps, strict=True):
            samples[position : position + piece.size] = np.clip(np.round(piece * 32767), -32767, 32767)
            position += piece.size + gap
        mp3 = _encode(samples[_ENCODER_DELAY:], rate)
        over = true_peak(soundfile.read(io.BytesIO(mp3), dtype="float32")[0]) - (PEAK - 0.1)
        if over <= 0:
            break
        ceiling -= over + 0.2
    return mp3, even


def _encode(samples: Samples, rate: int) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(BITRATE)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_quality(7)  # at 64 kbit/s for speech the plain way is nearest to the original, and takes half the time
    encoder.silence()
    parts = [encoder.encode(samples[n : n + _PART].astype("<i2").tobytes()) for n in range(0, samples.size, _PART)]
    return b"".join(bytes(part) for part in (*parts, encoder.flush()))


def _tag(mp3: bytes, edition: Edition, cues: Sequence[Cue], length: int, rate: int, narrator: str, cover: bytes) -> bytes:
    """Title, language, publisher, cover, chapters and the words with their times (ID3v2.3)."""
    meta, language = edition.leaflet.meta, edition.language
    tags = ID3()
    tags.add(TIT2(encoding=1, text=inline.plain(edition.text.title.text)))
    tags.add(TALB(encoding=1, text=f"{meta.id} {meta.version}"))
    tags.add(TPE1(encoding=1, text=edition.publisher))
    tags.add(TPUB(encoding=1, text=edition.publisher))
    tags.add(TLAN(encoding=0, text=language.iso639_2))
    tags.add(TDRC(encoding=0, text=meta.last_updated.isoformat()))
    tags.add(TXXX(encoding=1, desc="language", text=language.tag))
    tags.add(TXXX(encoding=1, desc="narrator", text=narrator))
    tags.add(COMM(encoding=1, lang=language.iso639_2, desc="", text="\n".join(edition.notices)))
    if cover:
        tags.add(APIC(encoding=1, mime="image/png", type=3, desc="", data=cover))
    rows = list(_chapters(cues, length, rate))
    for number, (start, end, name) in enumerate(rows):
        tags.add(
            CHAP(
                element_id=f"chapter{number:03}", start_time=start, end_time=end,
                start_offset=0xFFFFFFFF, end_offset=0xFFFFFFFF, sub_frames=[TIT2(encoding=1, text=name)],
            )
        )  # fmt: skip
    # The table of contents holds at most 255 chapters.
    tags.add(
        CTOC(
            element_id="toc", flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
            child_element_ids=[f"chapter{n:03}" for n in range(min(len(rows), 255))],
            sub_frames=[TIT2(encoding=1, text=edition.words["nav-contents"])],
        )
    )  # fmt: skip
    words = [(cue.line.text, _ms(cue.start, rate)) for cue in cues]
    tags.add(SYLT(encoding=1, lang=language.iso639_2, format=2, type=1, desc="words", text=words))
    tags.update_to_v23()
    out = io.BytesIO()
    tags.save(out, v2_version=3)
    return _in_time_order(out.getvalue()) + mp3


def _in_time_order(tag: bytes) -> bytes:
    """An ID3v2.3 tag with its chapters in the order of time: mutagen sorts frames by their length, and players keep that order."""
    frames, position = [], 10
    while position + 10 <= len(tag) and tag[position] != 0:
        end = position + 10 + int.from_bytes(tag[position + 4 : position + 8], "big")
        frames.append(tag[position:end])
        position = end
    chapters = iter(sorted((f for f in frames if f[:4] == b"CHAP"), key=lambda f: f[10 : f.index(b"\0", 10)]))
    return tag[:10] + b"".join(next(chapters) if f[:4] == b"CHAP" else f for f in frames) + tag[position:]


def _chapters(cues: Sequence[Cue], length: int, rate: int) -> list[tuple[int, int, str]]:
    """(start, end, name) of each chapter, in milliseconds, with no gaps."""
    starts = [(_ms(cue.start, rate), cue.chapter) for cue in cues if cue.chapter]
    ends = [start for start, _ in starts[1:]] + [_ms(length, rate)]
    return [(start, end, name) for (start, name), end in zip(starts, ends, strict=True)]


def _ms(sample: int, rate: int) -> int:
    return round(sample * 1000 / rate)


def _time(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _vtt(cues: Sequence[Cue], rate: int, edition: Edition) -> str:
    """The transcript; each cue is named after its segment."""
    rows = [f"WEBVTT\nLanguage: {edition.language.tag}\n"]
    counts: dict[str, int] = {}
    for cue in cues:
        name = cue.line.segment.id
        counts[name] = counts.get(name, 0) + 1
        rows.append(f"{name}.{counts[name]}\n{_time(_ms(cue.start, rate))} --> {_time(_ms(cue.end, rate))}\n{_escaped(cue.line.text)}\n")
    return "\n".join(rows)


def _chapters_vtt(cues: Sequence[Cue], length: int, rate: int, edition: Edition) -> str:
    """The chapters, for a page's player."""
    rows = [f"WEBVTT\nLanguage: {edition.language.tag}\n"]
    for start, end, name in _chapters(cues, length, rate):
        rows.append(f"{_time(start)} --> {_time(end)}\n{_escaped(name)}\n")
    return "\n".join(rows)
