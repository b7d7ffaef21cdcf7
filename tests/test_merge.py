"""Merging a catalogue with its template: nothing of a translator's is lost, nothing critical is guessed."""

from __future__ import annotations

import subprocess

import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leafletkit.catalogue import parse_po
from leafletkit.language import read_language
from leafletkit.merge import merge, new_catalogue, template, updated
from leafletkit.model import Unit

from .conftest import ROOT

POLISH = read_language((ROOT / "locales/pl/language.toml").read_text("utf-8"), "language.toml", "pl")[0]
OLD = "Old translation, of an English text that has changed:"


def unit(context, text, *, critical=False, braces=False):
    comments = ("Paragraph.", "SAFETY-CRITICAL (w). Must be kept: all.") if critical else ("Paragraph.",)
    return Unit(context, text, comments, "w" if critical else None, "leaflet/x/leaflet.md", 1, braces)


def pot(*units):
    return template(units, "x", "0.1")


def catalogue(*units, translations, comments=None):
    """The text of a PO whose strings are translated and commented by context."""
    po = merge(new_catalogue(pot(), POLISH), pot(*units))
    for entry in po:
        entry.msgstr = translations.get(entry.msgctxt, "")
        entry.tcomment = (comments or {}).get(entry.msgctxt, "")
    return str(po)


def after(old, *units):
    """The catalogue after merging, as read from its file."""
    return parse_po(updated(old, pot(*units), POLISH))


def live(po):
    return {e.msgctxt: e for e in po if not e.obsolete}


def msgfmt(text, tmp_path):
    path = tmp_path / "x.po"
    path.write_text(text, "utf-8")
    return subprocess.run(["msgfmt", "--check-format", "--check-domain", "-o", "/dev/null", path], capture_output=True, text=True)


def test_header_says_draft():
    """A new catalogue says that it is a draft and not by clinicians, and a merge keeps that and every header field."""
    first = updated(None, pot(unit("a", "One.")), POLISH)
    po = parse_po(first)
    assert po.header.startswith("Polish (polski).\nDRAFT.")
    assert "not made by clinicians" in po.header
    assert po.metadata["Language"] == "pl" and po.metadata["Plural-Forms"].startswith("nplurals=3;")
    po.metadata["X-Generator"] = "Poedit 3"
    again = after(str(po), unit("a", "Two."))
    assert again.header == po.header and again.metadata == po.metadata


def test_new_strings_stand_after_their_predecessor():
    """The order of the file is the translator's; a new string comes after the one it follows in the leaflet."""
    words = {"a": "AA", "c": "CC", "d": "DD"}
    old = catalogue(unit("c", "C."), unit("a", "A."), unit("d", "D."), translations=words)
    po = after(old, unit("first", "F."), unit("a", "A."), unit("b", "B."), unit("b2", "B2."), unit("c", "C."), unit("d", "D."))
    assert [e.msgctxt for e in po] == ["first", "c", "a", "b", "b2", "d"]
    assert [e.msgstr for e in po] == ["", "CC", "AA", "", "", "DD"]


def test_a_changed_string_becomes_fuzzy():
    """The old translation stays as a guess, marked, with the English it translates; flags and comments stay."""
    old = catalogue(unit("a", "One."), translations={"a": "Jeden."}, comments={"a": "my remark"})
    old = old.replace('msgctxt "a"', '#, no-wrap\nmsgctxt "a"')
    entry = live(after(old, unit("a", "Two.")))["a"]
    assert (entry.msgid, entry.msgstr, entry.previous_msgid) == ("Two.", "Jeden.", "One.")
    assert entry.flags == ["fuzzy", "no-wrap"] and entry.tcomment == "my remark"


def test_a_changed_string_without_translation_is_not_fuzzy():
    """There is nothing to be unsure of."""
    entry = live(after(catalogue(unit("a", "One."), translations={}), unit("a", "Two.")))["a"]
    assert (entry.msgid, entry.msgstr, entry.flags, entry.previous_msgid) == ("Two.", "", [], None)


def test_a_string_changed_twice_keeps_the_english_it_translates():
    """Like msgmerge: the previous msgid is the text that the old translation was made of."""
    old = catalogue(unit("a", "One."), translations={"a": "Jeden."})
    once = updated(old, pot(unit("a", "Two.")), POLISH)
    entry = live(after(once, unit("a", "Three.")))["a"]
    assert (entry.msgstr, entry.previous_msgid) == ("Jeden.", "One.")


@pytest.mark.parametrize("fuzzy", [False, True])
def test_a_changed_critical_string_is_emptied(fuzzy):
    """Never a guess: no translation, no fuzzy mark; the old words are a comment, under the translator's own."""
    old = catalogue(unit("a", "Do not.", critical=True), translations={"a": "Nie."}, comments={"a": "my remark"})
    if fuzzy:
        old = old.replace('msgctxt "a"', '#, fuzzy\nmsgctxt "a"')
    entry = live(after(old, unit("a", "Never.", critical=True)))["a"]
    assert (entry.msgid, entry.msgstr, entry.flags, entry.previous_msgid) == ("Never.", "", [], None)
    assert entry.tcomment == f"my remark\n{OLD}\n  Do not.\n  → Nie."


