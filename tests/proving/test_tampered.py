"""Files changed with their hash corrected in the manifest, as one who hides it would: the parsers find it."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from mutagen.id3 import ID3

from leafletkit import record
from leafletkit.errors import Fault
from leafletkit.model import Edition
from leafletkit.proof import resynthesis
from leafletkit.proof.expect import words_of
from leafletkit.speech import RATE

from ..audio_support import silenced
from ..pdf_support import changed, silence, undraw
from .support import EASY, MP3, PAGE, PDF, PL, WARNING, WORDS, Prove, edit_json, put, row_of

pytestmark = pytest.mark.full


def words(edition: Edition) -> str:
    return words_of(edition.text.carrying(WARNING)[0].text)


NOTICE = "<li>To jest wersja robocza. Nie zatwierdził jej żaden lekarz ani inny pracownik medyczny.</li>"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (WORDS, "", "proof-warning-missing"),
        (WORDS, WORDS.replace("<strong> nie</strong>", ""), "proof-warning-missing"),
        (WORDS, WORDS.replace("48", "4"), "proof-warning-missing"),
        (WORDS, WORDS + WORDS, "proof-warning-missing"),
        (WORDS, WORDS.replace("<p id", "<p hidden id"), "proof-warning-missing"),
        (WORDS, WORDS.replace("<p id", '<p style="display:none" id'), "proof-warning-missing"),
        (WORDS, f"<details>{WORDS}</details>", "proof-warning-missing"),
        (WORDS, f"<!-- {WORDS} -->", "proof-warning-missing"),
        (WORDS, WORDS.replace("<p id", '<p lang="en-GB" id'), "proof-language"),
        (WORDS.replace('id="', 'id="first-'), "", "proof-warning-missing"),
        ('lang="pl" dir="ltr" class', 'lang="en-GB" dir="ltr" class', "proof-language"),
        ('lang="pl" dir="ltr" class', 'lang="pl" dir="rtl" class', "proof-language"),
        (NOTICE, "", "proof-notice"),
        (NOTICE, NOTICE.replace("<li>", "<li hidden>"), "proof-notice"),
        ("<main", "<main hidden", "proof-warning-missing"),
        ("</html>", "", "proof-unreadable"),
    ],
)
def test_a_tampered_page(dist: Path, prove: Prove, old: str, new: str, code: str) -> None:
    page = (dist / PAGE).read_text("utf-8")
    assert page.count(old) == 1
    put(dist, PAGE, page.replace(old, new).encode())
    said = prove(dist)
    assert said.code == 1 and (code, PAGE) in said.found
    assert {where for _, where in said.found} == {PAGE} and "proof-changed" not in said.codes
    if code == "proof-warning-missing":
        assert f"warning {WARNING}" in said.out


@pytest.mark.parametrize(
    ("old", "new"),
    [("<strong>Nie</strong> należy", "Należy"), ("48\u00a0godzin", "4\u00a0godzin"), ('id="er-stay-away"', 'id="x"')],
)
def test_a_tampered_easy_read_page(dist: Path, prove: Prove, old: str, new: str) -> None:
    page = (dist / EASY).read_text("utf-8")
    assert old in page
    put(dist, EASY, page.replace(old, new).encode())
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-warning-missing", EASY), ("proof-along", EASY)}


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"<html>", b"hello", bytes(5000), b"<p>" * 3000],
    ids=["empty", "no UTF-8", "head", "text", "zeros", "deep"],
)
@pytest.mark.parametrize("path", [PAGE, EASY])
def test_what_is_no_page(dist: Path, prove: Prove, path: str, data: bytes) -> None:
    put(dist, path, data)
    said = prove(dist)
    assert said.code == 1 and {where for _, where in said.found} == {path}


@pytest.mark.parametrize(
    "pair", [("index.html",) * 2, ("easy-read.html", "index.html"), ("index.html", "easy-read.html")]
)
def test_the_wrong_page_in_the_right_place(dist: Path, prove: Prove, pair: tuple[str, str]) -> None:
    """The English page, or the easy-read page, where the Polish one should be."""
    language = "en-GB" if pair[0] == pair[1] else "pl"
    path = f"{PL}/{pair[0]}"
    put(dist, path, (dist / f"clean-hands/{language}/{pair[1]}").read_bytes())
    said = prove(dist)
    assert said.code == 1 and ("proof-warning-missing", path) in said.found
    assert (("proof-language", path) in said.found) == (language == "en-GB")


def test_a_tampered_pdf_for_listeners(dist: Path, prove: Prove, polish: Edition) -> None:
    """The structure that a screen reader follows has lost the warning; on paper it is still there."""
    put(dist, PDF, changed((dist / PDF).read_bytes(), lambda pdf: [silence(pdf, words(polish)) for _ in range(2)]))
    assert prove(dist)[:2] == (1, [("proof-warning-missing", PDF)])


def test_a_tampered_pdf_for_readers(dist: Path, prove: Prove, polish: Edition) -> None:
    """The warning is gone from the paper; a screen reader still says it."""
    put(dist, PDF, changed((dist / PDF).read_bytes(), lambda pdf: undraw(pdf, words(polish))))
    assert prove(dist)[:2] == (1, [("proof-warning-missing", PDF)])


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_pdf_without_a_notice(dist: Path, prove: Prove, polish: Edition, number: int) -> None:
    put(dist, PDF, changed((dist / PDF).read_bytes(), lambda pdf: silence(pdf, words_of(polish.notices[number]))))
    assert prove(dist)[:2] == (1, [("proof-notice", PDF)])


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", bytes(9000), b"<html></html>"], ids=["empty", "head", "zeros", "a page"]
)
def test_what_is_no_pdf(dist: Path, prove: Prove, data: bytes) -> None:
    put(dist, PDF, data)
    assert prove(dist)[:2] == (1, [("proof-unreadable", PDF)])


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_half_a_pdf(dist: Path, prove: Prove, share: float) -> None:
    data = (dist / PDF).read_bytes()
    put(dist, PDF, data[: int(len(data) * share)])
    said = prove(dist)
    assert said.code == 1 and {where for _, where in said.found} == {PDF}


def test_the_english_pdf_in_its_place(dist: Path, prove: Prove) -> None:
    put(dist, PDF, (dist / "clean-hands/en-GB/clean-hands-en-GB-large-print.pdf").read_bytes())
    said = prove(dist)
    assert said.code == 1 and {("proof-warning-missing", PDF), ("proof-language", PDF)} <= set(said.found)


def spans(mp3: bytes, start: str) -> list[tuple[int, int]]:
    """(first, last) sample of each sentence that starts with some words."""
    cues = ID3(io.BytesIO(mp3)).getall("SYLT")[0].text
    found = [
        (a * RATE // 1000, (b - 350) * RATE // 1000) for (text, a), (_, b) in pairwise(cues) if text.startswith(start)
    ]
    assert found
    return found


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_silenced_warning(dist: Path, prove: Prove, which: int) -> None:
    """The recording falls silent at one of the three places of the warning."""
    data = (dist / MP3).read_bytes()
    put(dist, MP3, silenced(data, *spans(data, "Jeśli w ciągu")[which]))
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-silence", MP3)} and f"warning {WARNING}" in said.out


def test_a_silenced_notice(dist: Path, prove: Prove) -> None:
    data = (dist / MP3).read_bytes()
    put(dist, MP3, silenced(data, *spans(data, "To jest wersja robocza")[0]))
    assert prove(dist)[:2] == (1, [("proof-notice", MP3)])


def test_a_cut_recording(dist: Path, prove: Prove) -> None:
    data = (dist / MP3).read_bytes()
    put(dist, MP3, data[: len(data) // 2])
    said = prove(dist)
    assert said.code == 1 and said.codes == ["proof-silence"] and {where for _, where in said.found} == {MP3}


def test_the_english_recording_in_its_place(dist: Path, prove: Prove) -> None:
    put(dist, MP3, (dist / "clean-hands/en-GB/clean-hands-en-GB.mp3").read_bytes())
    said = prove(dist)
    assert said.code == 1 and {("proof-warning-missing", MP3), ("proof-language", MP3)} <= set(said.found)


@pytest.mark.parametrize("data", [b"", b"ID3", bytes(9000)], ids=["empty", "head", "zeros"])
def test_what_is_no_recording(dist: Path, prove: Prove, data: bytes) -> None:
    put(dist, MP3, data)
    assert prove(dist)[:2] == (1, [("proof-unreadable", MP3)])


def test_an_engine_that_fails(dist: Path, prove: Prove, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the engine a recording can't be proved: that is a fault, and not a pass."""

    def fail(*_: Any, **__: Any) -> None:
        raise Fault("the recording can't be proved: espeak-ng ended with 1", "run “make setup”, then build again")

    monkeypatch.setattr(resynthesis, "speak_all", fail)
    said = prove(dist)
    assert said.code == 1 and sorted(where for _, where in said.found) == [
        "clean-hands/en-GB/clean-hands-en-GB-easy-read.mp3",
        "clean-hands/en-GB/clean-hands-en-GB.mp3",
        MP3.replace(".mp3", "-easy-read.mp3"),
        MP3,
    ]


def test_the_manifest_alone_does_not_switch_the_proof_off(dist: Path, prove: Prove) -> None:
    """A silenced recording, its hash corrected, and “recorded” beside it; the record still knows the voice."""
    data = (dist / MP3).read_bytes()
    put(dist, MP3, silenced(data, *spans(data, "Jeśli w ciągu")[0]))
    edit_json(dist / "manifest.json", lambda m: row_of(m)["formats"]["audio"].update(recorded=True))
    assert prove(dist).code == 1


def test_a_record_without_the_voice(dist: Path, prove: Prove) -> None:
    """The manifest doesn't say that a person speaks, and the record knows no voice: then nothing is proved."""
    known = json.loads((dist / record.path("clean-hands")).read_text("utf-8"))
    del known["voices"]["pl"]
    put(dist, record.path("clean-hands"), json.dumps(known).encode())
    assert prove(dist).code == 1
