"""The proof of recordings can fail: a good file passes, and each planted fault gives exactly its own finding."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from mutagen.id3 import ID3, TLAN, TXXX

from leafletkit import jobs
from leafletkit.model import Edition, Place
from leafletkit.project import Project
from leafletkit.proof.audio import prove_audio
from leafletkit.proof.espeak import speak_all
from leafletkit.render import audio as render
from leafletkit.script import Segment, script
from leafletkit.speech import RATE, Speaker
from leafletkit.voices import Voice

from .audio_support import Samples, silenced, with_samples

pytestmark = pytest.mark.full

WARNING = "stay-away-48-hours"
Editions = Mapping[tuple[str, str], Edition]


class Case:
    """One language of clean-hands: its edition, its good recording, and what its sentences should sound like."""

    def __init__(self, edition: Edition, voice: Voice) -> None:
        self.edition, self.voice = edition, voice
        self.good = self.render(voice)
        self.memory: dict[tuple[str, bool], Samples] = {}

    def render(self, voice: Voice) -> bytes:
        with Speaker() as speaker:
            return render.synthesise(self.edition, voice, speaker).mp3

    def expected(self, texts: Sequence[str], slow: bool) -> Mapping[str, Samples]:
        missing = [t for t in texts if (t, slow) not in self.memory]
        if missing:
            self.memory |= {(t, slow): sound for t, sound in jobs.Engine(self.voice)(missing, slow).items()}
        return {t: self.memory[t, slow] for t in texts}

    def prove(self, mp3: bytes) -> tuple[tuple[Place, ...], list[str]]:
        places, findings, _ = prove_audio(mp3, self.edition, "x.mp3", self.expected)
        for f in findings:
            assert (f.leaflet, f.language, f.format, f.path) == ("clean-hands", self.edition.language.tag, "audio", "x.mp3")
            assert f.message and f.hint
        return places, [f.code for f in findings]

    def spans(self, start: str) -> list[tuple[int, int]]:
        """(first, last) sample of each sentence that starts with some words; the pause after it is left out."""
        cues = ID3(io.BytesIO(self.good)).getall("SYLT")[0].text
        found = []
        for (text, begin), (_, after) in pairwise(cues):
            if text.startswith(start):
                found.append((begin * RATE // 1000, (after - 350) * RATE // 1000))
        assert found
        return found


@pytest.fixture(scope="module")
def cases(project: Project, editions: Editions) -> dict[str, Case]:
    return {tag: Case(editions["clean-hands", tag], project.voices[tag]) for tag in ("en-GB", "pl")}


@pytest.fixture
def english(cases: dict[str, Case]) -> Case:
    return cases["en-GB"]


def with_tags(mp3: bytes, change: Callable[[ID3], object]) -> bytes:
    """The file with its tags changed, and its samples as they were."""
    tags = ID3(io.BytesIO(mp3), translate=False)
    change(tags)
    out = io.BytesIO(mp3)
    tags.save(out, v2_version=3)
    return out.getvalue()


def with_script(monkeypatch: pytest.MonkeyPatch, keep: Callable[[Segment], bool]) -> None:
    """From now on recordings leave segments out."""
    monkeypatch.setattr(render, "script", lambda edition, synthetic: tuple(s for s in script(edition, synthetic=synthetic) if keep(s)))


@pytest.mark.parametrize("tag", ["en-GB", "pl"])
def test_a_good_recording(cases: dict[str, Case], tag: str) -> None:
    case = cases[tag]
    (place,), codes = case.prove(case.good)
    assert codes == []
    assert place.warning == WARNING and len(place.times) == 3
    claimed = case.spans({"en-GB": "Do not visit", "pl": "Jeśli w ciągu"}[tag])
    for (start, end), (begin, last) in zip(place.times, claimed, strict=True):
        assert abs(start - begin / RATE) < 0.05 and start < end < last / RATE + 0.1


def test_decoding_and_encoding_again_is_no_fault(english: Case) -> None:
    """So what the other tests find is the fault they plant."""
    assert english.prove(with_samples(english.good, lambda _: None))[1] == []
    assert english.prove(with_tags(english.good, lambda _: None))[1] == []


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize(("start", "end"), [(0.0, 1.0), (0.0, 0.5), (0.5, 1.0), (0.4, 0.5)], ids=["all", "beginning", "end", "a word"])
def test_a_silenced_warning(english: Case, which: int, start: float, end: float) -> None:
    first, last = english.spans("Do not visit")[which]
    mp3 = silenced(english.good, first + int(start * (last - first)), first + int(end * (last - first)))
    assert english.prove(mp3) == ((), ["proof-silence"])


def test_a_lost_not(english: Case) -> None:
    """The one word that makes the prohibition: a quarter of a second in five."""
    first, _ = english.spans("Do not visit")[1]
    mp3 = silenced(english.good, first + int(0.2 * RATE), first + int(0.45 * RATE))
    assert english.prove(mp3) == ((), ["proof-silence"])


@pytest.mark.parametrize(
    "said",
    ["Do visit if you were sick or had diarrhoea in the last 48 hours.", "Do not visit if you were sick or had diarrhoea in the last 4 hours.",
     "Do not visit if you were sick or had diarrhoea in the last 24 hours.", "Clean hands stop germs from passing from one person to another."],
    ids=["do visit", "4 hours", "24 hours", "another sentence"],
)  # fmt: skip
def test_other_words_in_place_of_a_warning(english: Case, said: str) -> None:
    other = speak_all((said,), english.voice.name, english.voice.slow)[said]
    first, last = english.spans("Do not visit")[0]

    def swap(samples: Samples) -> None:
        samples[first:last] = 0
        begin = first + int(0.03 * RATE)
        samples[begin : begin + other.size] = other

    assert english.prove(with_samples(english.good, swap)) == ((), ["proof-silence"])


@pytest.mark.parametrize("share", [0.001, 0.05, 0.2, 0.6, 0.9, 0.95, 0.99])
def test_a_cut_file(english: Case, share: float) -> None:
    """From a stump to the loss of the last second."""
    places, codes = english.prove(english.good[: int(share * len(english.good))])
    if share <= 0.001:
        assert codes == ["proof-unreadable"]
    elif share >= 0.9:
        assert codes == ["proof-silence"] and len(places) == 1
    else:
        assert set(codes) == {"proof-silence"} | ({"proof-notice"} if share < 0.1 else set()) and places == ()


@pytest.mark.parametrize(("hole", "code"), [(900, "proof-silence"), (4000, "proof-unreadable")])
def test_damaged_bytes_in_the_middle(english: Case, hole: int, code: str) -> None:
    """The file has a hole where the warning is spoken the second time; a decoder skips a small one without a word."""
    first, last = english.spans("Do not visit")[1]
    middle = ID3(io.BytesIO(english.good)).size + (first + last) // 2 * 8000 // RATE
    data = english.good[:middle] + bytes(hole) + english.good[middle + hole :]
    assert set(english.prove(data)[1]) == {code}


@pytest.mark.parametrize(
    "data",
    [b"", b"rubbish" * 1000, bytes(5000), b"ID3", b"ID3\xff", b"ID3\x09\x09\x00\x00\x00\x00\x00" + b"x" * 50, b"ID3\x03\x00\x00\x7f\x7f\x7f\x7fabc",
     b"ID3\x03\x00\x00\x80\x80\x80\x80" + b"x" * 300, b"%PDF-1.7", random.Random(1).randbytes(20_000)],
    ids=["empty", "words", "zeros", "three bytes", "four bytes", "version 9", "size", "size not synchsafe", "PDF", "noise"],
)  # fmt: skip
def test_a_file_that_cant_be_read(english: Case, data: bytes) -> None:
    assert english.prove(data) == ((), ["proof-unreadable"])


@pytest.mark.parametrize("keep", [10, 100, 4000, -1])
def test_half_a_head_or_no_sound(english: Case, keep: int) -> None:
    head = ID3(io.BytesIO(english.good)).size
    assert english.prove(english.good[: keep if keep > 0 else head]) == ((), ["proof-unreadable"])
    assert english.prove(english.good[head:]) == ((), ["proof-unreadable"])


def test_no_words_in_the_file(english: Case) -> None:
    assert english.prove(with_tags(english.good, lambda t: t.delall("SYLT"))) == ((), ["proof-unreadable"])


def test_no_chapters_in_the_file(english: Case) -> None:
    assert english.prove(with_tags(english.good, lambda t: t.delall("CHAP")))[1] == ["proof-silence"]


def retold(mp3: bytes, words: Callable[[str], str], shift: int) -> bytes:
    """The file with the words of the warning, or their times, changed in its tags."""

    def change(tags: ID3) -> None:
        (lyrics,) = tags.getall("SYLT")
        lyrics.text = [(words(text), time + shift) if text.startswith("Do not visit") else (text, time) for text, time in lyrics.text]

    return with_tags(mp3, change)


@pytest.mark.parametrize("new", ["Do visit if you were sick.", "DO NOT VISIT", "Do not visit if you were sick or had diarrhoea in the last 4 hours."])
def test_other_words_in_the_tags(english: Case, new: str) -> None:
    assert english.prove(retold(english.good, lambda _: new, 0)) == ((), ["proof-warning-missing"])


@pytest.mark.parametrize("shift", [-500, -150, 150, 500])
def test_times_that_are_wrong(english: Case, shift: int) -> None:
    """The words are there, but before or after their sound."""
    assert english.prove(retold(english.good, str, shift)) == ((), ["proof-silence"] * 3)


def test_a_warning_spoken_once(english: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with_script(monkeypatch, lambda s: s.id not in (f"first.{WARNING}", f"again.{WARNING}"))
    assert english.prove(english.render(english.voice)) == ((), ["proof-warning-missing"])


def test_a_warning_never_spoken(english: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with_script(monkeypatch, lambda s: s.warning is None)
    assert english.prove(english.render(english.voice)) == ((), ["proof-warning-missing"])


@pytest.mark.parametrize(("left_out", "code"), [("why", "proof-silence"), ("visit", "proof-silence"), ("opening.notice.2", "proof-notice")])
def test_a_part_left_out(english: Case, monkeypatch: pytest.MonkeyPatch, left_out: str, code: str) -> None:
    """A block without a warning, a heading, a notice (of two sentences)."""
    with_script(monkeypatch, lambda s: s.id != left_out)
    places, codes = english.prove(english.render(english.voice))
    assert set(codes) == {code} and len(places) == 1


@pytest.mark.parametrize(("start", "code"), [("This is a draft", "proof-notice"), ("Wash them again", "proof-silence"), ("When you visit", "proof-silence")])
def test_a_silenced_notice_or_block(english: Case, start: str, code: str) -> None:
    ((first, last),) = english.spans(start)
    places, codes = english.prove(silenced(english.good, first, last))
    assert codes == [code] and len(places) == 1


@pytest.mark.parametrize("said", [["pl"], [], ["en-GB", "pl"], ["en-gb"]], ids=["other", "none", "two", "small letters"])
def test_a_wrong_language(english: Case, said: list[str]) -> None:
    def change(tags: ID3) -> None:
        tags.delall("TXXX:language")
        if said:
            tags.add(TXXX(encoding=1, desc="language", text=said))

    places, codes = english.prove(with_tags(english.good, change))
    assert codes == ["proof-language"] and len(places) == 1


@pytest.mark.parametrize("said", ["pol", None])
def test_a_wrong_standard_language_frame(english: Case, said: str | None) -> None:
    def change(tags: ID3) -> None:
        tags.delall("TLAN")
        if said:
            tags.add(TLAN(encoding=0, text=said))

    assert english.prove(with_tags(english.good, change))[1] == ["proof-language"]


def test_polish_words_in_an_english_voice(cases: dict[str, Case]) -> None:
    case = cases["pl"]
    places, codes = case.prove(case.render(replace(cases["en-GB"].voice, say={})))
    assert set(codes) == {"proof-silence", "proof-notice"} and places == ()


def test_warnings_read_too_fast(english: Case) -> None:
    assert english.prove(english.render(replace(english.voice, slow=english.voice.rate))) == ((), ["proof-silence"] * 3)