def test_a_string_that_turns_critical_and_changes_is_emptied():
    """What counts is that it is critical now."""
    old = catalogue(unit("a", "Do."), translations={"a": "Tak."})
    entry = live(after(old, unit("a", "Do not.", critical=True)))["a"]
    assert (entry.msgstr, entry.flags) == ("", [])


def test_a_guess_is_taken_away_when_its_string_turns_critical():
    """A guess of an older English text does not stay because the string was not critical when it was made."""
    old = catalogue(unit("a", "Do."), translations={"a": "Tak."})
    guess = updated(old, pot(unit("a", "Do not.")), POLISH)
    entry = live(after(guess, unit("a", "Do not.", critical=True)))["a"]
    assert (entry.msgstr, entry.flags) == ("", [])


def change_twice(length):
    """A critical string of so many words is changed, translated and changed again, each time through a file."""
    remark = "my remark\nof two lines"
    first, second = "Do not take this. " * length, "Never take this. " * length
    words = {"a": ("Nie brać tego. " * length).strip()}
    old = catalogue(unit("a", first.strip(), critical=True), translations=words, comments={"a": remark})
    po = after(old, unit("a", second.strip(), critical=True))
    live(po)["a"].msgstr = "Nigdy."
    return remark, second.strip(), live(after(str(po), unit("a", "Third.", critical=True)))["a"]


def test_an_old_suggestion_is_replaced():
    """Only the last translation is kept as a comment; the translator's own remark stays."""
    remark, second, entry = change_twice(1)
    assert entry.tcomment == f"{remark}\n{OLD}\n  {second}\n  → Nigdy."


def test_a_long_old_suggestion_is_replaced():
    """As above, when the words don't fit into one line of the file."""
    remark, _, entry = change_twice(12)
    assert entry.tcomment.startswith(f"{remark}\n{OLD}\n")
    assert "brać" not in entry.tcomment


def test_a_suggestion_stays_while_the_string_is_untranslated():
    """Two changes in a row, with no translation in between, keep the only translation there is."""
    old = catalogue(unit("a", "One.", critical=True), translations={"a": "Jeden."})
    once = updated(old, pot(unit("a", "Two.", critical=True)), POLISH)
    entry = live(after(once, unit("a", "Three.", critical=True)))["a"]
    assert entry.tcomment == f"{OLD}\n  One.\n  → Jeden." and not entry.msgstr


def test_a_renamed_block_offers_its_translation():
    """The same words under a new id: a guess, marked as one, with the translator's comment."""
    old = catalogue(unit("a", "Same."), translations={"a": "Tak samo."}, comments={"a": "my remark"})
    entry = live(after(old, unit("b", "Same.")))["b"]
    assert (entry.msgstr, entry.flags, entry.tcomment) == ("Tak samo.", ["fuzzy"], "my remark")


def test_a_renamed_critical_block_is_only_suggested():
    """No guess: the old translation is a comment."""
    old = catalogue(unit("a", "Never.", critical=True), translations={"a": "Nigdy."})
    entry = live(after(old, unit("b", "Never.", critical=True)))["b"]
    assert (entry.msgstr, entry.flags) == ("", [])
    assert entry.tcomment == f"{OLD}\n  Never.\n  → Nigdy."


@pytest.mark.parametrize("critical", [False, True])
def test_removed_strings_come_back_unchanged(critical):
    """A removed string is obsolete, at the end of the file; when it returns it is as it was."""
    a, b = unit("a", "Never.", critical=critical), unit("b", "B.")
    old = catalogue(a, b, translations={"a": "Nigdy.", "b": "BB"}, comments={"a": "my remark"})
    gone = updated(old, pot(b), POLISH)
    assert [(e.msgctxt, e.msgstr, e.obsolete) for e in parse_po(gone)] == [("b", "BB", False), ("a", "Nigdy.", True)]
    assert updated(gone, pot(a, b), POLISH) == old


def test_obsolete_strings_survive_a_merge():
    """Those of other tools too, with their comments and flags."""
    obsolete = '# kept\n#, fuzzy\n#~ msgctxt "gone"\n#~ msgid "Gone."\n#~ msgstr "Nie ma."\n'
    old = catalogue(unit("a", "One."), translations={"a": "Jeden."}) + "\n" + obsolete
    po = after(old, unit("a", "Two."), unit("b", "B."))
    (entry,) = po.obsolete_entries()
    assert (entry.msgctxt, entry.msgstr, entry.tcomment, entry.flags) == ("gone", "Nie ma.", "kept", ["fuzzy"])


def test_a_suggestion_survives_removal():
    """The old words of an emptied critical string come back when the string does."""
    old = catalogue(unit("a", "One.", critical=True), translations={"a": "Jeden."})
    emptied = updated(old, pot(unit("a", "Two.", critical=True)), POLISH)
    gone = updated(emptied, pot(), POLISH)
    assert "Jeden." in updated(gone, pot(unit("a", "Two.", critical=True)), POLISH)


