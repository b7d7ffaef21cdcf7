"""Do the terms that a warning names survive: the medicine, the illness, the person to tell?

What is accepted in each language stands in its glossary.toml. The English glossary says which terms
a string has; the language's own says which its translation has. All must be there; of names (a
medicine, an illness) none may be added either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from .. import inline
from ..model import Facts, Language
from .pair import Pair, Problem
from .wording import Found, Same, find, fold

MISSING, ADDED, FACTS = "term-missing", "term-added", "facts-missing"


def terms(pair: Pair) -> Iterator[Problem]:
    """Each term of a warning that is lost, and each name that is added."""
    if pair.is_source or pair.warning is None:
        return
    language, source = pair.language, pair.source
    english, text = fold(inline.plain(pair.unit.text)), fold(inline.plain(pair.text))
    wanted = {f.key: english[f.start : f.end] for f in reversed(found_terms(english, source))}
    there = {f.key: f for f in reversed(found_terms(text, language))}
    known = glossary(language.facts)
    if wanted and not known:
        yield Problem(FACTS, f"{pair.name} has terms to keep, but there is no glossary", f"write locales/{language.tag}/glossary.toml")
        return
    for key, words in wanted.items():
        if key not in known:
            yield Problem(FACTS, f"{pair.name} has “{words}”, and glossary.toml has no forms for “{key}”", f"add “{key}” to locales/{language.tag}/glossary.toml")
        elif key not in there:
            forms = ", ".join(f"“{f}”" for f in known[key][:4])
            yield Problem(MISSING, f"{pair.name} has nothing for “{words}”", f"name it; the glossary accepts {forms}{' …' if len(known[key]) > 4 else ''}")
    kept = [f for f in found_terms(text, language) if f.key in wanted]
    for key, place in there.items():
        # "Nurse" inside of "doctor or nurse" is not added.
        inside = any(k.start <= place.start and place.end <= k.end for k in kept)
        if key in language.facts.names and key not in wanted and not inside:
            written = text[place.start : place.end]
            yield Problem(ADDED, f"{pair.name}: “{written}” ({key}) is not in the English", "take it out, or name what the English names", written)


def found_terms(folded: str, language: Language) -> list[Found]:
    """The terms of a folded text by the glossary of its language; the longer of two wins."""
    return list(_found_terms(folded, Same(language)))


@lru_cache(maxsize=4096)
def _found_terms(folded: str, language: Same[Language]) -> tuple[Found, ...]:
    return tuple(find(folded, glossary(language.value.facts), language.value))


def terms_of(text: str, language: Language) -> frozenset[str]:
    """The keys of the terms in a text."""
    return frozenset(f.key for f in found_terms(fold(text), language))


@lru_cache(maxsize=256)
def glossary(facts: Facts) -> Mapping[str, tuple[str, ...]]:
    """Both tables of a glossary as one."""
    return {**facts.names, **facts.terms}
