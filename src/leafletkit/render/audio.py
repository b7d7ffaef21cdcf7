"""The recording: an MP3 with chapters and the words of each sentence, and a WebVTT transcript.

Voices come from `speech` (synthetic) or `recordings` (a person). Cues are exact because the
recording is put together sentence by sentence.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import lameenc
import numpy as np
from mutagen.id3 import CHAP, COMM, CTOC, ID3, SYLT, TALB, TDRC, TIT2, TLAN, TPE1, TXXX, CTOCFlags

from ..model import Edition
from ..recordings import Recordings
from ..script import Segment, script, sentences
from ..speech import RATE, Samples, Speaker
from ..voices import Voice

LEAD = 2.0  # seconds of silence at both ends
SENTENCE_PAUSE = 0.5
BITRATE = 64
# LAME puts this many samples before the first; they are taken off the silence at the start.
_ENCODER_DELAY = 1105


@dataclass(frozen=True)
class Cue:
    """One sentence of the recording: its samples run from `start` to `end` (sample numbers)."""

    start: int
    end: int
    text: str
    segment: Segment


@dataclass(frozen=True)
class Recorded:
    mp3: bytes
    vtt: bytes
    seconds: float


def synthesise(edition: Edition, voice: Voice, speaker: Speaker) -> Recorded:
    """The recording in a computer voice. Raises `speech.SpeechError`; a recording is whole or not made."""
    memory: dict[tuple[str, int], Samples] = {}

    def say(segment: Segment) -> list[tuple[str, Samples]]:
        rate = voice.slow if segment.pace == "slow" else voice.rate
        out = []
        for sentence in sentences(segment.text, edition.language.sentence_ends):
            spoken = voice.spoken(sentence)
            if (spoken, rate) not in memory:
                memory[spoken, rate] = speaker.speak(spoken, voice.name, rate)
            out.append((sentence, memory[spoken, rate]))
        return out

    return _record(edition, script(edition, synthetic=True), say, RATE, f"Computer voice: {voice.name}")


def from_recordings(edition: Edition, recordings: Recordings) -> Recorded:
    """The recording put together from takes that a person has read."""
    segments = script(edition, synthetic=False)
    return _record(
        edition, segments, lambda s: [(s.text, recordings.takes[s.take])], recordings.rate, f"Read by {recordings.reader}"
    )


def _record(
    edition: Edition,
    segments: Sequence[Segment],
    say: Callable[[Segment], list[tuple[str, Samples]]],
    rate: int,
    narrator: str,
) -> Recorded:
    def silence(seconds: float) -> Samples:
        return np.zeros(int(seconds * rate), np.int16)

    parts: list[Samples] = [silence(LEAD)]
    position = parts[0].size
    cues: list[Cue] = []
    for segment in segments:
        pieces = say(segment)
        for number, (text, samples) in enumerate(pieces):
            cues.append(Cue(position, position + samples.size, text, segment))
            pause = silence(segment.pause if number == len(pieces) - 1 else SENTENCE_PAUSE)
            parts += [samples, pause]
            position += samples.size + pause.size
    parts.append(silence(LEAD))
    samples = np.concatenate(parts)
    mp3 = _tag(_encode(samples[_ENCODER_DELAY:], rate), edition, cues, samples.size, rate, narrator)
    return Recorded(mp3, _vtt(cues, rate, edition).encode(), samples.size / rate)


def _encode(samples: Samples, rate: int) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(BITRATE)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_quality(2)
    encoder.silence()
    return bytes(encoder.encode(samples.astype("<i2").tobytes())) + bytes(encoder.flush())


def _tag(mp3: bytes, edition: Edition, cues: Sequence[Cue], length: int, rate: int, narrator: str) -> bytes:
    """Title, language, publisher, chapters and the words with their times (ID3v2.3)."""
    meta, language = edition.leaflet.meta, edition.language

    def ms(sample: int) -> int:
        return round(sample * 1000 / rate)

    tags = ID3()
    tags.add(TIT2(encoding=1, text=cues[0].segment.chapter or cues[0].text))
    tags.add(TALB(encoding=1, text=f"{meta.id} {meta.version}"))
    tags.add(TPE1(encoding=1, text=edition.publisher))
    tags.add(TLAN(encoding=0, text=language.iso639_2))
    tags.add(TDRC(encoding=0, text=meta.last_updated.isoformat()))
    tags.add(TXXX(encoding=1, desc="language", text=language.tag))
    tags.add(TXXX(encoding=1, desc="narrator", text=narrator))
    tags.add(COMM(encoding=1, lang=language.iso639_2, desc="", text="\n".join(edition.notices)))
    chapters = [(cue.start, cue.segment.chapter) for n, cue in enumerate(cues)
                if cue.segment.chapter and (n == 0 or cues[n - 1].segment is not cue.segment)]  # fmt: skip
    ends = [start for start, _ in chapters[1:]] + [length]
    for number, ((start, name), end) in enumerate(zip(chapters, ends, strict=True)):
        tags.add(
            CHAP(
                element_id=f"chapter{number:03}", start_time=ms(start), end_time=ms(end),
                start_offset=0xFFFFFFFF, end_offset=0xFFFFFFFF, sub_frames=[TIT2(encoding=1, text=name)],
            )
        )  # fmt: skip
    # The table of contents holds at most 255 chapters.
    tags.add(
        CTOC(
            element_id="toc", flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
            child_element_ids=[f"chapter{n:03}" for n in range(min(len(chapters), 255))],
            sub_frames=[TIT2(encoding=1, text=edition.words["nav-contents"])],
        )
    )  # fmt: skip
    words = [(cue.text, ms(cue.start)) for cue in cues]
    tags.add(SYLT(encoding=1, lang=language.iso639_2, format=2, type=1, desc="words", text=words))
    tags.update_to_v23()
    out = io.BytesIO(mp3)
    tags.save(out, v2_version=3)
    return out.getvalue()


def _vtt(cues: Sequence[Cue], rate: int, edition: Edition) -> str:
    """The transcript; each cue is named after its segment."""

    def time(sample: int) -> str:
        total = round(sample * 1000 / rate)
        return f"{total // 3_600_000:02}:{total // 60_000 % 60:02}:{total // 1000 % 60:02}.{total % 1000:03}"

    rows = [f"WEBVTT\nLanguage: {edition.language.tag}\n"]
    counts: dict[str, int] = {}
    for cue in cues:
        counts[cue.segment.id] = counts.get(cue.segment.id, 0) + 1
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        rows.append(f"{cue.segment.id}.{counts[cue.segment.id]}\n{time(cue.start)} --> {time(cue.end)}\n{text}\n")
    return "\n".join(rows)
