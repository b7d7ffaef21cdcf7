"""For the tests of the safety matrix: the small project in many states, and a published report to read."""

from __future__ import annotations

import json
import os
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leafletkit import cli, pipeline
from leafletkit.matrix import report_files
from leafletkit.model import Finding
from leafletkit.pipeline import Built
from leafletkit.project import load

from ..conftest import TODAY, small_project
from ..pages_support import elements, parse, words

full = pytest.mark.full
WARNING = "stay-away-48-hours"
SHOTS = os.environ.get("LEAFLETKIT_SHOTS", "")  # a folder for pictures of the report, to be looked at
STATES = {"made": "carried", "withheld": "withheld", "unavailable": "unavailable"}
NAMES = {
    "web": "Web page",
    "easy-read": "Easy read",
    "easy-read-print": "Easy read to print",
    "standard-print": "Standard print",
    "large-print": "Large print",
    "giant-print": "Giant print",
    "audio": "Audio",
    "easy-read-audio": "Easy read audio",
}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new), "utf-8")


def good(_: Path) -> None:
    pass


def broken_warning(root: Path) -> None:
    edit(
        root / "locales/pl/LC_MESSAGES/clean-hands.po",
        ', **nie** "\n"należy przychodzić',
        ', "\n"**można** przychodzić',
    )


def lost_warning(root: Path) -> None:
    edit(root / "locales/pl/LC_MESSAGES/clean-hands.po", '"**Nie** należy przychodzić w odwiedziny."', '""')


def audio_withheld(root: Path) -> None:
    """A person has begun to record it, and there is no take yet."""
    folder = root / "audio/recordings/pl/clean-hands"
    folder.mkdir(parents=True)
    (folder / "recordings.toml").write_text('reader = "A"\n[words]\n')


def no_voice(root: Path) -> None:
    edit(root / "audio/voices.toml", 'engine = "espeak"\nvoice = "zlw/pl"', 'engine = "none"')


def no_font(root: Path) -> None:
    edit(root / "locales/pl/language.toml", '"NotoSans-Regular.ttf"', '"NoSuchFont-Regular.ttf"')


def signed(root: Path) -> None:
    """The language is approved, and then a string changes."""
    po = root / "locales/pl/LC_MESSAGES/clean-hands.po"
    edit(po, '"Last-Translator: \\n"', '"Last-Translator: B. Kowalska <b@example.org>\\n"')
    person = ["--project", str(root), "--language", "pl", "--name", "Dr <A> & Co", "--role", "Linguist", "--yes"]
    assert cli.main(["sign", *person, "--leaflet", "clean-hands", "--criterion", "linguistic"], today=TODAY) == 0
    assert cli.main(["sign", *person, "--leaflet", "clean-hands", "--criterion", "clinical"], today=TODAY) == 0
    edit(po, '"Przed wyjściem proszę umyć je ponownie."', '"Wychodząc proszę umyć je ponownie."')
    edit(
        root / "locales/pl/language.toml", '[facts]\nstatus = "unverified"', '[facts]\nstatus = "verified by C. Nowak"'
    )


def broken_interface(root: Path) -> None:
    with (root / "locales/pl/LC_MESSAGES/interface.po").open("a") as handle:
        handle.write("\ngarbage\n")


def broken_voice(root: Path) -> None:
    edit(root / "audio/voices.toml", 'voice = "zlw/pl"', 'voice = "?"')


def broken_source_language(root: Path) -> None:
    edit(root / "locales/en-GB/language.toml", 'direction = "ltr"', 'direction = "up"')


def broken_language(root: Path) -> None:
    edit(root / "locales/pl/language.toml", 'direction = "ltr"', 'direction = "up"')


def two_leaflets_one_broken(root: Path) -> None:
    """A second leaflet that can't be read stands beside the good one."""
    shutil.copytree(root / "leaflet/clean-hands", root / "leaflet/other")
    edit(root / "leaflet/other/leaflet.toml", 'id = "clean-hands"', 'id = "other"')
    (root / "leaflet/other/safety.toml").unlink()


def release(_: Path) -> None:
    pass


Change = Callable[[Path], None]
VARIANTS: tuple[Change, ...] = (good, broken_warning, lost_warning, audio_withheld, no_voice, no_font, signed, release)
ODD: tuple[Change, ...] = (
    broken_interface,
    broken_voice,
    broken_source_language,
    broken_language,
    two_leaflets_one_broken,
)


