"""The safety matrix: page, JSON and JUnit say the same, and what they say is true of the finished files."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import axe_playwright_python
import pypdfium2
import pytest
from mutagen.mp3 import MP3
from playwright.sync_api import sync_playwright

from leafletkit import cli, pipeline, record
from leafletkit.findings import CODES
from leafletkit.matrix import report_files
from leafletkit.model import FORMATS, Edition, Finding, Standing
from leafletkit.pipeline import Built
from leafletkit.project import Project, load
from leafletkit.proof.expect import bare, normal, warnings_of, words_of
from leafletkit.proof.html import Page

from .conftest import ROOT, TODAY, small_project
from .pages_support import elements, parse, served, words

full = pytest.mark.full
WARNING = "stay-away-48-hours"
SHOTS = os.environ.get("LEAFLETKIT_SHOTS", "")  # a folder for pictures of the report, to be looked at
SIGNS = {"carried": "✓", "withheld": "✗", "unavailable": "–"}
STATES = {"made": "carried", "withheld": "withheld", "unavailable": "unavailable"}
NAMES = {"web": "Web", "easy-read": "Easy read", "large-print": "Large print", "audio": "Audio"}

HOSTILE = [
    "<script>alert(1)</script>",
    "</li></ul></main><h1>x",
    '" onmouseover="alert(1)',
    "' style='x",
    "&amp; &lt; &#0; & ]]> <!-- -->",
    "{{ 7*7 }} {% raw %}",
    "javascript:alert(1)",
    "\u202egnal\u202c",
    "\u2028",
    "a\nb\tc",
    "<img src=x onerror=alert(1)>",
    "%(x)s {0}",
]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new), "utf-8")


# -- the variants of the small project


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


def state_of(case: ET.Element) -> str:
    kinds = [STATES_OF_TESTS[child.tag] for child in case]
    assert len(kinds) <= 1
    return kinds[0] if kinds else "carried"


STATES_OF_TESTS = {"failure": "withheld", "skipped": "unavailable"}
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


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@pytest.fixture
def report(request: pytest.FixtureRequest, base: Path) -> Report:
    return report_of(request.param, base)


def of(*changes: Change) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("report", changes, indirect=True, ids=lambda c: c.__name__)


# -- page, JSON, JUnit and manifest agree


@full
@of(*VARIANTS, broken_interface, broken_voice, broken_language)
def test_all_say_the_same(report: Report) -> None:
    """Each warning, language and format stands once in each face, in the same state, which is the manifest's."""
    cells, shown, tests, formats = report.cells(), report.shown(), report.tests(), report.formats()
    assert set(cells) == set(shown) == set(tests)
    assert set(cells) == {(leaflet, WARNING, tag, fmt) for leaflet, tag, fmt in formats} and cells
    for key, cell in cells.items():
        leaflet, _, tag, fmt = key
        state = STATES[formats[leaflet, tag, fmt]["state"]]
        td = shown[key]
        assert cell["state"] == state == state_of(tests[key]), key
        assert state in (td.get("class") or "").split()
        said = words(td)
        assert said.startswith(SIGNS[state]) and NAMES[fmt] in said
        link = td.find("a")
        assert (link is not None) == (state != "unavailable")
        if state == "carried" and link is not None:
            assert link.get("href") == cell["href"] and cell["where"] in said


@full
@of(*VARIANTS)
def test_what_the_variants_are_for(report: Report, request: pytest.FixtureRequest) -> None:
    """The variants differ as they should, so that the other tests test something."""
    states = {(tag, fmt): c["state"] for (_, _, tag, fmt), c in report.cells().items()}
    polish = {fmt: s for (tag, fmt), s in states.items() if tag == "pl"}
    english = {s for (tag, _), s in states.items() if tag == "en-GB"}
    name = request.node.callspec.id
    if name in ("good", "signed"):
        assert set(states.values()) == {"carried"}
    elif name == "release":
        assert set(states.values()) == {"withheld"}
    elif name == "no_font":  # a recording needs none
        assert [f for f, s in polish.items() if s == "withheld"] == ["web", "easy-read", "large-print"] and english == {
            "carried"
        }
    elif name in ("broken_warning", "lost_warning"):
        assert set(polish.values()) == {"withheld"} and english == {"carried"}
    else:
        sound = {"audio_withheld": "withheld", "no_voice": "unavailable"}[name]
        assert polish == {
            "web": "carried",
            "easy-read": "carried",
            "large-print": "carried",
            "audio": sound,
        } and english == {"carried"}


