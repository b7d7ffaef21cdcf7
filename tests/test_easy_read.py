"""The rules of easy read, in the real leaflet and every language: one string is broken, and its rule says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leafletkit.checks.easy_page import easy_page
from leafletkit.checks.easy_read import easy_read
from leafletkit.findings import blocking
from leafletkit.project import load_catalogue
from leafletkit.translate import translate

from .judging.support import accept
from .signoff_support import look, swap

LANGUAGES = ["en-GB", "cy", "pl", "ar", "ur", "hi", "zh-Hans", "so"]

# (language, string, what it says, the code of its one finding)
BROKEN = [
    ("en-GB", "er-hospital", "You have IVIg in hospital, and you sit in a chair, and a nurse is with you there.", "easy-read-long"),
    ("cy", "er-hospital", "Rydych chi’n cael IVIg yn yr ysbyty ac yna rydych chi’n mynd adref yn y car gyda ffrind.", "easy-read-long"),
    ("ar", "er-hospital", "تتلقون IVIg في المستشفى ثم تذهبون إلى البيت مع صديق أو قريب في سيارة أو في حافلة.", "easy-read-long"),
    ("ur", "er-hospital", "آپ کو ہسپتال میں علاج ملتا ہے اور پھر آپ شام کو اپنے گھر واپس جاتے ہیں۔", "easy-read-long"),
    ("hi", "er-hospital", "आपको अस्पताल में इलाज मिलता है और फिर आप शाम को अपने घर वापस जाते हैं।", "easy-read-long"),
    ("zh-Hans", "er-hospital", "您在医院接受治疗，然后您和您的朋友或者家人一起坐车回到自己的家里休息。", "easy-read-long"),
    ("ar", "er-hospital", "تتلقون IVIg في المستشفى. ثم تذهبون إلى البيت.", "easy-read-sentences"),
    ("ur", "er-hospital", "آپ ہسپتال میں ہیں۔ علاج وہاں ملتا ہے۔", "easy-read-sentences"),
    ("hi", "er-hospital", "आप अस्पताल में हैं। इलाज वहाँ मिलता है।", "easy-read-sentences"),
    ("zh-Hans", "er-hospital", "您在医院。治疗也在那里。", "easy-read-sentences"),
    ("zh-Hans", "er-hospital", "您在医院接受IVIg治疗", "easy-read-sentences"),
    ("ar", "er-hospital", "تتلقون IVIg في المستشفى؛ ثم تذهبون إلى البيت.", "easy-read-sign"),
    ("ur", "er-hospital", "آپ کو ہسپتال میں 50٪ ملتا ہے۔", "easy-read-sign"),
    ("hi", "er-hospital", "आपको अस्पताल (वार्ड) में इलाज मिलता है।", "easy-read-sign"),
    ("zh-Hans", "er-hospital", "您在医院（病房）接受IVIg治疗。", "easy-read-sign"),
    ("zh-Hans", "er-hospital", "您接受治疗：在医院。", "easy-read-sign"),
    ("so", "er-hospital", "IVIg waxaad ku qaadanaysaa isbitaalka/guriga.", "easy-read-sign"),
    ("pl", "er-hospital", "IVIg podaje się w szpitalu IV razy.", "easy-read-sign"),
    ("ar", "er-hospital", "تتلقون IVIg في المستشفى ثلاث مرات.", "easy-read-number"),
    ("ur", "er-hospital", "آپ کو ہسپتال میں پانچ دن علاج ملتا ہے۔", "easy-read-number"),
    ("hi", "er-hospital", "आपको अस्पताल में पाँच दिन इलाज मिलता है।", "easy-read-number"),
    ("zh-Hans", "er-hospital", "您在医院接受五天治疗。", "easy-read-number"),
    ("cy", "er-hospital", "Rydych chi’n cael IVIg yn yr ysbyty am bum diwrnod.", "easy-read-number"),
    ("so", "er-hospital", "IVIg waxaad ku qaadanaysaa isbitaalka saddex maalmood.", "easy-read-number"),
    ("ar", "er-never-donate-blood", "بعد IVIg، **لا** تتبرعوا بالدم أبدًا.\nلا تفعلوا ذلك طوال حياتكم.", "easy-read-negative"),
    ("ur", "er-hospital", "آپ کو IVIg گھر پر نہیں ملتا۔", "easy-read-negative"),
    ("hi", "er-hospital", "आपको IVIg घर पर नहीं मिलता।", "easy-read-negative"),
    ("zh-Hans", "er-hospital", "您不在家里接受IVIg治疗。", "easy-read-negative"),
    ("zh-Hans", "er-hospital", "您在ICU接受IVIg治疗。", "easy-read-abbreviation"),
    ("ar", "er-hospital", "تتلقون IVIg في وحدة الـICU.", "easy-read-abbreviation"),
    ("hi", "er-hospital", "आपको ICU में इलाज मिलता है।", "easy-read-abbreviation"),
    ("en-GB", "er-hospital", "You have IVIg in a unit for haematology.", "easy-read-hard-word"),
    ("ar", "er-word-gp", "**GP**\n—.", "easy-read-hard-word"),
    ("hi", "er-word-gp", "**GP** जी\nआपके फ़ैमिली डॉक्टर।", "easy-read-hard-word"),
]  # fmt: skip
# Right words that look like a fault.
RIGHT = [
    ("en-GB", "er-hospital", "You have IVIg in hospital for 3.5 days."),
    ("en-GB", "er-hospital", "One person, or another one, stays with you."),
    ("en-GB", "er-hospital", "Call (0151) 525 3611 to come to hospital."),
    ("en-GB", "er-hospital", "You usually have a loop diuretic."),
    ("zh-Hans", "er-hospital", "您可能感到不适。"),
    ("pl", "er-hospital", "IVIg **nigdy nie** podaje się w domu."),
    ("pl", "er-hospital", "IVIg nie tylko podaje się w szpitalu."),
    ("pl", "er-hospital", "Jedna osoba zostaje w szpitalu."),
    ("hi", "er-hospital", "आपको HIVवाला IVIg मिलता है।"),
]  # fmt: skip


@pytest.fixture(scope="session")
def ivig(project):
    return next(x for x in project.leaflets if x.id == "ivig")


@pytest.fixture(scope="session")
def units(project, ivig):
    return project.units(ivig)


@pytest.fixture(scope="session")
def strings(project, units):
    """The strings of the leaflet by language, whatever its catalogue lacks."""
    out = {"en-GB": {u.context: u.text for u in units}}
    for tag in LANGUAGES[1:]:
        catalogue, _ = load_catalogue(project, tag, "ivig")
        out[tag], _ = translate(units, catalogue, leaflet="ivig", language=tag)
    return out


@pytest.fixture
def found(project, ivig, units, strings):
    """A function: the findings of a language with some strings changed (None: taken out), as (string, code)."""

    def found(tag, changed=(), leaflet=ivig):
        texts = {name: text for name, text in {**strings[tag], **dict(changed)}.items() if text is not None}
        problems = easy_read(leaflet, units, texts, project.languages[tag], project.languages["en-GB"])
        return [(unit.context, problem.code) for unit, problem in problems]

    return found


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_real_leaflet_keeps_every_rule(found, tag):
    assert found(tag) == []


@pytest.mark.parametrize(("tag", "string", "text", "code"), BROKEN)
def test_one_broken_string(found, tag, string, text, code):
    assert set(found(tag, {string: text})) == {(string, code)}


@pytest.mark.parametrize(("tag", "string", "text"), RIGHT)
def test_right_words_pass(found, tag, string, text):
    assert found(tag, {string: text}) == []


def test_a_long_word_that_everyone_knows(ivig, found):
    """Without the list of everyday words in leaflet.toml each of them is a hard word."""
    strict = replace(ivig, meta=replace(ivig.meta, everyday_words=()))
    assert {code for _, code in found("en-GB", leaflet=strict)} == {"easy-read-hard-word"}


def test_a_translation_without_its_hard_words_is_told_once(found):
    """While an entry of the list is not translated, its abbreviations are not called unexplained."""
    assert found("pl", {"er-word-gp": None}) == []


@pytest.mark.parametrize(
    ("polarity", "sign", "fault"),
    [("prohibition", "no", False), ("prohibition", "", True), ("prohibition", "yes", True), ("permission", "yes", False),
     ("permission", "", False), ("permission", "no", True), ("do", "", False), ("risk", "", False)],
)  # fmt: skip
def test_signs_of_pictures(project, ivig, polarity, sign, fault):
    """Forbidden things need the “no” sign, allowed ones may not have it."""
    warning = next(w for w in ivig.warnings if w.id == "no-long-haul-flight-1-week")
    (point,) = ivig.easy_read.carrying(warning.id)
    leaflet = replace(ivig, warnings=(replace(warning, polarity=polarity),))
    pictures = {point.picture: replace(project.pictures[point.picture], sign=sign)}
    findings = list(easy_page(leaflet, pictures))
    assert [(f.code, f.line) for f in findings] == ([("easy-read-picture", point.line)] if fault else [])


def test_one_point_of_a_prohibition_has_the_sign(project, ivig):
    """Where several points carry a prohibition, one of them shows that it forbids; none may have a tick."""
    warning = next(w for w in ivig.warnings if w.id == "no-long-haul-flight-1-week")
    (point,) = ivig.easy_read.carrying(warning.id)
    second = replace(point, id="er-why", picture="calm")
    leaflet = replace(ivig, warnings=(warning,), easy_read=replace(ivig.easy_read, blocks=(*ivig.easy_read.blocks[:1], point, second)))
    for sign, wrong in (("", []), ("yes", ["er-why"])):
        calm = replace(project.pictures[point.picture], sign=sign)
        found = list(easy_page(leaflet, {point.picture: project.pictures[point.picture], "calm": calm}))
        assert [f.message.split("”")[0].strip("“") for f in found] == wrong


@pytest.mark.parametrize(
    ("language", "file", "old", "new", "code", "string"),
    [
        ("pl", "locales/pl/LC_MESSAGES/clean-hands.po", "Zarazki mogą wywoływać", "Zarazki (wirusy) mogą wywoływać", "easy-read-sign", "er-germs"),
        ("en-GB", "leaflet/clean-hands/leaflet.toml", "demonstration = true", "demonstration = true\nreadability.names = ['soap']", "easy-read-hard-word", "er-wash"),
    ],
)  # fmt: skip
def test_a_named_person_can_accept_a_finding(small, language, file, old, new, code, string):
    """In a translation and in the English."""
    swap(small, file, old, new)
    assert [f.code for f in blocking(look(small).findings, release=True)] == [code]
    assert accept(small, leaflet="clean-hands", language=language, code=code, string=string) == 0
    assert [(f.code, f.waived[:3]) for f in look(small).findings] == [(code, "Jan")]
