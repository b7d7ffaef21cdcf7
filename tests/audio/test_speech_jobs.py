"""Sentences spoken ahead, in batches, and kept: what changed is spoken anew and nothing else; what fails fails alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leafletkit import engines, pipeline, segments
from leafletkit.cache import Cache
from leafletkit.errors import Fault
from leafletkit.execute import workers
from leafletkit.jobs import Job, Outcome, SpeechJob, perform, perform_speech, speech_jobs
from leafletkit.lexicon import Lexicon
from leafletkit.model import Edition
from leafletkit.project import Project, load
from leafletkit.script import lines, script
from leafletkit.segments import Segments

from ..conftest import ROOT, TODAY

pytestmark = pytest.mark.full

Editions = Mapping[tuple[str, str], Edition]


class Quiet:
    """Progress that nobody watches."""

    def stage(self, name: str, total: int) -> None: ...
    def step(self, what: str) -> None: ...


def job(editions: Editions, project: Project, cache: Path | None, tag: str = "en-GB", leaflet: str = "clean-hands") -> Job:
    return Job("audio", editions[leaflet, tag], ROOT, voice=project.voices[tag], cache=cache)


def speak(jobs: Sequence[Job]) -> list[SpeechJob]:
    tasks = speech_jobs(jobs)
    assert [perform_speech(task) for task in tasks] == [None] * len(tasks)
    return tasks


@pytest.fixture(scope="module")
def warm(editions: Editions, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds all that the English leaflet needs. Tests that break it take a copy."""
    folder = tmp_path_factory.mktemp("warm")
    assert speak([job(editions, project, folder)])
    return folder


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From now on nothing can be spoken."""

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("something was spoken")

    monkeypatch.setattr(engines, "Speaker", fail)
    monkeypatch.setattr(segments, "speak_all", lambda _voice, _root, texts, *, slow: {} if not texts else fail())
    yield


def with_text(edition: Edition, block: str, text: str) -> Edition:
    return replace(edition, text=replace(edition.text, blocks=tuple(replace(b, text=text) if b.id == block else b for b in edition.text.blocks)))


def entries(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_every_sentence_is_spoken_once(editions: Editions, project: Project, tmp_path: Path) -> None:
    """Each text at each pace in one batch, whoever needs it; a batch is worth a process."""
    one = job(editions, project, tmp_path)
    rows = lines(script(one.edition, synthetic=True), one.edition.language.sentence_ends)
    wanted = {(project.voices["en-GB"].spoken(line.text), line.slow) for line in rows}
    tasks = speech_jobs([one])
    batches = [w for task in tasks for w in task.wanted]
    assert sorted(batches) == sorted(wanted) and all(len(task.wanted) >= 24 for task in tasks[:-1])
    assert entries(tmp_path) == []


def test_with_a_warm_cache_nothing_is_spoken(editions: Editions, project: Project, warm: Path, no_engine: None) -> None:
    """Every sentence comes from the cache."""
    assert speech_jobs([job(editions, project, warm)]) == []
    voice = project.voices["en-GB"]
    kept = Segments(voice, ROOT, Cache(warm))
    rows = lines(script(editions["clean-hands", "en-GB"], synthetic=True), editions["clean-hands", "en-GB"].language.sentence_ends)
    assert len(kept.sounds([(voice.spoken(line.text), line.slow) for line in rows])) > 20


def test_the_second_recording_needs_no_engine(editions: Editions, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And has the same bytes as the first, and as one without a cache."""
    first = perform(job(editions, project, tmp_path))
    anew = perform(job(editions, project, None))

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("something was spoken")

    monkeypatch.setattr(engines, "Speaker", fail)
    assert first.files and perform(job(editions, project, tmp_path)) == first == anew


def test_one_changed_sentence(editions: Editions, project: Project, warm: Path) -> None:
    one = job(editions, project, warm)
    changed = replace(one, edition=with_text(one.edition, "wash-in", "Wash your hands with soap when you come in."))
    assert [task.wanted for task in speech_jobs([changed])] == [(("Wash your hands with soap when you come in.", False),)]


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"name": "gmw/en-US"}, None), ({"rate": 141}, "text"), ({"slow": 126}, "slow"), ({"note": "Better."}, 0), ({"letters": (1.0, 99.0)}, 0),
        ({"lexicon": Lexicon("en-GB", {"germs": "jerms"})}, 1),
    ],
    ids=["voice", "rate", "slow rate", "note", "letters", "one word of the lexicon"],
)  # fmt: skip
def test_another_voice(editions: Editions, project: Project, warm: Path, change: dict[str, Any], count: int | str | None) -> None:
    """What changes the sound of a sentence makes it missing; what does not, does not. A pace concerns its own sentences only."""
    voice = project.voices["en-GB"]
    if "lexicon" in change:
        change = {"lexicon": replace(voice.lexicon, say={**voice.lexicon.say, "germs": "jerms"})}
    one = job(editions, project, warm)
    missing = [w for task in speech_jobs([replace(one, voice=replace(voice, **change))]) for w in task.wanted]
    rows = lines(script(one.edition, synthetic=True), one.edition.language.sentence_ends)
    wanted = {(voice.spoken(line.text), line.slow) for line in rows}
    expected = {None: len(wanted), "text": sum(not s for _, s in wanted), "slow": sum(s for _, s in wanted)}.get(count, count)
    assert len(missing) == expected