@full
@of(*VARIANTS, *ODD)
def test_the_counts_add_up(report: Report) -> None:
    """What a server makes of junit.xml."""
    suites = report.junit.findall("testsuite")
    assert report.junit.tag == "testsuites" and len(suites) == len({s.get("name") for s in suites})
    for suite in suites:
        cases = suite.findall("testcase")
        states = [state_of(c) for c in cases]
        assert int(suite.get("tests", "")) == len(cases) > 0
        assert int(suite.get("failures", "")) == states.count("withheld") == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == states.count("unavailable") == len(suite.findall("testcase/skipped"))
        assert suite.get("errors") == "0"


# -- a tick leads to its warning


@full
@of(*VARIANTS)
def test_ticks_lead_to_the_warning(report: Report) -> None:
    """Every link leads to a file of this folder and to the very words; the place is that of the manifest."""
    known = record.from_text((report.folder / record.PATH).read_text("utf-8")).editions
    listed = {f["path"] for cell in report.formats().values() for f in cell.get("files", ())}
    count = 0
    for key, td in report.shown().items():
        leaflet, warning, tag, fmt = key
        if "carried" not in (td.get("class") or "").split():
            continue
        cell = report.formats()[leaflet, tag, fmt]
        link = td.find("a")
        assert link is not None
        href = urlsplit(link.get("href", ""))
        path = (report.folder / "report" / unquote(href.path)).resolve().relative_to(report.folder.resolve()).as_posix()
        assert not href.scheme and not href.netloc and path == cell["path"] and path in listed
        data = (report.folder / path).read_bytes()
        place, edition = cell["warnings"][warning], known[f"{leaflet}/{tag}"]
        says = words(td)
        check_place(fmt, data, href.fragment, place, edition, warning, says)
        count += 1
    assert count == sum(c["state"] == "carried" for c in report.cells().values())


def check_place(
    fmt: str, data: bytes, fragment: str, place: Mapping[str, Any], edition: Edition, warning: str, says: str
) -> None:
    document = edition.easy_read if fmt == "easy-read" else edition.text
    blocks = dict(warnings_of(edition, document))[warning]
    if fmt in ("web", "easy-read"):
        page = Page(data)
        assert fragment == place["fragments"][0] and [b for b, _ in blocks] == place["fragments"]
        for block, said in blocks:
            (element,) = page.ids[block]
            assert normal(page.text(element)) == said
    elif fmt == "large-print":
        assert fragment == f"page={place['pages'][0]}"
        pdf = pypdfium2.PdfDocument(data)
        try:
            for number in place["pages"]:
                text = re.sub("[-\u00ad\u2010\x02\ufffe]", "", bare(pdf[number - 1].get_textpage().get_text_range()))
                assert any(re.sub("[-\u2010]", "", bare(said)) in text for _, said in blocks)
        finally:
            pdf.close()
        assert f"on page {', '.join(map(str, place['pages']))}" in says
    else:
        starts = [start for start, _ in place["times"]]
        assert len(starts) >= 2 and starts == sorted(starts)
        assert abs(float(fragment.removeprefix("t=")) - starts[0]) <= 0.051
        assert 0 < starts[-1] < MP3(io.BytesIO(data)).info.length
        assert says.endswith("at " + ", ".join(f"{int(s) // 60}:{int(s) % 60:02d}" for s in starts))


# -- a cross names its reason


def under(report: Report, anchor: str) -> str:
    """What a reader finds behind a link within the page: the section of that heading."""
    assert len(report.ids.get(anchor, [])) == 1, anchor
    parents = {child: parent for parent in report.page.iter() for child in parent}
    element = report.ids[anchor][0]
    while element.tag != "section":
        element = parents[element]
    return words(element)


def check_crosses(report: Report) -> None:
    cells, formats, tests = report.cells(), report.formats(), report.tests()
    for key, td in report.shown().items():
        leaflet, warning, tag, fmt = key
        if "withheld" not in (td.get("class") or "").split():
            continue
        reasons = formats[leaflet, tag, fmt]["reasons"]
        codes = cells[key]["codes"]
        assert codes and set(codes) <= {r["code"] for r in reasons}, key
        own = {r["code"] for r in reasons if r["warning"] == warning}
        assert set(codes) == (own or {r["code"] for r in reasons})
        failure = tests[key].find("failure")
        assert failure is not None
        assert set((failure.get("type") or "").split(", ")) == set(codes)
        for code in codes:
            assert CODES[code].title in (failure.get("message") or "") and CODES[code].title in words(td)
        for reason in reasons:
            if reason["code"] in codes and (reason["warning"] == warning or not own):
                assert normal(reason["message"]) in normal(failure.text or "")
        link = td.find("a")
        assert link is not None
        href = link.get("href", "")
        assert href.startswith("#")
        said = under(report, href[1:])
        for code in codes:
            assert code in said, (key, code)


