"""How the text stands on its pages, in every edition and size: lines, their starts and distances, headings, boxes."""

from __future__ import annotations

import io
import unicodedata
from collections import defaultdict
from itertools import pairwise

import pikepdf
import pytest

from leafletkit.model import PRINT
from leafletkit.render.print import render_print

from ..pdf_support import BLOCKS, leaves
from .reading import read
from .support import Printed, each_file, made, named, walk, words

pytestmark = pytest.mark.full
EVEN = {"en-GB", "cy", "pl", "so", "zh-Hans"}  # letters without signs above and below
HEADINGS = ("/H1", "/H2", "/H3")
HAIR = 0.6  # points by which the ends of right-to-left lines may differ: their letters have no even widths


def rows_of(file, element):
    """What is drawn in each line of a block, by (page, base), in order."""
    rows = defaultdict(list)
    for leaf in leaves(element):
        for run in file.runs_of(leaf):
            rows[file.page_of(leaf), run.base].append(run)
    return sorted(rows.items())


def lines_of(file, element):
    """(page, base, start, size) of each line of a block, in order."""
    rtl = file.edition.language.direction == "rtl"
    for (page, base), runs in rows_of(file, element):
        yield page, base, max(r.right for r in runs) if rtl else min(r.left for r in runs), max(r.size for r in runs)


def ends_of(file, element):
    """Where each line of a block ends."""
    for _, runs in rows_of(file, element):
        yield min(r.left for r in runs) if file.edition.language.direction == "rtl" else max(r.right for r in runs)


def blocks_of(file):
    """(element, those around it) of each block but the English title, which has a direction of its own."""
    for element, around in walk(file.pdf.Root.StructTreeRoot):
        if str(element.S) in BLOCKS and not any("/Lang" in leaf for leaf in leaves(element)):
            yield element, around


@each_file
def test_lines_are_short(file):
    """At most 70 characters in a line of a Latin script, spaces among them, or 40 ideographs: the eye finds the next one. Letters of other scripts are narrower."""
    most = 70 if file.edition.language.tag in EVEN else 80
    for page in file.pages:
        for line in page.lines:
            text = "".join(run.text for run in line)
            wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
            letters = sum(unicodedata.category(c)[0] in "LN" for c in text)
            assert (wide <= 40 if wide else letters <= most), text
            assert most > 70 or wide or len(text.strip()) <= most, text


@each_file
def test_text_is_ranged_at_the_start(file):
    """Blocks of one kind begin at one place, and so do all lines of a block; the ends of lines differ: nothing is justified or centred."""
    starts = defaultdict(set)
    for element, around in blocks_of(file):
        label = element.S == "/P" and any(a.S == "/Warning" for a in around) and words(element).strip() == file.edition.words["warning-label"]
        dotted = element.S == "/LBody" and any(sibling.S == "/Lbl" for sibling in element.P.K)
        kind = ("list" if element.S == "/LBody" else "text", label, dotted, *(str(a.objgen) if a.S == "/Div" else str(a.S) for a in around if a.S in ("/Div", "/Warning")))
        for _page, _base, start, _size in lines_of(file, element):
            starts[kind].add(start)
    for kind, places in starts.items():
        assert max(places) - min(places) <= HAIR, kind
    full = [ends for element, _ in blocks_of(file) for ends in list(ends_of(file, element))[:-1]]
    assert len(full) < 20 or len(set(map(round, full))) > 8, "the lines are as long as each other"


@each_file
def test_the_distance_of_lines(file):
    """Lines are 1.25 to 1.5 sizes apart; in scripts with signs above and below as far as their language says, and not less."""
    language, seen = file.edition.language, 0
    for element, _ in blocks_of(file):
        for (page, base, _, size), (next_page, next_base, _, _) in pairwise(lines_of(file, element)):
            if page == next_page:
                seen += 1
                leading = (next_base - base) / size
                if language.tag in EVEN:
                    assert 1.25 <= round(leading, 2) <= 1.5, words(element)
                else:
                    assert language.line_height - 0.01 <= leading <= language.line_height * 1.1, words(element)
    assert seen


