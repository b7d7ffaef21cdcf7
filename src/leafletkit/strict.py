"""Values as JSON and back, strictly: a value of another type is a fault, never a guess."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from cattrs import BaseValidationError
from cattrs.gen import make_dict_structure_fn
from cattrs.preconf.json import make_converter

from .lexicon import Lexicon
from .voices import Voice

T = TypeVar("T")
FAULTS = (ValueError, TypeError, KeyError, AttributeError, RecursionError, BaseValidationError)  # what reading back may raise


def to_plain(value: object) -> Any:
    """A value of our dataclasses as what JSON can hold."""
    return _CONVERTER.unstructure(value)


def to_text(value: object) -> str:
    """The same as one line of JSON. Equal values give equal texts."""
    return json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True)


def from_plain(value: object, kind: type[T]) -> T:
    """A value from what JSON holds. Raises one of `FAULTS`."""
    return _CONVERTER.structure(value, kind)


def from_text(text: str | bytes, kind: type[T]) -> T:
    """Read a value back. Raises one of `FAULTS`."""
    return from_plain(json.loads(text), kind)


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
_CONVERTER.register_structure_hook(bytes, lambda value, _: _strict(str)(value, str).encode("latin-1"))
_CONVERTER.register_unstructure_hook(bytes, lambda value: value.decode("latin-1"))
for _kind in (str, bool, int, float):
    _CONVERTER.register_structure_hook(_kind, _strict(_kind))
_CONVERTER.register_structure_hook(Path, lambda value, _: Path(_strict(str)(value, str)))
for _whole in (Lexicon, Voice):
    _CONVERTER.register_structure_hook(_whole, _complete(_whole))