@full
@of(*VARIANTS)
def test_crosses_name_their_reason(report: Report) -> None:
    """In the cell, in the test result, and in the section that the cross leads to."""
    check_crosses(report)


@full
@of(broken_interface, broken_voice, broken_language)
def test_crosses_of_a_language_name_their_reason(report: Report) -> None:
    """The words around all leaflets, or the voice, of one language are broken."""
    check_crosses(report)


@full
@of(broken_source_language)
def test_crosses_name_the_fault_of_the_source_language(report: Report) -> None:
    """Without the facts of English nothing is proved: Polish is withheld, too, and must say why."""
    check_crosses(report)


def column(report: Report, name: str) -> dict[str, str]:
    """One column of the table “Is it ready?” by language."""
    (table,) = [t for t in report.page.iter("table") if t.get("class") == "ready"]
    heads = [words(th) for th in table.findall("thead/tr/th")]
    return {words(row.findall("*")[0]): words(row.findall("*")[heads.index(name)]) for row in table.findall("tbody/tr")}


@full
@of(*VARIANTS)
def test_the_table_names_what_withholds(report: Report) -> None:
    """“nothing” only where nothing is withheld."""
    check_withheld(report)


@full
@of(broken_interface, broken_source_language, broken_voice, broken_language)
def test_the_table_names_what_withholds_a_language(report: Report) -> None:
    check_withheld(report)


def check_withheld(report: Report) -> None:
    said = column(report, "Withheld because of")
    (leaflet,) = report.data["leaflets"]
    for row in leaflet["languages"]:
        codes = {c for (_, _, tag, _), cell in report.cells().items() if tag == row["tag"] for c in cell["codes"]}
        withheld = any(
            cell["state"] == "withheld" for (_, _, tag, _), cell in report.cells().items() if tag == row["tag"]
        )
        assert (said[row["name"]] == "nothing") == (not withheld), row["name"]
        assert all(code in said[row["name"]] for code in codes)


@full
@of(broken_source_language)
def test_a_language_that_falls_with_the_source_is_not_whole(report: Report) -> None:
    """“Not released” says that somebody has still to decide; here something is broken."""
    assert {e["state"] for e in report.manifest["editions"]} == {"incomplete"}


@full
@of(two_leaflets_one_broken)
def test_a_leaflet_that_cant_be_read(report: Report) -> None:
    """It is wanted and withheld, as the manifest says; page and test results must not be silent about it."""
    assert {e["leaflet"] for e in report.manifest["editions"]} == {"clean-hands", "other"}
    assert "register-invalid" in words(report.page) and "other" in words(report.page)
    failures = [f.get("type") for f in report.junit.iter("failure")]
    assert failures and set(failures) == {"register-invalid"}


def test_the_only_leaflet_cant_be_read(small: Path) -> None:
    (small / "leaflet/clean-hands/safety.toml").unlink()
    files = faces(small)
    assert "register-invalid" in words(parse(files["index.html"]))
    assert any(True for _ in ET.fromstring(files["junit.xml"]).iter("failure"))


# -- states, sign-offs and facts


@full
@of(*VARIANTS)
def test_the_state_of_each_language(report: Report) -> None:
    """State, sign-offs and facts of the table are those of the data, and of the manifest."""
    states, facts = column(report, "State"), column(report, "Language facts")
    editions = {e["language"]: e for e in report.manifest["editions"]}
    for row in report.data["leaflets"][0]["languages"]:
        assert row["state"] == editions[row["tag"]]["state"] and row["published"] == editions[row["tag"]]["published"]
        assert row["facts"] == facts[row["name"]] and row["facts"]
        assert (
            states[row["name"]]
            == {
                "draft": "Draft",
                "incomplete": "Not whole",
                "not-released": "Not released",
                "stale": "Changed since it was approved",
            }[row["state"]]
        )
        for name, mine in row["sign_off"].items():
            theirs = editions[row["tag"]]["sign_off"][name]
            assert mine["approved_by"] == theirs["approved_by"] and mine["stale"] == theirs["stale"]
            assert (len(mine["missing"]), len(mine["same_person"])) == (theirs["missing"], theirs["same_person"])


@full
@of(signed)
def test_sign_offs(report: Report) -> None:
    """Who has approved what, what has changed since and is approved no longer, and who stands behind the facts."""
    linguistic, clinical = column(report, "Linguistic sign-off"), column(report, "Clinical sign-off")
    assert re.fullmatch(r"\d+ missing, 1 changed since", linguistic["Polish"])
    assert clinical["Polish"] == f"all, by Dr <A> & Co, Linguist, {TODAY:%-d %B %Y}"
    assert column(report, "Language facts") == {"English": "unverified", "Polish": "verified by C. Nowak"}
    assert "Changed since their linguistic sign-off: wash-out." in words(report.page)
    assert re.fullmatch(r"\d+ missing", linguistic["English"])


