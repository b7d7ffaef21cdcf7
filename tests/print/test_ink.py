"""The ink of a warning: in good files all of it is seen; hidden, cut off, covered or written over it is found, everywhere."""

from __future__ import annotations

from dataclasses import replace

import pikepdf
import pytest

from leafletkit import fonts
from leafletkit.jobs import Job, perform
from leafletkit.model import PRINT
from leafletkit.proof.ink import hidden
from leafletkit.proof.pdf_read import structure
from leafletkit.render.print import render_print

from ..conftest import ROOT
from ..pdf_support import changed
from .plant import BOXES, CLIP, COLOUR, OVERLAP, places, several_lines, spoil
from .support import each_file, prove

pytestmark = pytest.mark.full
FILES = [("ivig", tag, "large-print") for tag in ("en-GB", "ar", "ur", "hi", "zh-Hans")]
english_file = pytest.mark.parametrize("file", FILES[:1], ids=["en-GB"], indirect=True)
KINDS = [*OVERLAP, *CLIP, *COLOUR, *BOXES]


def look(data, edition, pieces, fmt="large-print"):
    """Why each block can't be seen."""
    return hidden(data, pieces, PRINT[fmt] * edition.language.scale, edition.language.line_height)


@each_file
def test_nothing_is_hidden_in_a_good_file(file):
    """Each place of each warning is seen whole, in every language and size; and nothing else is cut off either."""
    warnings = places(file.data, file.edition)
    assert len(warnings) == 2 * len({p.text for p in warnings}) >= 2
    assert set(look(file.data, file.edition, warnings, file.fmt)) == {""}
    others = [piece for piece in structure(file.pdf) if piece.text.strip()]
    assert len(others) > len(warnings)
    assert "is hidden or cut off" not in look(file.data, file.edition, others, file.fmt)


# Every kind in English, and one of each family of kinds in each other script; all pairs in `make stress`.
ANYWHERE = ("overlap", "clip-low", "white", "tofu")
PLANTED = [
    pytest.param(file, kind, id=f"{file[1]}-{kind}", marks=[] if file == FILES[0] or kind == ANYWHERE[n % len(ANYWHERE)] else [pytest.mark.stress])
    for n, file in enumerate(FILES)
    for kind in KINDS
]


@pytest.mark.parametrize(("file", "kind"), PLANTED, indirect=["file"])
def test_a_fault_is_found_at_every_place(file, kind):
    """Each kind of fault, planted in all warnings, is found in all of them; the proof of the file names each of them."""
    warnings = places(file.data, file.edition)
    spoilt = several_lines(file.data, warnings) if kind in OVERLAP else warnings
    assert len(spoilt) > len(warnings) / 3
    bad = spoil(file.data, kind, spoilt)
    assert "" not in look(bad, file.edition, spoilt)
    proved, codes, _ = prove(bad, file.edition)
    assert set(codes) <= {"proof-hidden", "proof-warning-missing"} and "proof-hidden" in codes
    assert len(codes) == len({p.text for p in spoilt}), "one finding for each block"
    assert not {p.warning for p in proved} & {p.warning for p in spoilt}


@pytest.mark.parametrize("kind", ["white", "clip-end", "overlap"])
def test_a_fault_in_one_place_of_two(good, english, kind):
    """A warning stands at the front and in its section: spoilt in either, the finding names its page."""
    both = places(good, english)
    for spoilt in both:
        bad = spoil(good, kind, [spoilt])
        assert [bool(why) for why in look(bad, english, both)] == [piece is spoilt for piece in both]
        assert prove(bad, english)[1] == ["proof-hidden"]


@english_file
def test_the_neighbours_of_a_fault(file):
    """Every second warning is hidden: those are named, and no other."""
    warnings = places(file.data, file.edition)
    reasons = look(spoil(file.data, "white", warnings[::2]), file.edition, warnings)
    assert [bool(why) for why in reasons] == [n % 2 == 0 for n in range(len(warnings))]


def test_a_warning_that_goes_on_on_the_next_page(styles, english):
    """Of a block that is broken by the end of a page both parts are looked at."""
    sheet = (styles / "print.css").read_text("utf-8")
    for gap in range(60, 20, -1):
        (styles / "print.css").write_text(sheet + f".warning {{ break-inside: auto; margin-block-start: {gap / 4}cm }} p {{ break-inside: auto; orphans: 1; widows: 1 }}", "utf-8")
        data = render_print(english, styles, PRINT["large-print"])
        broken = [piece for piece in places(data, english) if len(piece.on_pages()) > 1]
        if broken:
            break
    (block,) = broken[:1]
    assert look(data, english, [block]) == [""]
    for page in block.on_pages():
        part = replace(block, runs=tuple(run for run in block.runs if run.page == page))
        assert look(spoil(data, "white", [part]), english, [block]) == ["is hidden or cut off"]


def _white(pdf):
    """A white box over the left third of a page."""
    box = pdf.make_stream(b"1 g 0 0 600 850 re f")
    box.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": pikepdf.Array([0, 0, 200, 842])})
    return box


