"""The facts of all eighteen languages: they can be read, and the known traps of each are seen through."""

from __future__ import annotations

from functools import lru_cache

import pytest

from leafletkit import fonts
from leafletkit.checks.negation import negated
from leafletkit.checks.numbers import read
from leafletkit.checks.pair import Pair
from leafletkit.checks.polarity import polarity
from leafletkit.checks.quantities import quantities
from leafletkit.facts import read_glossary
from leafletkit.language import read_language
from leafletkit.model import Language, Unit, Warning_

from .conftest import ROOT

LANGUAGES = sorted(p.parent.name for p in (ROOT / "locales").glob("*/language.toml"))
EIGHTEEN = ["ar", "ur", "fa", "hi", "bn", "pa", "gu", "ta", "zh-Hans", "pl", "ro", "uk", "tr", "so", "cy", "es", "pt", "fr"]
LARGEST = 40_000  # characters of a glossary: more than this nobody reviews


@lru_cache
def language(tag: str) -> Language:
    folder = ROOT / "locales" / tag
    found, findings = read_language((folder / "language.toml").read_text("utf-8"), "language.toml", tag)
    assert found and not findings, findings
    facts, findings = read_glossary((folder / "glossary.toml").read_text("utf-8"), "glossary.toml", tag, found.facts)
    assert not findings, findings
    return Language(**{**found.__dict__, "facts": facts})


def test_all_eighteen_are_there() -> None:
    assert {*EIGHTEEN, "en-GB"} == set(LANGUAGES)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_facts_are_whole(tag: str) -> None:
    """Every language has the facts that the checks ask for, and says that no linguist has confirmed them."""
    here = language(tag)
    facts = here.facts
    assert facts.status == "unverified" and not facts.verified
    assert facts.negations and facts.not_negations and facts.exemptions and facts.conjunctions
    assert {"minute", "hour", "day", "week", "month", "year", "tablet", "dose", "milligram", "microgram"} <= set(facts.units)
    assert {"more", "less", "least", "most"} <= set(facts.comparators)
    assert set(range(1, 9)) <= set(facts.number_words.values())
    assert 0.2 < facts.length < 1.6
    english = language("en-GB").facts
    known = {**facts.names, **facts.terms}
    missing = [key for key in (*english.names, *english.terms) if key not in known]
    assert not missing
    fonts.require(here)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_linguist_can_review_the_glossary(tag: str) -> None:
    assert len((ROOT / "locales" / tag / "glossary.toml").read_text("utf-8")) <= LARGEST


@pytest.mark.parametrize("tag", LANGUAGES)
def test_names_are_told_apart(tag: str) -> None:
    """No form stands for two names: a nurse is no GP. (“Hepatitis B and C” names two at once.)"""
    seen: dict[str, str] = {}
    for key, forms in language(tag).facts.names.items():
        for form in forms if not key.startswith("hepatitis") else ():
            assert seen.setdefault(form.casefold(), key) == key, form


