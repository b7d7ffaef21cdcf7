"""Numbers stay whole: no line ends inside of one, nor between a short one and its word; from right to left they keep their order."""

from __future__ import annotations

import html
import io
import re
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit import inline
from leafletkit.inline import MarkupError
from leafletkit.render.markup import inline_html

from ..pdf_support import BLOCKS, leaves
from .reading import read
from .support import RTL as RIGHT_TO_LEFT
from .support import each_file, made, walk

full = pytest.mark.full
SPACE = "\u00a0"  # on which no line ends


def shown(text, direction="ltr"):
    """Inline text as HTML, with the spaces on which no line ends as underscores."""
    return str(inline_html(text, direction)).replace(SPACE, "_")


def keep(words):
    return f'<span class="keep">{words}</span>'


def bdi(words):
    return f'<bdi dir="ltr">{words}</bdi>'


LTR = {
    "020 7946 0123": "020_7946_0123", "+44 20 7946 0123 now": "+44_20_7946_0123 now", "2–3 weeks": f"{keep('2–3')}_weeks", "2-3 weeks": f"{keep('2-3')}_weeks",
    "5 mg/kg": keep("5_mg/kg"), "5 mg a day": "5_mg_a day", "0.4 g/kg/day": f"{keep('0.4_g/kg')}/day", "48 hours": "48_hours", "do 48 godzin.": "do 48_godzin.",
    "**48** hours": "<strong>48</strong>_hours", "last **48 hours**": "last<strong> 48_hours</strong>", "for 48 **hours**": "for 48<strong>_hours</strong>",
    "22 November 2026": "22_November_2026", "22. November 2026": "22._November_2026", "12 września 2024 r.": "12_września_2024 r.", "2026年11月22日": keep("2026年11月22日"),
    "48小时内": f"{keep('48小时')}内", "2至3周": keep("2至3周"), "20% of people": "20%_of people", "38 °C": "38_°C", "10:30–11:00": keep("10:30–11:00"), "1,000 people": "1,000_people",
    "no number": "no number", "5": "5", "5.": "5.", "(2)": "(2)", "5 < 6 & 7": "5 &lt; 6 &amp; 7", "[call 020 7946](tel:1)": '<a href="tel:1">call 020_7946</a>',
}  # fmt: skip
RTL = {
    "خلال 48 ساعة": f"خلال {bdi('48')}_ساعة", "2–3 أسابيع": f"{bdi('2–3')}_أسابيع", "020 7946 0123": bdi("020_7946_0123"), "5–10 mg/kg": bdi("5–10_mg/kg"),
    "تناول 5 mg كل يوم": f"تناول {bdi('5_mg')}_كل يوم", "48 گھنٹے": f"{bdi('48')}_گھنٹے", "22 نومبر 2026": "22_نومبر_2026", "3 أيام": "3_أيام", "٤٨ ساعة": f"{bdi('٤٨')}_ساعة",
    "**48** ساعة": f"<strong>{bdi('48')}</strong>_ساعة", "20%": bdi("20%"), "+44 20 7946 0123": bdi("+44_20_7946_0123"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), LTR.items())
def test_numbers_are_kept_whole(text, wanted):
    """Numbers, ranges, doses, dates and telephone numbers, with the word that a short number belongs to."""
    assert shown(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), RTL.items())
def test_numbers_are_isolated(text, wanted):
    """From right to left a number of more than one sign stands in its own direction, with its unit."""
    assert shown(text, "rtl") == wanted