@full
@of(*VARIANTS)
def test_nothing_looks_approved(report: Report) -> None:
    """A matrix full of ticks of drafts says at its head that no draft may go to patients."""
    head = words(next(e for e in elements(report.page) if e.tag == "header"))
    assert ("not a release" in head) != ("This is a release" in head)
    for head in (
        th for t in report.page.iter("table") if t.get("class") == "matrix" for th in t.findall("thead/tr")[0][1:]
    ):
        assert "Approved" not in words(head).split() and len(words(head).split()) >= 2


# -- the page is inert, and the files are listed


@full
@of(*VARIANTS, *ODD)
def test_no_style_or_script_in_the_page(report: Report) -> None:
    check_inert(report.html)
    doubles = [i for i, rows in report.ids.items() if len(rows) > 1]
    assert doubles == []
    for e in elements(report.page):
        for name in ("href", "src"):
            link = e.get(name)
            if link is not None and not link.startswith("#"):
                path = (report.folder / "report" / unquote(urlsplit(link).path)).resolve()
                assert path.is_relative_to(report.folder.resolve()) and path.is_file(), link
            elif link is not None:
                assert link[1:] in report.ids, link
        for name in ("aria-labelledby", "headers", "for"):
            assert all(i in report.ids for i in (e.get(name) or "").split())


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


@full
@of(*VARIANTS, *ODD)
def test_the_report_is_in_the_manifest(report: Report) -> None:
    listed = {f["path"]: (f["sha256"], f["bytes"]) for f in report.manifest["assets"]}
    for name in ("index.html", "report.css", "report.json", "junit.xml"):
        data = (report.folder / "report" / name).read_bytes()
        assert listed[f"report/{name}"] == (sha256(data).hexdigest(), len(data))
    assert sorted(p.name for p in (report.folder / "report").iterdir()) == [
        "index.html",
        "junit.xml",
        "report.css",
        "report.json",
    ]
    assert cli.main(["prove", str(report.folder), "--jobs", "1"], today=TODAY) == 0


@full
@of(broken_warning)
def test_the_words_at_fault_are_shown(report: Report) -> None:
    """A reader sees the English, the translation as it is, in its language, and what to do."""
    said = under(report, "language-clean-hands--pl")
    assert "Do not visit if you were sick or had diarrhoea in the last 48 hours." in said.replace("**", "")
    assert "**można** przychodzić w odwiedziny" in said
    quotes = [e for e in elements(report.page) if e.tag in ("q", "mark") and e.get("lang")]
    assert quotes and all(e.get("lang") == "pl" and e.get("dir") == "auto" for e in quotes)


# -- hostile words


def faces(
    root: Path, *more: Finding, release: bool = False, change: Callable[[Built], Built] = lambda built: built
) -> dict[str, bytes]:
    """The report of a project whose files are not made, with more findings."""
    project = load(root)
    checked = pipeline.check(project, pipeline.Selection(), TODAY, for_release=release)
    built = Built(checked, {key: {} for key in checked.editions}, (), (), (*checked.findings, *more))
    return {f.path.removeprefix("report/"): f.data for f in report_files(change(built), project)}


def finding(text: str, **more: str) -> Finding:
    row = {
        "leaflet": "clean-hands",
        "language": "pl",
        "warning": WARNING,
        "path": f"locales/{text}.po",
        "string": text,
        "source": text,
        "target": text,
        "span": text[:-1] or text,
    } | more
    return Finding("string-markup", f"it says {text}", f"write {text}", **row)


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_hostile_words_are_text(small: Path, text: str) -> None:
    """Whatever a translator has written: it stands in the page as it is written, and does nothing."""
    files = faces(
        small, finding(text), finding(text, leaflet="", language=""), replace(finding(text), waived=f"{text} ({text})")
    )
    check_inert(files["index.html"])
    plain = parse(
        faces(small, *[finding("xy")] * 2, finding("xy", leaflet="", language=""), replace(finding("xy"), waived="x"))[
            "index.html"
        ]
    )
    assert {e.tag for e in elements(parse(files["index.html"]))} <= {e.tag for e in elements(plain)}
    said = words(parse(files["index.html"]))
    for piece in (f"it says {text}", f"English: {text}", f"Translation: {text}", f"write {text}"):
        assert " ".join(piece.split()) in said
    data = json.loads(files["report.json"])
    assert any(f["target"] == text and f["message"] == f"it says {text}" for f in data["findings"])
    top = ET.fromstring(files["junit.xml"])
    failures = [f for f in top.iter("failure") if "string-markup" in (f.get("type") or "")]
    assert failures and all(f"it says {text}" in (f.text or "") for f in failures)


