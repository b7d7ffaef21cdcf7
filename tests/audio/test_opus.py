"""The Opus file: small, whole, the same every time, and proved by the MP3."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.oggopus import OggOpus

from leafletkit.loudness import Signal
from leafletkit.proof.audio import prove_audio
from leafletkit.render import opus
from leafletkit.render.audio import Recorded, synthesise
from leafletkit.render.opus import RATE, _numbered
from leafletkit.speech import RATE as SPOKEN

from ..audio_support import Case, tags_of

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def recorded(cases: dict[str, Case]) -> Recorded:
    case = cases["en-GB"]
    return synthesise(case.edition, case.voice, SPOKEN, case.say, opus=True)


def proved(case: Case, recorded: Recorded, other: bytes | None = None) -> list[str]:
    """The codes of what is wrong with the files, or with another Opus file beside them."""
    files = (*recorded.files[:3], recorded.opus if other is None else other)
    return [f.code for f in prove_audio(files, case.edition, "x.mp3", case.expected)[1]]


def changed(recorded: Recorded, change: object) -> bytes:
    """The Opus file with its samples changed, and its tags."""
    samples = soundfile.read(io.BytesIO(recorded.opus), dtype="float32")[0].copy()
    samples = change(samples)  # type: ignore[operator]
    out = io.BytesIO()
    soundfile.write(out, samples, RATE, format="OGG", subtype="OPUS", compression_level=0.87)
    out.seek(0)
    tags, good = OggOpus(out), OggOpus(io.BytesIO(recorded.opus))
    for name, value in good.items():
        tags[name] = value
    out.seek(0)
    tags.save(out)
    return out.getvalue()


def test_a_good_file(english: Case, recorded: Recorded) -> None:
    assert proved(english, recorded) == []
    assert len(recorded.opus) < 0.65 * len(recorded.mp3)


def test_the_same_words_give_the_same_bytes(english: Case, recorded: Recorded) -> None:
    assert synthesise(english.edition, english.voice, SPOKEN, english.say, opus=True).opus == recorded.opus
    assert _numbered(recorded.opus) == recorded.opus


def test_a_player_shows_title_and_chapters(recorded: Recorded, tmp_path: Path) -> None:
    """As ffprobe reads them; the same chapters as those of the MP3."""
    (tmp_path / "x.opus").write_bytes(recorded.opus)
    command = ["ffprobe", "-v", "error", "-show_chapters", "-show_streams", "-of", "json", str(tmp_path / "x.opus")]
    read = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    chapters = [(round(float(c["start_time"]) * 1000), c["tags"]["title"]) for c in read["chapters"]]
    frames = sorted(tags_of(recorded.mp3).getall("CHAP"), key=lambda c: c.start_time)
    assert chapters == [(f.start_time, f.sub_frames["TIT2"].text[0]) for f in frames]
    assert (read["streams"][0]["codec_name"], read["streams"][0]["channels"]) == ("opus", 1)


@pytest.mark.parametrize("at", [10.0, 25.0, 40.0, 60.0])
def test_a_silenced_second(english: Case, recorded: Recorded, at: float) -> None:
    def silence(samples: np.ndarray) -> np.ndarray:
        samples[int(at * RATE) : int((at + 1) * RATE)] = 0
        return samples

    assert proved(english, recorded, changed(recorded, silence)) == ["proof-silence"]


def test_a_second_cut_out(english: Case, recorded: Recorded) -> None:
    assert proved(english, recorded, changed(recorded, lambda s: np.delete(s, slice(30 * RATE, 31 * RATE)))) == ["proof-silence"]


def test_another_recording(cases: dict[str, Case], english: Case, recorded: Recorded) -> None:
    polish = cases["pl"]
    other = synthesise(polish.edition, polish.voice, SPOKEN, polish.say, opus=True)
    assert set(proved(english, recorded, other.opus)) == {"proof-silence", "proof-language", "proof-chapters"}


@pytest.mark.parametrize("gain", [0.8, 1.6])
def test_another_loudness(english: Case, recorded: Recorded, gain: float) -> None:
    assert proved(english, recorded, changed(recorded, lambda s: np.clip(s * gain, -1, 1))) == ["proof-loudness"]


@pytest.mark.parametrize(("at", "loud"), [(1.0, 0.2), (1.0, 0.9), (30.11, 0.9), (47.3, 0.9)])
def test_a_short_noise(english: Case, recorded: Recorded, at: float, loud: float) -> None:
    """A fiftieth of a second of noise is a fright to who listens, and no sentence sounds wrong for it."""

    def noise(samples: np.ndarray) -> np.ndarray:
        part = samples[int(at * RATE) :][: RATE // 50]
        part[:] = np.random.default_rng(1).uniform(-loud, loud, part.size)
        return samples

    assert "proof-loudness" in proved(english, recorded, changed(recorded, noise))


def test_an_encoder_that_makes_a_noise_is_asked_in_another_way(english: Case, recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opus does so once in many thousands of sentences; how, can't be told from what it is given."""
    real, asked = opus._coded, list[float]()

    def noisy(sound: Signal, level: float) -> io.BytesIO:
        asked.append(level)
        if len(asked) == 1:
            sound = sound.copy()
            sound[30 * RATE : 30 * RATE + RATE // 50] = np.random.default_rng(1).uniform(-0.9, 0.9, RATE // 50)
        return real(sound, level)

    monkeypatch.setattr(opus, "_coded", noisy)
    again = synthesise(english.edition, english.voice, SPOKEN, english.say, opus=True)
    assert asked == list(opus._LEVELS) and len(again.opus) > 1.2 * len(recorded.opus)
    assert proved(english, again) == []


def test_a_recording_is_coded_once(english: Case, recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[float]()
    real = opus._coded
    monkeypatch.setattr(opus, "_coded", lambda sound, level: asked.append(level) or real(sound, level))
    assert synthesise(english.edition, english.voice, SPOKEN, english.say, opus=True).opus == recorded.opus
    assert asked == [opus._LEVELS[0]]


@pytest.mark.parametrize("data", [b"", b"OggS", bytes(5000)])
def test_what_is_no_opus(english: Case, recorded: Recorded, data: bytes) -> None:
    assert proved(english, recorded, data) == ["proof-unreadable"]
