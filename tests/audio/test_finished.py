"""The finished files as other programs read them: ffmpeg, Pillow and tesseract, not the toolkit's own code."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from leafletkit import fonts, inline
from leafletkit.child import environment
from leafletkit.render.audio import LEAD
from leafletkit.render.cover import render_cover
from leafletkit.speech import RATE

from ..audio_support import Case, frames_of, seconds_of, tags_of
from ..conftest import ROOT

pytestmark = pytest.mark.full

TAGS = ("en-GB", "pl")
every_language = pytest.mark.parametrize("tag", TAGS)


@pytest.fixture(scope="module")
def files(cases: dict[str, Case], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The MP3 of each language as a file, for other programs."""
    folder = tmp_path_factory.mktemp("mp3")
    for tag, case in cases.items():
        (folder / f"{tag}.mp3").write_bytes(case.mp3)
    return {tag: folder / f"{tag}.mp3" for tag in cases}


def run(*command: str | Path) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(list(map(str, command)), capture_output=True)
    assert done.returncode == 0, done.stderr[-500:]
    return done


def probed(path: Path) -> dict:
    return json.loads(run("ffprobe", "-v", "error", "-show_chapters", "-show_format", "-show_streams", "-of", "json", path).stdout)


def decoded(path: Path) -> np.ndarray:
    """The samples (from -1 to 1), as ffmpeg decodes them, from the very first."""
    flags = ("-flags2", "-skip_manual")
    return np.frombuffer(run("ffmpeg", "-v", "error", *flags, "-i", path, "-map", "0:a", "-f", "f32le", "-").stdout, "<f4")


@every_language
def test_loudness_and_true_peak(files: dict[str, Path], tag: str) -> None:
    """By ffmpeg's ebur128: -19 LUFS, one to either side, and no peak above -2 dBTP."""
    said = run("ffmpeg", "-hide_banner", "-nostats", "-i", files[tag], "-map", "0:a", "-af", "ebur128=peak=true", "-f", "null", "-").stderr.decode()
    summary = said[said.rindex("Summary:") :]
    loudness, peak = (float(re.search(rf"{name}:\s+(-?[\d.]+) (?:LUFS|dBFS)", summary)[1]) for name in ("I", "Peak"))
    assert abs(loudness + 19) <= 1
    assert peak <= -2


@every_language
def test_the_stream_and_the_tags_of_a_player(files: dict[str, Path], cases: dict[str, Case], tag: str) -> None:
    """64 kbit/s, mono; title, language and publisher of the edition."""
    top, edition = probed(files[tag]), cases[tag].edition
    (sound,) = [s for s in top["streams"] if s["codec_type"] == "audio"]
    assert (sound["codec_name"], sound["bit_rate"], sound["channels"], sound["sample_rate"]) == ("mp3", "64000", 1, str(RATE))
    assert abs(float(top["format"]["duration"]) - cases[tag].good.seconds) < 0.05
    tags = top["format"]["tags"]
    assert tags["title"] == inline.plain(edition.text.title.text)
    assert tags["publisher"] == tags["artist"] == edition.publisher
    assert tags["language"] == tag


@every_language
def test_chapters_in_the_order_of_time(files: dict[str, Path], cases: dict[str, Case], tag: str) -> None:
    """As ffprobe lists them, unsorted: starts rise; one for each heading, two for each warning and for the warnings as a whole."""
    edition, rows = cases[tag].edition, probed(files[tag])["chapters"]
    starts = [float(row["start_time"]) for row in rows]
    assert starts == sorted(set(starts)) and starts[0] == LEAD
    assert [row["end"] for row in rows[:-1]] == [row["start"] for row in rows[1:]]
    names = Counter(row["tags"]["title"] for row in rows)
    words = edition.words
    for block in edition.text.blocks:
        if block.kind in ("heading", "subheading"):
            assert names[inline.plain(block.text)] == 1
    for number in range(len(edition.leaflet.warnings)):
        assert names[words["audio-warning-number"].replace("{number}", str(number + 1))] == 2
    assert names[words["safety-heading"]] == 2 and names[words["contact-heading"]] == 1
    known = [(start, row["tags"]["title"]) for start, row in zip(starts, rows, strict=True)]
    assert [(round(start, 3), name) for start, name in cases[tag].good.chapters] == known


@every_language
def test_the_order_of_frames(cases: dict[str, Case], tag: str) -> None:
    """The words rise in time, the table of contents names the chapters as they come, and so do the frames in the file."""
    mp3 = cases[tag].mp3
    tags = tags_of(mp3)
    times = [time for _, time in tags.getall("SYLT")[0].text]
    assert times == sorted(set(times))
    (contents,) = tags.getall("CTOC")
    frames = [f for f in frames_of(mp3) if f[:4] == b"CHAP"]
    assert contents.child_element_ids == [f[10 : f.index(b"\0", 10)].decode() for f in frames]
    assert len(frames) == len(tags.getall("CHAP")) == len(cases[tag].good.chapters)


