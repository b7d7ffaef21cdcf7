"""record.json of a published folder: what each edition must say, so that the folder can be proved by itself.

It holds the words of every edition and the voices, but no pictures and no paths of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cattrs import BaseValidationError
from cattrs.preconf.json import make_converter

from .errors import Fault
from .model import Edition, Facts
from .voices import Voice

RECORD_VERSION = 1
PATH = "record.json"


@dataclass(frozen=True)
class Record:
    """The editions of a folder by "leaflet/language", and the voice of each language with a computer voice."""

    record: int
    editions: Mapping[str, Edition]
    voices: Mapping[str, Voice]


_CONVERTER = make_converter()
_CONVERTER.register_unstructure_hook(Path, str)
_CONVERTER.register_structure_hook(Path, lambda value, _: Path(value))


def to_text(editions: Sequence[Edition], voices: Mapping[str, Voice]) -> str:
    """The record as JSON text."""
    lean = {"/".join(e.key): _lean(e) for e in editions}
    used = {e.language.tag for e in editions}
    spoken = {tag: voice for tag, voice in voices.items() if tag in used}
    return json.dumps(_CONVERTER.unstructure(Record(RECORD_VERSION, lean, spoken)), ensure_ascii=False, sort_keys=True) + "\n"


def from_text(text: str) -> Record:
    """Read a record back. Raises `Fault` if it is not one."""
    try:
        record = _CONVERTER.structure(json.loads(text), Record)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, BaseValidationError) as error:
        raise Fault(f"{PATH} can't be read: {type(error).__name__}", "publish again from the project") from error
    if record.record != RECORD_VERSION:
        raise Fault(f"{PATH} is of another version ({record.record})", "prove it with the toolkit that wrote it, or publish again")
    return record


def _lean(edition: Edition) -> Edition:
    """An edition without what no proof needs."""
    return replace(
        edition,
        leaflet=replace(edition.leaflet, folder=Path()),
        language=replace(edition.language, facts=Facts(), look_alikes={}),
        pictures={},
    )
