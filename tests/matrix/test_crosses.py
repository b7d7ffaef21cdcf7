"""A cross names its reason: in its cell, in the test result, and where its link leads."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from leafletkit.findings import CODES
from leafletkit.proof.expect import normal

from ..pages_support import parse, words
from .support import (
    VARIANTS,
    Report,
    broken_interface,
    broken_language,
    broken_source_language,
    broken_voice,
    column,
    faces,
    full,
    of,
    two_leaflets_one_broken,
    under,
)


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
