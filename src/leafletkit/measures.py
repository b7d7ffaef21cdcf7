"""Numbers and units in words: "0.4 g/kg" as "0 point 4 grams per kilogram"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from babel import Locale
from babel.numbers import format_decimal, get_currency_name, get_group_symbol
from babel.units import UnknownUnitError, format_compound_unit, format_unit

from .letters import HAN, INSIDE
from .lexicon import CURRENCIES, UNITS, Lexicon, locale_of

# White space inside a number that joins figures; a plain space never does: "2 500 mg tablets" are two.
HARD = "\u00a0\u202f"
_DIGITS = 9  # that decide about a plural; Babel fails on very long numbers
FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.33", "⅔": "0.67"}


def measured(said: str, figure: str, unit: str | None, per: list[tuple[str, str]], lexicon: Lexicon) -> str:
    """What is said of a number (`said`) with its unit in words; as it is written if nobody knows a word.

    `figure`, as it is written, decides the form of the unit. `per`: (number or "", unit) behind each stroke.
    """
    if not unit and not per:
        return said
    if unit and "/" in unit and not _unit(figure, said, unit, lexicon):
        unit, _, below = unit.partition("/")
        per = [("", below), *per]
    if unit and len(per) == 1 and not per[0][0] and (both := _compound(figure, said, unit, per[0][1], lexicon)):
        return both
    named = _unit(figure, said, unit, lexicon) or f"{said} {unit}" if unit else said
    word = lexicon.signs.get("per")
    for count, other in per:
        name = _unit(count, number(count, lexicon), other, lexicon) if count else _unit("1", "", other, lexicon)
        named = f"{named} {word} {name}" if word and name else f"{named}/{count}{other}"
    return named


def _unit(number: str, said: str, unit: str, lexicon: Lexicon) -> str:
    """The name of a unit in the form that the number asks for, with `said` in the place of the number; "" if unknown."""
    name = lexicon.units.get(unit) or UNITS.get(unit, "")
    locale = locale_of(lexicon.tag)
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
    locale = locale_of(lexicon.tag)
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
    if number[-1] in FRACTIONS:
        return Decimal(number[:-1][-_DIGITS:] or "0") + Decimal(FRACTIONS[number[-1]])
    kind, parts = _parts(number, tag)
    whole = parts[0][-_DIGITS:]
    return Decimal(f"{whole}.{parts[1][:_DIGITS]}") if kind == "point" and len(parts) == 2 else Decimal(whole)


def _parts(number: str, tag: str) -> tuple[Literal["point", "list"], list[str]]:
    """The digits of a number at its decimal points, or the numbers of a list ("1,3,5"); signs between thousands are taken out."""
    locale = locale_of(tag)
    group = str(get_group_symbol(locale)) if locale else ","
    text = number.replace("٬", group).replace("٫", ".")
    marks = "".join({group, *HARD}) if not group.isspace() else HARD
    whole = re.match(rf"[1-9]\d{{0,2}}([{re.escape(marks)}])\d{{3}}(?:\1\d{{3}})*(?![\d{re.escape(marks)}])", text)
    indian = re.match(r"[1-9]\d?(?:,\d\d)+,\d{3}(?![\d,])", text) if group == "," else None
    if found := whole or indian:
        rest = text[found.end() :]
        if not rest or re.fullmatch(r"[.,]\d+", rest):
            return "point", [re.sub(r"\D", "", found[0]), *re.findall(r"\d+", rest)]
    if re.fullmatch(r"\d{1,3}(?: 000)+", text):
        return "point", [text.replace(" ", "")]
    digits = re.findall(r"\d+", text)
    if text.startswith("."):
        return "point", ["0", *digits]
    used = set(re.sub(r"\d", "", text))
    if not used or (len(digits) == 2 and used <= {".", ","}) or used == {"."}:
        return "point", digits
    return "list", digits


def number(number: str, lexicon: Lexicon) -> str:
    """A number as it is said: no sign between thousands, a word for the point, the digits after it one by one."""
    if number[-1] in FRACTIONS:
        return lexicon.say.get(number, number)
    kind, parts = _parts(number, lexicon.tag)
    point = lexicon.signs.get(".")
    if kind == "list":
        return ", ".join(integer(n, lexicon) for n in parts)
    if len(parts) > 1 and point is None:
        return number
    version = len(parts) > 2
    return f" {point} ".join([integer(parts[0], lexicon), *(integer(p, lexicon) if version else " ".join(p) for p in parts[1:])])


def integer(digits: str, lexicon: Lexicon) -> str:
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
