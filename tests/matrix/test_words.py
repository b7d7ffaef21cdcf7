"""Whatever the words of a report are (hostile, odd, of no leaflet), they are text and stand in their place."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from leafletkit.findings import CODES
from leafletkit.model import Finding, Standing
from leafletkit.pipeline import Built

from ..conftest import ROOT
from ..pages_support import elements, parse, words
from .support import WARNING, check_inert, edit, faces

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


@pytest.mark.full
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


@pytest.mark.full
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
