"""Prove a finished recording: decode it, and find the sound of each warning where its words claim to be.

The words and their times are read from the file's own tags. What each sentence should sound like is
made anew, by calling espeak-ng directly (not through pyttsx3), or taken from the person's recording;
then it is compared with the decoded samples. A cut, swapped or silenced sentence does not match.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import soundfile
from mutagen.id3 import ID3, ID3NoHeaderError
from mutagen.mp3 import HeaderNotFoundError
from numpy.typing import NDArray

from ..model import Edition, Finding, Place
from ..script import sentences
from .expect import finding, normal, warnings_of, words_of

Expected = Callable[[Sequence[str], bool], Mapping[str, NDArray[np.int16]]]
Samples = NDArray[np.float64]

LIKE = 0.85  # correlation of decoded and expected sound; a right sentence has 0.97 and more
_SEARCH = 0.08  # seconds to either side of the claimed start


def prove_audio(
    data: bytes, edition: Edition, path: str, expected: Expected, *, whole_blocks: bool = False
) -> tuple[tuple[Place, ...], tuple[Finding, ...], float]:
    """Where each warning is spoken (seconds), what is wrong, and the length in seconds.

    `expected(texts, slow)` gives the sound (int16 at the file's rate) of each text. `whole_blocks`: a person has
    read block by block, so cues are blocks and not sentences. Each warning must be spoken twice or more.
    """
    found: list[Finding] = []

    def complain(code: str, message: str, hint: str, warning: str = "") -> None:
        found.append(finding(edition, "audio", path, code, message, hint, warning))

    try:
        tags = ID3(io.BytesIO(data))
        (lyrics,) = tags.getall("SYLT")
        cues = [(normal(text), time / 1000) for text, time in lyrics.text]
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float64")
    except (ID3NoHeaderError, HeaderNotFoundError, ValueError, soundfile.SoundFileError, OSError) as error:
        complain("proof-unreadable", f"the recording can't be read: {error}", "build again")
        return (), tuple(found), 0.0
    seconds = len(samples) / rate
    language = [str(t) for frame in tags.getall("TXXX:language") for t in frame.text]
    if language != [edition.language.tag]:
        complain("proof-language", f"the recording says its language is {language}", f"it must say {edition.language.tag}")

    def split(words: str) -> tuple[str, ...]:
        return (words,) if whole_blocks else tuple(map(normal, sentences(words, edition.language.sentence_ends)))

    plan = {w: [s for _, words in blocks for s in split(words)] for w, blocks in warnings_of(edition, edition.text)}
    notices = [s for notice in edition.notices for s in split(words_of(notice))]
    sounds = expected(sorted({s for rows in plan.values() for s in rows}), True)
    opening = expected(sorted(set(notices)), False)
    texts = [text for text, _ in cues]
    places: list[Place] = []
    for warning, rows in plan.items():
        times: list[tuple[float, float]] = []
        spoken = _runs(texts, rows)
        for start in spoken:
            spans = [_heard(samples, rate, cues[start + n][1], sounds.get(row)) for n, row in enumerate(rows)]
            bad = next((n for n, span in enumerate(spans) if span is None), None)
            if bad is not None:
                at = cues[start + bad][1]
                complain("proof-silence", f"at {at:.1f} s the recording does not say “{rows[bad]}”", "build again", warning)
            else:
                times.append((spans[0][0], spans[-1][1]))  # type: ignore[index]
        if not rows:
            complain("proof-warning-missing", f"the text does not carry “{warning}”", "add it to the text", warning)
        elif len(spoken) < 2:
            complain("proof-warning-missing", f"the warning is spoken {len(spoken)} times instead of twice or more: “{' '.join(rows)}”",
                     "build again", warning)  # fmt: skip
        elif len(times) == len(spoken):
            places.append(Place(warning, times=tuple(times)))
    for row in notices:
        at = next((time for text, time in cues[:40] if text == row), None)
        if at is None or _heard(samples, rate, at, opening.get(row)) is None:
            complain("proof-notice", f"the opening does not say “{row}”", "build again")
    return tuple(places), tuple(found), seconds


def _runs(texts: list[str], rows: list[str]) -> list[int]:
    """Where `rows` stand in `texts` one after the other."""
    return [n for n in range(len(texts) - len(rows) + 1) if rows and texts[n : n + len(rows)] == rows]


def _heard(samples: Samples, rate: int, at: float, sound: NDArray[np.int16] | None) -> tuple[float, float] | None:
    """(start, end) in seconds of a sound near a time, or None if the samples there are something else."""
    if sound is None or not sound.size:
        return None
    wanted = sound.astype(np.float64)
    begin = max(0, int((at - _SEARCH) * rate))
    window = samples[begin : begin + wanted.size + int(2 * _SEARCH * rate)]
    if window.size < wanted.size:
        return None
    size = 1 << int(np.ceil(np.log2(window.size + wanted.size)))
    cross = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(wanted, size)), size)[: window.size - wanted.size + 1]
    power = np.cumsum(np.concatenate([[0.0], window**2]))
    energy = power[wanted.size :] - power[: power.size - wanted.size]
    with np.errstate(divide="ignore", invalid="ignore"):
        likeness = np.where(energy > 1e-9, cross / np.sqrt(energy * np.sum(wanted**2)), 0.0)
    best = int(np.argmax(likeness))
    if likeness[best] < LIKE:
        return None
    start = (begin + best) / rate
    return round(start, 3), round(start + wanted.size / rate, 3)
