"""A language that only people read: no recording is no fault, and is said; a recording is built and proved as any other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from leafletkit import cli, pipeline
from leafletkit.model import Edition
from leafletkit.project import Project, load
from leafletkit.script import script
from leafletkit.speech import RATE, Samples, Speaker
from leafletkit.voices import read_voices

from .conftest import TODAY
from .piper_support import give

pytestmark = pytest.mark.full

KEY = ("clean-hands", "pl")
NOTE = "Nobody has read it yet."


@pytest.fixture(scope="module")
def takes(project: Project, editions: Mapping[tuple[str, str], Edition]) -> Mapping[str, Samples]:
    """A voice stands in for the person, with its peaks turned down as a recorder does."""
    voice = project.voices["pl"]
    with Speaker() as speaker:
        said = {s.take: speaker.speak(s.text, voice.name, voice.rate) for s in script(editions[KEY], synthetic=False)}
    return {take: (np.tanh(samples / 4000) * 8000).astype(np.int16) for take, samples in said.items()}


@pytest.fixture
def people(small: Path) -> Path:
    """The small project, whose Polish leaflets only people read."""
    give(small, "pl", f'engine = "person"\nnote = "{NOTE}"')
    return small


@pytest.fixture
def read_out(people: Path, takes: Mapping[str, Samples]) -> Path:
    """The same, and somebody has read the leaflet."""
    folder = people / "audio/recordings/pl/clean-hands"
    folder.mkdir(parents=True)
    edition = pipeline.check(load(people), pipeline.Selection(languages=("pl",)), TODAY).editions[KEY]
    rows = [f'"{s.take}" = "{s.words_hash}"' for s in {s.take: s for s in script(edition, synthetic=False)}.values()]
    for take, samples in takes.items():
        soundfile.write(folder / f"{take}.wav", samples, RATE)
    (folder / "recordings.toml").write_text('reader = "A. Nowak"\n[words]\n' + "\n".join(rows) + "\n")
    return people


def build(project: Path) -> tuple[int, Path, dict[str, dict[str, Any]]]:
    """The exit code, the folder of finished files, and what its manifest says of the audio in each language."""
    out = project.parent / "out"
    code = cli.main(["build", "--project", str(project), "--format", "web", "--format", "audio", "--jobs", "1", "--out", str(out)], today=TODAY)
    return code, out, {e["language"]: e["formats"]["audio"] for e in json.loads((out / "manifest.json").read_text())["editions"]}


def page(out: Path) -> str:
    return (out / "clean-hands/pl/index.html").read_text("utf-8")


def unavailable(project: Path) -> str:
    """How the pages say in Polish that there is no audio."""
    return pipeline.check(load(project), pipeline.Selection(), TODAY).editions[KEY].words["audio-unavailable"]


def test_nobody_has_read_it(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A note with the reason and where to begin; the page says that there is no audio; the run is a success."""
    code, out, audio = build(people)
    assert code == 0 and (audio["en-GB"]["state"], audio["pl"]["state"]) == ("made", "unavailable")
    (reason,) = audio["pl"]["reasons"]
    assert reason["code"] == "audio-unavailable" and NOTE in reason["message"]
    said = " ".join(capsys.readouterr().out.split())
    assert "[audio-unavailable]" in said and "docs/how-to/record-audio.md" in said
    assert unavailable(people) in page(out) and ".mp3" not in page(out)
    assert not list((out / "clean-hands/pl").glob("*.mp3"))


def test_a_person_has_read_it(read_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page offers it, the tags name the reader, and the finished folder proves itself."""
    code, out, audio = build(read_out)
    assert code == 0 and audio["pl"]["state"] == "made" and "reasons" not in audio["pl"]
    mp3 = (out / audio["pl"]["path"]).read_bytes()
    assert "Read by A. Nowak".encode("utf-16-le") in mp3 and b"Computer voice" not in mp3.replace(b"\0", b"")
    assert "clean-hands-pl.mp3" in page(out) and unavailable(read_out) not in page(out)
    capsys.readouterr()
    for options in ((), ("--project", str(read_out))):
        assert cli.main(["prove", str(out), "--jobs", "1", *options], today=TODAY) == 0
        assert "4 files read back" in capsys.readouterr().out


def test_half_a_recording_is_a_fault(read_out: Path) -> None:
    """It isn't “unavailable” any more: somebody began, and has to end it."""
    (read_out / "audio/recordings/pl/clean-hands/recording.end.wav").unlink()
    code, out, audio = build(read_out)
    assert code == 1 and (audio["en-GB"]["state"], audio["pl"]["state"]) == ("made", "withheld")
    assert [r["code"] for r in audio["pl"]["reasons"]] == ["recording-missing"]
    assert ".mp3" not in page(out)


def test_no_computer_speaks_for_a_person(people: Path) -> None:
    """Such a row needs a note, and nothing of a voice."""
    voices, findings = read_voices(people, ("en-GB", "pl"))
    assert not findings and not voices["pl"].synthetic and voices["pl"].note == NOTE
    give(people, "pl", 'engine = "person"')
    voices, findings = read_voices(people, ("en-GB", "pl"))
    assert "pl" not in voices and [(f.code, f.language) for f in findings] == [("voices-invalid", "pl")]
