"""What a published folder says of itself: record.json (what each edition must say) and manifest.json (its files).

record.json holds the words of every edition and the voices, but no pictures and no paths of the
machine. Both are read back strictly: a value of another type is a fault, never a guess.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeVar

from . import strict
from .errors import Fault
from .model import Edition, Facts, FormatName
from .voices import Voice

RECORD_VERSION = 3
PATH, MANIFEST = "record.json", "manifest.json"
T = TypeVar("T")


@dataclass(frozen=True)
class Record:
    """The editions of a folder by "leaflet/language", the voice of each language, and the "leaflet/language/format" that a person speaks."""

    record: int
    editions: Mapping[str, Edition]
    voices: Mapping[str, Voice]
    recorded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """A file that the manifest names."""

    path: str
    sha256: str


@dataclass(frozen=True)
class ListedFormat:
    state: Literal["made", "withheld", "unavailable"]
    path: str = ""
    files: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class ListedEdition:
    leaflet: str
    language: str
    digest: str
    published: bool
    formats: Mapping[FormatName, ListedFormat] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """manifest.json, as far as a proof needs it."""

    manifest: int
    editions: tuple[ListedEdition, ...]
    assets: tuple[Listed, ...]


def to_text(editions: Sequence[Edition], voices: Mapping[str, Voice], recorded: Collection[tuple[str, str, str]] = ()) -> str:
    """The record as JSON text. `recorded` are the leaflet, language and format of what a person speaks."""
    return joined({"/".join(e.key): edition_text(e) for e in editions}, voices, ["/".join(key) for key in recorded])


def edition_text(edition: Edition) -> str:
    """What the record holds of one edition, as JSON text."""
    return strict.to_text(_lean(edition))


def joined(editions: Mapping[str, str], voices: Mapping[str, Voice], recorded: Collection[str]) -> str:
    """The record of editions that are texts already, by "leaflet/language". Voices of other languages are left out."""
    used = {key.partition("/")[2] for key in editions}
    rows = ", ".join(f"{json.dumps(key)}: {editions[key]}" for key in sorted(editions))
    rest = Record(RECORD_VERSION, {}, {tag: voice for tag, voice in voices.items() if tag in used}, tuple(sorted(recorded)))
    # Sorted by name, the editions come first.
    return '{"editions": {' + rows + strict.to_text(rest).removeprefix('{"editions": {') + "\n"


def from_text(text: str) -> Record:
    """Read a record back. Raises `Fault` if it is not one."""
    record = _read(text, Record, PATH)
    if record.record != RECORD_VERSION:
        raise Fault(f"{PATH} is of another version ({record.record})", "prove it with the toolkit that wrote it, or publish again")
    return record


def read_manifest(text: str) -> Manifest:
    """Read a manifest. Raises `Fault` if it is not one."""
    return _read(text, Manifest, MANIFEST)


def _read(text: str, kind: type[T], path: str) -> T:
    try:
        return strict.from_text(text, kind)
    except strict.FAULTS as error:
        raise Fault(f"{path} can't be read: {type(error).__name__}", "publish again from the project") from error


def _lean(edition: Edition) -> Edition:
    """An edition without what no proof needs."""
    return replace(
        edition,
        leaflet=replace(edition.leaflet, folder=Path()),
        language=replace(edition.language, facts=Facts(), look_alikes={}),
        pictures={},
    )