WEEK, WEEKS, DAYS = "for 1 week", "for 2 weeks", "3 to 5 days"
SAME = [  # (language, English, translation): the same quantities
    ("fr", WEEKS, "pendant quinze jours"), ("fr", WEEK, "pendant huit jours"), ("fr", WEEK, "pendant une semaine"), ("fr", DAYS, "de 3 à 5 jours"),
    ("es", WEEKS, "durante quince días"), ("es", WEEK, "durante una semana"), ("es", "11 tablets", "once comprimidos"), ("es", DAYS, "de tres a cinco días"),
    ("pt", WEEKS, "durante quinze dias"), ("pt", WEEK, "durante uma semana"), ("pt", DAYS, "3 a 5 dias"),
    ("ro", WEEK, "timp de o săptămână"), ("ro", "20 days", "20 de zile"), ("ro", DAYS, "între 3 și 5 zile"), ("ro", DAYS, "3 până la 5 zile"),
    ("uk", WEEK, "протягом 1 тижня"), ("uk", WEEKS, "протягом двох тижнів"), ("uk", DAYS, "від 3 до 5 днів"), ("uk", "21 days", "21 день"),
    ("tr", WEEK, "1 hafta boyunca"), ("tr", WEEKS, "iki hafta boyunca"), ("tr", DAYS, "3 ila 5 gün"),
    ("fa", WEEK, "به مدت ۱ هفته"), ("fa", WEEKS, "به مدت دو هفته"), ("fa", DAYS, "۳ تا ۵ روز"),
    ("bn", WEEK, "১ সপ্তাহ ধরে"), ("bn", "2 tablets", "২টি ট্যাবলেট"), ("bn", DAYS, "৩ থেকে ৫ দিন"),
    ("pa", WEEK, "1 ਹਫ਼ਤੇ ਲਈ"), ("pa", WEEKS, "ਦੋ ਹਫ਼ਤੇ"), ("gu", WEEK, "1 અઠવાડિયા સુધી"), ("gu", DAYS, "૩ થી ૫ દિવસ"),
    ("ta", WEEK, "1 வாரம்"), ("ta", WEEKS, "இரண்டு வாரங்கள்"), ("cy", WEEKS, "am bythefnos"), ("cy", WEEKS, "am ddwy wythnos"),
    ("ar", WEEKS, "لمدة أسبوعين"), ("ar", WEEK, "لمدة أسبوع"), ("so", WEEK, "muddo hal usbuuc ah"), ("so", WEEKS, "muddo laba toddobaad ah"),
    ("hi", "5 mg", "5 मिलीग्राम"), ("ar", "5 mg", "5 ملغ"), ("uk", "5 mg", "5 мг"), ("zh-Hans", "5 mg", "5毫克"), ("pl", "2.5 ml", "2,5 ml"),
    ("fr", "at least 2 tablets", "au moins 2 comprimés"), ("es", "no more than 8 tablets", "no más de 8 comprimidos"),
    ("pl", "more than 8 tablets", "więcej niż 8 tabletek"), ("hi", "at least 2 days", "कम से कम 2 दिन"), ("zh-Hans", "at least 2 days", "至少2天"),
    ("tr", "at least 2 days", "en az 2 gün"),
]  # fmt: skip
OTHER = [  # not the same
    ("fr", WEEK, "pendant quinze jours"), ("es", WEEK, "durante quince días"), ("es", "1 tablet", "once comprimidos"), ("cy", WEEK, "am bythefnos"),
    ("ar", WEEK, "لمدة أسبوعين"), ("fa", WEEK, "به مدت دو هفته"), ("tr", WEEK, "1 gün boyunca"), ("uk", DAYS, "від 5 до 3 днів"), ("ro", DAYS, "3-5 săptămâni"),
    ("bn", DAYS, "৩৫ দিন"), ("gu", DAYS, "૩ થી ૫ અઠવાડિયા"), ("ta", WEEK, "2 வாரம்"), ("pa", WEEK, "2 ਹਫ਼ਤੇ ਲਈ"), ("pt", WEEKS, "durante dois dias"),
    ("pl", "5 mg", "5 µg"), ("fr", "5 µg", "5 mg"), ("hi", "5 mg", "5 माइक्रोग्राम"), ("zh-Hans", "5 mg", "5微克"), ("uk", "5 mg", "5 мкг"),
    ("fr", "4 tablets in 24 hours", "24 comprimés en 4 heures"), ("es", "4 in 24 hours", "24 en 4 horas"), ("pl", "4 in 24 hours", "24 w ciągu 4 godzin"),
    ("fr", "at least 2 tablets", "au plus 2 comprimés"), ("es", "no more than 8 tablets", "más de 8 comprimidos"), ("tr", "at least 2 days", "en fazla 2 gün"),
    ("pl", "more than 8 tablets", "mniej niż 8 tabletek"), ("zh-Hans", "at least 2 days", "最多2天"), ("pl", "5 mg", "5 mg, najwyżej 10 mg"),
    ("fr", "1 tablet", "10 comprimés"), ("hi", "at least 2 days", "ज़्यादा से ज़्यादा 2 दिन"),
]  # fmt: skip


def quantity_codes(tag: str, english: str, text: str) -> set[str]:
    here, source = language(tag), language("en-GB")
    return {p.code for p in quantities(Pair(Unit("x", f"Take it {english}."), f"{text}.", here, source))}


@pytest.mark.parametrize(("tag", "english", "text"), SAME)
def test_the_same_quantity(tag: str, english: str, text: str) -> None:
    assert not quantity_codes(tag, english, text), [q.shown for q in read(text, language(tag))]


@pytest.mark.parametrize(("tag", "english", "text"), OTHER)
def test_another_quantity(tag: str, english: str, text: str) -> None:
    assert quantity_codes(tag, english, text) == {"quantity-changed"}, [q.shown for q in read(text, language(tag))]


