"""Read the facts of a language that the checks of translations need: [facts] and glossary.toml.

Forms of units that CLDR knows are added to those that a linguist has written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.units import format_unit

from .fields import Fields, read_toml
from .model import Facts, Finding

# Key in language.toml -> CLDR unit, where CLDR has one.
UNITS: Mapping[str, str] = {
    "second": "duration-second", "minute": "duration-minute", "hour": "duration-hour", "day": "duration-day",
    "week": "duration-week", "month": "duration-month", "year": "duration-year",
    "tablet": "", "capsule": "", "dose": "", "drop": "", "time": "", "spoon": "", "puff": "",
    "milligram": "mass-milligram", "microgram": "mass-microgram", "gram": "mass-gram", "kilogram": "mass-kilogram",
    "millilitre": "volume-milliliter", "litre": "volume-liter", "international-unit": "",
    "percent": "concentr-percent", "degree": "temperature-celsius",
}  # fmt: skip
# Signs that are the same in every language. (µ and μ are made one letter by `checks.wording.fold`.)
SIGNS: Mapping[str, tuple[str, ...]] = {
    "milligram": ("mg",), "microgram": ("µg", "mcg", "ug"), "gram": ("g",), "kilogram": ("kg",), "millilitre": ("ml",),
    "litre": ("l",), "international-unit": ("IU",), "percent": ("%", "٪", "％"), "degree": ("°C", "℃"),
}  # fmt: skip
COMPARATORS = ("more", "less", "least", "most", "about")
STATUS = r"unverified|verified by .+"
IDIOM = r"\d+(\.\d+)? [a-z-]+"


def read_facts(table: Fields, locale: str) -> Facts:
    """[facts] of language.toml; mistakes become findings of the table."""
    units = table.table("units", required=False)
    words = table.table("number_words", required=False)
    idioms = table.table("idioms", required=False)
    comparators = table.table("comparators", required=False)
    verified = table.table("verified", required=False)
    written = {name: units.strings(name) for name in units.values}
    facts = Facts(
        status=table.string("status", "unverified", pattern=STATUS),
        verified={name: verified.string(name) for name in verified.values},
        negations=table.strings("negations", ()),
        not_negations=table.strings("not_negations", ()),
        ambiguous=table.strings("ambiguous", ()),
        exemptions=table.strings("exemptions", ()),
        reversers=table.strings("reversers", ()),
        not_numbers=table.strings("not_numbers", ()),
        conjunctions=table.strings("conjunctions", ()),
        no_spaces=table.flag("no_spaces", False),
        length=table.number("length", 0.0, high=5),
        comparators={name: comparators.strings(name) for name in comparators.values},
        units=with_cldr(written, locale) if written else {},
        number_words={word: words.number(word) for word in words.values},
        idioms={phrase: idioms.string(phrase, pattern=IDIOM) for phrase in idioms.values},
    )
    for part, known in ((units, UNITS), (comparators, COMPARATORS)):
        for name in part.values:
            if name not in known:
                part.complain(name, f"“{name}” is not one of the names of this table", "use one of: " + ", ".join(known))
    for phrase, meaning in facts.idioms.items():
        if meaning.partition(" ")[2] not in UNITS:
            idioms.complain(phrase, f"“{meaning}” does not end in a known unit", "use one of: " + ", ".join(UNITS))
    for name, phrases in (("negations", facts.negations), ("not_negations", facts.not_negations), ("ambiguous", facts.ambiguous),
                          ("exemptions", facts.exemptions), ("reversers", facts.reversers), ("not_numbers", facts.not_numbers)):  # fmt: skip
        _refuse_stars(table, name, phrases)
    for name in facts.verified:
        if name not in table.seen - {"status", "verified"}:
            verified.complain(name, f"“{name}” is no fact of this file", "use one of: " + ", ".join(sorted(table.seen - {"status", "verified"})))
    table.finish()
    return facts


def _refuse_stars(table: Fields, name: str, phrases: Iterable[str]) -> None:
    """A phrase of little but stars fits every word, and would switch its check off."""
    for phrase in phrases:
        letters = sum(unicodedata.category(c)[0] in "LMN" for c in phrase)
        if letters == 0 or ("*" in phrase and letters < 2):
            table.complain(name, f"“{phrase}” in “{name}” fits nearly every word", "write more of its letters beside the star")


def read_glossary(text: str, path: str, folder: str, facts: Facts) -> tuple[Facts, tuple[Finding, ...]]:
    """Facts with the terms of a glossary.toml."""
    top, findings = read_toml(text, "glossary-invalid", path, language=folder)
    if top is None:
        return facts, findings
    status = top.string("status", pattern=STATUS)
    names, words = top.table("names", required=False), top.table("words", required=False)
    for twice in names.values.keys() & words.values.keys():
        top.complain(twice, f"“{twice}” stands in both tables", "keep it in [names] or in [words]")
    facts = replace(
        facts,
        names={key: names.strings(key) for key in names.values},
        terms={key: words.strings(key) for key in words.values},
        glossary_status=status,
    )
    for table in (names, words):
        for key in table.values:
            _refuse_stars(table, key, (*facts.names.get(key, ()), *facts.terms.get(key, ())))
    top.finish()
    return facts, tuple(top.findings)


def with_cldr(written: Mapping[str, tuple[str, ...]], locale: str) -> Mapping[str, tuple[str, ...]]:
    """The forms of every unit: those written, those of CLDR, and the signs that all languages share."""
    forms = {unit: (*written.get(unit, ()), *SIGNS.get(unit, ()), *cldr_forms(name, locale)) for unit, name in UNITS.items()}
    return {unit: tuple(dict.fromkeys(rows)) for unit, rows in forms.items() if rows}


@lru_cache(maxsize=1024)
def cldr_forms(unit: str, locale: str) -> tuple[str, ...]:
    """What CLDR puts beside a number for a unit, long and short; none where it has none."""
    try:
        rules = Locale.parse(locale, sep="_" if "_" in locale else "-").plural_form
    except (UnknownLocaleError, ValueError):
        return ()
    if not unit:
        return ()
    numbers = {rules(n): n for n in (Decimal("1.5"), 100, 11, 5, 3, 2, 1, 0)}
    out = []
    for number in numbers.values():
        for length in ("long", "short"):
            shown = format_unit(number, unit, length, format="0.#", locale=locale)
            form = re.sub(r"[\d.,\u0660-\u0669\u06f0-\u06f9٫\u200e\u200f]*\d[\d.,٫]*", "", shown).strip(" \u00a0\u202f\u200e\u200f")
            if form and unit not in form and (len(form) > 1 or not form.isascii()):
                out.append(form)
    return tuple(dict.fromkeys(out))
