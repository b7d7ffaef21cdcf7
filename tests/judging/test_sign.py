"""`sign`: it shows the words, writes only with --yes, and refuses what would be no approval."""

from __future__ import annotations

import tomllib

import pytest

from leafletkit import cli
from leafletkit.project import load, load_catalogue
from leafletkit.words_hash import words_hash

from ..conftest import TODAY
from ..signoff_support import (
    EN,
    ENGLISH,
    MD,
    PL,
    PO,
    SIGNOFF,
    STAY,
    codes,
    files,
    look,
    name_translator,
    rewrite,
    sign,
    swap,
)
from .support import CLINICAL, SPOKEN, WHY, state, stood


def test_sign_shows_the_words_and_writes_nothing(ready, capsys):
    """Nobody approves what they have not been shown, and showing approves nothing."""
    before = files(ready)
    assert sign(ready, "linguistic", yes=False) == 0
    out = capsys.readouterr().out
    catalogue, _ = load_catalogue(load(ready), "pl", "clean-hands")
    for context, row in catalogue.entries.items():
        if context:
            assert context in out
            for text in (row.msgid, row.msgstr):
                assert text.replace("**", "") in out, context
    assert "Nothing was written" in out and "--yes" in out and "18 strings" in out
    assert files(ready) == before


@pytest.mark.parametrize(("criterion", "wanted"), [("clinical", CLINICAL), ("heard", SPOKEN)])
def test_what_each_criterion_is_about(ready, capsys, criterion, wanted):
    """The clinician decides on every warning, also of the easy-read text; the listener on all that is spoken."""
    assert sign(ready, criterion) == 0
    (row,) = tomllib.loads((ready / SIGNOFF).read_text("utf-8"))["decision"]
    assert set(row["words"]) == wanted
    assert (row["decision"], row["criterion"], row["name"], row["role"], row["date"]) == (
        "approved", criterion, "Dr Ada Example", "Consultant", TODAY,
    )  # fmt: skip
    out = capsys.readouterr().out
    assert ENGLISH.replace("**", "") in out and "nie należy przychodzić" in out
    if criterion == "clinical":
        polish = (
            "Jeśli w ciągu ostatnich 48 godzin wystąpiły wymioty lub biegunka, **nie** należy przychodzić w odwiedziny."
        )
        assert row["words"][STAY] == words_hash(STAY, ENGLISH, polish)


def test_earlier_entries_stay_byte_for_byte(ready, capsys):
    """Also remarks of people, odd spacing, Windows line ends and a file without a last line end."""
    path = ready / SIGNOFF
    assert sign(ready, "clinical", "--note", "Read with an interpreter.") == 0
    assert "Read with an interpreter." in path.read_text("utf-8")
    by_hand = b"\r\n#   Asked Dr Bo on Monday; she agrees.\r\n\r\n# End"
    path.write_bytes(path.read_bytes() + by_hand)
    before = path.read_bytes()
    assert sign(ready, "clinical", name="Dr Bo Example") == 0
    assert path.read_bytes().startswith(before + b"\n")
    assert len(tomllib.loads(path.read_text("utf-8"))["decision"]) == 2
    assert sorted(p.name for p in path.parent.iterdir()) == ["clean-hands.toml"]


def test_signing_twice_adds_nothing(ready, capsys):
    assert sign(ready, "clinical") == 0
    before = files(ready)
    for name in ("Dr Ada Example", "ADA EXAMPLE"):
        assert sign(ready, "clinical", name=name) == 0
        assert "nothing was added" in capsys.readouterr().out
    assert files(ready) == before


def test_sign_leaves_out_what_the_same_person_has_approved(signed):
    """Only what has changed must be signed again."""
    rewrite(signed, "why", WHY)
    assert sign(signed, "linguistic", name="Ben Example") == 0
    last = tomllib.loads((signed / SIGNOFF).read_text("utf-8"))["decision"][-1]
    assert list(last["words"]) == ["why"]
    assert state(signed) == ("approved", [])


def test_sign_one_string_only(ready):
    assert sign(ready, "clinical", "--string", STAY) == 0
    standings = stood(ready)
    assert standings["clinical"].missing == ("er-stay-away",) and standings["linguistic"].missing


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"more": ["--string", "nothing"]}, "nothing"),
        ({"more": ["--string", STAY, "--string", "why"]}, "why"),  # no warning: nothing for a clinician
        ({"criterion": "medical"}, "clinical"),
        ({"leaflet": "clean-hand"}, "clean-hands"),
        ({"language": "cy"}, "en-GB, pl"),
        ({"name": "  "}, "--name"),
        ({"role": ""}, "--role"),
        ({"leaflet": "interface"}, "linguistic"),
    ],
)
def test_a_wrong_command_line_exits_2_and_writes_nothing(ready, capsys, options, said):
    before = files(ready)
    criterion, more = options.pop("criterion", "clinical"), options.pop("more", [])
    assert sign(ready, criterion, *more, **options) == 2
    err = capsys.readouterr().err
    assert err.startswith("leafletkit: ") and said in err
    assert files(ready) == before


def test_sign_needs_a_name(ready, capsys):
    assert (
        cli.main(
            ["sign", "--project", str(ready), "--leaflet", "clean-hands", "--language", "pl", "--criterion", "clinical"]
        )
        == 2
    )
    assert "--name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            PO,
            "ostatnich 48 godzin wystąpiły wymioty lub",
            "ostatnich 84 godzin wystąpiły wymioty lub",
            "quantity-changed",
        ),
        (PO, 'msgstr "Zarazek"', 'msgstr ""', "string-empty"),
        (PO, 'msgstr "Zarazek"', 'msgstr "Zarazek', "catalogue-broken"),
        (MD, "**not**", "*not*", "clean-hands"),  # not even read
    ],
)
def test_a_broken_translation_can_not_be_signed(ready, capsys, file, old, new, said):
    """What is withheld is not approved, and the person is told why."""
    swap(ready, file, old, new)
    before = files(ready)
    assert sign(ready, "clinical") in (1, 2)
    out, err = capsys.readouterr()
    assert said in out + err
    assert files(ready) == before


