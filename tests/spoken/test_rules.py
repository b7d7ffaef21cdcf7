"""The rules of the spoken text: each on its own in English, and what must hold for any text at all."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import example, given
from hypothesis import strategies as st

from leafletkit.lexicon import SIGNS, Lexicon
from leafletkit.measures import _chinese, _parts, integer, number
from leafletkit.spoken import spoken
from leafletkit.voices import read_voices

from ..conftest import ROOT

VOICES, _ = read_voices(ROOT, ())
ENGLISH = VOICES["en-GB"].lexicon
VOICED = sorted(tag for tag, voice in VOICES.items() if voice.synthetic)
BARE = Lexicon("en-GB")


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        # words
        ("IVIg and HIV", "I V I G and H I V"), ("A&E", "eigh and ee"), ("he/she", "he or she"), ("xIV IVx", "xIV IVx"), ("½", "half"), ("1½", "one and a half"),
        # numbers
        ("5", "5"), ("1,000", "1000"), ("1,234,567", "1234567"), ("0.4", "0 point 4"), ("12.05", "12 point 0 5"), (".5", "0 point 5"), ("1,000.25", "1000 point 2 5"),
        ("1.2.3", "1 point 2 point 3"), ("1.10", "1 point 1 0"), ("1,3,5", "1, 3, 5"), ("007", "0 0 7"), ("0", "0"), ("1234567890", "1 2 3 4 5 6 7 8 9 0"),
        ("123456789", "123456789"), ("2 500 mg", "2, 500 milligrams"), ("1\u00a0000", "1000"), ("3.", "3."), ("(3.5).", "(3 point 5)."),
        # units
        ("5 mg", "5 milligrams"), ("5mg", "5 milligrams"), ("1 mg", "1 milligram"), ("0.4 g/kg", "0 point 4 grams per kilogram"),
        ("100 mg/5 ml", "100 milligrams per 5 millilitres"), ("5 mg/kg/day", "5 milligrams per kilogram per day"), ("20%", "20 per cent"), ("£5", "5 pounds"),
        ("37.5 °C", "37 point 5 degrees Celsius"), ("5 mgs", "5 mgs"), ("120 mmHg", "120 millimetres of mercury"), ("5 l", "5 litres"), ("[5 mg]", "[5 milligrams]"),
        # ranges
        ("5–10", "5 to 10"), ("5-10", "5 to 10"), ("5 – 10 mg", "5 to 10 milligrams"), ("10%–20%", "10 to 20 per cent"), ("£5–£10", "5 to 10 pounds"),
        ("1–2–3", "1 to 2 to 3"), ("1½–2 mg", "one and a half to 2 milligrams"), ("1 mg–2 g", "1 milligram to 2 grams"), ("12:30–13:00", "12 30 to 13 o'clock"), ("Monday–Friday", "Monday to Friday"),
        # signs
        ("<5%", "less than 5 per cent"), ("≥ 5", "at least 5"), (">=5", "at least 5"), ("−5 °C", "minus 5 degrees Celsius"), ("-5", "minus 5"), ("+5", "plus 5"),
        ("5+", "5 plus"), ("1=2", "1 equals 2"), ("3×5", "3 times 5"), ("~5", "about 5"), ("≈5", "about 5"), ("1→2", "1 then 2"), ("#1", "hash 1"), ("5°", "5 degrees"),
        ("1/100", "1 over 100"), ("nurse/doctor", "nurse slash doctor"), ("±2", "plus or minus 2"), ("a & b", "a and b"), ("* note", "asterisk note"),
        # dates, times, telephones, addresses
        ("22/11/2026", "22nd November 2026"), ("22.11.2026", "22nd November 2026"), ("2026-11-22", "22nd November 2026"), ("1/2/26", "1st February 2026"),
        ("31/13/2026", "31, 13, 2026"), ("1 November", "1st November"), ("32 November", "32 November"), ("9:30", "9 30"), ("9:05", "9 0 5"), ("09:00", "9 o'clock"),
        ("07700 900123", "0 7 7 0 0, 9 0 0 1 2 3"), ("+44 (0)151 496 0000", "plus 4 4, 1 5 1, 4 9 6, 0 0 0 0"), ("999", "9 9 9"), ("999 mg", "999 milligrams"),
        ("0151 496 0000 (24 hours)", "0 1 5 1, 4 9 6, 0 0 0 0 (24 hours)"), ("a.b@c.uk", "a dot b at c dot uk"), ("https://www.a.uk/b", "w w w dot a dot uk slash b"),
        ("www.nhs.uk.", "w w w dot nhs dot uk."),
        # what is left alone
        ("Wash your hands.", "Wash your hands."), ("COVID-19, B12, H1N1", "COVID-19, B12, H1N1"), ("well-being – always", "well-being – always"), ("1st", "1st"),
        (" two\n lines\t", "two lines"), ("", ""), ("\u200e5\u202c", "5"), ("٥ و ۵ و ५", "5 و 5 و 5"),
    ],
)  # fmt: skip
def test_english(text: str, heard: str) -> None:
    assert spoken(text, ENGLISH) == heard


@pytest.mark.parametrize(("text", "heard"), [("½ mg", "0 point 5 milligrams"), ("½", "half"), ("2½ mg", "two and a half milligrams")])
def test_fractions_with_units(text: str, heard: str) -> None:
    assert spoken(text, ENGLISH) == heard


@pytest.mark.parametrize(
    "text", ["<5", "−5", "5–10", "5 mg–1 g", "0.4", "1,000.5", "9:30", "5/6", "a/b", "a&b", "x@y.uk", "5°", "1×2", "1→2", "1=2", "#1", "*", "~5", "±5", "≥5", "a–b"]
)
def test_what_has_no_word_stays_as_it_is(text: str) -> None:
    """Nothing is left out for want of a word: the check of speech finds it where it stands."""
    assert set(spoken(text, BARE).replace(" ", "")) >= set(text.replace(",", "").replace("5 mg", "5").replace("1 g", "1").replace(" ", ""))


def test_units_that_nobody_knows() -> None:
    assert spoken("5 mg/foo and 5 foo", BARE) == "5 milligrams /foo and 5 foo"


def test_languages_differ() -> None:
    """The signs of thousands and of decimals are those of the language."""
    assert _parts("1,000", "en-GB") == ("point", ["1000"])
    assert _parts("1.000", "pl") == ("point", ["1", "000"]) and _parts("1,5", "pl") == ("point", ["1", "5"])
    assert _parts("1\u00a0000", "pl") == ("point", ["1000"]) and _parts("1\u202f000,5", "pl") == ("point", ["1000", "5"])
    assert _parts("1,00,000", "hi") == ("point", ["100000"]) and _parts("12,34,567.8", "hi") == ("point", ["1234567", "8"])
    assert _parts("1,3,5", "en-GB") == ("list", ["1", "3", "5"]) and _parts("1.2.3", "en-GB") == ("point", ["1", "2", "3"])
    assert _parts(".5", "en-GB") == ("point", ["0", "5"]) and _parts("0,5", "en-GB") == ("point", ["0", "5"])
    assert _parts("1,0000", "en-GB") == ("point", ["1", "0000"]) and _parts("0,125", "pl") == ("point", ["0", "125"])


def test_numbers_in_words() -> None:
    english = replace(ENGLISH, words={"12": "a dozen"})
    assert [number(n, english) for n in ("12", "12.12", "1,000", "012", "½")] == ["a dozen", "a dozen point 1 2", "1000", "0 1 2", "half"]
    assert number("3.5", BARE) == "3.5" and number("½", BARE) == "½"
    assert [integer(n, ENGLISH) for n in ("7", "0", "00", "07", "999999999", "1000000000")] == ["7", "0", "0 0", "0 7", "999999999", "1 0 0 0 0 0 0 0 0 0"]


# -- numbers in Chinese


def read_chinese(text: str) -> int:
    """The number that Chinese characters say: from the highest of their powers down, each side read on its own."""
    for sign, power in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        if sign in text:
            before, after = text.split(sign, 1)
            assert sign not in after and before[-1:] != "零"
            return read_chinese(before) * power + (read_chinese(after) if after else 0)
    figures = text.lstrip("零") or "零"
    assert len(figures) == 1, text
    return "零一二三四五六七八九".index(figures)


@given(st.integers(0, 10**12 - 1) | st.integers(0, 10**5) | st.builds(lambda a, n: a * 10**n, st.integers(1, 999), st.integers(0, 9)))
def test_chinese_numbers_say_what_they_mean(value: int) -> None:
    said = _chinese(value)
    assert read_chinese(said) == value
    assert "零零" not in said and (value == 0 or said[-1] != "零")


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "零"), (5, "五"), (10, "一十"), (105, "一百零五"), (150, "一百五十"), (1005, "一千零五"), (1050, "一千零五十"), (10_000, "一万"), (10_005, "一万零五"),
     (100_050, "一十万零五十"), (1_000_000, "一百万"), (100_000_001, "一亿零一"), (100_010_000, "一亿零一万"), (20_260_000, "二千零二十六万")],
)  # fmt: skip
def test_chinese_numbers(value: int, said: str) -> None:
    assert _chinese(value) == said


def test_chinese_numbers_in_a_row_of_small_ones() -> None:
    for value in range(20_000):
        assert read_chinese(_chinese(value)) == value


# -- any text

WORDS = ("take", "the", "Tablets", "every", "hours", "Do", "not", "visit", "kg of", "café", "Ward")
UNITS = ("mg", "g", "kg", "ml", "%", "°C", "mmHg", "mcg")
SIGN = {s: f"sign{chr(97 + n)}" for n, s in enumerate(s for s in SIGNS if len(s) == 1)}
NAMED = {"per": "signper", "dot": "signdot", "slash": "signslash", "hyphen": "signhyphen", "underscore": "signunderscore"}
TESTED = Lexicon("en-GB", signs={**SIGN, **NAMED})

figures = st.one_of(
    st.integers(1, 99_999).map(str), st.integers(1000, 999_999_999).map("{:,}".format), st.tuples(st.integers(0, 999), st.integers(0, 99)).map(lambda p: f"{p[0]}.{p[1]}"),
    st.sampled_from(["0", "007", "0151 496 0000", "1000000", "2 500", "12345678901234567890"]),
)  # fmt: skip
ranged = figures.filter(lambda figure: figure[0] != "0" and " " not in figure)  # "007-0151 …" is taken for a telephone
pieces = st.one_of(
    st.sampled_from(WORDS), figures,
    st.builds("{}{}{}".format, figures, st.sampled_from(["", " "]), st.sampled_from(UNITS)),
    st.builds("{}{}{} {}".format, ranged, st.sampled_from("–-"), ranged, st.sampled_from((*UNITS, "days"))),
    st.builds("{}{}".format, st.sampled_from(["<", ">", "≤", "≥", "±", "~", "+", "−", "£", "< ", "≥ ", "="]), figures),
    st.builds("{} {}/{}".format, figures, st.sampled_from(["mg", "g", "ml"]), st.sampled_from(["kg", "ml", "h"])),
    st.builds("({})".format, figures), st.builds("{}.".format, figures), st.builds("{},".format, figures),
    st.builds("{}{}{}".format, figures, st.sampled_from("=×→/+*"), figures),
)  # fmt: skip
texts = st.lists(pieces, max_size=6).map(" and ".join)


def digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())


def looks_like_a_date(text: str) -> bool:
    return bool(re.search(r"\d[-/.]\d+[-/.]\d", text))


@given(texts)
def test_no_figure_is_lost(text: str) -> None:
    """All digits come out again, in their order, whatever is said between them. (A date may change its order.)"""
    for lexicon in (ENGLISH, TESTED, BARE):
        if not looks_like_a_date(text):
            assert digits(spoken(text, lexicon)) == digits(text), lexicon


@given(texts)
def test_no_sign_is_lost(text: str) -> None:
    """Each sign before, between or behind numbers is said by its own word, as often as it is written."""
    if looks_like_a_date(text):
        return
    heard = Counter(re.findall(r"sign[a-z]+", spoken(text, TESTED)))
    wanted = Counter(SIGN[c] for c in text if c in "<>≤≥±~+−=×→*")
    wanted[SIGN["."]] = len(re.findall(r"(?<=\d)\.(?=\d)", text))
    assert all(heard[word] == count for word, count in wanted.items()), (spoken(text, TESTED), wanted)
    between = len(re.findall(r"(?<=\d)[–-](?=\d)", text))
    assert heard[SIGN["–"]] == between
    strokes = heard[SIGN["/"]] + heard["signslash"] + heard["signper"] + spoken(text, TESTED).count(" per ")
    assert strokes - text.count(" per ") >= text.count("/")
    assert not set("<>≤≥±+−=×→/*") & set(spoken(text, TESTED))


@given(st.text())
@example("1" * 5000 + " tablets")
@example("9" * 20 + "½ kg/ml")
@example("[" * 2000)
@example("1/" * 2000)
@example("1-" * 2000)
@example("0 " * 2000)
@example("a." * 2000)
@example("\ud800 5\x00mg")
@example("00/00/0000 99/99/9999")
@example("٠٬٫,.:5．，：")
def test_any_text(text: str) -> None:
    """Nothing is raised; one line comes out, with no digits but 0-9 and no marks of direction."""
    for tag in ("en-GB", "ar", "zh-Hans"):
        said = spoken(text, VOICES[tag].lexicon)
        assert said == " ".join(said.split())
        assert not [c for c in said if c.isdecimal() and not c.isascii()]
        assert not set(said) & set("\u200e\u200f\u061c\u202a\u202e\u2066\u2069")


@pytest.mark.parametrize("figure", ["1" * 30, "1" * 5000, "1" * 30 + "½"])
@pytest.mark.parametrize("unit", ["mg", "mg/kg", "%"])
def test_long_numbers_with_units(figure: str, unit: str) -> None:
    assert spoken(f"{figure} {unit}", ENGLISH)


SIGNED = st.text(st.sampled_from("0123456789.,:;-–−/+<>=≤≥±×~°%£€$@&#*→ ()½¼mgkglhw٣۵५٬٫абвIVA年月到\u00a0\n"), max_size=30)


@given(SIGNED)
def test_any_heap_of_figures_and_signs(text: str) -> None:
    for tag in VOICED:
        said = spoken(text, VOICES[tag].lexicon)
        assert said == " ".join(said.split()) and all(c.isascii() for c in said if c.isdecimal())


plain = st.lists(st.sampled_from([w for w in WORDS if " " not in w] + ["pain.", "(rash)", "“fever”,", "yes;", "so:", "well-being", "—", "don’t"]), max_size=12)


@given(plain, st.sampled_from([" ", "  ", "\n", " \t"]))
def test_a_plain_text_is_left_alone(words: list[str], gap: str) -> None:
    """Without figures, signs and words of the lexicon only white space changes; and so again."""
    said = spoken(gap.join(words), ENGLISH)
    assert said == " ".join(words)
    assert spoken(said, ENGLISH) == said


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["{0.day}/{0.month}/{0.year}", "{0.day:02}.{0.month:02}.{0.year}", "{0:%Y-%m-%d}", "{0:%d-%m-%Y}"]))
def test_dates_are_said_in_words(day: date, pattern: str) -> None:
    """The day comes first, but where the year does; it is the same as the date in words."""
    said = spoken(pattern.format(day), ENGLISH)
    assert said == spoken(format_date(day, "long", locale="en_GB"), ENGLISH)
    assert f"{day:%B} {day.year}" in said


@given(st.integers(0, 23), st.integers(0, 59))
def test_times(hour: int, minute: int) -> None:
    wanted = f"{hour} o'clock" if minute == 0 else f"{hour} 0 {minute}" if minute < 10 else f"{hour} {minute}"
    assert spoken(f"{hour:02}:{minute:02}", ENGLISH) == wanted


@given(st.from_regex(r"\A0[1-9][0-9]{2} ?[0-9]{3} ?[0-9]{3,4}\Z"))
def test_telephones_are_said_digit_by_digit(text: str) -> None:
    said = spoken(f"Call {text}.", ENGLISH)
    assert said.startswith("Call ") and digits(said) == digits(text)
    assert not re.search(r"\d\d", said), said
