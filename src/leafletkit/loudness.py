"""How loud a recording is (ITU-R BS.1770-4), how high its true peaks are, and setting both.

Everything works in blocks with an overlap, so that an hour of sound needs no more memory than a minute.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

TARGET, TOLERANCE = -19.0, 1.0  # LUFS of a finished recording, and how far it may be off
PEAK = -2.0  # dBTP that a finished recording does not pass
# Before encoding: MP3 at 64 kbit/s leaves out the highest tones, which are a part of the loudness, and adds a little to peaks.
_AIM, CEILING = TARGET + 0.45, -3.0
_NEAR_ENOUGH = 0.3  # LU: the limiter takes a little, and finished recordings may be off by a whole one
_BLOCK, _LEAD = 1 << 16, 1 << 13  # samples: of a block, and of what is computed around it and thrown away
_OVERSAMPLING = 4
_SPAN, _SIDE = 1024, 64  # samples: of a piece that is oversampled to find its peaks, and around it
_SPANS = 64  # that are oversampled together
_NEAR = 0.8  # of the ceiling: what is lower hardly rises above it between the samples of speech
_RISE = 0.7  # of the loudest sample: what is lower does not rise above it either
_GATE, _STEP = 0.4, 0.1  # seconds
_ABSOLUTE, _RELATIVE = -70.0, -10.0  # LUFS, LU
_ATTACK = 0.005  # seconds over which the limiter sinks and rises again

Signal = NDArray[np.float32]


def integrated(samples: Signal, rate: int) -> float:
    """The integrated loudness of mono samples (from -1 to 1) in LUFS; -inf for silence."""
    step = round(_STEP * rate)
    steps = [np.zeros(0)]
    left = np.zeros(0, np.float32)
    for part in _weighted(samples, rate):
        left = np.concatenate([left, part])
        whole = left.size // step * step
        steps.append(np.mean(left[:whole].reshape(-1, step).astype(np.float64) ** 2, axis=1))
        left = left[whole:]
    energy = np.concatenate(steps)
    wide = round(_GATE / _STEP)
    if energy.size < wide:
        return -math.inf
    gates = np.convolve(energy, np.full(wide, 1 / wide), "valid")
    loud = gates[_lufs(gates) > _ABSOLUTE]
    if not loud.size:
        return -math.inf
    heard = loud[_lufs(loud) > _lufs(loud.mean()) + _RELATIVE]
    return float(_lufs(heard.mean()))


def true_peak(samples: Signal) -> float:
    """The highest peak in dBTP, between the samples too (oversampled four times); -inf for silence."""
    tops = _tops(samples)
    highest = float(tops.max(initial=0))
    for _, peaks in _between(samples, tops > highest * _RISE):
        highest = max(highest, float(peaks.max()))
    return 20 * math.log10(highest) if highest else -math.inf


def levelled(pieces: list[Signal], gaps: list[int], rate: int, ceiling: float = CEILING) -> list[Signal]:
    """Pieces of speech at the loudness and below the peak of a finished recording, all raised alike.

    `gaps` are the samples of silence after each piece; `ceiling` is in dBTP. Pieces that are one object come out as one.
    """
    different = {id(p): p for p in pieces}
    gain, peaks = 1.0, dict[int, Signal]()
    loudness = integrated(joined(pieces, gaps), rate)
    out = different
    for _ in range(4):
        if math.isfinite(loudness):
            gain *= 10 ** ((_AIM - loudness) / 20)
        top = 10 ** (ceiling / 20) / gain
        peaks = peaks or {name: _peaks(p, top) for name, p in different.items()}
        out = {name: _limited(p, peaks[name], top, rate) * np.float32(gain) for name, p in different.items()}
        loudness = integrated(joined([out[id(p)] for p in pieces], gaps), rate)
        if not math.isfinite(loudness) or abs(loudness - _AIM) < _NEAR_ENOUGH:
            break
    return [out[id(p)] for p in pieces]


def evened(samples: Signal, rate: int) -> Signal:
    """A sound of its own at the loudness that all are brought to, with its peaks as they are; silence stays as it is."""
    loudness = integrated(samples, rate)
    if not math.isfinite(loudness):  # too short to be measured
        energy = float(np.mean(samples.astype(np.float64) ** 2)) if samples.size else 0.0
        loudness = float(_lufs(energy)) if energy > 0 else _AIM
    out: Signal = samples * np.float32(10 ** ((_AIM - loudness) / 20))
    return out


def joined(pieces: list[Signal], gaps: list[int]) -> Signal:
    """The pieces one after the other with their silences."""
    out = np.zeros(sum(p.size for p in pieces) + sum(gaps), np.float32)
    position = 0
    for piece, gap in zip(pieces, gaps, strict=True):
        out[position : position + piece.size] = piece
        position += piece.size + gap
    return out


def resampled(samples: Signal, rate: int, to: int) -> Signal:
    """A short sound at another number of samples a second, by band-limited interpolation."""
    if rate == to or not samples.size:
        return samples
    # A length with many small factors, so that the transform is quick; the silence behind is cut off again.
    size = -(-samples.size // 2048) * 2048
    wide = round(size * to / rate)
    out = np.fft.irfft(np.fft.rfft(samples, size), wide)[: round(samples.size * to / rate)] * (wide / size)
    return np.asarray(out, np.float32)


def _peaks(samples: Signal, ceiling: float) -> Signal:
    """The highest value at and just after each sample: between the samples too, where they come near the ceiling."""
    out: Signal = np.abs(samples)
    for start, peaks in _between(samples, _tops(samples) > _NEAR * ceiling):
        out[start : start + _SPAN] = peaks[: out.size - start]
    return out


def _tops(samples: Signal) -> Signal:
    """The loudest sample of each span. Without a copy of them all: new memory costs more than the work."""
    whole = samples.size // _SPAN * _SPAN
    rows, rest = samples[:whole].reshape(-1, _SPAN), samples[whole:]
    out: Signal = np.maximum(rows.max(axis=1), -rows.min(axis=1))
    return np.append(out, np.abs(rest).max()) if rest.size else out


def _between(samples: Signal, spans: NDArray[np.bool_]) -> Iterator[tuple[int, Signal]]:
    """Where each of these spans begins, and the highest value at and just after each of its samples."""
    near = np.flatnonzero(spans) * _SPAN
    frames = np.zeros((min(near.size, _SPANS), _SPAN + 2 * _SIDE), np.float32)
    for first in range(0, near.size, _SPANS):
        starts = near[first : first + _SPANS]
        for frame, start in zip(frames, starts, strict=False):
            lead = max(0, _SIDE - start)
            piece = samples[max(0, start - _SIDE) : start + _SPAN + _SIDE]
            frame[:lead] = 0
            frame[lead : lead + piece.size] = piece
            frame[lead + piece.size :] = 0
        high = np.abs(_oversampled(frames[: starts.size])).reshape(starts.size, -1, _OVERSAMPLING).max(axis=2)
        yield from zip(starts.tolist(), high[:, _SIDE:-_SIDE], strict=True)


def _limited(samples: Signal, peaks: Signal, ceiling: float, rate: int) -> Signal:
    """The samples with the peaks above the ceiling turned down, smoothly, and nothing else changed."""
    high = np.flatnonzero(peaks > ceiling)
    if not high.size:
        return samples
    out = samples.copy()
    half = max(1, round(_ATTACK * rate))
    for group in np.split(high, np.flatnonzero(np.diff(high) > 4 * half) + 1):
        start, end = max(0, group[0] - 2 * half), min(samples.size, group[-1] + 2 * half + 1)
        out[start:end] *= _turned_down(peaks[start:end], ceiling, half)
    return out


def _turned_down(peaks: Signal, ceiling: float, half: int) -> Signal:
    """The gain at each sample: the lowest that is wanted within reach, then a mean over as wide a window, so that there is no step."""
    wide = 2 * half + 1
    low, reach = np.pad(np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)), 2 * half, constant_values=1.0), 1
    while reach < wide:
        step = min(reach, wide - reach)
        low = np.minimum(low[:-step], low[step:])
        reach += step
    total = np.cumsum(np.concatenate([[0.0], low]))
    out: Signal = ((total[wide:] - total[:-wide]) / wide).astype(np.float32)
    return out


def _blocks(samples: Signal, before: int) -> Iterator[Signal]:
    """The samples block by block, each with so many before it (silence before the first)."""
    for start in range(0, max(1, samples.size), _BLOCK):
        yield np.pad(samples[max(0, start - before) : start + _BLOCK], (max(0, before - start), 0))


def _oversampled(block: Signal) -> Signal:
    """Four samples for each, by band-limited interpolation. The ends of the block ring."""
    spectrum = np.fft.rfft(block)
    spectrum[..., -1] /= 2  # the tone at half the rate is counted once for each side
    out: Signal = np.fft.irfft(spectrum, block.shape[-1] * _OVERSAMPLING).astype(np.float32) * _OVERSAMPLING
    return out


def _weighted(samples: Signal, rate: int) -> Iterator[Signal]:
    """The samples as the ear weighs them (K-weighting), block by block."""
    for block in _blocks(samples, _LEAD):
        size = _LEAD + _BLOCK
        yield np.fft.irfft(np.fft.rfft(block, size) * _k(size, rate), size)[_LEAD : block.size].astype(np.float32)


@lru_cache(maxsize=4)
def _k(size: int, rate: int) -> NDArray[np.complex64]:
    """The response of the K filter: a high shelf for the head and a high pass, as in BS.1770, for any rate."""
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)

    def response(gain: float, q: float, frequency: float) -> NDArray[np.complex128]:
        # The analogue filters of BS.1770's table, made digital at this rate (bilinear transform).
        k = math.tan(math.pi * frequency / rate)
        base = np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k])
        if gain:
            high, middle = 10 ** (gain / 20), 10 ** (gain / 20 * 0.4996667741545416)
            top = np.array([high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k])
        else:
            top = np.array([1.0, -2.0, 1.0]) * (1 + k / q + k * k)
        return np.asarray(np.polyval(top[::-1], z) / np.polyval(base[::-1], z), np.complex128)

    shelf = response(3.999843853973347, 0.7071752369554196, 1681.974450955533)
    high_pass = response(0.0, 0.5003270373238773, 38.13547087602444)
    return (shelf * high_pass).astype(np.complex64)


def _lufs(energy: NDArray[np.float64] | float) -> NDArray[np.float64]:
    out: NDArray[np.float64] = -0.691 + 10 * np.log10(np.maximum(energy, 1e-20))
    return out
