"""Piper: a voice of the project speaks through the real piper-tts, and is proved as any other; a fault costs that language alone."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mutagen.id3 import ID3

from leafletkit import cli, engines, piper_server
from leafletkit.cache import Cache
from leafletkit.engines import Engine, fingerprint, sample_rate
from leafletkit.errors import Fault
from leafletkit.jobs import Job, Outcome, SpeechJob, perform, perform_speech, speech_jobs
from leafletkit.model import Edition
from leafletkit.proof import resynthesis
from leafletkit.proof.resynthesis import speak_all, trimmed
from leafletkit.segments import Segments
from leafletkit.speech import Samples, Speaker, SpeechError
from leafletkit.voices import Voice, read_voices

from .conftest import ROOT, TODAY, small_project
from .piper_support import RATE, VOICE, give_piper, write_voice

PIPER = Voice("piper", VOICE, 100, 88, "A stand-in.", (6.9, 11.1))
KEY = ("clean-hands", "en-GB")
TEXT = "Do not visit if you are ill."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the stand-in voice, where a project keeps it, and what else a recording needs."""
    (tmp_path / "styles").symlink_to(ROOT / "styles")
    write_voice(tmp_path)
    return tmp_path


def say(root: Path, *texts: str, slow: bool = False, voice: Voice = PIPER) -> list[Samples]:
    with Engine(voice, root) as engine:
        return [engine.speak(text, slow=slow) for text in texts]


def refused(root: Path, text: str = TEXT) -> str:
    """What is wrong when a text can't be spoken. There is always something to do about it."""
    with pytest.raises(SpeechError) as caught:
        say(root, text)
    assert caught.value.hint and "Traceback" not in caught.value.what
    return caught.value.what


def another_piper(folder: Path, monkeypatch: pytest.MonkeyPatch, *rows: str) -> None:
    """Another Piper for the processes that are started from here: a voice of tones, but for what `rows` say (each a line of a class)."""
    code = """
import os, time, types
import numpy as np
TONE = np.sin(np.arange(8000) / 20).astype(np.float32) / 2
class SynthesisConfig:
    def __init__(self, **settings): pass
class Chunk:
    sample_rate, phonemes = 22050, ()
    def __init__(self, sound): self.audio_int16_bytes = (sound * 32767).astype("<i2").tobytes()
class Tones:
    config = types.SimpleNamespace(length_scale=1, phoneme_type="tones", phoneme_id_map={})
    said = 0
    @classmethod
    def load(cls, path): return cls()
    def sound(self, text): return np.tile(TONE, 1 + len(text) // 8)
    def synthesize(self, text, how): return [Chunk(self.sound(text))]
    def phonemize(self, text): return [text]
    def phonemes_to_ids(self, text): return text
    def phoneme_ids_to_audio(self, text, how): return self.sound(text)
class PiperVoice(Tones):
    pass
"""
    package = folder / "other/piper"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code + "".join(f"    {row}\n" for row in rows))
    (package / "config.py").write_text('class PhonemeType:\n    ESPEAK, TEXT = "espeak", "text"\n')
    monkeypatch.setenv("PYTHONPATH", str(folder / "other"))


# The voice


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100])
def test_it_speaks_at_its_own_rate(rate: int, tmp_path: Path) -> None:
    """In two processes the same samples; as long as the voice's settings say."""
    write_voice(tmp_path, rate=rate)
    assert sample_rate(PIPER, tmp_path) == rate
    (one,), (two, longer) = say(tmp_path, TEXT), say(tmp_path, TEXT, f"{TEXT} {TEXT}")
    assert one.dtype == np.int16 and np.array_equal(one, two)
    assert 1 < one.size / rate < 5 and longer.size > 1.8 * one.size


def test_warnings_are_slower(home: Path) -> None:
    """A percentage of the voice's own speed: 88 takes 100/88 of the time."""
    (text,), (slow,) = say(home, TEXT), say(home, TEXT, slow=True)
    assert slow.size / text.size == pytest.approx(100 / 88, rel=0.02)


