"""Find a sound that is known in samples, near a time: as a whole, and in every tenth of a second."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# A right sentence has a likeness of 0.99 and more as a whole, and no tenth of a second below 0.6;
# a lost "not" leaves 0.97 as a whole, but its own tenths fall to nothing.
LIKE = 0.97
FRAME, FRAME_LIKE = 0.1, 0.5  # seconds; likeness of each frame that should be audible
_AUDIBLE = 0.01  # of the mean energy
_UNEVEN = 3.0  # how much quieter or louder than the rest a tenth of a second of a person's take may come out
_SEARCH = 0.08  # seconds to either side of the claimed start


def heard_at(samples: Samples, rate: int, at: float, sound: NDArray[np.int16] | None, *, person: bool = False) -> tuple[float, float] | None:
    """(start, end) in seconds of a sound near a time, or None if the samples there are something else."""
    if sound is None or not sound.size:
        return None
    wanted = sound.astype(np.float32)
    begin = max(0, int((at - _SEARCH) * rate))
    window = samples[begin : begin + wanted.size + int(2 * _SEARCH * rate)]
    room = window.size - wanted.size
    if room < 0:
        return None
    # The loudest half second says where the sound lies; the whole of it is then compared there.
    size = min(wanted.size, rate // 2)
    energy = np.concatenate([[0.0], np.cumsum(wanted.astype(np.float64) ** 2)])
    top = int(np.argmax(energy[size:] - energy[:-size]))
    reach = 1 << math.ceil(math.log2(size + room + size))
    piece, field_ = wanted[top : top + size], window[top : top + size + room]
    cross = np.fft.irfft(np.fft.rfft(field_, reach) * np.conj(np.fft.rfft(piece, reach)), reach)[: room + 1]
    best = int(np.argmax(cross))
    there = window[best : best + wanted.size]
    power = float(np.sum(there * there, dtype=np.float64)) * float(np.sum(wanted * wanted, dtype=np.float64))
    likeness = float(np.sum(there * wanted, dtype=np.float64)) / math.sqrt(power) if power > 0 else 0.0
    alike = _alike_but_for_loudness(there, wanted, rate) if person else likeness >= LIKE and _frames_agree(there, wanted, rate)
    if not alike:
        return None
    start = (begin + best) / rate
    return round(start, 3), round(start + wanted.size / rate, 3)


def _alike_but_for_loudness(decoded: Samples, wanted: Samples, rate: int) -> bool:
    """As below, for a person's voice, whose peaks were turned down: like in every tenth of a second, and nowhere much quieter or louder."""
    size = int(FRAME * rate)
    count = wanted.size // size
    if not count or not _frames_agree(decoded, wanted, rate):
        return False
    a, b = (x[: count * size].reshape(count, size) for x in (decoded, wanted))
    own, energy = np.sum(a**2, axis=1), np.sum(b**2, axis=1)
    audible = energy > _AUDIBLE * energy.mean()
    gains = np.sqrt(own[audible] / energy[audible])
    like = np.sum(a * b, axis=1)[audible] / np.sqrt(np.maximum(own[audible] * energy[audible], 1e-12))
    even = bool(np.all(gains > np.median(gains) / _UNEVEN)) and bool(np.all(gains < np.median(gains) * _UNEVEN))
    return even and float(np.sum(like * energy[audible]) / np.sum(energy[audible])) >= LIKE


def _frames_agree(decoded: Samples, wanted: Samples, rate: int) -> bool:
    """Whether every audible tenth of a second sounds as it should: a single lost word is found. They overlap by half."""
    half = int(FRAME * rate) // 2
    return _each_agrees(decoded, wanted, 2 * half) and _each_agrees(decoded[half:], wanted[half:], 2 * half)


def _each_agrees(decoded: Samples, wanted: Samples, size: int) -> bool:
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
