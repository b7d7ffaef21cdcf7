"""Finding the phrases of a language in a text: whole words, stars, gaps, the longest first; and the checks built on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit.checks import STRING_CHECKS
from leafletkit.checks.contrast import contrast
from leafletkit.checks.negation import groups, negated
from leafletkit.checks.numbers import phones, plain_digits, read
from leafletkit.checks.pair import Pair
from leafletkit.checks.polarity import polarity
from leafletkit.checks.quantities import quantities
from leafletkit.checks.speech import speech
from leafletkit.checks.terms import terms, terms_of
from leafletkit.checks.wholeness import wholeness
from leafletkit.checks.wording import blank, find, find_words, fold
from leafletkit.model import Block, Facts, Unit, Warning_
from leafletkit.phonemes import Phonemes
from leafletkit.voices import Voice

from .test_languages import language

POLISH, ENGLISH, CHINESE, ARABIC = (language(t) for t in ("pl", "en-GB", "zh-Hans", "ar"))


def found(text, *phrases, here=POLISH):
    folded = fold(text)
    return [folded[f.start : f.end] for f in find_words(folded, phrases, here)]


@pytest.mark.parametrize(
    ("text", "phrase", "wanted"),
    [
        ("Nie bierz leku.", "nie", ["nie"]),
        ("Niebo jest niebieskie.", "nie", []),
        ("Bierz FUROSEMID.", "furosemid", ["furosemid"]),
        ("furosemidu i furosemidem", "furosemid*", ["furosemidu", "furosemidem"]),
        ("kullanmayın, kullanma", "*mayın", ["kullanmayın"]),
        ("mini-pigułka", "mini-piguł*", ["mini-pigułka"]),
        ("ne pas", "n'y", []),
        ("n’y allez pas", "n'y", ["n'y"]),
        ("ne prenez que le soir", "ne ... que", ["ne prenez que"]),
        ("ne prenez un deux trois quatre que", "ne ... que", []),
        ("ne prenez, que", "ne ... que", []),
        ("5mg", "mg", ["mg"]),
        ("in  the\n day", "in the day", ["in  the\n day"]),
        ("", "nie", []),
    ],
)
def test_phrases_are_found(text, phrase, wanted):
    assert found(text, phrase) == wanted


def test_the_longest_phrase_wins_and_counts_for_each_of_its_keys():
    facts = Facts(names={"kidneys": ("kidney",), "failure": ("kidney failure",), "both": ("kidney failure",)})
    here = replace(ENGLISH, facts=facts)
    assert [f.key for f in find("kidney failure, kidney", facts.names, here)] == ["failure", "both", "kidneys"]


def test_a_phrase_inside_of_a_gap_is_found_too():
    facts = Facts(terms={"way": ("not ... away",), "headache": ("headache",)})
    here = replace(ENGLISH, facts=facts)
    assert {f.key for f in find("not headache away", facts.terms, here)} == {"way", "headache"}


def test_chinese_has_no_word_edges_and_latin_names_have():
    assert found("请勿服用。", "勿", here=CHINESE) == ["勿"]
    assert found("HIVES和HIV药", "HIV", here=CHINESE) == ["hiv"]


def test_vowel_marks_and_direction_marks_are_passed_over():
    assert found("لَا تَتَنَاوَل \u200fIVIg", "لا", "IVIg", here=ARABIC) == ["لا", "ivig"]


def test_blank_keeps_every_place():
    assert blank("not only this", ("not only",), ENGLISH) == "         this"


@given(st.text(max_size=60), st.lists(st.text(alphabet="abć*' -.", min_size=1, max_size=8), max_size=4))
def test_anything_can_be_looked_for_in_anything(text, phrases):
    """No text and no phrase of a linguist breaks the search, and places are inside the text, in order."""
    folded = fold(text)
    places = find_words(folded, tuple(phrases), POLISH)
    assert all(0 <= f.start < f.end <= len(folded) for f in places)
    assert [f.start for f in places] == sorted(f.start for f in places)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.integers(0, 10**6), st.sampled_from("٠۰०০੦૦௦๐０"))
def test_digits_of_every_script_are_numbers(number, zero):
    written = "".join(chr(ord(zero) + int(d)) for d in str(number))
    assert plain_digits(written) == str(number)
    assert [q.value for q in read(f"x {written} x", ENGLISH)] == [number]


def unit(text, warning="w"):
    return Unit("x", text, warning=warning)


def pair(english, text, polarity_="do", here=POLISH, must=("x",)):
    return Pair(unit(english), text, here, ENGLISH, Warning_("w", "c", polarity_, must, "why"))


@given(st.text(max_size=80))
def test_no_translation_breaks_a_check(text):
    """Whatever a translator types, each check ends with problems that have words, or none."""
    for check in STRING_CHECKS:
        try:
            for problem in check(pair("Do not take furosemide for 1 week, 2 days or 3 hours.", text, "prohibition")):
                assert problem.code and problem.message and problem.hint
        except ValueError as error:  # markup is judged before the checks
            assert "**" in text or "_" in text or "*" in text or "[" in text or "]" in text, error


@given(st.sampled_from(["5 mg", "3 to 5 days", "1 week", "48 hours", "2.5 ml", "4 tablets in 24 hours"]))
def test_a_text_has_the_quantities_of_itself(quantity):
    """Read as a translation of itself, no number is missing, changed or added."""
    assert not list(quantities(Pair(unit(f"Take it {quantity}."), f"Take it {quantity}.", replace(ENGLISH, tag="en-US"), ENGLISH)))


# --- telephone numbers and addresses


def test_a_telephone_number_is_the_very_same():
    english = "Call 0151 496 0000 or write to nurse@example.org."
    assert not list(quantities(pair(english, "Zadzwoń: 0151 496 0000 lub napisz: nurse@example.org.")))
    for wrong in ("Zadzwoń: 0151 496 0001 lub napisz: nurse@example.org.", "Zadzwoń: 0151 496 0000 lub napisz: nurse@example.com."):
        assert {p.code for p in quantities(pair(english, wrong))} == {"contact-changed"}
    assert phones("12 September 2022") == [] and phones("12.09.2022") == []


def test_a_time_of_day_may_be_written_in_24_hours():
    assert not list(quantities(pair("Come at 8 pm.", "Przyjdź o 20.")))
    assert not list(quantities(pair("Come at 8.30 pm.", "Przyjdź o 20:30.")))
    assert list(quantities(pair("Come at 8 pm.", "Przyjdź o 18.")))


# --- terms


def test_a_term_lost_or_another_one_added():
    english = "Tell the nurse if you have diabetes."
    assert not list(terms(pair(english, "Powiedz pielęgniarce, jeśli masz cukrzycę.")))
    lost = list(terms(pair(english, "Powiedz pielęgniarce o tym.")))
    assert [p.code for p in lost] == ["term-missing"] and "cukrzyc" in lost[0].hint
    added = list(terms(pair(english, "Powiedz pielęgniarce, jeśli masz cukrzycę lub udar.")))
    assert [(p.code, p.span) for p in added] == [("term-added", "udar")]


def test_kidney_failure_is_not_kidneys():
    assert terms_of("kidney failure", ENGLISH) == {"kidney failure"}


# --- "no"


def test_a_duty_taken_back():
    """“You need not tell the nurse” forbids nothing, and undoes the warning all the same."""
    english = "Tell the nurse if you are pregnant."
    assert [p.code for p in polarity(pair(english, "Nie musisz mówić pielęgniarce, że jesteś w ciąży."))] == ["polarity-added"]
    assert not list(polarity(pair(english, "Powiedz pielęgniarce, jeśli jesteś w ciąży.")))


def test_a_no_in_another_clause_takes_nothing_back():
    english = "Tell the nurse about any new symptoms."
    assert not list(polarity(pair(english, "Jeśli nie czujesz się dobrze, powiedz pielęgniarce o nowych objawach.")))


def test_a_no_must_stand_in_the_sentence_of_the_same_thing():
    english = "Do not take furosemide. You can have vaccines."
    assert not list(polarity(pair(english, "Nie bierz furosemidu. Możesz przyjmować szczepionki.", "prohibition")))
    moved = list(polarity(pair(english, "Bierz furosemid. Nie przyjmuj szczepionek.", "prohibition")))
    assert [p.code for p in moved] == ["polarity-lost"] and "furosemid" in moved[0].span.lower()


def test_a_second_no_turns_evidence_round():
    english = "There is no evidence that IVIg passes on vCJD."
    assert not list(polarity(pair(english, "Nie ma dowodów, że IVIg przenosi vCJD.", "negated-fact")))
    assert [p.code for p in polarity(pair(english, "Nie ma dowodów na to, że IVIg nie przenosi vCJD.", "negated-fact"))] == ["polarity-added"]


def test_a_register_can_ask_for_a_no():
    """A risk whose register says “might not be licensed” must keep its “not”."""
    english = "IVIg might not be licensed."
    text = "IVIg może być zarejestrowana."
    assert [p.code for p in polarity(pair(english, text, "risk"))] == ["polarity-differs"]
    assert [p.code for p in polarity(pair(english, text, "risk", must=("might not be licensed",)))] == ["polarity-lost"]


def test_words_that_say_no_together_count_once():
    assert groups("Nigdy nie bierz tego.", POLISH) == 1
    assert groups("Nie bierz tego leku rano, bo nie działa.", POLISH) == 2
    assert negated("Nie tylko rano.", POLISH) == ""


# --- wholeness


@pytest.mark.parametrize(
    ("english", "text", "codes"),
    [
        ("Tell the nurse if you are pregnant now.", "Powiedz pielęgniarce, jeśli jesteś teraz w ciąży.", []),
        ("Tell the nurse if you are pregnant now.", "Powiedz pielęgniarce, jeśli jesteś", ["warning-cut"]),
        ("Tell the nurse if you are pregnant now.", "Powiedz.", ["warning-cut"]),
        ("Tell the nurse (at once) if you are pregnant.", "Powiedz (od razu pielęgniarce, jeśli jesteś w ciąży.", ["warning-cut"]),
        ("Tell the nurse. Do it now. It is important.", "Proszę od razu powiedzieć o tym pielęgniarce.", ["sentences-differ"]),
        ("a stroke", "udar", []),
        ("You may get a rash, a headache, a fever or a cough here.", "Może wystąpić u Ciebie wysypka oraz gorączka tutaj.", ["list-differs"]),
        ("Keep it dry, and wash it every day with soap.", "Trzymaj to w suchym miejscu i myj co dzień mydłem.", []),
    ],
)
def test_a_warning_must_be_whole(english, text, codes):
    assert [p.code for p in wholeness(pair(english, text))] == codes


# --- warnings beside each other


def together(project, texts):
    """Problems of the Polish IVIg warnings when some of them have other texts."""
    (leaflet,) = [x for x in project.leaflets if x.id == "ivig"]
    units = project.units(leaflet)
    from leafletkit.project import load_catalogue

    catalogue, _ = load_catalogue(project, "pl", "ivig", "ivig")
    strings = {c: e.msgstr for c, e in catalogue.entries.items()}
    strings |= {a: strings[b] for a, b in texts.items()}
    return [(u.context, p.code) for u, p in contrast(leaflet, units, strings, project.languages["pl"], project.languages["en-GB"])]


def test_one_text_for_two_warnings(project):
    assert not together(project, {})
    assert ("tell-nurse-kidney", "warning-repeated") in together(project, {"tell-nurse-kidney": "tell-nurse-diabetes"})


def test_two_warnings_that_have_changed_places(project):
    swapped = together(project, {"tell-nurse-kidney": "tell-nurse-diabetes", "tell-nurse-diabetes": "tell-nurse-kidney"})
    assert {("tell-nurse-kidney", "warning-swapped"), ("tell-nurse-diabetes", "warning-swapped")} == set(swapped)


# --- speech


@pytest.fixture(scope="module")
def phonemes():
    with Phonemes() as ask:
        yield ask


def spoken(project, editions, tag, text, phonemes, voice=None):
    edition = editions["ivig", tag]
    block = Block("tell-nurse-kidney", "paragraph", text, warning="tell-nurse-kidney")
    edition = replace(edition, text=replace(edition.text, blocks=(edition.text.title, block)))
    return [(f.code, f.span) for f in speech(edition, voice or project.voices[tag], phonemes)]


def test_every_word_of_everything_is_spoken(project, editions, phonemes):
    """Not of the warnings alone: of every block, and of the words around them."""
    for (name, tag), edition in editions.items():
        if project.voices[tag].engine != "none":
            assert not list(speech(edition, project.voices[tag], phonemes)), (name, tag)


def test_digits_that_a_voice_passes_over(project, editions, phonemes):
    """The Urdu voice does not know Urdu digits; the toolkit gives it 0-9."""
    assert not spoken(project, editions, "ur", "۳ سے ۵ دن", phonemes)
    voice = project.voices["ur"]
    raw = replace(voice, lexicon=replace(voice.lexicon, say={**voice.lexicon.say, "3": "۳"}))
    assert spoken(project, editions, "ur", "۳ سے ۵ دن", phonemes, raw)[0] == ("speech-silent", "۳")


def without_signs(voice):
    return replace(voice, lexicon=replace(voice.lexicon, signs={}))


def test_a_sign_that_a_voice_passes_over(project, editions, phonemes):
    """The lexicon has a word for it, and without that word it is found."""
    voice = project.voices["pl"]
    assert "więcej niż" in voice.spoken("Temperatura >38 stopni.")
    assert not spoken(project, editions, "pl", "Temperatura >38 stopni.", phonemes)
    assert ("speech-silent", ">38") in spoken(project, editions, "pl", "Temperatura >38 stopni.", phonemes, without_signs(voice))


def test_a_word_of_any_block_that_is_not_spoken(project, editions, phonemes):
    """A block that is no warning is looked at too, and so is what the toolkit adds; the finding names the string."""
    voice = project.voices["pl"]
    mute = replace(voice, lexicon=replace(voice.lexicon, say={**voice.lexicon.say, "rękami": "-"}))
    edition = editions["clean-hands", "pl"]
    title, block, *rest = edition.text.blocks
    blocks = (title, replace(block, text="Nie dotykaj rękami.", warning=None), *rest)
    edition = replace(edition, text=replace(edition.text, blocks=blocks), words={**edition.words, "audio-end": "Koniec rękami."})
    findings = list(speech(edition, mute, phonemes))
    assert {(f.code, f.string, f.warning, f.span) for f in findings} == {
        ("speech-silent", block.id, "", "rękami"), ("speech-silent", "recording.end", "", "rękami"),
    }  # fmt: skip
    assert {f.target for f in findings} == {"Nie dotykaj rękami.", "Koniec rękami."}


def test_a_voice_of_another_language(project, editions, phonemes):
    for name in ("gmw/en", "zz/none"):
        voice = Voice("espeak", name, 140, 120, "x", (8.0, 16.0))
        assert [c for c, _ in spoken(project, editions, "pl", "Powiedz.", phonemes, voice)] == ["voice-wrong"]


@pytest.mark.parametrize("address", ["oddzial-5@example.org", "ward_5@example.org", "www.my-trust.org"])
def test_a_sign_of_an_address_that_is_not_spoken(project, editions, phonemes, address):
    """Who leaves it out writes to somebody else."""
    voice = project.voices["pl"]
    signs = {sign: word for sign, word in voice.lexicon.signs.items() if sign not in ("hyphen", "underscore")}
    mute = replace(voice, lexicon=replace(voice.lexicon, signs=signs))
    assert spoken(project, editions, "pl", f"Napisz: {address}", phonemes, mute)
