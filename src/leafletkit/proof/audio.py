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
from mutagen import MutagenError
from mutagen.id3 import ID3
from numpy.typing import NDArray

from ..model import Edition, Finding, Place
from ..script import sentences
from .expect import finding, normal, warnings_of, words_of

Expected = Callable[[Sequence[str], bool], Mapping[str, NDArray[np.int16]]]
Samples = NDArray[np.float64]

# A right sentence has a likeness of 0.995 and more as a whole, and no tenth of a second below 0.6;
# a lost "not" leaves 0.97 as a whole, but its own tenths fall to nothing.
LIKE = 0.97
FRAME, FRAME_LIKE = 0.1, 0.5  # seconds; likeness of each frame that should be audible
_AUDIBLE = 0.01  # of the mean energy
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
        claimed = max((frame.end_time for frame in tags.getall("CHAP")), default=0) / 1000
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float64")
    except (MutagenError, ValueError, soundfile.SoundFileError, OSError) as error:
        complain("proof-unreadable", f"the recording can't be read: {error}", "build again")
        return (), tuple(found), 0.0
    seconds = len(samples) / rate
    language = [str(t) for frame in tags.getall("TXXX:language") for t in frame.text]
    standard = [str(t) for frame in tags.getall("TLAN") for t in frame.text]
    if (language, standard) != ([edition.language.tag], [edition.language.iso639_2]):
        complain("proof-language", f"the recording says its language is {language + standard}",
                 f"it must say {edition.language.tag} and {edition.language.iso639_2}")  # fmt: skip
    if abs(seconds - claimed) > 0.3:
        complain("proof-silence", f"the recording lasts {seconds:.1f} s and its chapters {claimed:.1f} s", "build again")

    def split(words: str) -> tuple[str, ...]:
        return (words,) if whole_blocks else tuple(map(normal, sentences(words, edition.language.sentence_ends)))

    plan = {w: [s for _, words in blocks for s in split(words)] for w, blocks in warnings_of(edition, edition.text)}
    others = {b.id: list(split(words_of(b.text))) for b in edition.text.blocks[1:] if not b.warning}
    notices = [s for notice in edition.notices for s in split(words_of(notice))]
    slow = expected(sorted({s for rows in plan.values() for s in rows}), True)
    plain = expected(sorted({s for rows in others.values() for s in rows} | set(notices)), False)
    texts = [text for text, _ in cues]

    def heard(start: int, rows: list[str], sounds: Mapping[str, NDArray[np.int16]], warning: str = "") -> tuple[float, float] | None:
        """The span of a run of sentences if each sounds as it should; else a finding."""
        spans = []
        for n, row in enumerate(rows):
            span = _heard(samples, rate, cues[start + n][1], sounds.get(row))
            if span is None:
                complain("proof-silence", f"at {cues[start + n][1]:.1f} s the recording does not say “{row}”", "build again", warning)
                return None
            spans.append(span)
        return spans[0][0], spans[-1][1]

    places: list[Place] = []
    for warning, rows in plan.items():
        spoken = _runs(texts, rows)
        times = [span for start in spoken if (span := heard(start, rows, slow, warning))]
        if not rows:
            complain("proof-warning-missing", f"the text does not carry “{warning}”", "add it to the text", warning)
        elif len(spoken) < 2:
            complain("proof-warning-missing", f"the warning is spoken {len(spoken)} times instead of twice or more: “{' '.join(rows)}”",
                     "build again", warning)  # fmt: skip
        elif len(times) == len(spoken):
            places.append(Place(warning, times=tuple(times)))
    for block, rows in others.items():
        spoken = _runs(texts, rows)
        if not spoken:
            complain("proof-silence", f"the recording leaves out “{' '.join(rows)}” ({block})", "build again")
        else:
            # The same words may also be spoken elsewhere, at another pace: one place must sound right.
            right = (s for s in spoken if _heard(samples, rate, cues[s][1], plain.get(rows[0])))
            heard(next(right, spoken[0]), rows, plain)
    for row in notices:
        at = next((time for text, time in cues[:40] if text == row), None)
        if at is None or _heard(samples, rate, at, plain.get(row)) is None:
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
    if likeness[best] < LIKE or not _frames_agree(window[best : best + wanted.size], wanted, rate):
        return None
    start = (begin + best) / rate
    return round(start, 3), round(start + wanted.size / rate, 3)


def _frames_agree(decoded: Samples, wanted: Samples, rate: int) -> bool:
    """Whether every audible tenth of a second sounds as it should: a single lost word is found."""
    size = int(FRAME * rate)
    count = wanted.size // size
    if not count:
        return True
    a = decoded[: count * size].reshape(count, size)
    b = wanted[: count * size].reshape(count, size)
    energy = np.sum(b**2, axis=1)
    audible = energy > _AUDIBLE * energy.mean()
    own = np.sum(a**2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        like = np.where(own > 1e-9, np.sum(a * b, axis=1) / np.sqrt(own * energy), 0.0)
    return bool(np.all(like[audible] > FRAME_LIKE))
