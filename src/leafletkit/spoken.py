"""Write a text as the ear should get it: numbers, ranges, units, dates, telephone numbers, signs, hard words.

An engine skips signs and native digits, loses decimal points and runs telephone numbers together.
So each is written out in words of the language before an engine sees it. The words of the units come
from CLDR (Babel); those of the signs, and everything that CLDR has not, from audio/lexicon/TAG.toml.
What the lexicon has no word for stays as it is written, and `checks.speech` finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_name, get_group_symbol
from babel.units import UnknownUnitError, format_compound_unit, format_unit

from .letters import DIGITS, HAN, INSIDE, UNSEEN

# Direction marks change an engine's pauses and are heard by nobody.
_UNSEEN = re.compile(f"[{UNSEEN}]")

# How units are written everywhere, and their names in CLDR. A lexicon adds how its own language writes them.
UNITS: Mapping[str, str] = {
    "kg": "mass-kilogram", "g": "mass-gram", "mg": "mass-milligram", "mcg": "mass-microgram", "µg": "mass-microgram",
    "μg": "mass-microgram", "l": "volume-liter", "L": "volume-liter", "ml": "volume-milliliter", "mL": "volume-milliliter",
    "cm": "length-centimeter", "mm": "length-millimeter", "km": "length-kilometer", "°C": "temperature-celsius",
    "℃": "temperature-celsius", "%": "concentr-percent", "٪": "concentr-percent", "％": "concentr-percent",
    "mmHg": "pressure-millimeter-ofhg", "kcal": "energy-kilocalorie", "mmol": "concentr-mole",
}  # fmt: skip
# What a lexicon may give a word for. "–" stands between two numbers, "−" before one, "." inside one, "per" between units;
# "dot" and "slash" are the signs of an address.
SIGNS = ("–", "−", ".", "per", "dot", "slash", "/", "@", "&", "#", "+", "=", "<", ">", "≤", "≥", "±", "×", "~", "→", "°", "*")

CURRENCIES = {"£": "GBP", "€": "EUR", "$": "USD", "₹": "INR"}
_SAME_SIGN = {"-": "–", "—": "–", "＜": "<", "＞": ">", "＋": "+", "＝": "=", "～": "~", "≈": "~", "⩽": "≤", "⩾": "≥"}
_NUMBER = r"(?:\d{1,3}(?:[,.٬\u00a0\u202f]\d{3})+(?!\d)|\d+)(?:[.,٫]\d+)*"
_LATIN = r"A-Za-z0-9\u00c0-\u024f"


@dataclass(frozen=True)
class Lexicon:
    """audio/lexicon/TAG.toml: how a language says what an engine would say wrongly.

    `say`: whole words; `signs`: see `SIGNS`; `units`: as written, with a CLDR name or a pattern with {0};
    `spell`: numbers that are said digit by digit; `days`: the 31 days of a month before its name;
    `years`: whether years are said as numbers or digit by digit; `time`: a time with {hour} and {minute}, `hour`: a full hour.
    """

    tag: str = ""
    say: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    spell: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    years: Literal["number", "digits"] = "number"
    time: str = ""
    hour: str = ""


def spoken(text: str, lexicon: Lexicon) -> str:
    """The text as an engine gets it: one line, digits 0-9 only. Each part is written out once, by the first rule that fits."""
    text = _UNSEEN.sub("", text).translate(DIGITS)
    rules = _rules(lexicon.tag, tuple(lexicon.say), tuple(lexicon.units), bool(lexicon.days), lexicon.years)

    def one(match: re.Match[str]) -> str:
        said = _SAY[str(match.lastgroup)](match, lexicon)
        # Words that were written out don't run into their neighbours, but in Chinese there is nothing between words.
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return (" " if _joins(before, said[:1]) else "") + said + (" " if _joins(said[-1:], after) else "")

    return " ".join(rules.sub(one, text).split())


def _joins(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not re.match(f"[{HAN}]", left) and not re.match(f"[{HAN}]", right)


@lru_cache(maxsize=64)
def _rules(tag: str, words: tuple[str, ...], own_units: tuple[str, ...], days: bool, years: str) -> re.Pattern[str]:
    """All rules as one pattern; a group's name is its rule."""
    units = "|".join(re.escape(u) for u in sorted({*UNITS, *own_units}, key=len, reverse=True))
    unit = rf"(?:{units})(?![{INSIDE}])" if not re.search(f"[{HAN}]", units) else rf"(?:{units})(?![A-Za-z])"
    number = _NUMBER
    edge = rf"(?<![{_LATIN}])(?<![{_LATIN}][.,])"
    quantity = (
        rf"{edge}(?:(?P<sign>[<>≤≥⩽⩾＜＞±~～≈+＋−]|(?<![\w)])-)\s?)?(?P<money>[£€$₹])?(?P<low>{number})(?:\s?[-–—~～]\s?(?P<high>{number}))?"
        rf"(?:\s?(?P<unit>{unit})(?:\s?/\s?(?P<per>{unit}))?)?(?![A-Za-z\d])(?![.,٫]\d)"
    )
    rules = [
        ("word", "|".join(map(_whole, sorted(words, key=len, reverse=True)))),
        ("mail", r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
        ("web", r"(?:https?://)?www(?:\.[A-Za-z0-9-]+)+(?:/[A-Za-z0-9._/-]*[A-Za-z0-9/])?"),
        ("dated", rf"{edge}(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}|\d{{4}}/\d{{1,2}}/\d{{1,2}})(?![\d/])"),
        ("day", rf"{edge}(?P<which>\d{{1,2}})(?=\s(?:{'|'.join(map(re.escape, _months(tag)))}))" if days and _months(tag) else ""),
        ("year", rf"{edge}\d{{4}}(?=\s?年)" if years == "digits" else ""),
        ("clock", rf"{edge}(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![:\d])"),
        ("phone", rf"{edge}(?:\+|\(?0)[\d\s()-]{{5,18}}\d(?!\d|[.,]\d|\s?[/%])"),
        ("quantity", quantity),
        ("alone", r"[−/@&#+=<>≤≥±×~→°*＜＞＋＝～≈⩽⩾]"),
    ]
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in rules if pattern))


