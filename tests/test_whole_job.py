"""The real job on the real leaflets: what `make leaflets` promises, read from the finished folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from leafletkit.model import FORMATS, PRINT, Edition
from leafletkit.project import Project

pytestmark = pytest.mark.full
LANGUAGES = ("en-GB", "cy", "pl", "ar", "ur", "hi", "zh-Hans", "so")


@pytest.fixture
def manifest(dist: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((dist / "manifest.json").read_text())
    return data


def edition(manifest: dict[str, Any], leaflet: str, language: str) -> dict[str, Any]:
    (found,) = [e for e in manifest["editions"] if (e["leaflet"], e["language"]) == (leaflet, language)]
    row: dict[str, Any] = found
    return row


def test_eight_languages_in_six_formats_and_seven_aloud(manifest: dict[str, Any]) -> None:
    for language in LANGUAGES:
        states = {f: row["state"] for f, row in edition(manifest, "ivig", language)["formats"].items()}
        spoken = "unavailable" if language == "so" else "made"
        assert states == {**dict.fromkeys(FORMATS, "made"), "audio": spoken, "easy-read-audio": spoken}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_warning_has_its_place_in_every_file(manifest: dict[str, Any], language: str, project: Project) -> None:
    (leaflet,) = [x for x in project.leaflets if x.id == "ivig"]
    ids = {w.id for w in leaflet.warnings}
    assert len(ids) == 26
    for fmt, row in edition(manifest, "ivig", language)["formats"].items():
        if row["state"] != "made":
            continue
        assert set(row["warnings"]) == ids
        for place in row["warnings"].values():
            if fmt in ("web", "easy-read"):
                assert place["fragments"]
            elif fmt in PRINT:
                assert all(1 <= page <= row["pages"] for page in place["pages"]) and place["pages"]
            else:
                assert len(place["times"]) >= 2
                assert all(0 < start < end < row["seconds"] for start, end in place["times"])


def test_nothing_looks_approved(manifest: dict[str, Any]) -> None:
    for row in manifest["editions"]:
        assert row["approved"] is False
        assert row["state"] == ("expired" if row["leaflet"] == "ivig" else "draft")


def test_the_manifest_names_every_file_and_its_hash(manifest: dict[str, Any], dist: Path) -> None:
    named = {f["path"]: f["sha256"] for e in manifest["editions"] for row in e["formats"].values() for f in row.get("files", [])}
    named |= {f["path"]: f["sha256"] for f in manifest["assets"]}
    there = {p.relative_to(dist).as_posix(): p for p in dist.rglob("*") if p.is_file()}
    assert {n: hashlib.sha256(p.read_bytes()).hexdigest() for n, p in there.items() if n != "manifest.json"} == named


def test_somali_says_that_it_has_no_audio(
    dist: Path, manifest: dict[str, Any], editions: dict[tuple[str, str], Edition]
) -> None:
    row = edition(manifest, "ivig", "so")["formats"]["audio"]
    assert [r["code"] for r in row["reasons"]] == ["audio-unavailable"]
    assert editions["ivig", "so"].words["audio-unavailable"] in (dist / "ivig/so/index.html").read_text()
    assert not list((dist / "ivig/so").glob("*.mp3"))


def test_no_path_of_this_machine_is_published(dist: Path) -> None:
    for path in dist.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert str(Path(__file__).parent.parent).encode() not in data, path
            assert b"/usr/share/fonts" not in data, path
