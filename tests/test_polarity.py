"""Polarity: a lost or added "no" is caught in every language; other right wordings pass."""

from __future__ import annotations

import pytest

from leafletkit.checks.pair import Pair
from leafletkit.checks.polarity import polarity
from leafletkit.model import Polarity, Unit, Warning_
from leafletkit.project import Project

TAKE = "Do **not** take furosemide on your treatment days."
AVOID = "You may wish to **avoid** smoking."
DONATE = "After IVIg, **never** donate blood."
EVIDENCE = "So far, there is **no** evidence that IVIg passes on vCJD."
FINE = "The progestogen-only pill is fine."
VACCINES = "You can have vaccines during your treatment."

RIGHT = [
    ("cy", "prohibition", TAKE, "**Ni ddylech** gymryd furosemide ar eich diwrnodau triniaeth."),
    ("cy", "prohibition", AVOID, "Efallai yr hoffech **beidio** ag ysmygu."),
    ("cy", "permission", FINE, "Dim ond y bilsen progestogen sy’n iawn."),
    ("pl", "prohibition", TAKE, "**Nie wolno** brać furosemidu w dniach leczenia."),
    ("pl", "prohibition", TAKE, "W dniach leczenia zażywanie furosemidu jest **zabronione**."),
    ("pl", "prohibition", DONATE, "Po IVIg **nigdy** nie oddawaj krwi."),
    ("ar", "prohibition", TAKE, "**يُمنع** تناول فوروسيميد في أيام العلاج."),
    ("ar", "prohibition", TAKE, "**لا يجوز** تناول فوروسيميد في أيام العلاج."),
    ("ar", "negated-fact", EVIDENCE, "حتى الآن **ليس** هناك دليل على أن IVIg ينقل vCJD."),
    ("ar", "permission", FINE, "لا بأس بتناول حبوب البروجستوجين."),
    ("ur", "prohibition", TAKE, "علاج کے دنوں میں فیوروسیمائیڈ **ہرگز نہ** لیں۔"),
    ("ur", "prohibition", AVOID, "سگریٹ نوشی سے **گریز** کریں۔"),
    ("hi", "prohibition", TAKE, "इलाज के दिनों में फ्यूरोसेमाइड **मत** लीजिए।"),
    ("hi", "prohibition", AVOID, "धूम्रपान से **परहेज़** करें।"),
    ("zh-Hans", "prohibition", TAKE, "治疗日**请勿**服用呋塞米。"),
    ("zh-Hans", "prohibition", TAKE, "治疗日**禁止**服用呋塞米。"),
    ("zh-Hans", "permission", VACCINES, "打疫苗并非禁忌。"),
    ("so", "prohibition", TAKE, "**Waa inaadan** qaadan furosemide maalmaha daaweynta."),
    ("so", "prohibition", AVOID, "**Iska ilaali** sigaarka."),
    ("so", "permission", FINE, "Kiniinka progestogen-ka dhib ma leh."),
]  # fmt: skip
WRONG = [
    ("cy", "prohibition", TAKE, "**Cymerwch** furosemide ar eich diwrnodau triniaeth.", "polarity-lost"),
    ("pl", "prohibition", TAKE, "**Należy** brać furosemid w dniach leczenia.", "polarity-lost"),
    ("pl", "prohibition", DONATE, "Po IVIg **zawsze** można oddawać krew.", "polarity-lost"),
    ("pl", "prohibition", TAKE, "**Furosemidu** nie należy brać w dniach leczenia.", "polarity-lost"),
    ("ar", "prohibition", TAKE, "**تناولوا** فوروسيميد في أيام العلاج.", "polarity-lost"),
    ("ur", "prohibition", TAKE, "علاج کے دنوں میں فیوروسیمائیڈ **ضرور** لیں۔", "polarity-lost"),
    ("hi", "negated-fact", EVIDENCE, "अब तक इस बात के **कई** सबूत हैं।", "polarity-lost"),
    ("zh-Hans", "prohibition", TAKE, "治疗日**要**服用呋塞米。", "polarity-lost"),
    ("zh-Hans", "prohibition", TAKE, "**不同**的治疗日服用呋塞米。", "polarity-lost"),
    ("so", "prohibition", TAKE, "**Waa inaad** qaadato furosemide maalmaha daaweynta.", "polarity-lost"),
    ("pl", "permission", FINE, "Nie należy przyjmować minipigułki.", "polarity-added"),
    ("ar", "permission", VACCINES, "لا يمكنكم أخذ اللقاحات أثناء العلاج.", "polarity-added"),
    ("ur", "permission", VACCINES, "آپ علاج کے دوران ویکسین نہیں لگوا سکتے۔", "polarity-added"),
    ("hi", "permission", VACCINES, "इलाज के दौरान वैक्सीन न लगवाएँ।", "polarity-added"),
    ("zh-Hans", "permission", VACCINES, "在治疗期间，您不能打疫苗。", "polarity-added"),
    ("cy", "permission", VACCINES, "Ni chewch gael brechlynnau yn ystod eich triniaeth.", "polarity-added"),
    ("so", "permission", VACCINES, "Ha qaadan tallaallo inta daaweyntaadu socoto.", "polarity-added"),
]  # fmt: skip


def codes(project: Project, language: str, kind: Polarity, english: str, text: str) -> list[str]:
    languages = project.languages
    warning = Warning_("w", "prohibition", kind, ("x",), "why")
    return [problem.code for problem in polarity(Pair(Unit("x", english), text, languages[language], languages["en-GB"], warning))]


@pytest.mark.parametrize(("language", "kind", "english", "text"), RIGHT)
def test_right_wordings_pass(project: Project, language: str, kind: Polarity, english: str, text: str) -> None:
    assert codes(project, language, kind, english, text) == []


@pytest.mark.parametrize(("language", "kind", "english", "text", "code"), WRONG)
def test_a_turned_meaning_is_caught(project: Project, language: str, kind: Polarity, english: str, text: str, code: str) -> None:
    assert codes(project, language, kind, english, text) == [code]


def test_other_polarities_are_not_judged(project: Project) -> None:
    """Advice ("tell the nurse if …") may be worded with or without a "no"."""
    assert codes(project, "pl", "do", "Tell the nurse.", "Nie zapomnij powiedzieć pielęgniarce.") == []


def test_each_line_of_easy_read_is_judged_by_itself(project: Project) -> None:
    english = "Do **not** visit.\nWash your hands.\nDo **not** touch."
    assert codes(project, "pl", "prohibition", english, "**Nie** przychodź.\nUmyj ręce.\n**Dotykaj**.") == ["polarity-lost"]
