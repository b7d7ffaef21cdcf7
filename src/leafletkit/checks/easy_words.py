"""Are the hard words of an easy-read text explained in its list of hard words?

In English a hard word is one that `leaflet.toml` names as a name, or one of four syllables or more
that it does not call an everyday word. In every language it is an abbreviation. The head of an
entry (its bold first line) is what the entry explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .. import inline
from ..model import Block, Language, Leaflet, Unit
from ..readability import syllables
from .pair import Problem

ABBREVIATION, HARD = "easy-read-abbreviation", "easy-read-hard-word"

_SYLLABLES = 4  # from so many on a word is hard
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_ENGLISH = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_ROMAN = re.compile(r"[IVX]+")  # told of as a sign

Row = tuple[Block, Unit, str]  # a block, its English, and its text in the language


def easy_words(leaflet: Leaflet, rows: Sequence[Row], language: Language, source: Language) -> Iterator[tuple[Unit, Problem]]:
    """Words that are not explained, and entries of the list that explain nothing."""
    entries = [r for r in rows if r[0].kind == "word"]
    yield from _entries(entries)
    if len(entries) < sum(b.kind == "word" for b in leaflet.easy_read.blocks):
        return  # a translation with gaps: what its list lacks is said already
    heads = [_head(text) for _, _, text in entries]
    yield from _abbreviations(rows, heads)
    if language.tag == source.tag and language.tag.split("-")[0] == "en":
        yield from _hard_words(rows, heads, leaflet.meta.readability_names, leaflet.meta.everyday_words)


def _head(text: str) -> str:
    """The word that an entry explains."""
    return inline.plain(inline.lines(text)[0])


def _entries(entries: Sequence[Row]) -> Iterator[tuple[Unit, Problem]]:
    seen: dict[str, str] = {}
    for block, unit, text in entries:
        head, *meaning = inline.lines(text)
        words = inline.plain(head)
        if not all(span.strong for span in inline.parse(head) if span.text.strip()) or not any(c.isalnum() for c in words):
            yield unit, Problem(HARD, f"“{block.id}”: the first line is not just a hard word in bold: “{words}”",
                                "write the word alone in the first line, in bold, and what it means below", words)  # fmt: skip
        if not any(c.isalnum() for line in meaning for c in inline.plain(line)):
            yield unit, Problem(HARD, f"“{block.id}” does not say what “{words}” means", "write what it means, in one short sentence or two")
        if words.casefold() in seen:
            yield unit, Problem(HARD, f"“{words}” is explained twice: here and in “{seen[words.casefold()]}”", "explain each word once", words)
        seen.setdefault(words.casefold(), block.id)


def _abbreviations(rows: Sequence[Row], heads: Sequence[str]) -> Iterator[tuple[Unit, Problem]]:
    """Words with two capitals or more that no head has, each once: where it is first used."""
    known = {word for head in heads for word in _LATIN.findall(head)}
    for block, unit, text in rows:
        for word in _LATIN.findall(inline.plain(text)):
            if word not in known and sum(c.isupper() for c in word) > 1 and not _ROMAN.fullmatch(word):
                known.add(word)
                yield unit, Problem(ABBREVIATION, f"“{block.id}”: “{word}” is an abbreviation, or has too many capitals, and the list of hard words does not explain it",
                                    f"write it out, or add it to the hard words at the end (**{word}** in a first line)", word)  # fmt: skip


def _hard_words(rows: Sequence[Row], heads: Sequence[str], names: Sequence[str], everyday: Sequence[str]) -> Iterator[tuple[Unit, Problem]]:
    """Names and long words outside of the heads, each once: where it is first used."""
    explained, named = _phrases([*heads, *everyday]), _phrases(names)
    seen: set[str] = set()
    for block, unit, text in rows:
        words = explained.sub(" ", inline.plain(text))
        found = named.findall(words)
        words = named.sub(" ", words)
        if block.kind == "word" and any(sum(c.isupper() for c in w) > 1 for w in _head(text).split()):
            found = []  # what an abbreviation is short for
        found += [w for w in _ENGLISH.findall(words) if syllables(w) >= _SYLLABLES]
        for word in found:
            if word.casefold() not in seen:
                seen.add(word.casefold())
                yield unit, Problem(HARD, f"“{block.id}”: “{word}” is a hard word, and the list of hard words does not explain it",
                                    "use an easier word, add it to the hard words at the end, or, if everyone knows it, to everyday in leaflet.toml", word)  # fmt: skip


def _phrases(phrases: Sequence[str]) -> re.Pattern[str]:
    """Whole words, of one thing or of several."""
    rows = sorted((re.escape(re.sub("s$", "", p)) for p in phrases), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(rows)})(?:e?s)?(?![^\W_])" if rows else r"(?!)", re.I)
