"""The recording as a listener's player reads it: tags, chapters, words with their times, transcript, samples."""

from __future__ import annotations

import io
import json
import os
import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.id3 import ID3

from leafletkit import engines, inline, pipeline
from leafletkit.lexicon import Lexicon
from leafletkit.model import Edition
from leafletkit.project import Project, load
from leafletkit.render.audio import LEAD, Recorded, synthesise
from leafletkit.script import Segment, script, sentences
from leafletkit.speech import RATE, Samples, Speaker, SpeechError

from .audio_support import Tone, make_cases, tags_of
from .conftest import TODAY

TAGS = ("en-GB", "pl")
SPOKEN = ("en-GB", "cy", "pl", "ar", "ur", "hi", "zh-Hans")
Made = Mapping[str, tuple[Edition, Recorded]]
Row = tuple[str, float, float, str]


class Quiet:
    """Progress that nobody watches."""

    def stage(self, name: str, total: int) -> None: ...
    def step(self, what: str) -> None: ...


@pytest.fixture(scope="module")
def made(project: Project, editions: Mapping[tuple[str, str], Edition], tmp_path_factory: pytest.TempPathFactory) -> Made:
    return {tag: (case.edition, case.good) for tag, case in make_cases(project, editions, tmp_path_factory.mktemp("cache")).items()}


@pytest.fixture
def english(editions: Mapping[tuple[str, str], Edition]) -> Edition:
    return editions["clean-hands", "en-GB"]


def planned(edition: Edition, minutes: int) -> list[tuple[Segment, str]]:
    """(segment, sentence) in the order in which they are to be spoken."""
    return [(s, t) for s in script(edition, synthetic=True, minutes=minutes) for t in sentences(s.text, edition.language.sentence_ends)]


def parse_vtt(data: bytes) -> list[Row]:
    """(id, start, end, text) of each cue; strict about everything that WebVTT lays down for our use."""
    head, *blocks = data.decode("utf-8").rstrip("\n").split("\n\n")
    assert re.fullmatch(r"WEBVTT\nLanguage: [\w-]+", head)
    rows = []
    for block in blocks:
        name, times, *text = block.split("\n")
        assert "-->" not in name
        match = re.fullmatch(r"(\d\d):([0-5]\d):([0-5]\d\.\d{3}) --> (\d\d):([0-5]\d):([0-5]\d\.\d{3})", times)
        assert match, times
        h1, m1, s1, h2, m2, s2 = map(float, match.groups())
        assert len(text) == 1 and not re.search(r"<|>|&(?!amp;|lt;|gt;)", text[0])
        plain = text[0].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        rows.append((name, h1 * 3600 + m1 * 60 + s1, h2 * 3600 + m2 * 60 + s2, plain))
    return rows


@pytest.mark.full
@pytest.mark.parametrize("tag", TAGS)
def test_title_language_and_notices(made: Made, tag: str) -> None:
    edition, recorded = made[tag]
    tags = tags_of(recorded.mp3)
    assert tags["TIT2"].text == [inline.plain(edition.text.title.text)]
    assert tags["TLAN"].text == [{"en-GB": "eng", "pl": "pol"}[tag]]
    assert tags["TXXX:language"].text == [tag]
    assert tags["TPE1"].text == tags["TPUB"].text == [edition.publisher]
    assert tags["TALB"].text == ["clean-hands 0.1"]
    assert "Computer voice" in tags["TXXX:narrator"].text[0]
    (comment,) = tags.getall("COMM")
    assert comment.text == ["\n".join(edition.notices)] and len(edition.notices) == (2 if tag == "en-GB" else 3)
    assert tags.version == (2, 3, 0)


