"""Does a prohibition still forbid, and a permission still permit?

"Do not take" that becomes "take" is the worst that a translation can do, and no spelling checker
sees it. The words that carry a "no" in each language stand in language.toml. They prove that a "no"
stands in the sentence of the right thing, not that it stands on the right verb: only a person who
reads the language can tell that.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import inline
from ..model import Warning_
from ..script import sentences
from .negation import clauses, groups, negated, negations
from .pair import Pair, Problem
from .terms import found_terms, terms_of
from .wording import find_words, fold

LOST, ADDED, DIFFERS, FACTS = "polarity-lost", "polarity-added", "polarity-differs", "facts-missing"


# “No clinician has approved it” must not become “a clinician has approved it”.
_NOTICE = Warning_("notice", "notice", "prohibition", (), "nothing unapproved may look approved")


def polarity(pair: Pair) -> Iterator[Problem]:
    """A "no" that is lost from a warning, or added to one.

    Easy-read points are compared line by line, as each line is one sentence; a paragraph as a whole
    and sentence by sentence, and its **bold** words, where the English has its "no" in bold.
    """
    warning, language, source = pair.warning, pair.language, pair.source
    if warning is None and pair.unit.context.startswith("notice-"):
        warning = _NOTICE
    if pair.is_source or warning is None:
        return
    must = warning.polarity in ("prohibition", "negated-fact") or any(negated(p, source) for p in warning.must_survive)
    if not language.facts.negations:
        if must or warning.polarity == "permission":
            yield Problem(FACTS, f"{pair.name} forbids or permits, but language.toml names no words for “no”", "fill in negations in [facts] of language.toml")
        return
    for english, translated in zip(inline.lines(pair.unit.text), inline.lines(pair.text), strict=False):
        wanted = negated(inline.plain(english), source)
        if wanted and must:
            yield from _kept(pair, english, translated, wanted)
        elif not wanted and warning.polarity in ("permission", "do"):
            yield from _added(pair, inline.plain(english), inline.plain(translated))
        elif warning.polarity == "risk":
            there = negated(inline.plain(translated), language)
            if wanted and not there:
                yield Problem(DIFFERS, f"{pair.name}: the English says “{wanted}”, and this has no word for it", "make sure that the meaning is the same")
            elif there and not wanted:
                yield Problem(DIFFERS, f"{pair.name}: “{there}” is a word for “no”, and the English has none", "make sure that the meaning is the same", there)


def _kept(pair: Pair, english: str, translated: str, wanted: str) -> Iterator[Problem]:
    """The "no" of one line: in the sentence of the same thing, not of doubtful meaning, and in bold where it was."""
    language, source = pair.language, pair.source
    words = inline.plain(translated)
    advice = "say what the patient must not do, or what is not so"
    if not negated(words, language):
        yield Problem(LOST, f"{pair.name}: “{words}” has no word for “{wanted}”", advice, words)
        return
    if not negated(words, language, doubtful=False):
        there = negated(words, language)
        yield Problem(LOST, f"{pair.name}: “{there}” can mean “must not” and “need not”", "choose words that can only mean “must not”", there)
        return
    if problem := _misplaced(pair, english, words, wanted):
        yield problem
    elif pair.warning and pair.warning.polarity == "negated-fact" and groups(words, language) > groups(inline.plain(english), source):
        yield Problem(ADDED, f"{pair.name}: “{words}” says “no” twice, and the English once", "say it with one “no”: a second one turns it round", words)
    elif negated(_bold(english), source) and not negated(_bold(translated), language):
        bold = _bold(translated).strip()
        yield Problem(LOST, f"{pair.name}: the bold words “{bold}” hold no “{wanted}”", "put the word for “no” in bold, as in the English", bold)


def _misplaced(pair: Pair, english: str, words: str, wanted: str) -> Problem | None:
    """A "no" that has moved to the sentence of another thing: "Take X. Do not take Y" for "Do not take X. Take Y"."""
    language, source = pair.language, pair.source
    here = sentences(words, language.sentence_ends)
    if len(here) < 2:
        return None
    for sentence in sentences(inline.plain(english), source.sentence_ends):
        if not negated(sentence, source):
            continue
        things = terms_of(sentence, source)
        same = [(s, things & terms_of(s, language)) for s in here]
        most = max(len(found) for _, found in same)
        if most and not any(negated(s, language) for s, found in same if len(found) == most):
            where = next(s for s, found in same if len(found) == most)
            return Problem(LOST, f"{pair.name}: “{where}” has no word for “{wanted}”", "put the “no” where the English has it", where)
    return None


def _added(pair: Pair, english: str, words: str) -> Iterator[Problem]:
    """A "no" in a permission, or in that part of a call to act that says what to do.

    The accepted words of a term may hold a "no" ("nothing wrong with" for "fine"): that is none.
    """
    language, warning = pair.language, pair.warning
    text = fold(words)
    wanted = terms_of(english, pair.source)
    terms = [t for t in found_terms(text, language) if t.key in wanted]
    found = [n for n in negations(text, language) if not any(t.start <= n.start and n.end <= t.end for t in terms)]
    if warning and warning.polarity == "do":
        # "You need not tell the nurse" undoes a call to act, though it forbids nothing.
        found += find_words(text, language.facts.exemptions, language)
        acting = [(a, b) for a, b in clauses(text) if any(a <= t.start < b for t in terms)]
        found = [n for n in found if any(a <= n.start < b for a, b in acting)]
    if found:
        there = text[found[0].start : found[0].end]
        what = "forbids what the English permits" if warning and warning.polarity == "permission" else "takes back what the English asks for"
        yield Problem(ADDED, f"{pair.name}: “{there}” {what}", "say it without a word for “no”, as the English does", there)


def _bold(line: str) -> str:
    return " ".join(span.text for span in inline.parse(line) if span.strong)


