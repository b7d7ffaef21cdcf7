"""What checks have found, and what tables say, remembered from one run to the next: the same question of the same toolkit has the same answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import strict
from .cache import Cache
from .digests import of_text
from .model import Finding
from .toolprint import digest, fingerprint


@dataclass
class _Memory:
    """Where this process remembers; nowhere, until it is told."""

    cache: Cache | None = None


_memory = _Memory()


@contextmanager
def use(cache: Path | None) -> Iterator[None]:
    """Remember in this cache for a while; nowhere if there is none."""
    before, _memory.cache = _memory.cache, Cache(cache) if cache else None
    try:
        yield
    finally:
        _memory.cache = before


def remembered(name: str, asked: Sequence[str], answer: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """The answer to a question; `asked` is everything that it depends on, but for the toolkit itself."""
    if _memory.cache is None:
        return answer()
    key = f"{name} {digest(fingerprint())} {of_text(chr(0).join(asked))}"
    data = _memory.cache.get(key)
    try:
        if data is not None:
            return strict.from_text(data, tuple[Finding, ...])
    except strict.FAULTS:
        pass  # something else: ask again
    found = answer()
    _memory.cache.put(key, strict.to_text(list(found)).encode())
    return found


def table(text: str, read: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """What a file of tables holds. `read` takes its text; what JSON can't hold, such as a date, is read each time."""
    if _memory.cache is None:
        return read(text)
    key = f"table {digest(fingerprint())} {of_text(text)}"
    data = _memory.cache.get(key)
    try:
        if data is not None and isinstance(found := json.loads(data), dict):
            return found
    except ValueError:
        pass  # something else: read it again
    found = read(text)
    with suppress(TypeError, ValueError):
        _memory.cache.put(key, json.dumps(found, allow_nan=False).encode())
    return found
