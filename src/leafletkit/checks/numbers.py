"""Read the quantities of a text: value, unit and comparator, in any digits or words of a language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_decimal_symbol

from ..letters import DIGITS, SENTENCE_STOPS
from ..model import Facts, Language
from .wording import Found, Same, blank, find, find_words, fold

_NUMBER = re.compile(r"\d+(?:[.,\u066b]\d+)*")
_NEAR = 14  # characters between a number and its unit
_JOINER = 9  # characters between the two numbers of a range
_COMPARES = 4  # characters between a comparator and its number
_PHONE = re.compile(r"(?<![\w.,])\+?\(?\d[\d ()\-–]{6,}\d(?![\w])")
_DATE = re.compile(r"\d{1,2}[ /-]\d{1,2}[ /-]\d{4}|\d{4}[ -]\d{1,2}[ -]\d{1,2}|\d{4}[-–]\d{4}")
_STOP = re.compile(f"[{re.escape(SENTENCE_STOPS)}]")
_EQUAL = {"week": (Decimal(7), "day"), "year": (Decimal(12), "month")}

Meaning = tuple[Decimal, str]  # value and unit ("" if none stands near)


@dataclass(frozen=True)
class Quantity:
    """A number with its unit and comparator, and where it is written in the folded text.

    Some have two meanings: "quinze jours" are 15 days or 2 weeks, 8 pm is 8 or 20.
    """

    meanings: tuple[Meaning, ...]
    start: int
    end: int
    written: str
    comparator: str = ""

    @property
    def value(self) -> Decimal:
        return self.meanings[0][0]

    @property
    def unit(self) -> str:
        return self.meanings[0][1]

    @property
    def shown(self) -> str:
        return f"{self.value.normalize():f} {self.unit}".strip()

    def equals(self, other: Quantity) -> bool:
        """Whether the two can mean the same: 1 week is 7 days."""
        return bool({_basic(m) for m in self.meanings} & {_basic(m) for m in other.meanings})


def _basic(meaning: Meaning) -> Meaning:
    value, unit = meaning
    factor, basic = _EQUAL.get(unit, (Decimal(1), unit))
    return value * factor, basic


def plain_digits(text: str) -> str:
    """A text with the digits of every script as 0-9."""
    return text if text.isascii() else text.translate(DIGITS)


def phones(text: str) -> list[tuple[int, int, str]]:
    """Telephone numbers: (start, end, digits)."""
    rows = ((m.start(), m.end(), re.sub(r"\D", "", m[0])) for m in _PHONE.finditer(plain_digits(text)))
    return [row for row in rows if 7 <= len(row[2]) <= 15 and not _DATE.fullmatch(text[row[0] : row[1]])]


def read(text: str, language: Language) -> list[Quantity]:
    """Every number of a text, in order: digits of any script, number words beside a unit, and idioms."""
    return list(_read(text, Same(language)))


@lru_cache(maxsize=4096)
def _read(text: str, same: Same[Language]) -> tuple[Quantity, ...]:
    language = same.value
    facts = language.facts
    plain = fold(plain_digits(text).replace("**", "  "))
    for start, end, _ in reversed(phones(plain)):
        plain = plain[:start] + " " * (end - start) + plain[end:]
    plain = re.sub(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b", r"\1 \2 \3", plain)  # dates in figures
    counting = _counting(facts)
    if not _NUMBER.search(plain) and not find_words(plain, counting[2], language):
        return ()  # most strings
    plain = blank(plain, facts.not_numbers, language)
    digits = list(_NUMBER.finditer(plain))
    words = find_words(plain, counting[0], language)
    idioms = find_words(plain, counting[1], language)
    units = find(plain, facts.units, language)
    out = [_quantity(_value(m[0], language), m.start(), m.end(), units, plain) for m in digits]
    after: Quantity | None = None  # the next number word that has a unit
    for word in reversed(words):
        value = Decimal(str(facts.number_words[word.key]))
        here = _quantity(value, word.start, word.end, units, plain, near=3)
        if not here.unit and after and after.start - word.end <= _JOINER:
            here = replace(here, meanings=((value, after.unit),))  # "three" of "three to five days"
        if here.unit:
            out.append(here)
            after = here
    for idiom in idioms:
        count, _, unit = facts.idioms[idiom.key].partition(" ")
        meaning = (Decimal(count), unit)
        inside = [q for q in out if idiom.start <= q.start < idiom.end]
        out = [q for q in out if q not in inside]
        out.append(Quantity((meaning, *(m for q in inside for m in q.meanings)), idiom.start, idiom.end, plain[idiom.start : idiom.end]))
    out.sort(key=lambda q: q.start)
    return tuple(_compared(out, plain, units, language))


def words_for_numbers(text: str, language: Language) -> frozenset[Decimal]:
    """The values of all number words of a text, with a unit or without."""
    words = language.facts.number_words
    return frozenset(Decimal(str(words[f.key])) for f in find_words(fold(text), _counting(language.facts)[0], language))


def numbers_in_words(text: str, language: Language) -> list[tuple[Found, Decimal]]:
    """The number words of a folded text and their values, with a unit or without; phrases that are no numbers passed over."""
    if not find_words(text, _counting(language.facts)[0], language):
        return []  # most texts
    text = blank(text, language.facts.not_numbers, language)
    values = language.facts.number_words
    return [(f, Decimal(str(values[f.key]))) for f in find_words(text, _counting(language.facts)[0], language)]


@lru_cache(maxsize=256)
def _counting(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The number words of a language, its idioms, and both together."""
    return tuple(facts.number_words), tuple(facts.idioms), (*facts.number_words, *facts.idioms)


