"""Sign-offs: named people approve exact words, an approval dies with the words, and a withdrawal wins."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit import cli
from leafletkit.project import load, load_catalogue
from leafletkit.signoffs import Decision, entry, has_name, read_signoffs, same_name, standing
from leafletkit.words_hash import words_hash

from .conftest import TODAY
from .signoff_support import (
    EN,
    ENGLISH,
    INTERFACE_PO,
    MD,
    META,
    PL,
    PO,
    SIGNOFF,
    STAY,
    VOICES,
    add,
    codes,
    files,
    look,
    name_translator,
    no_demonstration,
    rewrite,
    sign,
    sign_words,
    swap,
)

CLINICAL = {STAY, "er-stay-away"}
SPOKEN = {"title", "why", "visit", STAY, "wash-in", "wash-out"}
WHY = "Czyste ręce zapobiegają przenoszeniu się zarazków między ludźmi."


@pytest.fixture
def ready(small):
    """The small project as a real leaflet: nothing is wrong with it, but nobody has signed."""
    no_demonstration(small)
    return small


@pytest.fixture
def signed(ready, capsys):
    """The same with its words approved in both languages; nobody has listened."""
    sign_words(ready)
    capsys.readouterr()
    return ready


# --- the file


texts = st.text(min_size=1).filter(str.strip)
decisions = st.builds(
    Decision,
    decision=st.sampled_from(["approved", "withdrawn"]),
    criterion=st.sampled_from(["linguistic", "clinical", "heard"]),
    name=texts.filter(has_name),
    role=texts,
    date=st.dates(max_value=TODAY),
    words=st.dictionaries(texts, st.text("0123456789abcdef", min_size=32, max_size=32), min_size=1, max_size=3),
    note=st.one_of(st.just(""), texts),
)


@given(st.lists(decisions, max_size=4))
def test_what_is_appended_is_read_back_equal(rows):
    """Quotes, backslashes, line ends and any other character of a name survive."""
    text = "# Sign-offs\n" + "".join(entry(row) for row in rows)
    assert read_signoffs(text, "x.toml", "x", "pl", TODAY) == (tuple(rows), ())


NAMES = ['Ada "the Doc" Example', "Ada\\Example\\", "Ada\n[[decision]]", "آدا مثال", "Ада Иванова", "d'Été-Ōno", "李小明",
         'x"\n[decision.words]\n"why" = "', "a\x7f\x01b", "\u202eelpmaxE adA", "Ada\u2028Example",
         "Ada\x85Example"]  # fmt: skip


@pytest.mark.full  # slow
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_can_sign_through_the_verb(small, name, capsys):
    """No name can break the file, or add a decision to it."""
    name_translator(small)
    assert sign(small, "clinical", name=name, role=name) == 0
    data = tomllib.loads((small / SIGNOFF).read_text("utf-8"))
    assert [(d["name"], d["role"]) for d in data["decision"]] == [(name, name)]
    assert set(data["decision"][0]["words"]) == CLINICAL
    assert not look(small).findings
    assert sign(small, "linguistic", name=name, role=name) == 0
    assert not look(small).findings


@given(st.text(), st.text(), st.text(), st.text(), st.text(), st.text())
def test_the_hash_changes_with_each_part(context, source, target, context2, source2, target2):
    """Place, English and translation can't stand in for each other."""
    same = (context, source, target) == (context2, source2, target2)
    if not any("\x1f" in part for part in (context, source, target, context2, source2, target2)):
        assert (words_hash(context, source, target) == words_hash(context2, source2, target2)) == same


# --- how strings stand


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


# --- an approval dies with the words


def stood(root, key=PL):
    return look(root).editions[key].standings


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


# --- the states of an edition


def notices(edition):
    """The names of its notices."""
    by_text = {text: name for name, text in edition.words.items() if name.startswith("notice-")}
    return [by_text.get(text, "notice-expired") for text in edition.notices]


def state(root, today=TODAY, key=PL):
    """The state of an edition and its notices."""
    edition = look(root, today=today).editions[key]
    return edition.state, notices(edition)


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


def test_expired(signed, ready):
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


# --- release


def test_release_lets_a_whole_and_signed_leaflet_through(signed):
    """Nothing is found and nothing is withheld, the recording included."""
    for tag in ("en-GB", "pl"):
        assert sign(signed, "heard", language=tag) == 0
    checked = look(signed, release=True)
    assert not checked.findings
    assert {k: e.state for k, e in checked.editions.items()} == {EN: "approved", PL: "approved"}
    assert not any(checked.withholds(key, f) for key in (EN, PL) for f in ("web", "easy-read", "large-print", "audio"))