@pytest.mark.full
@pytest.mark.parametrize("tag", TAGS)
def test_chapters(made: Made, tag: str) -> None:
    """One for the title, each heading, each warning (twice), the warnings as a whole and each closing part; no gaps."""
    edition, recorded = made[tag]
    tags = tags_of(recorded.mp3)
    (contents,) = tags.getall("CTOC")
    chapters = {c.element_id: c for c in tags.getall("CHAP")}
    assert contents.child_element_ids == sorted(chapters) and len(chapters) == len(tags.getall("CHAP"))
    rows = [chapters[name] for name in contents.child_element_ids]
    assert rows[0].start_time == LEAD * 1000
    assert [r.end_time for r in rows[:-1]] == [r.start_time for r in rows[1:]]
    assert all(r.start_time < r.end_time for r in rows)
    assert rows[-1].end_time == round(recorded.seconds * 1000)
    names = [r.sub_frames["TIT2"].text[0] for r in rows]
    words = edition.words
    warnings = [words["audio-warning-number"].format(number=n + 1) for n in range(len(edition.leaflet.warnings))]
    headings = [inline.plain(b.text) for b in edition.text.blocks if b.kind in ("heading", "subheading")]
    spoken_again = [words["safety-heading"], *warnings]
    assert names == [
        inline.plain(edition.text.title.text), *spoken_again, *headings, *spoken_again,
        words["contact-heading"], words["other-formats-heading"],
    ]  # fmt: skip


@pytest.mark.full
@pytest.mark.parametrize("tag", TAGS)
def test_the_words_and_their_times(made: Made, tag: str) -> None:
    """The file's own words, the transcript and the script agree, in order; chapters begin where their words do."""
    edition, recorded = made[tag]
    tags = tags_of(recorded.mp3)
    (lyrics,) = tags.getall("SYLT")
    assert (lyrics.lang, lyrics.format, lyrics.type) == ({"en-GB": "eng", "pl": "pol"}[tag], 2, 1)
    plan = planned(edition, round(recorded.seconds / 60))
    assert [text for text, _ in lyrics.text] == [text for _, text in plan]
    times = [time for _, time in lyrics.text]
    assert all(a < b for a, b in pairwise(times))
    rows = parse_vtt(recorded.vtt)
    assert [(round(start * 1000), text) for _, start, _, text in rows] == [(time, text) for text, time in lyrics.text]
    starts = dict(reversed([(time, segment.chapter) for (segment, _), time in zip(plan, times, strict=True)]))
    for chapter in tags.getall("CHAP"):
        assert starts[chapter.start_time] == chapter.sub_frames["TIT2"].text[0]


@pytest.mark.full
@pytest.mark.parametrize("tag", TAGS)
def test_the_transcript(made: Made, tag: str) -> None:
    edition, recorded = made[tag]
    assert recorded.vtt.decode().split("\n")[1] == f"Language: {tag}"
    rows = parse_vtt(recorded.vtt)
    assert len({name for name, *_ in rows}) == len(rows)
    assert all(start < end for _, start, end, _ in rows)
    assert all(a[2] < b[1] for a, b in pairwise(rows))
    assert rows[0][1] == LEAD and rows[-1][2] < recorded.seconds - LEAD + 0.01
    assert {s.id for s in script(edition, synthetic=True, minutes=3)} == {name.rpartition(".")[0] for name, *_ in rows}


def test_the_transcript_escapes_what_it_must(english: Edition, project: Project) -> None:
    text = "Soap & water <b>again</b> if it is > 4 &lt; 5 --> now."
    blocks = tuple(replace(b, text=text.replace("&lt;", "\\&lt;")) if b.id == "why" else b for b in english.text.blocks)
    edition = replace(english, text=replace(english.text, blocks=blocks))
    recorded = synthesise(edition, project.voices["en-GB"], RATE, Tone())
    assert text in [row[3] for row in parse_vtt(recorded.vtt)]
    assert text in [words for words, _ in tags_of(recorded.mp3).getall("SYLT")[0].text]


@pytest.mark.full
@pytest.mark.parametrize("tag", TAGS)
def test_the_samples(made: Made, tag: str) -> None:
    """As long as claimed, not clipped, silent at both ends, as loud as speech should be."""
    _, recorded = made[tag]
    samples, rate = soundfile.read(io.BytesIO(recorded.mp3))
    assert rate == RATE and samples.ndim == 1
    assert abs(len(samples) / rate - recorded.seconds) < 0.05
    assert np.abs(samples).max() < 10 ** (-2 / 20)
    lead = int((LEAD - 0.05) * rate)
    assert np.abs(samples[:lead]).max() < 1e-3 and np.abs(samples[-lead:]).max() < 1e-3
    assert -26 < 20 * np.log10(np.sqrt(np.mean(samples**2))) < -19


