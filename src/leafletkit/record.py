"""What a published folder says of itself: record.json (what each edition must say) and manifest.json (its files).

record.json holds the words of every edition and the voices, but no pictures and no paths of the
machine. Both are read back strictly: a value of another type is a fault, never a guess.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from cattrs import BaseValidationError
from cattrs.gen import make_dict_structure_fn
from cattrs.preconf.json import make_converter

from .errors import Fault
from .lexicon import Lexicon
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


def _strict(kind: type[T]) -> Any:
    def hook(value: object, _: object) -> object:
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise TypeError(f"{value!r} is not {kind.__name__}")
        return value

    return hook


def _tuple(value: object, kind: Any) -> tuple[Any, ...]:
    """A tuple from a list only: a text would be taken for a list of its letters."""
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    inner = get_args(kind)
    kinds = (inner[0],) * len(value) if inner[1:] == (...,) else inner
    return tuple(_CONVERTER.structure(item, one) for item, one in zip(value, kinds, strict=True))


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _complete(kind: type[T]) -> Any:
    """A reader of a value whose fields have defaults: in a record each must be there, or a proof would look for other words."""
    read = make_dict_structure_fn(kind, _CONVERTER)

    def hook(value: Any, _: object) -> T:
        if lacking := {f.name for f in fields(kind)} - value.keys():  # type: ignore[arg-type]
            raise KeyError(*lacking)
        return read(value, kind)

    return hook


_CONVERTER = make_converter()
_CONVERTER.register_structure_hook_func(_is_tuple, _tuple)
_CONVERTER.register_unstructure_hook(Path, str)
for _kind in (str, bool, int, float):
    _CONVERTER.register_structure_hook(_kind, _strict(_kind))
_CONVERTER.register_structure_hook(Path, lambda value, _: Path(_strict(str)(value, str)))
for _whole in (Lexicon, Voice):
    _CONVERTER.register_structure_hook(_whole, _complete(_whole))
_FAULTS = (ValueError, TypeError, KeyError, AttributeError, RecursionError, BaseValidationError)


def to_text(editions: Sequence[Edition], voices: Mapping[str, Voice], recorded: Collection[tuple[str, str, str]] = ()) -> str:
    """The record as JSON text. `recorded` are the leaflet, language and format of what a person speaks."""
    lean = {"/".join(e.key): _lean(e) for e in editions}
    used = {e.language.tag for e in editions}
    spoken = {tag: voice for tag, voice in voices.items() if tag in used}
    record = Record(RECORD_VERSION, lean, spoken, tuple(sorted("/".join(key) for key in recorded)))
    return json.dumps(_CONVERTER.unstructure(record), ensure_ascii=False, sort_keys=True) + "\n"


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
        return _CONVERTER.structure(json.loads(text), kind)
    except _FAULTS as error:
        raise Fault(f"{path} can't be read: {type(error).__name__}", "publish again from the project") from error


def _lean(edition: Edition) -> Edition:
    """An edition without what no proof needs."""
    return replace(
        edition,
        leaflet=replace(edition.leaflet, folder=Path()),
        language=replace(edition.language, facts=Facts(), look_alikes={}),
        pictures={},
    )
