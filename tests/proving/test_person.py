"""A recording by a person is proved by its hash and in itself, and not taken for a computer's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .support import MP3, VTT, Prove, flip, row_of

pytestmark = pytest.mark.full


def test_a_person_is_proved_by_the_hash(by_a_person: Path, prove: Prove) -> None:
    """The takes are not in the folder; page and hashes are proved, and the sound is not taken for a computer's."""
    assert row_of(json.loads((by_a_person / "dist/manifest.json").read_text()))["formats"]["audio"]["recorded"] is True
    said = prove(by_a_person / "dist")
    assert (said.code, said.found) == (0, []) and "1 warnings found" in said.out
    assert prove(by_a_person / "dist", "--project", by_a_person / "project").code == 0


@pytest.mark.parametrize("path", [MP3, VTT])
def test_a_changed_recording_by_a_person(by_a_person: Path, tmp_path: Path, prove: Prove, path: str) -> None:
    dist = Path(shutil.copytree(by_a_person / "dist", tmp_path / "published"))
    flip(dist / path, 0.7)
    said = prove(dist)
    assert said.code == 1 and ("proof-changed", path) in said.found and {where for _, where in said.found} == {path}


def test_a_recording_of_another_edition(by_a_person: Path, dist: Path, tmp_path: Path, prove: Prove) -> None:
    """A computer's recording in place of the person's is another file."""
    target = Path(shutil.copytree(by_a_person / "dist", tmp_path / "person"))
    (target / MP3).write_bytes((dist / MP3).read_bytes())
    said = prove(target)
    assert said.code == 1 and {("proof-changed", MP3), ("proof-transcript", VTT)} <= set(said.found)
