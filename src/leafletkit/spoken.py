"""Write a text as the ear should get it: numbers, ranges, units, dates, telephone numbers, signs, hard words.

An engine skips signs and native digits, loses decimal points and runs numbers together. So each is written
out in words of the language before an engine sees it. The words of units come from CLDR (Babel); those of
signs, and everything that CLDR has not, from audio/lexicon/TAG.toml. What the lexicon has no word for stays
as it is written, and `checks.speech` finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from babel.dates import format_date

from .letters import DIGITS, HAN, INSIDE, UNSEEN
from .lexicon import CURRENCIES, UNITS, Lexicon, locale_of
from .measures import FRACTIONS, HARD, integer, measured, number

_DASH = "-‐‑‒–—―"
_LATIN = r"A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_OPENING, _CLOSING = "([{“‘«「『（【《\"'", ",.;:!?)]}”’»،؛؟۔।、。，；：！？）】》」』…\"'"

_WORD = 32  # characters of a text that is taken for a word

# Other ways to write the same sign; those of full width only where a number is beside them.
_ALWAYS = str.maketrans({"＜": "<", "＞": ">", "＋": "+", "＝": "=", "～": "~", "≈": "~", "⩽": "≤", "⩾": "≥", "％": "%", "／": "/", "＠": "@"})
_TWO = (("<=", "≤"), (">=", "≥"), ("=<", "≤"), ("=>", "≥"))
_WIDE = {"．": ".", "，": ",", "：": ":", "－": "-"}


def entries(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words of a text that the lexicon says in its own way."""
    return tuple(dict.fromkeys(match[0] for match in _rules_of(lexicon).finditer(_folded(text)) if match.lastgroup == "word"))


def spoken(text: str, lexicon: Lexicon) -> str:
    """The text as an engine gets it: one line, digits 0-9 only. Each part is written out once, by the first rule that fits."""
    return _short(text, lexicon) if len(text) <= _WORD else _spoken(text, lexicon)


@lru_cache(maxsize=65_536)
def _short(text: str, lexicon: Lexicon) -> str:
    """Single words come again in every leaflet; sentences rarely do."""
    return _spoken(text, lexicon)


def _spoken(text: str, lexicon: Lexicon) -> str:
    text = _folded(text)

    def one(match: re.Match[str]) -> str:
        said = _SAY[str(match.lastgroup)](match, lexicon)
        if said == match[0]:
            return said
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return f"{'' if before in _OPENING or _han(before) else ' '}{said}{'' if after in _CLOSING or _han(after) else ' '}"

    said = " ".join(_rules_of(lexicon).sub(one, text).split())
    # A voice may take two numbers for one with thousands: "2 500".
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d))", ", ", said)


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
def _rules_of(lexicon: Lexicon) -> re.Pattern[str]:
    return _rules(lexicon.tag, tuple(lexicon.say), tuple(lexicon.units), bool(lexicon.days), lexicon.years, f"{lexicon.time} {lexicon.hour}")