def _in_no_colour(_pdf, page, content):
    return b"3 Tr\n" + content


def _clipped(_pdf, page, content):
    return b"200 0 400 842 re W n\n" + content


def _under_a_picture(pdf, page, content):
    page.Resources.XObject = pikepdf.Dictionary(White=_white(pdf))
    return content + b"\n/White Do"


def _in_a_layer_that_is_off(pdf, page, content):
    layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="x"))
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer], Order=[layer]))
    page.Resources.Properties = pikepdf.Dictionary(Off=layer)
    return b"/OC /Off BDC\n" + content + b"\nEMC"


def _on_narrow_paper(_pdf, page, content):
    page.MediaBox = pikepdf.Array([0, 0, 150, 842])
    return content


def _under_a_note(pdf, page, content):
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=pikepdf.Array([0, 0, 200, 842]), F=4, AP=pikepdf.Dictionary(N=_white(pdf)))
    page.Annots = pikepdf.Array([*page.get("/Annots", []), pdf.make_indirect(note)])
    return content


@english_file
@pytest.mark.parametrize("how", [_in_no_colour, _clipped, _under_a_picture, _in_a_layer_that_is_off, _on_narrow_paper, _under_a_note], ids=lambda f: f.__name__[1:])
def test_whole_pages_that_hide_their_words(file, how):
    """What hides words without touching them: a mode, a clip, a picture, a layer, the paper, a note."""

    def change(pdf):
        for page in pdf.pages:
            page.Contents = pdf.make_stream(how(pdf, page, page.Contents.read_bytes()))

    assert "" not in look(changed(file.data, change), file.edition, places(file.data, file.edition))


HIDING = [  # (what is added to print.css, the finding)
    ("color: white", "proof-hidden"),
    ("color: transparent", "proof-hidden"),
    ("color: #aaa", "proof-hidden"),
    ("color: white; background: black", "proof-hidden"),
    ("text-decoration: line-through white 1em", "proof-hidden"),
    ("outline: 1em solid white; outline-offset: -1em", "proof-hidden"),
    ("line-height: .3", "proof-hidden"),
    ("transform: translateX(100cm)", "proof-hidden"),
    ("transform: translateX(9cm)", "proof-hidden"),
    ("transform: translateY(2em)", "proof-hidden"),
    ("transform: rotate(90deg)", "proof-hidden"),
    ("transform: scale(.1)", "proof-hidden"),
    ("opacity: 0", "proof-warning-missing"),
    ("opacity: .3", "proof-warning-missing"),
    ("visibility: hidden", "proof-warning-missing"),
    ("display: none", "proof-warning-missing"),
    ("font-size: 0", "proof-warning-missing"),
    ("transform: scaleX(-1)", "proof-warning-missing"),
    ("overflow: hidden; height: 1em", "proof-illegible"),
    ("text-indent: -100cm", "proof-illegible"),
    ("transform: scale(0)", "render-failed"),
    ("background: black", "proof-hidden"),
    ("background: #555", "proof-hidden"),
    ("text-decoration: line-through", "proof-hidden"),
    ("position: relative; top: 1em", "proof-hidden"),
    ("font-size: 4pt", "proof-hidden"),
    ("transform: scale(.3)", "proof-hidden"),
]


@pytest.mark.parametrize(("css", "code"), HIDING)
def test_a_style_that_hides_warnings(styles, english, css, code):
    """Whatever a project's style does to its warnings, a file that hides them is not handed on."""
    assert make(styles, english, f".warning p {{ {css} }}") == [code]


@pytest.mark.parametrize(
    "css",
    [
        ".warning p + p { position: relative; top: -1em }",
        ".warning p + p { transform: translateY(-1em) }",
        ".warning { margin-block-end: -4em }",
        ".warning { position: absolute; top: 0 }",
        '.warning::after { content: ""; position: absolute; left: 0; top: 0; width: 18cm; height: 20cm; background: white }',
        '.warning::after { content: ""; position: absolute; left: 0; top: 0; width: 18cm; height: 20cm; background: black }',
    ],
)
def test_a_style_that_puts_something_over_warnings(styles, english, css):
    """Words over words, boxes over words: not handed on."""
    assert make(styles, english, css) == ["proof-hidden"]


@pytest.mark.parametrize("css", ["padding: 2em", "font-size: 1.2em", "font-weight: 700", "letter-spacing: .1em", "text-align: justify", "line-height: 3"])
def test_a_style_that_hides_nothing(styles, english, css):
    """A style that only looks otherwise is no fault."""
    assert make(styles, english, f".warning p {{ {css} }}") == []


def make(styles, edition, css):
    """The codes that a style is refused with; none if its file is handed on."""
    with (styles / "print.css").open("a") as sheet:
        sheet.write(css + "\n")
    outcome = perform(Job("large-print", edition, styles.parent))
    fonts.use(ROOT)
    assert bool(outcome.files) != bool(outcome.findings) and bool(outcome.places) == bool(outcome.files)
    return sorted({f.code for f in outcome.findings})
