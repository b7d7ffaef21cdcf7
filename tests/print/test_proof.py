"""The proof of finished PDFs: nothing is found in a good file, and each planted fault is found, by its name."""

from __future__ import annotations

import io
import random
from collections import Counter
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

from leafletkit.model import PRINT
from leafletkit.proof.expect import words_of
from leafletkit.proof.pdf import prove_pdf
from leafletkit.render.print import render_print

from ..conftest import ROOT
from ..pages_support import with_text
from ..pdf_support import changed, fonts_of, leaves, silence, undraw
from .support import SIZES, WARNING, each_file, each_ltr_file, prove, solid

pytestmark = pytest.mark.full
MISSING = ["proof-warning-missing"]


def render(edition):
    return render_print(edition, ROOT / "styles", PRINT["large-print"])


def warning_words(edition):
    return words_of(next(b.text for b in edition.text.blocks if b.warning))


@each_file
def test_a_good_file(file):
    """Every finished file is proved: a place for each warning, on the pages where the structure has its words."""
    edition = file.edition
    places, codes, pages = prove(file.data, edition, file.fmt)
    assert codes == [] and pages == len(file.pdf.pages)
    assert [p.warning for p in places] == [w.id for w in edition.leaflet.warnings]
    for place in places:
        words = {words_of(b.text) for b in edition.text.carrying(place.warning)}
        found = {file.page_of(leaf) for _t, text, inside in file.blocks if text in words for leaf in inside}
        assert place.pages == tuple(sorted(found)) and len(place.pages) >= 2


@each_ltr_file
def test_the_pages_show_the_words(file):
    """Where letters can be read back, each place's pages show the words of its warning, read without the structure."""
    with pypdfium2.PdfDocument(file.data) as pdf:
        shown = [solid(page.get_textpage().get_text_range()) for page in pdf]
    for place in prove(file.data, file.edition, file.fmt)[0]:
        words = [solid(words_of(b.text)) for b in file.edition.text.carrying(place.warning)]
        assert all(any(w in shown[n - 1] for w in words) for n in place.pages)
        assert all(sum(w in shown[n - 1] for n in place.pages) >= 1 for w in words) and len(place.pages) >= 2


def test_without_the_block_of_a_warning(good, english):
    """A warning that the structure lacks is missing, and has no place."""
    words = warning_words(english)
    bad = changed(good, lambda pdf: [silence(pdf, words) for _ in range(2)])
    assert prove(bad, english)[:2] == ((), MISSING)


def test_a_file_with_other_words(english):
    """“84 hours” where it should say “48 hours” is a missing warning."""
    bad = with_text(english, WARNING, "Do **not** visit if you were sick or had diarrhoea in the last 84 hours.")
    assert prove(render(bad), english)[:2] == ((), MISSING)


def test_a_file_without_the_word_for_no(english):
    """A prohibition that lost its “not” is a missing warning."""
    bad = with_text(english, WARNING, "Do visit if you were sick or had diarrhoea in the last 48 hours.")
    assert prove(render(bad), english)[:2] == ((), MISSING)


def test_other_words_for_a_screen_reader(good, english):
    """Words that only a screen reader is told (/ActualText) are checked, not only what is drawn."""

    def change(pdf):
        for leaf in leaves(pdf.Root.StructTreeRoot):
            leaf.ActualText = pikepdf.String(str(leaf.get("/ActualText", "")).replace("48", "84"))

    assert prove(changed(good, change), english)[:2] == ((), MISSING)


def test_words_that_are_told_but_not_drawn(good, english):
    """Words that stand in the structure but on no page are missing: a reader sees an empty box."""
    bad = changed(good, lambda pdf: undraw(pdf, warning_words(english)))
    assert prove(bad, english)[:2] == ((), MISSING)


def test_words_that_are_drawn_in_one_place_of_two(good, english):
    """A warning stands at the front and in its place: lost from one of them, it is missing."""
    for number in (0, 1):
        bad = changed(good, lambda pdf, number=number: undraw(pdf, warning_words(english), [number]))
        places, codes, _ = prove(bad, english)
        assert places == () and codes == MISSING


