"""Voices and lexicons: every language is named, and what the engine says wrongly is written as it should sound."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile

from leafletkit import jobs
from leafletkit.model import Edition, Finding
from leafletkit.project import Project
from leafletkit.proof import audio as proof
from leafletkit.proof.expect import normal, warnings_of
from leafletkit.render.audio import _ENCODER_DELAY as ENCODER_DELAY
from leafletkit.render.audio import _encode
from leafletkit.script import sentences
from leafletkit.speech import RATE
from leafletkit.voices import Voice, Voices, read_voices

from .conftest import ROOT


def voice(**say: str) -> Voice:
    return Voice("espeak", "gmw/en", 140, 125, "", say)


def speaking(lexicon: str, tmp_path: Path) -> tuple[Voices, tuple[Finding, ...]]:
    """Voices with one language and its lexicon."""
    (tmp_path / "audio/lexicon").mkdir(parents=True)
    (tmp_path / "audio/voices.toml").write_text('[en-GB]\nengine = "espeak"\nvoice = "gmw/en"\nnote = "n"\n')
    (tmp_path / "audio/lexicon/en-GB.toml").write_text(lexicon)
    return read_voices(tmp_path, ("en-GB",))


@pytest.mark.parametrize("written", ["۳ سے ۵", "٣ سے ٥", "३ سے ५", "3 سے 5"], ids=["Urdu", "Arabic", "Devanagari", "ASCII"])
def test_native_digits_are_written_as_ascii(written: str) -> None:
    """espeak-ng leaves out the digits of Urdu without a word; each of the ten becomes 0-9."""
    assert voice().spoken(written) == "3 سے 5"


def test_all_ten_digits() -> None:
    for zero in (0x6F0, 0x660, 0x966):
        assert voice().spoken("".join(chr(zero + n) for n in range(10))) == "0123456789"


def test_every_language_of_the_project_has_a_voice_or_none(project: Project) -> None:
    assert set(project.settings.languages) == set(project.voices)
    assert {tag for tag, v in project.voices.items() if v.engine == "none"} == {"so"}
    for tag, v in project.voices.items():
        assert v.note, tag
        assert v.slow < v.rate, tag


def test_native_digits_never_reach_the_engine(project: Project, editions: Mapping[tuple[str, str], Edition]) -> None:
    """Over every text of every language."""
    for (_, tag), edition in editions.items():
        for block in edition.text.blocks:
            assert not [c for c in project.voices[tag].spoken(block.text) if c.isdecimal() and not c.isascii()]


def test_whole_words_only() -> None:
    v = voice(IV="eye vee", mg="milligrams")
    assert v.spoken("IV, IVIg, (IV) and xIV: 5 mg") == "eye vee, IVIg, (eye vee) and xIV: 5 milligrams"
    assert v.spoken("iv") == "iv"


def test_the_longest_first(tmp_path: Path) -> None:
    """However the lexicon is ordered, “hepatitis B” is not half-read by “hepatitis”."""
    found, findings = speaking('[say]\n"hepatitis" = "liver disease"\n"hepatitis B" = "hepatitis bee"\n"B" = "x"\n', tmp_path)
    assert findings == ()
    assert list(found["en-GB"].say) == ["hepatitis B", "hepatitis", "B"]


def test_the_real_lexicon_is_used(project: Project) -> None:
    assert project.voices["en-GB"].spoken("IVIg  and\nHIV") == "I V I G and H I V"


def test_an_entry_is_not_read_by_another() -> None:
    assert voice(**{"hepatitis B": "hepatitis bee", "hepatitis": "liver disease"}).spoken("hepatitis B") == "hepatitis bee"


@pytest.mark.parametrize("said", ["a\\b", "\\1", "em\\gee"])
def test_a_backslash_is_nothing_special(said: str) -> None:
    assert voice(mg=said).spoken("5 mg") == f"5 {said}"


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
    sounds = jobs.Engine(voice)(rows, True)
    gap = np.zeros(RATE, np.int16)
    starts = dict(zip(rows, np.cumsum([0] + [sounds[r].size + RATE for r in rows[:-1]]) + RATE, strict=True))
    whole = np.concatenate([gap, *(np.concatenate([sounds[r], gap]) for r in rows)])
    samples = soundfile.read(io.BytesIO(_encode(whole[ENCODER_DELAY:], RATE)), dtype="float64")[0]

    def heard(there: str, wanted: str) -> bool:
        return proof._heard(samples, RATE, starts[there] / RATE, sounds[wanted]) is not None

    alike = [(a, b) for a in rows for b in rows if a != b and a[:8] == b[:8]]  # the easiest to take for each other
    same = [(r, r) for r in rows]
    for whole_like, frame_like, those, right in ((0.99, 0.55, same, True), (0.0, 0.2, alike, False), (0.92, -1.0, alike, False)):
        monkeypatch.setattr(proof, "LIKE", whole_like)
        monkeypatch.setattr(proof, "FRAME_LIKE", frame_like)
        assert [pair for pair in those if heard(*pair) != right] == []
