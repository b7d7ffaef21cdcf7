"""Loudness and peaks: the same as an independent meter's (ffmpeg's ebur128), and set right without harm to the sound."""

from __future__ import annotations

import math
import re
import subprocess
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leafletkit import loudness
from leafletkit.loudness import CEILING, PEAK, TARGET, Signal, integrated, joined, levelled, true_peak
from leafletkit.segments import Segments
from leafletkit.voices import read_voices

from .conftest import ROOT

RATES = (16_000, 22_050, 24_000, 44_100)
# What `levelled` aims at: a little louder than a finished recording, as MP3 takes some of it away.
AIM = TARGET + 0.45


def tone(rate: int, seconds: float = 3.0, frequency: float = 1000.0, level: float = 0.3) -> Signal:
    """A tone that comes and goes softly: at a hard edge every meter rings in its own way."""
    wave_ = level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)
    return (wave_ * soft(wave_.size, rate)).astype(np.float32)


def soft(size: int, rate: int) -> Signal:
    """A rise and a fall of 20 ms each."""
    edge = np.minimum(np.arange(size), np.arange(size)[::-1]) / (0.02 * rate)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.minimum(1.0, edge)), np.float32)


def noise(rate: int, seconds: float = 3.0, level: float = 0.1, seed: int = 1) -> Signal:
    """Noise below four fifths of the highest frequency: meters differ in how they end there, and no recording has anything above."""
    size = round(seconds * rate)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(size))
    spectrum[int(0.8 * spectrum.size) :] = 0
    return (level * np.fft.irfft(spectrum, size) * soft(size, rate)).clip(-1, 1).astype(np.float32)


