"""An approval dies with the words: whatever has changed since is approved no longer, and only that."""

from __future__ import annotations

import re

import pytest

from ..signoff_support import EN, INTERFACE_PO, MD, META, PL, PO, STAY, add, codes, look, rewrite, swap
from .support import WHY, stood


def test_a_changed_translation_makes_just_that_string_stale(signed):
    rewrite(signed, "why", WHY)
    checked = look(signed)
    assert codes(checked) == [("signoff-stale", "pl")]
    standings = checked.editions[PL].standings
    assert standings["linguistic"].stale == ("why",) and not standings["linguistic"].missing
    assert standings["clinical"].whole
    assert checked.editions[EN].state == "approved", "a change in Polish does not touch English"


def test_a_changed_warning_is_stale_for_the_clinician_too(signed):
    rewrite(
        signed,
        STAY,
        "**Nie** należy przychodzić w odwiedziny, jeśli w ciągu ostatnich 48 godzin wystąpiły wymioty lub biegunka.",
    )
    standings = stood(signed)
    assert standings["linguistic"].stale == standings["clinical"].stale == (STAY,)


def test_changed_english_is_stale_in_every_language(signed):
    """Who approved a translation has not approved it for another English."""
    for file, old, new in ((MD, "when you go.", "when you leave."), (PO, "when you go.", "when you leave.")):
        swap(signed, file, old, new)
    for key in (PL, EN):
        assert stood(signed, key)["linguistic"].stale == ("wash-out",)


def test_the_same_words_in_another_place_are_not_approved(signed):
    """The place is part of what was approved: words can't be moved under an approval."""
    swap(signed, MD, "{#why}", "{#reason}")
    swap(signed, PO, 'msgctxt "why"', 'msgctxt "reason"')
    for key in (PL, EN):
        assert stood(signed, key)["linguistic"].missing == ("reason",)


def test_two_translations_that_change_places_are_stale(signed):
    rewrite(signed, "wash-in", "Przed wyjściem proszę umyć je ponownie.")
    rewrite(signed, "wash-out", "Po wejściu proszę umyć ręce wodą z mydłem.")
    assert set(stood(signed)["linguistic"].stale) == {"wash-in", "wash-out"}


@pytest.mark.parametrize(
    "new", ["Czyste ręce.", "Czyste ręce na Oddziale", "Czyste ręce na oddziale ", "Czyste\u00a0ręce na oddziale"]
)
def test_the_smallest_change_counts(signed, new):
    rewrite(signed, "title", new)
    assert stood(signed)["linguistic"].stale == ("title",)


def test_what_is_no_word_does_not_matter(signed):
    """Comments, the order of strings, line breaks in the file and the version make nothing stale."""
    text = (signed / PO).read_text("utf-8")
    head, *rows = text.split("\n\n")
    rows = [re.sub(r'"\n"', "", row) for row in reversed(rows)]
    (signed / PO).write_text("\n\n".join([head, "# A remark.", *(row.strip("\n") for row in rows)]) + "\n", "utf-8")
    swap(signed, META, 'version = "0.1"', 'version = "0.2"')
    checked = look(signed)
    assert not checked.findings and {e.state for e in checked.editions.values()} == {"approved"}


def test_changed_words_that_are_changed_back_are_approved_again(signed):
    """Those very words were approved."""
    before = (signed / PO).read_bytes()
    rewrite(signed, "why", WHY)
    assert look(signed).editions[PL].state == "stale"
    (signed / PO).write_bytes(before)
    assert look(signed).editions[PL].state == "approved"


def test_a_changed_word_of_the_interface_is_stale_in_every_leaflet(signed):
    rewrite(signed, "skip-link", "Przejdź do tekstu", INTERFACE_PO)
    assert stood(signed)["linguistic"].stale == ("skip-link",)


def test_a_changed_publisher_is_stale(signed):
    """Nobody may put another hospital's name on approved words."""
    swap(signed, "project.toml", 'publisher = "Example Hospital"', 'publisher = "Other Hospital"')
    swap(signed, INTERFACE_PO, 'msgid "Example Hospital"', 'msgid "Other Hospital"')
    assert "publisher" in stood(signed)["linguistic"].stale


def test_a_new_warning_is_not_approved(signed):
    """A warning added after the sign-off is missing one, for linguist and clinician."""
    warning = (
        '[[warning]]\nid = "soap"\ncategory = "self-care"\npolarity = "do"\nmust_survive = ["soap"]\nwhy = "germs"\n'
    )
    add(signed, "leaflet/clean-hands/safety.toml", f"\n{warning}")
    add(signed, MD, "\nUse the soap. {#soap warning=soap}\n")
    add(signed, "leaflet/clean-hands/easy-read.md", "\n![](wash-hands)\nUse the soap. {#er-soap warning=soap}\n")
    for name in ("soap", "er-soap"):
        add(signed, PO, f'\nmsgctxt "{name}"\nmsgid "Use the soap."\nmsgstr "Proszę używać mydła."\n')
    for key in (PL, EN):
        standings = stood(signed, key)
        assert standings["linguistic"].missing == standings["clinical"].missing == ("soap", "er-soap")
    assert not look(signed, release=True).editions
