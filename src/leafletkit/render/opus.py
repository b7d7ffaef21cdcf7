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
_LEVEL = 0.87  # of compression: about 33 kbit/s
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
    out = io.BytesIO()
    soundfile.write(out, sound * np.float32(_QUIETER), RATE, format="OGG", subtype="OPUS", compression_level=_LEVEL)
    _tag(out, edition, chapters, cover)
    return _numbered(out.getvalue())


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