@pytest.mark.parametrize("lost", ["serious-rare-effects", "serious-stroke"])
@pytest.mark.parametrize("fmt", SIZES)
def test_one_part_of_a_warning_of_many(printed, editions, lost, fmt):
    """A warning of six blocks is missing when one of them is."""
    edition = editions["ivig", "pl"]
    data = (printed / f"ivig/pl/ivig-pl-{fmt}.pdf").read_bytes()
    words = words_of(next(b.text for b in edition.text.blocks if b.id == lost))
    bad = changed(data, lambda pdf: [silence(pdf, words) for _ in range(2)])
    places, codes, _pages = prove(bad, edition, fmt)
    assert codes == MISSING
    assert {w.id for w in edition.leaflet.warnings} - {p.warning for p in places} == {"serious-rare-effects"}


@pytest.mark.parametrize("lang", ["en", "pl", ""])
def test_the_wrong_language(good, english, lang):
    """A file that says another language than its own, or none."""
    assert prove(changed(good, lambda pdf: pdf.Root.update({"/Lang": pikepdf.String(lang)})), english)[1] == ["proof-language"]


def test_no_language(good, english):
    """A file that says no language at all."""
    assert prove(changed(good, lambda pdf: pdf.Root.__delitem__("/Lang")), english)[1] == ["proof-language"]


@pytest.mark.parametrize("number", [0, 1])
def test_without_a_notice(english, number):
    """Each notice (demonstration, draft) that is not at the start is a finding."""
    bad = replace(english, notices=tuple(n for i, n in enumerate(english.notices) if i != number))
    assert len(english.notices) == 2
    assert prove(render(bad), english)[1] == ["proof-notice"]


def test_a_notice_that_is_told_but_not_drawn(good, english):
    """A notice that nobody can see is missing."""
    bad = changed(good, lambda pdf: undraw(pdf, words_of(english.notices[0]), [0]))
    assert prove(bad, english)[1] == ["proof-notice"]


def test_a_box_instead_of_a_letter(good, english):
    """Glyph 0, the box that stands for a missing character, is found wherever it is drawn: here in the title."""

    def change(pdf):
        before = pdf.pages[0].Contents.read_bytes()
        first = before.index(b"[<") + 2
        pdf.pages[0].Contents = pdf.make_stream(before[:first] + b"0000" + before[first + 4 :])

    assert prove(changed(good, change), english)[1] == ["proof-glyph"]


@pytest.mark.parametrize("name", ["Comic-Sans", "Noto-Sans", "Leaflet-Noto-Sans-Italic", "Leaflet-Noto-Sans-Thai", "Leaflet-Noto"])
def test_a_font_that_is_not_on_the_list(good, english, name):
    """Only the fonts that the language names may be in the file, and those upright."""
    bad = changed(good, lambda pdf: fonts_of(pdf)[0].update({"/BaseFont": pikepdf.Name(f"/ABCDEF+{name}")}))
    assert prove(bad, english)[1] == ["proof-font"]


def test_what_is_no_pdf(good, english):
    """A file cut short anywhere, an empty one, rubbish, and one without tags can't be read, and say so."""
    cuts = [good[: len(good) * n // 8] for n in range(8)] + [good[:-200]]
    for data in (*cuts, b"hello", b"%PDF-1.7\nrubbish\n%%EOF", changed(good, lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"))):
        assert prove(data, english) == ((), ["proof-unreadable"], 0)


def test_an_encrypted_file(good, english):
    """A file that asks for a password can't be read back."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert prove(out.getvalue(), english) == ((), ["proof-unreadable"], 0)


def test_the_same_words_for_the_same_fault(english):
    """The message of a finding names nothing of the machine, and stays the same."""
    (finding,) = prove_pdf(b"hello", english, "large-print", "leaflet.pdf", ("Noto Sans",))[1]
    assert " at 0x" not in finding.message


def test_any_damage_is_a_finding_or_harmless(good, english, caplog):
    """Bytes changed at random never end in an error; what is still proved has every warning."""
    chance = random.Random(1)
    seen = Counter()
    for _ in range(200):
        data = bytearray(good)
        for _ in range(chance.choice((1, 5, 30))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        places, codes, _pages = prove(bytes(data), english)
        seen[bool(codes)] += 1
        assert codes or [p.warning for p in places] == [w.id for w in english.leaflet.warnings]
    assert min(seen[True], seen[False]) > 10
    caplog.clear()