@pytest.mark.full
@pytest.mark.parametrize("tag", TAGS)
def test_each_cue_stands_where_its_sound_begins(made: Made, tag: str) -> None:
    """Silence before the cue, sound within 50 ms of it, and sound until 50 ms before its end."""
    _, recorded = made[tag]
    samples, rate = soundfile.read(io.BytesIO(recorded.mp3))
    for name, start, end, _ in parse_vtt(recorded.vtt):
        loud = np.flatnonzero(np.abs(samples[int((start - 0.3) * rate) : int((end + 0.3) * rate)]) > 0.004) / rate + start - 0.3
        assert -0.002 < loud[0] - start < 0.05, name
        assert abs(loud[-1] - end) < 0.05, name


def test_the_engine_gets_what_is_to_be_said_at_the_right_pace(english: Edition, project: Project) -> None:
    """The lexicon is for the ear alone; warnings and sentences with numbers, and nothing else of the leaflet, are slow."""
    lexicon = Lexicon("en-GB", {"germs": "jerms", "Do": "Doo"})
    say = Tone()
    recorded = synthesise(english, replace(project.voices["en-GB"], lexicon=lexicon), RATE, say)
    paces = dict(say.asked)
    assert paces["Clean hands stop jerms from passing from one person to another."] is False
    assert paces["Wash your hands with soap and water when you come in."] is False
    assert paces["Doo not visit if you were sick or had diarrhoea in the last 48 hours."] is True
    assert "jerms" not in recorded.vtt.decode() and "germs" in recorded.vtt.decode()
    assert len(say.asked) == len(set(say.asked)), "the same words are synthesised once"


def test_a_recording_is_whole_or_not_made(english: Edition, project: Project) -> None:
    tone = Tone()

    def say(wanted: Sequence[tuple[str, bool]]) -> Mapping[tuple[str, bool], Samples]:
        if any("unspeakable" in text for text, _ in wanted):
            raise SpeechError("the engine failed")
        return tone(wanted)

    words = {**english.words, "audio-end": "unspeakable"}
    with pytest.raises(SpeechError):
        synthesise(replace(english, words=words), project.voices["en-GB"], RATE, say)


@pytest.mark.full
@pytest.mark.parametrize("victim", [0, 5, 20], ids=["first sentence", "opening", "later"])
def test_an_engine_killed_in_mid_build_harms_no_other_language(small: Path, monkeypatch: pytest.MonkeyPatch, victim: int) -> None:
    class Doomed(Speaker):
        spoken = 0

        def speak(self, text: str, voice: str, rate: int, *, timeout: float = 30.0) -> Samples:
            if voice == "zlw/pl":
                if self.spoken == victim:
                    os.kill(self._server.pid, signal.SIGKILL)
                self.spoken += 1
            return super().speak(text, voice, rate, timeout=timeout)

    monkeypatch.setattr(engines, "Speaker", Doomed)
    project = load(small)
    selection = pipeline.Selection(formats=("audio",))
    built = pipeline.build(project, pipeline.check(project, selection, TODAY), selection, None, Quiet())
    assert [(f.code, f.language) for f in built.findings] == [("audio-failed", "pl")]
    assert built.published == (("clean-hands", "en-GB"),)
    good, bad = (built.outcomes["clean-hands", tag]["audio"] for tag in TAGS)
    assert [Path(f.path).name for f in good.files] == [f"clean-hands-en-GB{end}" for end in (".mp3", ".vtt", ".chapters.vtt")] and good.places
    assert (bad.files, bad.places, bad.made, bad.unavailable) == ((), (), None, "")


@pytest.mark.full
@pytest.mark.parametrize("tag", SPOKEN)
def test_the_published_recordings(dist: Path, tag: str) -> None:
    """Every real recording: length as in the manifest and in its own chapters, its files whole, no clipping."""
    path = dist / f"ivig/{tag}/ivig-{tag}.mp3"
    rows = json.loads((dist / "manifest.json").read_text())["editions"]
    (row,) = [e["formats"]["audio"] for e in rows if (e["leaflet"], e["language"]) == ("ivig", tag)]
    samples, rate = soundfile.read(path)
    tags = ID3(path)
    assert abs(len(samples) / rate - row["seconds"]) < 0.5
    assert abs(len(samples) / rate - max(c.end_time for c in tags.getall("CHAP")) / 1000) < 0.1
    assert tags["TXXX:language"].text == [tag]
    assert np.abs(samples).max() > 0.3 and np.sum(np.abs(samples) >= 0.9999) == 0
    assert len(parse_vtt(path.with_suffix(".vtt").read_bytes())) == len(tags.getall("SYLT")[0].text) > 100
