"""Do the numbers of a string survive, by value and with their unit?

"3 to 5 days" may be written in any digits or words of a language, but not as 35, not as 5 to 3, not
in weeks, and nothing may be added. What the words for numbers and units are stands in language.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ..model import Language
from .pair import Pair, Problem
from .wording import find, fold

CODE = "quantity-changed"
FACTS = "facts-missing"

_NUMBER = re.compile(r"\d+(?:[.,\u066b]\d+)?")
_NEAR = 14  # characters between a number and its unit
_JOINER = 9  # characters between the two numbers of a range


@dataclass(frozen=True)
class Quantity:
    """A number with its unit ("" if none stands near), and where it is written."""

    value: Decimal
    unit: str
    start: int
    written: str

    @property
    def shown(self) -> str:
        return f"{self.value.normalize():f} {self.unit}".strip()


def quantities(pair: Pair) -> Iterator[Problem]:
    """Each number or unit that is lost, changed, added or turned round."""
    if pair.is_source:
        return
    language = pair.language
    wanted, dates = read_source(pair.unit.text, pair.source)
    if not language.units and any(q.unit for q in wanted):
        yield FACTS, f"{pair.name} has a quantity, but language.toml names no units", "fill in [units] in language.toml"
        return
    found = read(pair.text, language)
    for day, month, year in dates:
        for value, must in ((day, True), (year, True), (month, False)):
            match = next((q for q in found if q.value == value), None)
            if match:
                found.remove(match)
            elif must:
                yield CODE, f"{pair.name}: {value} of the date {day}.{month}.{year} is missing", "write the whole date with 0-9"
    places: list[tuple[Quantity, Quantity]] = []
    for quantity in wanted:
        same = [q for q in found if q.value == quantity.value]
        match = next((q for q in same if q.unit == quantity.unit), same[0] if same else None)
        if match is None:
            yield CODE, f"{pair.name}: “{quantity.shown}” is missing", "write the same number and unit as the English"
            continue
        if quantity.unit and match.unit != quantity.unit:
            what = f"has no {quantity.unit}" if not match.unit else f"is {match.unit} instead of {quantity.unit}"
            yield CODE, f"{pair.name}: “{match.written}” {what}", "write the same unit as the English"
        found.remove(match)
        places.append((quantity, match))
    for (low, low_here), (high, high_here) in pairwise(places):
        joined = 0 < high.start - low.start < 12 and low.unit == high.unit
        if joined and low.value != high.value and low_here.start > high_here.start:
            yield CODE, f"{pair.name}: {low.shown} and {high.shown} have changed places", "write them in the order of the English"
    for extra in found:
        if extra.written[0].isdigit():
            yield CODE, f"{pair.name}: “{extra.written}” is not in the English", "take the number out"


def read_source(text: str, language: Language) -> tuple[list[Quantity], list[tuple[int, int, int]]]:
    """The quantities of a source text and its dates (day, month, year), which are not quantities."""
    dates: list[tuple[int, int, int]] = []
    months = "|".join(map(re.escape, language.months))
    if months:
        for match in re.finditer(rf"(\d{{1,2}}) ({months}) (\d{{4}})", text):
            dates.append((int(match[1]), language.months.index(match[2]) + 1, int(match[3])))
        text = re.sub(rf"\d{{1,2}} (?:{months}) \d{{4}}", lambda m: "·" * len(m[0]), text)
    return read(text, language), dates


def read(text: str, language: Language) -> list[Quantity]:
    """Every number of a text with its unit: digits of any script, number words beside a unit, and idioms."""
    plain = fold("".join(str(int(c)) if c.isdecimal() else c for c in text.replace("**", "  ")))
    plain = re.sub(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b", r"\1 \2 \3", plain)  # dates in figures
    units = _units(plain, language)
    out: list[Quantity] = []
    for match in _NUMBER.finditer(plain):
        value = Decimal(match[0].replace(",", ".").replace("\u066b", "."))
        out.append(Quantity(value, _nearest(match.start(), match.end(), units, plain), match.start(), match[0]))
    words = sorted(
        (start, end, word) for word in language.number_words for start, end in find(plain, word, language)
    )
    after: tuple[int, str] | None = None  # where the next number word with a unit starts, and its unit
    for start, end, word in reversed(words):
        unit = _nearest(start, end, units, plain, near=3)
        if not unit and after and after[0] - end <= _JOINER:
            unit = after[1]  # "three" of "three to five days"
        if unit:
            out.append(Quantity(Decimal(str(language.number_words[word])), unit, start, word))
            after = (start, unit)
    for phrase, meaning in language.idioms.items():
        count, _, name = meaning.partition(" ")
        for start, _end in find(plain, phrase, language):
            out.append(Quantity(Decimal(count), name, start, phrase))
    return sorted(out, key=lambda q: q.start)


def _units(text: str, language: Language) -> list[tuple[int, int, str]]:
    return [(s, e, unit) for unit, forms in language.units.items() for form in forms for s, e in find(text, form, language)]


def _nearest(start: int, end: int, units: Sequence[tuple[int, int, str]], text: str, near: int = _NEAR) -> str:
    """The unit that stands nearest, with no end of a sentence between; after the number before ahead of it."""
    best: tuple[int, int, str] | None = None
    for unit_start, unit_end, unit in units:
        after = unit_start >= end
        gap, between = (unit_start - end, text[end:unit_start]) if after else (start - unit_end, text[unit_end:start])
        other = re.search(r"\d", between)
        if other and other.start() > _JOINER:
            continue  # the unit belongs to the other number
        if 0 <= gap <= near and not re.search(r"[.;:!?。؟۔।\n]", between):
            candidate = (gap if after else gap + 3, 0 if after else 1, unit)
            best = min(best, candidate) if best else candidate
    return best[2] if best else ""