class Report:
    """A published folder: its manifest and the three faces of its report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        self.data = json.loads((folder / "report/report.json").read_text("utf-8"))
        self.junit = ET.fromstring((folder / "report/junit.xml").read_bytes())
        self.html = (folder / "report/index.html").read_bytes()
        self.page = parse(self.html)
        self.ids: dict[str, list[ET.Element]] = {}
        for e in elements(self.page):
            if e.get("id"):
                self.ids.setdefault(e.get("id", ""), []).append(e)

    def cells(self) -> dict[tuple[str, ...], dict[str, Any]]:
        """Every cell of report.json by (leaflet, warning, language, format)."""
        rows = [
            ((leaflet["id"], c["warning"], c["language"], c["format"]), c)
            for leaflet in self.data["leaflets"]
            for c in leaflet["cells"]
        ]
        assert len(rows) == len(dict(rows))
        return dict(rows)

    def shown(self) -> dict[tuple[str, ...], ET.Element]:
        """Every cell of the page, found as a reader finds it: by its row, and by the heads of its columns."""
        found = {}
        tags = {row["name"]: row["tag"] for leaflet in self.data["leaflets"] for row in leaflet["languages"]}
        for section in (e for e in elements(self.page) if e.tag == "section" and any(c.tag == "h2" for c in e)):
            heading = next(c for c in section if c.tag == "h2")
            for table in (t for t in section.iter("table") if t.get("class") == "matrix"):
                first, second = table.findall("thead/tr")
                columns = []
                for head in first.findall("th")[1:]:
                    name = next(s.text or "" for s in head if s.get("class") == "name")
                    columns += [tags[name]] * int(head.get("colspan", "1"))
                formats = [next(f for f, n in NAMES.items() if n == th.text) for th in second.findall("th")]
                assert len(columns) == len(formats)
                for row in table.findall("tbody/tr"):
                    warning = next(s.text or "" for s in row.find("th") or () if s.get("class") == "warning")
                    rows = row.findall("td")
                    assert len(rows) == len(columns)
                    for tag, fmt, td in zip(columns, formats, rows, strict=True):
                        found[heading.get("id", "").removeprefix("leaflet-"), warning, tag, fmt] = td
        return found

    def tests(self) -> dict[tuple[str, ...], ET.Element]:
        """Every test of junit.xml."""
        found = {}
        for suite in self.junit.findall("testsuite"):
            leaflet, tag = suite.get("name", "").split(".", 1)
            for case in suite.findall("testcase"):
                name = case.get("classname", "")
                assert name.startswith(f"{leaflet}.{tag}.")
                key = (leaflet, case.get("name", ""), tag, name.removeprefix(f"{leaflet}.{tag}."))
                assert key not in found
                found[key] = case
        return found

    def formats(self) -> dict[tuple[str, ...], dict[str, Any]]:
        """Every cell of the manifest by (leaflet, language, format)."""
        return {
            (e["leaflet"], e["language"], f): cell
            for e in self.manifest["editions"]
            for f, cell in e["formats"].items()
        }


_made: dict[str, Report] = {}


def report_of(change: Change, base: Path) -> Report:
    """The report of a variant, built once in a process."""
    if change.__name__ not in _made:
        root = small_project(base / change.__name__)
        change(root)
        options = ["--release"] if change is release else []
        if change in ODD or change is signed:
            options += ["--format", "web", "--format", "large-print"] + (
                ["--format", "audio"] if change is broken_voice else []
            )
        code = cli.main(
            ["build", "--project", str(root), "--jobs", "1", "--out", str(base / f"{change.__name__}-out"), *options],
            today=TODAY,
        )
        assert code == (0 if change in (good, no_voice, signed) else 1)
        _made[change.__name__] = Report(base / f"{change.__name__}-out")
    return _made[change.__name__]


def of(*changes: Change) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("report", changes, indirect=True, ids=lambda c: c.__name__)


def under(report: Report, anchor: str) -> str:
    """What a reader finds behind a link within the page: the section of that heading."""
    assert len(report.ids.get(anchor, [])) == 1, anchor
    parents = {child: parent for parent in report.page.iter() for child in parent}
    element = report.ids[anchor][0]
    while element.tag != "section":
        element = parents[element]
    return words(element)


def column(report: Report, name: str) -> dict[str, str]:
    """One column of the table “Is it ready?” by language."""
    (table,) = [t for t in report.page.iter("table") if t.get("class") == "ready"]
    heads = [words(th) for th in table.findall("thead/tr/th")]
    return {words(row.findall("*")[0]): words(row.findall("*")[heads.index(name)]) for row in table.findall("tbody/tr")}


def check_inert(html: bytes) -> None:
    page = parse(html)
    for e in elements(page):
        assert e.tag not in ("script", "style", "iframe", "object", "embed", "form", "img", "base")
        assert not any(
            name == "style" or name.startswith("on") or name in ("srcdoc", "srcset", "action", "formaction", "ping")
            for name in e.attrib
        )
        assert not (e.get("href") or "").lower().lstrip().startswith(("javascript:", "data:", "vbscript:"))
    (policy,) = [e.get("content") for e in elements(page) if e.get("http-equiv") == "Content-Security-Policy"]
    assert policy and "default-src 'none'" in policy and "unsafe" not in policy


def faces(
    root: Path, *more: Finding, release: bool = False, change: Callable[[Built], Built] = lambda built: built
) -> dict[str, bytes]:
    """The report of a project whose files are not made, with more findings."""
    project = load(root)
    checked = pipeline.check(project, pipeline.Selection(), TODAY, for_release=release)
    built = Built(checked, {key: {} for key in checked.editions}, (), (), (*checked.findings, *more))
    return {f.path.removeprefix("report/"): f.data for f in report_files(change(built), project)}
