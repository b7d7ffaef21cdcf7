"""The real leaflets: every fact, warning, question and number stands where it must, in English and in each language."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import polib
import pytest

from leafletkit import inline
from leafletkit.script import sentences

from .conftest import ROOT

FACTS = {f"F{n:02}" for n in range(1, 68)}
LANGUAGES = ["ar", "cy", "hi", "pl", "so", "ur", "zh-Hans"]
CATALOGUES = sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po"))
NEGATIVE = re.compile(r"\b(?:not|never|no|avoid)\b", re.I)
CONTRASTS = {
    ("avoid-combined-pill", "progestogen-only-pill-ok"),
    ("vaccines-may-work-less-well", "vaccines-not-contraindicated"),
    ("infection-risk-remote", "vcjd-no-evidence-so-far"),
}
PROHIBITIONS = {"never-donate-blood", "no-long-haul-flight-1-week", "avoid-loop-diuretics-treatment-days", "avoid-smoking", "avoid-combined-pill"}

# The numbers that a patient acts on: block -> its numbers, in the order of the English.
NUMBERS = {
    "course-3-5-days": ["3", "5"], "er-course": ["3", "5"],
    "no-long-haul-flight-1-week": ["1"], "er-no-long-haul-flight": ["1"],
    "er-word-combined-pill": ["2"], "er-word-progestogen-only-pill": ["1"], "er-word-hepatitis": ["2"],
    "review-2-3-weeks": ["2", "3"], "er-review": ["2", "3"],
    "old-source": ["12", "2022", "12", "2024"],
}  # fmt: skip
# How a language writes a number in another way: Arabic says "one week" in words, Chinese counts the months.
WRITTEN = {("ar", "no-long-haul-flight-1-week"): [], ("ar", "er-no-long-haul-flight"): [], ("zh-Hans", "old-source"): ["2022", "9", "12", "2024", "9", "12"]}
ONE_WEEK = "أسبوع واحد"

# Strings that may be the same in both languages: nothing but the names of other strings and signs.
SAME = {"format-label"}


@pytest.fixture(scope="session")
def ivig(project):
    return next(x for x in project.leaflets if x.id == "ivig")


def numbers(text):
    return re.findall(r"\d+", text)


def entries(path):
    return [e for e in polib.pofile(str(path)) if not e.obsolete]


def strings(language, leaflet="ivig"):
    return {e.msgctxt: e.msgstr for e in entries(ROOT / "locales" / language / "LC_MESSAGES" / f"{leaflet}.po")}


def test_all_facts_are_in_the_text(ivig):
    """F01 to F67 each stand in the facts=… of a block of leaflet.md, and no other fact does."""
    text = (ROOT / "leaflet/ivig/leaflet.md").read_text("utf-8")
    marked = [f for row in re.findall(r"facts=([\w,]+)[^{}]*\}\s*$", text, re.M) for f in row.split(",")]
    assert set(marked) == FACTS
    assert sorted(marked) == sorted(f for b in ivig.text.blocks for f in b.facts)
    assert all(len(set(b.facts)) == len(b.facts) for b in ivig.text.blocks)


def test_26_warnings_three_times(ivig):
    """The register, the text and the easy read have the same 26 warnings."""
    register = [w.id for w in ivig.warnings]
    assert len(register) == len(set(register)) == 26
    for document in ivig.documents:
        assert {b.warning for b in document.blocks if b.warning} == set(register)


def test_every_warning_can_be_checked(ivig):
    """Each says what must survive and why, and its words carry at least one fact."""
    for warning in ivig.warnings:
        assert warning.must_survive and warning.why
        assert any(b.facts for b in ivig.text.carrying(warning.id)), warning.id


def test_warnings_keep_their_names(ivig):
    """Ids of warnings in the text are ids of blocks: links to a warning never break."""
    assert {w.id for w in ivig.warnings} <= {b.id for b in ivig.text.blocks}


def test_contrasts_are_mutual(ivig):
    """Each pair that is easily confused names the other, and there are these three."""
    named = {w.id: w.contrast for w in ivig.warnings if w.contrast}
    assert all(named[other] == one for one, other in named.items())
    assert {tuple(sorted(p)) for p in named.items()} == {tuple(sorted(p)) for p in CONTRASTS}


def test_polarities(ivig):
    """What is forbidden, allowed, and denied."""
    by_polarity = {p: {w.id for w in ivig.warnings if w.polarity == p} for p in ("prohibition", "permission", "negated-fact")}
    assert by_polarity == {
        "prohibition": PROHIBITIONS,
        "permission": {"progestogen-only-pill-ok", "vaccines-not-contraindicated"},
        "negated-fact": {"vcjd-no-evidence-so-far"},
    }


def test_15_questions_are_open(ivig):
    """Q1 to Q15 are asked, and none is answered without a clinician."""
    assert [q.id for q in ivig.queries] == [f"Q{n}" for n in range(1, 16)]
    assert all(q.open and q.question and q.blocks for q in ivig.queries)


def test_the_metadata_claims_nothing(project, ivig):
    """The source's own dates, a draft, a demonstration, and contact details to be filled in."""
    assert (ivig.meta.last_updated, ivig.meta.review_due) == (date(2022, 9, 12), date(2024, 9, 12))
    for leaflet in project.leaflets:
        assert leaflet.meta.status == "draft" and leaflet.meta.demonstration
        assert leaflet.meta.contact.placeholder and not leaflet.meta.contact.phone and not leaflet.meta.contact.email


