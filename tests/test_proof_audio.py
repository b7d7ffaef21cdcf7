"""The proof of recordings can fail: a good file passes, and each planted fault gives exactly its own finding."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from mutagen.id3 import ID3, TLAN, TXXX

from leafletkit.model import Edition
from leafletkit.project import Project
from leafletkit.proof.resynthesis import Resynthesis
from leafletkit.render import audio as render
from leafletkit.script import Segment, script
from leafletkit.segments import Segments
from leafletkit.speech import RATE

from .audio_support import Case, make_cases, put_at, silenced, with_samples, with_tags
from .conftest import ROOT

pytestmark = pytest.mark.full

WARNING = "stay-away-48-hours"
Editions = Mapping[tuple[str, str], Edition]


@pytest.fixture(scope="module")
def cases(project: Project, editions: Editions, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    return make_cases(project, editions, tmp_path_factory.mktemp("cache"))


@pytest.fixture
def english(cases: dict[str, Case]) -> Case:
    return cases["en-GB"]


def with_script(monkeypatch: pytest.MonkeyPatch, keep: Callable[[Segment], bool]) -> None:
    """From now on recordings leave segments out."""
    monkeypatch.setattr(render, "script", lambda edition, synthetic, minutes=0: tuple(s for s in script(edition, synthetic=synthetic, minutes=minutes) if keep(s)))


@pytest.mark.parametrize("tag", ["en-GB", "pl"])
def test_a_good_recording(cases: dict[str, Case], tag: str) -> None:
    case = cases[tag]
    (place,), codes = case.prove()
    assert codes == []
    assert place.warning == WARNING and len(place.times) == 3
    claimed = case.spans({"en-GB": "Do not visit", "pl": "Jeśli w ciągu"}[tag])
    for (start, end), span in zip(place.times, claimed, strict=True):
        assert abs(start - span.first / RATE) < 0.05 and abs(end - span.last / RATE) < 0.05


def test_decoding_and_encoding_again_is_no_fault(english: Case) -> None:
    """So what the other tests find is the fault they plant."""
    assert english.prove(with_samples(english.mp3, lambda _: None))[1] == []
    assert english.prove(with_tags(english.mp3, lambda _: None))[1] == []


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize(("start", "end"), [(0.0, 1.0), (0.0, 0.5), (0.5, 1.0), (0.4, 0.5)], ids=["all", "beginning", "end", "a word"])
def test_a_silenced_warning(english: Case, which: int, start: float, end: float) -> None:
    span = english.spans("Do not visit")[which]
    first, last = span.first, span.last
    mp3 = silenced(english.mp3, first + int(start * (last - first)), first + int(end * (last - first)))
    assert english.prove(mp3) == ((), ["proof-silence"])


def test_a_lost_not(english: Case) -> None:
    """The one word that makes the prohibition: a quarter of a second in five."""
    first = english.spans("Do not visit")[1].first
    mp3 = silenced(english.mp3, first + int(0.2 * RATE), first + int(0.45 * RATE))
    assert english.prove(mp3) == ((), ["proof-silence"])


@pytest.mark.parametrize(
    "said",
    ["Do visit if you were sick or had diarrhoea in the last 48 hours.", "Do not visit if you were sick or had diarrhoea in the last 4 hours.",
     "Do not visit if you were sick or had diarrhoea in the last 24 hours.", "Clean hands stop germs from passing from one person to another."],
    ids=["do visit", "4 hours", "24 hours", "another sentence"],
)  # fmt: skip
def test_other_words_in_place_of_a_warning(english: Case, said: str) -> None:
    other = Resynthesis(english.voice, ROOT)((said,), True)[said]
    span = english.spans("Do not visit")[0]
    mp3 = with_samples(english.mp3, lambda samples: put_at(samples, span.first + int(0.03 * RATE), span.last + RATE, other))
    assert english.prove(mp3) == ((), ["proof-silence"])


@pytest.mark.parametrize("share", [0.001, 0.05, 0.2, 0.6, 0.9, 0.95, 0.99])
def test_a_cut_file(english: Case, share: float) -> None:
    """From a stump to the loss of the last second."""
    places, codes = english.prove(english.mp3[: int(share * len(english.mp3))])
    if share <= 0.001:
        assert codes == ["proof-unreadable"]
    elif share >= 0.9:
        assert set(codes) == {"proof-silence"} and len(places) == 1
    else:
        notice = {"proof-notice"} if share <= 0.2 else set()
        assert set(codes) == {"proof-silence"} | notice and places == ()


@pytest.mark.parametrize(
    ("hole", "codes"), [(900, {"proof-silence"}), (4000, {"proof-unreadable"})]
)
def test_damaged_bytes_in_the_middle(english: Case, hole: int, codes: set[str]) -> None:
    """The file has a hole where the warning is spoken the second time; at a small one a decoder ends without a word."""
    span = english.spans("Do not visit")[1]
    first, last = span.first, span.last
    middle = ID3(io.BytesIO(english.mp3)).size + (first + last) // 2 * 8000 // RATE
    data = english.mp3[:middle] + bytes(hole) + english.mp3[middle + hole :]
    assert set(english.prove(data)[1]) == codes


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
    head = ID3(io.BytesIO(english.mp3)).size
    assert english.prove(english.mp3[: keep if keep > 0 else head]) == ((), ["proof-unreadable"])
    assert english.prove(english.mp3[head:]) == ((), ["proof-unreadable"])


def test_no_words_in_the_file(english: Case) -> None:
    assert english.prove(with_tags(english.mp3, lambda t: t.delall("SYLT"))) == ((), ["proof-unreadable"])


def test_no_chapters_in_the_file(english: Case) -> None:
    assert english.prove(with_tags(english.mp3, lambda t: t.delall("CHAP")))[1] == [
        "proof-silence", "proof-chapters", "proof-chapters", "proof-transcript",
    ]  # fmt: skip


def retold(mp3: bytes, words: Callable[[str], str], shift: int) -> bytes:
    """The file with the words of the warning, or their times, changed in its tags."""

    def change(tags: ID3) -> None:
        (lyrics,) = tags.getall("SYLT")
        lyrics.text = [(words(text), time + shift) if text.startswith("Do not visit") else (text, time) for text, time in lyrics.text]

    return with_tags(mp3, change)


@pytest.mark.parametrize("new", ["Do visit if you were sick.", "DO NOT VISIT", "Do not visit if you were sick or had diarrhoea in the last 4 hours."])
def test_other_words_in_the_tags(english: Case, new: str) -> None:
    assert english.prove(retold(english.mp3, lambda _: new, 0)) == ((), ["proof-transcript", "proof-script", "proof-warning-missing"])


@pytest.mark.parametrize("shift", [-500, -150, 150, 500])
def test_times_that_are_wrong(english: Case, shift: int) -> None:
    """The words are there, but before or after their sound."""
    assert english.prove(retold(english.mp3, str, shift)) == ((), ["proof-transcript", "proof-silence"])


def test_a_warning_spoken_once(english: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with_script(monkeypatch, lambda s: s.id not in (f"first.{WARNING}", f"again.{WARNING}"))
    assert english.prove_all(english.record()) == ((), ["proof-warning-missing"])


def test_a_warning_never_spoken(english: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with_script(monkeypatch, lambda s: s.warning is None)
    assert english.prove_all(english.record()) == ((), ["proof-chapters", "proof-warning-missing"])


@pytest.mark.parametrize(("left_out", "code"), [("why", "proof-script"), ("visit", "proof-chapters"), ("opening.notice.2", "proof-notice")])
def test_a_part_left_out(english: Case, monkeypatch: pytest.MonkeyPatch, left_out: str, code: str) -> None:
    """A block without a warning, a heading, a notice (of two sentences)."""
    with_script(monkeypatch, lambda s: s.id != left_out)
    places, codes = english.prove_all(english.record())
    assert set(codes) == {code} and len(places) == 1


@pytest.mark.parametrize(("start", "code"), [("This is a draft", "proof-notice"), ("Wash them again", "proof-silence"), ("When you visit", "proof-silence")])
def test_a_silenced_notice_or_block(english: Case, start: str, code: str) -> None:
    span = english.spans(start)[-1]
    places, codes = english.prove(silenced(english.mp3, span.first, span.last))
    assert codes == [code] and len(places) == 1


@pytest.mark.parametrize("said", [["pl"], [], ["en-GB", "pl"], ["en-gb"]], ids=["other", "none", "two", "small letters"])
def test_a_wrong_language(english: Case, said: list[str]) -> None:
    def change(tags: ID3) -> None:
        tags.delall("TXXX:language")
        if said:
            tags.add(TXXX(encoding=1, desc="language", text=said))

    places, codes = english.prove(with_tags(english.mp3, change))
    assert codes == ["proof-language"] and len(places) == 1


@pytest.mark.parametrize("said", ["pol", None])
def test_a_wrong_standard_language_frame(english: Case, said: str | None) -> None:
    def change(tags: ID3) -> None:
        tags.delall("TLAN")
        if said:
            tags.add(TLAN(encoding=0, text=said))

    assert english.prove(with_tags(english.mp3, change))[1] == ["proof-language"]


def test_polish_words_in_an_english_voice(cases: dict[str, Case]) -> None:
    case = cases["pl"]
    voice = replace(case.voice, name=cases["en-GB"].voice.name)
    places, codes = case.prove_all(case.record(voice=voice, say=Segments(voice, ROOT).sounds))
    assert set(codes) == {"proof-silence", "proof-notice"} and places == ()


def test_warnings_read_too_fast(english: Case) -> None:
    voice = replace(english.voice, slow=english.voice.rate)
    assert english.prove_all(english.record(say=Segments(voice, ROOT).sounds)) == ((), ["proof-silence", "proof-silence"])