def test_without_listening_only_the_recording_is_withheld(signed):
    assert sign(signed, "heard", language="en-GB") == 0
    checked = look(signed, release=True)
    assert codes(checked) == [("release-unheard", "pl")]
    assert set(checked.editions) == {EN, PL}
    assert checked.withholds(PL, "audio") and not checked.withholds(EN, "audio")
    assert not any(checked.withholds(PL, f) for f in ("web", "easy-read", "large-print"))


def test_a_recording_heard_in_part_is_withheld(signed):
    """Every block that is spoken must have been heard."""
    assert sign(signed, "heard", *(w for name in SPOKEN - {STAY} for w in ("--string", name))) == 0
    checked = look(signed, release=True)
    assert checked.withholds(PL, "audio")
    (found,) = [f for f in checked.findings if f.language == "pl"]
    assert (found.code, found.string) == ("release-unheard", STAY)


def test_languages_are_released_one_by_one(ready):
    """A language that is approved does not wait for the others."""
    sign_words(ready, "pl")
    assert list(look(ready, release=True).editions) == [PL]
    assert state(ready, key=EN) == ("draft", ["notice-draft"])


def test_an_approval_of_another_language_is_none(signed):
    """A file copied from another language approves nothing."""
    shutil.copy(signed / "locales/en-GB/signoff/clean-hands.toml", signed / SIGNOFF)
    assert PL not in look(signed, release=True).editions
    assert not stood(signed)["clinical"].by


@pytest.mark.full  # slow
def test_the_finished_files_of_a_release(signed, tmp_path, capsys):
    """Built by the real command: no notice of a draft, no sound until somebody has listened."""
    out = tmp_path / "out"
    build = ["build", "--project", str(signed), "--out", str(out), "--jobs", "2", "--release"]
    draft = (
        "This is a draft",
        "It has not been approved",
        "Ten tekst jest sprawdzany",
        "wersją roboczą",
        "wersja robocza",
    )

    def editions():
        return {e["language"]: e for e in json.loads((out / "manifest.json").read_text())["editions"]}

    assert sign(signed, "heard", language="en-GB") == 0
    assert cli.main(build, today=TODAY) == 1, "the Polish recording is withheld"
    assert {tag: e["formats"]["audio"]["state"] for tag, e in editions().items()} == {"en-GB": "made", "pl": "withheld"}
    assert all(e["approved"] and e["formats"]["web"]["state"] == "made" for e in editions().values())
    pages = [p.read_text("utf-8") for p in out.rglob("*.html") if "clean-hands" in p.as_posix()]
    assert len(pages) >= 4 and not [text for page in pages for text in draft if text in page]
    assert not [p for p in out.rglob("*.mp3") if "pl" in p.relative_to(out).parts]

    assert sign(signed, "heard") == 0
    assert cli.main(build, today=TODAY) == 0
    assert {tag: e["formats"]["audio"]["state"] for tag, e in editions().items()} == {"en-GB": "made", "pl": "made"}
    capsys.readouterr()


# --- heard


@pytest.fixture
def heard(signed):
    """Somebody has listened to the Polish and the English recordings."""
    for tag in ("en-GB", "pl"):
        assert sign(signed, "heard", language=tag) == 0
    return signed


VOICE = 'voice = "zlw/pl"\n'


@pytest.mark.full  # slow
@pytest.mark.parametrize(
    ("change", "stale"),
    [
        (VOICE + "rate = 150\n", SPOKEN - {STAY}),
        (VOICE + "slow = 110\n", {STAY}),
        ('voice = "zlw/cs"\n', SPOKEN),
        (VOICE + "rate = 140\nslow = 125\n", set()),  # what it was
    ],
)
def test_another_voice_or_pace_must_be_heard_again(heard, change, stale):
    """What was heard was that voice at that pace; the words stay approved."""
    swap(heard, VOICES, VOICE, change)
    standings = stood(heard)
    assert set(standings["heard"].stale) == stale and not standings["heard"].missing
    assert standings["linguistic"].whole and standings["clinical"].whole
    assert stood(heard, EN)["heard"].whole
    assert look(heard, release=True).withholds(PL, "audio") is bool(stale)
    assert state(heard) == ("approved", [])


