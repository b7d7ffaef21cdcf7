"""`prove --project`: whatever readers would see otherwise today is named, and nothing else."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from leafletkit import cli

from ..conftest import TODAY
from .support import Prove, edit

pytestmark = pytest.mark.full


def test_the_words_are_still_those_of_the_project(dist: Path, project: Path, prove: Prove) -> None:
    assert prove(dist, "--project", project)[:2] == (0, [])


PO = "locales/pl/LC_MESSAGES/clean-hands.po"
BOTH, POLISH = ["en-GB", "pl"], ["pl"]


@pytest.mark.parametrize(
    ("path", "old", "new", "languages"),
    [
        (PO, "Jeśli w ciągu", "Jeżeli w ciągu", POLISH),
        (PO, "Przed wyjściem proszę", "Wychodząc proszę", POLISH),
        (PO, 'msgstr "Ręce z mydłem"', 'msgstr "Dłonie z mydłem"', POLISH),
        (PO, 'msgstr "Zarazek"', 'msgstr ""', POLISH),
        ("locales/pl/LC_MESSAGES/interface.po", "Szpital Przykładowy", "Szpital Inny", POLISH),
        ("leaflet/clean-hands/leaflet.toml", 'version = "0.1"', 'version = "0.2"', BOTH),
        ("leaflet/clean-hands/leaflet.toml", "review_due = 2028-11-01", "review_due = 2027-11-01", BOTH),
        ("leaflet/clean-hands/leaflet.toml", 'status = "draft"', 'status = "withdrawn"', BOTH),
        (
            "leaflet/clean-hands/leaflet.toml",
            'placeholder = true\nphone = ""',
            'placeholder = false\nphone = "0123 456789"',
            BOTH,
        ),
        ("leaflet/clean-hands/leaflet.md", "Wash them again when you go.", "Wash your hands again when you go.", BOTH),
        ("leaflet/clean-hands/safety.toml", "[[warning]]", "[[warning]", BOTH),
        ("project.toml", 'languages = ["en-GB", "pl"]', 'languages = ["en-GB"]', BOTH),
    ],
)
def test_the_project_has_moved_on(
    dist: Path, project: Path, prove: Prove, path: str, old: str, new: str, languages: list[str]
) -> None:
    """Words, contact, version, state: whatever readers would see otherwise today is named, language by language."""
    edit(project / path, old, new)
    said = prove(dist, "--project", project)
    assert said.code == 1 and said.found == [("proof-outdated", "manifest.json")] * len(languages)
    assert re.findall(r"in clean-hands (\S+);", said.out) == languages
    assert prove(dist).code == 0


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("locales/pl/language.toml", "[facts]", "# a linguist's remark\n[facts]"),
        (PO, 'msgctxt "why"', '# a translator\'s remark\nmsgctxt "why"'),
        (
            "leaflet/clean-hands/queries.toml",
            'status = "open"',
            'status = "answered"\nanswer = "Yes."\nname = "Dr A"\nrole = "Consultant"\ndate = 2026-11-20',
        ),
        ("styles/page.css", "body", "body "),
    ],
)
def test_what_changes_no_words(dist: Path, project: Path, prove: Prove, path: str, old: str, new: str) -> None:
    """Remarks, answers to queries, the looks: readers still get the words of the project."""
    edit(project / path, old, new)
    assert prove(dist, "--project", project)[:2] == (0, [])


def test_a_leaflet_that_has_expired_since(dist: Path, project: Path, prove: Prove) -> None:
    """Its review date has passed: a build of today would say so on every page."""
    said = prove(dist, "--project", project, today=date(2028, 11, 2))
    assert said.found == [("proof-outdated", "manifest.json")] * 2
    assert prove(dist, "--project", project, today=date(2028, 11, 1)).code == 0


def test_a_leaflet_that_the_project_no_longer_has(dist: Path, project: Path, prove: Prove) -> None:
    shutil.rmtree(project / "leaflet/clean-hands")
    said = prove(dist, "--project", project)
    assert said.code == 1 and said.found == [("proof-outdated", "manifest.json")] * 2


def test_a_broken_project(dist: Path, project: Path, prove: Prove) -> None:
    """A project that can't be read proves nothing: the published words can't be compared."""
    (project / "project.toml").write_text("languages = [")
    assert prove(dist, "--project", project).code in (1, 2, 3)


def test_a_withdrawn_leaflet_is_still_on_the_server(project: Path, tmp_path: Path, prove: Prove) -> None:
    """Published yesterday with its sign-off withdrawn today: its state changes what every page must say."""
    assert (
        cli.main(
            ["build", "--project", str(project), "--format", "web", "--jobs", "1", "--out", str(tmp_path / "out")],
            today=TODAY,
        )
        == 0
    )
    person = ["--name", "Dr A", "--role", "Consultant", "--yes"]
    sign = [
        "sign",
        "--project",
        str(project),
        "--leaflet",
        "clean-hands",
        "--language",
        "pl",
        "--criterion",
        "clinical",
        *person,
    ]
    assert cli.main([*sign, "--withdraw"], today=TODAY) == 0
    said = prove(tmp_path / "out", "--project", project)
    assert said.code == 1 and ("proof-outdated", "manifest.json") in said.found and "clean-hands pl" in said.out
