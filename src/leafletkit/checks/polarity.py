"""Does a prohibition still forbid, and a permission still permit?

"Do not take" that becomes "take" is the worst that a translation can do, and no spelling checker
sees it. The words that carry a "no" in each language stand in language.toml. They prove that a "no"
is there, not that it stands on the right verb: only a person who reads the language can tell that.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import inline
from ..model import Language
from .pair import Pair, Problem
from .wording import find, fold, pattern

LOST, ADDED, FACTS = "polarity-lost", "polarity-added", "facts-missing"


def polarity(pair: Pair) -> Iterator[Problem]:
    """A "no" that is lost from a prohibition or a negated fact, or added to a permission.

    Easy-read points are compared line by line, as each line is one sentence; a paragraph as a whole,
    and its **bold** words, where the English has its "no" in bold.
    """
    warning, language, source = pair.warning, pair.language, pair.source
    if pair.is_source or warning is None or warning.polarity not in ("prohibition", "negated-fact", "permission"):
        return
    if not language.negations:
        yield FACTS, f"{pair.name} forbids or permits, but language.toml names no words for “no”", "fill in [facts] negations"
        return
    for english, translated in zip(inline.lines(pair.unit.text), inline.lines(pair.text), strict=False):
        wanted = negated(inline.plain(english), source)
        there = negated(inline.plain(translated), language)
        if wanted and not there:
            yield LOST, f"{pair.name}: “{inline.plain(translated)}” has no word for “{wanted}”", "say what the patient must not do, or what is not so"
        elif wanted and negated(_bold(english), source) and not negated(_bold(translated), language):
            yield LOST, f"{pair.name}: the bold words “{_bold(translated).strip()}” hold no “{wanted}”", "put the word for “no” in bold, as in the English"
        elif not wanted and there and warning.polarity == "permission":
            yield ADDED, f"{pair.name}: “{there}” forbids what the English permits", "say that the patient may do this"


def _bold(line: str) -> str:
    return " ".join(span.text for span in inline.parse(line) if span.strong)


def negated(text: str, language: Language) -> str:
    """The first word for "no" in a text, or "". Phrases that only look like one are passed over.

    Both lists stand in language.toml.
    """
    text = fold(text)
    for phrase in language.not_negations:
        text = pattern(phrase, language.no_spaces).sub(" ", text)
    for marker in language.negations:
        if places := find(text, marker, language):
            return text[slice(*places[0])]
    return ""