UNFIT = ["a\x00b", "a\x01b", "a\x08b", "a\x1b[31mb", "a\x0bb", "a\uffffb", "a\ufffeb"]


@pytest.mark.parametrize("text", ["a\x7fb", "a\x85b", "a\rb", *(pytest.param(t) for t in UNFIT)], ids=repr)
def test_control_characters(small: Path, text: str) -> None:
    """XML has no way to write some of them: they must not make the whole file unreadable."""
    files = faces(small, finding(text))
    json.loads(files["report.json"])
    parse(files["index.html"])
    ET.fromstring(files["junit.xml"])


def test_a_hostile_catalogue(small: Path) -> None:
    """A control character and a tag in the translation of the warning, by the real way."""
    po = small / "locales/pl/LC_MESSAGES/clean-hands.po"
    edit(po, "Jeśli w ciągu ostatnich 48", "<script>alert(1)</script>\\v\\x01 48")
    files = faces(small)
    check_inert(files["index.html"])
    assert b"<script>" not in files["index.html"]


def test_a_hostile_publisher_and_reviewer(small: Path) -> None:
    """Names are text, too."""
    evil = '"><script>alert(1)</script>&'
    toml = evil.replace('"', '\\"')
    edit(small / "project.toml", 'publisher = "Example Hospital"', f'publisher = "{toml}"')

    def change(built: Built) -> Built:
        standing = Standing(missing=(evil,), stale=(evil,), withdrawn=(evil,), same_person=(evil,), by=(evil,))
        approved = Standing(by=(evil,))
        editions = {
            k: replace(e, standings={"linguistic": standing, "clinical": approved})
            for k, e in built.checked.editions.items()
        }
        return replace(built, checked=replace(built.checked, editions=editions))

    # A publisher whose name is not yet translated withholds Polish; English stands.
    files = faces(small, change=change)
    check_inert(files["index.html"])
    said = words(parse(files["index.html"]))
    assert f"For {evil}" in said and f"all, by {evil}" in said
    assert (
        f"Changed since their linguistic sign-off: {evil}." in said
        and f"Linguistic sign-off withdrawn: {evil}." in said
    )
    assert "1 missing, 1 changed since, 1 by the translator, 1 withdrawn" in said


def test_a_finding_about_the_whole_project(small: Path) -> None:
    """It stands at the top, and not in a leaflet."""
    text = words(parse(faces(small, finding("x", leaflet="", language="", warning=""))["index.html"]))
    assert "About the whole project" in text and text.index("it says x") < text.index("ready?")


def test_a_finding_about_a_language(small: Path) -> None:
    """“the file can't be read” of two languages are two different faults."""
    with (small / "locales/pl/LC_MESSAGES/interface.po").open("a") as handle:
        handle.write("\ngarbage\n")
    page = parse(faces(small)["index.html"])
    (section,) = [e for e in elements(page) if e.get("aria-labelledby") == "language-clean-hands--pl"]
    assert "Polish" in words(section) and "catalogue-broken" in words(section)


@pytest.mark.parametrize("name", ["main", "general", "clean-hands-pl", "clean-hands-ready"])
def test_a_leaflet_with_an_unlucky_name(small: Path, name: str) -> None:
    """Every id stands once, or links lead to another place."""
    shutil.copytree(small / "leaflet/clean-hands", small / "leaflet" / name)
    edit(small / f"leaflet/{name}/leaflet.toml", 'id = "clean-hands"', f'id = "{name}"')
    with (small / "locales/pl/LC_MESSAGES/interface.po").open("a") as handle:
        handle.write("\ngarbage\n")
    page = parse(faces(small)["index.html"])
    ids = [e.get("id") for e in elements(page) if e.get("id")]
    assert sorted(ids) == sorted(set(ids))


def test_a_release_says_so(small: Path) -> None:
    said = words(parse(faces(small, release=True)["index.html"]))
    assert "This is a release" in said and "not a release" not in said and "Not released" in said


def test_the_same_report_twice(small: Path) -> None:
    """Nothing of the day, the machine or the order of a set in it."""
    one, other = faces(small, finding("x")), faces(small, finding("x"))
    assert one == other
    assert not any(str(small).encode() in data or str(ROOT).encode() in data for data in one.values())


