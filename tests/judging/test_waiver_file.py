"""The file of waivers: what is written is read back; a broken file withholds its language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit.findings import CODES, blocking
from leafletkit.model import Finding
from leafletkit.signoffs import has_name
from leafletkit.waivers import Waiver, entry, read_waivers, waive
from leafletkit.words_hash import words_hash

from ..conftest import TODAY
from ..signoff_support import EN, PL, WAIVERS, add, codes, files, look
from .support import WAIVABLE, accept, texts

# -- the file


waivers = st.builds(
    Waiver, string=texts, code=st.sampled_from(sorted(WAIVABLE)), name=texts.filter(has_name), role=texts, reason=texts,
    date=st.dates(max_value=TODAY), words=st.text("0123456789abcdef", min_size=32, max_size=32),
)  # fmt: skip


@given(st.lists(waivers, max_size=4))
def test_what_is_appended_is_read_back_equal(rows):
    """Quotes, backslashes, line ends and any other character of a name or reason survive."""
    found, problems = read_waivers("# Waivers\n" + "".join(map(entry, rows)), "x.toml", "x", "pl", TODAY)
    assert not problems and [replace(w, path="", line=0) for w in found] == rows


@given(waivers, st.sampled_from(sorted(WAIVABLE)), texts, st.text(), st.text())
def test_a_waiver_fits_its_own_finding_only(waiver, code, string, source, target):
    """Code, string, English and translation must all be those that the person saw."""
    finding = Finding(code, "m", "h", "x", "pl", string=string, source=source, target=target)
    own = Waiver(string, code, "Jan", "Translator", "Agreed.", TODAY, words_hash(string, source, target))
    assert [bool(f.waived) for f in waive([finding], [own], "x", "pl")] == [True]
    others = [
        waiver,
        replace(own, code="text-unclean" if code != "text-unclean" else "term-added"),
        replace(own, string=string + "x"),
        replace(own, words=words_hash(string, source + "x", target)),
        replace(own, words=words_hash(string, source, target + "x")),
        replace(own, words=words_hash(string + "x", source, target)),
    ]  # fmt: skip
    for other in others:
        first, second = waive([finding], [other], "x", "pl")
        assert not first.waived and second.code == "waiver-stale"


def test_what_can_be_waived():
    """Judgements of words can. What is missing, unsigned, unread or unproved can't; a new code can't by accident."""
    assert {name for name, code in CODES.items() if code.waivable} == WAIVABLE


@pytest.mark.parametrize("code", [*sorted(set(CODES) - WAIVABLE), "", "*", "quantity-change", "Quantity-changed"])
def test_a_file_can_not_waive_other_codes(code):
    """Such a file waives nothing at all, and withholds the language."""
    good = Waiver("why", "length-differs", "Jan", "Translator", "Agreed.", TODAY, "0" * 32)
    found, problems = read_waivers(entry(good) + entry(replace(good, code=code)), "x.toml", "x", "pl", TODAY)
    assert not found and {f.code for f in problems} == {"waiver-invalid"} and blocking(problems)


# -- broken files


BROKEN = '[[waiver]]\nstring = "why"\n'


def test_a_broken_file_withholds_the_language(wrong):
    """Nobody can say what it was meant to let pass. Good waivers in it count no more."""
    assert accept(wrong) == 0
    assert PL in look(wrong).editions
    add(wrong, WAIVERS, BROKEN)
    checked = look(wrong)
    assert list(checked.editions) == [EN]
    assert {"waiver-invalid", "quantity-changed"} == {f.code for f in blocking(checked.findings)}


@pytest.mark.full
def test_a_broken_file_of_clean_words_withholds_the_language(small):
    add(small, WAIVERS, BROKEN)
    assert list(look(small).editions) == [EN]


def test_a_broken_file_of_the_interface_withholds_the_language(small):
    add(small, "locales/pl/waivers/interface.toml", BROKEN)
    checked = look(small)
    assert list(checked.editions) == [EN] and {c for c, _ in codes(checked)} == {"waiver-invalid"}


def test_a_broken_file_in_english_leaves_polish(small):
    """The English of a translation is not withdrawn by a file about English pages."""
    add(small, "locales/en-GB/waivers/clean-hands.toml", BROKEN)
    assert list(look(small).editions) == [PL]


def test_nothing_is_added_to_a_broken_file(wrong):
    add(wrong, WAIVERS, BROKEN)
    before = files(wrong)
    assert accept(wrong) != 0 and files(wrong) == before
