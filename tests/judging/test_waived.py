"""What is waived is neither approved nor released by that, nor heard."""

from __future__ import annotations

from datetime import date

from leafletkit.waivers import Waiver, entry

from ..signoff_support import (
    PL,
    PO,
    WAIVERS,
    add,
    codes,
    files,
    look,
    no_demonstration,
    rewrite,
    sign,
    sign_words,
    swap,
)
from .support import accept

# -- release and approval


def test_a_waiver_approves_nothing(wrong):
    """The words still need their sign-offs; with them, a leaflet with a waived finding can be released."""
    no_demonstration(wrong)
    assert accept(wrong) == 0
    assert PL not in look(wrong, release=True).editions
    sign_words(wrong)
    checked = look(wrong, release=True)
    assert checked.editions[PL].state == "approved" and not checked.withholds(PL, "web")


def test_a_stale_waiver_does_not_hold_up_a_release(small):
    no_demonstration(small)
    add(
        small,
        WAIVERS,
        entry(Waiver("why", "length-differs", "Jan", "Translator", "Agreed.", date(2026, 11, 1), "0" * 32)),
    )
    sign_words(small)
    checked = look(small, release=True)
    assert ("waiver-stale", "pl") in codes(checked) and PL in checked.editions


def test_a_waiver_after_the_approval_makes_nothing_stale(small):
    """What was approved are the words."""
    no_demonstration(small)
    rewrite(small, "why", "Czyste ręce są ważne.")
    sign_words(small)
    assert accept(small, "length-differs", "why") == 0
    assert look(small).editions[PL].state == "approved"


# -- what the voice leaves out


def test_a_silent_sign_can_be_waived(silent):
    checked = look(silent)
    assert ("speech-silent", "pl") in codes(checked)
    assert checked.withholds(PL, "audio") and not checked.withholds(PL, "web")
    assert accept(silent, "speech-silent") == 0
    checked = look(silent)
    assert not checked.withholds(PL, "audio")
    # As it is written and as the voice gets it: one waiver of the code and the string is for both.
    waived = [f.waived for f in checked.findings if f.language == "pl" and f.code == "speech-silent"]
    assert waived == ["Jan Przykład, Translator, 22 November 2026: Agreed."] * 2
    swap(silent, PO, "48 godzin ≥2 razy", "48 godzin ≥2 razy,")
    assert look(silent).withholds(PL, "audio")


def test_a_waived_silence_must_still_be_heard(silent):
    """A waiver is no sign-off by ear."""
    no_demonstration(silent)
    assert accept(silent, "speech-silent") == 0
    sign_words(silent)
    assert look(silent, release=True).withholds(PL, "audio")
    assert sign(silent, "heard") == 0
    assert not look(silent, release=True).withholds(PL, "audio")


def test_a_silence_that_is_not_there_can_not_be_waived(small):
    before = files(small)
    assert accept(small, "speech-silent") == 1 and files(small) == before
