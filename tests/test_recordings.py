"""Recordings by a person: whole, of the words as they are now, and usable, or refused with the reason; and no voice at all."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from mutagen.id3 import ID3
from numpy.typing import NDArray

from leafletkit import cli, pipeline
from leafletkit.jobs import Job, Outcome, perform
from leafletkit.model import Edition
from leafletkit.project import Project, load
from leafletkit.script import Segment, script
from leafletkit.speech import RATE, Speaker

from .conftest import ROOT, TODAY

pytestmark = pytest.mark.full

KEY = ("clean-hands", "pl")
WARNING = "stay-away-48-hours"
Takes = Mapping[str, NDArray[np.int16]]


@pytest.fixture(scope="module")
def takes(project: Project, editions: Mapping[tuple[str, str], Edition]) -> Takes:
    """A voice stands in for the person: each take of the Polish script, without the computer voice's own sentence."""
    voice = project.voices["pl"]
    with Speaker() as speaker:
        return {s.take: speaker.speak(s.text, voice.name, voice.rate) for s in script(editions[KEY], synthetic=False)}


def edition_of(project: Path) -> Edition:
    return pipeline.check(load(project), pipeline.Selection(languages=("pl",)), TODAY).editions[KEY]


def segments(project: Path) -> dict[str, Segment]:
    return {s.take: s for s in script(edition_of(project), synthetic=False)}


def make(project: Path) -> Outcome:
    return perform(Job("audio", edition_of(project), project, voice=load(project).voices["pl"]))


def codes(outcome: Outcome) -> list[str]:
    """The codes of an outcome that has findings and so nothing else."""
    assert (outcome.files, outcome.places, outcome.made) == ((), (), None)
    for f in outcome.findings:
        assert (f.leaflet, f.language, f.format) == (*KEY, "audio") and f.message and f.hint
    return [f.code for f in outcome.findings]


@pytest.fixture
def mute(small: Path) -> Path:
    """The small project, where no computer voice is fit for Polish."""
    path = small / "audio/voices.toml"
    old = 'engine = "espeak"\nvoice = "zlw/pl"'
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, 'engine = "none"'))
    return small


@pytest.fixture
def folder(mute: Path, takes: Takes) -> Path:
    """The folder of a whole recording by a person, in a project of its own."""
    folder = mute / "audio/recordings/pl/clean-hands"
    folder.mkdir(parents=True)
    for take, samples in takes.items():
        soundfile.write(folder / f"{take}.wav", samples, RATE)
    rows = [f'"{take}" = "{part.words_hash}"' for take, part in segments(mute).items()]
    (folder / "recordings.toml").write_text('reader = "A. Nowak"\n[words]\n' + "\n".join(rows) + "\n")
    return folder


def root(folder: Path) -> Path:
    return folder.parents[3]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_person_is_heard(folder: Path, takes: Takes) -> None:
    """The recording is made and proved, names its reader, and doesn't say that a computer reads."""
    outcome = make(root(folder))
    assert outcome.findings == ()
    mp3, vtt, chapters = outcome.files
    assert [f.path.removeprefix("clean-hands/pl/clean-hands-pl") for f in (mp3, vtt, chapters)] == [".mp3", ".vtt", ".chapters.vtt"]
    (place,) = outcome.places
    assert place.warning == WARNING and len(place.times) == 3
    edition, tags = edition_of(root(folder)), ID3(io.BytesIO(mp3.data))
    assert tags["TXXX:narrator"].text == ["Read by A. Nowak"]
    spoken = [text for text, _ in tags.getall("SYLT")[0].text]
    assert spoken == [s.text for s in script(edition, synthetic=False)]
    assert edition.words["audio-voice"] not in spoken and edition.words["audio-voice"] not in vtt.data.decode()
    samples, rate = soundfile.read(io.BytesIO(mp3.data))
    assert rate == RATE and outcome.made and abs(len(samples) / rate - (outcome.made.seconds or 0)) < 0.1
    assert len(samples) > sum(t.size for t in takes.values())


def test_the_same_takes_give_the_same_bytes(folder: Path) -> None:
    assert make(root(folder)) == make(root(folder))


def test_a_person_comes_before_a_voice(folder: Path) -> None:
    """Where both are possible the person is heard; and where the person's recording is faulty, no voice steps in."""
    shutil.copy(ROOT / "audio/voices.toml", root(folder) / "audio/voices.toml")
    outcome = make(root(folder))
    assert b"Read by" in outcome.files[0].data.replace(b"\0", b"")
    (folder / "recording.end.wav").unlink()
    assert codes(make(root(folder))) == ["recording-missing"]