def easy_lines(project):
    """(place, words, kind) of every line of the English easy read of every leaflet."""
    for leaflet in project.leaflets:
        for block in leaflet.easy_read.blocks:
            yield from ((f"{leaflet.id} {block.id}", inline.plain(line), block.kind) for line in block.text.split("\n"))


def test_easy_read_lines_are_short_sentences(project):
    """One whole sentence a line, of at most 15 words."""
    for place, line, kind in easy_lines(project):
        assert 1 <= len(line.split()) <= 15, (place, line)
        if kind == "point":
            assert len(sentences(line, ".?!")) == 1 and line[-1] in ".?", (place, line)


def test_easy_read_has_no_hard_signs(project):
    """No ; : ( ) % / in the English easy read."""
    assert [(place, line) for place, line, _ in easy_lines(project) if set(";:()%/") & set(line)] == []


def without_bold(text):
    return "".join(s.text for s in inline.parse(text) if not s.strong)


def test_negative_words_of_prohibitions_are_bold(project):
    """In both documents: not, never, no and avoid never stand in plain letters where something is forbidden or denied."""
    for leaflet in project.leaflets:
        for warning in leaflet.warnings:
            if warning.polarity not in ("prohibition", "negated-fact"):
                continue
            for document in leaflet.documents:
                texts = [b.text for b in document.carrying(warning.id)]
                assert any("**" in t for t in texts), (warning.id, document.kind)
                # "no one knows" and the like deny nothing; only the negation of the rule itself counts.
                for text in texts:
                    plain_part = without_bold(text).replace("no one", "")
                    assert not NEGATIVE.search(plain_part), (warning.id, document.kind, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_negative_words_are_bold_in_every_language(ivig, language):
    """Each translation of a prohibition has bold words, in the text and in the easy read."""
    translated = strings(language)
    for warning in ivig.warnings:
        for document in ivig.documents:
            for block in document.carrying(warning.id):
                strong = any(s.strong for s in inline.parse(translated[block.id]))
                assert strong == ("**" in block.text), (block.id, translated[block.id])


def test_seven_languages():
    """Each language has the IVIg leaflet and the interface; Polish has the tiny example as well."""
    found = {(p.parts[-3], p.stem) for p in CATALOGUES}
    assert found == {(t, n) for t in LANGUAGES for n in ("ivig", "interface")} | {("pl", "clean-hands")}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_every_catalogue_says_that_it_is_a_draft(path):
    """The header names no clinician and no approval; nothing is fuzzy, empty or obsolete."""
    po = polib.pofile(str(path))
    header = " ".join(po.header.split())
    assert "DRAFT" in header and "not made by clinicians" in header and "Nobody has approved them" in header
    assert not [e.msgctxt for e in po if e.obsolete or e.fuzzy or not e.msgstr.strip()]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_no_string_is_english(path):
    """No translation is its English, whatever the case and the signs; a few short strings may be."""
    def letters(text):
        return re.sub(r"[\W_]+", " ", text).casefold().strip()

    same = {e.msgctxt for e in entries(path) if letters(e.msgid) == letters(e.msgstr)}
    assert same <= SAME
    assert all(len(e.msgid.split()) <= 2 for e in entries(path) if e.msgctxt in same)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_every_number_survives(path):
    """Each string has the numbers of its English, no more and no fewer, but for those listed above."""
    language = path.parts[-3]
    for entry in entries(path):
        expected = WRITTEN.get((language, entry.msgctxt), numbers(entry.msgid))
        assert Counter(numbers(entry.msgstr)) == Counter(expected), (entry.msgctxt, entry.msgstr)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_that_patients_act_on(language):
    """3 to 5 days, 1 week, 2 to 3 weeks and the dates of the source, in the order in which they are said."""
    translated = strings(language)
    for block, expected in NUMBERS.items():
        assert numbers(translated[block]) == WRITTEN.get((language, block), expected), (block, translated[block])
        if (language, block) in WRITTEN and expected == ["1"]:
            assert ONE_WEEK in translated[block]


def test_the_english_has_those_numbers(ivig):
    """The list above is that of the English text: no number of a block is left out of it."""
    for document in ivig.documents:
        for block in document.blocks:
            assert numbers(block.text) == NUMBERS.get(block.id, []), block.id


def test_48_hours(project):
    """The tiny example keeps its 48 hours in English and Polish, in the text and in both questions of the easy read."""
    leaflet = next(x for x in project.leaflets if x.id == "clean-hands")
    blocks = {b.id: b.text for d in leaflet.documents for b in d.blocks}
    for texts in (blocks, strings("pl", "clean-hands")):
        assert numbers(texts["stay-away-48-hours"]) == ["48"]
        assert numbers(texts["er-stay-away"]) == ["48", "48"]
