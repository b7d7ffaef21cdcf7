"""Sign-offs by ear: another voice, pace, pronunciation, text or recording must be heard again."""

from __future__ import annotations

import pytest

from ..signoff_support import EN, PL, STAY, VOICES, codes, files, look, rewrite, sign, swap
from .support import EASY, SPOKEN, TEXT, state, stood

VOICE = 'voice = "zlw/pl"\n'


@pytest.mark.full  # slow
@pytest.mark.parametrize(
    ("change", "stale"),
    [
        (VOICE + "rate = 150\n", TEXT - {STAY}),
        (VOICE + "slow = 110\n", {STAY} | EASY),
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
    assert set(stood(heard)["heard"].stale) == {STAY, "er-stay-away"}
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
    assert set(stood(heard)["heard"].stale) == TEXT, "the easy-read recording is another one"
    assert sign(heard, "heard") == 0 and stood(heard)["heard"].whole
    (folder / "take.wav").write_bytes(b"two")
    assert set(stood(heard)["heard"].stale) == TEXT


def test_a_language_without_a_voice_can_not_be_heard(signed, capsys):
    """There is nothing to listen to, so nobody can say that they did."""
    swap(signed, VOICES, 'engine = "espeak"\nvoice = "zlw/pl"\n', 'engine = "none"\n')
    before = files(signed / "locales")
    assert sign(signed, "heard") == 2 and "Polish" in capsys.readouterr().err
    assert files(signed / "locales") == before
    checked = look(signed, release=True)
    assert PL in checked.editions and codes(checked) == [("release-unheard", "en-GB")]
