"""The recordings of the real leaflet, in every language that a computer speaks, proved once more from their files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from leafletkit.model import Edition
from leafletkit.project import Project
from leafletkit.proof.audio import prove_audio
from leafletkit.render.links import AUDIO_FILES

from ..audio_support import Memory, decode, encode, tags_of
from .test_finished import probed

pytestmark = pytest.mark.full

SPOKEN = ("en-GB", "cy", "pl", "ar", "ur", "hi", "zh-Hans")
every_language = pytest.mark.parametrize("tag", SPOKEN)


@every_language
def test_no_finding_and_heard_as_the_manifest_says(dist: Path, project: Project, editions: Mapping[tuple[str, str], Edition], tag: str) -> None:
    """Every warning at two places and more; then with the loudest tenth of a second of each twentieth sentence silenced: a finding."""
    stem, voice, edition = dist / f"ivig/{tag}/ivig-{tag}", project.voices[tag], editions["ivig", tag]
    data = [stem.with_name(stem.name + end).read_bytes() for end in AUDIO_FILES[:3]]
    options = {"letters": voice.letters, "spoken": voice.spoken, "slower": voice.rate / voice.slow}
    memory = Memory(voice)
    places, findings, heard = prove_audio(data, edition, "x.mp3", memory, **options)
    assert findings == ()
    assert {p.warning for p in places} == {w.id for w in edition.leaflet.warnings} and all(len(p.times) >= 2 for p in places)
    rows = json.loads((dist / "manifest.json").read_text())["editions"]
    (cell,) = [e["formats"]["audio"] for e in rows if (e["leaflet"], e["language"]) == ("ivig", tag)]
    assert abs(heard.seconds - cell["seconds"]) < 1
    assert cell["sound"]["loudness"] == round(heard.loudness, 2) and cell["sound"]["peak"] == round(heard.peak, 2)
    assert abs(cell["sound"]["cue_error"] - heard.cue_error) < 0.002 and cell["sound"]["chapters"] == len(heard.chapters)
    assert abs(heard.loudness + 19) < 1 and heard.peak <= -2 and heard.cue_error <= 0.05
    words = tags_of(data[0]).getall("SYLT")[0].text
    samples = decode(data[0])
    rate = round(samples.size / heard.seconds)
    for (_, start), (_, end) in list(pairwise(words))[::20]:
        sound = samples[start * rate // 1000 : end * rate // 1000]
        energy = np.convolve(sound.astype(np.float64) ** 2, np.ones(rate // 5), "valid")
        at = int(np.argmax(energy))
        sound[at : at + rate // 5] = 0
    _, found, _ = prove_audio([data[0][: tags_of(data[0]).size] + encode(samples), *data[1:]], edition, "x.mp3", memory, **options)
    assert {f.code for f in found} <= {"proof-silence", "proof-notice"} and found


@every_language
def test_chapters_and_loudness_by_other_programs(dist: Path, editions: Mapping[tuple[str, str], Edition], tag: str) -> None:
    """ffprobe's chapters rise in time and have two for each warning; ffmpeg's ebur128 measures -19 LUFS."""
    path, edition = dist / f"ivig/{tag}/ivig-{tag}.mp3", editions["ivig", tag]
    rows = probed(path)["chapters"]
    starts = [float(row["start_time"]) for row in rows]
    assert starts == sorted(set(starts))
    names = [row["tags"]["title"] for row in rows]
    for number in range(len(edition.leaflet.warnings)):
        assert names.count(edition.words["audio-warning-number"].replace("{number}", str(number + 1))) == 2
    done = subprocess.run(["ffmpeg", "-hide_banner", "-nostats", "-i", path, "-map", "0:a", "-af", "ebur128=peak=true", "-f", "null", "-"], capture_output=True, text=True)
    summary = done.stderr[done.stderr.rindex("Summary:") :].split()
    assert abs(float(summary[summary.index("I:") + 1]) + 19) <= 1
    assert float(summary[summary.index("Peak:") + 1]) <= -2