def _value(written: str, language: Language) -> Decimal:
    """The value of a number in digits: 1,000 and 2.5 and 2,5 by what can be meant."""
    written = written.replace("\u066b", ".")
    thousands = re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", written)
    if thousands and (written.count(".") + written.count(",") > 1 or _point(language.locale) not in written):
        return Decimal(re.sub(r"[.,]", "", written))
    parts = re.split(r"[.,]", written)
    return Decimal(parts[0] if len(parts) == 1 else "".join(parts[:-1]) + "." + parts[-1])


@lru_cache(maxsize=256)
def _point(locale: str) -> str:
    """The decimal sign of a language, of CLDR."""
    return get_decimal_symbol(locale)


def _quantity(value: Decimal, start: int, end: int, units: Sequence[Found], text: str, near: int = _NEAR) -> Quantity:
    return Quantity(((value, _nearest(start, end, units, text, near)),), start, end, text[start:end])


def _nearest(start: int, end: int, units: Sequence[Found], text: str, near: int) -> str:
    """The unit that stands nearest, with no end of a sentence between; after the number before ahead of it."""
    best: tuple[int, int, str] | None = None
    for unit in units:
        after = unit.start >= end
        gap, between = (unit.start - end, text[end : unit.start]) if after else (start - unit.end, text[unit.end : start])
        if not 0 <= gap <= near or _STOP.search(between):
            continue
        if not after and re.search(r"\d\s?$", text[: unit.start]):
            continue  # "in 24 hours 8 tablets": the hours are those of the 24
        other = re.search(r"\d", between)
        if other and other.start() > _JOINER:
            continue  # the unit belongs to the other number
        candidate = (gap if after else gap + 3, 0 if after else 1, unit.key)
        best = min(best, candidate) if best else candidate
    return best[2] if best else ""


def _compared(quantities: list[Quantity], text: str, units: Sequence[Found], language: Language) -> list[Quantity]:
    """Give each number the comparator that stands right before it, or right after it and its unit."""
    out = list(quantities)
    for word in find(text, language.facts.comparators, language):
        # "From 3 up to 5": between the two numbers of a range such a word is only the "to".
        before = [q for q in quantities if 0 <= word.start - q.end <= _JOINER and not _STOP.search(text[q.end : word.start])]
        behind = [q for q in quantities if 0 <= q.start - word.end <= _COMPARES and not _STOP.search(text[word.end : q.start])]
        if (before and behind) or word.key == "about":
            continue
        best: tuple[int, int] | None = None
        for n, quantity in enumerate(quantities):
            end = next((u.end for u in units if 0 <= u.start - quantity.end <= _COMPARES), quantity.end)
            gap = quantity.start - word.end if quantity.start >= word.end else word.start - end
            between = text[word.end : quantity.start] if quantity.start >= word.end else text[end : word.start]
            if 0 <= gap <= _COMPARES and not _STOP.search(between):
                best = min(best, (gap, n)) if best else (gap, n)
        if best is None:
            continue
        if not out[best[1]].comparator:  # "at least 5 ... until": the word before the number counts
            out[best[1]] = replace(out[best[1]], comparator=word.key)
    return out
