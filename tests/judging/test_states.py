"""The states of an edition, from draft to withdrawn, and the notices that readers see."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from itertools import permutations

import pytest

from ..signoff_support import EN, META, PL, SIGNOFF, STAY, codes, look, name_translator, rewrite, sign, sign_words, swap
from .support import WHY, state


def test_draft(ready):
    assert state(ready) == ("draft", ["notice-draft", "notice-translation"])
    assert state(ready, key=EN) == ("draft", ["notice-draft"])


def test_in_review(ready):
    """Some approvals are no approval: every page goes on to say so."""
    assert sign(ready, "clinical") == 0
    assert state(ready) == ("in-review", ["notice-in-review", "notice-translation"])
    assert state(ready, key=EN) == ("draft", ["notice-draft"])


@pytest.mark.full  # slow
@pytest.mark.parametrize("left_out", ["interface", "linguistic", "clinical"])
def test_in_review_while_anything_is_missing(signed, left_out):
    """All of words, warnings and words around them must be approved."""
    if left_out == "interface":
        (signed / "locales/pl/signoff/interface.toml").unlink()
    else:
        text = (signed / SIGNOFF).read_text("utf-8")
        keep = [row for row in text.split("\n[[decision]]")[1:] if f'criterion = "{left_out}"' not in row]
        (signed / SIGNOFF).write_text("".join("\n[[decision]]" + row for row in keep), "utf-8")
    assert state(signed) == ("in-review", ["notice-in-review", "notice-translation"])
    assert PL not in look(signed, release=True).editions and EN in look(signed, release=True).editions


def test_one_string_without_its_approval_is_in_review(signed):
    """All but one is not approved."""
    (signed / SIGNOFF).write_text(re.sub(r'(?m)^"er-germs" = .*\n', "", (signed / SIGNOFF).read_text("utf-8")), "utf-8")
    assert state(signed) == ("in-review", ["notice-in-review", "notice-translation"])
    (found,) = [f for f in look(signed, release=True).findings if f.code == "release-unapproved"]
    assert "er-germs" in found.message and found.message.startswith("1 strings")


def test_status_in_review_without_any_approval(ready):
    swap(ready, META, 'status = "draft"', 'status = "in-review"')
    assert state(ready) == ("in-review", ["notice-in-review", "notice-translation"])


def test_approved(signed):
    """No notice that it is a draft: that would make readers doubt what is right."""
    assert state(signed) == ("approved", [])
    assert state(signed, key=EN) == ("approved", [])
    assert not look(signed).findings


def test_stale(signed):
    """Readers of words that have changed since are told that they are not approved."""
    rewrite(signed, "why", WHY)
    assert state(signed) == ("stale", ["notice-in-review", "notice-translation"])
    assert state(signed, key=EN) == ("approved", [])
    assert PL not in look(signed, release=True).editions


def test_expired(signed):
    """The review date beats the approval; on the day itself it still holds."""
    due = date(2028, 11, 1)
    assert state(signed, due) == ("approved", [])
    assert state(signed, due + timedelta(1)) == ("expired", ["notice-expired"])
    assert not look(signed, release=True, today=due + timedelta(1)).editions
    rewrite(signed, "why", WHY)
    assert state(signed, due + timedelta(1)) == ("expired", ["notice-expired", "notice-draft", "notice-translation"])


def test_withdrawn_by_status(signed):
    swap(signed, META, 'status = "draft"', 'status = "withdrawn"')
    assert state(signed) == ("withdrawn", ["notice-withdrawn"])
    assert not look(signed, release=True).editions


def test_withdrawn_words_are_not_built_even_as_a_draft(signed):
    """A named person has said that these words must not be used."""
    assert sign(signed, "clinical", "--withdraw", "--string", STAY, name="Dr Bo Example") == 0
    for release in (False, True):
        checked = look(signed, release=release)
        assert PL not in checked.editions and EN in checked.editions
        assert ("signoff-withdrawn", "pl") in codes(checked)


def test_withdrawn_words_come_back_only_changed(signed):
    """Signing again does not undo a withdrawal; other words are a new text, to be approved."""
    assert sign(signed, "clinical", "--withdraw", "--string", STAY, name="Dr Bo Example") == 0
    sign(signed, "clinical", "--string", STAY, name="Dr Cy Example")
    assert PL not in look(signed).editions
    rewrite(
        signed,
        STAY,
        "**Nie** należy przychodzić w odwiedziny, jeśli w ciągu ostatnich 48 godzin wystąpiły wymioty lub biegunka.",
    )
    assert state(signed)[0] == "stale"
    assert sign(signed, "clinical") == sign(signed, "linguistic", name="Ben Example") == 0
    assert state(signed) == ("approved", [])


def test_a_withdrawal_stands_beside_a_demonstration(small):
    """The words of a demonstration can be withdrawn like any others."""
    assert sign(small, "clinical", "--withdraw") == 0
    assert list(look(small).editions) == [EN]


@pytest.mark.full
def test_a_withdrawn_recording_withholds_the_recording_only(signed):
    """Its words are right: readers must not be told to throw the leaflet away."""
    assert sign(signed, "heard") == sign(signed, "heard", "--withdraw") == 0
    for release in (False, True):
        checked = look(signed, release=release)
        assert PL in checked.editions and checked.withholds(PL, "audio") and not checked.withholds(PL, "web")
    assert state(signed) == ("approved", [])


def test_a_demonstration_is_never_approved(small):
    """Not even with every signature."""
    name_translator(small)
    sign_words(small)
    assert sign(small, "heard") == 0
    got, said = state(small)
    assert got == "in-review" and "notice-demonstration" in said and "notice-in-review" in said
    assert not look(small, release=True).editions


@pytest.mark.full  # slow
def test_nothing_looks_approved_before_the_last_signature(ready):
    """Through every order of the three signatures, the notices go with the last one, and not before."""
    steps = {
        "interface": lambda root: sign(root, "linguistic", leaflet="interface", name="Ben Example"),
        "linguistic": lambda root: sign(root, "linguistic", name="Ben Example"),
        "clinical": lambda root: sign(root, "clinical"),
    }
    for order in permutations(steps):
        for number, step in enumerate(order):
            got, said = state(ready)
            assert got != "approved" and said[-1] == "notice-translation" and len(said) == 2, order[:number]
            assert steps[step](ready) == 0
        assert state(ready) == ("approved", [])
        shutil.rmtree(ready / "locales/pl/signoff")
