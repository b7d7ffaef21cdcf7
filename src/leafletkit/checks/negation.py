"""Find the words for "no" in a text, by the facts of its language.

Phrases that only look like a "no" ("not only") are passed over. A "no" beside a word that turns it
round ("do not stop taking") is none. Words that free from a duty ("you need not") are none either,
but they undo a warning to do something, and are found apart.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from ..letters import CLAUSE_STOPS
from ..model import Language
from .wording import Found, Same, blank, find_words, fold

_APART = re.compile(f"[{re.escape(CLAUSE_STOPS)}]")
_BESIDE = 2  # words between a "no" and a word that turns it round


def negations(text: str, language: Language, *, doubtful: bool = True) -> list[Found]:
    """The words for "no" in a folded text. `doubtful`: those that may also mean "need not" count as well."""
    return list(_negations(text, Same(language), doubtful))


@lru_cache(maxsize=4096)
def _negations(text: str, same: Same[Language], doubtful: bool) -> tuple[Found, ...]:
    language = same.value
    facts = language.facts
    if not find_words(text, facts.negations, language) and not find_words(text, facts.ambiguous, language):
        return ()  # most texts
    text = blank(text, facts.not_negations, language)
    text = blank(text, facts.exemptions, language)
    if not doubtful:
        text = blank(text, facts.ambiguous, language)
    found = find_words(text, facts.negations, language)
    if doubtful and facts.ambiguous:
        taken = [range(f.start, f.end) for f in found]
        found += [f for f in find_words(text, facts.ambiguous, language) if not any(f.start in r for r in taken)]
        found.sort(key=lambda f: f.start)
    for turn in find_words(text, facts.reversers, language) if facts.reversers and found else ():
        beside = [f for f in found if (f.end <= turn.start or turn.end <= f.start) and near(text, f, turn, language)]
        if beside:
            found = [f for f in found if f is not beside[0] and (f.end <= turn.start or turn.end <= f.start)]
    return tuple(found)


def near(text: str, one: Found, other: Found, language: Language) -> bool:
    """Whether at most two words, and no end of a clause, stand between two places."""
    between = text[min(one.end, other.end) : max(one.start, other.start)]
    words = len(between.strip()) / 2 if language.facts.no_spaces else len(between.split())
    return words <= _BESIDE and not _APART.search(between)


def negated(text: str, language: Language, *, doubtful: bool = True) -> str:
    """The first word for "no" in a text, or ""."""
    text = fold(text)
    found = negations(text, language, doubtful=doubtful)
    return text[found[0].start : found[0].end] if found else ""


def groups(text: str, language: Language) -> int:
    """How many times a text says "no"; words that say it together ("nigdy nie") count once."""
    text = fold(text)
    found = negations(text, language)
    return sum(not near(text, a, b, language) for a, b in itertools.pairwise(found)) + bool(found)


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a text start and end, by its punctuation."""
    edges = [0, *(m.end() for m in _APART.finditer(text)), len(text)]
    return [(a, b) for a, b in itertools.pairwise(edges) if text[a:b].strip()]
