"""What breaks while a recording is made: one clear error that names what to do, no half file, and no harm to the other language."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leafletkit import cli, engines, segments, speech
from leafletkit.cache import Cache
from leafletkit.child import environment
from leafletkit.errors import Fault
from leafletkit.jobs import Job, Outcome, perform
from leafletkit.model import Edition
from leafletkit.project import Project
from leafletkit.segments import Segments
from leafletkit.speech import Samples, Speaker, SpeechError

from ..conftest import ROOT, TODAY

pytestmark = pytest.mark.full

POLISH = "zlw/pl"
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); from leafletkit.speech_server import main; main()"


def stand_in(program: str) -> tuple[str, ...]:
    """A server of three lines; it is given each request as `row`."""
    return (sys.executable, "-c", f"import json, sys, time, wave\nfor row in map(json.loads, sys.stdin):\n    {program}\n    sys.stdout.flush()")


def wav(frames: str) -> str:
    return f'w = wave.open(row["path"], "wb"); w.setparams((1, 2, 22050, 0, "NONE", "")); w.writeframes({frames}); w.close(); print(json.dumps({{"exit": 0}}))'


COMMANDS = {
    "crashed": (stand_in('print(json.dumps({"exit": -11}))'), "crashed (exit -11)"),
    "out of memory": (stand_in('print(json.dumps({"exit": -9}))'), "crashed (exit -9)"),
    "gone": (stand_in("sys.exit()"), "was stopped"),
    "never starts": (("/bin/false",), "can't be started"),
    "says nothing": (stand_in("time.sleep(60)"), "was stopped"),
    "no file": (stand_in('print(json.dumps({"exit": 0}))'), "wrote no sound"),
    "silence": (stand_in(wav("bytes(88200)")), "only silence"),
    "noise": (stand_in(wav("b'\\x00\\x20\\x00\\xe0' * 22050")), "in two ways"),
    "full disk": ((sys.executable, "-c", LIMIT.format(60_000)), "the engine hung"),  # pyttsx3 waits for ever when it can't write
}


def polish_fails_by(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    """Only the Polish voice gets the broken process; who waits for it waits half a second."""

    class Breaking(Speaker):
        broken: Speaker | None = None

        def speak(self, text: str, voice: str, rate: int, *, timeout: float = 30.0) -> Samples:
            if voice != POLISH:
                return super().speak(text, voice, rate, timeout=timeout)
            self.broken = self.broken or Speaker(command)
            with monkeypatch.context() as patch:
                if "sleep" in command[-1]:
                    patch.setattr(speech.select, "select", lambda r, w, x, _t, real=select.select: real(r, w, x, 0.5))
                return self.broken.speak(text, voice, rate, timeout=5)

        def __exit__(self, *error: Any) -> None:
            super().__exit__(*error)
            if self.broken:
                self.broken.__exit__(None, None, None)

    monkeypatch.setattr(engines, "Speaker", Breaking)


def built(project: Path, *options: str, code: int = 1) -> dict[str, dict[str, Any]]:
    """What the manifest says of the audio in each language after a build; and there is no other file than those it names."""
    out = project.parent / "out"
    arguments = ["build", "--project", str(project), "--format", "web", "--format", "audio", "--out", str(out), *options]
    assert cli.main(arguments, today=TODAY) == code
    assert sorted(p.name for p in out.parent.iterdir()) == ["out", "project"]
    rows = json.loads((out / "manifest.json").read_text())["editions"]
    audio = {r["language"]: r["formats"]["audio"] for r in rows}
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.suffix in (".mp3", ".vtt")}
    assert there == {f["path"] for cell in audio.values() for f in cell.get("files", ())}
    for path in there:
        assert (out / path).stat().st_size == next(f["bytes"] for cell in audio.values() for f in cell.get("files", ()) if f["path"] == path)
    assert all((out / f"clean-hands/{tag}/index.html").is_file() for tag in audio)
    return audio


@pytest.mark.parametrize("fault", COMMANDS)
def test_one_voice_that_fails(small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: str) -> None:
    """Its recording is withheld and says why; the other language has its own, and both have their page."""
    command, said = COMMANDS[fault]
    polish_fails_by(monkeypatch, command)
    audio = built(small, "--jobs", "1", "--no-cache")
    assert (audio["en-GB"]["state"], audio["pl"]["state"]) == ("made", "withheld")
    (reason,) = audio["pl"]["reasons"]
    assert reason["code"] == "audio-failed" and said in reason["message"] and reason["hint"], reason
    assert "Traceback" not in capsys.readouterr().out


def test_a_full_disk_while_the_engine_writes(project: Project) -> None:
    """The end of a long sentence can't be written: an error. A short one fits."""

    class Full(Speaker):
        def __init__(self, command: Any, hint: str) -> None:
            super().__init__((sys.executable, "-c", LIMIT.format(60_000)), hint)

        def speak(self, text: str, voice: str, rate: int, *, timeout: float = 30.0) -> Samples:
            return super().speak(text, voice, rate, timeout=5)

    voice = project.voices["en-GB"]
    long, short = "Do not visit if you were sick or had diarrhoea in the last 48 hours.", "Wash now."
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "Speaker", Full)
        assert Segments(voice, ROOT).sounds([(short, False)])
        with pytest.raises(SpeechError) as caught:
            Segments(voice, ROOT).sounds([(short, False), (long, True)])
    assert caught.value.hint and "Traceback" not in caught.value.what


