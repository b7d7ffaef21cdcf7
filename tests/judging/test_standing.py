"""How strings stand: named people approve exact words, other people than the translator; a withdrawal wins."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from leafletkit.signoffs import Decision, same_name, standing

from ..signoff_support import name_translator, sign


def decide(decision, words, name="Ada", criterion="clinical"):
    return Decision(decision, criterion, name, "Doctor", date(2026, 11, 1), words)


def test_withdrawn_wins_whatever_the_order():
    """Neither an earlier nor a later approval, nor the number of them, brings withdrawn words back."""
    rows = [
        decide("approved", {"a": "1", "b": "1"}),
        decide("withdrawn", {"a": "1"}, "Bo"),
        decide("approved", {"a": "1"}, "Bo"),
    ]
    for order in permutations(rows):
        stood = standing(order, "clinical", {"a": "1", "b": "1"}, None)
        assert stood.withdrawn == ("a",) and not stood.whole and not stood.missing and not stood.stale


def test_a_withdrawal_of_older_words_says_nothing_of_the_new_ones():
    rows = [decide("withdrawn", {"a": "1"}), decide("approved", {"a": "2"})]
    assert standing(rows, "clinical", {"a": "2"}, None).whole
    assert standing(rows, "clinical", {"a": "1"}, None).withdrawn == ("a",)


def test_an_approval_counts_for_its_criterion_only():
    """A linguist's approval is no clinician's."""
    stood = standing([decide("approved", {"a": "1"}, criterion="linguistic")], "clinical", {"a": "1"}, None)
    assert stood.missing == ("a",) and not stood.by


def test_nothing_to_approve_is_not_an_approval():
    assert not standing([], "clinical", {}, None).whole


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Example", "Ada Example"), ("Ada Example", "Dr Ada Example"), ("Ada Example", "Prof. Ada  EXAMPLE"),
        ("Łucja Świątek", "ŁUCJA ŚWIĄTEK"), ("Ada Example <ada@example.org>", "Ada Example"),
        ("Ada Example <ada@example.org>", "A. E. <ADA@example.org>"), ("ada@example.org", "Ada <ada@example.org>"),
        ("Ada-Mary Example", "Ada Mary Example"), ("Ada\u00a0Example", "Sister Ada Example"),
        ("José Example", "Jose\u0301 Example"),
        ("Ada Example", "Example, Ada"),
        ("Ada Example", "Ada Example, RN"),
        ("Ada Example", "lek. Ada Example"),
    ],
)  # fmt: skip
def test_one_person_under_two_names(one, other):
    assert same_name(one, other) and same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ada Example", "Ben Example"), ("Ada Example <x@example.org>", "Ben Example <y@example.org>"), ("Dr", "Prof."),
     ("", ""), ("Ada Example", ""), ("—", "…")],
)  # fmt: skip
def test_two_people(one, other):
    """Two who share a title or have no name at all are not one person."""
    assert not same_name(one, other) and not same_name(other, one)


@pytest.mark.parametrize(("translator", "counts"), [(None, True), ("Ben", True), ("Ada", False), ("", False)])
def test_who_may_approve_the_language(translator, counts):
    """Not the translator, and nobody while the translator is not named; the English has no translator."""
    stood = standing([decide("approved", {"a": "1"}, criterion="linguistic")], "linguistic", {"a": "1"}, translator)
    assert stood.whole is counts and stood.same_person == (() if counts else ("a",))


def test_the_translator_may_sign_beside_another():
    """What counts is that another person has approved, not that the translator has not."""
    rows = [decide("approved", {"a": "1"}, n, "linguistic") for n in ("Ada", "Ben")]
    assert standing(rows, "linguistic", {"a": "1"}, "Ada").whole


@pytest.mark.parametrize("placeholder", ["FULL NAME <EMAIL@ADDRESS>", "", "none", "Automatically generated"])
def test_what_tools_write_names_nobody(small, placeholder):
    """A name that no person has written is no translator, so no approval of the language counts."""
    name_translator(small, placeholder)
    assert sign(small, "linguistic") == 2


def test_an_anonymous_translator_names_nobody(small):
    name_translator(small, "Anonymous <noreply@weblate.org>")
    assert sign(small, "linguistic") == 2
