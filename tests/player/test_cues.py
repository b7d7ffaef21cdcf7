"""Which sentence is spoken when: the player's pure functions against plain ones, on made-up recordings."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..conftest import ROOT

pytestmark = pytest.mark.full

SCRIPTS = ROOT / "src/leafletkit/scripts"
TIMES = st.integers(0, 2000).map(lambda n: n / 10)


@st.composite
def recordings(draw):
    """Rows of [start, end, element id, number of the sentence], a pause before each."""
    rows, time = [], 0.0
    for _ in range(draw(st.integers(1, 12))):
        time = round(time + draw(st.integers(1, 30)) / 10, 1)
        end = round(time + draw(st.integers(1, 99)) / 10, 1)
        rows.append([time, end, draw(st.sampled_from(["", "a", "b", "c"])), draw(st.integers(-1, 3))])
        time = end
    return rows


@pytest.fixture(scope="module")
def ask(browser):
    page = browser.new_page()
    for name in ("namespace.js", "cues.js"):
        page.add_script_tag(content=(SCRIPTS / name).read_text("utf-8"))
    yield lambda name, *values: page.evaluate(f"v => leafletkit.cues.{name}(...v)", list(values))
    page.close()


@given(recordings(), TIMES)
def test_the_current_sentence_and_its_neighbours(ask, rows, time):
    now = max((n for n, row in enumerate(rows) if row[0] <= time), default=-1)
    assert ask("current", rows, time) == now
    assert ask("next", rows, time) == (now + 1 if now + 1 < len(rows) else -1)
    assert ask("previous", rows, time) == max(0, now - 1)
    assert ask("repeated", rows, time) == max(0, now)


@given(recordings(), st.sampled_from(["", "a", "b", "x"]), st.integers(0, 3))
def test_a_sentence_is_played_where_it_is_spoken_first(ask, rows, block, number):
    best = max((row[3] for row in rows if block and row[2] == block and row[3] <= number), default=None)
    expected = next((n for n, row in enumerate(rows) if row[2] == block and row[3] == best), -1) if best is not None else -1
    assert ask("ofSentence", rows, block, number) == expected


@given(recordings(), TIMES)
def test_the_nearest_start(ask, rows, time):
    found = ask("nearest", rows, time)
    assert abs(rows[found][0] - time) == min(abs(row[0] - time) for row in rows)


def test_no_sentences_have_no_answer(ask):
    for name in ("current", "next", "previous", "repeated", "nearest"):
        assert ask(name, [], 1.0) == -1


def test_a_place_that_the_browser_rounds_down_is_still_its_sentence(ask):
    assert ask("current", [[1.0, 2.0, "a", 0], [2.5, 3.0, "a", 1]], 2.49) == 1


def test_compact_rows_become_sentences(ask):
    """Pauses and lengths, in hundredths of a second."""
    rows = [["a", 100, 150, 50, 120], ["", 80, 100]]
    assert ask("expand", rows, False) == [[1, 2.5, "a", 0], [3, 4.2, "a", 1], [5, 6, "", 0]]
    assert [row[3] for row in ask("expand", rows, True)] == [-1, -1, -1]


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00"), (65.9, "1:05"), (3599, "59:59"), (3661, "61:01"), (None, "0:00"), (-1, "0:00")])
def test_times_are_said(ask, seconds, words):
    assert ask("clock", seconds) == words


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.js")), ids=lambda p: p.name)
def test_scripts_are_read_by_older_browsers(path):
    """Nothing that came after ES2019, nothing that a strict content policy forbids."""
    text = path.read_text("utf-8")
    newer = ("?.", "??", "||=", "&&=", ".replaceAll(", ".at(", "import(", "export ", "import ", "eval(", "innerHTML", "setAttribute(\"style", "globalThis", "structuredClone(")
    code = "\n".join(line.split("//")[0] for line in text.split("\n"))
    assert [word for word in newer if word in code.split("*/", 1)[-1]] == []
    assert path.name == "namespace.js" or '"use strict";' in text
    assert json.dumps(text)  # whole UTF-8