def test_every_code_can_be_shown(small: Path) -> None:
    """A finding of any kind, with nothing but its code and message."""
    bare_ones = [Finding(code, f"message of {code}", leaflet="clean-hands", language="pl") for code in CODES]
    page = words(parse(faces(small, *bare_ones)["index.html"]))
    assert all(f"message of {code}" in page for code in CODES)


def test_a_waived_finding_withholds_nothing(small: Path) -> None:
    """It is shown with who has accepted it, and not as a reason."""
    files = faces(small, replace(finding("x"), waived="Dr A, Linguist: right as it is"))
    page = words(parse(files["index.html"]))
    assert "Waived by Dr A, Linguist: right as it is." in page
    assert {row["state"] for row in json.loads(files["report.json"])["leaflets"][0]["languages"]} == {"draft"}


# -- the real project


@full
def test_the_real_report(dist: Path, project: Project) -> None:
    """Each warning in each language and format of its leaflet, and nothing else; every tick leads to its words."""
    report = Report(dist)
    cells = report.cells()
    wanted = {
        (x.id, w.id, t, f)
        for x in project.leaflets
        for w in x.warnings
        for t in project.languages_of(x)
        for f in FORMATS
    }
    assert set(cells) == set(report.shown()) == set(report.tests()) == wanted
    known = record.from_text((dist / record.PATH).read_text("utf-8")).editions
    pages: dict[str, Page] = {}
    for (leaflet, warning, tag, fmt), cell in cells.items():
        assert cell["state"] == STATES[report.formats()[leaflet, tag, fmt]["state"]]
        if cell["state"] != "carried" or fmt not in ("web", "easy-read"):
            continue
        path, _, fragment = cell["href"].removeprefix("../").partition("#")
        page = pages.setdefault(path, Page((dist / path).read_bytes()))
        edition = known[f"{leaflet}/{tag}"]
        document = edition.text if fmt == "web" else edition.easy_read
        (element,) = page.ids[fragment]
        assert normal(page.text(element)) == words_of(document.carrying(warning)[0].text)
    somali = [c for (_, _, tag, fmt), c in cells.items() if tag == "so" and fmt == "audio"]
    assert somali and all(c["state"] == "unavailable" for c in somali)
    check_inert(report.html)


FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    flags = [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens the report of a folder, served or as a file; nothing may go wrong, and no other machine may be asked."""
    contexts, troubles, ends = [], [], []

    def opened(folder: Path, *, as_file: bool = False, path: str = "report/index.html", **options: Any) -> Any:
        site = served(folder)
        address = folder.as_uri() if as_file else site.__enter__()
        if not as_file:
            ends.append(site)
        context = browser.new_context(
            **({"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}} | options)
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(m.text))
        page.on("pageerror", lambda e: troubles.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith(f"{address}/") else troubles.append(r.url))
        page.on("requestfailed", lambda r: troubles.append(f"{r.url} failed: {r.failure}"))
        page.on("response", lambda r: troubles.append(f"{r.url}: {r.status}") if r.status not in (200, 0) else None)
        page.goto(f"{address}/{path}", wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()
    for site in ends:
        site.__exit__(None, None, None)
    assert troubles == []


def axe(page: Any, *tags: str) -> list[Any]:
    """What axe finds wrong with a page by the rules of WCAG 2.2 AA, or by those of other tags."""
    page.evaluate("""() => { CanvasRenderingContext2D.prototype.measureText = s => ({width: 10 * s.length}) }""")
    page.evaluate(AXE)
    result = page.evaluate("rules => axe.run(document, rules)", {"runOnly": tags or WCAG, "preload": False})
    return [(v["id"], [n["html"][:200] for n in v["nodes"]][:5]) for v in result["violations"]]


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"report-{name}.png")


@full
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_the_real_report(dist: Path, visit: Callable[..., Any], width: int, scheme: str) -> None:
    page = visit(dist, viewport={"width": width, "height": 900}, color_scheme=scheme)
    shot(page, f"{width}-{scheme}")
    assert axe(page) == []


@full
def test_axe_finds_nothing_against_good_practice(dist: Path, visit: Callable[..., Any]) -> None:
    assert axe(visit(dist), "best-practice") == []


@full
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "change", [broken_warning, audio_withheld, no_voice, signed, release, broken_interface], ids=lambda c: c.__name__
)
def test_axe_finds_nothing_in_a_report_of_faults(
    base: Path, visit: Callable[..., Any], change: Change, scheme: str
) -> None:
    """The page that matters most is the one with crosses and findings."""
    page = visit(report_of(change, base).folder, color_scheme=scheme)
    shot(page, f"{change.__name__}-{scheme}")
    assert axe(page) == [] and axe(page, "best-practice") == []


@full
@pytest.mark.parametrize(
    "size", [{"width": 320, "height": 256}, {"width": 320, "height": 640}, {"width": 1280, "height": 900}]
)
def test_the_page_does_not_scroll_sideways(
    dist: Path, base: Path, visit: Callable[..., Any], size: Mapping[str, int]
) -> None:
    """Nor does it with a matrix of eight languages."""
    for folder in (report_of(broken_warning, base).folder, report_of(release, base).folder, dist):
        page = visit(folder, viewport=size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@full
@pytest.mark.parametrize("size", [{"width": 320, "height": 256}, {"width": 320, "height": 640}])
def test_tables_scroll_in_their_own_region(
    dist: Path, base: Path, visit: Callable[..., Any], size: Mapping[str, int]
) -> None:
    """A keyboard reaches the region and a screen reader names it; nothing else is wider than the screen."""
    for folder in (dist, report_of(broken_warning, base).folder, report_of(release, base).folder):
        page = visit(folder, viewport=size)
        wide = page.evaluate(
            """() => [...document.body.querySelectorAll("*")].filter(e => {
              if (e.closest(".skip, .hidden") || e.closest(".wide") || !e.checkVisibility()) return false
              const r = e.getBoundingClientRect()
              return r.width && (r.left < -0.5 || r.right > innerWidth + 0.5)
            }).map(e => e.outerHTML.slice(0, 90))"""
        )
        assert wide == []
        regions = page.evaluate(
            """() => [...document.querySelectorAll("table")].map(t => {
              const r = t.closest("[role=region]")
              r.focus()
              return [r.tabIndex, document.activeElement === r, r.scrollWidth > r.clientWidth,
                      document.getElementById(r.getAttribute("aria-labelledby")).innerText]
            })"""
        )
        assert regions and all(tab == 0 and focused and name for tab, focused, _, name in regions)
        assert any(scrolls for _, _, scrolls, _ in regions)


# Links of the matrix that are wholly covered by the heads when the keyboard comes to them, one way and back.
COVERED = """() => {
  const links = [...document.querySelectorAll(".matrix tbody td a")].filter((_, n) => n % 5 === 0), hidden = []
  for (const row of [links, [...links].reverse()]) for (const a of row) {
    a.focus()
    const r = a.getBoundingClientRect(), at = [[.5, .5], [.05, .1], [.95, .1], [.05, .9], [.95, .9]]
    const tops = at.map(([x, y]) => document.elementFromPoint(r.left + r.width * x, r.top + r.height * y))
    if (!tops.some(e => a === e || a.contains(e))) hidden.push(a.title)
  }
  return hidden
}"""


@full
@pytest.mark.parametrize("width", [1280, 320])
def test_the_focus_is_not_covered(dist: Path, visit: Callable[..., Any], width: int) -> None:
    """WCAG 2.2, 2.4.11: who moves by the Tab key sees where they are."""
    page = visit(dist, viewport={"width": width, "height": 800})
    assert page.evaluate(COVERED) == []


@full
def test_on_a_narrow_screen_cells_can_be_seen(dist: Path, visit: Callable[..., Any]) -> None:
    """At 320 px the head of the rows leaves room for two cells at least."""
    page = visit(dist, viewport={"width": 320, "height": 640})
    room = page.evaluate(
        """() => [...document.querySelectorAll(".matrix")].map(t => {
          const head = t.querySelector("tbody th").getBoundingClientRect()
          return t.closest(".wide").clientWidth - head.width
        })"""
    )
    page.evaluate("[...document.querySelectorAll('.matrix')].at(-1).closest('.wide').scrollIntoView()")
    shot(page, "320-scrolled")
    assert all(rest >= 2 * 54 for rest in room), room


@full
def test_the_corner_stays_in_sight(dist: Path, visit: Callable[..., Any]) -> None:
    """Scrolled down and to the right, the corner belongs to the head “Warning” and covers both heads."""
    page = visit(dist)
    corner = page.evaluate(
        """() => {
          const region = [...document.querySelectorAll(".matrix")].at(-1).closest(".wide")
          region.scrollIntoView()
          region.scrollTo(900, 1200)
          const r = region.getBoundingClientRect()
          const at = [[20, 20], [100, 30], [20, 80], [150, 90]]
          return at.map(([x, y]) => document.elementFromPoint(r.left + x, r.top + y).closest("th")?.innerText)
        }"""
    )
    shot(page, "corner")
    assert corner == ["Warning"] * 4


@full
def test_heads_stay_in_sight(dist: Path, visit: Callable[..., Any]) -> None:
    """Far down in the matrix the reader still sees which language and which warning a cell is of."""
    page = visit(dist)
    page.evaluate("document.querySelector('#matrix-ivig').scrollIntoView()")
    page.evaluate("document.querySelector('#matrix-ivig').closest('.wide').scrollTo(900, 1200)")
    shot(page, "1280-scrolled")
    state = page.evaluate(
        """() => {
          const region = document.querySelector("#matrix-ivig").closest(".wide"), box = region.getBoundingClientRect()
          const heads = [...region.querySelectorAll("thead tr:first-child th")].map(e => e.getBoundingClientRect())
          const formats = [...region.querySelectorAll("thead tr:nth-child(2) th")].map(e => e.getBoundingClientRect())
          const rows = [...region.querySelectorAll("tbody th")].map(e => e.getBoundingClientRect())
          return {scrolled: region.scrollTop, top: heads.every(r => Math.abs(r.top - box.top) < 3),
                  second: formats.every(r => r.top >= heads[1].bottom - 2 && r.top < heads[1].bottom + 3),
                  left: rows.every(r => Math.abs(r.left - box.left) < 3)}
        }"""
    )
    assert state["scrolled"] > 500
    assert state["top"] and state["second"] and state["left"], state


@full
def test_the_heads_of_the_columns_do_not_hide_what_is_linked_to(dist: Path, visit: Callable[..., Any]) -> None:
    """Every tick of the first and last row can be hit by a finger: nothing lies over it."""
    page = visit(dist)
    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".matrix tbody td a")].filter((a, n) => n % 37 === 0).filter(a => {
          a.scrollIntoView({block: "center", inline: "center"})
          const r = a.getBoundingClientRect()
          const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)
          return r.width < 24 || r.height < 24 || !(a === top || a.contains(top))
        }).map(a => a.title)"""
    )
    assert hidden == []


