"""Easy read on paper: a picture with its words for each point, at the start of the line; large letters; each part on a page of its own."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest

from leafletkit.fonts import print_families
from leafletkit.proof.expect import words_of
from leafletkit.proof.pdf import prove_pdf
from leafletkit.render.print import render_print

from ..conftest import ROOT
from ..pdf_support import changed, undraw
from .support import Printed, named

FMT = "easy-read-print"


@pytest.fixture(scope="module", params=["en-GB", "ur", "hi", "zh-Hans"])
def file(request, dist, editions):
    tag = request.param
    return Printed((dist / f"ivig/{tag}/ivig-{tag}-easy-read.pdf").read_bytes(), editions["ivig", tag].told(FMT), FMT)


@pytest.mark.full
def test_each_point_has_its_picture(file):
    """In reading order: what each picture shows, in the words of the language, then the square code."""
    points = [b for b in file.edition.text.blocks if b.picture]
    shown = [" ".join(str(figure.Alt).split()) for figure in named(file.pdf, "/Figure")]
    assert shown == [file.edition.pictures[b.picture].alt for b in points] + [file.edition.words["newest-code"]]


@pytest.mark.full
def test_every_block_is_told_in_order(file):
    """Each point is one paragraph, its sentences apart; the hard words follow with what they mean."""
    told = [text for _, text, _ in file.blocks]
    places = [told.index(words_of(b.text)) for b in file.edition.text.blocks]
    assert places == sorted(set(places))


@pytest.mark.full
def test_letters_are_large(file):
    assert file.body >= 16
    assert min(run.size for page in file.pages for run in page.runs) == pytest.approx(file.body, abs=0.02)


@pytest.mark.full
def test_each_part_begins_a_page(file):
    """The heading of a part is the first that is drawn on its page."""
    for heading in [b for b in file.blocks if b[0] == "/H2"][: sum(b.kind == "heading" for b in file.edition.text.blocks)]:
        leaf = heading[2][0]
        page = file.pages[file.page_of(leaf) - 1]
        highest = min(page.runs, key=lambda run: run.base)
        assert highest in file.runs_of(leaf), heading[1]


@pytest.mark.full
def test_pictures_stand_where_a_line_begins(file):
    """All colours of a page are those of pictures: they lie in the left third, or in the right one in Urdu."""
    for page in list(pypdfium2.PdfDocument(file.data))[1:8]:
        pixels = np.asarray(page.render(scale=0.5).to_pil().convert("RGB")).astype(int)
        coloured = np.flatnonzero((pixels.max(2) - pixels.min(2) > 60).any(0)) / pixels.shape[1]
        assert coloured.size
        assert coloured.min() > 0.6 if file.edition.language.direction == "rtl" else coloured.max() < 0.4


@pytest.mark.parametrize("tag", ["en-GB", "pl"])
def test_what_is_lost_is_found(editions, tag):
    """Words of a warning that are not drawn, and a warning that is not named as one."""
    edition = editions["clean-hands", tag].told(FMT)
    families = print_families(edition.language)
    data = render_print(edition, ROOT / "styles", 16)
    assert prove_pdf(data, edition, FMT, "a.pdf", families)[1] == ()
    words = words_of(edition.text.carrying("stay-away-48-hours")[0].text)
    assert {f.code for f in prove_pdf(changed(data, lambda pdf: undraw(pdf, words, (0,))), edition, FMT, "a.pdf", families)[1]} == {"proof-warning-missing"}


def test_a_box_that_is_not_named_is_found(editions, tmp_path):
    edition = editions["clean-hands", "pl"].told(FMT)
    styles = tmp_path / "styles"
    (styles / "templates").mkdir(parents=True)
    (styles / "print.css").write_text((ROOT / "styles/print.css").read_text("utf-8"), "utf-8")
    for template in (ROOT / "styles/templates").iterdir():
        (styles / "templates" / template.name).write_text(template.read_text("utf-8").replace(' data-warning="{{ group[0].warning }}"', ""), "utf-8")
    found = prove_pdf(render_print(edition, styles, 16), edition, FMT, "a.pdf", print_families(edition.language))[1]
    assert {f.code for f in found} == {"proof-structure"}