@every_language
def test_the_cover(cases: dict[str, Case], tag: str, tmp_path: Path) -> None:
    """A PNG of 600 x 600 dots with dark letters on light paper; the state and the title can be read on it."""
    (picture,) = tags_of(cases[tag].mp3).getall("APIC")
    assert (picture.mime, picture.type) == ("image/png", 3)
    with Image.open(io.BytesIO(picture.data)) as opened:
        opened.load()
        assert (opened.format, opened.size) == ("PNG", (600, 600))
        dots = np.asarray(opened.convert("L"))
    assert 0.01 < np.mean(dots < 100) < 0.5 and np.mean(dots > 150) > 0.4
    # An eye passes over what is in a box, so the box is read by itself, without its lines.
    lines = np.flatnonzero(np.mean(dots < 100, axis=1) > 0.7)
    inside = dots[lines[0] + 5 : lines[-1] - 4].copy()
    inside[:, np.mean(inside < 100, axis=0) > 0.9] = 255
    edition = cases[tag].edition
    for part, words in ((inside, edition.words["state-draft"]), (dots[lines[-1] + 1 :], edition.text.title.text)):
        Image.fromarray(part).save(tmp_path / "part.png")
        read = run("tesseract", tmp_path / "part.png", "-", "-l", {"en-GB": "eng", "pl": "pol"}[tag], "--psm", "6").stdout.decode()
        assert words.casefold() in " ".join(read.split()).casefold()


@pytest.mark.parametrize("state", ["in-review", "withdrawn", "expired", "approved"])
def test_another_state_is_another_cover(english: Case, state: str) -> None:
    fonts.use(ROOT)
    covers = [render_cover(edition, ROOT / "styles") for edition in (english.edition, replace(english.edition, state=state))]
    assert covers[0] != covers[1]
    assert covers[0] == tags_of(english.mp3).getall("APIC")[0].data


def test_a_cover_of_a_very_long_title(english: Case) -> None:
    """The letters become smaller; the words are all there, or there is no picture."""
    fonts.use(ROOT)
    blocks = (replace(english.edition.text.title, text="Clean hands on the ward and everywhere else " * 3), *english.edition.text.blocks[1:])
    cover = render_cover(replace(english.edition, text=replace(english.edition.text, blocks=blocks)), ROOT / "styles")
    with Image.open(io.BytesIO(cover)) as opened:
        dots = np.asarray(opened.convert("L"))
    assert opened.size == (600, 600)
    assert all(np.ptp(edge.astype(int)) < 40 for edge in (dots[0], dots[-1], dots[:, 0], dots[:, -1])), "nothing runs over the edge"


PROGRAM = """
import hashlib, sys
from datetime import date
from pathlib import Path
from leafletkit import fonts, pipeline
from leafletkit.project import load
from leafletkit.render.audio import synthesise
from leafletkit.render.cover import render_cover
from leafletkit.segments import Segments
root, tag = Path(sys.argv[1]), sys.argv[2]
project = load(root)
fonts.use(root)
edition = pipeline.check(project, pipeline.Selection(("clean-hands",), (tag,)), date(2026, 11, 22)).editions["clean-hands", tag]
made = synthesise(edition, project.voices[tag], 22050, Segments(project.voices[tag], root).sounds, render_cover(edition, root / "styles"))
print(*(hashlib.sha256(data).hexdigest() for data in (made.mp3, made.vtt, made.chapters_vtt)))
"""


@every_language
def test_the_same_words_give_the_same_bytes(cases: dict[str, Case], tag: str) -> None:
    """In another process, with another order of hashes and no cache."""
    good = cases[tag].good
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(ROOT), tag], capture_output=True, text=True, env={**environment(), "PYTHONHASHSEED": "7"})
    assert done.stdout.split() == [hashlib.sha256(data).hexdigest() for data in (good.mp3, good.vtt, good.chapters_vtt)], done.stderr[-500:]


@every_language
def test_cues_begin_with_their_sound(files: dict[str, Path], cases: dict[str, Case], tag: str) -> None:
    """In the samples as ffmpeg decodes them: silence, then each sentence within 50 ms of its cue, and its end within 50 ms of the cue's."""
    samples = decoded(files[tag])
    rows = [row.split(" --> ") for row in cases[tag].good.vtt.decode().split("\n") if " --> " in row]
    for start, end in ((seconds_of(a), seconds_of(b)) for a, b in rows):
        loud = np.flatnonzero(np.abs(samples[int((start - 0.25) * RATE) : int((end + 0.25) * RATE)]) > 0.005) / RATE + start - 0.25
        assert abs(loud[0] - start) < 0.05, start
        assert abs(loud[-1] - end) < 0.05, end
    assert np.abs(samples[: int((LEAD - 0.05) * RATE)]).max() < 1e-3
