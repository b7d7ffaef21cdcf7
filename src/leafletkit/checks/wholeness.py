"""Is a translation whole? Lengths, sentences and lists are compared with the English.

Only a warning that is cut to a stump is certain to be a fault; the rest is advice, as languages
differ and translators may join and split sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .. import inline
from ..letters import CLOSING
from ..model import Language
from ..script import sentences
from .pair import Pair, Problem
from .wording import Same, find_words, fold

CUT, LENGTH, SENTENCES, LIST, FACTS = "warning-cut", "length-differs", "sentences-differ", "list-differs", "facts-missing"

_AFTER = CLOSING + " \u200e\u200f\u2069"  # what may stand after a full stop
_OPEN, _CLOSE = re.compile("[(（]"), re.compile("[)）]")
_STUMP = 0.35  # of the usual length: less is a warning cut short
_STUMP_LETTERS = 20  # from this many English characters on: a name of an illness may be two signs long
_SHORT, _LONG, _LETTERS = 0.55, 2.0, 30  # advice outside of this band, from this many English characters on
_SEPARATORS = re.compile("[,،、;；]")
_ITEM_WORDS = 8


def wholeness(pair: Pair) -> Iterator[Problem]:
    """A warning cut short; a string much shorter or longer than usual; sentences or items of a list too few."""
    if pair.is_source:
        return
    if pair.warning and (stump := _unended(pair)):
        yield Problem(CUT, f"{pair.name}: “{stump}” does not end as a sentence does", "translate the whole warning, up to its full stop", stump)
        return
    english, text = inline.plain(pair.unit.text), inline.plain(pair.text)
    usual = len(english) * pair.language.facts.length
    if not usual:
        if pair.warning:
            yield Problem(FACTS, f"{pair.name} can't be measured: language.toml does not say how long the language is", "fill in length in [facts] of language.toml")
    elif pair.warning and ((len(english) >= _STUMP_LETTERS and len(text) < _STUMP * usual) or _one_word(english, text, pair.language)):
        yield Problem(CUT, f"{pair.name} has {len(text)} characters where about {usual:.0f} are usual: “{text}”", "translate the whole warning", text)
        return
    elif len(english) >= _LETTERS and not _SHORT * usual <= len(text) <= _LONG * usual:
        size = "short" if len(text) < usual else "long"
        yield Problem(LENGTH, f"{pair.name} is very {size}: {len(text)} characters where about {usual:.0f} are usual", "compare it with the English: is anything missing or added?", text)
    if "\n" in pair.unit.text:
        return  # easy-read points: their lines are counted as markup
    here, wanted = _measures(english, Same(pair.source))
    there = len(sentences(text, pair.language.sentence_ends)) if here >= 2 else 1
    if here >= 2 and there * 2 <= here:
        yield Problem(SENTENCES, f"{pair.name} has {there} sentences, and the English has {here}", "compare it with the English: is a sentence missing?")
    if not wanted:
        return
    if not pair.language.facts.conjunctions:
        yield Problem(FACTS, f"{pair.name} has a list, but language.toml names no words for “and”", "fill in conjunctions in [facts] of language.toml")
        return
    marks = len(_SEPARATORS.findall(text)) + len(find_words(fold(text), pair.language.facts.conjunctions, pair.language))
    # Half of the marks will do: where words for "and" are joined to the next word, some can't be seen.
    if marks * 2 < wanted - 1:
        yield Problem(LIST, f"{pair.name} seems to list fewer things than the {wanted} of the English", "compare the lists: is one missing?")


def _unended(pair: Pair) -> str:
    """A line that ends in the middle, where the English line ends with a full stop."""
    for english, text in zip(inline.lines(pair.unit.text), inline.lines(pair.text), strict=False):
        here, there = inline.plain(english), inline.plain(text)
        if here.rstrip(_AFTER).endswith(tuple(pair.source.sentence_ends)) and not there.rstrip(_AFTER).endswith(tuple(pair.language.sentence_ends)):
            return inline.plain(text)
        if here.count("(") == here.count(")") and len(_OPEN.findall(there)) > len(_CLOSE.findall(there)):
            return inline.plain(text)
    return ""


def _one_word(english: str, text: str, language: Language) -> bool:
    return not language.facts.no_spaces and len(english.split()) >= 5 and len(text.split()) == 1


@lru_cache(maxsize=10_000)
def _measures(english: str, source: Same[Language]) -> tuple[int, int]:
    """How many sentences an English text has, and how many things it lists; every language asks for them again."""
    return len(sentences(english, source.value.sentence_ends)), _items(english, source.value)


def _items(text: str, source: Language) -> int:
    """How many things the longest list of an English text has ("a, b and c" are 3); 0 if there is none."""
    best = 0
    for sentence in sentences(fold(text), source.sentence_ends):
        pieces = _SEPARATORS.split(sentence)
        last = find_words(pieces[-1], source.facts.conjunctions, source)
        # Short pieces and an "and" or "or" inside the last of them make a list; other commas part clauses.
        least = 3 if last and not pieces[-1][: last[0].start].strip() else 2
        if len(pieces) >= least and last and all(len(p.split()) <= _ITEM_WORDS for p in pieces[1:]):
            best = max(best, len(pieces) + (least == 2))
    return best