def test_another_pronunciation_must_be_heard_again(heard):
    """Just the strings that hold the word."""
    (heard / "audio/lexicon/pl.toml").write_text('[say]\n"biegunka" = "bieguunka"\n', "utf-8")
    assert stood(heard)["heard"].stale == (STAY,)
    checked = look(heard, release=True)
    assert checked.withholds(PL, "audio") and not checked.withholds(PL, "web") and not checked.withholds(EN, "audio")


def test_changed_words_must_be_heard_again(heard):
    rewrite(heard, "wash-in", "Po wejściu należy umyć ręce wodą z mydłem.")
    standings = stood(heard)
    assert standings["heard"].stale == standings["linguistic"].stale == ("wash-in",)


def test_a_remark_about_the_voice_does_not_matter(heard):
    text = (heard / VOICES).read_text("utf-8")
    (heard / VOICES).write_text(text.replace("Needs a native listener.", "Heard."), "utf-8")
    assert stood(heard)["heard"].whole


def test_a_recording_by_a_person_must_be_heard_itself(heard):
    """What was heard of the machine says nothing of a person's recording, and another take is another recording."""
    folder = heard / "audio/recordings/pl/clean-hands"
    folder.mkdir(parents=True)
    (folder / "take.wav").write_bytes(b"one")
    assert set(stood(heard)["heard"].stale) == SPOKEN
    assert sign(heard, "heard") == 0 and stood(heard)["heard"].whole
    (folder / "take.wav").write_bytes(b"two")
    assert set(stood(heard)["heard"].stale) == SPOKEN


def test_a_language_without_a_voice_can_not_be_heard(signed, capsys):
    """There is nothing to listen to, so nobody can say that they did."""
    swap(signed, VOICES, 'engine = "espeak"\nvoice = "zlw/pl"\n', 'engine = "none"\n')
    before = files(signed / "locales")
    assert sign(signed, "heard") == 2 and "Polish" in capsys.readouterr().err
    assert files(signed / "locales") == before
    checked = look(signed, release=True)
    assert PL in checked.editions and codes(checked) == [("release-unheard", "en-GB")]


# --- the verb


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
    assert "Nothing was written" in out and "--yes" in out and "15 strings" in out
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


# --- status


def status(root, capsys):
    capsys.readouterr()
    code = cli.main(["status", "--project", str(root), "--language", "pl"], today=TODAY)
    rows = [row.strip() for row in capsys.readouterr().out.splitlines()]
    return (
        code,
        {
            row.split(":")[0]: row.partition(": ")[2]
            for row in rows
            if row.startswith(("linguistic", "clinical", "heard"))
        },
        rows,
    )


def test_status_names_who_has_approved(signed, capsys):
    code, said, rows = status(signed, capsys)
    assert code == 0 and "pl       whole, approved" in rows
    assert said["linguistic"] == "approved by Ben Example, Translator, 22 November 2026"
    assert said["clinical"] == "approved by Dr Ada Example, Consultant, 22 November 2026"
    assert said["heard"] == "6 strings not signed"


def test_status_names_exactly_the_stale_strings(signed, capsys):
    rewrite(signed, "why", WHY)
    rewrite(
        signed,
        "er-stay-away",
        "Czy w ciągu ostatnich 48 godzin były wymioty?\\nAlbo czy w ciągu ostatnich 48 godzin była biegunka?\\n"
        "**Nie** należy przychodzić w odwiedziny.",
    )
    rewrite(signed, "skip-link", "Przejdź do tekstu", INTERFACE_PO)
    code, said, rows = status(signed, capsys)
    assert code == 0 and "pl       whole, stale" in rows
    assert said["linguistic"] == "changed since: why, er-stay-away, skip-link"
    assert said["clinical"] == "changed since: er-stay-away"


def test_status_of_a_withdrawn_edition(signed, capsys):
    assert sign(signed, "clinical", "--withdraw", "--string", STAY) == 0
    code, _, rows = status(signed, capsys)
    assert code == 1 and any("signoff-withdrawn" in row and STAY in row for row in rows)


def test_status_of_an_approval_by_the_translator(signed, capsys):
    """All strings that need another person are named."""
    name_translator(signed, "Ben Example")
    _, said, _ = status(signed, capsys)
    assert said["linguistic"].startswith("approved only by the translator: title, why, ")