def test_its_own_speed_is_kept(home: Path) -> None:
    """A voice whose settings say that it speaks slower does so, and the proof agrees."""
    (before,) = say(home, TEXT)
    write_voice(home, inference={"length_scale": 1.5})
    (after,) = say(home, TEXT)
    assert after.size / before.size == pytest.approx(1.5, rel=0.02)
    assert np.array_equal(trimmed(after), speak_all(PIPER, home, (TEXT,), slow=False)[TEXT])


def test_it_adds_no_noise(home: Path) -> None:
    """A real voice would say the same words another way each time."""
    how = piper_server.settings(piper_server.load(str(home / f"audio/voices/{VOICE}.onnx")), 80)
    assert (how.noise_scale, how.noise_w_scale, how.length_scale, how.normalize_audio) == (0, 0, 1.25, False)


TEXTS = (TEXT, "Wash. Then dry? Yes!", "Call 0 2 0, then wait", "a [[b]] c", "[[[d]]]", "…and on", "w" * 400)


def test_two_ways_agree(home: Path) -> None:
    """What the engine says is what the model says, asked step by step."""
    wanted = [(text, slow) for text in TEXTS for slow in (False, True)]
    sounds = Segments(PIPER, home).sounds(wanted)
    assert list(sounds) == wanted
    for slow in (False, True):
        for text, sound in speak_all(PIPER, home, TEXTS, slow=slow).items():
            assert np.array_equal(trimmed(sounds[text, slow]), sound)


def test_brackets_are_words_like_any(home: Path) -> None:
    """Piper takes [[…]] for phonemes, which would be other sounds than the words."""
    marked, plain = say(home, "the [[ill]] stay", "the [ ill] stay")
    assert np.array_equal(marked, plain)


