"""Read audio/lexicon/TAG.toml: how a language says what an engine would say wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from babel import Locale, UnknownLocaleError
from babel.units import UnknownUnitError, format_unit

from .fields import read_toml
from .files import Unreadable, read_text
from .model import Finding

# How units are written everywhere, and their names in CLDR. A lexicon adds how its own language writes them.
UNITS: Mapping[str, str] = {
    "kg": "mass-kilogram", "g": "mass-gram", "mg": "mass-milligram", "mcg": "mass-microgram", "µg": "mass-microgram",
    "μg": "mass-microgram", "l": "volume-liter", "L": "volume-liter", "ml": "volume-milliliter", "mL": "volume-milliliter",
    "cm": "length-centimeter", "mm": "length-millimeter", "km": "length-kilometer", "°C": "temperature-celsius",
    "℃": "temperature-celsius", "%": "concentr-percent", "٪": "concentr-percent", "mmHg": "pressure-millimeter-ofhg",
    "kcal": "energy-kilocalorie", "h": "duration-hour", "min": "duration-minute",
    "mmol/l": "concentr-millimole-per-liter", "mmol/L": "concentr-millimole-per-liter",
}  # fmt: skip
CURRENCIES = {"£": "GBP", "€": "EUR", "$": "USD", "₹": "INR"}
# What a lexicon may give a word for. "–" stands between two numbers, "−" before one, "." inside one, "/" between two,
# "per" between units; "dot", "slash", "hyphen" and "underscore" stand in addresses, "slash" between words too.
SIGNS = (
    "–", "−", ".", "per", "dot", "slash", "hyphen", "underscore", "/", "@", "&", "#", "+", "=", "<", ">", "≤", "≥", "±", "×", "~", "→", "°", "*",
)  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """The words of a language for the ear.

    `say`: whole words; `signs`: see `SIGNS` (with {0} where the number stands, if it is not behind);
    `units`: as written, with a CLDR name or a pattern with {0}; `spell`: numbers that are said digit by digit;
    `words`: whole numbers that the engine says wrongly; `days`: the 31 days of a month before its name;
    `years`: whether years are said as numbers or digit by digit; `time`: a time with {hour} and {minute}; `hour`: a full hour.
    """

    tag: str = ""
    say: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    spell: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    days: tuple[str, ...] = ()
    years: Literal["number", "digits"] = "number"
    time: str = ""
    hour: str = ""

    def __hash__(self) -> int:
        """Fit for a key: its tables have no hash of their own, and equal lexicons have these in common."""
        return hash((self.tag, len(self.say), len(self.units), self.years, self.time, self.hour))


def known_unit(name: str) -> bool:
    """Whether CLDR has a unit of this name, such as "mass-milligram"."""
    try:
        return name not in format_unit(1, name, "long", locale="en")
    except UnknownUnitError:
        return False


@lru_cache(maxsize=64)
def locale_of(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def read_lexicon(root: Path, tag: str) -> tuple[Lexicon, tuple[Finding, ...]]:
    """The lexicon of a language, and what is wrong with its file. A language without a file has an empty one."""
    path = root / "audio" / "lexicon" / f"{tag}.toml"
    relative = f"audio/lexicon/{tag}.toml"
    try:
        text = read_text(root, path)
    except FileNotFoundError:
        return Lexicon(tag), ()
    except Unreadable as error:
        return Lexicon(tag), (Finding("voices-invalid", str(error), error.hint, language=tag, path=relative),)
    top, findings = read_toml(text, "voices-invalid", relative, language=tag)
    if top is None:
        return Lexicon(tag), findings

    def table(name: str) -> Mapping[str, str]:
        rows = top.table(name, required=False)
        words = {key: rows.string(key) for key in sorted(rows.values, key=len, reverse=True)}
        if any(not word.strip() for word in words):
            rows.complain(name, "an entry has no word before its equals sign", "write the word that the voice says wrongly")
        return words

    signs, units = table("signs"), table("units")
    for sign in signs.keys() - set(SIGNS):
        top.complain("signs", f"“{sign}” is no sign that can have a word", f"use one of {' '.join(SIGNS)}, or put it under [say]")
    for unit, name in units.items():
        if "{0}" not in name and (not known_unit(name) or unit in CURRENCIES):
            top.complain("units", f"“{unit}” has neither a CLDR unit nor {{0}} in it", 'write a pattern such as "{0} drops", or a name such as "mass-milligram"')
    numbers = top.table("numbers", required=False)
    say = table("say")
    words = numbers.table("words", required=False)
    days = numbers.strings("days", ())
    if days and len(days) != 31:
        numbers.complain("days", f"it has {len(days)} entries", "give all 31 days of a month, or none")
    for number in (*words.values, *numbers.strings("spell", ())):
        if not (number.isascii() and number.isdigit()):
            numbers.complain("words", f"“{number}” is not a whole number in figures", "write its digits, without signs, or put it under [say]")
    lexicon = Lexicon(
        tag, say, signs, units,
        spell=numbers.strings("spell", ()),
        words={key: words.string(key) for key in words.values},
        days=days,
        years=cast(Literal["number", "digits"], numbers.string("years", "number", choices=("number", "digits"))),
        time=numbers.string("time", "", pattern=r".*\{hour\}.*\{minute\}.*"),
        hour=numbers.string("hour", "", pattern=r".*\{hour\}.*"),
    )  # fmt: skip
    numbers.finish()
    top.finish()
    return lexicon, tuple(dict.fromkeys((*findings, *top.findings)))
