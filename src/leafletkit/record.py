"""What a published folder says of itself: a record.json for each leaflet (what each edition must say) and manifest.json (its files).

A record holds the words of every edition of its leaflet and the voices, but no pictures and no paths of the
machine. Both are read back strictly: a value of another type is a fault, never a guess.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal, TypeVar

from . import strict
from .errors import Fault
from .lexicon import Lexicon
from .model import Edition, Facts, FormatName
from .voices import Voice

RECORD_VERSION = 4
NAME, MANIFEST = "record.json", "manifest.json"
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


def path(leaflet: str) -> str:
    """Where the record of a leaflet stands below dist/."""
    return f"{leaflet}/{NAME}"


def to_text(editions: Sequence[Edition], voices: Mapping[str, Voice], recorded: Collection[tuple[str, str, str]] = ()) -> str:
    """The record as JSON text. `recorded` are the leaflet, language and format of what a person speaks."""
    lean = {"/".join(e.key): _lean(e) for e in editions}
    used = {e.language.tag for e in editions}
    spoken = {tag: voice for tag, voice in voices.items() if tag in used}
    return strict.to_text(Record(RECORD_VERSION, lean, spoken, tuple(sorted("/".join(key) for key in recorded)))) + "\n"


def from_text(text: str, name: str = NAME) -> Record:
    """Read a record back. Raises `Fault`, in which it has this name, if it is not one."""
    record = _read(text, Record, name, _complete)
    if record.record != RECORD_VERSION:
        raise Fault(f"{name} is of another version ({record.record})", "prove it with the toolkit that wrote it, or publish again")
    return record


def read_manifest(text: str) -> Manifest:
    """Read a manifest. Raises `Fault` if it is not one."""
    return _read(text, Manifest, MANIFEST)


def _read(text: str, kind: type[T], path: str, complete: Callable[[str], None] = lambda _: None) -> T:
    try:
        value = strict.from_text(text, kind)
        complete(text)
        return value
    except strict.FAULTS as error:
        raise Fault(f"{path} can't be read: {type(error).__name__}", "publish again from the project") from error


def _complete(text: str) -> None:
    """Each field of a voice must be there, also one that has a default, or a proof would look for other words."""
    for voice in json.loads(text)["voices"].values():
        for kind, value in ((Voice, voice), (Lexicon, voice["lexicon"])):
            if lacking := {f.name for f in fields(kind)} - value.keys():
                raise KeyError(*lacking)


def _lean(edition: Edition) -> Edition:
    """An edition without what no proof needs."""
    return replace(
        edition,
        leaflet=replace(edition.leaflet, folder=Path()),
        language=replace(edition.language, facts=Facts(), look_alikes={}),
        pictures={},
    )
