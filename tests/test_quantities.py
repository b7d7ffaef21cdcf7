"""Quantities: right wordings of every language pass, every kind of wrong one is caught."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit.checks.pair import Pair
from leafletkit.checks.quantities import quantities, read
from leafletkit.model import Unit
from leafletkit.project import Project

WEEK = "Do not take a long-haul flight for 1 week after treatment."
RANGE = "It usually takes 3 to 5 days."
WEEKS = "Come back after 2 to 3 weeks."
HOURS = "Do not visit if you were sick in the last 48 hours."
DATE = "It was last updated on 12 September 2022."

RIGHT = [
    ("pl", WEEK, "Przez 1 tydzień po leczeniu nie należy latać."),
    ("pl", WEEK, "Przez jeden tydzień po leczeniu nie należy latać."),
    ("pl", WEEK, "Przez tydzień po leczeniu nie należy latać."),
    ("cy", WEEK, "Am 1 wythnos ar ôl y driniaeth, peidiwch â hedfan ymhell."),
    ("cy", WEEK, "Am un wythnos ar ôl y driniaeth, peidiwch â hedfan ymhell."),
    ("ar", WEEK, "لا تسافروا لمدة أسبوع بعد العلاج."),
    ("ar", WEEK, "لا تسافروا خلال أسبوع واحد بعد العلاج."),
    ("ur", WEEK, "علاج کے بعد ۱ ہفتے تک لمبا سفر نہ کریں۔"),
    ("ur", WEEK, "علاج کے بعد ایک ہفتے تک لمبا سفر نہ کریں۔"),
    ("hi", WEEK, "इलाज के बाद १ हफ़्ते तक उड़ान न भरें।"),
    ("hi", WEEK, "इलाज के बाद एक सप्ताह तक उड़ान न भरें।"),
    ("zh-Hans", WEEK, "治疗后一周内不要乘坐长途航班。"),
    ("zh-Hans", WEEK, "治疗后1个星期内不要乘坐长途航班。"),
    ("so", WEEK, "Hal toddobaad ka dib daaweynta ha raacin duulimaad dheer."),
    ("pl", RANGE, "Trwa to zwykle od trzech do pięciu dni."),
    ("pl", RANGE, "Zwykle 3–5 dni."),
    ("cy", RANGE, "Fel arfer mae’n cymryd rhwng 3 a 5 diwrnod."),
    ("ar", RANGE, "يستغرق عادة من ٣ إلى ٥ أيام."),
    ("ar", RANGE, "يستغرق عادة من ثلاثة إلى خمسة أيام."),
    ("ur", RANGE, "عام طور پر تین سے پانچ دن لگتے ہیں۔"),
    ("hi", RANGE, "आम तौर पर तीन से पाँच दिन लगते हैं।"),
    ("zh-Hans", RANGE, "通常需要三到五天。"),
    ("so", RANGE, "Badanaa waxay qaadataa saddex ilaa shan maalmood."),
    ("cy", "Come back after 2 weeks.", "Dewch yn ôl ar ôl pythefnos."),
    ("ar", "Come back after 2 weeks.", "عودوا بعد أسبوعين."),
    ("ar", "It lasts 2 days.", "يستمر يومين."),
    ("en-GB", "Come back after 2 weeks.", "Come back after a fortnight."),
    ("zh-Hans", DATE, "最后一次更新是在2022年9月12日。"),
    ("pl", DATE, "Ostatnia zmiana: 12.09.2022."),
    ("pl", "Take 2.5 ml.", "Należy przyjąć 2,5 ml."),
    ("pl", "Take 4 tablets in 24 hours.", "Należy przyjąć 4 tabletki w ciągu 24 godzin."),
]  # fmt: skip
WRONG = [
    ("pl", WEEK, "Po leczeniu nie należy latać.", "lost"),
    ("pl", WEEK, "Przez 2 tygodnie po leczeniu nie należy latać.", "changed"),
    ("pl", WEEK, "Przez 1 dzień po leczeniu nie należy latać.", "unit"),
    ("cy", WEEK, "Am bythefnos ar ôl y driniaeth, peidiwch â hedfan.", "idiom"),
    ("ar", WEEK, "لا تسافروا لمدة أسبوعين بعد العلاج.", "dual"),
    ("ur", WEEK, "علاج کے بعد ۱ دن تک لمبا سفر نہ کریں۔", "unit"),
    ("hi", WEEK, "इलाज के बाद दो हफ़्ते तक उड़ान न भरें।", "word"),
    ("zh-Hans", WEEK, "治疗后一天内不要乘坐长途航班。", "unit"),
    ("so", WEEK, "Laba toddobaad ka dib ha raacin duulimaad dheer.", "word"),
    ("pl", RANGE, "Trwa to zwykle 35 dni.", "range lost"),
    ("pl", RANGE, "Trwa to zwykle od 5 do 3 dni.", "range reversed"),
    ("pl", RANGE, "Trwa to zwykle od 3 do 5 tygodni.", "unit of range"),
    ("zh-Hans", RANGE, "通常需要五到三天。", "range reversed"),
    ("ar", WEEKS, "عودوا بعد 2 إلى 3 أيام.", "unit of range"),
    ("pl", RANGE, "Trwa to zwykle od 3 do 5 dni, najwyżej 10.", "added"),
    ("pl", HOURS, "Nie przychodź, jeśli w ciągu 84 godzin były wymioty.", "digits swapped"),
    ("pl", "Take 4 tablets in 24 hours.", "Należy przyjąć 24 tabletki w ciągu 4 godzin.", "roles swapped"),
    ("pl", "Take 5 mg.", "Należy przyjąć 50 mg.", "ten times"),
    ("pl", DATE, "Ostatnia zmiana: 12 września 2024.", "year"),
    ("pl", DATE, "Ostatnia zmiana: 13 września 2022.", "day"),
]  # fmt: skip


def codes(project: Project, language: str, english: str, text: str) -> list[str]:
    languages = project.languages
    return [problem.code for problem in quantities(Pair(Unit("x", english), text, languages[language], languages["en-GB"]))]


@pytest.mark.parametrize(("language", "english", "text"), RIGHT)
def test_right_wordings_pass(project: Project, language: str, english: str, text: str) -> None:
    assert codes(project, language, english, text) == []


@pytest.mark.parametrize(("language", "english", "text", "kind"), WRONG)
def test_wrong_quantities_are_caught(project: Project, language: str, english: str, text: str, kind: str) -> None:
    assert set(codes(project, language, english, text)) == {"quantity-changed"}, kind


@given(number=st.integers(0, 99_999), zero=st.sampled_from("0٠۰०০০１"[:6]))
def test_a_number_is_its_value_in_any_digits(project: Project, number: int, zero: str) -> None:
    written = "".join(chr(ord(zero) + int(c)) for c in str(number))
    assert [int(q.value) for q in read(f"x {written} y", project.languages["pl"])] == [number]


@given(st.text(max_size=200))
def test_reading_never_fails_and_agrees_with_itself(project: Project, text: str) -> None:
    for tag in ("en-GB", "ar", "zh-Hans"):
        assert read(text, project.languages[tag]) == read(text, project.languages[tag])
    source = project.languages["en-GB"]
    same = dataclasses.replace(source, tag="en-IE")
    assert "quantity-changed" not in [code for code, _, _ in quantities(Pair(Unit("x", text), text, same, source))]
