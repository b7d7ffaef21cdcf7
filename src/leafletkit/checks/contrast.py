"""Do the warnings of one text stay apart? One text given twice, swapped warnings, pairs that no longer differ.

Looks at all warnings of a document together. What a warning must hold (its contract) is read from
the English: its terms, its numbers, and whether it forbids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from .. import inline
from ..model import Language, Leaflet, Unit
from .negation import negated
from .numbers import read
from .pair import Problem
from .terms import found_terms
from .wording import Same, fold

REPEATED, SWAPPED, ALIKE = "warning-repeated", "warning-swapped", "pair-alike"
_ALIKE = 0.92  # likeness of two texts (0 to 1) from which on they say the same
_BETTER = 0.2  # by how much a text must fit another contract better than its own (0 to 1)


@dataclass(frozen=True)
class _Contract:
    terms: frozenset[str]
    numbers: frozenset[str]
    negated: bool

    def fit(self, other: _Contract) -> float:
        """How well two agree, from 0 to 1."""
        mine, theirs = self.terms | self.numbers, other.terms | other.numbers
        shared = len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0
        return 0.85 * shared + 0.15 * (self.negated == other.negated)


def contrast(
    leaflet: Leaflet, units: Sequence[Unit], strings: Mapping[str, str], language: Language, source: Language
) -> Iterator[tuple[Unit, Problem]]:
    """Problems of the warnings of a leaflet taken together, each with the string that it is about."""
    if language.tag == source.tag:
        return
    by_id = {u.context: u for u in units}
    opposite = {w.id: w.contrast for w in leaflet.warnings}
    for document in leaflet.documents:
        rows = [by_id[b.id] for b in document.blocks if b.warning and b.id in strings and b.id in by_id]
        yield from _repeated(rows, strings)
        yield from _swapped(rows, strings, language, source)
        yield from _alike(rows, strings, opposite)


def _repeated(rows: Sequence[Unit], strings: Mapping[str, str]) -> Iterator[tuple[Unit, Problem]]:
    first: dict[str, Unit] = {}
    for unit in rows:
        text = " ".join(fold(strings[unit.context]).split())
        other = first.setdefault(text, unit)
        if other.text != unit.text:
            message = f"“{unit.context}” has the same words as “{other.context}”, and the English has not"
            yield unit, Problem(REPEATED, message, "translate each of the two warnings", strings[unit.context])


def _swapped(rows: Sequence[Unit], strings: Mapping[str, str], language: Language, source: Language) -> Iterator[tuple[Unit, Problem]]:
    """Texts that keep another warning's contract better than their own."""
    known = frozenset(language.facts.names) | frozenset(language.facts.terms)
    wanted = {u.context: _english(u.text, Same(source), known) for u in rows}
    for unit in rows:
        here = _contract(strings[unit.context], language, frozenset(source.facts.names) | frozenset(source.facts.terms))
        own = here.fit(wanted[unit.context])
        if own > 1 - _BETTER or not (here.terms or here.numbers):
            continue
        best = max((u for u in rows if u.warning != unit.warning or u.text != unit.text), key=lambda u: here.fit(wanted[u.context]), default=unit)
        if best is not unit and here.fit(wanted[best.context]) >= own + _BETTER:
            message = f"“{unit.context}” seems to hold the translation of “{best.context}”"
            yield unit, Problem(SWAPPED, message, f"translate “{unit.text.splitlines()[0]}”", strings[unit.context])


@lru_cache(maxsize=10_000)
def _english(text: str, source: Same[Language], known: frozenset[str]) -> _Contract:
    """The contract of an English text, which every language asks for again."""
    return _contract(text, source.value, known)


def _contract(text: str, language: Language, known: frozenset[str]) -> _Contract:
    words = inline.plain(text)
    return _Contract(
        frozenset(f.key for f in found_terms(fold(words), language)) & known,
        frozenset(q.shown for q in read(words, language)),
        bool(negated(words, language)),
    )


def _alike(rows: Sequence[Unit], strings: Mapping[str, str], opposite: Mapping[str, str | None]) -> Iterator[tuple[Unit, Problem]]:
    """Two warnings of opposite meaning in nearly the same words, where the English words differ more."""
    for number, unit in enumerate(rows):
        for other in rows[number + 1 :]:
            if other.warning not in (opposite.get(unit.warning or ""), *(w for w, o in opposite.items() if o == unit.warning)):
                continue
            here, there = fold(inline.plain(strings[unit.context])), fold(inline.plain(strings[other.context]))
            matcher = SequenceMatcher(None, here, there, autojunk=False)
            if here == there or matcher.quick_ratio() <= _ALIKE:
                continue
            like = matcher.ratio()
            if like > _ALIKE and like > SequenceMatcher(None, fold(unit.text), fold(other.text), autojunk=False).ratio() + 0.1:
                message = f"“{other.context}” says nearly the same as “{unit.context}”, and should say the opposite"
                yield other, Problem(ALIKE, message, "compare both with the English", strings[other.context])
