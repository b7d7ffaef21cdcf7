"""Voices and lexicons: every language is named, and what the engine says wrongly is written as it should sound."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from leafletkit.lexicon import SIGNS, Lexicon, read_lexicon
from leafletkit.model import Edition, Finding
from leafletkit.project import Project
from leafletkit.proof import sound as proof
from leafletkit.proof.expect import normal, warnings_of
from leafletkit.render.audio import _ENCODER_DELAY as ENCODER_DELAY
from leafletkit.render.audio import _encode
from leafletkit.script import sentences
from leafletkit.segments import Segments
from leafletkit.speech import RATE
from leafletkit.voices import Voice, Voices, read_voices, spoken_key

from .conftest import ROOT


def voice(**say: str) -> Voice:
    return Voice("espeak", "gmw/en", 140, 125, "", (7.0, 18.0), Lexicon("en-GB", say))


def speaking(lexicon: str, tmp_path: Path) -> tuple[Voices, tuple[Finding, ...]]:
    """Voices with one language and its lexicon."""
    (tmp_path / "audio/lexicon").mkdir(parents=True)
    (tmp_path / "audio/voices.toml").write_text('[en-GB]\nengine = "espeak"\nvoice = "gmw/en"\nletters = [7, 18]\nnote = "n"\n')
    (tmp_path / "audio/lexicon/en-GB.toml").write_text(lexicon)
    return read_voices(tmp_path, ("en-GB",))


@pytest.mark.parametrize("written", ["۳ سے ۵", "٣ سے ٥", "३ سے ५", "3 سے 5"], ids=["Urdu", "Arabic", "Devanagari", "ASCII"])
def test_native_digits_are_written_as_ascii(written: str) -> None:
    """espeak-ng leaves out the digits of Urdu without a word; each of the ten becomes 0-9."""
    assert voice().spoken(written) == "3 سے 5"


def test_all_ten_digits() -> None:
    """Of every script that a leaflet may be written in, full width included. Ten figures in a row are said one by one."""
    for zero in (0x30, 0x6F0, 0x660, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xFF10):
        assert [voice().spoken(chr(zero + n)) for n in range(10)] == list("0123456789")
        assert voice().spoken("".join(chr(zero + n) for n in range(10))) == "0 1 2 3 4 5 6 7 8 9"


def test_every_language_of_the_project_has_a_voice_or_none(project: Project) -> None:
    assert set(project.settings.languages) == set(project.voices)
    assert {tag for tag, v in project.voices.items() if v.engine == "none"} == {"so"}
    for tag, v in project.voices.items():
        assert v.note and v.lexicon.tag == tag
        assert v.synthetic == (v.engine in ("espeak", "piper"))
        assert (v.slow < v.rate and 0 < v.letters[0] < v.letters[1]) if v.synthetic else (v.slow, v.rate, v.letters) == (0, 0, (0, 0)), tag


def test_native_digits_never_reach_the_engine(project: Project, editions: Mapping[tuple[str, str], Edition]) -> None:
    """Over every text of every language."""
    for (_, tag), edition in editions.items():
        for block in edition.text.blocks:
            assert not [c for c in project.voices[tag].spoken(block.text) if c.isdecimal() and not c.isascii()]


def test_whole_words_only() -> None:
    v = voice(IV="eye vee", drip="infusion")
    assert v.spoken("IV, IVIg, (IV) and xIV: 5 drip, drips") == "eye vee, IVIg, (eye vee) and xIV: 5 infusion, drips"
    assert v.spoken("iv") == "iv"


def test_the_longest_first(tmp_path: Path) -> None:
    """However the lexicon is ordered, “hepatitis B” is not half-read by “hepatitis”."""
    found, findings = speaking('[say]\n"hepatitis" = "liver disease"\n"hepatitis B" = "hepatitis bee"\n"B" = "x"\n', tmp_path)
    assert findings == ()
    assert list(found["en-GB"].lexicon.say) == ["hepatitis B", "hepatitis", "B"]
    assert found["en-GB"].spoken("B, hepatitis B, hepatitis") == "x, hepatitis bee, liver disease"


def test_the_real_lexicon_is_used(project: Project) -> None:
    assert project.voices["en-GB"].spoken("IVIg  and\nHIV") == "I V I G and H I V"


def test_an_entry_is_not_read_by_another() -> None:
    assert voice(**{"hepatitis B": "hepatitis bee", "hepatitis": "liver disease"}).spoken("hepatitis B") == "hepatitis bee"


@pytest.mark.parametrize("said", ["a\\b", "\\1", "em\\gee"])
def test_a_backslash_is_nothing_special(said: str) -> None:
    assert voice(drip=said).spoken("5 drip") == f"5 {said}"


@pytest.mark.parametrize(("word", "longer"), [("दिन", "दिनों में"), ("क", "कि"), ("دم", "دمُه")], ids=["days", "that", "blood"])
def test_whole_words_in_scripts_with_vowel_signs(word: str, longer: str) -> None:
    assert voice(**{word: "X"}).spoken(longer) == longer


def test_an_abbreviation_in_chinese() -> None:
    assert voice(IVIg="I V I G").spoken("使用IVIg治疗") == "使用I V I G治疗"


def test_direction_marks_are_not_spoken() -> None:
    assert voice().spoken("\u200fیہ اہم ہے،\u200f \u2066نرس\u2069") == "یہ اہم ہے، نرس"


@pytest.mark.parametrize(
    "lexicon",
    ['[say]\n"mg" = "em gee', '[say]\n"mg" = 5\n', '[say]\n"mg" = ""\n', '[say]\n"mg" = "  "\n', '[sya]\n"mg" = "em gee"\n',
     'say = "mg"\n', '[say]\n"mg" = ["em", "gee"]\n'],
    ids=["syntax", "number", "empty", "blank", "misspelt table", "no table", "list"],
)  # fmt: skip
def test_a_lexicon_with_a_fault(lexicon: str, tmp_path: Path) -> None:
    found, findings = speaking(lexicon, tmp_path)
    assert [f.code for f in findings] == ["voices-invalid"]
    assert (findings[0].path, findings[0].language) == ("audio/lexicon/en-GB.toml", "en-GB")
    assert found == {}, "a voice with a fault is no voice"


def test_an_empty_word_in_a_lexicon(tmp_path: Path) -> None:
    assert [f.code for f in speaking('[say]\n"" = "em gee"\n', tmp_path)[1]] == ["voices-invalid"]


def test_a_lexicon_that_is_not_text(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "audio", tmp_path / "audio")
    (tmp_path / "audio/lexicon/pl.toml").write_bytes(b'[say]\n"mg" = "\xff"\n')
    found, findings = read_voices(tmp_path, ())
    assert [(f.code, f.path) for f in findings] == [("voices-invalid", "audio/lexicon/pl.toml")]
    assert "pl" not in found and "en-GB" in found


@pytest.mark.parametrize(
    ("old", "new"),
    [('voice = "zlw/pl"', 'voice = "en-gb"'), ('voice = "zlw/pl"', 'voice = ""'), ('voice = "zlw/pl"', ""),
     ('voice = "zlw/pl"', 'voice = "zlw/pl"\nrate = 1000'), ('voice = "zlw/pl"', 'voice = "zlw/pl"\nslow = "x"'),
     ('voice = "zlw/pl"', 'voice = "zlw/pl"\npitch = 3'), ('engine = "espeak"\nvoice = "zlw/pl"', 'engine = "espek"\nvoice = "zlw/pl"')],
    ids=["short name", "empty", "missing", "too fast", "not a number", "unknown field", "unknown engine"],
)  # fmt: skip
def test_a_voice_with_a_fault(old: str, new: str, tmp_path: Path) -> None:
    """One finding, for that language alone, and the voice is not used."""
    shutil.copytree(ROOT / "audio", tmp_path / "audio")
    path = tmp_path / "audio/voices.toml"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    found, findings = read_voices(tmp_path, ())
    assert [(f.code, f.language) for f in findings] == [("voices-invalid", "pl")]
    assert set(found) == set(read_voices(ROOT, ())[0]) - {"pl"}


@pytest.mark.parametrize(
    ("row", "findings"),
    [
        ('engine = "espeak"\nvoice = "gmw/en"', 1), ('engine = "espeak"\nvoice = "gmw/en"\nletters = 8', 1),
        ('engine = "espeak"\nvoice = "gmw/en"\nletters = [8]', 1), ('engine = "espeak"\nvoice = "gmw/en"\nletters = [8, 9, 10]', 1),
        ('engine = "espeak"\nvoice = "gmw/en"\nletters = [9, 8]', 1), ('engine = "espeak"\nvoice = "gmw/en"\nletters = [8, 8]', 1),
        ('engine = "espeak"\nvoice = "gmw/en"\nletters = [0, 8]', 1), ('engine = "espeak"\nvoice = "gmw/en"\nletters = [-1, 8]', 1),
        ('engine = "espeak"\nvoice = "gmw/en"\nletters = [nan, 8]', 1), ('engine = "espeak"\nvoice = "gmw/en"\nletters = ["7", "8"]', 1),
        ('engine = "espeak"\nvoice = "gmw/en"\nletters = [true, 8]', 1),
        ('engine = "espeak"\nvoice = "gmw/en"\nletters = [8, 16]', 0), ('engine = "espeak"\nvoice = "gmw/en"\nletters = [8.5, 16.0]', 0),
        ('engine = "piper"\nvoice = "en_GB-alba-medium"\nletters = [8, 16]', 0), ('engine = "piper"\nvoice = "en_GB-alba-medium"', 1),
        ('engine = "piper"\nvoice = "../x"\nletters = [8, 16]', 1), ('engine = "piper"\nvoice = "x"\nrate = 20\nletters = [8, 16]', 1),
        ('engine = "person"', 0), ('engine = "none"', 0),
    ],
)  # fmt: skip
def test_what_an_engine_needs(row: str, findings: int, tmp_path: Path) -> None:
    """A voice of a computer needs a name and how many letters a second are right; a person and no voice need neither."""
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio/voices.toml").write_text(f'[en-GB]\n{row}\nnote = "n"\n')
    found, complaints = read_voices(tmp_path, ("en-GB",))
    assert [f.code for f in complaints] == ["voices-invalid"] * findings, complaints
    assert bool(found) == (not findings)


@pytest.mark.parametrize("letters", ["[]", "[8, inf]"])
def test_a_band_that_measures_nothing(letters: str, tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio/voices.toml").write_text(f'[en-GB]\nengine = "espeak"\nvoice = "gmw/en"\nletters = {letters}\nnote = "n"\n')
    assert [f.code for f in read_voices(tmp_path, ())[1]] == ["voices-invalid"]


def test_the_pace_of_an_engine(tmp_path: Path) -> None:
    """Words a minute for espeak-ng, hundredths for Piper; warnings are slower from the start."""
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio/voices.toml").write_text(
        '[en-GB]\nengine = "espeak"\nvoice = "gmw/en"\nletters = [8, 16]\nnote = "n"\n'
        '[cy]\nengine = "piper"\nvoice = "cy-x"\nletters = [8, 16]\nnote = "n"\n'
    )
    found, _ = read_voices(tmp_path, ())
    assert [(v.rate, v.slow) for v in found.values()] == [(140, 125), (100, 88)]


def test_what_a_key_binds() -> None:
    """Another engine, voice, pace, pronunciation or text is another key; the markup is not heard."""
    one = voice(IV="eye vee")
    keys = [
        spoken_key(one, "An IV drip", slow=False), spoken_key(one, "An IV drip", slow=True), spoken_key(one, "An IM drip", slow=False),
        spoken_key(replace(one, engine="piper"), "An IV drip", slow=False), spoken_key(replace(one, name="gmw/en-US"), "An IV drip", slow=False),
        spoken_key(voice(IV="four"), "An IV drip", slow=False),
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
    assert spoken_key(one, "An **IV** drip", slow=False) == keys[0]


# -- lexicons


def lexicon_of(text: str, tmp_path: Path) -> tuple[Lexicon, tuple[Finding, ...]]:
    (tmp_path / "audio/lexicon").mkdir(parents=True, exist_ok=True)
    (tmp_path / "audio/lexicon/en-GB.toml").write_text(text)
    return read_lexicon(tmp_path, "en-GB")


DAYS = ", ".join(f'"d{n}"' for n in range(1, 32))


def test_every_table_of_a_lexicon(tmp_path: Path) -> None:
    found, findings = lexicon_of(
        '[say]\nIV = "eye vee"\n[signs]\n"&" = "and"\n[units]\ntab = "{0} tablets"\nmcgs = "mass-microgram"\n[numbers]\nspell = ["999"]\n'
        f'days = [{DAYS}]\nyears = "digits"\ntime = "{{hour}} {{minute}}"\nhour = "{{hour}} sharp"\n[numbers.words]\n12 = "a dozen"\n',
        tmp_path,
    )
    assert findings == ()
    assert found == Lexicon(
        "en-GB", {"IV": "eye vee"}, {"&": "and"}, {"mcgs": "mass-microgram", "tab": "{0} tablets"}, ("999",), {"12": "a dozen"},
        tuple(f"d{n}" for n in range(1, 32)), "digits", "{hour} {minute}", "{hour} sharp",
    )  # fmt: skip


def test_a_language_without_a_lexicon(tmp_path: Path) -> None:
    assert read_lexicon(tmp_path, "en-GB") == (Lexicon("en-GB"), ())
    assert lexicon_of("", tmp_path) == (Lexicon("en-GB"), ())


def test_every_sign_can_have_a_word(tmp_path: Path) -> None:
    rows = "".join(f'"{sign}" = "word"\n' for sign in SIGNS)
    found, findings = lexicon_of("[signs]\n" + rows, tmp_path)
    assert findings == () and set(found.signs) == set(SIGNS)


@pytest.mark.parametrize(
    "text",
    [
        '[signs]\n"?" = "question"\n', '[signs]\n"&" = ""\n', '[signs]\n"&" = 1\n', '[signs]\n"" = "x"\n', 'signs = "and"\n',
        '[units]\ntab = "tablets"\n', '[units]\nmg = "mass-miligram"\n', '[units]\n"£" = "mass-gram"\n', '[units]\nmg = ""\n',
        '[units]\nmg = "{1} mg"\n', '[numbers]\ndays = ["first"]\n', f'[numbers]\ndays = [{DAYS}, "d32"]\n', "[numbers]\ndays = 31\n",
        f'[numbers]\ndays = [{DAYS.replace(chr(34) + "d7" + chr(34), "7")}]\n', '[numbers]\nyears = "words"\n',
        '[numbers]\ntime = "{hour}"\n', '[numbers]\ntime = "hour minute"\n', '[numbers]\nhour = "o\'clock"\n', '[numbers]\nspell = "999"\n',
        '[numbers]\nspell = [999]\n', "[numbers.words]\n12 = 12\n", '[numbers]\nweeks = "x"\n', '[words]\n12 = "x"\n',
    ],
)  # fmt: skip
def test_a_table_with_a_fault(text: str, tmp_path: Path) -> None:
    """One finding or two, each with the file, and the language has no voice for it."""
    _, findings = lexicon_of(text, tmp_path)
    assert {f.code for f in findings} == {"voices-invalid"} and len(findings) <= 2, findings
    for finding in findings:
        assert (finding.path, finding.language) == ("audio/lexicon/en-GB.toml", "en-GB") and finding.hint
    found, again = speaking_again(text, tmp_path)
    assert again and not found


def speaking_again(lexicon: str, tmp_path: Path) -> tuple[Voices, tuple[Finding, ...]]:
    return speaking(lexicon, tmp_path / "again")


@pytest.mark.parametrize("text", ['[numbers.words]\ntwelve = "a dozen"\n', '[numbers.words]\n"1,000" = "x"\n', '[numbers]\nspell = ["nine"]\n'])
def test_a_number_that_is_none(text: str, tmp_path: Path) -> None:
    """Signs and units that can never be met are refused; so should numbers be."""
    assert [f.code for f in lexicon_of(text, tmp_path)[1]] == ["voices-invalid"]


def test_the_lexicons_of_the_project_are_whole(project: Project) -> None:
    """Each voiced language has words for every sign, and says times and full hours in words."""
    for tag, v in project.voices.items():
        if v.engine != "none":
            assert set(v.lexicon.signs) >= set(SIGNS) - {"hyphen", "underscore"}, tag
            assert v.lexicon.time and v.lexicon.hour and v.lexicon.spell, tag


def test_every_sign_of_an_address_has_a_word(project: Project) -> None:
    assert not [tag for tag, v in project.voices.items() if v.engine != "none" and not {"hyphen", "underscore"} <= set(v.lexicon.signs)]


@pytest.mark.parametrize("text", [None, "[en-GB", 'x = 3\n[en-GB]\nengine = "none"\nnote = "n"\n'], ids=["missing", "syntax", "stray field"])
def test_a_voices_file_with_a_fault(text: str | None, tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    if text:
        (tmp_path / "audio/voices.toml").write_text(text)
    _, findings = read_voices(tmp_path, ())
    assert {f.code for f in findings} == {"voices-invalid"}


def test_a_language_that_is_not_named() -> None:
    found, findings = read_voices(ROOT, ("en-GB", "fr"))
    assert [f.code for f in findings] == ["voices-invalid"]
    assert "“fr” has no voice" in findings[0].message
    assert "fr" not in found


@pytest.mark.full
@pytest.mark.parametrize("tag", ["en-GB", "cy", "pl", "ar", "ur", "hi", "zh-Hans"])
def test_right_and_foreign_sentences_lie_far_apart(
    project: Project, editions: Mapping[tuple[str, str], Edition], tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All warnings of a real leaflet: right ones would pass a harder test, foreign ones would fail a softer one."""
    edition, voice = editions["ivig", tag], project.voices[tag]
    split = edition.language.sentence_ends
    rows = sorted({normal(s) for _, blocks in warnings_of(edition, edition.text) for _, words in blocks for s in sentences(words, split)})
    made = Segments(voice, ROOT).sounds([(voice.spoken(row), True) for row in rows])
    sounds = {row: made[voice.spoken(row), True] for row in rows}
    gap = np.zeros(RATE, np.int16)
    starts = dict(zip(rows, np.cumsum([0] + [sounds[r].size + RATE for r in rows[:-1]]) + RATE, strict=True))
    whole = np.concatenate([gap, *(np.concatenate([sounds[r], gap]) for r in rows)])
    samples = soundfile.read(io.BytesIO(_encode(whole[ENCODER_DELAY:], RATE)), dtype="float32")[0]

    def heard(there: str, wanted: str) -> bool:
        return proof.heard_at(samples, RATE, starts[there] / RATE, sounds[wanted]) is not None

    alike = [(a, b) for a in rows for b in rows if a != b and a[:8] == b[:8]]  # the easiest to take for each other
    same = [(r, r) for r in rows]
    for whole_like, frame_like, those, right in ((0.99, 0.55, same, True), (0.0, 0.2, alike, False), (0.92, -1.0, alike, False)):
        monkeypatch.setattr(proof, "LIKE", whole_like)
        monkeypatch.setattr(proof, "FRAME_LIKE", frame_like)
        assert [pair for pair in those if heard(*pair) != right] == []