@pytest.mark.parametrize("share", [0.3, 0.9, 0.95])
def test_words_lost_at_the_end_are_found_and_not_kept(project: Project, tmp_path: Path, share: float) -> None:
    """The engine says that all went well, and its file is shorter than it should be. The cache stays empty."""

    class Short(Speaker):
        def speak(self, text: str, voice: str, rate: int, *, timeout: float = 30.0) -> Samples:
            whole = super().speak(text, voice, rate, timeout=timeout)
            return whole[: int(share * whole.size)]

    cache = Cache(tmp_path / "cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "Speaker", Short)
        with pytest.raises(SpeechError, match="in two ways"):
            Segments(project.voices["pl"], ROOT, cache).sounds([("Jeśli w ciągu ostatnich dni", True)])
    assert not cache.folder.exists()


def test_the_second_synthesis_fails(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing was compared, and nothing is handed on."""
    real = segments.speak_all

    def fail(voice: Any, *rest: Any, **options: Any) -> Mapping[str, Any]:
        if voice.name == POLISH:
            raise Fault("the recording can't be proved: espeak ended with 1", "run “make setup”, then build again")
        return real(voice, *rest, **options)

    monkeypatch.setattr(segments, "speak_all", fail)
    audio = built(small, "--jobs", "1", "--no-cache")
    assert (audio["en-GB"]["state"], [r["code"] for r in audio["pl"]["reasons"]]) == ("made", ["audio-failed"])


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_voice_that_does_not_exist(small: Path, jobs: str) -> None:
    path = small / "audio/voices.toml"
    path.write_text(path.read_text().replace('"zlw/pl"', '"zlw/pl-none"'))
    audio = built(small, "--jobs", jobs, "--no-cache")
    assert audio["en-GB"]["state"] == "made"
    (reason,) = audio["pl"]["reasons"]
    assert reason["code"] == "voice-wrong" and reason["hint"]  # a check that asks the engine knows it before


RUN = (sys.executable, "-c", "import sys; from leafletkit.cli import main; sys.exit(main(sys.argv[1:]))")
LOADERS = {
    "no library": "raise ImportError('no espeak-ng here')",
    "library not there": "def get_library_path(): return '/nowhere/libespeak-ng.so'\ndef get_data_path(): return '/nowhere/espeak-ng-data'",
    "library of another kind": "def get_library_path(): return __file__\ndef get_data_path(): return '/nowhere/espeak-ng-data'",
    "no data": "import importlib.util, sys\nfrom pathlib import Path\n"
    "real = next(p for p in sys.path if Path(p, 'espeakng_loader/__init__.py').is_file())\n"
    "spec = importlib.util.spec_from_file_location('real', Path(real, 'espeakng_loader/__init__.py'))\n"
    "module = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(module)\n"
    "get_library_path = module.get_library_path\ndef get_data_path(): return '/nowhere/espeak-ng-data'",
}


@pytest.mark.parametrize("formats", [("web",), ("web", "audio")], ids=["page", "page and audio"])
@pytest.mark.parametrize("loader", LOADERS)
def test_an_engine_whose_library_is_missing(small: Path, tmp_path: Path, loader: str, formats: tuple[str, ...]) -> None:
    """The real command, and really no engine: a check asks it how words sound, so nothing is built, and the error says what to do."""
    fake = tmp_path / "fake"
    fake.mkdir()
    (fake / "espeakng_loader.py").write_text(LOADERS[loader])
    env = {**environment(), "LEAFLETKIT_CACHE": str(tmp_path / "cache")}
    env["PYTHONPATH"] = f"{fake}{os.pathsep}{env['PYTHONPATH']}"
    wanted = [part for name in formats for part in ("--format", name)]
    done = subprocess.run([*RUN, "build", "--project", str(small), *wanted, "--jobs", "1", "--out", str(tmp_path / "out")], capture_output=True, text=True, env=env)
    assert done.returncode == 3, done.stderr[-1000:]
    assert "the speech engine can't be asked" in done.stderr and "make setup" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "cache") == ["fake", "project"]


@pytest.mark.parametrize("loader", LOADERS)
def test_a_voice_without_a_library(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, loader: str) -> None:
    """The speech server itself: one error, soon, and nothing in the cache."""
    (tmp_path / "espeakng_loader.py").write_text(LOADERS[loader])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(speech, "environment", lambda: {**environment(), "PYTHONPATH": f"{tmp_path}{os.pathsep}{environment()['PYTHONPATH']}"})
    with pytest.raises(SpeechError) as caught:
        Segments(project.voices["en-GB"], ROOT, Cache(tmp_path / "cache")).sounds([("Wash your hands.", False)])
    assert caught.value.hint and "Traceback" not in caught.value.what
    assert not (tmp_path / "cache").exists()


def test_an_out_folder_that_can_not_be_written(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Below a file nobody can write, not even root."""
    (tmp_path / "file").write_text("x")
    before = sorted(tmp_path.rglob("*"))
    arguments = ["build", "--project", str(small), "--language", "en-GB", "--format", "audio", "--jobs", "1", "--out", str(tmp_path / "file/out")]
    assert cli.main(arguments, today=TODAY) not in (0, None)
    out, err = capsys.readouterr()
    assert "can't be written" in out + err and "Traceback" not in out + err
    assert sorted(tmp_path.rglob("*")) == before and (tmp_path / "file").read_text() == "x"


def limited() -> None:
    """No file may be larger than the recording is: a disk that becomes full while it is published."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_full_disk_while_publishing(small: Path, tmp_path: Path) -> None:
    """The old folder stays as it was, and nothing lies beside it."""
    out, env = tmp_path / "out", {**environment(), "LEAFLETKIT_CACHE": str(tmp_path / "cache")}
    build = [*RUN, "build", "--project", str(small), "--language", "en-GB", "--jobs", "1", "--out", str(out)]
    assert subprocess.run([*build, "--format", "web"], capture_output=True, env=env).returncode == 0
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    done = subprocess.run([*build, "--format", "audio"], capture_output=True, text=True, env=env, preexec_fn=limited)
    assert done.returncode not in (0, None) and "can't be written" in done.stdout + done.stderr and "make room" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_cache_that_can_not_be_written(small: Path, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    """It costs time, and nothing else."""
    monkeypatch.setenv("LEAFLETKIT_CACHE", str(small / "project.toml/cache"))
    audio = built(small, "--jobs", jobs, code=0)
    assert {cell["state"] for cell in audio.values()} == {"made"}


# -- odd texts


def said(edition: Edition, project: Project, text: str, block: str = "why") -> Outcome:
    """The recording of clean-hands with other words in one block."""
    blocks = tuple(replace(b, text=text) if b.id == block else b for b in edition.text.blocks)
    return perform(Job("audio", replace(edition, text=replace(edition.text, blocks=blocks)), ROOT, voice=project.voices["en-GB"]))


ODD = {
    "emoji": "Wash 🧼 your hands 👩🏽‍⚕️ now 👍.",
    "only at the ends": "👍 Wash your hands 👍",
    "NUL": "Wash\x00 your hands now.",
    "control": "Wash\x07 your\x1b[31m hands\x7f now.",
    "C1 control": "Wash your\x85 hands\x9f now.",
    "bidi": "Wash \u202eyour\u202c \u2067hands\u2069 \u200fnow.",
    "combining": "Wa\u0301\u0302\u0303sh your ha\u0308nds now.",
    "zalgo": "W" + "\u0301" * 200 + "ash your hands now.",
    "joiners": "Wa\u200dsh yo\u200cur ha\u00adnds\u2060 now\ufeff.",
    "fullwidth": "Ｗａｓｈ ｙｏｕｒ hands now.",
    "other scripts": "Wash your hands: мойте руки, اغسل يديك, 洗手, हाथ धोएं.",
    "markup of SSML": "Wash &lt;break time='5s'/> your &lt;voice name='pl'>hands now.",
    "phonemes of espeak": "Wash [[h@'loU]] your hands now.",
    "quotes and slashes": "Wash \\\\ \"your\" 'hands' / now % {here} $1 `x`.",
    "private": "Wash your \ue000 hands \U000f0000 now.",
    "noncharacters": "Wash your \ufffe hands \uffff now.",
    "line ends": "Wash\r\n your\u2028hands\u2029 now.",
    "many stops": "Wash... your hands?!?! Now… now.",
    "one letter": "A.",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_characters_are_spoken_and_proved_or_refused(editions: Mapping[tuple[str, str], Edition], project: Project, text: str) -> None:
    """Either a recording whose every sentence was proved, or one error in clear words."""
    outcome = said(editions["clean-hands", "en-GB"], project, text)
    if outcome.files:
        assert len(outcome.files) == 3 and len(outcome.places) == 1
    else:
        assert len(outcome.findings) >= 1
        for f in outcome.findings:
            assert f.hint and "toolkit" not in f.hint, f
    assert outcome.findings == () or not outcome.files


@pytest.mark.parametrize("name", ["NUL", "control", "combining", "joiners", "line ends", "many stops"])
def test_odd_characters_that_must_not_stop_a_recording(editions: Mapping[tuple[str, str], Edition], project: Project, name: str) -> None:
    assert said(editions["clean-hands", "en-GB"], project, ODD[name]).findings == ()


def test_a_surrogate_without_its_pair(editions: Mapping[tuple[str, str], Edition], project: Project) -> None:
    """No file can hold it: an error, and no traceback."""
    outcome = said(editions["clean-hands", "en-GB"], project, "Wash your \ud83d hands now.")
    assert outcome.files == () and [f.code for f in outcome.findings] == ["audio-failed"]


@pytest.mark.parametrize("text", ["…", "!!!", "— · —", "👍", "\u200f", "( )"])
def test_a_text_of_punctuation_alone(editions: Mapping[tuple[str, str], Edition], project: Project, text: str) -> None:
    outcome = said(editions["clean-hands", "en-GB"], project, text)
    assert [f.code for f in outcome.findings] == ["audio-failed"] and "there are no words to speak" in outcome.findings[0].message


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_warning(editions: Mapping[tuple[str, str], Edition], project: Project, text: str) -> None:
    outcome = said(editions["clean-hands", "en-GB"], project, text, "stay-away-48-hours")
    assert outcome.files == () and "proof-warning-missing" in {f.code for f in outcome.findings}


@pytest.mark.parametrize("times", [48, pytest.param(192, marks=pytest.mark.stress)])
def test_a_sentence_of_many_characters(editions: Mapping[tuple[str, str], Edition], project: Project, times: int) -> None:
    """Spoken to its last word, and proved, in 2,500 characters and in 10,000: a recording of fourteen minutes. (test_speech has a longer one.)"""
    words = "wash your hands with soap and warm water every time " * times
    outcome = said(editions["clean-hands", "en-GB"], project, words.strip() + ".")
    assert outcome.findings == () and outcome.heard and outcome.heard.seconds > times * 700 / 192
