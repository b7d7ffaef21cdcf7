"""Change finished recordings: take the samples apart, change some, and put the file together again."""

from __future__ import annotations

import io
from collections.abc import Callable

import lameenc
import numpy as np
import soundfile
from mutagen.id3 import ID3
from numpy.typing import NDArray

from leafletkit.speech import RATE

DELAY = 1105  # samples that the encoder adds in front
Samples = NDArray[np.int16]


def encode(samples: Samples) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(2)
    encoder.silence()
    return bytes(encoder.encode(samples[DELAY:].astype("<i2").tobytes())) + bytes(encoder.flush())


def with_samples(mp3: bytes, change: Callable[[Samples], None]) -> bytes:
    """The file with its samples changed, and its tags as they were."""
    samples = soundfile.read(io.BytesIO(mp3), dtype="int16")[0].copy()
    change(samples)
    return mp3[: ID3(io.BytesIO(mp3)).size] + encode(samples)


def silenced(mp3: bytes, first: int, last: int) -> bytes:
    return with_samples(mp3, lambda samples: samples.__setitem__(slice(first, last), 0))
