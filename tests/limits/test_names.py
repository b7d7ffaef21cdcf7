"""Folders and files with names that nobody can read, too many of them, and styles that are no text."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from leafletkit import limits, project
from leafletkit.assets import shared_files
from leafletkit.cli import main
from leafletkit.errors import Fault
from leafletkit.project import load

from ..conftest import ROOT

NAMES = [b"a\nb", b"\xff\xfe", b"Clean Hands", b"-a", b"\x1b[31m"]


@pytest.mark.parametrize("name", NAMES)
def test_a_leaflet_needs_a_name_that_can_be_its_id(small: Path, name: bytes) -> None:
    os.mkdir(os.fsencode(small / "leaflet") + b"/" + name)
    (finding,) = load(small).findings
    assert (finding.code, finding.path) == ("metadata-invalid", "leaflet")
    assert finding.message.isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_a_sign_off_with_an_unreadable_name_can_be_shown_everywhere(small: Path, name: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small / "locales" / "pl" / "signoff"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name + b".toml")).touch()
    (finding,) = load(small).findings
    assert finding.code == "signoff-invalid"
    assert finding.message.isprintable() and finding.path.isprintable()
    assert main(["check", "--project", str(small)]) == 1
    capsys.readouterr()
    assert main(["check", "--project", str(small), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)


def test_a_folder_of_too_many_files_is_not_looked_through(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "FOLDER_FILES", 5)
    folder = small / "locales" / "pl" / "waivers"
    folder.mkdir()
    for number in range(6):
        (folder / f"x{number}.toml").touch()
    (finding,) = load(small).findings
    assert (finding.code, finding.path, finding.language) == ("waiver-invalid", "locales/pl/waivers", "pl")
    assert "more than 5 files" in finding.message


def test_misnamed_files_are_listed_up_to_a_hundred(small: Path) -> None:
    folder = small / "locales" / "pl" / "waivers"
    folder.mkdir()
    for number in range(limits.FINDINGS + 20):
        (folder / f"x{number}.toml").touch()
    assert len(load(small).findings) == limits.FINDINGS


def test_too_many_leaflets_are_not_looked_through(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "LEAFLETS", 5)
    for number in range(6):
        shutil.copytree(small / "leaflet" / "clean-hands", small / "leaflet" / f"x{number}")
    read = load(small)
    assert read.leaflets == ()
    assert any(f.path == "leaflet" and "more than 5 files" in f.message for f in read.findings)


def test_too_many_languages_are_refused(small: Path) -> None:
    tags = [f"a{a}{b}" for a in "abcdefghijklmnopqrstuvwxyz" for b in "abcdefghijklmnopqrstuvwxyz"][: limits.LANGUAGES]
    text = (small / "project.toml").read_text()
    named = ", ".join(f'"{t}"' for t in ("en-GB", "pl", *tags))
    (small / "project.toml").write_text(text.replace('languages = ["en-GB", "pl"]', f"languages = [{named}]"))
    findings = [f for f in load(small).findings if f.code == "project-invalid"]
    assert [f.message for f in findings] == ["“languages” names 502 languages; a project may have 500"]


@pytest.mark.parametrize(("name", "data"), [("page.css", b"\xff\xfe"), ("icon.svg", None)])
def test_styles_that_are_no_text_are_a_fault_that_names_them(tmp_path: Path, name: str, data: bytes | None) -> None:
    styles = tmp_path / "styles"
    shutil.copytree(ROOT / "styles", styles)
    if data is None:
        (styles / name).unlink()
    else:
        (styles / name).write_bytes(data)
    with pytest.raises(Fault) as fault:
        shared_files(styles)
    assert name in fault.value.what and str(styles) in fault.value.hint
