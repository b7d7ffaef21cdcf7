"""Write a text as the ear should get it: numbers, ranges, units, dates, telephone numbers, signs, hard words.

An engine skips signs and native digits, loses decimal points and runs numbers together. So each is written
out in words of the language before an engine sees it. The words of units come from CLDR (Babel); those of
signs, and everything that CLDR has not, from audio/lexicon/TAG.toml. What the lexicon has no word for stays
as it is written, and `checks.speech` finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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

# White space inside a number that joins figures; a plain space never does: "2 500 mg tablets" are two.
_HARD = "\u00a0\u202f"
_DASH = "-‐‑‒–—―−~"
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.33", "⅔": "0.67"}
_LATIN = r"A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_OPENING, _CLOSING = "([{“‘«「『（【《\"'", ",.;:!?)]}”’»،؛؟۔।、。，；：！？）】》」』…\"'"

# Other ways to write the same sign; those of full width only where a number is beside them.
_ALWAYS = str.maketrans({"＜": "<", "＞": ">", "＋": "+", "＝": "=", "～": "~", "≈": "~", "⩽": "≤", "⩾": "≥", "％": "%", "／": "/", "＠": "@"})
_TWO = (("<=", "≤"), (">=", "≥"), ("=<", "≤"), ("=>", "≥"))
_WIDE = {"．": ".", "，": ",", "：": ":", "－": "-"}


@dataclass(frozen=True)
class Lexicon:
    """audio/lexicon/TAG.toml: how a language says what an engine would say wrongly.

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


def spoken(text: str, lexicon: Lexicon) -> str:
    """The text as an engine gets it: one line, digits 0-9 only. Each part is written out once, by the first rule that fits."""
    text = _folded(text)
    rules = _rules(lexicon.tag, tuple(lexicon.say), tuple(lexicon.units), bool(lexicon.days), lexicon.years, lexicon.time + " " + lexicon.hour)

    def one(match: re.Match[str]) -> str:
        said = _SAY[str(match.lastgroup)](match, lexicon)
        if said == match[0]:
            return said
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return f"{'' if before in _OPENING or _han(before) else ' '}{said}{'' if after in _CLOSING or _han(after) else ' '}"

    said = " ".join(rules.sub(one, text).split())
    # A voice may take two numbers for one with thousands: "2 500".
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d))", ", ", said)


def known_unit(name: str) -> bool:
    """Whether CLDR has a unit of this name, such as "mass-milligram"."""
    try:
        return name not in format_unit(1, name, "long", locale="en")
    except UnknownUnitError:
        return False


def _folded(text: str) -> str:
    """The text with one way to write each digit and sign, and without marks of direction, which are heard by nobody."""
    text = re.sub(f"[{UNSEEN}]", "", text).translate(DIGITS).translate(_ALWAYS)
    text = re.sub("(?<=\\d)[．：](?=\\d)|(?<=\\d)，(?=\\d{3}(?!\\d))|－(?=\\s?\\d)", lambda m: _WIDE[m[0]], text)
    for two, one in _TWO:
        text = text.replace(two, one)
    return text


def _han(character: str) -> bool:
    return bool(re.match(f"[{HAN}]", character))


