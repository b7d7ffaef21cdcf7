"""Page, JSON, JUnit and manifest of a report say the same, and the variants are what they should be."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from leafletkit.model import FORMATS, RECORDINGS

from ..pages_support import words
from .support import (
    NAMES,
    ODD,
    STATES,
    VARIANTS,
    WARNING,
    Report,
    broken_interface,
    broken_language,
    broken_voice,
    full,
    of,
)

SIGNS = {"carried": "✓", "withheld": "✗", "unavailable": "–"}
STATES_OF_TESTS = {"failure": "withheld", "skipped": "unavailable"}


def state_of(case: ET.Element) -> str:
    kinds = [STATES_OF_TESTS[child.tag] for child in case]
    assert len(kinds) <= 1
    return kinds[0] if kinds else "carried"


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
        assert [f for f, s in polish.items() if s == "withheld"] == [f for f in FORMATS if f not in (*RECORDINGS, "easy-read-print")]  # which has letters of its own
        assert english == {"carried"}
    elif name in ("broken_warning", "lost_warning"):
        assert set(polish.values()) == {"withheld"} and english == {"carried"}
    else:
        sound = {"audio_withheld": {"audio": "withheld"}, "no_voice": dict.fromkeys(RECORDINGS, "unavailable")}[name]
        assert polish == {f: sound.get(f, "carried") for f in FORMATS}
        assert english == {"carried"}


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