@full
def test_a_tick_is_a_link_that_works(dist: Path, visit: Callable[..., Any]) -> None:
    """A click on a tick of the web page shows the warning."""
    page = visit(dist)
    link = page.locator(".matrix td.carried a").first
    href = link.get_attribute("href")
    link.click()
    page.wait_for_load_state("load")
    assert page.url.endswith(href.removeprefix(".."))
    target = page.locator(f"#{href.partition('#')[2]}")
    box = target.bounding_box()
    assert box and 0 <= box["y"] < 900 and target.inner_text()


@full
def test_opened_as_a_file(dist: Path, visit: Callable[..., Any]) -> None:
    """From a folder or a share, without a server: with its looks, and its links still work."""
    page = visit(dist, as_file=True)
    assert page.evaluate("getComputedStyle(document.querySelector('.matrix')).borderCollapse") == "separate"
    assert page.evaluate("getComputedStyle(document.querySelector('.wide')).overflowX") == "auto"
    page.locator(".matrix td.carried a").first.click()
    page.wait_for_load_state("load")
    assert page.locator("main").count() == 1


@full
@pytest.mark.parametrize("change", [None, broken_warning], ids=["real", "faults"])
def test_it_can_be_printed(dist: Path, base: Path, visit: Callable[..., Any], change: Change | None) -> None:
    """As PDF on A3: every column and every finding is on the paper, and no table is cut off at its right."""
    folder = dist if change is None else report_of(change, base).folder
    page = visit(folder)
    page.emulate_media(media="print")
    data = page.pdf(prefer_css_page_size=True)
    pdf = pypdfium2.PdfDocument(data)
    try:
        widths = {round(p.get_width()) for p in pdf}
        text = " ".join(p.get_textpage().get_text_range() for p in pdf)
        signs = text.count("✓") + text.count("✗")
        for number in range(min(3, len(pdf))):
            if SHOTS:
                pdf[number].render(scale=1).to_pil().save(
                    Path(SHOTS) / f"report-print-{'real' if change is None else 'faults'}-{number + 1}.png"
                )
    finally:
        pdf.close()
    assert widths == {1191}
    # The legend at the top has one of each.
    count = sum(c["state"] in ("carried", "withheld") for c in Report(folder).cells().values())
    assert signs - 2 == count, (signs, count)
    for row in (r for leaflet in Report(folder).data["leaflets"] for r in leaflet["languages"]):
        assert row["name"] in text


@full
def test_all_reasons_are_on_the_paper(dist: Path, visit: Callable[..., Any]) -> None:
    """The paper is what is filed: nobody can unfold it."""
    page = visit(dist)
    page.emulate_media(media="print")
    pdf = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    try:
        text = bare(" ".join(p.get_textpage().get_text_range() for p in pdf))
    finally:
        pdf.close()
    reasons = [words(li) for li in Report(dist).page.iter("li") if any(c.tag == "code" for c in li)]
    assert reasons and all(bare(reason) in text for reason in reasons)