@lru_cache(maxsize=64)
def _rules(tag: str, words: tuple[str, ...], own_units: tuple[str, ...], days: bool, years: str, clocks: str) -> re.Pattern[str]:
    """All rules as one pattern; a group's name is its rule. The first that fits a place is used."""
    units = "|".join(re.escape(u) for u in sorted({*UNITS, *CURRENCIES, *own_units}, key=len, reverse=True))
    # A unit ends where its word ends; Chinese words have no edges.
    unit = rf"(?:(?:{units})(?:(?<![{INSIDE}])|(?![{_LATIN if tag.startswith('zh') else INSIDE}])))"
    number = rf"(?:\d+[{''.join(_FRACTIONS)}]|[{''.join(_FRACTIONS)}]|\d+(?:[.,٬٫{_HARD}]\d+)*|[.]\d+)"
    edge = rf"(?<![{_LATIN}])(?<![{_LATIN}][.,])"
    dash = rf"\s?[{_DASH}]\s?"
    start = rf"(?:(?<![^\s{re.escape(_OPENING)}{HAN}{re.escape(_CLOSING)}])|(?<=[<>≤≥±~=]))(?<!\d[{HAN}])"
    quantity = (
        rf"(?:(?P<sign>[<>≤≥±~](?=\s?[£€$₹%٪.\d])|(?<!\w)\+(?=\s?\d)|{start}[-−–](?=[.\d]))\s?)?{edge}(?P<money>[£€$₹%٪])?(?P<low>{number})(?:[\s-]?(?P<unit1>{unit}))?"
        rf"(?:{dash}(?P<money2>[£€$₹%٪])?(?P<high>{number})(?:[\s-]?(?P<unit2>{unit}))?(?![\d:]))?"
        rf"(?P<per>(?:\s?/\s?(?:{number}\s?)?{unit})*)(?![A-Za-z\d])(?![.,٫]\d)"
    )
    tails = "|".join(sorted({re.escape(w) for w in re.sub(r"\{\w+\}", " ", clocks).split() if any(c.isalpha() for c in w)}, key=len, reverse=True))
    clock = r"(?:[01]?\d|2[0-4]):[0-5]\d(?![:\d])"
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    rules = [
        ("mail", rf"[A-Za-z0-9][A-Za-z0-9._+-]*@{label}(?:\.{label})+"),
        ("web", rf"(?:https?://)?(?<![{_LATIN}.@])(?:(?:www(?:\.{label})+)|(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])\.)+[a-z]{{2,6}})(?![{_LATIN}])(?:/[A-Za-z0-9._/-]*[A-Za-z0-9/])?"),
        ("word", "|".join(map(_whole, sorted(words, key=len, reverse=True)))),
        ("dated", rf"{edge}(?:\d{{4}}(?P<mark1>[-/.])\d{{1,2}}(?P=mark1)\d{{1,2}}|\d{{1,2}}(?P<mark2>[./-])\d{{1,2}}(?P=mark2)\d{{4}}|\d{{1,2}}(?P<mark3>[/-])\d{{1,2}}(?P=mark3)\d{{2}})(?![\d/])(?!-\d)"),
        ("day", rf"{edge}(?P<which>\d{{1,2}})(?=\s(?:{'|'.join(map(re.escape, _months(tag)))})(?!\w))" if days and _months(tag) else ""),
        ("years", rf"{edge}(?:(?P<from>\d{{4}})\s?年?{dash})?(?P<year>\d{{4}})(?=\s?年)" if years == "digits" else ""),
        ("clock", rf"{edge}(?P<from_>{clock})(?:{dash}(?P<to_>{clock}))?(?:\s?(?:{tails or '(?!)'})(?!\w))?"),
        ("phone", rf"{edge}(?:(?:\+\d{{1,3}}[\s-]?(?:\(0\)[\s-]?)?|\(?0)\d{{1,4}}\)?(?:[\s-]?\d{{2,4}}){{1,5}}(?!\d|[.,]\d|\s?[/%])"
                  r"|(?:\d{3}[ -]\d{3}[ -]\d{3}|\d{2}[ -]\d{3}[ -]\d{2}[ -]\d{2}|\d{3}[ -]\d{4}[ -]\d{4})(?![\d.,-]\d|\d))"),
        ("quantity", quantity),
        ("alone", rf"[−@&#+=<>≤≥±×~→°*/]|(?<=\w)–(?=\w)|(?<=\d[{HAN}])[-–—](?=\d)"),
    ]  # fmt: skip
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in rules if pattern))


def _whole(word: str) -> str:
    """A word where it stands alone.

    A Latin abbreviation may touch letters of another script ("使用HIV药"); Chinese words have no edges.
    """
    if re.search(f"[{HAN}]", word):
        return re.escape(word)
    inside = _LATIN if word.isascii() else INSIDE
    left = r"(?<![/.,:])" if word[:1].isdigit() else ""
    right = r"(?![/.,:]\d)" if word[-1:].isdigit() else ""
    return f"(?<![{inside}]){left}{re.escape(word)}(?![{inside}]){right}"


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
    names = {".": "dot", "@": "@", "/": "slash", "-": "hyphen", "_": "underscore"}
    parts = re.split(r"([.@/_-])", text)
    spell = lexicon.say.get("www", "w w w")
    return " ".join(filter(None, (spell if p == "www" else lexicon.signs.get(names[p], p) if p in names else p for p in parts)))


def _dated(match: re.Match[str], lexicon: Lexicon) -> str:
    """A date in figures as a date in words. The day comes first, but for dates that begin with the year."""
    parts = re.findall(r"\d+", match["dated"])
    year, month, day = map(int, parts if len(parts[0]) == 4 else reversed(parts))
    locale = _locale(lexicon.tag)
    try:
        if locale:
            return spoken(format_date(date(year + 2000 if year < 100 else year, month, day), "long", locale=locale), lexicon)
    except ValueError:
        pass
    return ", ".join(_integer(n, lexicon) for n in parts)


def _day(match: re.Match[str], lexicon: Lexicon) -> str:
    number = int(match["which"])
    return lexicon.days[number - 1] if 1 <= number <= len(lexicon.days) else match["which"]


