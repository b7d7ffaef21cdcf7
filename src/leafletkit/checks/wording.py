"""Find the words of language.toml and glossary.toml in a text: whole words, whatever their vowel marks and capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from ..letters import CLAUSE_STOPS, HAN, INSIDE, UNSEEN
from ..model import Facts, Language

T = TypeVar("T")
_HARAKAT = re.compile("[\u064b-\u0652\u0640]")
_INVISIBLE = re.compile(f"[{UNSEEN}]")
# A run of digits, a word, white space, or any other sign; a Chinese character is a word.
_TOKENS = re.compile(rf"\d+|[{HAN}]|(?:(?![\d{HAN}])[{INSIDE}])+|\s+|.", re.DOTALL)
_STARRED = re.compile(rf"\d+|[{HAN}]|(?:(?![\d{HAN}])[{INSIDE}*])+|\s+|.", re.DOTALL)  # of phrases with a star
_LETTERS = re.compile(r"\d+|[a-z\u00df-\u024f]+|\s+|.", re.DOTALL)  # of languages without spaces
_SPACE = " "
_GAP = "..."
_GAP_TOKENS = 10  # four words and the blanks around them; it does not reach over the end of a clause


@dataclass(frozen=True)
class Found:
    """A phrase found in a folded text: what it stands for, and where."""

    key: str
    start: int
    end: int


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Text for comparing words: composed, without capitals, direction marks, Arabic vowel marks and stretching."""
    text = unicodedata.normalize("NFC", text).casefold().replace("i\u0307", "i").replace("’", "'")
    return text if text.isascii() else _INVISIBLE.sub("", _HARAKAT.sub("", text))


def find(text: str, table: Mapping[str, tuple[str, ...]], language: Language) -> list[Found]:
    """Where the phrases of a table stand in a folded text: whole words, or anywhere in languages without spaces.

    A star in a phrase stands for any letters ("unika*"), three dots for up to four words ("ne ... que").
    Where two could stand at one place, the
    longer phrase wins; a phrase of several keys is found for each of them. Places do not overlap, but
    for those in a gap. `table` must be one of the language's own facts.
    """
    return _search(text, _matcher(Same(table), language.facts), language.facts.no_spaces)


def find_words(text: str, phrases: tuple[str, ...], language: Language) -> list[Found]:
    """Like `find`, for a plain list of phrases of the language's facts: each stands for itself."""
    return _search(text, _list_matcher(Same(phrases), language.facts.no_spaces), language.facts.no_spaces)


def blank(text: str, phrases: tuple[str, ...], language: Language) -> str:
    """A folded text with these phrases made blank; every other place stays where it is."""
    for found in reversed(find_words(text, phrases, language)):
        text = text[: found.start] + " " * (found.end - found.start) + text[found.end :]
    return text


class Same(Generic[T]):
    """A value as a key of a cache: the very same object is the same key."""

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


@dataclass
class _Node:
    """What may follow in a phrase: words as they are, and words with a star.

    Those lie by their first letter ("a"), or if the star is first by their last ("*a"; "*" if that is a star, too).
    """

    keys: tuple[str, ...] = ()
    words: dict[str, _Node] = field(default_factory=dict)
    stars: dict[str, list[tuple[tuple[str, ...], _Node]]] = field(default_factory=dict)
    gap: _Node | None = None
    seen: dict[str, tuple[_Node, ...]] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)

    def ways(self, word: str) -> tuple[_Node, ...]:
        """Where one goes from here with a word. Texts repeat their words, so each is looked up once."""
        if word not in self.seen:
            rows = (self.stars[row] for row in (word[0], "*" + word[-1], "*") if row in self.stars)
            starred = [n for row in rows for pieces, n in row if word != _SPACE and _fits(pieces, word)]
            self.seen[word] = (*([self.words[word]] if word in self.words else []), *starred)
        return self.seen[word]


@lru_cache(maxsize=4096)
def _matcher(table: Same[Mapping[str, tuple[str, ...]]], facts: Facts) -> _Node:
    return _built([(phrase, key) for key, phrases in table.value.items() for phrase in phrases], facts.no_spaces)


@lru_cache(maxsize=4096)
def _list_matcher(phrases: Same[tuple[str, ...]], no_spaces: bool) -> _Node:
    return _built([(phrase, phrase) for phrase in phrases.value], no_spaces)


