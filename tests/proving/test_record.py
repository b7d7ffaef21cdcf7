"""The record: of another build, broken, lost, or with less in it than was published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leafletkit import cli, record

from ..conftest import TODAY
from .support import FONT, MP3, PAGE, PDF, PL, Prove, edit, flip, put

pytestmark = pytest.mark.full


def other_build(project: Path, out: Path) -> Path:
    """The pages of another day, when the Polish warning began with another word."""
    edit(project / "locales/pl/LC_MESSAGES/clean-hands.po", "Jeśli w ciągu", "Jeżeli w ciągu")
    options = ["--format", "web", "--jobs", "1", "--out", str(out)]
    assert cli.main(["build", "--project", str(project), *options], today=TODAY) == 0
    return out


def test_the_record_of_another_build(dist: Path, project: Path, tmp_path: Path, prove: Prove) -> None:
    """Record and manifest are of different days: with its hash as it was, and with it corrected."""
    other = (other_build(project, tmp_path / "new") / record.path("clean-hands")).read_bytes()
    (dist / record.path("clean-hands")).write_bytes(other)
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-changed", record.path("clean-hands")), ("proof-record", record.path("clean-hands"))}
    (dist / record.path("clean-hands")).write_bytes(b"")
    put(dist, record.path("clean-hands"), other)
    said = prove(dist)
    assert said.code == 1 and said.found == [("proof-record", record.path("clean-hands"))] and "clean-hands pl" in said.out


def test_a_page_of_an_older_build(dist: Path, project: Path, tmp_path: Path, prove: Prove) -> None:
    """An old page, copied back over the new one with all its good looks: its warning is not today's."""
    put(dist, PAGE, (other_build(project, tmp_path / "old") / PAGE).read_bytes())
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-warning-missing", PAGE), ("proof-along", PAGE)}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 200_000,
        b'{"record": 2, "editions": {}, "voices": {}}',
        b"\x00" * 99,
        b"\xef\xbb\xbf{}",
    ],
    ids=["empty", "object", "list", "null", "no UTF-8", "deep", "version", "zeros", "mark"],
)
def test_a_broken_record(dist: Path, prove: Prove, data: bytes) -> None:
    """Nothing can be proved without it; the files are still compared with the manifest."""
    flip(dist / FONT, 0.5)
    put(dist, record.path("clean-hands"), data)
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-record", record.path("clean-hands")), ("proof-changed", FONT)}
    assert "0 files read back" in said.out


def test_a_lost_record(dist: Path, prove: Prove) -> None:
    (dist / record.path("clean-hands")).unlink()
    assert sorted(prove(dist).found) == [("proof-changed", record.path("clean-hands")), ("proof-record", record.path("clean-hands"))]


def test_a_record_without_an_edition(dist: Path, prove: Prove) -> None:
    known = json.loads((dist / record.path("clean-hands")).read_text("utf-8"))
    del known["editions"][PL]
    put(dist, record.path("clean-hands"), json.dumps(known).encode())
    said = prove(dist)
    assert (said.code, said.found) == (1, [("proof-record", record.path("clean-hands"))]) and "does not know this edition" in said.out


def test_a_record_with_other_words(dist: Path, prove: Prove) -> None:
    """Record and hash are changed so that the prohibition is lost, the files are not: they no longer agree."""
    text = (dist / record.path("clean-hands")).read_text("utf-8").replace("**nie** należy przychodzić", "**można** przychodzić")
    put(dist, record.path("clean-hands"), text.encode())
    said = prove(dist)
    assert said.code == 1 and {(c, p) for c, p in said.found} >= {
        ("proof-warning-missing", PAGE),
        ("proof-warning-missing", PDF),
        ("proof-warning-missing", MP3),
    }


def test_a_record_that_does_not_ask_for_the_warning(dist: Path, prove: Prove) -> None:
    """The block is there, but the record no longer says that it carries the warning."""
    known = json.loads((dist / record.path("clean-hands")).read_text("utf-8"))
    for block in known["editions"][PL]["text"]["blocks"]:
        block["warning"] = None
    put(dist, record.path("clean-hands"), json.dumps(known).encode())
    said = prove(dist)
    assert said.code == 1 and {("proof-warning-missing", PAGE), ("proof-warning-missing", PDF)} <= set(said.found)
