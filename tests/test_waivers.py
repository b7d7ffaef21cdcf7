"""Waivers: a named person lets one finding of one string pass. It covers nothing else and dies with the words."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit import cli
from leafletkit.findings import CODES, blocking, severity
from leafletkit.model import Finding
from leafletkit.signoffs import has_name
from leafletkit.waivers import Waiver, entry, read_waivers, waive
from leafletkit.words_hash import words_hash

from .conftest import TODAY
from .signoff_support import (
    EN,
    ENGLISH,
    INTERFACE_PO,
    MD,
    PL,
    PO,
    STAY,
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

TWICE = [("quantity-changed", "pl")] * 2  # 48 is missing, 84 is not in the English
WAIVABLE = {
    "text-unclean", "quantity-changed", "contact-changed", "polarity-lost", "polarity-added", "polarity-differs",
    "term-missing", "term-added", "length-differs", "sentences-differ", "list-differs", "warning-repeated",
    "warning-swapped", "pair-alike", "speech-silent",
}  # fmt: skip


@pytest.fixture
def wrong(small):
    """The small project with 84 hours for 48 in the Polish warning."""
    swap(small, PO, "Jeśli w ciągu ostatnich 48", "Jeśli w ciągu ostatnich 84")
    return small


def accept(
    root,
    code="quantity-changed",
    string=STAY,
    leaflet="clean-hands",
    language="pl",
    name="Jan Przykład",
    role="Translator",
    reason="Agreed.",
):
    """Run the verb; its exit code."""
    words = ["waive", "--project", root, "--leaflet", leaflet, "--language", language, "--string", string,
             "--code", code, "--name", name, "--role", role, "--reason", reason, "--yes"]  # fmt: skip
    return cli.main([str(w) for w in words], today=TODAY)


# --- the file


texts = st.text(min_size=1).filter(str.strip)
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


# --- the verb


def test_a_waived_finding_is_listed_and_blocks_nothing(wrong, capsys):
    """Everyone can see what was accepted, by whom, and why."""
    assert PL not in look(wrong).editions
    assert accept(wrong, reason="The ward has said so.") == 0
    assert "Jan Przykład" in capsys.readouterr().out
    checked = look(wrong)
    assert codes(checked) == TWICE and PL in checked.editions
    assert {f.waived for f in checked.findings} == {"Jan Przykład, Translator, 22 November 2026: The ward has said so."}
    assert {severity(f) for f in checked.findings} == {"advice"}

    assert cli.main(["check", "--project", str(wrong)], today=TODAY) == 0
    out = capsys.readouterr().out
    assert out.count("[quantity-changed]") == 2
    assert "waived by Jan Przykład, Translator, 22 November 2026: The ward has said so." in out
    assert cli.main(["check", "--project", str(wrong), "--json"], today=TODAY) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["severity"], r["waived"][:12]) for r in rows] == [("advice", "Jan Przykład")] * 2


def test_what_the_verb_writes(wrong):
    assert accept(wrong) == 0
    (row,) = tomllib.loads((wrong / WAIVERS).read_text("utf-8"))["waiver"]
    polish = (
        "Jeśli w ciągu ostatnich 84 godzin wystąpiły wymioty lub biegunka, **nie** należy przychodzić w odwiedziny."
    )
    assert row == {
        "string": STAY, "code": "quantity-changed", "name": "Jan Przykład", "role": "Translator", "reason": "Agreed.",
        "date": TODAY, "words": words_hash(STAY, ENGLISH, polish),
    }  # fmt: skip
    assert sorted(p.name for p in (wrong / WAIVERS).parent.iterdir()) == ["clean-hands.toml"]


def test_one_string_only(wrong):
    """The same fault in the easy-read text is another finding."""
    swap(wrong, PO, "Albo czy w ciągu ostatnich 48", "Albo czy w ciągu ostatnich 84")
    assert accept(wrong) == 0
    checked = look(wrong)
    assert PL not in checked.editions
    assert (
        sorted((f.string, bool(f.waived)) for f in checked.findings)
        == [("er-stay-away", False)] * 2 + [(STAY, True)] * 2
    )


def test_one_code_only(wrong):
    """Who accepts a number has not accepted a lost illness."""
    swap(wrong, PO, "wystąpiły wymioty lub biegunka, ", "wystąpiły wymioty lub gorączka, ")
    assert accept(wrong) == 0
    checked = look(wrong)
    assert PL not in checked.editions
    assert [(f.code, bool(f.waived)) for f in checked.findings] == [("quantity-changed", True)] * 2 + [
        ("term-missing", False)
    ]


def test_one_language_only(wrong):
    """A waiver of Polish is none of English, even in a file copied there."""
    assert accept(wrong) == 0
    swap(wrong, MD, "from one person", "from οne person")  # a Greek letter
    swap(wrong, PO, "from one person", "from οne person")
    (wrong / "locales/en-GB/waivers").mkdir()
    shutil.copy(wrong / WAIVERS, wrong / "locales/en-GB/waivers/clean-hands.toml")
    checked = look(wrong)
    assert EN not in checked.editions
    assert {c for c in codes(checked) if c[1] == "en-GB"} == {("text-unclean", "en-GB"), ("waiver-stale", "en-GB")}


def test_it_dies_with_the_translation(wrong):
    """New words, new finding: nobody has accepted those."""
    assert accept(wrong) == 0
    swap(wrong, PO, "Jeśli w ciągu ostatnich 84", "Jeśli w ciągu ostatnich 24")
    checked = look(wrong)
    assert PL not in checked.editions
    assert codes(checked) == [*TWICE, ("waiver-stale", "pl")] and not any(f.waived for f in checked.findings)
    assert accept(wrong) == 0 and PL in look(wrong).editions


def test_it_dies_with_the_smallest_change(wrong):
    """A word turned round beside the accepted number must be seen again."""
    assert accept(wrong) == 0
    swap(wrong, PO, "w ciągu ostatnich 84 godzin", "w ciągu następnych 84 godzin")
    assert PL not in look(wrong).editions


def test_it_dies_with_the_english(wrong):
    assert accept(wrong) == 0
    for file in (MD, PO):
        swap(wrong, file, ENGLISH, ENGLISH.replace("48", "36"))
    checked = look(wrong)
    assert PL not in checked.editions and codes(checked) == [*TWICE, ("waiver-stale", "pl")]


def test_a_mended_fault_leaves_a_stale_waiver(wrong):
    """Advice: it blocks nothing, and says whose waiver can go."""
    assert accept(wrong) == 0
    swap(wrong, PO, "Jeśli w ciągu ostatnich 84", "Jeśli w ciągu ostatnich 48")
    checked = look(wrong)
    assert codes(checked) == [("waiver-stale", "pl")] and PL in checked.editions
    (found,) = checked.findings
    assert "Jan Przykład" in found.message and STAY in found.message and found.path == WAIVERS and found.line


@pytest.mark.parametrize("code", [*sorted(set(CODES) - WAIVABLE), "quantity", "*", ""])
def test_the_verb_refuses_other_codes(wrong, capsys, code):
    """The codes that can be waived are named, and nothing is written."""
    before = files(wrong)
    assert accept(wrong, code=code) == 2
    assert "quantity-changed" in capsys.readouterr().err and files(wrong) == before


def test_an_empty_translation_can_not_be_waived(small):
    """By no code: there is nothing to accept."""
    swap(small, PO, 'msgstr "Zarazek"', 'msgstr ""')
    assert all(accept(small, code=code, string="picture/germ") != 0 for code in WAIVABLE - {"speech-silent"})
    assert PL not in look(small).editions


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"leaflet": "clean-hand"}, "clean-hands"), ({"language": "cy"}, "en-GB, pl"), ({"name": " "}, "--name"),
        ({"role": ""}, "--role"), ({"reason": " \n"}, "reason"),
        ({"string": "nothing", "code": "speech-silent"}, "nothing"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_exits_2_and_writes_nothing(wrong, capsys, options, said):
    before = files(wrong)
    assert accept(wrong, **options) == 2
    err = capsys.readouterr().err
    assert err.startswith("leafletkit: ") and said in err and files(wrong) == before


def test_the_verb_needs_a_reason(wrong, capsys):
    words = ["waive", "--project", str(wrong), "--leaflet", "clean-hands", "--language", "pl", "--string", STAY,
             "--code", "quantity-changed", "--name", "Jan", "--role", "Translator"]  # fmt: skip
    assert cli.main(words, today=TODAY) == 2 and "--reason" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("string", "code"), [("why", "quantity-changed"), (STAY, "polarity-lost"), ("nothing", "quantity-changed")]
)
def test_what_is_not_found_is_not_waived(wrong, capsys, string, code):
    """No waiver in advance: a person accepts what is there."""
    before = files(wrong)
    assert accept(wrong, string=string, code=code) == 1
    assert "nothing was waived" in capsys.readouterr().out and files(wrong) == before


def test_waiving_twice_adds_nothing(wrong):
    assert accept(wrong) == 0
    before = files(wrong)
    assert accept(wrong, name="Ben Example") == 1 and files(wrong) == before


def test_earlier_entries_stay_byte_for_byte(wrong):
    assert accept(wrong) == 0
    path = wrong / WAIVERS
    path.write_bytes(path.read_bytes() + b"\r\n#   Asked Dr Bo.\r\n\r\n# End")
    before = path.read_bytes()
    swap(wrong, PO, "wystąpiły wymioty lub biegunka, ", "wystąpiły wymioty lub gorączka, ")
    assert accept(wrong) == 0 and path.read_bytes().startswith(before + b"\n")
    assert len(tomllib.loads(path.read_text("utf-8"))["waiver"]) == 2


@pytest.mark.parametrize(
    "text", ['Jan "Johnny" \\ Przykład', 'x"\n[[waiver]]\nstring = "why', "آدا", "a\x85b\u2028c\x7f"], ids=ascii
)
def test_any_name_and_reason(wrong, text):
    """No name or reason can break the file or add a waiver to it."""
    assert accept(wrong, name=text, role=text, reason=text) == 0
    (row,) = tomllib.loads((wrong / WAIVERS).read_text("utf-8"))["waiver"]
    assert row["name"] == row["role"] == row["reason"] == text
    assert PL in look(wrong).editions


def test_a_string_of_the_interface(small):
    """Words around all leaflets have a file of their own; while it is not accepted, the language is withheld."""
    rewrite(small, "skip-link", "Do tekstu (tel. 22 831 00 00)", INTERFACE_PO)
    assert list(look(small).editions) == [EN]
    assert accept(small, "contact-changed", "skip-link") == 1, "it is no string of the leaflet"
    assert accept(small, "contact-changed", "skip-link", leaflet="interface") == 0
    assert (small / "locales/pl/waivers/interface.toml").exists() and not (small / WAIVERS).exists()
    assert PL in look(small).editions


def test_a_finding_of_two_warnings_together(small):
    """What is found in all warnings together is waived for the string that it names."""
    swap(small, PO, "wystąpiły wymioty?\\n", "wystąpiły wymioty lub ból głowy?\\n")
    assert codes(look(small)) == [("term-added", "pl")]
    assert accept(small, "term-added", "er-stay-away") == 0
    assert PL in look(small).editions


def test_advice_can_be_waived(small):
    """So that a note that was looked at once is not looked at again and again."""
    rewrite(small, "why", "Czyste ręce są ważne.")
    assert codes(look(small)) == [("length-differs", "pl")]
    assert accept(small, "length-differs", "why") == 0
    assert look(small).findings[0].waived


def test_the_verb_shows_every_finding_that_it_waives(wrong, capsys):
    """Nobody accepts what they have not been shown: here a second wrong number beside the first."""
    swap(wrong, PO, "wystąpiły wymioty lub biegunka, ", "3 razy wystąpiły wymioty lub biegunka, ")
    found = [f.message for f in look(wrong).findings]
    assert len(found) == 3
    assert accept(wrong) == 0
    out = capsys.readouterr().out
    assert all(message in out for message in found) and "w ciągu ostatnich 84 godzin 3 razy" in out


def test_without_yes_the_finding_is_only_shown(wrong, capsys):
    before = files(wrong)
    words = ["waive", "--project", str(wrong), "--leaflet", "clean-hands", "--language", "pl", "--string", STAY,
             "--code", "quantity-changed", "--name", "Jan Przykład", "--role", "Translator", "--reason", "Agreed."]  # fmt: skip
    assert cli.main(words, today=TODAY) == 0 and files(wrong) == before
    assert "add --yes" in capsys.readouterr().out


# --- broken files


BROKEN = '[[waiver]]\nstring = "why"\n'


def test_a_broken_file_withholds_the_language(wrong):
    """Nobody can say what it was meant to let pass. Good waivers in it count no more."""
    assert accept(wrong) == 0
    assert PL in look(wrong).editions
    add(wrong, WAIVERS, BROKEN)
    checked = look(wrong)
    assert list(checked.editions) == [EN]
    assert {"waiver-invalid", "quantity-changed"} == {f.code for f in blocking(checked.findings)}


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


# --- release and approval


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


# --- what the voice leaves out


@pytest.fixture
def silent(small):
    """A warning with a sign that the voice passes over."""
    swap(small, MD, "had diarrhoea in", "had diarrhoea ≥2 times in")
    swap(small, PO, 'had diarrhoea in the last 48 hours."', 'had diarrhoea ≥2 times in the last 48 hours."')
    swap(small, PO, "Jeśli w ciągu ostatnich 48 godzin", "Jeśli w ciągu ostatnich 48 godzin ≥2 razy")
    return small


def test_a_silent_sign_can_be_waived(silent):
    checked = look(silent)
    assert ("speech-silent", "pl") in codes(checked)
    assert checked.withholds(PL, "audio") and not checked.withholds(PL, "web")
    assert accept(silent, "speech-silent") == 0
    checked = look(silent)
    assert not checked.withholds(PL, "audio")
    assert [f.waived for f in checked.findings if f.language == "pl" and f.code == "speech-silent"] == [
        "Jan Przykład, Translator, 22 November 2026: Agreed."
    ]
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
