"""The files of a report: the page is inert, all are listed in the manifest, faults are shown."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import unquote, urlsplit

from leafletkit import cli

from ..conftest import TODAY
from ..pages_support import elements
from .support import ODD, VARIANTS, Report, broken_warning, check_inert, full, of, under


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
