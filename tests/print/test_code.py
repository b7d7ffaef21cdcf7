"""The square code on paper: it leads to the newest version of just this leaflet, or the file is not published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leafletkit.fonts import print_families
from leafletkit.model import PRINT
from leafletkit.proof.code import codes
from leafletkit.proof.pdf import prove_pdf
from leafletkit.render.print import render_print

from ..conftest import ROOT

STYLES = ROOT / "styles"


@pytest.fixture(params=["standard-print", "easy-read-print"])
def fmt(request):
    return request.param


@pytest.fixture
def edition(editions, fmt):
    return editions["clean-hands", "pl"].told(fmt)


def found(data, edition, fmt):
    return [f.code for f in prove_pdf(data, edition, fmt, "a.pdf", print_families(edition.language))[1]]


@pytest.mark.full
def test_it_leads_to_the_page_of_its_format(edition, fmt):
    data = render_print(edition, STYLES, PRINT[fmt])
    page = "easy-read.html" if fmt == "easy-read-print" else ""
    assert codes(data) == (f"https://leaflets.example.org/clean-hands/pl/{page}",) == (edition.address,)
    assert found(data, edition, fmt) == []


@pytest.mark.full
def test_another_address_is_noticed(edition, fmt):
    data = render_print(replace(edition, address="https://leaflets.example.org/clean-hands/en-GB/"), STYLES, PRINT[fmt])
    assert found(data, edition, fmt) == ["proof-code"]


@pytest.mark.full
def test_a_missing_code_is_noticed(edition, fmt):
    data = render_print(replace(edition, address=""), STYLES, PRINT[fmt])
    assert found(data, edition, fmt) == ["proof-code"]


def test_without_an_address_there_is_none(edition, fmt):
    nowhere = replace(edition, address="")
    data = render_print(nowhere, STYLES, PRINT[fmt])
    assert codes(data) == () and found(data, nowhere, fmt) == []


@pytest.mark.parametrize("css", [".newest img { width: 4mm; height: 4mm }", ".newest img { opacity: 0.05 }"], ids=["small", "pale"])
@pytest.mark.full
def test_a_code_that_no_phone_reads_is_noticed(edition, fmt, css, tmp_path):
    styles = tmp_path / "styles"
    styles.mkdir()
    (styles / "templates").symlink_to(STYLES / "templates")
    (styles / "print.css").write_text((STYLES / "print.css").read_text("utf-8") + css, "utf-8")
    assert found(render_print(edition, styles, PRINT[fmt]), edition, fmt) == ["proof-code"]


@pytest.mark.full
def test_every_printed_file_has_its_own(dist, editions):
    for (leaflet, tag), edition in editions.items():
        for fmt in PRINT:
            name = "easy-read" if fmt == "easy-read-print" else fmt
            assert codes((dist / leaflet / tag / f"{leaflet}-{tag}-{name}.pdf").read_bytes()) == (edition.told(fmt).address,)
