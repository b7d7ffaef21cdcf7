"""Transcripts, chapters and loudness, with the hash corrected as one who hides it would; by a computer and by a person."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from ..audio_support import chapters_of, contents_of, tags_of, with_samples, with_tags
from .support import MP3, PAGE, PL, VTT, Prove, put

pytestmark = pytest.mark.full

CHAPTERS = f"{PL}/clean-hands-pl.chapters.vtt"


@pytest.fixture(params=["computer", "person"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of finished files with a Polish recording."""
    if request.param == "computer":
        return request.getfixturevalue("dist")
    return Path(shutil.copytree(request.getfixturevalue("by_a_person") / "dist", tmp_path / "person"))


def test_a_swapped_transcript(folder: Path, made: Path, by_a_person: Path, prove: Prove) -> None:
    """The other's transcript of the same leaflet: a computer's has other times and sentences than a person's."""
    ours, others = ((made / "dist" / VTT).read_bytes(), (by_a_person / "dist" / VTT).read_bytes())
    put(folder, VTT, others if (folder / VTT).read_bytes() == ours else ours)
    said = prove(folder)
    assert said.code == 1 and set(said.found) == {("proof-transcript", VTT), ("proof-along", PAGE)}, "the page reads along with other words"


def test_the_chapters_in_place_of_the_transcript(folder: Path, prove: Prove) -> None:
    put(folder, VTT, (folder / CHAPTERS).read_bytes())
    said = prove(folder)
    assert said.code == 1 and set(said.found) == {("proof-transcript", VTT), ("proof-along", PAGE)}, "the page reads along with other words"


def test_a_changed_word(folder: Path, prove: Prove) -> None:
    """The “not” of the warning, once."""
    text = (folder / VTT).read_text("utf-8")
    put(folder, VTT, text.replace(" nie należy", " należy", 1).encode())
    said = prove(folder)
    assert said.code == 1 and set(said.found) == {("proof-transcript", VTT), ("proof-along", PAGE)}, "the page reads along with other words"


def test_a_list_of_chapters_without_one(folder: Path, prove: Prove) -> None:
    rows = (folder / CHAPTERS).read_text("utf-8").rstrip("\n").split("\n\n")
    put(folder, CHAPTERS, ("\n\n".join(rows[:-1]) + "\n").encode())
    assert prove(folder)[:2] == (1, [("proof-transcript", CHAPTERS)])


def test_a_recording_without_the_chapter_of_a_warning(folder: Path, prove: Prove) -> None:
    data = (folder / MP3).read_bytes()
    lost = chapters_of(tags_of(data))[2].element_id
    put(folder, MP3, with_tags(data, lambda tags: (tags.delall(f"CHAP:{lost}"), contents_of(tags).child_element_ids.remove(lost))))
    said = prove(folder)
    assert said.code == 1 and set(said.found) == {("proof-chapters", MP3), ("proof-transcript", CHAPTERS)}


def test_a_recording_that_is_too_quiet(folder: Path, prove: Prove) -> None:
    def halve(samples: np.ndarray) -> None:
        samples //= 2

    put(folder, MP3, with_samples((folder / MP3).read_bytes(), halve))
    said = prove(folder)
    assert said.code == 1 and set(said.found) == {("proof-loudness", MP3)}