def bursts(rate: int) -> Signal:
    """Noise, loud and low, with silences: the gates must leave out the silences and what is far below the rest."""
    quiet = np.zeros(rate, np.float32)
    parts = [noise(rate, 0.7, 0.2), quiet, noise(rate, 1.3, 0.05, 2), quiet[: rate // 3], noise(rate, 1.0, 0.0005, 3), quiet, tone(rate, 0.9, 300)]
    return np.concatenate(parts * 2)


def clicks(rate: int, seconds: float = 3.0) -> Signal:
    """Low noise with a click that is far above it, ten times a second."""
    out = noise(rate, seconds, 0.01)
    out[rate // 20 :: rate // 10] = 0.95
    out[rate // 20 + 1 :: rate // 10] = -0.95
    return out


def speech_like(rate: int, seconds: float = 4.0, seed: int = 5) -> Signal:
    """Harmonics of a voice that rises and falls in syllables."""
    time = np.arange(round(seconds * rate)) / rate
    pitch = 2 * np.pi * np.cumsum(110 + 25 * np.sin(2 * np.pi * 0.7 * time + seed)) / rate
    voice = sum(np.sin(n * pitch) / n for n in range(1, 20) if n * 140 < rate / 2)
    swell = np.clip(np.sin(2 * np.pi * 3.1 * time + seed), 0, 1) ** 2
    return (0.15 * voice * swell).astype(np.float32)


MADE: dict[str, Callable[[int], Signal]] = {
    "tone": tone,
    "low tone": lambda rate: tone(rate, frequency=60),
    "high tone": lambda rate: tone(rate, frequency=6100, level=0.05),
    "noise": noise,
    "bursts": bursts,
    "clicks": clicks,
    "speech": speech_like,
    "long": lambda rate: np.concatenate([speech_like(rate, 9), np.zeros(rate // 2, np.float32), noise(rate, 4)]),
}


def metered(samples: Signal, rate: int, folder: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP) as ffmpeg measures them."""
    path = folder / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32768).round().clip(-32768, 32767).astype("<i2").tobytes())
    done = subprocess.run(
        ["ffmpeg", "-nostats", "-hide_banner", "-i", str(path), "-af", "ebur128=peak=true:dualmono=false", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    summary = done.stderr[done.stderr.rindex("Summary:") :]
    found = [re.search(rf"{name}:\s+(-?[\d.]+|-?inf)", summary) for name in ("I", "Peak")]
    assert all(found), summary
    return float(found[0][1]), float(found[1][1])  # type: ignore[index]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", MADE)
def test_the_same_as_another_meter(name: str, rate: int, tmp_path: Path) -> None:
    """Loudness within 0.1 LU, true peak within 0.2 dB."""
    samples = MADE[name](rate)
    loud, peak = metered(samples, rate, tmp_path)
    assert integrated(samples, rate) == pytest.approx(loud, abs=0.1)
    assert true_peak(samples) == pytest.approx(peak, abs=0.2)


@pytest.mark.parametrize("rate", RATES)
def test_the_reference_of_the_standard(rate: int) -> None:
    """A tone of 997 Hz at full scale has -3.01 LUFS in one channel."""
    assert integrated(tone(rate, 5, 997, 1.0), rate) == pytest.approx(-3.01, abs=0.1)
    assert true_peak(tone(rate, 2, 997, 1.0)) == pytest.approx(0.0, abs=0.1)


def test_a_peak_between_the_samples_is_found() -> None:
    """A tone of a quarter of the rate, sampled beside its tops, is 3 dB higher than any of its samples."""
    samples = (0.5 * np.sin(np.pi / 2 * np.arange(200_000) + np.pi / 4)).astype(np.float32)
    assert np.abs(samples).max() == pytest.approx(0.3536, abs=0.001)
    assert true_peak(samples) == pytest.approx(-6.02, abs=0.1)


def test_interpolation_goes_through_the_samples() -> None:
    click = np.zeros(1152, np.float32)
    click[600] = 1.0
    assert np.allclose(loudness._oversampled(click)[::4], click, atol=1e-5)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(1), np.zeros(3999), np.zeros(200_000), np.full(100_000, 1e-6)])
def test_silence(samples: Signal) -> None:
    silent = samples.astype(np.float32)
    assert integrated(silent, 16_000) == -math.inf
    assert true_peak(silent) == -math.inf or silent.any()
    (same,) = levelled([silent], [10], 16_000)
    assert np.array_equal(same, silent)


def test_less_than_a_gate_has_no_loudness() -> None:
    assert integrated(tone(16_000, 0.39), 16_000) == -math.inf
    assert math.isfinite(integrated(tone(16_000, 0.41), 16_000))


@pytest.mark.parametrize("size", [1, 2, 3, 1023, 1024, 1025, 65_535, 65_536, 65_537, 131_072])
def test_a_peak_anywhere_is_found(size: int) -> None:
    """At both ends of a signal, and at both sides of the blocks in which it is looked at."""
    for place in {0, 1, size // 2, size - 2, size - 1, 65_535, 65_536} & set(range(size)):
        samples = np.zeros(size, np.float32)
        samples[place] = -0.5
        assert true_peak(samples) == pytest.approx(-6.02, abs=0.3), place


def test_loudness_does_not_depend_on_the_blocks() -> None:
    """A signal with silence before it, or cut into other blocks, is as loud."""
    rate = 22_050
    samples = speech_like(rate, 8)
    for before in (1 << 15, (1 << 16) - 7, 3 << 15):
        moved = np.concatenate([np.zeros(before // (rate // 10) * (rate // 10), np.float32), samples])
        assert integrated(moved, rate) == pytest.approx(integrated(samples, rate), abs=0.05)


@given(st.floats(-30, 6), st.sampled_from(RATES))
@settings(max_examples=15)
def test_twice_as_loud_is_six_more(gain: float, rate: int) -> None:
    samples = speech_like(rate, 2)
    louder = samples * np.float32(10 ** (gain / 20))
    assert integrated(louder, rate) - integrated(samples, rate) == pytest.approx(gain, abs=0.05)
    assert true_peak(louder) - true_peak(samples) == pytest.approx(gain, abs=0.01)


def test_joined() -> None:
    one, two = np.ones(2, np.float32), np.full(1, 2, np.float32)
    assert joined([one, two, one], [1, 0, 2]).tolist() == [1, 1, 0, 2, 1, 1, 0, 0]
    assert joined([], []).size == 0
    with pytest.raises(ValueError):
        joined([one], [])


# -- setting it right


def gains(before: Signal, after: Signal) -> Iterator[float]:
    """By what each sample that is well above nothing was multiplied."""
    heard = np.abs(before) > 1e-3
    yield from (after[heard] / before[heard]).astype(float)


PIECES: dict[str, Callable[[int], list[Signal]]] = {
    "quiet": lambda rate: [speech_like(rate, 4) * np.float32(0.02)],
    "loud": lambda rate: [(speech_like(rate, 4) * np.float32(4)).clip(-1, 1)],
    "quiet and loud": lambda rate: [speech_like(rate, 3, seed) * np.float32(10 ** (db / 20)) for seed, db in enumerate((-9, 0, -6, 3))],
    "bursts": lambda rate: [bursts(rate), speech_like(rate, 2)],
    "speech with clicks": lambda rate: [speech_like(rate, 4), np.maximum(speech_like(rate, 2, 2), clicks(rate, 2))],
    "tone": lambda rate: [tone(rate, 2, 440, 0.01), tone(rate, 2, 700, 0.02)],
    "noise": lambda rate: [noise(rate, 3, 0.3)],
    "with a tiny one": lambda rate: [speech_like(rate, 3), speech_like(rate, 3)[7000:7003], speech_like(rate, 3)[5000:5001]],
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", PIECES)
def test_levelled(name: str, rate: int) -> None:
    """As loud as it should be, with no peak above the ceiling; nothing longer or shorter, and nothing that was given is changed."""
    pieces = PIECES[name](rate)
    kept = [p.copy() for p in pieces]
    gaps = [rate // 2] * len(pieces)
    out = levelled(pieces, gaps, rate)
    whole = joined(out, gaps)
    assert integrated(whole, rate) == pytest.approx(AIM, abs=0.3)
    assert true_peak(whole) <= PEAK - 0.5
    assert [p.size for p in out] == [p.size for p in pieces] and all(p.dtype == np.float32 for p in out)
    assert all(np.array_equal(a, b) for a, b in zip(pieces, kept, strict=True))


@pytest.mark.parametrize("rate", RATES)
def test_loud_clicks_are_turned_down(rate: int) -> None:
    """Even where peaks are nearly all that there is. Then the recording may be too low, but no peak is too high."""
    whole = joined(levelled([clicks(rate, 4)], [rate], rate), [rate])
    assert true_peak(whole) <= PEAK - 0.5
    assert AIM - 8 < integrated(whole, rate) < AIM + 0.3


@pytest.mark.parametrize("ceiling", [CEILING, -4.0, -6.0])
def test_another_ceiling(ceiling: float) -> None:
    pieces = [speech_like(22_050, 4)]
    assert true_peak(levelled(pieces, [0], 22_050, ceiling)[0]) <= ceiling + 0.25


def test_peaks_of_what_is_loud_enough_already() -> None:
    rate = 22_050
    (right,) = levelled([speech_like(rate, 6)], [0], rate)
    high = right.copy()
    high[3 * rate : 3 * rate + 3] = (0.5, 0.99, 0.5)  # a single click hardly changes the loudness
    assert abs(integrated(high, rate) - AIM) < 0.05
    assert true_peak(levelled([high], [0], rate)[0]) <= PEAK - 0.5


def test_all_pieces_are_raised_alike() -> None:
    """A piece that is quieter than another stays so by as much."""
    pieces = [speech_like(22_050, 3, 1) * np.float32(0.1), speech_like(22_050, 3, 2) * np.float32(0.05)]
    out = levelled(pieces, [100, 100], 22_050)
    one, other = (float(np.median(list(gains(p, o)))) for p, o in zip(pieces, out, strict=True))
    assert one == pytest.approx(other, rel=1e-3)


def test_one_object_in_one_object_out() -> None:
    """A sentence that is said several times is levelled once, and costs no more memory."""
    one, two = speech_like(16_000, 2, 1), speech_like(16_000, 2, 2)
    out = levelled([one, two, one, one], [10, 20, 30, 40], 16_000)
    assert out[0] is out[2] is out[3] and out[1] is not out[0]
    alike = levelled([one, one.copy()], [10, 10], 16_000)
    assert alike[0] is not alike[1] and np.array_equal(*alike)
    assert levelled([], [], 16_000) == []


@pytest.mark.parametrize("rate", RATES)
def test_what_is_below_the_ceiling_keeps_its_shape(rate: int) -> None:
    """Raised by one factor throughout: the same wave, louder."""
    piece = speech_like(rate, 4) * np.float32(0.1)
    flat = tone(rate, 4, 330, 0.05)
    for samples in (piece, flat):
        (out,) = levelled([samples], [0], rate)
        assert np.corrcoef(samples, out)[0, 1] > 0.9999
    (out,) = levelled([flat], [0], rate)
    factor = list(gains(flat, out))
    assert max(factor) == pytest.approx(min(factor), rel=1e-4)


@pytest.mark.parametrize("rate", RATES)
def test_far_from_a_peak_nothing_is_turned_down(rate: int) -> None:
    """A fiftieth of a second away from the only click, the sound is as without it; nowhere is the gain more than elsewhere."""
    quiet = tone(rate, 4, 220, 0.05)
    clicked = quiet.copy()
    middle = 2 * rate
    clicked[middle] = 0.9
    (out,) = levelled([clicked], [0], rate)
    rest = np.r_[0 : middle - rate // 50, middle + rate // 50 : quiet.size]
    factor = np.array(list(gains(quiet[rest], out[rest])))
    assert factor.max() == pytest.approx(factor.min(), rel=1e-4)
    near = np.array(list(gains(clicked, out)))
    assert near.max() <= factor.max() * 1.0001


@pytest.mark.parametrize("rate", RATES)
def test_the_limiter_makes_no_step(rate: int) -> None:
    """Its gain changes by less than a hundredth and a half from one sample to the next, so that no click is heard: on a tone with a swell, and beside a peak."""
    steady = tone(rate, 4, 440, 0.02)
    steady[2 * rate : 2 * rate + rate // 4] *= 30
    peaks = np.abs(steady)
    ceiling = 0.2
    half = max(1, round(0.005 * rate))
    limited = loudness._limited(steady, loudness._peaks(steady, ceiling), ceiling, rate)
    gain = np.ones(steady.size)
    heard = np.abs(steady) > 1e-3
    gain[heard] = limited[heard] / steady[heard]
    turned = loudness._turned_down(loudness._peaks(steady, ceiling), ceiling, half)
    assert np.abs(np.diff(turned)).max() < 1.5 / (2 * half + 1)
    assert np.allclose(gain[heard], turned[heard], atol=1e-3)
    assert turned.size == steady.size and turned.min() > 0 and turned.max() <= 1 + 1e-6
    assert np.abs(limited).max() <= ceiling * 1.001 < peaks.max()


@given(st.lists(st.tuples(st.integers(0, 4999), st.floats(0.1, 1)), max_size=12))
@settings(max_examples=40)
def test_no_peak_passes_the_ceiling(peaks: list[tuple[int, float]]) -> None:
    """Wherever they are, and however near to each other or to the ends, to a tenth of a decibel; all else is left as it is, or is lower."""
    samples = tone(8000, 5000 / 8000, 200, 0.05)
    for place, height in peaks:
        samples[place] = height
    heights = loudness._peaks(samples, 0.5)
    out = loudness._limited(samples, heights, 0.5, 8000)
    assert out.size == samples.size and np.abs(out).max() <= 0.5 * 10 ** (0.1 / 20)
    assert (np.abs(out) <= np.abs(samples) + 1e-6).all() and (out * samples >= 0).all()
    if heights.max() <= 0.5:
        assert out is samples


@pytest.mark.full
@pytest.mark.parametrize("tag", ["en-GB", "ur", "zh-Hans"])
def test_real_speech(tag: str, tmp_path: Path) -> None:
    """Sentences of the engine: measured as ffmpeg measures them, before and after they are levelled."""
    voice = read_voices(ROOT, ())[0][tag]
    texts = {"en-GB": "Do not visit if you were sick in the last 48 hours.", "ur": "اپنے ہاتھ صابن اور پانی سے دھوئیں۔", "zh-Hans": "请用肥皂和水洗手。"}
    made = Segments(voice, ROOT).sounds([(voice.spoken(texts[tag]), slow) for slow in (False, True)])
    pieces = [samples.astype(np.float32) / np.float32(32768) for samples in made.values()]
    gaps = [11_025, 11_025]
    for parts in (pieces, levelled(pieces, gaps, 22_050)):
        whole = joined(parts, gaps)
        loud, peak = metered(whole, 22_050, tmp_path)
        assert integrated(whole, 22_050) == pytest.approx(loud, abs=0.1)
        assert true_peak(whole) == pytest.approx(peak, abs=0.2)
    assert loud == pytest.approx(AIM, abs=0.3) and peak <= PEAK - 0.5
    for before, after in zip(pieces, parts, strict=True):
        assert np.corrcoef(before, after)[0, 1] > 0.98
