"""A release lets through what is whole and signed, language by language, and nothing else."""

from __future__ import annotations

import json
import shutil

import pytest

from leafletkit import cli
from leafletkit.model import FORMATS

from ..conftest import TODAY
from ..signoff_support import EN, PL, SIGNOFF, STAY, codes, look, sign, sign_words
from .support import SPOKEN, state, stood


def test_release_lets_a_whole_and_signed_leaflet_through(signed):
    """Nothing is found and nothing is withheld, the recording included."""
    for tag in ("en-GB", "pl"):
        assert sign(signed, "heard", language=tag) == 0
    checked = look(signed, release=True)
    assert not checked.findings
    assert {k: e.state for k, e in checked.editions.items()} == {EN: "approved", PL: "approved"}
    assert not any(checked.withholds(key, f) for key in (EN, PL) for f in FORMATS)


def test_without_listening_only_the_recording_is_withheld(signed):
    assert sign(signed, "heard", language="en-GB") == 0
    checked = look(signed, release=True)
    assert codes(checked) == [("release-unheard", "pl")]
    assert set(checked.editions) == {EN, PL}
    assert checked.withholds(PL, "audio") and not checked.withholds(EN, "audio")
    assert {f for f in FORMATS if checked.withholds(PL, f)} == {"audio", "easy-read-audio"}


def test_a_recording_heard_in_part_is_withheld(signed):
    """Every block that is spoken must have been heard."""
    assert sign(signed, "heard", *(w for name in SPOKEN - {STAY} for w in ("--string", name))) == 0
    checked = look(signed, release=True)
    assert checked.withholds(PL, "audio")
    (found,) = [f for f in checked.findings if f.language == "pl"]
    assert (found.code, found.string) == ("release-unheard", STAY)


def test_languages_are_released_one_by_one(ready):
    """A language that is approved does not wait for the others."""
    sign_words(ready, "pl")
    assert list(look(ready, release=True).editions) == [PL]
    assert state(ready, key=EN) == ("draft", ["notice-draft"])


def test_an_approval_of_another_language_is_none(signed):
    """A file copied from another language approves nothing."""
    shutil.copy(signed / "locales/en-GB/signoff/clean-hands.toml", signed / SIGNOFF)
    assert PL not in look(signed, release=True).editions
    assert not stood(signed)["clinical"].by


@pytest.mark.full  # slow
def test_the_finished_files_of_a_release(signed, tmp_path, capsys):
    """Built by the real command: no notice of a draft, no sound until somebody has listened."""
    out = tmp_path / "out"
    build = ["build", "--project", str(signed), "--out", str(out), "--jobs", "2", "--release"]
    draft = (
        "This is a draft",
        "It has not been approved",
        "Ten tekst jest sprawdzany",
        "wersją roboczą",
        "wersja robocza",
    )

    def editions():
        return {e["language"]: e for e in json.loads((out / "manifest.json").read_text())["editions"]}

    assert sign(signed, "heard", language="en-GB") == 0
    assert cli.main(build, today=TODAY) == 1, "the Polish recording is withheld"
    assert {tag: e["formats"]["audio"]["state"] for tag, e in editions().items()} == {"en-GB": "made", "pl": "withheld"}
    assert all(e["approved"] and e["formats"]["web"]["state"] == "made" for e in editions().values())
    pages = [p.read_text("utf-8") for p in out.rglob("*.html") if "clean-hands" in p.as_posix()]
    assert len(pages) >= 4 and not [text for page in pages for text in draft if text in page]
    assert not [p for p in out.rglob("*.mp3") if "pl" in p.relative_to(out).parts]

    assert sign(signed, "heard") == 0
    assert cli.main(build, today=TODAY) == 0
    assert {tag: e["formats"]["audio"]["state"] for tag, e in editions().items()} == {"en-GB": "made", "pl": "made"}
    capsys.readouterr()
