"""What checks have found, remembered from one run to the next: the same question of the same toolkit has the same answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

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


def use(cache: Path | None) -> None:
    """Remember in this cache, from now on in this process."""
    _memory.cache = Cache(cache) if cache else None


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