def _built(rows: list[tuple[str, str]], no_spaces: bool) -> _Node:
    """A tree of phrases, word by word: a text is read once, however long the glossary is."""
    top = _Node()
    for phrase, key in rows:
        node = top
        for word in _words(" ".join(fold(phrase).split()), no_spaces):
            if word == _GAP:
                node.gap = node = node.gap or _Node()
            elif "*" in word:
                place = word[0] if word[0] != "*" else "*" + word[-1].replace("*", "")
                row = node.stars.setdefault(place, [])
                pieces = tuple(word.split("*"))
                node = next((n for p, n in row if p == pieces), None) or _grown(row, pieces)
            else:
                node = node.words.setdefault(word, _Node())
        node.keys = tuple(dict.fromkeys((*node.keys, key)))
    return top


def _grown(row: list[tuple[tuple[str, ...], _Node]], pieces: tuple[str, ...]) -> _Node:
    node = _Node()
    row.append((pieces, node))
    return node


def _words(phrase: str, no_spaces: bool) -> list[str]:
    """The tokens of a folded phrase; a star belongs to the letters around it."""
    if _GAP in phrase:
        before, _, after = phrase.partition(_GAP)
        return [*_words(before.strip(), no_spaces), _GAP, *_words(after.strip(), no_spaces)]
    if "*" not in phrase:
        return [t[0] for t in _tokens(phrase, no_spaces)]
    return [_SPACE if m.isspace() else m for m in _STARRED.findall(phrase)]


Token = tuple[str, int, int]
_MOST_MISSED = 200_000  # words that are remembered to begin no phrase


@lru_cache(maxsize=512)
def _words_of(text: str, no_spaces: bool) -> frozenset[str]:
    return frozenset(t[0] for t in _tokens(text, no_spaces))


@lru_cache(maxsize=512)
def _tokens(text: str, no_spaces: bool) -> tuple[Token, ...]:
    """(token, start, end) of a folded text; white space of any width is one blank.

    Without spaces between words, every letter that is not Latin is a token, and a space means nothing.
    """
    if no_spaces:
        return tuple((m[0], m.start(), m.end()) for m in _LETTERS.finditer(text) if not m[0].isspace())
    return tuple((_SPACE if m[0].isspace() else m[0], m.start(), m.end()) for m in _TOKENS.finditer(text))


def _search(text: str, top: _Node, no_spaces: bool) -> list[Found]:
    # Most texts have none of the words that begin a phrase; words repeat, so each is looked up once.
    new = _words_of(text, no_spaces) - top.missed
    begin = {word for word in new if top.ways(word)}
    if len(begin) < len(new):
        if len(top.missed) > _MOST_MISSED:
            top.missed.clear()
        top.missed |= new - begin
        for word in new - begin:
            del top.seen[word]  # else every word of a library would stay
    if not begin:
        return []
    tokens = _tokens(text, no_spaces)
    found: list[Found] = []
    after = 0
    for at, (word, start, _) in enumerate(tokens):
        if at >= after and word in begin:
            end, keys, gapped = _longest(tokens, at, top)
            if keys:
                found += [Found(key, start, tokens[end - 1][2]) for key in keys]
                after = at + 1 if gapped else end  # other phrases may stand in a gap
    return found


def _longest(tokens: tuple[Token, ...], at: int, node: _Node) -> tuple[int, tuple[str, ...], bool]:
    """Where the longest phrase that goes on from a node ends, its keys, and whether it has a gap; no keys if there is none."""
    best = (at, node.keys, False)
    if at == len(tokens):
        return best
    ways = [(at + 1, way) for way in node.ways(tokens[at][0])]
    if node.gap:
        stop = next((n for n in range(at, len(tokens)) if tokens[n][0] in CLAUSE_STOPS), len(tokens))
        ways += [(n, node.gap) for n in range(at, min(at + _GAP_TOKENS, stop))]
    for start, way in ways:
        end, keys, gapped = _longest(tokens, start, way)
        if keys and best[1] and end == best[0]:  # two spellings of one place, such as "dhif" and "dhif*"
            best = (end, tuple(dict.fromkeys((*best[1], *keys))), best[2] and (gapped or way is node.gap))
        elif keys and (not best[1] or end > best[0]):
            best = (end, keys, gapped or way is node.gap)
    return best


def _fits(pieces: tuple[str, ...], word: str) -> bool:
    """Whether a word is what a word with stars stands for; `pieces` are what stands between its stars."""
    if not word.startswith(pieces[0]) or not word.endswith(pieces[-1]) or len(word) < sum(map(len, pieces)):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        at = word.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return at <= len(word) - len(pieces[-1])
