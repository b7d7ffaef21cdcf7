"""Speech: a sentence is spoken whole and the same every time, or there is a SpeechError in clear words."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leafletkit.errors import Fault
from leafletkit.model import Edition
from leafletkit.project import Project
from leafletkit.proof.resynthesis import Resynthesis, speak_all
from leafletkit.proof.resynthesis import trimmed as cut_off
from leafletkit.script import script, sentences
from leafletkit.speech import RATE, Speaker, SpeechError, clean, trimmed
from leafletkit.speech_server import EXITS
from leafletkit.voices import read_voices

from .conftest import ROOT

VOICES, _ = read_voices(ROOT, ())
SPOKEN = sorted(tag for tag, voice in VOICES.items() if voice.engine == "espeak")
ENGLISH = "gmw/en"
LONG = "germs pass from one person to another " * 400


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with Speaker() as running:
        yield running


def stand_in(program: str) -> Speaker:
    """A server of three lines instead of the real one; it is given each request as `row`."""
    code = f"import json, sys, wave\nfor row in map(json.loads, sys.stdin):\n    {program}\n    sys.stdout.flush()"
    return Speaker((sys.executable, "-c", code))


def child_of(pid: int) -> int:
    """Wait (without sleeping) until a process has a child."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if found := children.read_text().split():
            return int(found[0])
    raise AssertionError("the server never started a child")


def while_speaking(speaker: Speaker, act: Callable[[int, int], None]) -> SpeechError:
    """The error when `act(server, child)` runs in another thread in the middle of a long text."""
    server = speaker._server.pid
    thread = threading.Thread(target=lambda: act(server, child_of(server)))
    thread.start()
    with pytest.raises(SpeechError) as caught:
        speaker.speak(LONG, ENGLISH, 140)
    thread.join()
    return caught.value


def kill_both(server: int, child: int) -> None:
    os.kill(server, signal.SIGKILL)
    os.kill(child, signal.SIGKILL)


def words(error: SpeechError) -> str:
    assert error.hint and "Traceback" not in error.what
    return error.what


@pytest.mark.parametrize("tag", SPOKEN)
def test_each_voice_speaks_its_language_the_same_every_time(
    tag: str, project: Project, editions: Mapping[tuple[str, str], Edition], speaker: Speaker
) -> None:
    """Same samples in another process and in another order; and it isn't the English voice in disguise."""
    edition, voice = editions["ivig", tag], project.voices[tag]
    blocks = [s for s in script(edition, synthetic=True) if s.warning][1:4]
    texts = [voice.spoken(t) for s in blocks for t in sentences(s.text, edition.language.sentence_ends)]
    first = {text: speaker.speak(text, voice.name, voice.slow) for text in texts}
    with Speaker() as other:
        again = {text: other.speak(text, voice.name, voice.slow) for text in reversed(texts)}
    for text in texts:
        assert np.array_equal(first[text], again[text])
        assert first[text].size > 0.04 * RATE * len(text.split())
    if voice.name != ENGLISH:
        english = speaker.speak(texts[0], ENGLISH, voice.slow)
        assert not np.array_equal(first[texts[0]], english)


def test_the_rate_is_kept(speaker: Speaker) -> None:
    """Slower is longer, and a slow sentence leaves no trace in the next."""
    text = "Wash your hands with soap and water."
    before = speaker.speak(text, ENGLISH, 140)
    assert speaker.speak(text, ENGLISH, 100).size > 1.2 * before.size
    assert np.array_equal(speaker.speak(text, ENGLISH, 140), before)


@pytest.mark.parametrize("voice", ["zz/none", "en-gb", "zh", "gmw/en-xx", "zlw/pl2", ""])
def test_an_unknown_voice_is_not_english(voice: str, speaker: Speaker) -> None:
    before = speaker.speak("Clean hands", ENGLISH, 140)
    with pytest.raises(SpeechError) as caught:
        speaker.speak("Clean hands", voice, 140)
    assert "the voice or the rate was not set" in words(caught.value) and f"({voice})" in caught.value.what
    assert np.array_equal(speaker.speak("Clean hands", ENGLISH, 140), before)


@pytest.mark.parametrize("text", ["", " \n", "!!!", "… — ·", "\x00", "\x07\x1b", "\u200f", "( )"])
def test_a_text_without_words(text: str, speaker: Speaker) -> None:
    with pytest.raises(SpeechError) as caught:
        speaker.speak(text, ENGLISH, 140)
    assert "there are no words to speak" in words(caught.value)
    assert speaker.speak("Clean hands", ENGLISH, 140).size