def test_two_leaflets_share_their_sentences(editions: Editions, project: Project, warm: Path) -> None:
    """What the other leaflet says alike is not spoken again."""
    texts = {text for task in speech_jobs([job(editions, project, warm, leaflet="ivig")]) for text, _ in task.wanted}
    assert texts and "Language: English." not in texts and "Important safety information" not in texts


@pytest.mark.parametrize("damage", ["a bit", "cut", "empty", "another entry", "a folder"])
def test_a_damaged_entry_is_spoken_anew(editions: Editions, project: Project, tmp_path: Path, damage: str) -> None:
    """The recording is the same, and the entry is mended."""
    one = job(editions, project, tmp_path)
    good = perform(one)
    voice = project.voices["en-GB"]
    kept = Segments(voice, ROOT, Cache(tmp_path))
    spoken = [(voice.spoken(text), slow) for text, slow in (("Wash them again when you go.", False), ("Wash your hands with soap and water when you come in.", False))]
    path, other = (Cache(tmp_path)._path(kept.key(w)) for w in spoken)
    data = path.read_bytes()
    broken = {"a bit": data[:5000] + bytes([data[5000] ^ 1]) + data[5001:], "cut": data[:-100], "empty": b"", "another entry": other.read_bytes(), "a folder": b""}[damage]
    path.unlink()
    if damage == "a folder":
        path.mkdir()
    else:
        path.write_bytes(broken)
    assert perform(one) == good
    assert damage == "a folder" or path.read_bytes() == data


def test_a_batch_that_fails(editions: Editions, project: Project, tmp_path: Path) -> None:
    """An outcome of that recording, and what was spoken well before stays for the next run."""
    one = job(editions, project, tmp_path)
    bad = replace(one, voice=replace(project.voices["en-GB"], name="gmw/en-none"))
    outcomes = [perform_speech(task) for task in speech_jobs([bad])]
    for outcome in outcomes:
        assert outcome and [f.code for f in outcome.findings] == ["audio-failed"] and (outcome.files, outcome.made) == ((), None)
        assert outcome.key == ("clean-hands", "en-GB") and outcome.format == "audio"
    assert entries(tmp_path) == []


@pytest.mark.parametrize("error", [Fault("the engine failed", "make setup"), RuntimeError("boom"), MemoryError(), RecursionError()])
def test_any_error_of_a_batch_is_an_outcome(editions: Editions, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    (task, *_) = speech_jobs([job(editions, project, tmp_path)])

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(Segments, "sounds", fail)
    outcome = perform_speech(task)
    assert outcome and [f.code for f in outcome.findings] == ["audio-failed"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_voice_that_fails_harms_no_other(small: Path, tmp_path: Path, count: int) -> None:
    """In one process and in several: the Polish voice is lost between check and build."""
    project = load(small)
    selection = pipeline.Selection(formats=("audio",))
    checked = pipeline.check(project, selection, TODAY)
    broken = replace(project, voices={**project.voices, "pl": replace(project.voices["pl"], name="zlw/pl-none")})
    with workers(count) as pool:
        built = pipeline.build(broken, checked, selection, pool, Quiet(), tmp_path / "cache")
    assert built.published == (("clean-hands", "en-GB"),)
    outcomes: dict[str, Outcome] = {tag: built.outcomes["clean-hands", tag]["audio"] for tag in ("en-GB", "pl")}
    assert [f.code for f in outcomes["pl"].findings] == ["audio-failed"] and outcomes["pl"].files == ()
    assert [f for f in built.findings if f.language != "pl"] == [] and len(outcomes["en-GB"].files) == 3


def test_the_same_files_whoever_speaks(small: Path, tmp_path: Path) -> None:
    """One process with no cache, two with a cold one, two with a warm one: the same bytes."""
    project = load(small)
    selection = pipeline.Selection(formats=("audio",))
    checked = pipeline.check(project, selection, TODAY)
    made = []
    for count, cache in ((1, None), (2, tmp_path / "cache"), (2, tmp_path / "cache"), (1, tmp_path / "cache")):
        with workers(count) as pool:
            built = pipeline.build(project, checked, selection, pool, Quiet(), cache)
        made.append([f for key in built.published for f in built.outcomes[key]["audio"].files])
    assert len(made[0]) == 6 and all(files == made[0] for files in made)


def test_who_has_nothing_to_speak(editions: Editions, project: Project, tmp_path: Path, small: Path) -> None:
    """No cache, no voice, a voice that is a person, or takes by a person: no batch, and no error."""
    one = job(editions, project, tmp_path)
    (small / "audio/recordings/en-GB/clean-hands").mkdir(parents=True)
    assert speech_jobs([replace(one, cache=None), replace(one, voice=None), replace(one, voice=replace(project.voices["en-GB"], engine="person")), replace(one, root=small)]) == []