def _whole(word: str) -> str:
    """A word where it stands alone.

    A Latin abbreviation may touch letters of another script ("使用HIV药"); Chinese words have no edges.
    """
    if re.search(f"[{HAN}]", word):
        return re.escape(word)
    inside = _LATIN if word.isascii() else INSIDE
    return f"(?<![{inside}]){re.escape(word)}(?![{inside}])"


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _months(tag: str) -> tuple[str, ...]:
    locale = _locale(tag)
    return tuple(locale.months["format"]["wide"].values()) if locale else ()


def _word(match: re.Match[str], lexicon: Lexicon) -> str:
    return lexicon.say[match["word"]]


def _mail(match: re.Match[str], lexicon: Lexicon) -> str:
    return _address(match["mail"], lexicon)


def _web(match: re.Match[str], lexicon: Lexicon) -> str:
    return _address(match["web"].split("://")[-1], lexicon)


def _address(text: str, lexicon: Lexicon) -> str:
    """Letters of "www" one by one, and a word for each sign, if the lexicon has it."""
    text = re.sub(r"\bwww\b", "w w w", text)
    named = {sign: lexicon.signs.get(name, sign) for sign, name in ((".", "dot"), ("@", "@"), ("/", "slash"))}
    return " ".join("".join(f" {named[c]} " if c in named else c for c in text).split())


def _dated(match: re.Match[str], lexicon: Lexicon) -> str:
    """A date in figures as a date in words. The day comes first, but for dates that begin with the year."""
    figures = [int(n) for n in re.findall(r"\d+", match["dated"])]
    year, month, day = figures if figures[0] > 31 else reversed(figures)
    locale = _locale(lexicon.tag)
    try:
        if locale:
            return spoken(format_date(date(year, month, day), "long", locale=locale), lexicon)
    except ValueError:
        pass
    return " ".join(_integer(n, lexicon) for n in re.findall(r"\d+", match["dated"]))


def _day(match: re.Match[str], lexicon: Lexicon) -> str:
    number = int(match["which"])
    return lexicon.days[number - 1] if 1 <= number <= len(lexicon.days) else match["which"]


def _year(match: re.Match[str], _lexicon: Lexicon) -> str:
    return " ".join(match["year"])


def _clock(match: re.Match[str], lexicon: Lexicon) -> str:
    pattern = lexicon.hour if lexicon.hour and int(match["minute"]) == 0 else lexicon.time
    if not pattern:
        return match["clock"]
    return pattern.replace("{hour}", str(int(match["hour"]))).replace("{minute}", " ".join(match["minute"]) if match["minute"][0] == "0" else match["minute"])


def _phone(match: re.Match[str], lexicon: Lexicon) -> str:
    """Digit by digit, with a pause between the groups."""
    text = match["phone"]
    plus = f"{lexicon.signs.get('+', '+')} " if text.startswith("+") else ""
    return plus + ", ".join(" ".join(group) for group in re.findall(r"\d+", text.replace("(0)", "") if plus else text))


def _quantity(match: re.Match[str], lexicon: Lexicon) -> str:
    low, high, unit = match["low"], match["high"], match["unit"]
    if match["money"]:
        first = f"{_number(low, lexicon)} {lexicon.signs.get('–', '–')} " if high else ""
        said = first + _money(high or low, match["money"], lexicon)
    elif not unit and not high and low in lexicon.spell:
        said = " ".join(low)
    elif high:
        between = lexicon.signs.get("–")
        if between is None:
            return match[0]
        said = f"{_number(low, lexicon)} {between} {_measured(high, unit, match['per'], lexicon)}"
    else:
        said = _measured(low, unit, match["per"], lexicon)
    sign = match["sign"]
    if sign:
        sign = "−" if sign == "-" else _SAME_SIGN.get(sign, sign)
        said = f"{lexicon.signs.get(sign, sign)} {said}"
    return said