def test_a_sentence_lost_on_one_side(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that swallows the end of a text is found out, and nothing of it is kept."""
    another_piper(home, monkeypatch, "def synthesize(self, text, how): return [Chunk(self.sound(text)[:-4000])]")
    cache = Cache(home / "cache")
    with pytest.raises(SpeechError, match="in two ways"):
        Segments(PIPER, home, cache).sounds([(TEXT, False)])
    assert not cache.folder.exists()


def test_what_a_library_prints_is_no_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python or from C, it goes where errors go."""
    another_piper(home, monkeypatch, 'def sound(self, text): print(\'{"exit": 9}\'); os.write(1, b"noise\\n"); return TONE')
    assert say(home, TEXT)[0].size


def test_a_sound_that_the_voice_lacks(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Piper would leave it out with a note in its log; a mark of stress or length may be left out."""
    sounds = piper_server.load(str(home / f"audio/voices/{VOICE}.onnx")).config.phoneme_id_map
    write_voice(home, phoneme_id_map={k: v for k, v in sounds.items() if k not in "θˈː!"})
    assert say(home, "Wash your hands!")[0].size
    assert "the speech engine failed on “Use the thin cloth” (stand-in.onnx)" in refused(home, "Use the thin cloth")
    assert "the voice has no sound for θ" in capfd.readouterr().err


# What is kept


def test_the_fingerprint(home: Path) -> None:
    """Another voice file or other settings are another sound; the same files again are not."""
    seen = [fingerprint(PIPER, home)]
    for change in ({"pitch": 91.0}, {"espeak": {"voice": "en-us"}}, {"rate": 16_000}):
        write_voice(home, **change)
        seen.append(fingerprint(PIPER, home))
    write_voice(home, "twin")
    write_voice(home)
    assert len(set(seen)) == 4 and fingerprint(PIPER, home) == seen[0] == fingerprint(replace(PIPER, name="twin"), home)
    assert "espeak" not in seen[0] and fingerprint(Voice("espeak", "gmw/en", 140, 125, ""), home) != seen[0]


def test_what_a_sound_is_kept_under(home: Path) -> None:
    """The text, and the pace at which it is really spoken."""
    kept = Segments(PIPER, home)
    keys = [kept.key(("a", False)), kept.key(("a", True)), kept.key(("b", False)), Segments(replace(PIPER, rate=99), home).key(("a", False))]
    assert len(set(keys)) == 4
    assert Segments(replace(PIPER, rate=88), home).key(("a", False)) == keys[1]


def test_nothing_is_spoken_twice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time comes from the cache, without a process; a changed voice is asked anew."""
    kept = Segments(PIPER, home, Cache(home / "cache"))
    wanted = [(TEXT, False), (TEXT, True)]
    assert kept.missing([*wanted, *wanted]) == wanted
    first = kept.sounds(wanted)
    monkeypatch.setattr(engines, "Speaker", None)
    assert kept.missing(wanted) == []
    assert all(np.array_equal(sound, first[key]) for key, sound in kept.sounds(wanted).items())
    write_voice(home, pitch=95)
    assert kept.missing(wanted) == wanted


# A whole build


def build(project: Path, *options: str, jobs: str = "1") -> tuple[int, Path]:
    out = project.parent / "out"
    return cli.main(["build", "--project", str(project), "--jobs", jobs, "--out", str(out), *options], today=TODAY), out


def audio_of(out: Path) -> dict[str, dict[str, Any]]:
    """What the manifest says of the audio, by language."""
    return {e["language"]: e["formats"]["audio"] for e in json.loads((out / "manifest.json").read_text())["editions"]}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with Piper for English, and its finished files beside it in out/."""
    project = small_project(tmp_path_factory.mktemp("piper") / "project")
    write_voice(project)
    give_piper(project)
    assert build(project, "--format", "web", "--format", "audio", jobs="2")[0] == 0
    return project


@pytest.fixture
def built(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to break."""
    shutil.copytree(whole.parent, tmp_path / "copy")
    return tmp_path / "copy/project"


@pytest.mark.full
def test_piper_reads_a_leaflet(whole: Path) -> None:
    """It is proved, and says who reads: in its tags and aloud. The other language is read by espeak-ng."""
    out = whole.parent / "out"
    audio = audio_of(out)
    assert {tag: (a["state"], a.get("reasons", [])) for tag, a in audio.items()} == {"en-GB": ("made", []), "pl": ("made", [])}
    tags = {tag: ID3(io.BytesIO((out / a["path"]).read_bytes())) for tag, a in audio.items()}
    assert {tag: t["TXXX:narrator"].text for tag, t in tags.items()} == {
        "en-GB": [f"Computer voice: piper {VOICE}"], "pl": ["Computer voice: espeak zlw/pl"]
    }  # fmt: skip
    spoken = [text for text, _ in tags["en-GB"].getall("SYLT")[0].text]
    assert any("computer voice" in text for text in spoken)


@pytest.mark.full
def test_the_same_build_gives_the_same_bytes(built: Path) -> None:
    """One process instead of two, and nothing kept from before."""
    out = built.parent / "out"
    path = out / audio_of(out)["en-GB"]["path"]
    before = path.read_bytes()
    path.unlink()
    assert build(built, "--format", "audio", "--language", "en-GB", "--no-cache")[0] == 0
    assert path.read_bytes() == before


def prove(project: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    capsys.readouterr()
    return cli.main(["prove", str(project.parent / "out"), "--jobs", "1", *options], today=TODAY), capsys.readouterr().out


@pytest.mark.full
def test_prove_speaks_it_again(whole: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the project, whose voice it is, sentence by sentence; without it, the file is held against itself alone."""
    asked: list[str] = []

    def listen(voice: Voice, *rest: Any, **options: Any) -> Mapping[str, Samples]:
        asked.append(voice.engine)
        return speak_all(voice, *rest, **options)

    monkeypatch.setattr(resynthesis, "speak_all", listen)
    code, said = prove(whole, capsys, "--project", str(whole))
    assert code == 0 and "4 files read back, 4 warnings found in them; 0 faults" in said
    assert set(asked) == {"piper", "espeak"}
    asked.clear()
    code, said = prove(whole, capsys)
    assert code == 0 and "4 files read back, 3 warnings found in them; 0 faults" in said
    assert set(asked) == {"espeak"}


@pytest.mark.full
def test_another_voice_is_not_the_one_that_spoke(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentences don't sound as the project's voice says them."""
    write_voice(built, pitch=300)
    code, said = prove(built, capsys, "--project", str(built))
    assert code == 1 and "the recording does not say" in said and "clean-hands pl" not in said


@pytest.mark.full
def test_prove_without_the_voice_file(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The recording can't be proved sentence by sentence: that is said, and what lacks."""
    (built / f"audio/voices/{VOICE}.onnx").unlink()
    code, said = prove(built, capsys, "--project", str(built))
    assert code == 1 and "the voice file audio/voices/stand-in.onnx is missing" in " ".join(said.split())


@pytest.mark.full
def test_prove_without_the_voice_file_says_what_to_do(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (built / f"audio/voices/{VOICE}.onnx").unlink()
    said = " ".join(prove(built, capsys, "--project", str(built))[1].split())
    assert "put the voice and its .onnx.json there" in said and "the file can't be read" not in said


# Faults


def attempt(root: Path, editions: Mapping[tuple[str, str], Edition], voice: Voice = PIPER) -> Outcome:
    return perform(Job("audio", editions[KEY], root, voice=voice))


def failure(outcome: Outcome, code: str = "audio-failed") -> tuple[str, str]:
    """Message and hint of an outcome that is one finding and no file."""
    (found,) = outcome.findings
    assert (found.code, found.leaflet, found.language, found.format) == (code, *KEY, "audio")
    assert (outcome.files, outcome.places, outcome.made) == ((), (), None)
    assert found.message and found.hint and "Traceback" not in found.message
    return found.message, found.hint


def model(change: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda root: change(root / f"audio/voices/{VOICE}.onnx")


def beside(text: str | bytes) -> Callable[[Path], object]:
    """Other settings beside the voice."""
    return lambda root: (root / f"audio/voices/{VOICE}.onnx.json").write_bytes(text.encode() if isinstance(text, str) else text)


SETTINGS, FILE = "stand-in.onnx.json is not the settings of a Piper voice", "the speech engine failed on “"
FAULTS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no voice": (model(Path.unlink), "the voice file audio/voices/stand-in.onnx is missing", "put the voice and its .onnx.json there"),
    "no settings": (lambda root: (root / f"audio/voices/{VOICE}.onnx.json").unlink(), "stand-in.onnx.json is missing", "put the voice"),
    "no folder": (lambda root: shutil.rmtree(root / "audio/voices"), "is missing", "put the voice"),
    "a folder": (model(lambda p: (p.unlink(), p.mkdir())), "is missing", "put the voice"),
    "broken settings": (beside('{"audio": {'), SETTINGS, "download the voice again"),
    "empty settings": (beside(""), SETTINGS, "download the voice again"),
    "a list": (beside("[]"), SETTINGS, "download the voice again"),
    "no text": (beside(b"\xff\xfe{"), SETTINGS, "download the voice again"),
    "no rate": (beside('{"audio": {}}'), SETTINGS, "download the voice again"),
    "rate of a telephone": (beside('{"audio": {"sample_rate": 8000}}'), "has 8000 samples a second", "use a voice with 16,000 or 22,050"),
    "rate in words": (beside('{"audio": {"sample_rate": "22050"}}'), "has 22050 samples a second", "use a voice"),
    "rate of nothing": (beside('{"audio": {"sample_rate": null}}'), "has None samples a second", "use a voice"),
    "half the settings": (beside(f'{{"audio": {{"sample_rate": {RATE}}}}}'), FILE, "check audio/voices/stand-in.onnx"),
    "a text": (model(lambda p: p.write_text("Not Found")), FILE, "check audio/voices/stand-in.onnx"),
    "nothing in it": (model(lambda p: p.write_bytes(b"")), FILE, "check audio/voices/stand-in.onnx"),
    "cut off": (model(lambda p: p.write_bytes(p.read_bytes()[:400])), FILE, "check audio/voices/stand-in.onnx"),
    "silence": (lambda root: write_voice(root, samples=np.zeros(9000)), "there is only silence", "check the voice"),
    "no samples": (lambda root: write_voice(root, samples=()), "", ""),
    "a click": (lambda root: write_voice(root, samples=[1.0] * 99), "there is only silence", "check the voice"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_voice(fault: str, home: Path, editions: Mapping[tuple[str, str], Edition]) -> None:
    """Its finding names the file, or what was to be spoken, and says what to do."""
    change, said, advice = FAULTS[fault]
    change(home)
    message, hint = failure(attempt(home, editions))
    assert said in message and advice in hint


def test_a_voice_that_always_says_the_same(home: Path, editions: Mapping[tuple[str, str], Edition]) -> None:
    """Both ways to the model agree, yet long sentences can't be that short."""
    write_voice(home, samples=np.sin(np.arange(RATE) / 15) * np.abs(np.sin(np.arange(RATE) / 2000)) / 2)
    message, _ = failure(attempt(home, editions), "proof-pace")
    assert "letters a second" in message


def test_piper_is_not_installed(home: Path, editions: Mapping[tuple[str, str], Edition], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines.util, "find_spec", lambda name: None)
    assert failure(attempt(home, editions)) == ("Piper is not installed, and a voice asks for it", "install it: pip install leafletkit[piper]")
    job = Job("audio", editions[KEY], home, voice=PIPER, cache=home / "cache")
    assert speech_jobs([job]) == []  # its recording says why


def test_a_process_that_ends(home: Path) -> None:
    """Killed between two sentences: an error for the next, and a new engine speaks again."""
    with Engine(PIPER, home) as engine:
        first = engine.speak(TEXT, slow=False)
        assert engine._speaker
        engine._speaker._server.kill()
        engine._speaker._server.wait()
        with pytest.raises(SpeechError, match="was stopped"):
            engine.speak(TEXT, slow=False)
    assert np.array_equal(say(home, TEXT)[0], first)


KILLED = "def sound(self, text): self.said += 1; return TONE if self.said < 4 else os.kill(os.getpid(), 9)"
HANGS = "def synthesize(self, text, how): time.sleep(900)"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Piper is given half a second for a sentence, and others what they always get."""
    ask = Speaker._ask
    monkeypatch.setattr(Speaker, "_ask", lambda self, row, limit, name: ask(self, row, 0.5 if row["voice"].endswith(".onnx") else limit, name))


def test_killed_in_mid_run(home: Path, editions: Mapping[tuple[str, str], Edition], monkeypatch: pytest.MonkeyPatch) -> None:
    another_piper(home, monkeypatch, KILLED)
    assert "was stopped" in failure(attempt(home, editions))[0]


def test_a_process_that_hangs(home: Path, editions: Mapping[tuple[str, str], Edition], monkeypatch: pytest.MonkeyPatch, impatient: None) -> None:
    """It is ended, and leaves nothing behind."""
    another_piper(home, monkeypatch, HANGS)
    begun: list[int] = []
    start = Speaker.__init__
    monkeypatch.setattr(Speaker, "__init__", lambda self, *a, **k: (start(self, *a, **k), begun.append(self._server.pid))[0])
    failure(attempt(home, editions))
    assert begun and not any(Path(f"/proc/{pid}").exists() for pid in begun)


@pytest.mark.parametrize("row", [KILLED, HANGS], ids=["killed", "hangs"])
def test_what_to_do_when_it_stops(
    row: str, home: Path, editions: Mapping[tuple[str, str], Edition], monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    another_piper(home, monkeypatch, row)
    message, hint = failure(attempt(home, editions))
    assert "(stand-in.onnx)" in message and "check audio/voices/stand-in.onnx" in hint


def test_the_second_way_hangs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    another_piper(home, monkeypatch, "def phonemize(self, text): time.sleep(900)")
    monkeypatch.setattr(resynthesis, "_LIMIT", 1)
    with pytest.raises(Fault, match="piper does not come to an end"):
        Segments(PIPER, home).sounds([(TEXT, False)])


@pytest.mark.parametrize("fault", ["no voice", "a text"])
@pytest.mark.full
def test_the_other_language_is_built(fault: str, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of one voice: its audio is withheld, its page published, and the other language whole."""
    FAULTS[fault][0](built)
    code, out = build(built, "--format", "web", "--format", "audio")
    audio = audio_of(out)
    assert code == 1 and (audio["en-GB"]["state"], audio["pl"]["state"]) == ("withheld", "made")
    assert [r["code"] for r in audio["en-GB"]["reasons"]] == ["audio-failed"]
    assert sorted(p.name for p in out.rglob("*.mp3")) == ["clean-hands-pl.mp3"] and (out / "clean-hands/en-GB/index.html").is_file()
    said = " ".join(capsys.readouterr().out.split())
    assert "[audio-failed]" in said and "stand-in.onnx" in said


@pytest.mark.full
def test_killed_in_mid_run_of_a_build_on_two_cores(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is killed, the other language's sentences are spoken by the same processes."""
    another_piper(tmp_path, monkeypatch, KILLED)
    out = tmp_path / "out"
    command = ["build", "--project", str(built), "--out", str(out), "--format", "audio", "--no-cache", "--jobs", "2"]
    done = subprocess.run([sys.executable, str(ROOT / "build.py"), *command], capture_output=True, text=True)
    audio = audio_of(out)
    assert done.returncode == 1 and "[audio-failed]" in done.stdout and "Traceback" not in done.stdout + done.stderr
    assert (audio["en-GB"]["state"], audio["pl"]["state"]) == ("withheld", "made")


def test_settings_that_break_the_reader(home: Path, editions: Mapping[tuple[str, str], Edition]) -> None:
    """So deep that Python gives up: as any other fault, it withholds this language's audio."""
    beside("[" * 100_000)(home)
    job = Job("audio", editions[KEY], home, voice=PIPER)
    failure(attempt(home, editions))
    outcome = perform_speech(SpeechJob(job, Segments(PIPER, home), ((TEXT, False),)))
    assert outcome
    failure(outcome)


def test_piper_over_another_onnxruntime(home: Path, editions: Mapping[tuple[str, str], Edition], monkeypatch: pytest.MonkeyPatch) -> None:
    """With onnxruntime-gpu there is no package “onnxruntime”, whose version is part of the fingerprint."""

    def version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    engines._versions.cache_clear()
    monkeypatch.setattr(engines.metadata, "version", version)
    job = Job("audio", editions[KEY], home, voice=PIPER, cache=home / "cache")
    failure(perform(job))
    speech_jobs([job])


TRICKS = ["../x", "/etc/x", "..", ".", "a/b", "a\\\\b", "x.onnx", "x y", "x\\n", "\\nx", "x\\u0000", "~x", "$HOME", "é", "", " "]


@pytest.mark.parametrize("name", TRICKS)
def test_a_voice_is_a_name_and_no_path(name: str, tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio/voices.toml").write_text(f'[en-GB]\nengine = "piper"\nvoice = "{name}"\nletters = [8, 16]\nnote = "n"\n', "utf-8")
    voices, findings = read_voices(tmp_path, ("en-GB",))
    assert voices == {} and {f.code for f in findings} == {"voices-invalid"}
    assert os.listdir(tmp_path) == ["audio"]