@each_file
def test_no_heading_stands_last_on_a_page(file):
    """What follows a heading, or the label of a warning, begins on the same page."""
    rows = [(element, {file.page_of(leaf) for leaf in leaves(element)}) for element, _ in blocks_of(file)]
    for (element, pages), (_, following) in pairwise(rows):
        if element.S in HEADINGS or words(element).strip() == file.edition.words["warning-label"]:
            assert max(pages) == min(following), words(element)


BEFORE_WORDS = {
    "h2": "<h2>Heading</h2><p>words</p>", "h3": "<h3>Heading</h3><p>words</p>", "h2, h3": "<h2>Heading</h2><h3>Heading</h3><p>words</p>", "list": "<h2>Heading</h2><ul><li>words</li></ul>",
    "warning": '<h2>Heading</h2><div class="warning" data-warning="w" title="W"><p class="label">Label</p><p>words</p></div>',
    "long warning": '<div class="warning" data-warning="w" title="W"><p class="label">Heading</p><p>words</p><ul><li>words</li></ul></div>',
}  # fmt: skip


@pytest.mark.parametrize("kind", BEFORE_WORDS)
def test_wherever_the_page_ends(editions, kind):
    """With more and more lines before it a heading comes near the end of a page: it never stands there alone."""
    for count in range(6, 18):
        body = "<p>line</p>" * count + BEFORE_WORDS[kind]
        with pikepdf.open(io.BytesIO(made(editions["ivig", "en-GB"], body, "large-print"))) as pdf:
            last = [page.lines[-1][-1].text.strip() for page in read(pdf)]
        assert last[-1] == "words" and set(last) <= {"line", "words"}, count


@each_file
def test_no_block_is_torn(file):
    """Every heading, paragraph and item of a list stands on one page; but in a warning that had to be torn, the long ones may not."""
    torn = [e for e in named(file.pdf, "/Warning") if len({file.page_of(leaf) for leaf in leaves(e)}) > 1]
    allowed = {leaf.objgen for element in torn for leaf in leaves(element)}
    for element, _ in blocks_of(file):
        if not allowed & {leaf.objgen for leaf in leaves(element)}:
            assert len({file.page_of(leaf) for leaf in leaves(element)}) == 1, words(element)


@each_file
def test_no_warning_is_torn(file):
    """The box of a warning stands on one page, unless it and the heading above it are taller than any page."""
    room = file.pages[0].box[3] - file.pages[0].box[1]
    for element in named(file.pdf, "/Warning"):
        pages = {file.page_of(leaf) for leaf in leaves(element)}
        if len(pages) > 1:
            rows = [row for e, _ in walk(element) if str(e.S) in BLOCKS for row in lines_of(file, e)]
            assert len(rows) * file.body * file.edition.language.line_height > 0.75 * room, words(element)


@each_file
def test_the_warnings_come_first_on_pages_of_their_own(file):
    """All warnings stand at the start, before the text, which begins on a new page."""
    first, second = named(file.pdf, "/Sect")[:2]
    assert [w for w, around in walk(first) if w.S == "/Warning"]
    assert max(file.page_of(leaf) for leaf in leaves(first)) < min(file.page_of(leaf) for leaf in leaves(second))


LOOSE = {
    "justified": ("p { text-align: justify }", test_text_is_ranged_at_the_start), "centred": ("p { text-align: center }", test_text_is_ranged_at_the_start),
    "tight": ("p { line-height: 1.1 }", test_the_distance_of_lines), "wide": ("p { line-height: 2 }", test_the_distance_of_lines),
    "indented": ("p { text-indent: 2em }", test_text_is_ranged_at_the_start),
    "long lines": ("p { font-size: 8pt }", test_lines_are_short),
    "torn": (".warning, .warning p, .warning .label { break-inside: auto; break-after: auto; margin-bottom: 61mm }", test_no_heading_stands_last_on_a_page),
}  # fmt: skip


@pytest.mark.parametrize("fault", LOOSE)
def test_a_style_that_breaks_a_rule_is_seen(editions, styles, fault):
    """Each rule above is broken once in the styles, and seen: the tests can fail."""
    rule, test = LOOSE[fault]
    with (styles / "print.css").open("a") as sheet:
        sheet.write(rule)
    edition = editions["ivig", "en-GB"]
    file = Printed(render_print(edition, styles, PRINT["standard-print"]), edition, "standard-print")
    with pytest.raises(AssertionError):
        test(file)
