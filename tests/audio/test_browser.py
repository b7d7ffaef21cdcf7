"""Transcript and chapters as the tracks of a player in a real browser: the same texts at the same times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from leafletkit.model import Edition
from leafletkit.project import Project
from leafletkit.render.audio import Recorded, synthesise
from leafletkit.speech import RATE

from ..audio_support import Case, Tone, tags_of
from ..pages_support import served

pytestmark = pytest.mark.full

PAGE = """<!doctype html><meta charset="utf-8"><title>x</title><video src="a.mp3" preload="metadata" controls>
<track kind="captions" src="a.vtt" srclang="{tag}" default><track kind="chapters" src="a.chapters.vtt" srclang="{tag}"></video>"""
# A track that is hidden is loaded too. A track that can't be parsed ends with an error or without cues.
READ = """async kind => {
  const element = document.querySelector(`track[kind=${kind}]`)
  const loaded = new Promise((done, fail) => { element.onload = done; element.onerror = () => fail(new Error("the track can't be loaded")) })
  element.track.mode = "hidden"
  if (element.readyState < 2) await loaded
  return [...element.track.cues].map(c => [c.id, c.startTime, c.endTime, c.getCueAsHTML().textContent, c.text])
}"""


def tracks(browser: Any, folder: Path, recorded: Recorded, tag: str) -> tuple[list[list[Any]], list[list[Any]]]:
    """(id, start, end, text as shown, text in the file) of each cue of the transcript and of the chapters."""
    for name, data in (("a.mp3", recorded.mp3), ("a.vtt", recorded.vtt), ("a.chapters.vtt", recorded.chapters_vtt), ("index.html", PAGE.format(tag=tag).encode())):
        (folder / name).write_bytes(data)
    with served(folder) as address:
        page = browser.new_page()
        try:
            page.goto(f"{address}/index.html", wait_until="load")
            return page.evaluate(READ, "captions"), page.evaluate(READ, "chapters")
        finally:
            page.close()


@pytest.mark.parametrize("tag", ["en-GB", "pl"])
def test_the_tracks_of_a_player(browser: Any, cases: dict[str, Case], tmp_path: Path, tag: str) -> None:
    """What the browser shows is what the file's own words and chapters say."""
    case = cases[tag]
    cues, chapters = tracks(browser, tmp_path, case.good, tag)
    words = tags_of(case.mp3).getall("SYLT")[0].text
    assert [(text, round(start * 1000)) for _, start, _, text, _ in cues] == words
    assert all(a[2] <= b[1] for a, b in pairwise(cues)) and all(start < end for _, start, end, *_ in cues)
    assert [round(end * RATE) for _, _, end, *_ in cues] == pytest.approx([s.last for s in case.spans()], abs=RATE // 500)
    assert len({name for name, *_ in cues}) == len(cues)
    assert [(round(start, 3), text) for _, start, _, text, _ in chapters] == [(round(start, 3), name) for start, name in case.good.chapters]
    assert [a[2] for a in chapters[:-1]] == [b[1] for b in chapters[1:]]
    assert chapters[-1][2] == pytest.approx(case.good.seconds, abs=0.001)


@pytest.mark.parametrize(
    "text",
    ["Soap & water <b>again</b> if it is > 4 &amp; 5.", "Wait --> then go.", "WEBVTT is a format.", "<v Nurse>Hello.", "A\u2028line and a\u00a0space.", "\u200fNow\u200e then.", "NOTE this well."],
)
def test_signs_that_mean_something_in_a_transcript(browser: Any, editions: Mapping[tuple[str, str], Edition], project: Project, tmp_path: Path, text: str) -> None:
    """They are shown as they are, and no cue is lost."""
    edition = editions["clean-hands", "en-GB"]
    source = text.replace("\\", "").replace("&", "\\&").replace("<", "\\<")
    blocks = tuple(replace(b, text=source) if b.id in ("why", "visit") else b for b in edition.text.blocks)
    recorded = synthesise(replace(edition, text=replace(edition.text, blocks=blocks)), project.voices["en-GB"], RATE, Tone())
    cues, chapters = tracks(browser, tmp_path, recorded, "en-GB")
    words = tags_of(recorded.mp3).getall("SYLT")[0].text
    assert [(shown, round(start * 1000)) for _, start, _, shown, _ in cues] == words
    assert text.split()[0] in [word for row, _ in words for word in row.split()]
    assert [name for *_, name, _ in chapters] == [name for _, name in recorded.chapters]
