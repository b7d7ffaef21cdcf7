"""Reading age: the syllable counter against words with known counts, and the grade of the real leaflets."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leafletkit import inline
from leafletkit.checks.english import GRADE, readability
from leafletkit.readability import Readability, measure, syllables

# Counted from a pronouncing dictionary (British English).
KNOWN = {
    1: "the blood nurse take week weeks day days sign vein risk pulse dose brand speed clot stroke rash work works make",
    2: "treatment kidney headache vaccine severe painful doctor smoking pregnant donate liquid plasma protein symptom "
    "unwell water tablet illness treated needed started muscle blister before after body being going seeing",
    3: "hospital medicine infusion allergic family infection illnesses consented donated condition example recommend",
    4: "usually antibodies operation",
}
# The counter looks at letters only, and is out by one or two on words like these.
HARD = {
    "reaction": 3, "temperature": 3, "quiet": 2, "people": 2, "muscles": 2, "science": 2, "idea": 3, "area": 3, "used": 1, "screened": 1,
    "rashes": 2, "diabetes": 4, "fluid": 2, "hundred": 2,
}  # fmt: skip


@pytest.mark.parametrize(("word", "count"), [(w, n) for n, words in KNOWN.items() for w in words.split()])
def test_syllables(word, count):
    """Common words of health, whatever their case."""
    assert syllables(word) == syllables(word.upper()) == count


def test_hard_words_are_not_far_off():
    """At most two out on a hard word, and within 5 % over easy and hard words together."""
    assert all(abs(syllables(w) - n) <= 2 for w, n in HARD.items())
    known = {**{w: n for n, words in KNOWN.items() for w in words.split()}, **HARD}
    assert abs(sum(syllables(w) - n for w, n in known.items())) <= 0.05 * sum(known.values())


@pytest.mark.parametrize(("number", "count"), [("7", 1), ("48", 2), ("2024", 4), ("0.1", 2)])
def test_numbers_count_as_their_digits(number, count):
    """A number is not free."""
    assert syllables(number) == count


@given(st.from_regex(r"[A-Za-zÀ-ÿ]+(['’-][A-Za-zÀ-ÿ]+)*|[0-9]+([.,][0-9]+)*", fullmatch=True))
@settings(deadline=None)
def test_every_word_has_a_syllable(word):
    """At least one, and never more than it has letters and digits, with one to spare."""
    assert 1 <= syllables(word) <= len(word) + 1


@pytest.mark.parametrize(
    ("texts", "names", "expected"),
    [
        ([], (), (0, 0, 0)),
        (["…", "", "()"], (), (0, 0, 0)),
        (["Take the blood."], (), (3, 1, 3)),
        (["Take the blood. Wash it!", "Is it?"], (), (7, 3, 7)),
        (["Take\nblood"], (), (2, 2, 2)),
        (["It is “a vein”. Go."], (), (5, 2, 5)),
        (["Version 0.1 works."], (), (3, 1, 5)),
        (["Take furosemide now."], ("furosemide",), (2, 1, 2)),
        (["Take FUROSEMIDE now."], ("furosemide",), (2, 1, 2)),
        (["Take loop diuretics now."], ("diuretics", "loop diuretics"), (2, 1, 2)),
        (["Furosemide."], ("furosemide",), (0, 0, 0)),
        (["A (b) c"], ("(b)",), (2, 1, 2)),
    ],
)
def test_measure(texts, names, expected):
    """Words, sentences and syllables; names count as nothing, the longest first, and are not patterns."""
    found = measure(texts, names)
    assert (found.words, found.sentences, found.syllables) == expected


def test_grade():
    """The formula of Flesch and Kincaid; no words, no grade."""
    assert Readability(100, 10, 150).grade == pytest.approx(0.39 * 10 + 11.8 * 1.5 - 15.59)
    assert Readability(0, 0, 0).grade == 0


@given(st.lists(st.text()))
@settings(deadline=None)
def test_any_text_is_measured(texts):
    """No text breaks the measure, and words always stand in a sentence."""
    found = measure(texts)
    assert 0 <= found.sentences <= found.words <= found.syllables
    assert isfinite(found.grade)


def sentences_of(leaflet, document):
    return [inline.plain(b.text) for b in document.blocks if b.kind in ("paragraph", "point")]


def test_the_real_leaflets_are_easy(project):
    """Both documents of each leaflet are at grade 6 or below: paragraphs and points only, names left out."""
    assert GRADE == 6
    for leaflet in project.leaflets:
        assert readability(leaflet) == ()
        for document in leaflet.documents:
            found = measure(sentences_of(leaflet, document), leaflet.meta.readability_names)
            assert found.words > 20 and found.grade <= 6, (leaflet.id, document.kind, found)


def test_names_are_names_of_the_text(project):
    """Only words that the leaflet uses are left out, and they are few: most of the text is measured."""
    ivig = next(x for x in project.leaflets if x.id == "ivig")
    texts = [t for d in ivig.documents for t in sentences_of(ivig, d)] + [inline.plain(b.text) for d in ivig.documents for b in d.blocks]
    for name in ivig.meta.readability_names:
        assert name.lower() in "\n".join(texts).lower(), name
    for document in ivig.documents:
        whole = measure(sentences_of(ivig, document)).words
        assert measure(sentences_of(ivig, document), ivig.meta.readability_names).words > 0.85 * whole


@pytest.mark.parametrize("which", [0, 1])
def test_the_check_can_fail(project, which):
    """One long hard paragraph in either document gives the finding for that document alone."""
    leaflet = next(x for x in project.leaflets if x.id == "clean-hands")
    hard = "Considerable deterioration of neurological functionality necessitates immediate multidisciplinary consultation and reassessment " * 3
    document = leaflet.documents[which]
    block = next(b for b in document.blocks if b.kind in ("paragraph", "point"))
    worse = replace(document, blocks=tuple(replace(b, text=hard) if b is block else b for b in document.blocks))
    broken = replace(leaflet, **{"text" if which == 0 else "easy_read": worse})
    assert [(f.code, f.path) for f in readability(broken)] == [("readability", document.path)]


def test_headings_and_items_do_not_count(project):
    """A list of hard names is no sentence."""
    leaflet = next(x for x in project.leaflets if x.id == "clean-hands")
    blocks = tuple(replace(b, text="Neurological " * 40) if b.kind in ("heading", "item", "title") else b for b in leaflet.text.blocks)
    assert readability(replace(leaflet, text=replace(leaflet.text, blocks=blocks))) == ()
