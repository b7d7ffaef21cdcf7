"""Prove the Opus file of a recording by its MP3, which was proved sentence by sentence."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import soundfile
from mutagen import MutagenError
from mutagen.oggopus import OggOpus
from numpy.typing import NDArray

from ..loudness import PEAK, TARGET, TOLERANCE, Signal, integrated, resampled, true_peak
from ..model import Edition, Finding
from .expect import finding, normal, words_of

# Opus does not keep the very wave, as MP3 nearly does: right sentences have a likeness of 0.96 and more, wrong ones next to none.
_LIKE = 0.9
_FRAME, _AUDIBLE, _LOST = 0.1, 0.05, 0.1  # seconds; of the mean energy; of its own energy
_SEARCH = 0.01  # seconds
_SHORT, _LOUDER, _FAINT = 0.02, 2.0, 0.02  # seconds; how much louder than the MP3 such a piece may be (1 is the loudest possible)


def prove_opus(
    data: bytes, mp3: Signal, rate: int, spans: Sequence[tuple[float, float]], chapters: Sequence[tuple[float, float, str]], edition: Edition, path: str
) -> tuple[Finding, ...]:
    """What is wrong with an Opus file. `mp3` are the samples of the proved recording, `spans` where each sentence is in it (seconds)."""
    found: list[Finding] = []

    def complain(code: str, message: str) -> None:
        found.append(finding(edition, edition.recording, path, code, message, "build again"))

    try:
        tags = OggOpus(io.BytesIO(data))
        samples, own = soundfile.read(io.BytesIO(data), dtype="float32")
    except (MutagenError, soundfile.SoundFileError, ValueError, OSError) as error:
        complain("proof-unreadable", f"the Opus file can't be read: {error}")
        return tuple(found)
    if tags.get("language") != [edition.language.tag]:
        complain("proof-language", f"the Opus file says its language is {tags.get('language')}")
    names = [(tags.get(f"CHAPTER{n:03}", [""])[0], tags.get(f"CHAPTER{n:03}NAME", [""])[0]) for n in range(len(chapters))]
    if [(_seconds(time), normal(name)) for time, name in names] != [(start, name) for start, _, name in chapters]:
        complain("proof-chapters", "the chapters of the Opus file are not those of the recording")
    if tags.get("title") != [words_of(edition.text.title.text)] or tags.get("artist") != [edition.publisher]:
        complain("proof-chapters", "the Opus file names another title or publisher")
    if abs(samples.size / own - mp3.size / rate) > 0.3:
        complain("proof-silence", f"the Opus file lasts {samples.size / own:.1f} s, the MP3 {mp3.size / rate:.1f} s")
    elif wrong := [start for start, end in spans if not _alike(samples, own, mp3, rate, start, end)]:
        complain("proof-silence", f"at {wrong[0]:.1f} s the Opus file sounds different from the MP3")
    elif bursts := _bursts(samples, own, mp3, rate):
        complain("proof-loudness", f"at {bursts[0]:.2f} s there is a noise in the Opus file that the MP3 has not")
    loudness, peak = integrated(samples, own), true_peak(samples)
    if not abs(loudness - TARGET) <= TOLERANCE or peak > PEAK + 1:  # −1 dBTP is the most of EBU R 128
        complain("proof-loudness", f"the Opus file has {loudness:.1f} LUFS and peaks of {peak:.1f} dBTP")
    return tuple(found)


def _seconds(time: str) -> float:
    try:
        hours, minutes, seconds = time.split(":")
        return round(int(hours) * 3600 + int(minutes) * 60 + float(seconds), 3)
    except ValueError:
        return -1.0


def _alike(opus: Signal, own: int, mp3: Signal, rate: int, start: float, end: float) -> bool:
    """Whether a sentence sounds the same in both files, as a whole, and has sound wherever the other has."""
    wanted = mp3[int(start * rate) : int(end * rate)]
    low = max(0.0, start - _SEARCH)
    there = resampled(opus[int(low * own) : int((end + _SEARCH) * own)], own, rate)
    lags = there.size - wanted.size
    if lags < 1 or not wanted.size:
        return False
    size = 1 << int(np.ceil(np.log2(there.size + wanted.size)))
    cross = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(wanted, size)), size)[: lags + 1]
    best = int(np.argmax(cross))
    part = there[best : best + wanted.size]
    power = float(np.sum(part * part)) * float(np.sum(wanted * wanted))
    if power <= 0 or float(np.sum(part * wanted)) < _LIKE * power**0.5:
        return False
    frame = int(_FRAME * rate)
    count = wanted.size // frame
    a, b = (np.sum(x[: count * frame].reshape(count, frame) ** 2, axis=1) for x in (part, wanted))
    audible = b > _AUDIBLE * b.mean() if count else np.zeros(0, bool)
    return bool(np.all(a[audible] > _LOST * b[audible]))


def _bursts(opus: Signal, own: int, mp3: Signal, rate: int) -> list[float]:
    """When (in seconds) a fiftieth of a second is much louder than the MP3 is there, just before and just after: a noise too short to be heard as a sentence gone wrong."""
    seconds = min(opus.size / own, mp3.size / rate)
    a, b = (_steps(x, r, int(seconds / _SHORT)) for x, r in ((opus, own), (mp3, rate)))
    near = np.pad(b, 1)
    most = np.maximum(np.maximum(near[:-2], near[2:]), b)
    return [float(n) * _SHORT for n in np.flatnonzero(a > _LOUDER * most + _FAINT)]


def _steps(samples: Signal, rate: int, count: int) -> NDArray[np.float64]:
    """The root of the mean energy of each short piece."""
    edges = np.round(np.arange(count + 1) * _SHORT * rate).astype(np.int64)
    total = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])[edges]
    out: NDArray[np.float64] = np.sqrt(np.maximum(np.diff(total), 0) / np.maximum(np.diff(edges), 1))
    return out