def _years(match: re.Match[str], lexicon: Lexicon) -> str:
    last = " ".join(match["year"])
    return f"{' '.join(match['from'])} {lexicon.signs.get('–', '–')} {last}" if match["from"] else last


def _clock(match: re.Match[str], lexicon: Lexicon) -> str:
    first = _time(match["from_"], lexicon)
    return f"{first} {lexicon.signs.get('–', '–')} {_time(match['to_'], lexicon)}" if match["to_"] else first


def _time(text: str, lexicon: Lexicon) -> str:
    hour, minute = text.split(":")
    pattern = lexicon.hour if lexicon.hour and int(minute) == 0 else lexicon.time
    if not pattern:
        return text
    figures = " ".join(minute) if minute[0] == "0" else _integer(minute, lexicon)
    return pattern.replace("{hour}", _integer(str(int(hour)), lexicon)).replace("{minute}", figures)


def _phone(match: re.Match[str], lexicon: Lexicon) -> str:
    """Digit by digit, with a pause between the groups. What is more than a number has is said by itself."""
    text = match["phone"]
    most = 13 if text.startswith("+") else 11
    groups = list(re.finditer(r"\d+", text.replace("(0)", "   ") if text.startswith("+") else text))
    said: list[str] = []
    count = 0
    for place, group in enumerate(groups):
        count += len(group[0])
        if count > most and place:
            return f"{_dialled(said, text, lexicon)}, {spoken(text[group.start() :], lexicon)}"
        said.append(" ".join(group[0]))
    return _dialled(said, text, lexicon)


def _dialled(groups: list[str], text: str, lexicon: Lexicon) -> str:
    plus = f"{lexicon.signs.get('+', '+')} " if text.startswith("+") else ""
    return plus + ", ".join(groups)


def _quantity(match: re.Match[str], lexicon: Lexicon) -> str:
    """A number or a range, with what is written before and behind: sign, currency, unit, "per" something."""
    low, high, between = match["low"], match["high"], lexicon.signs.get("–")
    first, last = match["money"] or match["unit1"], match["money2"] or match["unit2"] or (match["money"] if match["high"] else None)
    per = [(n, u) for n, u in re.findall(r"/\s?((?:\d[\d.,]*)?)\s?([^\s/\d][^/]*)", match["per"] or "")]
    if high and between is None:
        return match[0]
    number = _number(low, lexicon)
    if not high and not first and per and per[0][0] and "/" in lexicon.signs:
        said = f"{number} {lexicon.signs['/']} {_measured(_number(per[0][0], lexicon), per[0][0], per[0][1], per[1:], lexicon)}"
    elif not high:
        alone = not first and not per and not match["sign"] and match.string[match.end() : match.end() + 1] not in ("/", ":")
        said = " ".join(low) if alone and low in lexicon.spell else _measured(number, low, first, per, lexicon)
    elif first and first != last and last:
        said = f"{_measured(number, low, first, [], lexicon)} {between} {_measured(_number(high, lexicon), high, last, per, lexicon)}"
    elif first and not last:
        said = f"{_measured(number, low, first, [], lexicon)} {between} {_measured(_number(high, lexicon), high, None, per, lexicon)}"
    else:
        said = _measured(f"{number} {between} {_number(high, lexicon)}", high, last, per, lexicon)
    if match["sign"]:
        sign = "−" if match["sign"] in "-–" else match["sign"]
        word = lexicon.signs.get(sign, sign)
        said = word.replace("{0}", said) if "{0}" in word else f"{word} {said}"
    return said


def _measured(said: str, number: str, unit: str | None, per: list[tuple[str, str]], lexicon: Lexicon) -> str:
    """What is said of a number (`said`) with its unit in words; as it is written if nobody knows a word.

    `number` decides the form of the unit. `per`: (number or "", unit) behind each stroke.
    """
    if not unit and not per:
        return said
    if unit and "/" in unit and not _unit(number, said, unit, lexicon):
        unit, _, below = unit.partition("/")
        per = [("", below), *per]
    if unit and len(per) == 1 and not per[0][0] and (both := _compound(number, said, unit, per[0][1], lexicon)):
        return both
    named = _unit(number, said, unit, lexicon) or f"{said} {unit}" if unit else said
    word = lexicon.signs.get("per")
    for count, other in per:
        name = _unit(count, _number(count, lexicon), other, lexicon) if count else _unit("1", "", other, lexicon)
        named = f"{named} {word} {name}" if word and name else f"{named}/{count}{other}"
    return named


