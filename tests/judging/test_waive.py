"""`waive`: a named person lets one finding of one string pass. It covers nothing else and dies with the words."""

from __future__ import annotations

import json
import shutil
import tomllib

import pytest

from leafletkit import cli
from leafletkit.findings import CODES, severity
from leafletkit.words_hash import words_hash

from ..conftest import TODAY
from ..signoff_support import EN, ENGLISH, INTERFACE_PO, MD, PL, PO, STAY, WAIVERS, codes, files, look, rewrite, swap
from .support import WAIVABLE, accept

TWICE = [("quantity-changed", "pl")] * 2  # 48 is missing, 84 is not in the English


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


@pytest.mark.full
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