def test_nothing_is_added_to_a_broken_file(ready, capsys):
    """A decision after a syntax error would be read by nobody."""
    (ready / SIGNOFF).parent.mkdir()
    (ready / SIGNOFF).write_text('[[decision]]\ndecision = "withdrawn\n', "utf-8")
    before = files(ready)
    assert sign(ready, "clinical") == 1
    assert "signoff-invalid" in capsys.readouterr().out and files(ready) == before


@pytest.mark.parametrize("name", ["Jan Przykład", "dr JAN PRZYKŁAD", "J. P. <jan@example.org>"])
def test_the_translator_can_not_approve_the_language(ready, capsys, name):
    before = files(ready)
    for leaflet in ("clean-hands", "interface"):
        assert sign(ready, "linguistic", leaflet=leaflet, name=name) == 2
    assert "another person" in capsys.readouterr().err and files(ready) == before


@pytest.mark.full  # slow
def test_a_translator_who_is_named_later_does_not_count(signed):
    """The reviser takes over the translation: her approval of it falls."""
    name_translator(signed, "Ben Example <ben@example.org>")
    standings = stood(signed)
    assert standings["linguistic"].same_person and not standings["linguistic"].by
    assert standings["clinical"].whole
    assert PL not in look(signed, release=True).editions
    assert (
        sign(signed, "linguistic", name="Cy Example")
        == sign(signed, "linguistic", leaflet="interface", name="Cy Example")
        == 0
    )
    assert state(signed) == ("approved", [])


def test_the_words_of_the_interface_are_approved_apart(ready, capsys):
    assert sign(ready, "linguistic", leaflet="interface", name="Ben Example", yes=False) == 0
    out = capsys.readouterr().out
    assert "Skip to the main text" in out and "Przejdź do głównego tekstu" in out and "Example Hospital" in out
    assert sign(ready, "linguistic", leaflet="interface", name="Ben Example") == 0
    assert (ready / "locales/pl/signoff/interface.toml").exists() and not (ready / SIGNOFF).exists()
    assert "skip-link" not in stood(ready)["linguistic"].missing


def test_what_is_missing_in_the_interface_is_named_there(signed, capsys):
    """The command that a finding names must mend it."""
    (signed / "locales/pl/signoff/interface.toml").unlink()
    (found,) = [f for f in look(signed, release=True).findings if f.code == "release-unapproved"]
    assert "--leaflet interface" in found.hint and found.path.endswith("interface.toml")


def test_withdraw_writes_only_with_yes(signed, capsys):
    before = files(signed)
    assert sign(signed, "clinical", "--withdraw", "--string", STAY, yes=False) == 0
    out = capsys.readouterr().out
    assert "withdraws" in out and "nie należy przychodzić" in out and files(signed) == before
    assert sign(signed, "clinical", "--withdraw", "--string", STAY) == 0
    (row,) = [
        r for r in tomllib.loads((signed / SIGNOFF).read_text("utf-8"))["decision"] if r["decision"] == "withdrawn"
    ]
    assert list(row["words"]) == [STAY]
    assert look(signed).findings[0].code == "signoff-withdrawn"


def test_withdrawing_twice_adds_nothing(signed):
    assert sign(signed, "clinical", "--withdraw") == 0
    before = files(signed)
    assert sign(signed, "clinical", "--withdraw") == 0 and files(signed) == before


def test_the_translator_may_withdraw(signed):
    """Whoever sees a danger may stop it."""
    assert sign(signed, "linguistic", "--withdraw", name="Jan Przykład") == 0
    assert PL not in look(signed).editions


def test_an_interface_that_is_withdrawn_withholds_the_language(signed):
    assert sign(signed, "linguistic", "--withdraw", "--string", "skip-link", leaflet="interface") == 0
    assert list(look(signed).editions) == [EN]


@pytest.mark.full  # slow
def test_approved_words_can_be_withdrawn_while_others_are_broken(signed):
    """A danger can't wait until the translation is whole."""
    swap(signed, PO, 'msgstr "Zarazek"', 'msgstr ""')
    assert sign(signed, "clinical", "--withdraw") == 0
    swap(signed, PO, 'msgid "A germ"\nmsgstr ""', 'msgid "A germ"\nmsgstr "Zarazek"')
    assert ("signoff-withdrawn", "pl") in codes(look(signed))


@pytest.mark.parametrize("broken", [PO, SIGNOFF])
def test_a_withdrawal_that_is_not_written_does_not_say_so(signed, capsys, broken):
    """Who withdraws must not go home believing that it is done."""
    (signed / broken).write_text((signed / broken).read_text("utf-8") + '"\n', "utf-8")
    before = (signed / SIGNOFF).read_bytes()
    code = sign(signed, "clinical", "--withdraw", name="Dr Bo Example")
    assert "already" not in capsys.readouterr().out
    assert code != 0 or (signed / SIGNOFF).read_bytes() != before


def test_approving_withdrawn_words_says_that_it_is_of_no_use(signed, capsys):
    assert sign(signed, "clinical", "--withdraw", name="Dr Bo Example") == 0
    capsys.readouterr()
    sign(signed, "clinical", name="Dr Cy Example")
    assert "withdrawn" in capsys.readouterr().out
