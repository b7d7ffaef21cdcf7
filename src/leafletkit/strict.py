"""Values as JSON and back, strictly: a value of another type is a fault, never a guess."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
FAULTS = (ValueError, TypeError, KeyError, AttributeError, RecursionError, msgspec.MsgspecError)  # what reading back may raise


def to_plain(value: object) -> Any:
    """A value of our dataclasses as what JSON can hold."""
    return msgspec.to_builtins(value, str_keys=True, enc_hook=_plain)


def to_text(value: object) -> str:
    """The same as one line of JSON. Equal values give equal texts."""
    return msgspec.json.encode(value, order="sorted", enc_hook=_plain).decode()


def from_plain(value: object, kind: type[T]) -> T:
    """A value from what JSON holds. Raises one of `FAULTS`."""
    return msgspec.convert(value, kind, dec_hook=_special)


def from_text(text: str | bytes, kind: type[T]) -> T:
    """Read a value back. Raises one of `FAULTS`."""
    value: T = _decoder(kind).decode(text)  # type: ignore[arg-type]
    return value


@lru_cache(maxsize=64)
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind, dec_hook=_special)  # making one takes longer than most readings


def _plain(value: object) -> object:
    if isinstance(value, str):
        return "".join(value)  # marked as safe HTML, which is a kind of text of its own
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _special(kind: type, value: object) -> object:
    if issubclass(kind, Path) and isinstance(value, str):
        return kind(value)
    raise TypeError(f"{value!r} is not {kind.__name__}")
