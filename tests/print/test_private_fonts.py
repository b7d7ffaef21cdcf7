"""The fonts of a PDF are the files that were handed over: no font of the machine is ever used, whatever the styles name."""

from __future__ import annotations

import io
import os
import tempfile
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from leafletkit import fonts, jobs
from leafletkit.errors import Fault
from leafletkit.fonts import print_families
from leafletkit.model import PRINT
from leafletkit.render import print as printing
from leafletkit.render.print import render_print
from leafletkit.translate import all_text

from ..conftest import ROOT
from ..pages_support import with_text
from ..pdf_support import base_name, fonts_of
from .reading import Font
from .support import RTL, each_file, own

full = pytest.mark.full
SIZE = PRINT["large-print"]


def names(data):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {base_name(font) for font in fonts_of(pdf)}


def allowed(edition):
    return {name.replace(" ", "-") + weight for name in print_families(edition.language) for weight in ("", "-Bold")}


@cache
def outline(font, number):
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[font.getGlyphName(number)].draw(pen)
    return tuple(pen.value)


@cache
def opened(file):
    return TTFont(fonts.locate(file), lazy=False)


def handed_over(edition, weight):
    """The font files that the PDF may be drawn with, as the language names them."""
    for face in (edition.language.face, fonts.LATIN):
        name = getattr(face, weight)
        if fonts.is_collection(face):
            used = fonts.web_characters(face, all_text(edition))
            yield TTFont(io.BytesIO(fonts.cut(name, face.number, used, None)))
        else:
            yield opened(name)


@full
@each_file
def test_letters_are_drawn_with_the_named_files(file):
    """Each letter has the shape of a font file that the language names, in the right weight: a font's name can lie."""
    assert names(file.data) <= allowed(file.edition)
    drawn: dict[str, set[int]] = {}
    for page in file.pages:
        for run in page.runs:
            drawn.setdefault(run.font, set()).update(run.codes)
    for font in map(Font, fonts_of(file.pdf)):
        embedded = TTFont(io.BytesIO(font.file.read_bytes()))
        glyphs = {font.glyphs.get(code, code) for code in drawn[font.name]}
        shapes = {n: outline(embedded, n) for n in glyphs}
        files = list(handed_over(file.edition, "bold" if font.name.endswith("-Bold") else "regular"))
        assert any(all(n < f["maxp"].numGlyphs and outline(f, n) == shape for n, shape in shapes.items()) for f in files)


INSTALLED = ("Noto Sans", "Noto Naskh Arabic", "Noto Nastaliq Urdu", "Noto Sans CJK SC", "DejaVu Sans", "Andika", "No Such Font", "serif", "sans-serif", "monospace")


@full
@pytest.mark.parametrize("tag", ["en-GB", *RTL, "zh-Hans"])
def test_the_names_of_installed_fonts(editions, styles, tag):
    """Styles that name fonts of the machine, or none that there is, get the leaflet's own: the file is whole and proved."""
    path = styles / "print.css"
    rules = [f'p:nth-child({len(INSTALLED)}n + {n}) {{ font-family: "{name}", {name} }}\n' for n, name in enumerate(INSTALLED)]
    path.write_text(path.read_text("utf-8") + "".join(rules), "utf-8")
    outcome = jobs.perform(jobs.Job("large-print", editions["ivig", tag], styles.parent))
    assert outcome.findings == ()
    assert names(outcome.files[0].data) <= allowed(editions["ivig", tag])


OTHERS = {"Arabic": "\u0639", "Thai": "\u0e01", "Chinese": "\u4e2d", "Egyptian": "\U00013000", "private": "\ue000", "none": "\U0010fffd"}


@full
@pytest.mark.parametrize("character", OTHERS.values(), ids=OTHERS)
def test_a_character_of_another_script(english, character, caplog):
    """A character that only other fonts have, or none, stops the file; the message names it."""
    bad = with_text(english, "why", f"Clean hands stop germs. {character}")
    with pytest.raises(Fault, match=f"U\\+{ord(character):04X}"):
        render_print(bad, ROOT / "styles", SIZE)
    outcome = jobs.perform(jobs.Job("large-print", bad, ROOT))
    assert ([f.code for f in outcome.findings], outcome.files) == (["proof-illegible"], ())
    caplog.clear()


@full
def test_words_of_ones_own_in_a_font_of_the_machine():
    """The font is the one handed over, under whatever name another one is asked for."""
    rows = "".join(f"<p style=\"font-family: '{name}', {name}\">Hello</p>" for name in INSTALLED)
    assert names(own(f"<h1>x</h1>{rows}")) <= {"face", "face-Bold", "latin-face", "latin-face-Bold"}


@pytest.mark.parametrize("before", [None, "/etc/fonts/fonts.conf", ""])
@pytest.mark.parametrize("fails", [False, True])
def test_the_machine_is_left_as_it_was(monkeypatch, tmp_path, before, fails):
    """The setting that hides the fonts of the machine, and its folder, are gone afterwards, even after an error."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    if before is not None:
        monkeypatch.setenv("FONTCONFIG_FILE", before)
    seen = []

    def configure():
        seen.append(Path(os.environ["FONTCONFIG_FILE"]).read_text("utf-8"))
        if fails:
            raise OSError("no fonts")
        return "made"

    monkeypatch.setattr(printing, "FontConfiguration", configure)
    if fails:
        with pytest.raises(OSError, match="no fonts"):
            printing._no_fonts()
    else:
        assert printing._no_fonts() == "made"
    assert os.environ.get("FONTCONFIG_FILE") == before
    assert len(seen) == 1 and "<dir" not in seen[0] and "<include" not in seen[0]
    assert list(tmp_path.iterdir()) == []
