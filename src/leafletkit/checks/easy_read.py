"""Does the easy-read text keep the rules of easy read, in every language?

Short sentences, one on a line; digits; no signs that are hard to read; and where a safety message
must say "no", that word in bold. Hard words are held against their list in `easy_words`, pictures
and the length of the whole in `easy_page`. Whether one sentence has one idea, only a reader can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from .. import inline
from ..letters import CLOSING, INSIDE
from ..model import Block, Language, Leaflet, Unit
from ..script import sentences
from .easy_words import easy_words
from .negation import near, negations
from .numbers import numbers_in_words, phones
from .pair import Problem
from .wording import fold

LONG, SENTENCES, SIGN, NUMBER, NEGATIVE = "easy-read-long", "easy-read-sentences", "easy-read-sign", "easy-read-number", "easy-read-negative"

_WORDS, _CHARACTERS = 15, 25  # of a sentence; characters where a language writes no spaces
_AFTER = CLOSING + " \u200e\u200f\u2069"  # what may stand after a full stop
_WORD = re.compile(rf"[{INSIDE}]")  # a letter or digit
_SIGNS = re.compile(r"[;:()\[\]{}/\\%‰&…<>=+*#§@|~^_؛٪：；（）／＆％［］【】〔〕｛｝＜＞＝＋＊＃＠]|\.\.\.|⋯")
_RANGE = re.compile(r"\d\s*[-‐‑–—~～]\s*\d+")
_ROMAN = re.compile(r"(?<![^\W_])(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})(?![^\W_])")
_SHORTENED = re.compile(r"(?<![^\W_])(?:etc\b\.?|e\.\s?g\.|i\.\s?e\.)", re.I)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")  # copied, not read


def easy_read(
    leaflet: Leaflet, units: Sequence[Unit], strings: Mapping[str, str], language: Language, source: Language
) -> Iterator[tuple[Unit, Problem]]:
    """Problems of the easy-read text in one language, each with the string that it is about."""
    by_id = {u.context: u for u in units}
    rows = [(b, by_id[b.id], strings[b.id]) for b in leaflet.easy_read.blocks if b.id in strings and b.id in by_id]
    for block, unit, text in rows:
        for problem in _judged(block, text, language, is_source=language.tag == source.tag):
            yield unit, problem
    yield from easy_words(leaflet, rows, language, source)


def _judged(block: Block, text: str, language: Language, *, is_source: bool) -> Iterator[Problem]:
    """The rules of single lines. The head of a hard word is no sentence."""
    name = f"“{block.id}”"
    lines = inline.lines(text)
    ended = block.kind in ("point", "word")
    for line in lines[1:] if block.kind == "word" else lines:
        words = inline.plain(line)
        yield from _long(name, words, language)
        yield from _signs(name, words)
        yield from _numbers(name, words, language)
        # A warning cut off in a translation is `warning-cut`, and no matter of easy read alone.
        if ended:
            yield from _sentence(name, words, language, must_end=is_source or not block.warning)
        if block.kind == "point":
            yield from _negative(name, line, block.text, language)


def _long(name: str, words: str, language: Language) -> Iterator[Problem]:
    for sentence in sentences(words, language.sentence_ends):
        if language.facts.no_spaces:
            count, most, what = len(_WORD.findall(sentence)), _CHARACTERS, "characters"
        else:
            count, most, what = sum(bool(_WORD.search(w)) for w in sentence.split()), _WORDS, "words"
        if count > most:
            yield Problem(LONG, f"{name}: this sentence has {count} {what}: “{sentence}”", f"say it in at most {most} {what}, with the same meaning", sentence)


def _sentence(name: str, words: str, language: Language, *, must_end: bool) -> Iterator[Problem]:
    found = sentences(words, language.sentence_ends)
    if len(found) > 1:
        yield Problem(SENTENCES, f"{name}: one line holds {len(found)} sentences: “{words}”", "say it in one sentence, or give each its own line (in every language)", words)
    elif must_end and not words.rstrip(_AFTER).endswith(tuple(language.sentence_ends)):
        yield Problem(SENTENCES, f"{name}: this line does not end as a sentence does: “{words}”", "write whole sentences, each up to its full stop", words)


def _signs(name: str, words: str) -> Iterator[Problem]:
    """Signs and short forms that are hard to read; telephone numbers and addresses are left alone."""
    words = _ADDRESS.sub(" ", words)
    for start, end, _ in reversed(phones(words)):
        words = words[:start] + " " * (end - start) + words[end:]
    for pattern, message, hint in (
        (_SIGNS, "signs that are hard to read", "say it in words, or make two sentences"),
        (_RANGE, "a dash in place of a word", "write the word, as in “3 to 5”"),
        (_ROMAN, "a Roman number", "write 1, 2, 3"),
        (_SHORTENED, "a short form", "write out what you mean, or leave it out"),
    ):
        if found := pattern.findall(words):
            yield Problem(SIGN, f"{name} has {message}: {' '.join(dict.fromkeys(found))}", hint, found[0])


def _numbers(name: str, words: str, language: Language) -> Iterator[Problem]:
    """A number in words. "One" and "half" are other words as well, and stay."""
    text = fold(words)
    for found, value in numbers_in_words(text, language):
        if value >= 2 and value == int(value):
            written = text[found.start : found.end]
            yield Problem(NUMBER, f"{name}: the number “{written}” is written as a word", f"write {int(value)}", written)


def _negative(name: str, line: str, english: str, language: Language) -> Iterator[Problem]:
    """A word for "no" that is not in bold. Of words that say it together ("nigdy nie") one is enough."""
    text, bold = _folded(line)
    found = negations(text, language)
    told = [f for f in found if any(bold[f.start : f.end])]
    for one in found:
        if any(one is other or near(text, one, other, language) for other in told):
            continue
        told.append(one)
        written = text[one.start : one.end]
        hint = "write it in bold" if "**" in english else "say it without a “no”, as the English does; or write both in bold"
        yield Problem(NEGATIVE, f"{name}: “{written}” says “no”, and is not in bold: “{inline.plain(line)}”", hint, written)


def _folded(line: str) -> tuple[str, list[bool]]:
    """A line as it is searched, and of each of its characters whether it is bold."""
    pieces = [(fold(span.text), span.strong) for span in inline.parse(line)]
    return "".join(text for text, _ in pieces), [strong for text, strong in pieces for _ in text]