FORBIDS = [
    ("ro", "Nu luați furosemid."), ("ro", "Este interzis să luați furosemid."), ("tr", "Furosemid kullanmayın."), ("tr", "Furosemid kullanmamalısınız."),
    ("tr", "Furosemid almaktan kaçının."), ("fa", "فوروزماید مصرف نکنید."), ("fa", "نباید فوروزماید مصرف کنید."), ("fr", "Ne prenez pas de furosémide."),
    ("fr", "N’en prenez jamais."), ("fr", "Évitez le furosémide."), ("es", "No tome furosemida."), ("es", "Evite la furosemida."), ("pt", "Não tome furosemida."),
    ("uk", "Не приймайте фуросемід."), ("uk", "Приймати фуросемід заборонено."), ("bn", "ফুরোসেমাইড খাবেন না।"), ("pa", "ਫਿਊਰੋਸੇਮਾਈਡ ਨਾ ਲਓ।"), ("gu", "ફ્યુરોસેમાઇડ ન લો."),
    ("ta", "ஃபுரோஸ்மைடு எடுக்காதீர்கள்."), ("ta", "ஃபுரோஸ்மைடு எடுக்கக் கூடாது."), ("so", "Waa inaadan qaadan furosemide."), ("cy", "Peidiwch â chymryd furosemide."),
    ("zh-Hans", "请勿服用呋塞米。"), ("ar", "لا تتناول فوروسيميد."), ("ur", "فیوروسیمائیڈ نہ لیں۔"), ("hi", "फ़्यूरोसेमाइड न लें।"), ("pl", "Nie wolno brać furosemidu."),
]  # fmt: skip
ALLOWS = [
    ("tr", "Kullanma talimatını okuyun."), ("tr", "Furosemid kullanın."), ("fa", "مصرف آن منع ندارد."), ("fa", "آب بنوشید."), ("fr", "Prenez du furosémide."),
    ("fr", "Ne prenez que du furosémide."), ("es", "Tome furosemida."), ("pt", "Tome furosemida."), ("uk", "Приймайте фуросемід."), ("ro", "Luați furosemid."),
    ("bn", "ফুরোসেমাইড খান।"), ("pa", "ਫਿਊਰੋਸੇਮਾਈਡ ਲਓ।"), ("gu", "ફ્યુરોસેમાઇડ લો."), ("ta", "ஃபுரோஸ்மைடு எடுங்கள்."), ("so", "Waa inaad qaadataa furosemide."),
    ("cy", "Dim ond ar ddiwrnodau triniaeth."), ("zh-Hans", "并非禁忌。"), ("zh-Hans", "不属于禁忌。"), ("zh-Hans", "如有不适，请告诉护士。"), ("pl", "Nie tylko furosemid."),
    ("ur", "فیوروسیمائیڈ لیں۔"), ("hi", "फ़्यूरोसेमाइड लें।"), ("ar", "تناول فوروسيميد."), ("es", "No hace falta que la tome."), ("en-GB", "You need not stop."),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "text"), FORBIDS)
def test_a_prohibition_is_seen(tag: str, text: str) -> None:
    assert negated(text, language(tag))


@pytest.mark.parametrize(("tag", "text"), ALLOWS)
def test_what_only_looks_like_one_is_seen_through(tag: str, text: str) -> None:
    assert not negated(text, language(tag), doubtful=False)


TURNED = [  # do not stop, do not forget: a "no" that is turned round
    ("pl", "**Nie** przestawaj brać furosemidu."), ("pl", "**Nie** zapominaj brać furosemidu."), ("es", "**No** olvide tomar furosemida."), ("fr", "**N’oubliez pas** de prendre le furosémide."),
    ("ar", "**لا** تتوقف عن تناول فوروسيميد."), ("cy", "**Peidiwch** ag anghofio cymryd furosemide."), ("zh-Hans", "**不要**停止服用呋塞米。"), ("en-GB", "Do **not** forget to take it."),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "text"), TURNED)
def test_a_no_that_is_turned_round(tag: str, text: str) -> None:
    assert not negated(text.replace("**", ""), language(tag))


def test_doubtful_words_are_not_good_enough() -> None:
    """Romanian “nu trebuie” may mean “must not” or “need not”: the translator is asked for other words."""
    warning = Warning_("w", "x", "prohibition", ("x",), "why")
    (problem,) = polarity(
        Pair(Unit("x", "Do **not** take furosemide.", warning="w"), "**Nu trebuie** să luați furosemid.", language("ro"), language("en-GB"), warning)
    )
    assert problem.code == "polarity-lost" and "need not" in problem.message