def _unit(number: str, said: str, unit: str, lexicon: Lexicon) -> str:
    """The name of a unit in the form that the number asks for, with `said` in the place of the number; "" if unknown."""
    name = lexicon.units.get(unit) or UNITS.get(unit, "")
    locale = _locale(lexicon.tag)
    if "{0}" in name:
        return " ".join(name.replace("{0}", said).split())
    if unit in CURRENCIES and locale:
        return f"{said} {get_currency_name(CURRENCIES[unit], count=_value(number, lexicon.tag), locale=locale)}"
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
    if number[-1] in _FRACTIONS:
        return Decimal(number[:-1] or "0") + Decimal(_FRACTIONS[number[-1]])
    kind, parts = _parts(number, tag)
    return Decimal(f"{parts[0]}.{parts[1]}") if kind == "point" and len(parts) == 2 else Decimal(parts[0])


def _parts(number: str, tag: str) -> tuple[Literal["point", "list"], list[str]]:
    """The digits of a number at its decimal points, or the numbers of a list ("1,3,5"); signs between thousands are taken out."""
    locale = _locale(tag)
    group = str(get_group_symbol(locale)) if locale else ","
    text = number.replace("٬", group).replace("٫", ".")
    marks = "".join({group, *_HARD}) if not group.isspace() else _HARD
    whole = re.match(rf"[1-9]\d{{0,2}}([{re.escape(marks)}])\d{{3}}(?:\1\d{{3}})*(?![\d{re.escape(marks)}])", text)
    indian = re.match(r"[1-9]\d?(?:,\d\d)+,\d{3}(?![\d,])", text) if group == "," else None
    if found := whole or indian:
        rest = text[found.end() :]
        if not rest or re.fullmatch(r"[.,]\d+", rest):
            return "point", [re.sub(r"\D", "", found[0]), *re.findall(r"\d+", rest)]
    digits = re.findall(r"\d+", text)
    if text.startswith("."):
        return "point", ["0", *digits]
    used = set(re.sub(r"\d", "", text))
    if not used or (len(digits) == 2 and used <= {".", ","}) or used == {"."}:
        return "point", digits
    return "list", digits


def _number(number: str, lexicon: Lexicon) -> str:
    """A number as it is said: no sign between thousands, a word for the point, the digits after it one by one."""
    if number[-1] in _FRACTIONS:
        return lexicon.say.get(number, number)
    kind, parts = _parts(number, lexicon.tag)
    point = lexicon.signs.get(".")
    if kind == "list":
        return ", ".join(_integer(n, lexicon) for n in parts)
    if len(parts) > 1 and point is None:
        return number
    version = len(parts) > 2
    return f" {point} ".join([_integer(parts[0], lexicon), *(_integer(p, lexicon) if version else " ".join(p) for p in parts[1:])])


def _integer(digits: str, lexicon: Lexicon) -> str:
    """Digit by digit if the first is 0, or if there are more than anyone counts; else as the engine says it rightly."""
    if digits in lexicon.words:
        return lexicon.words[digits]
    if len(digits) > 9 or (len(digits) > 1 and digits[0] == "0"):
        return " ".join(digits)
    return _chinese(int(digits)) if lexicon.tag.startswith("zh") and len(digits) > 2 else digits


def _chinese(number: int) -> str:
    """A whole number below 10^12 in characters: espeak-ng leaves out the zero of 105, which is then heard as 150."""
    figures, out = "零一二三四五六七八九", ""
    for place, part in enumerate(_four(number)):
        said = "".join(figures[int(d)] + unit if d != "0" else "零" for d, unit in zip(f"{part:04}", ("千", "百", "十", ""), strict=True))
        said = re.sub("零+", "零", said).rstrip("零")
        out = (said + ("", "万", "亿")[place] if part else "零") + out
    return re.sub("零+", "零", out).strip("零") or "零"


def _four(number: int) -> Iterator[int]:
    """Four digits at a time, from the right."""
    while True:
        number, part = divmod(number, 10_000)
        yield part
        if not number:
            return


def _alone(match: re.Match[str], lexicon: Lexicon) -> str:
    sign = match[0]
    if sign == "/":
        around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
        sign = "/" if len(around) == 2 and around.isdigit() else "slash"
    word = lexicon.signs.get("–" if sign in "-—" else sign, "")
    return " ".join(word.replace("{0}", "").split()) or match[0]


_SAY: Mapping[str, Callable[[re.Match[str], Lexicon], str]] = {
    "word": _word, "mail": _mail, "web": _web, "dated": _dated, "day": _day, "years": _years, "clock": _clock,
    "phone": _phone, "quantity": _quantity, "alone": _alone,
}  # fmt: skip