@pytest.mark.parametrize("text", ["10, 20, 30 and 40", "عام 2020. 48 ساعة", "in 2020. 48 hours", "Page 1: 2 weeks"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_two_numbers_are_not_one(text, direction):
    """A comma, a stop or a colon with a space after it ends a number: else a list can't be broken, and turns round from right to left."""
    said = re.sub("<[^>]*>", "|", shown(text, direction))
    assert not re.search(r"\d[.,:]_\d", said)


WORDS = st.sampled_from(["**", "[", "](tel:1)", "48", "2–3", "020 7946", "5 mg/kg", "hours", "小时", "年", "ساعة", " ", " ", ". ", ", ", "&", "<b>", "\\*", "+", "%", "22 November 2026", "٤٨", "\n"])


@given(st.lists(WORDS, max_size=14).map("".join), st.sampled_from(["ltr", "rtl"]))
def test_no_word_and_no_digit_is_lost(text, direction):
    """Whatever is written: without its tags the HTML has the same words, and only spaces have changed their kind."""
    try:
        plain = inline.plain(text)
    except MarkupError:
        return
    said = html.unescape(re.sub("<[^>]*>", "", str(inline_html(text, direction))))
    assert said.replace(SPACE, " ") == plain.replace(SPACE, " ")
    assert re.findall(r"\d+", said) == re.findall(r"\d+", plain)


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.sampled_from(["ltr", "rtl"]))
def test_any_text_stays_what_it_is(text, direction):
    """The same for any letters and signs at all; tags are only those that are made here."""
    try:
        plain = inline.plain(text)
    except MarkupError:
        return
    made = str(inline_html(text, direction))
    assert set(re.findall("</?([a-z]+)", made)) <= {"strong", "a", "span", "bdi"}
    assert html.unescape(re.sub("<[^>]*>", "", made)).replace(SPACE, " ") == plain.replace(SPACE, " ")


def rows_of(pages, numbers, element):
    """The words of each line of a block, as they are told."""
    rows: dict[tuple[int, float], list[str]] = {}
    for leaf in leaves(element):
        page = pages[numbers[leaf.Pg.objgen] - 1]
        base = next((run.base for run in page.runs if run.mcid in [int(k) for k in leaf.K if not isinstance(k, pikepdf.Object)]), None)
        rows.setdefault((page.number, base), []).append(str(leaf.ActualText))
    return ["".join(row) for row in rows.values()]


LONG = re.compile(r"\d \d[\d ]*$|\d\.? \w+,? \d{4}$")  # a telephone number, a date: a line may end after these


def torn(rows):
    """The places where a line ends inside of a number, or between a short number and its word."""
    for first, second in pairwise(row.strip() for row in rows):
        end = re.search(r"[\d–\-.,:/+]*\d[–\-:/]?$", first)
        if end and (second[:1].isdigit() or (second[:1].isalpha() and len(end[0]) <= 7 and not LONG.search(first))):
            yield first, second


@full
@each_file
def test_no_line_ends_in_a_number(file):
    """In every edition and size, every line: also in giant print, where lines are short."""
    for element, _ in walk(file.pdf.Root.StructTreeRoot):
        if str(element.S) in BLOCKS:
            assert list(torn(rows_of(file.pages, file.numbers, element))) == []


def paragraphs(texts, tag):
    return "".join(f"<p>{inline_html(text, 'rtl' if tag in RIGHT_TO_LEFT else 'ltr')}</p>" for text in texts)


SWEPT = {
    "en-GB": ["call {} 020 7946 0123 now", "wait {} 2–3 weeks for it", "take {} 5 mg/kg at once", "for {} **48** hours", "for the {} last **48 hours**", "by {} 22 November 2026"],
    "pl": ["przez {} 48 godzin", "za {} 2–3 tygodnie", "do {} 12 września 2024 r."],
    "ar": ["خلال {} 48 ساعة", "بعد {} 2–3 أسابيع", "الهاتف {} 020 7946 0123"],
    "ur": ["پچھلے {} 48 گھنٹوں میں", "بعد {} 2–3 ہفتے"],
    "hi": ["पिछले {} 48 घंटों में", "{} 2–3 हफ़्ते"],
    "zh-Hans": ["在过去{}48小时内", "大约{}2至3周后", "于{}2026年11月22日"],
}  # fmt: skip
FILLER = {"ar": "كلمات ", "ur": "الفاظ ", "hi": "शब्द ", "zh-Hans": "很"}


@full
@pytest.mark.parametrize("tag", SWEPT)
def test_wherever_the_line_ends(editions, tag):
    """The same words with more and more before them, so that the line ends everywhere once: never in a number."""
    filler = FILLER.get(tag, "x")
    texts = [row.format(filler * n) for row in SWEPT[tag] for n in range(4, 34)]
    with pikepdf.open(io.BytesIO(made(editions["ivig", tag], paragraphs(texts, tag)))) as pdf:
        pages, numbers = list(read(pdf)), {page.objgen: n for n, page in enumerate(pdf.pages, 1)}
        found = [rows_of(pages, numbers, e) for e, _ in walk(pdf.Root.StructTreeRoot) if e.S == "/P"]
    assert len(found) == len(texts) and sum(len(rows) > 1 for rows in found) > len(texts) / 4
    assert [row for rows in found for row in torn(rows)] == []


@full
def test_without_it_lines_end_in_numbers(editions):
    """Plain text, in which nothing is kept, has such lines: the test above can fail."""
    texts = [row.format("x" * n) for row in SWEPT["en-GB"] for n in range(4, 34)]
    with pikepdf.open(io.BytesIO(made(editions["ivig", "en-GB"], "".join(f"<p>{inline.plain(text)}</p>" for text in texts)))) as pdf:
        pages, numbers = list(read(pdf)), {page.objgen: n for n, page in enumerate(pdf.pages, 1)}
        assert [row for e, _ in walk(pdf.Root.StructTreeRoot) if e.S == "/P" for row in torn(rows_of(pages, numbers, e))]


@full
@pytest.mark.parametrize("tag", ["ar", "ur"])
def test_numbers_are_drawn_from_left_to_right(editions, tag):
    """On a right-to-left page a telephone number, a range and a dose have their parts in the right order."""
    words = {"ar": "الهاتف", "ur": "فون"}[tag]
    numbers = ["020 7946 0123", "2–3", "5–10 mg/kg", "10:30–11:00", "+44 20 7946 0123", "12.5%"]
    with pikepdf.open(io.BytesIO(made(editions["ivig", tag], paragraphs([f"{words} {number} {words}" for number in numbers], tag)))) as pdf:
        lines = ["".join(run.text for run in line).replace(SPACE, " ") for page in read(pdf) for line in page.lines]
    assert [number for number in numbers if any(number in line for line in lines)] == numbers