@pytest.mark.parametrize("suffix", ["flac", "mp3"])
def test_other_kinds_of_file(folder: Path, takes: Takes, suffix: str) -> None:
    for take, samples in takes.items():
        (folder / f"{take}.wav").unlink()
        soundfile.write(folder / f"{take}.{suffix}", samples, RATE)
    assert make(root(folder)).findings == ()


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000])
def test_rates_channels_and_a_real_room(folder: Path, takes: Takes, rate: int) -> None:
    """Stereo takes with silence around them, hiss and sibilants, as from a desk microphone: the proof accepts them."""
    random = np.random.default_rng(1)
    for take, samples in takes.items():
        count = samples.size * rate // RATE
        sibilants = np.diff(random.standard_normal(samples.size + 1)) * 700 * (np.sin(np.arange(samples.size) * 9 / RATE) > 0.8)
        sound = np.interp(np.arange(count) * RATE / rate, np.arange(samples.size), samples + sibilants)
        whole = np.concatenate([np.zeros(rate // 2), sound + random.standard_normal(count) * 15, np.zeros(rate // 2)])
        soundfile.write(folder / f"{take}.wav", np.stack([whole, whole * 0.8], axis=1).clip(-32768, 32767).astype(np.int16), rate)
    outcome = make(root(folder))
    assert outcome.findings == ()
    assert soundfile.info(io.BytesIO(outcome.files[0].data)).samplerate == rate


def test_a_missing_take(folder: Path) -> None:
    """Each part that lacks is named once, with its warning, though it is spoken three times."""
    for take in (WARNING, "warning.1", "why"):
        (folder / f"{take}.wav").unlink()
    outcome = make(root(folder))
    assert codes(outcome) == ["recording-missing"] * 3
    assert sorted(f.warning for f in outcome.findings) == ["", WARNING, WARNING], "the number of a warning belongs to it"
    part = segments(root(folder))[WARNING]
    (found,) = [f for f in outcome.findings if f"“{WARNING}”" in f.message]
    assert part.text in found.message and f'"{WARNING}" = "{part.words_hash}"' in found.hint


def test_a_take_that_is_not_listed(folder: Path) -> None:
    path = folder / "recordings.toml"
    path.write_text("".join(row for row in path.read_text().splitlines(keepends=True) if not row.startswith('"why"')))
    assert codes(make(root(folder))) == ["recording-missing"]


def test_the_text_has_changed(folder: Path) -> None:
    """A new text of the warning: the old recording of it, and of nothing else, is refused."""
    edit(root(folder) / "locales/pl/LC_MESSAGES/clean-hands.po", "Jeśli w ciągu", "Jeżeli w ciągu")
    outcome = make(root(folder))
    assert codes(outcome) == ["recording-stale"]
    (found,) = outcome.findings
    assert found.warning == WARNING and "Jeżeli w ciągu" in found.message


def test_a_new_version_is_spoken_anew(folder: Path) -> None:
    """The version and its dates are spoken, so a new version needs that part, and only that."""
    edit(root(folder) / "leaflet/clean-hands/leaflet.toml", 'version = "0.1"', 'version = "0.2"')
    outcome = make(root(folder))
    assert codes(outcome) == ["recording-stale"]
    assert "opening.version" in outcome.findings[0].message


@pytest.mark.parametrize("fault", ["silent", "empty", "short", "noise floor"])
def test_a_file_without_speech(folder: Path, fault: str) -> None:
    samples = {
        "silent": np.zeros(RATE * 3, np.int16), "empty": np.zeros(0, np.int16), "short": np.full(500, 9000, np.int16),
        "noise floor": np.random.default_rng(1).integers(-40, 40, RATE * 3).astype(np.int16),
    }[fault]  # fmt: skip
    soundfile.write(folder / f"{WARNING}.wav", samples, RATE)
    outcome = make(root(folder))
    assert codes(outcome) == ["recording-invalid"]
    assert outcome.findings[0].path == f"audio/recordings/pl/clean-hands/{WARNING}.wav"


@pytest.mark.parametrize("data", [b"", b"not a sound", b"RIFF\x00\x00\x00\x00WAVE", bytes(10_000)], ids=["empty", "text", "head", "zeros"])
def test_a_file_that_cant_be_read(folder: Path, data: bytes) -> None:
    (folder / "why.wav").write_bytes(data)
    outcome = make(root(folder))
    assert codes(outcome) == ["recording-invalid"]
    assert "why.wav can't be used" in outcome.findings[0].message


def test_a_cut_off_flac(folder: Path) -> None:
    samples, rate = soundfile.read(folder / "why.wav")
    (folder / "why.wav").unlink()
    soundfile.write(folder / "why.flac", samples, rate)
    data = (folder / "why.flac").read_bytes()
    (folder / "why.flac").write_bytes(data[: len(data) // 2])
    assert codes(make(root(folder))) == ["recording-invalid"]


def test_different_sample_rates(folder: Path) -> None:
    samples, _ = soundfile.read(folder / "why.wav")
    soundfile.write(folder / "why.wav", samples, 44_100)
    outcome = make(root(folder))
    assert codes(outcome) == ["recording-invalid"]
    assert "22050" in outcome.findings[0].message and "44100" in outcome.findings[0].message


def test_an_unusual_sample_rate(folder: Path) -> None:
    samples, _ = soundfile.read(folder / "why.wav")
    soundfile.write(folder / "why.wav", samples, 8_000)
    assert codes(make(root(folder))) == ["recording-invalid"]


def test_no_recordings_toml(folder: Path) -> None:
    (folder / "recordings.toml").unlink()
    assert codes(make(root(folder))) == ["recording-invalid"]


@pytest.mark.parametrize(
    ("old", "new"),
    [('reader = "A. Nowak"\n', ""), ('"A. Nowak"', '""'), ('"A. Nowak"', "3"), ('reader = "A. Nowak"', 'reader = "A. Nowak"\nvoice = "x"'),
     ('"A. Nowak"', '"A. Nowak')],
    ids=["missing", "empty", "number", "unknown field", "syntax"],
)  # fmt: skip
def test_a_faulty_recordings_toml(folder: Path, old: str, new: str) -> None:
    edit(folder / "recordings.toml", old, new)
    outcome = perform(Job("audio", edition_of(root(folder)), root(folder)))
    assert [f.code for f in outcome.findings] == ["recording-invalid"] and outcome.files == ()
    assert outcome.findings[0].path == "audio/recordings/pl/clean-hands/recordings.toml"


def test_no_words_table(folder: Path) -> None:
    (folder / "recordings.toml").write_text('reader = "A. Nowak"\n')
    found = {f.code for f in perform(Job("audio", edition_of(root(folder)), root(folder))).findings}
    assert found == {"recording-invalid", "recording-missing"}


def test_invisible_marks_in_the_text(folder: Path) -> None:
    """Direction marks (as Arabic texts may have) don't make a right recording look wrong."""
    edition = edition_of(root(folder))
    blocks = tuple(replace(b, text="\u200f" + b.text) if b.warning else b for b in edition.text.blocks)
    marked = replace(edition, text=replace(edition.text, blocks=blocks))
    part = {s.take: s for s in script(marked, synthetic=False)}[WARNING]
    edit(folder / "recordings.toml", segments(root(folder))[WARNING].words_hash, part.words_hash)
    assert perform(Job("audio", marked, root(folder))).findings == ()


def built(project: Path, *formats: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code of a build, and what the manifest says of the audio in each language."""
    out = project.parent / "out"
    wanted = [part for name in formats for part in ("--format", name)]
    code = cli.main(["build", "--project", str(project), *wanted, "--jobs", "1", "--out", str(out)], today=TODAY)
    rows = json.loads((out / "manifest.json").read_text())["editions"]
    assert sorted(p.name for p in out.rglob("*.mp3")) == [f"clean-hands-{r['language']}.mp3" for r in rows if r["formats"]["audio"]["state"] == "made"]
    return code, {r["language"]: r["formats"]["audio"] for r in rows}


def test_no_voice_is_no_fault(mute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a voice the audio is unavailable, said with the reason, and the run is still a success."""
    outcome = make(mute)
    assert codes(outcome) == ["audio-unavailable"]
    assert outcome.unavailable == "Needs a native listener." and outcome.unavailable in outcome.findings[0].message
    code, audio = built(mute, "web", "audio")
    assert code == 0 and "audio-unavailable" in capsys.readouterr().out
    assert (audio["en-GB"]["state"], audio["pl"]["state"]) == ("made", "unavailable")
    assert [r["code"] for r in audio["pl"]["reasons"]] == ["audio-unavailable"]


def test_no_voice_and_no_other_format(mute: Path) -> None:
    code, audio = built(mute, "audio")
    assert code == 0
    assert (audio["pl"]["state"], [r["code"] for r in audio["pl"]["reasons"]]) == ("unavailable", ["audio-unavailable"])


def test_a_faulty_recording_is_a_fault(folder: Path) -> None:
    """The same language with half a recording: exit code 1, the audio withheld, the page published."""
    (folder / "recording.end.wav").unlink()
    code, audio = built(root(folder), "web", "audio")
    assert code == 1
    assert (audio["pl"]["state"], [r["code"] for r in audio["pl"]["reasons"]]) == ("withheld", ["recording-missing"])
    assert audio["en-GB"]["state"] == "made"
