"""Inline Markdown: two independent readers agree on the words, and HTML is only ever text."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leafletkit import inline
from leafletkit.inline import MarkupError, parse, plain
from leafletkit.model import Span
from leafletkit.proof.expect import words_of


def words(text):
    """The words that readers get, with single spaces."""
    return " ".join(plain(text).split())


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", ()),
        ("Plain words.", (Span("Plain words."),)),
        ("Do **not** take it.", (Span("Do "), Span("not", True), Span(" take it."))),
        ("**All of it**", (Span("All of it", True),)),
        ("See [the page](https://x.uk/a?b=1&c=2).", (Span("See "), Span("the page", href="https://x.uk/a?b=1&c=2"), Span("."))),
        ("[**Call** us](tel:999)", (Span("Call", True, "tel:999"), Span(" us", href="tel:999"))),
        ("**[Call](tel:999)** us", (Span("Call", True, "tel:999"), Span(" us"))),
        (r"5 \* 3 \[x\] \\", (Span("5 * 3 [x] \\"),)),
        ("One.\nTwo **not**.", (Span("One.\nTwo "), Span("not", True), Span("."))),
        ("**不要**乘坐", (Span("不要", True), Span("乘坐"))),
        ("`code` ~~no~~ # h > q - i", (Span("`code` ~~no~~ # h > q - i"),)),
        ("2 * 3 * 4 and snake_case_name", (Span("2 * 3 * 4 and snake_case_name"),)),
        ("&lt;b&gt; &amp; &#8364;", (Span("<b> & €"),)),
    ],
)
def test_spans(text, spans):
    """Bold, links and escapes are read; everything else is words."""
    assert parse(text) == spans


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("*not*", "italics"), ("_not_", "italics"), ("***not***", "italics"), ("a **not", "two stars"), ("a ** not ** b", "two stars"),
        ("[a](https://x.uk 'title')", "title"), ("[a](tel:1 \"t\")", "title"),
    ],
)  # fmt: skip
def test_markup_that_no_format_can_show(text, said):
    """The message says what is wrong."""
    with pytest.raises(MarkupError, match=said):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["<b>not</b>", "<script>alert(1)</script>", "<!-- x -->", "a < b > c", '<a href="https://x.uk">y</a>', "<https://x.uk>", "</p><p>", "<?php ?>", "<br/>"],
)
def test_html_is_only_text(text):
    """HTML comes out as the letters it is written in: one plain span, no link, no bold."""
    assert parse(text) == (Span(text),)


def test_links_and_lines():
    """Link targets in order; lines of a point without blank ones."""
    assert inline.links("[a](tel:1) **b** [c](https://x.uk)") == ("tel:1", "https://x.uk")
    assert inline.lines(" One.\n\n  Two.  \n") == ("One.", "Two.")


def every_string(project, editions):
    """(place, text) of every string with inline markup of the real project, in all languages."""
    for leaflet in project.leaflets:
        for document in leaflet.documents:
            yield from ((f"{leaflet.id} source {b.id}", b.text) for b in document.blocks)
    for (leaflet, tag), edition in editions.items():
        yield from ((f"{leaflet} {tag} {b.id}", b.text) for d in edition.documents for b in d.blocks)


def test_both_readers_agree_on_the_real_project(project, editions):
    """The renderer's reading and the proof's own reading give the same words for every string of every language."""
    strings = list(every_string(project, editions))
    assert len(strings) > 1000
    assert {place: text for place, text in strings if words(text) != words_of(text)} == {}


def test_no_mark_is_left_in_the_words_of_the_real_project(project, editions):
    """No star, bracket of a link or backslash reaches a reader."""
    left = {place: text for place, text in every_string(project, editions) if set("*\\[]<>") & set(plain(text))}
    assert left == {}


@pytest.mark.parametrize("text", ["less than 1 &lt; 2", "Q&amp;A", "&#8364;5"])
def test_both_readers_agree_on_entities(text):
    """An author is told to write &lt; for a less-than sign: then the proof must look for that sign."""
    assert words_of(text) == words(text)


def test_both_readers_agree_on_underscores():
    """Two underscores are bold for both readers, or refused."""
    try:
        mine = words("Do __not__ take it.")
    except MarkupError:
        return
    assert mine == words_of("Do __not__ take it.")


@pytest.mark.parametrize("text", ["[call](<tel:9 99>) us", "[page](https://x.uk/a(b)) here"])
def test_odd_links_are_refused(text):
    """An address in angle brackets, or with brackets in it, would be read differently by the two readers."""
    with pytest.raises(MarkupError):
        words(text)


def test_both_readers_agree_on_a_backslash_before_digits():
    """A backslash before a digit is only a backslash."""
    assert words_of(r"ward \0041") == words(r"ward \0041")


def test_two_escaped_stars_are_words():
    """Stars that are escaped mean stars."""
    assert plain(r"\*\*") == "**"


@pytest.mark.parametrize("text", ["page?a=1&copy=2", "AT&amp T", "&notit; x", "&#128; x"])
def test_both_readers_agree_on_half_entities(text):
    """Only &name; with its semicolon and a known name is an entity."""
    assert words_of(text) == words(text)


MARKS = st.sampled_from(
    ["**", "*", "_", "__", "[", "]", "(", ")", "](", "<", ">", "&lt;", "&#x110000;", "&", "\\", "`", "!", " ", "\n", "a", "b.", "http://", "tel:1",
     '"', "'", "é", "注", "ا", "‮", "😀", "[a](b)", "%", "\x00", "\ud800"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(MARKS, max_size=20).map("".join)))
@example("[" * 500)
@example("**" * 500)
@example("[a](" * 300)
def test_parse_raises_nothing_else(text):
    """Any text gives spans or a MarkupError, and equal neighbours are joined."""
    try:
        spans = parse(text)
    except MarkupError:
        return
    assert all(s.text for s in spans)
    assert all((a.strong, a.href) != (b.strong, b.href) for a, b in pairwise(spans))


# Words of many scripts with the punctuation of sentences, but no marks.
WORD = st.text(st.characters(categories=("L", "M", "Nd")), min_size=1, max_size=8)
ESCAPED = st.sampled_from([r"\*", r"\[", r"\]", r"\\", r"\_", r"\&", r"\<", r"\`"])
PLAIN = st.lists(st.one_of(WORD, ESCAPED, st.sampled_from([",", "(x)", "“x”", "0.1", "<b>", "'", "!", "?"])), min_size=1, max_size=4).map(" ".join)
BOLD = WORD.map(lambda w: f"**{w}**")
LINK = st.tuples(st.lists(st.one_of(WORD, BOLD), min_size=1, max_size=3).map(" ".join), st.sampled_from(["tel:999", "https://x.uk/a?b=1&c=2", "mailto:a@b.uk"])).map(
    lambda p: f"[{p[0]}]({p[1]})"
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(PLAIN, BOLD, LINK), max_size=6), st.sampled_from([" ", "\n"]))
def test_both_readers_agree_on_good_text(parts, between):
    """Whatever an author may write: words of any script, escapes, bold and links."""
    text = between.join(parts)
    assert words(text) == words_of(text)


@settings(deadline=None)
@given(st.text())
def test_escaped_text_is_only_text(text):
    """With a backslash before each punctuation sign, any text is one run of words without markup."""
    escaped = "".join(f"\\{c}" if c in r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~""" else c for c in text)
    if "**" in text:
        return
    spans = parse(escaped)
    assert all(not s.strong and s.href is None for s in spans)


@given(st.text(alphabet=st.sampled_from("ab \n\t.,-#>~:\"'()\u00a0é\x0b"), max_size=14) | st.text(max_size=20))
def test_the_short_cut_for_words_alone_reads_the_same(text):
    """Texts without any mark are not given to the parser; it would find nothing in them but their words."""
    if inline._MARKS.search(text):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inline, "_MARKS", re.compile(""))
        assert inline.parse.__wrapped__(text) == ((Span(text),) if text else ())
