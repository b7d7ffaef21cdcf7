"""Do the numbers of a string survive, by value, with their unit and comparator?

"3 to 5 days" may be written in any digits or words of a language, but not as 35, not as 5 to 3, not
in weeks, and nothing may be added. What the words for numbers and units are stands in language.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from ..model import Language
from .numbers import Quantity, phones, read, words_for_numbers
from .pair import Pair, Problem
from .wording import Same

CODE = "quantity-changed"
CONTACT = "contact-changed"
FACTS = "facts-missing"

_TIMES = {"second", "minute", "hour", "day", "week", "month", "year"}
_TIME_OF_DAY = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?m\b\.?", re.IGNORECASE)
_WRITTEN_TIME = re.compile(r"\b(\d{1,2})\s?[:.h]\s?(\d{2})\b")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s)\]<>]+[^\s)\].,;<>]", re.ASCII)


def quantities(pair: Pair) -> Iterator[Problem]:
    """Each number, unit, comparator, telephone number or address that is lost, changed, added or turned round."""
    if pair.is_source:
        return
    yield from _contacts(pair)
    language, text = pair.language, pair.text
    wanted, dates = _english(pair.unit.text, Same(pair.source))
    if not language.facts.units and any(q.unit for q in wanted):
        yield Problem(FACTS, f"{pair.name} has a quantity, but language.toml names no units", "fill in [facts.units] in language.toml")
        return
    if not language.facts.comparators and any(q.comparator for q in wanted):
        yield Problem(FACTS, f"{pair.name} has a “more than” or “at least”, but language.toml names no comparators", "fill in [facts.comparators] in language.toml")
    if any(len(q.meanings) > 1 for q in wanted):
        text = _WRITTEN_TIME.sub(r"\1 \2", text)
    found = read(text, language)
    yield from _dates(pair, dates, found)
    places: list[tuple[Quantity, Quantity]] = []
    for quantity in wanted:
        match = _match(quantity, found)
        if match is None:
            yield Problem(CODE, f"{pair.name}: “{quantity.shown}” is missing", "write the same number and unit as the English")
            continue
        if quantity.unit and not match.equals(quantity):
            what = f"has no {quantity.unit}" if not match.unit else f"is {match.unit} instead of {quantity.unit}"
            yield Problem(CODE, f"{pair.name}: “{match.written}” {what}", "write the same unit as the English", match.written)
        elif problem := _comparator(pair, quantity, match):
            yield problem
        found.remove(match)
        places.append((quantity, match))
    for (low, low_here), (high, high_here) in pairwise(places):
        joined = 0 < high.start - low.start < 12 and low.unit == high.unit
        if joined and low.value != high.value and low_here.start > high_here.start:
            yield Problem(CODE, f"{pair.name}: {low.shown} and {high.shown} have changed places", "write them in the order of the English", low_here.written)
    for extra in found:
        # A word like "one" is often no number; a number word beside a unit is one from 2 on.
        if extra.written[0].isdigit() or (extra.value >= 2 and extra.value not in words_for_numbers(pair.unit.text, pair.source)):
            yield Problem(CODE, f"{pair.name}: “{extra.written}” is not in the English", "take the number out", extra.written)


def _match(wanted: Quantity, found: list[Quantity]) -> Quantity | None:
    """The quantity that says the same; else one of the same number with another unit."""
    same = [q for q in found if q.equals(wanted)]
    exact = next((q for q in same if q.comparator == wanted.comparator), same[0] if same else None)
    return exact or next((q for q in found if any(v == w for v, _ in q.meanings for w, _ in wanted.meanings)), None)


def _comparator(pair: Pair, wanted: Quantity, match: Quantity) -> Problem | None:
    """A "more than" that is lost, turned round or added.

    "Within 1 week" for "for 1 week" is no fault: an added "at most" counts only for doses.
    """
    here, there = wanted.comparator, match.comparator
    if here == there or not pair.language.facts.comparators or (not here and there == "most" and wanted.unit in _TIMES):
        return None
    words = {"more": "more than", "less": "less than", "least": "at least", "most": "at most", "": "just"}
    return Problem(
        CODE, f"{pair.name}: “{match.written}” says “{words[there]}” and the English “{words[here]} {wanted.shown}”",
        "say more than, less than, at least or at most as the English does", match.written,
    )  # fmt: skip


def _dates(pair: Pair, dates: Sequence[tuple[int, int, int]], found: list[Quantity]) -> Iterator[Problem]:
    """Take the dates out of what was found; the day and the year must be there, the month may be a word."""
    for day, month, year in dates:
        for value, must in ((day, True), (year, True), (month, False)):
            match = next((q for q in found if q.value == value), None)
            if match:
                found.remove(match)
            elif must:
                yield Problem(CODE, f"{pair.name}: {value} of the date {day}.{month}.{year} is missing", "write the whole date with 0-9")


def _contacts(pair: Pair) -> Iterator[Problem]:
    """Telephone numbers, mail and web addresses must be the very same."""
    for what, wanted, found in (
        ("telephone number", [p[2] for p in phones(pair.unit.text)], [p[2] for p in phones(pair.text)]),
        ("address", _ADDRESS.findall(pair.unit.text), _ADDRESS.findall(pair.text)),
    ):
        for lost in [w for w in wanted if w not in found]:
            yield Problem(CONTACT, f"{pair.name}: the {what} {lost} is missing or changed", f"copy the {what} from the English")
        for added in [f for f in found if f not in wanted]:
            yield Problem(CONTACT, f"{pair.name}: the {what} {added} is not in the English", f"copy the {what} from the English", added)


@lru_cache(maxsize=10_000)
def _english(text: str, source: Same[Language]) -> tuple[tuple[Quantity, ...], tuple[tuple[int, int, int], ...]]:
    """What `read_source` finds, which every language asks for again."""
    quantities_, dates = read_source(text, source.value)
    return tuple(quantities_), tuple(dates)


def read_source(text: str, language: Language) -> tuple[list[Quantity], list[tuple[int, int, int]]]:
    """The quantities of a source text and its dates (day, month, year), which are not quantities."""
    dates: list[tuple[int, int, int]] = []
    months = "|".join(map(re.escape, language.months))
    if months and any(c.isdigit() for c in text):
        for match in re.finditer(rf"(\d{{1,2}}) ({months}) (\d{{4}})", text):
            dates.append((int(match[1]), language.months.index(match[2]) + 1, int(match[3])))
        text = re.sub(rf"\d{{1,2}} (?:{months}) \d{{4}}", lambda m: "·" * len(m[0]), text)
    clock: list[Quantity] = []
    for time in reversed(list(_TIME_OF_DAY.finditer(text))):
        hour = int(time[1]) % 12
        half = 12 if time[3].lower() == "p" else 0
        clock.append(Quantity(((Decimal(hour or 12), ""), (Decimal(hour + half), "")), time.start(), time.end(), time[0]))
        if time[2] and time[2] != "00":
            clock.append(Quantity(((Decimal(time[2]), ""),), time.start() + 1, time.end(), time[2]))
        text = text[: time.start()] + "·" * len(time[0]) + text[time.end() :]
    return sorted(clock + read(text, language), key=lambda q: q.start), dates
