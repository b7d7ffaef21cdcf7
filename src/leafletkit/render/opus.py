"""The recording as Opus, at half the bytes of the MP3: for phones on a slow or dear line. Off unless project.toml asks for it."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
import soundfile
from mutagen.flac import Picture
from mutagen.ogg import OggPage
from mutagen.oggopus import OggOpus

from .. import inline
from ..loudness import Signal, resampled
from ..model import Edition

RATE = 24_000  # samples a second; Opus knows few rates
# Of compression. At about 33 kbit/s the encoder uses two coders at once, and once in many thousands of sentences their sum is a
# frame of loud noise. At about 46 kbit/s it uses one of them alone, which has none.
_LEVELS = (0.87, 0.82)
_FRAME = RATE // 50  # samples: Opus codes 20 ms at a time
_LOUDER, _FAINT = 1.5, 0.01  # how much louder a frame may come out than what went in; speech comes out 1.02 times as loud at most
_QUIETER = 10 ** (-0.45 / 20)  # Opus keeps the highest tones that MP3 leaves out
_SERIAL = 1  # a stream's number is random otherwise, and the same words would not give the same bytes


def encode_opus(
    pieces: Sequence[tuple[int, Signal]], length: int, rate: int, edition: Edition, chapters: Sequence[tuple[str, str]], cover: bytes
) -> bytes:
    """An Ogg Opus file of `length` samples with each piece at its place (both counted at `rate`). `chapters`: when each begins ("00:01:02.345"), and its name."""
    sound = np.zeros(round(length * RATE / rate), np.float32)
    known: dict[int, Signal] = {}
    for start, piece in pieces:
        if id(piece) not in known:
            known[id(piece)] = resampled(piece, rate, RATE)
        at = round(start * RATE / rate)
        part = known[id(piece)][: sound.size - at]
        sound[at : at + part.size] = part
    sound *= np.float32(_QUIETER)
    for level in _LEVELS:
        out = _coded(sound, level)
        if not _bursts(sound, soundfile.read(io.BytesIO(out.getvalue()), dtype="float32")[0]):
            break
    _tag(out, edition, chapters, cover)
    return _numbered(out.getvalue())


def _coded(sound: Signal, level: float) -> io.BytesIO:
    out = io.BytesIO()
    soundfile.write(out, sound, RATE, format="OGG", subtype="OPUS", compression_level=level)
    return out


def _bursts(sound: Signal, heard: Signal) -> bool:
    """Whether some frame comes out much louder than what went in there, just before it and just after it."""
    count = min(sound.size, heard.size) // _FRAME
    before, after = (np.sqrt(np.mean(x[: count * _FRAME].reshape(count, _FRAME) ** 2, axis=1)) for x in (sound, heard))
    around = np.pad(before, 1)
    most = np.maximum.reduce([around[:-2], around[1:-1], around[2:]])
    return bool(np.any(after > _LOUDER * most + _FAINT))


def _tag(file: io.BytesIO, edition: Edition, chapters: Sequence[tuple[str, str]], cover: bytes) -> None:
    """Title, publisher, language, cover and chapters, as players of Ogg files read them."""
    file.seek(0)
    tags = OggOpus(file)
    tags["title"], tags["artist"], tags["language"] = inline.plain(edition.text.title.text), edition.publisher, edition.language.tag
    tags["album"] = f"{edition.leaflet.meta.id} {edition.leaflet.meta.version}"
    tags["date"] = edition.leaflet.meta.last_updated.isoformat()
    for number, (start, name) in enumerate(chapters):
        tags[f"CHAPTER{number:03}"], tags[f"CHAPTER{number:03}NAME"] = start, name
    if cover:
        picture = Picture()
        picture.type, picture.mime, picture.data = 3, "image/png", cover
        tags["metadata_block_picture"] = base64.b64encode(picture.write()).decode()
    file.seek(0)
    tags.save(file)


def _numbered(data: bytes) -> bytes:
    """The file with a number of its stream that is always the same."""
    file, out = io.BytesIO(data), []
    while file.tell() < len(data):
        page = OggPage(file)
        page.serial = _SERIAL
        out.append(page.write())
    return b"".join(out)