def test_words_that_return_make_no_duplicate(tmp_path):
    """Removed, added with other words, then given the first words again: the file stays valid."""
    old = catalogue(unit("a", "One."), translations={"a": "Jeden."})
    other = after(updated(old, pot(), POLISH), unit("a", "Two."))
    live(other)["a"].msgstr = "Dwa."
    assert msgfmt(updated(str(other), pot(unit("a", "One.")), POLISH), tmp_path).returncode == 0


def test_a_translation_that_returns_brings_its_comment():
    """When the first words come back beside other ones, each translation keeps the translator's remark on it."""
    old = catalogue(unit("a", "One."), translations={"a": "Jeden."}, comments={"a": "first remark"})
    other = after(updated(old, pot(), POLISH), unit("a", "Two."))
    live(other)["a"].msgstr, live(other)["a"].tcomment = "Dwa.", "second remark"
    text = updated(str(other), pot(unit("a", "One.")), POLISH)
    assert "first remark" in live(parse_po(text))["a"].tcomment and "second remark" in text


def test_a_guess_does_not_return_as_critical():
    """A fuzzy translation that rested while its string turned critical is only suggested."""
    guess = updated(catalogue(unit("a", "Do."), translations={"a": "Tak."}), pot(unit("a", "Do not.")), POLISH)
    entry = live(after(updated(guess, pot(), POLISH), unit("a", "Do not.", critical=True)))["a"]
    assert (entry.msgstr, entry.flags) == ("", []) and "Tak." in entry.tcomment


def test_brace_flags_are_kept():
    """python-brace-format is the template's: taken over, kept when the words change, taken off with the braces."""
    old = catalogue(unit("a", "By {date}.", braces=True), translations={"a": "Do {date}."})
    assert live(parse_po(old))["a"].flags == ["python-brace-format"]
    changed = after(old, unit("a", "Until {date}.", braces=True))
    assert live(changed)["a"].flags == ["fuzzy", "python-brace-format"]
    assert live(after(str(changed), unit("a", "Until then.")))["a"].flags == ["fuzzy"]


def test_another_tools_wrapping_is_left_alone():
    """A file that needs no change is not touched, however it is wrapped."""
    a = unit("a", "One two three. " * 12)
    old = str(merge(polib.pofile(catalogue(a, translations={"a": "raz dwa trzy " * 12}), wrapwidth=0), pot(a)))
    assert max(map(len, old.split("\n"))) > 150
    assert updated(old, pot(a), POLISH) == old


TEXT = st.lists(st.sampled_from(["a", "b", '"', "\\", "\\n", "\n", "\t", " ", "العربية", "اردو‏", "注意", "😀", "é", "{x}", "%s", "-", "word " * 30]), max_size=8).map(lambda p: ("w" + "".join(p)).rstrip())
UNITS = st.dictionaries(st.sampled_from("abcdefg"), st.tuples(TEXT, st.booleans(), st.booleans()), max_size=6).map(
    lambda d: [unit(c, t, critical=s, braces=b) for c, (t, s, b) in d.items()]
)  # fmt: skip
WORK = st.fixed_dictionaries({}, optional={c: st.tuples(TEXT, st.booleans(), st.sampled_from(["", "my remark", "one\ntwo"])) for c in "abcdefg"})


@settings(deadline=None)
@given(UNITS, UNITS, UNITS, WORK)
def test_any_merge(before, now, later, work):
    """Random catalogues and templates: a second merge changes nothing, and no translation is lost or guessed."""
    po = parse_po(updated(None, pot(*before), POLISH))
    for entry in po:
        if entry.msgctxt in work:
            entry.msgstr, fuzzy, entry.tcomment = work[entry.msgctxt]
            entry.flags = ["fuzzy", *entry.flags] if fuzzy else entry.flags
    for units in (now, later):
        old, text = live(po), updated(str(po), pot(*units), POLISH)
        rested = {(e.msgctxt, e.msgid) for e in po if e.obsolete}
        assert updated(text, pot(*units), POLISH) == text
        po = parse_po(text)
        new = live(po)
        assert {c: e.msgid for c, e in new.items()} == {u.context: u.text for u in units}
        everything = "".join("".join(e.msgstr + e.tcomment for e in po).replace("→", "").split())
        for context, entry in old.items():
            assert "".join(entry.msgstr.split()) in everything
            mine = new.get(context)
            if mine and (context, mine.msgid) in rested and mine.msgid != entry.msgid:
                continue  # these very words were translated before
            guessed = "fuzzy" in entry.flags and entry.previous_msgid
            if mine and mine.msgid == entry.msgid and not ("SAFETY-CRITICAL" in mine.comment and guessed):
                assert (mine.msgstr, mine.tcomment) == (entry.msgstr, entry.tcomment)
                assert ("fuzzy" in mine.flags) == ("fuzzy" in entry.flags)
            elif mine and "SAFETY-CRITICAL" in mine.comment:
                assert not mine.msgstr and "fuzzy" not in mine.flags
            elif mine and mine.msgstr:
                assert "fuzzy" in mine.flags