def test_nul_and_control_characters_cut_nothing_off(speaker: Speaker) -> None:
    whole = speaker.speak("Do not visit if you are ill", ENGLISH, 140)
    for dirty in ("Do not\x00 visit if you are ill", "Do not visit \x1b\x07if\n you\tare ill\x00", "\ud800Do not visit if you are ill\x85"):
        assert np.array_equal(speaker.speak(dirty, ENGLISH, 140), whole)
    assert clean("a\x00b \r\n c\td\x9f\udfff") == "ab c d"


def test_markup_is_spoken_as_words_not_obeyed(speaker: Speaker) -> None:
    """No SSML: a tag must not change the voice or swallow words."""
    plain = speaker.speak("Wash your hands", ENGLISH, 140)
    tagged = speaker.speak('<voice name="pl">Wash</voice> your hands', ENGLISH, 140)
    assert tagged.size > plain.size
    assert np.array_equal(speaker.speak("Wash your hands", ENGLISH, 140), plain)


@pytest.mark.full
@pytest.mark.parametrize("count", [1000, pytest.param(5000, marks=pytest.mark.stress)])
def test_a_very_long_text(count: int) -> None:
    """Words in one piece are spoken to the end. pyttsx3 alone lets the engine read far beyond such a text."""
    with Speaker() as speaker:
        assert speaker.speak("germs " * count, ENGLISH, 300, timeout=500).size > count * 0.1 * RATE
        assert speaker.speak("Clean hands", ENGLISH, 140).size


def test_a_hang_ends_at_the_time_limit(speaker: Speaker) -> None:
    with pytest.raises(SpeechError) as caught:
        speaker.speak(LONG, ENGLISH, 140, timeout=0.001)
    assert "the engine hung" in words(caught.value)
    assert speaker.speak("Clean hands", ENGLISH, 140).size


def test_a_child_that_really_crashes() -> None:
    """SIGSEGV in the middle of a sentence: an error, and the same server goes on."""
    with Speaker() as speaker:
        error = while_speaking(speaker, lambda _server, child: os.kill(child, signal.SIGSEGV))
        assert "it crashed (exit -11)" in words(error)
        assert speaker.speak("Clean hands", ENGLISH, 140).size


def test_a_server_killed_in_mid_run() -> None:
    with Speaker() as speaker:
        assert "was stopped" in words(while_speaking(speaker, kill_both))
        with pytest.raises(SpeechError, match="was stopped"):
            speaker.speak("Clean hands", ENGLISH, 140)
    with Speaker() as following:
        assert following.speak("Clean hands", ENGLISH, 140).size


def test_no_process_is_left_behind() -> None:
    """When the server is killed (or Ctrl-C ends the Speaker), the child that speaks ends too."""
    children: list[int] = []

    def kill(server: int, child: int) -> None:
        children.append(child)
        os.kill(server, signal.SIGKILL)

    with Speaker() as speaker:
        while_speaking(speaker, kill)
    end = time.monotonic() + 3  # the text would take longer
    try:
        while Path(f"/proc/{children[0]}").exists() and "Z" not in Path(f"/proc/{children[0]}/stat").read_text().split()[2]:
            assert time.monotonic() < end
    finally:
        if Path(f"/proc/{children[0]}").exists():
            os.kill(children[0], signal.SIGKILL)


@pytest.mark.parametrize("code", [-11, -9, 1, *EXITS])
def test_every_exit_of_the_child_is_an_error(code: int) -> None:
    with stand_in(f'print(json.dumps({{"exit": {code}}}))') as speaker, pytest.raises(SpeechError) as caught:
        speaker.speak("Clean hands", ENGLISH, 140)
    assert EXITS.get(code, f"it crashed (exit {code})") in words(caught.value)
    assert "“Clean hands” (gmw/en)" in caught.value.what


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ('print(json.dumps({"exit": 0}))', "wrote no sound"),
        ('open(row["path"], "wb").write(b"RIFF"); print(json.dumps({"exit": 0}))', "wrote no sound"),
        ('w = wave.open(row["path"], "wb"); w.setparams((1, 2, 22050, 0, "NONE", "")); w.close(); print(json.dumps({"exit": 0}))', "only silence"),
        ('w = wave.open(row["path"], "wb"); w.setparams((1, 2, 22050, 0, "NONE", "")); w.writeframes(bytes(88200)); w.close(); '
         'print(json.dumps({"exit": 0}))', "only silence"),
        ("sys.exit()", "can't be started, or was stopped"),
    ],
    ids=["no file", "half a file", "no samples", "silence", "gone"],
)  # fmt: skip
def test_a_success_without_sound_is_an_error(program: str, said: str) -> None:
    with stand_in(program) as speaker, pytest.raises(SpeechError) as caught:
        speaker.speak("Clean hands", ENGLISH, 140)
    assert said in words(caught.value)