@lru_cache(maxsize=64)
def _rules(tag: str, words: tuple[str, ...], own_units: tuple[str, ...], days: bool, years: str, clocks: str) -> re.Pattern[str]:
    """All rules as one pattern; a group's name is its rule. The first that fits a place is used."""
    units = "|".join(re.escape(u) for u in sorted({*UNITS, *CURRENCIES, *own_units}, key=len, reverse=True))
    # A unit ends where its word ends; Chinese words have no edges.
    unit = rf"(?:(?:{units})(?:(?<![{INSIDE}])|(?![{_LATIN if tag.startswith('zh') else INSIDE}])))"
    figure = rf"(?:\d{{1,3}}(?: 000)+(?!\d)|\d+[{''.join(FRACTIONS)}]|[{''.join(FRACTIONS)}]|\d+(?:[.,٬٫{HARD}]\d+)*|[.]\d+)"
    edge = rf"(?<![{_LATIN}])(?<![{_LATIN}][.,])"
    # "−" and "~" with a space before them alone belong to the number behind.
    dash = rf"(?:\s?[{_DASH}]\s?|\s[−~]\s|[−~])"
    start = rf"(?:(?<![^\s{re.escape(_OPENING)}{HAN}{re.escape(_CLOSING)}])|(?<=[<>≤≥±~=]))(?<!\d[{HAN}])"
    quantity = (
        rf"(?:(?P<sign>[<>≤≥±~](?=\s?[£€$₹%٪.\d])|(?<!\w)\+(?=\s?\d)|{start}[-−–](?=[.\d]))\s?)?{edge}(?P<money>[£€$₹%٪])?(?P<low>{figure})(?:[\s-]?(?P<unit1>{unit}))?"
        rf"(?:{dash}(?P<money2>[£€$₹%٪])?(?P<high>{figure})(?:[\s-]?(?P<unit2>{unit}))?(?![\d:]))?"
        rf"(?P<per>(?:\s?/\s?(?:{figure}\s?)?{unit})*)(?![A-Za-z\d])(?![.,٫]\d)"
    )
    tails = "|".join(sorted({re.escape(w) for w in re.sub(r"\{\w+\}", " ", clocks).split() if any(c.isalpha() for c in w)}, key=len, reverse=True))
    clock = r"(?:[01]?\d|2[0-4]):[0-5]\d(?![:\d])"
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    rules = [
        ("mail", rf"[A-Za-z0-9][A-Za-z0-9._+-]*@{label}(?:\.{label})+"),
        ("web", rf"(?:https?://)?(?<![{_LATIN}.@])(?:(?:www(?:\.{label})+)|(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])\.)+[a-z]{{2,6}})(?![{_LATIN}])(?:/[A-Za-z0-9._/-]*[A-Za-z0-9/])?"),
        # A number with a fraction ("2½") is left to the quantities, or its unit would be lost.
        ("word", "|".join(_whole(w) for w in sorted(words, key=len, reverse=True) if not re.fullmatch(rf"\d*[{''.join(FRACTIONS)}]", w))),
        ("dated", rf"{edge}(?:\d{{4}}(?P<mark1>[-/.])\d{{1,2}}(?P=mark1)\d{{1,2}}|\d{{1,2}}(?P<mark2>[./-])\d{{1,2}}(?P=mark2)\d{{4}}|\d{{1,2}}(?P<mark3>[/-])\d{{1,2}}(?P=mark3)\d{{2}})(?![\d/])(?!-\d)"),
        ("day", rf"{edge}(?P<which>\d{{1,2}})(?=\s(?:{'|'.join(map(re.escape, _months(tag)))})(?!\w))" if days and _months(tag) else ""),
        ("years", rf"{edge}(?:(?P<from>\d{{4}})\s?年?{dash})?(?P<year>\d{{4}})(?=\s?年)" if years == "digits" else ""),
        ("clock", rf"{edge}(?P<from_>{clock})(?:{dash}(?P<to_>{clock}))?(?:\s?(?:{tails or '(?!)'})(?!\w))?"),
        ("phone", rf"{edge}(?=(?:[\s()+-]*\d){{6}})(?:(?:\+\d{{1,3}}[\s-]?(?:\(0\)[\s-]?)?|\(?0)\d{{1,4}}\)?(?:[\s-]?\d{{2,4}}){{1,5}}(?!\d|[.,]\d|\s?[/%]|\s?{unit})"
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


def _months(tag: str) -> tuple[str, ...]:
    locale = locale_of(tag)
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
    locale = locale_of(lexicon.tag)
    try:
        if locale:
            return spoken(format_date(date(year + 2000 if year < 100 else year, month, day), "long", locale=locale), lexicon)
    except ValueError:
        pass
    return ", ".join(integer(n, lexicon) for n in parts)


def _day(match: re.Match[str], lexicon: Lexicon) -> str:
    day = int(match["which"])
    return lexicon.days[day - 1] if 1 <= day <= len(lexicon.days) else match["which"]


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
    figures = " ".join(minute) if minute[0] == "0" else integer(minute, lexicon)
    return pattern.replace("{hour}", integer(str(int(hour)), lexicon)).replace("{minute}", figures)


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
    if first or last:  # "half milligrams" is no English: a part of a unit is said as a decimal
        low, high = (FRACTIONS.get(n, n) if n and n in "½¼¾" else n for n in (low, high))
    per = [(n, u) for n, u in re.findall(r"/\s?((?:\d[\d.,]*)?)\s?([^\s/\d][^/]*)", match["per"] or "")]
    if high and between is None:
        return match[0]
    said_low = number(low, lexicon)
    if not high and not first and per and per[0][0] and "/" in lexicon.signs:
        said = f"{said_low} {lexicon.signs['/']} {measured(number(per[0][0], lexicon), per[0][0], per[0][1], per[1:], lexicon)}"
    elif not high:
        alone = not first and not per and not match["sign"] and match.string[match.end() : match.end() + 1] not in ("/", ":")
        said = " ".join(low) if alone and low in lexicon.spell else measured(said_low, low, first, per, lexicon)
    elif first and first != last:
        said = f"{measured(said_low, low, first, [], lexicon)} {between} {measured(number(high, lexicon), high, last, per, lexicon)}"
    else:
        said = measured(f"{said_low} {between} {number(high, lexicon)}", high, last, per, lexicon)
    if match["sign"]:
        sign = "−" if match["sign"] in "-–" else match["sign"]
        word = lexicon.signs.get(sign, sign)
        said = word.replace("{0}", said) if "{0}" in word else f"{word} {said}"
    return said


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
