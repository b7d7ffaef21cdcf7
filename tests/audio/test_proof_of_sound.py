"""Faults in the sound of a recording: each is found at any place, with its own code and no other."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from leafletkit.proof.expect import words_of
from leafletkit.render import audio as render
from leafletkit.script import Segment, script
from leafletkit.segments import Segments
from leafletkit.speech import RATE

from ..audio_support import Case, Samples, Span, decode, put_at, silenced, tags_of, with_samples, with_sound
from ..conftest import ROOT

pytestmark = pytest.mark.full

WARNING = "stay-away-48-hours"
FOUND = {"proof-silence", "proof-notice"}  # a lost sentence, and a lost sentence of a notice
every_language = pytest.mark.parametrize("tag", ["en-GB", "pl"])


def seeds(count: int) -> list[object]:
    """Places at random: two of them, and the others in `make stress`."""
    return [pytest.param(n, marks=[] if n < 2 else [pytest.mark.stress]) for n in range(count)]


places = pytest.mark.parametrize("seed", seeds(4))


def some(case: Case, seed: int, least: float = 0.0) -> tuple[random.Random, Span]:
    """A random sentence of at least so many seconds. The numbers of warnings have a test of their own."""
    dice = random.Random(f"{case.edition.language.tag} {seed}")
    return dice, dice.choice([s for s in case.spans() if s.last - s.first >= least * RATE and s.text not in numbers(case)])


def numbers(case: Case) -> list[str]:
    """“Warning 1.” and so on."""
    return [case.edition.words["audio-warning-number"].replace("{number}", str(n + 1)) for n in range(len(case.edition.leaflet.warnings))]


def levelled(sound: Samples) -> Samples:
    """A sound about as loud as a finished recording."""
    return (sound * (3000 / np.sqrt(np.mean(sound.astype(np.float64) ** 2)))).clip(-24_000, 24_000).astype(np.int16)


def notices(case: Case) -> list[str]:
    return [text for text, _ in tags_of(case.mp3).getall("SYLT")[0].text if any(text in notice for notice in case.edition.notices)]


def right_code(case: Case, *texts: str) -> set[str]:
    """What is said of lost sentences: those of a notice have a code of their own."""
    return {"proof-notice" if text in notices(case) else "proof-silence" for text in texts}


@every_language
def test_a_good_recording_has_no_finding(cases: dict[str, Case], tag: str) -> None:
    """Also when it has been decoded and encoded again: so what the other tests find is the fault they plant."""
    case = cases[tag]
    for mp3 in (case.mp3, with_samples(case.mp3, lambda _: None)):
        (place,), codes = case.prove(mp3)
        assert codes == [] and place.warning == WARNING and len(place.times) == 3


@every_language
@pytest.mark.parametrize("seed", seeds(8))
def test_a_silenced_second(cases: dict[str, Case], tag: str, seed: int) -> None:
    """Anywhere, as long as half of it is speech: in a sentence, over its end, over two sentences."""
    case = cases[tag]
    dice, span = some(case, seed, 0.6)
    first = dice.randrange(span.first - RATE // 2, span.last - RATE // 2)
    hit = [s for s in case.spans() if s.text not in numbers(case) and min(s.last, first + RATE) - max(s.first, first) > 0.2 * RATE]
    _, codes = case.prove(silenced(case.mp3, first, first + RATE))
    assert right_code(case, *(s.text for s in hit)) <= set(codes) <= FOUND


@every_language
@pytest.mark.parametrize("which", [0, 1])
def test_a_silenced_number_of_a_warning(cases: dict[str, Case], tag: str, which: int) -> None:
    case = cases[tag]
    span = case.spans(numbers(case)[0])[which]
    assert set(case.prove(silenced(case.mp3, span.first, span.last))[1]) == {"proof-silence"}


@every_language
@places
@pytest.mark.parametrize("length", [0.12, 0.25])
def test_a_silenced_word(cases: dict[str, Case], tag: str, seed: int, length: float) -> None:
    """Even a syllable, where it is loud."""
    case = cases[tag]
    _, span = some(case, seed, 1.0)
    size = int(length * RATE)
    energy = np.cumsum(decode(case.mp3)[span.first : span.last].astype(np.float64) ** 2)
    first = span.first + int(np.argmax(energy[size:] - energy[:-size]))
    assert set(case.prove(silenced(case.mp3, first, first + size))[1]) == right_code(case, span.text)


@every_language
@places
def test_a_second_cut_out(cases: dict[str, Case], tag: str, seed: int) -> None:
    """All that follows comes too early, and the whole is shorter than it claims; no notice after the cut is proved either."""
    case = cases[tag]
    dice, span = some(case, seed, 1.1)
    first = dice.randrange(span.first, span.last - RATE)
    samples = decode(case.mp3)
    found, codes = case.prove(with_sound(case.mp3, np.concatenate([samples[:first], samples[first + RATE :]])))
    early = {"proof-notice"} if any(s.last > first for s in case.spans() if s.text in notices(case)) else set()
    assert set(codes) == {"proof-silence"} | early
    assert (found == ()) == any(s.last > first for s in case.spans() if s.text in words_of(case.edition.text.carrying(WARNING)[0].text))


@every_language
@places
def test_a_fifth_of_a_second_put_in(cases: dict[str, Case], tag: str, seed: int) -> None:
    """Too little for the length, but what follows is late. In a sentence: that one is torn."""
    case = cases[tag]
    dice, span = some(case, seed, 1.0)
    first = dice.randrange(span.first + RATE // 4, span.last - RATE // 4)
    samples = decode(case.mp3)
    codes = case.prove(with_sound(case.mp3, np.concatenate([samples[:first], np.zeros(RATE // 5, np.int16), samples[first:]])))[1]
    assert right_code(case, span.text) <= set(codes) <= FOUND and "proof-silence" in codes


@every_language
@places
def test_two_sentences_swapped(cases: dict[str, Case], tag: str, seed: int) -> None:
    """The sound of each where the other should be; they are nearly as long as each other."""
    case = cases[tag]
    dice, one = some(case, seed)
    rows = sorted((s for s in case.spans() if s.text != one.text), key=lambda s: abs((s.last - s.first) - (one.last - one.first)))
    other = dice.choice(rows[:3])
    samples = decode(case.mp3)
    sounds = [samples[s.first : s.last].copy() for s in (one, other)]
    for span, sound in ((one, sounds[1]), (other, sounds[0])):
        put_at(samples, span.first, max(span.last, min(span.last + RATE // 3, span.first + sound.size)), sound)
    assert set(case.prove(with_sound(case.mp3, samples))[1]) == right_code(case, one.text, other.text)


@every_language
@places
@pytest.mark.parametrize("name", ["gmw/en-US", "zlw/cs"])
def test_the_sound_of_another_voice(cases: dict[str, Case], tag: str, seed: int, name: str) -> None:
    case = cases[tag]
    _, span = some(case, seed)
    wanted = (case.voice.spoken(span.text), False)
    other = levelled(Segments(replace(case.voice, name=name), ROOT).sounds([wanted])[wanted])
    mp3 = with_samples(case.mp3, lambda samples: put_at(samples, span.first, span.last, other))
    assert set(case.prove(mp3)[1]) == right_code(case, span.text)


@pytest.mark.parametrize(
    ("tag", "start", "old", "code"),
    [("en-GB", "Do not visit", "not ", "proof-silence"), ("en-GB", "It is not for use", "not ", "proof-notice"), ("en-GB", "No clinician", "No ", "proof-notice"),
     ("pl", "Jeśli w ciągu", " nie", "proof-silence"), ("en-GB", "Do not visit", "48 ", "proof-silence")],
)  # fmt: skip
def test_the_same_words_without_the_no(cases: dict[str, Case], tag: str, start: str, old: str, code: str) -> None:
    """At each place where it is spoken."""
    case = cases[tag]
    for span in case.spans(start):
        assert span.text.count(old) == 1
        wanted = (case.voice.spoken(span.text.replace(old, "")), True)
        for one in (wanted, (wanted[0], False)):
            other = levelled(case.say([one])[one])
            mp3 = with_samples(case.mp3, lambda samples, span=span, other=other: put_at(samples, span.first, span.last, other))
            assert case.prove(mp3)[1] == [code]


def rescripted(case: Case, monkeypatch: pytest.MonkeyPatch, change: Callable[[list[Segment]], list[Segment]]) -> tuple[tuple, list[str]]:
    """What is found in a recording whose script was changed before it was made."""
    with monkeypatch.context() as patch:
        patch.setattr(render, "script", lambda edition, **options: tuple(change(list(script(edition, **options)))))
        recorded = case.record()
    return case.prove_all(recorded)


def without(*names: str) -> Callable[[list[Segment]], list[Segment]]:
    return lambda rows: [s for s in rows if s.id not in names]


def swapped(one: str, other: str) -> Callable[[list[Segment]], list[Segment]]:
    def change(rows: list[Segment]) -> list[Segment]:
        ids = [s.id for s in rows]
        a, b = ids.index(one), ids.index(other)
        rows[a], rows[b] = rows[b], rows[a]
        return rows

    return change


@every_language
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (without(f"first.{WARNING}", f"again.{WARNING}"), {"proof-warning-missing"}),
        (without(f"first.{WARNING}", WARNING), {"proof-warning-missing"}),
        (without(f"first.{WARNING}", f"again.{WARNING}", WARNING), {"proof-warning-missing"}),
        (without(f"again.{WARNING}"), {"proof-script"}),  # twice, but not where the script has it
        (without("why"), {"proof-script"}),
        (without("wash-out"), {"proof-script"}),
        (without("opening.voice"), {"proof-script"}),
        (without("opening.length"), {"proof-script"}),
        (without("contents.visit"), {"proof-script"}),
        (without("main.start"), {"proof-script"}),
        (without("recording.end"), {"proof-script"}),
        (without("opening.notice.1"), {"proof-notice"}),
        (without("opening.notice.2"), {"proof-notice"}),
        (without("visit"), {"proof-chapters"}),
        (without("first.1.label"), {"proof-chapters"}),
        (swapped("wash-in", "wash-out"), {"proof-script"}),
        (swapped("why", WARNING), {"proof-script"}),
        (swapped("opening.notice.1", "opening.notice.2"), {"proof-script"}),
        (swapped("opening.language", "opening.notice.2"), {"proof-script"}),
        (lambda rows: [*rows, rows[3]], {"proof-script"}),
        (lambda rows: [*rows[:9], Segment("more", "Clean hands."), *rows[9:]], {"proof-script"}),
    ],
    ids=["spoken once, later", "spoken once, last", "never spoken", "not at the end", "a sentence", "the last sentence", "that a computer speaks", "the length", "a part of the contents",
         "the announcement", "the end", "a notice", "another notice", "a heading", "the number of a warning", "two sentences", "a warning and a sentence", "two notices",
         "a notice too late", "a sentence too often", "a sentence too many"],
)  # fmt: skip
def test_another_script(cases: dict[str, Case], tag: str, monkeypatch: pytest.MonkeyPatch, change: Callable[[list[Segment]], list[Segment]], found: set[str]) -> None:
    """Sound, tags and transcript agree with each other, but not with what should be said."""
    places, codes = rescripted(cases[tag], monkeypatch, change)
    assert set(codes) == found
    assert (places == ()) == ("proof-warning-missing" in codes)


@every_language
@pytest.mark.parametrize("gain", [6.0, -6.0, 2.0, -1.0])
def test_another_loudness(cases: dict[str, Case], tag: str, gain: float) -> None:
    def change(samples: Samples) -> None:
        samples[:] = np.clip(samples * 10 ** (gain / 20), -32768, 32767)

    places, codes = cases[tag].prove(with_samples(cases[tag].mp3, change))
    assert set(codes) == {"proof-loudness"} and len(places) == 1


def test_peaks_too_high_at_the_right_loudness(english: Case) -> None:
    """A short loud tone in the silence at the end."""

    def change(samples: Samples) -> None:
        samples[-RATE : -RATE + 400] = 30_000 * np.sin(np.arange(400) / 5)

    assert english.prove(with_samples(english.mp3, change))[1] == ["proof-loudness", "proof-silence"]


@every_language
@pytest.mark.parametrize("at", ["before the first", "between two", "after the last"])
def test_a_sound_that_nobody_wrote(cases: dict[str, Case], tag: str, at: str) -> None:
    """A word in a pause, of the recording's own voice."""
    case = cases[tag]
    rows = case.spans()
    word = decode(case.mp3)[rows[0].first : rows[0].first + RATE // 4]
    first = {"before the first": RATE // 2, "between two": rows[3].last + RATE // 10, "after the last": rows[-1].last + RATE // 2}[at]
    assert set(case.prove(with_samples(case.mp3, lambda samples: put_at(samples, first, first + word.size, word)))[1]) == {"proof-silence"}


@every_language
def test_clipped_peaks(cases: dict[str, Case], tag: str) -> None:
    """So loud that it is cut off at the top."""

    def change(samples: Samples) -> None:
        samples[:] = np.clip(samples * 4.0, -32768, 32767)

    assert set(cases[tag].prove(with_samples(cases[tag].mp3, change))[1]) <= FOUND | {"proof-loudness"}
    assert "proof-loudness" in cases[tag].prove(with_samples(cases[tag].mp3, change))[1]


@every_language
def test_an_engine_that_drops_half_of_the_words(cases: dict[str, Case], tag: str) -> None:
    """In both syntheses alike, so that they agree; the pace gives it away."""
    case = cases[tag]

    def half(spoken: str) -> str:
        words = spoken.split()
        return " ".join(words[: -(-len(words) // 2)])

    def say(wanted: Sequence[tuple[str, bool]]) -> Mapping[tuple[str, bool], Samples]:
        return {one: case.say([(half(one[0]), one[1])])[half(one[0]), one[1]] for one in wanted}

    def expected(texts: Sequence[str], slow: bool) -> Mapping[str, Samples]:
        return {t: say([(case.voice.spoken(t), slow)])[case.voice.spoken(t), slow] for t in texts}

    assert case.prove_all(case.record(say=say), expected=expected)[1] == ["proof-pace"]


@every_language
def test_which_halved_sentences_the_pace_gives_away(cases: dict[str, Case], tag: str) -> None:
    """One sentence alone, halved alike in both syntheses: most are found; the others were spoken slowly for their letters before."""
    case = cases[tag]
    known = dict.fromkeys(s.text for s in case.spans() if len(s.text) >= 30)
    found = 0
    for text in known:
        spoken = case.voice.spoken(text)
        words = spoken.split()
        cut = " ".join(words[: -(-len(words) // 2)])

        def say(wanted: Sequence[tuple[str, bool]], spoken: str = spoken, cut: str = cut) -> Mapping[tuple[str, bool], Samples]:
            return {one: case.say([(cut if one[0] == spoken else one[0], one[1])])[cut if one[0] == spoken else one[0], one[1]] for one in wanted}

        def expected(texts: Sequence[str], slow: bool, say: Callable = say) -> Mapping[str, Samples]:
            return {t: say([(case.voice.spoken(t), slow)])[case.voice.spoken(t), slow] for t in texts}

        codes = case.prove_all(case.record(say=say), expected=expected)[1]
        assert set(codes) <= {"proof-pace"}
        found += codes != []
    print(tag, found, len(known))
    assert found >= 0.6 * len(known)