def _money(number: str, sign: str, lexicon: Lexicon) -> str:
    """An amount of money: the number, then the currency's name in the form that the number asks for."""
    said, locale = _number(number, lexicon), _locale(lexicon.tag)
    if sign in lexicon.units:
        return lexicon.units[sign].replace("{0}", said)
    name = get_currency_name(CURRENCIES[sign], count=_value(number, lexicon.tag), locale=locale) if locale else sign
    return f"{said} {name}"


def _measured(number: str, unit: str | None, per: str | None, lexicon: Lexicon) -> str:
    """A number with its unit in words; as it is written if nobody knows a word."""
    said = _number(number, lexicon)
    if not unit:
        return said
    named = _unit(number, said, unit, lexicon)
    if per:
        both = _compound(number, said, unit, per, lexicon)
        if both:
            return both
        other = _unit("1", "", per, lexicon)
        word = lexicon.signs.get("per")
        return f"{named} {word} {other}" if named and other and word else f"{said} {unit}/{per}"
    return named or f"{said} {unit}"


def _unit(number: str, said: str, unit: str, lexicon: Lexicon) -> str:
    """The name of a unit in the form that the number asks for, with `said` in the place of the number; "" if unknown."""
    name = lexicon.units.get(unit) or UNITS.get(unit, "")
    if "{0}" in name:
        return " ".join(name.replace("{0}", said).split())
    locale = _locale(lexicon.tag)
    if not (name and locale):
        return ""
    value = _value(number, lexicon.tag)
    try:
        return _filled(format_unit(value, name, "long", locale=locale), value, said, locale)
    except UnknownUnitError:
        return ""


def _compound(number: str, said: str, unit: str, per: str, lexicon: Lexicon) -> str:
    names = [lexicon.units.get(u) or UNITS.get(u, "") for u in (unit, per)]
    locale = _locale(lexicon.tag)
    if not locale or not all(names) or any("{0}" in n for n in names):
        return ""
    value = _value(number, lexicon.tag)
    try:
        text = format_compound_unit(value, names[0], denominator_unit=names[1], length="long", locale=locale)
    except UnknownUnitError:
        return ""
    return _filled(text or "", value, said, locale)


def _filled(text: str, value: Decimal, said: str, locale: Locale) -> str:
    """A unit in CLDR's words with the number as it is said; "" if CLDR has only a sign or a name for programs."""
    shown = str(format_decimal(value, locale=locale, decimal_quantization=False))
    words = text.replace(shown, "\0", 1)
    # A form such as the Arabic for "one milligram" leaves the number out: it is said all the same.
    if "\0" not in words:
        words = "\0 " + words
    if not re.fullmatch(rf"[{INSIDE}\s\0]+", words) or re.search(r"[a-z]-[a-z]", words):
        return ""
    return " ".join(words.replace("\0", f" {said} " if not re.search(f"[{HAN}]", words) else said).split())


def _value(number: str, tag: str) -> Decimal:
    """What a number is worth, for the choice of a plural."""
    whole, fraction = _parts(number, tag)
    return Decimal(f"{whole}.{fraction[0]}") if fraction else Decimal(whole)


def _parts(number: str, tag: str) -> tuple[str, list[str]]:
    """The digits before the first point, those after it; signs between thousands are taken out."""
    locale = _locale(tag)
    group = str(get_group_symbol(locale)) if locale else ","
    # A plain space never joins figures: "2 500 mg tablets" are two.
    marks = "\u00a0\u202f" if group.isspace() else group + "٬"
    grouped = re.match(rf"\d{{1,3}}(?:[{re.escape(marks)}]\d{{3}})+(?!\d)", number)
    whole = grouped[0] if grouped else str(re.match(r"\d+", number)[0])  # type: ignore[index]
    return re.sub(r"\D", "", whole), re.findall(r"\d+", number[len(whole) :])


def _number(number: str, lexicon: Lexicon) -> str:
    """A number as it is said: no sign between thousands, a word for the point, the digits after it one by one."""
    whole, fractions = _parts(number, lexicon.tag)
    point = lexicon.signs.get(".")
    if fractions and point is None:
        return number
    return " ".join([_integer(whole, lexicon), *(f"{point} {' '.join(digits)}" for digits in fractions)])


def _integer(digits: str, lexicon: Lexicon) -> str:
    """Digit by digit if the first is 0, or if there are more than anyone counts."""
    alone = digits in lexicon.spell or len(digits) > 9 or (len(digits) > 1 and digits[0] == "0")
    return " ".join(digits) if alone else digits


def _alone(match: re.Match[str], lexicon: Lexicon) -> str:
    word = lexicon.signs.get(_SAME_SIGN.get(match[0], match[0]))
    return f" {word} " if word else match[0]


_SAY: Mapping[str, Callable[[re.Match[str], Lexicon], str]] = {
    "word": _word, "mail": _mail, "web": _web, "dated": _dated, "day": _day, "year": _year, "clock": _clock,
    "phone": _phone, "quantity": _quantity, "alone": _alone,
}  # fmt: skip