def test_a_server_that_cant_start() -> None:
    with Speaker(("/bin/false",)) as speaker, pytest.raises(SpeechError) as caught:
        speaker.speak("Clean hands", ENGLISH, 140)
    assert "can't be started" in words(caught.value)
    with Speaker() as following:
        assert following.speak("Clean hands", ENGLISH, 140).size


@pytest.mark.full
def test_a_folder_that_cant_be_written() -> None:
    """pyttsx3 waits for ever when it can't write; the time limit ends it."""
    with Speaker() as speaker:
        shutil.rmtree(speaker._folder.name)
        with pytest.raises(SpeechError) as caught:
            speaker.speak("Clean hands", ENGLISH, 140, timeout=1)
    assert "Clean hands" in words(caught.value)
    with Speaker() as following:
        assert following.speak("Clean hands", ENGLISH, 140).size


def test_trimming_keeps_every_loud_sample() -> None:
    tone = (8000 * np.sin(np.arange(RATE) / 10)).astype(np.int16)
    quiet = np.zeros(RATE, np.int16)
    cut = trimmed(np.concatenate([quiet, tone, quiet]), "a tone")
    assert tone.size <= cut.size <= tone.size + 0.07 * RATE
    assert np.sum(cut.astype(np.int64) ** 2) == np.sum(tone.astype(np.int64) ** 2)
    with pytest.raises(SpeechError, match="only silence for a tone"):
        trimmed(tone[: RATE // 20], "a tone")


def test_the_second_way_to_the_engine_speaks_the_same(speaker: Speaker) -> None:
    """What proofs are made of comes without pyttsx3, yet it is the same speech, sample by sample; an unknown voice is a Fault."""
    text = "Do not visit if you are ill."
    voice = VOICES["en-GB"]
    for slow, rate in ((True, voice.slow), (False, voice.rate)):
        direct = speak_all(voice, ROOT, (text,), slow=slow)[text].astype(np.float64)
        through = cut_off(speaker.speak(text, ENGLISH, rate)).astype(np.float64)
        assert direct.size == through.size
        assert np.dot(direct, through) > 0.999 * np.sqrt(np.dot(direct, direct) * np.dot(through, through))
    with pytest.raises(Fault, match="can't be proved"):
        speak_all(replace(voice, name="zz/none"), ROOT, (text,), slow=True)
    assert speak_all(voice, ROOT, (), slow=True) == {}


def test_the_second_way_speaks_each_text_as_if_alone() -> None:
    """The engine keeps state between texts; in one run and in another order each sounds the same."""
    texts = ("Do not visit.", "Wash your hands.", "Is it 48 hours?", "Do not visit!")
    voice = VOICES["en-GB"]
    together, turned = speak_all(voice, ROOT, texts, slow=False), speak_all(voice, ROOT, texts[::-1], slow=False)
    assert list(together) == list(texts)
    for text in texts:
        assert np.array_equal(together[text], turned[text])
        assert np.array_equal(together[text], speak_all(voice, ROOT, (text,), slow=False)[text])


def test_what_is_spoken_for_a_proof_is_written_out_for_the_ear() -> None:
    """Texts as they are written go in and come back as keys; two that sound alike are spoken once."""
    voice = VOICES["en-GB"]
    sounds = Resynthesis(voice, ROOT)(("Take ≥2 IV doses.", "Take ≥ 2 IV doses."), True)
    written = voice.spoken("Take ≥2 IV doses.")
    assert "at least 2 I V" in written
    assert set(sounds) == {"Take ≥2 IV doses.", "Take ≥ 2 IV doses."}
    assert all(np.array_equal(sound, speak_all(voice, ROOT, (written,), slow=True)[written]) for sound in sounds.values())


def test_silence_at_both_ends_is_cut_off_for_a_comparison() -> None:
    tone = (8000 * np.sin(np.arange(1, 500) / 10)).astype(np.int16)
    quiet = np.full(300, 60, np.int16)
    assert np.array_equal(cut_off(np.concatenate([quiet, tone, -quiet])), tone)
    assert cut_off(quiet).size == 0 and cut_off(tone[:0]).size == 0
    lowest = np.array([0, -32768, 0], np.int16)
    assert cut_off(lowest).tolist() == [-32768]
