"""A tick leads to its warning: in the finished file, at the place and in the words of the edition."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pypdfium2
from mutagen.mp3 import MP3

from leafletkit import record
from leafletkit.model import FORMATS, PRINT, Edition
from leafletkit.project import Project
from leafletkit.proof.expect import bare, normal, warnings_of, words_of
from leafletkit.proof.html import Page

from ..pages_support import words
from .support import STATES, VARIANTS, Report, check_inert, full, of


def recorded(folder: Path) -> dict[str, Edition]:
    """What every edition of a published folder must say. A leaflet of which nothing is published has no record."""
    rows = [record.from_text(path.read_text("utf-8")).editions for path in folder.glob("*/record.json")]
    return {key: edition for row in rows for key, edition in row.items()}


# -- a tick leads to its warning


@full
@of(*VARIANTS)
def test_ticks_lead_to_the_warning(report: Report) -> None:
    """Every link leads to a file of this folder and to the very words; the place is that of the manifest."""
    known = recorded(report.folder)
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
    document = edition.told(fmt).text
    blocks = dict(warnings_of(edition, document))[warning]
    if fmt in ("web", "easy-read"):
        page = Page(data)
        assert fragment == place["fragments"][0] and [b for b, _ in blocks] == place["fragments"]
        for block, said in blocks:
            (element,) = page.ids[block]
            assert normal(page.text(element)) == said
    elif fmt in PRINT:
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
    known = recorded(dist)
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
