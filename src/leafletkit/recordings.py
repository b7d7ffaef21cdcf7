"""Recordings of a leaflet by a person: audio/recordings/TAG/LEAFLET/TAKE.wav (or .flac, .mp3).

recordings.toml in the same folder binds each file to the words it speaks, by hash. When the text
changes, its recording is refused until it is read again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from .fields import read_toml
from .files import Unreadable, read_text
from .limits import TAKE_BYTES, TAKE_CHANNELS, TAKE_SECONDS
from .model import EASY_READ, Finding, FormatName
from .script import Segment
from .speech import Samples, SpeechError, trimmed

SUFFIXES = (".wav", ".flac", ".mp3")
RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)


@dataclass(frozen=True)
class Recordings:
    """All takes of one leaflet in one language, at one sample rate."""

    reader: str
    rate: int
    takes: Mapping[str, Samples]


def folder_of(root: Path, language: str, leaflet: str, fmt: FormatName = "audio") -> Path:
    """Where the takes of a leaflet lie; those of its easy-read text lie in a folder of their own inside."""
    folder = root / "audio" / "recordings" / language / leaflet
    return folder / "easy-read" if fmt in EASY_READ else folder


def recordings_key(folder: Path) -> str:
    """The hash of all files of a recording: another take gives another key."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        with path.open("rb") as file:
            digest.update(os.fsencode(path.name) + b"\0" + hashlib.file_digest(file, "sha256").digest())
    return f"recorded:{digest.hexdigest()}"


def _mono(path: Path) -> tuple[Samples, int]:
    """The samples of a take, its channels mixed into one, and its rate. A header may lie, so no more is read than may be."""
    if path.stat().st_size > TAKE_BYTES:
        raise ValueError(f"it is larger than {TAKE_BYTES // 1_000_000} MB")
    with soundfile.SoundFile(str(path)) as sound:
        if sound.channels > TAKE_CHANNELS:
            raise ValueError(f"it has {sound.channels} channels; a recording may have {TAKE_CHANNELS}")
        most = TAKE_SECONDS * sound.samplerate
        if sound.frames > most:
            raise ValueError(f"it is {sound.frames / sound.samplerate:,.0f} seconds long; a part may have {TAKE_SECONDS}")
        data = sound.read(most, dtype="float32", always_2d=True)
        return np.clip(data.mean(axis=1) * 32767, -32768, 32767).astype(np.int16), sound.samplerate


def read_recordings(
    root: Path, language: str, leaflet: str, segments: Sequence[Segment], fmt: FormatName = "audio"
) -> tuple[Recordings | None, tuple[Finding, ...]]:
    """The recordings for a script, whole; or None with the reason for each part that can't be used."""
    folder = folder_of(root, language, leaflet, fmt)
    index = folder / "recordings.toml"
    relative = index.relative_to(root).as_posix()
    findings: list[Finding] = []

    def complain(code: str, message: str, hint: str, path: str = relative, warning: str = "") -> None:
        findings.append(Finding(code, message, hint, leaflet, language, fmt, warning, path))

    try:
        text = read_text(root, index)
    except FileNotFoundError:
        complain("recording-invalid", "there is no recordings.toml beside the recordings", "write it: docs/reference/audio.md shows how")
        return None, tuple(findings)
    except Unreadable as error:
        complain("recording-invalid", str(error), error.hint)
        return None, tuple(findings)
    top, found = read_toml(text, "recording-invalid", relative, leaflet=leaflet, language=language)
    if top is None:
        return None, found
    reader = top.string("reader")
    table = top.table("words")
    hashes = {take: table.string(take) for take in table.values}
    top.finish()
    findings += top.findings
    takes: dict[str, Samples] = {}
    seen: set[str] = set()
    rates: dict[int, str] = {}
    for part in segments:
        take = part.take
        if take in seen:
            continue
        seen.add(take)
        path = next((folder / f"{take}{s}" for s in SUFFIXES if (folder / f"{take}{s}").is_file()), None)
        if path is None or take not in hashes:
            what = "there is no recording" if path is None else "recordings.toml does not name the words"
            complain("recording-missing", f"{what} of “{take}”: {part.text}", f'record it, and write "{take}" = "{part.words_hash}" under [words]',
                     warning=part.warning or "")  # fmt: skip
        elif hashes[take] != part.words_hash:
            complain("recording-stale", f"the recording of “{take}” speaks other words than: {part.text}",
                     f'record it again, and write "{take}" = "{part.words_hash}" under [words]', warning=part.warning or "")  # fmt: skip
        else:
            try:
                mono, rate = _mono(path)
                if rate not in RATES:
                    raise SpeechError(f"its sample rate is {rate}")
                takes[take] = trimmed(mono, f"the recording of “{take}”", rate)
                rates.setdefault(rate, take)
            except (soundfile.SoundFileError, SpeechError, OSError, ValueError) as error:
                reason = error.what if isinstance(error, SpeechError) else str(error)
                complain("recording-invalid", f"{path.name} can't be used: {reason}",
                         "record it again as WAV, FLAC or MP3 at 44,100 samples a second", path.relative_to(root).as_posix())  # fmt: skip
    if len(rates) > 1:
        complain("recording-invalid", "the recordings have different sample rates: " + ", ".join(f"{t} {r}" for r, t in rates.items()),
                 "save them all at 44,100 samples a second")  # fmt: skip
    if findings:
        return None, tuple(findings)
    return Recordings(reader, next(iter(rates)), takes), ()
