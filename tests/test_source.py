"""Reading leaflet.md and easy-read.md: what may be written, what may not, and where each mistake stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leafletkit.findings import CODES
from leafletkit.model import Block
from leafletkit.source import read_document

TITLE = "# T {#t}\n\n"


def read(text, kind="leaflet"):
    return read_document(text, kind, "x.md", leaflet="x", pictures=("drip", "nurse"), allowed_links=("https://www.nhs.uk/", "tel:"))


def leaflet(text):
    """The blocks after a title, of a text that must be without fault."""
    document, findings = read(TITLE + text)
    assert not findings, findings
    return document.blocks[1:]


# What may be written: (text after the title, blocks without their line).
GOOD = {
    "paragraph": ("Words. {#a}", [Block("a", "paragraph", "Words.")]),
    "warning and facts": ("Words. {#a warning=w-1 facts=F01,F02}", [Block("a", "paragraph", "Words.", "w-1", None, ("F01", "F02"))]),
    "attributes in any order": ("Words. {facts=F01 #a}", [Block("a", "paragraph", "Words.", facts=("F01",))]),
    "heading": ("## H {#h}\n\nWords. {#a}", [Block("h", "heading", "H"), Block("a", "paragraph", "Words.")]),
    "subheading": (
        "## H {#h}\n\n### S {#s}\n\nWords. {#a}",
        [Block("h", "heading", "H"), Block("s", "subheading", "S"), Block("a", "paragraph", "Words.")],
    ),
    "underlined heading": ("H {#h}\n---\n\nWords. {#a}", [Block("h", "heading", "H"), Block("a", "paragraph", "Words.")]),
    "list": ("- One {#a}\n- Two {#b}", [Block("a", "item", "One"), Block("b", "item", "Two")]),
    "list with stars": ("* One {#a}\n* Two {#b}", [Block("a", "item", "One"), Block("b", "item", "Two")]),
    "two lists": ("- One {#a}\n\nThen. {#b}\n\n- Two {#c}", [Block("a", "item", "One"), Block("b", "paragraph", "Then."), Block("c", "item", "Two")]),
    "soft breaks are folded": ("One\ntwo\n  three {#a}", [Block("a", "paragraph", "One two three")]),
    "id on a line of its own": ("One\n{#a}", [Block("a", "paragraph", "One")]),
    "bold": ("Do **not** go. {#a}", [Block("a", "paragraph", "Do **not** go.")]),
    "link": ("See [this](https://www.nhs.uk/x). {#a}", [Block("a", "paragraph", "See [this](https://www.nhs.uk/x).")]),
    "escapes": (r"5 \* 3 &lt; 20 {#a}", [Block("a", "paragraph", r"5 \* 3 &lt; 20")]),
    "braces in the words": ("A {x} b {#a}", [Block("a", "paragraph", "A {x} b")]),
    "many spaces": ("One   two {#a}", [Block("a", "paragraph", "One two")]),
    "other scripts": ("نعم 注意 😀 {#a}", [Block("a", "paragraph", "نعم 注意 😀")]),
    "windows lines": ("One\r\ntwo {#a}\r\n", [Block("a", "paragraph", "One two")]),
}

# What may not: (text after the title, {(code, line)}). The text starts in line 3.
BAD = {
    "no id": ("Words.", {("source-id", 3)}),
    "no id in a list": ("- One {#a}\n- Two", {("source-id", 4)}),
    "id twice": ("One. {#a}\n\nTwo. {#a}", {("source-id", 5)}),
    "id of the title again": ("One. {#t}", {("source-id", 3)}),
    "capitals": ("One. {#Aa}", {("source-id", 3)}),
    "two hyphens": ("One. {#a--b}", {("source-id", 3)}),
    "no sign before the id": ("One. {a}", {("source-id", 3)}),
    "empty braces": ("One. {}", {("source-id", 3)}),
    "unknown attribute": ("One. {#a colour=red}", {("source-id", 3)}),
    "attribute twice": ("One. {#a warning=w warning=v}", {("source-id", 3)}),
    "warning without a value": ("One. {#a warning=}", {("source-id", 3)}),
    "italics": ("One *two*\nthree. {#a}", {("source-syntax", 3)}),
    "italics in the second line": ("One\n*two*. {#a}", {("source-syntax", 4)}),
    "code": ("One `two`. {#a}", {("source-syntax", 3)}),
    "code block": ("    One. {#a}", {("source-syntax", 3)}),
    "fence": ("```\nOne. {#a}\n```", {("source-syntax", 3)}),
    "html block": ("<div>One. {#a}</div>", {("source-syntax", 3)}),
    "html comment": ("<!-- One. {#a} -->", {("source-syntax", 3)}),
    "html in text": ("One <b>two</b>. {#a}", {("source-syntax", 3)}),
    "table": ("| A | B |\n|---|---|\n| 1 | 2 |", {("source-syntax", 3)}),
    "quotation": ("> One. {#a}", {("source-syntax", 3)}),
    "rule": ("One. {#a}\n\n---", {("source-syntax", 5)}),
    "picture": ("One ![](drip) two. {#a}", {("source-syntax", 3)}),
    "numbered list": ("1. One {#a}", {("source-syntax", 3)}),
    "nested list": ("- One {#a}\n  - Two {#b}", {("source-syntax", 4)}),
    "stars": ("Do **not go. {#a}", {("source-syntax", 3)}),
    "control character": ("One\x07. {#a}", {("source-syntax", 3)}),
    "link elsewhere": ("See [this](https://x.uk). {#a}", {("source-link", 3)}),
    "look-alike link": ("See [this](https://www.nhs.uk.x.uk/). {#a}", {("source-link", 3)}),
    "script link": ("See [this](javascript:alert(1)). {#a}", {("source-link", 3)}),
    "link by reference": ("See [this][r]. {#a}\n\n[r]: https://x.uk", {("source-link", 3), ("source-link", 5)}),
    "second title": ("# Two {#a}\n\nOne. {#b}", {("source-structure", 3)}),
    "heading too deep": ("## H {#h}\n\n#### D {#d}\n\nOne. {#a}", {("source-structure", 5)}),
    "gap": ("### S {#s}\n\nOne. {#a}", {("source-structure", 3)}),
    "empty heading": ("## A {#a}\n\n## B {#b}\n\nOne. {#c}", {("source-structure", 3)}),
    "heading last": ("One. {#a}\n\n## B {#b}", {("source-structure", 5)}),
    "no words": ("… {#a}", {("source-structure", 3)}),
}

# Easy read: what may not be written.
BAD_POINTS = {
    "no picture": ("One. {#a}", {("source-picture", 3)}),
    "unknown picture": ("![](cat)\nOne. {#a}", {("source-picture", 3)}),
    "path": ("![](../drip)\nOne. {#a}", {("source-picture", 3)}),
    "words in the brackets": ("![A drip](drip)\nOne. {#a}", {("source-picture", 3)}),
    "two pictures": ("![](drip)\n![](nurse)\nOne. {#a}", {("source-syntax", 4)}),
    "list": ("- ![](drip) One. {#a}", {("source-syntax", 3)}),
    "only a picture": ("![](drip) {#a}", {("source-structure", 3)}),
    "italics in the third line": ("![](drip)\nOne.\n*Two*. {#a}", {("source-syntax", 5)}),
}


@pytest.mark.parametrize("name", GOOD)
def test_good(name):
    """Each piece of the format is read into its blocks, without a finding."""
    text, blocks = GOOD[name]
    found = leaflet(text)
    assert [(b.id, b.kind, b.text, b.warning, b.picture, b.facts) for b in found] == [
        (b.id, b.kind, b.text, b.warning, b.picture, b.facts) for b in blocks
    ]


@pytest.mark.parametrize("name", BAD)
def test_bad(name):
    """Each thing that can't be used gives exactly its finding, at its line."""
    text, expected = BAD[name]
    findings = read(TITLE + text)[1]
    assert {(f.code, f.line) for f in findings} == expected, findings
    assert all(f.message and f.hint and f.path == "x.md" and f.leaflet == "x" for f in findings)


@pytest.mark.parametrize("name", BAD_POINTS)
def test_bad_point(name):
    """The same for easy read."""
    text, expected = BAD_POINTS[name]
    findings = read(TITLE + text, "easy-read")[1]
    assert {(f.code, f.line) for f in findings} == expected, findings


def test_the_line_of_a_forced_break():
    """The spaces to take out stand at the end of the first line."""
    assert [(f.code, f.line) for f in read(TITLE + "One  \ntwo. {#a}")[1]] == [("source-syntax", 3)]


@pytest.mark.parametrize("text", ["One. {#a warning=w}\nTwo. {#b}", "- One {#a}\nTwo. {#b}", "One. {#a} {#b}"])
def test_two_blocks_without_a_blank_line(text):
    """Patients would read “{#a}”, and the first block would lose its warning: this is a mistake of the author."""
    assert "source-id" in {f.code for f in read(TITLE + text)[1]}


def test_no_words_vanish():
    """“[Never]: donate” is Markdown for the address of a link: it is reported, or its words are kept."""
    document, findings = read(TITLE + "[Never]: donate\nblood. {#a}")
    assert findings or "donate" in document.blocks[1].text


def test_lines_of_blocks():
    """A block knows the line it starts at."""
    assert [b.line for b in leaflet("One\ntwo. {#a}\n\n- Three {#b}\n- Four\n  five {#c}")] == [3, 6, 7]


def test_points_keep_their_lines():
    """In easy read each line is a sentence; in a leaflet the same lines are folded into one."""
    text = TITLE + "![](drip)\nOne.\n  Two **not**.\nThree. {#a warning=w}"
    document, findings = read(text, "easy-read")
    assert not findings
    point = document.blocks[1]
    assert (point.kind, point.picture, point.text, point.warning) == ("point", "drip", "One.\nTwo **not**.\nThree.", "w")
    assert leaflet("One.\n  Two **not**.\nThree. {#a}")[0].text == "One. Two **not**. Three."


@pytest.mark.parametrize("text", ["", "\n\n", "Words. {#a}", "## H {#h}\n\nWords. {#a}"])
def test_a_file_starts_with_a_title(text):
    """The finding stands at line 1."""
    assert [(f.code, f.line) for f in read(text)[1]] == [("source-structure", 1)]


def test_all_mistakes_are_found_in_one_reading():
    """In the order of the file."""
    text = TITLE + "No id.\n\nAn *accent*. {#a}\n\n> Quoted {#b}\n\n[x](http://x.uk) {#a}\n\nA\x07 {#c}"
    assert [(f.code, f.line) for f in read(text)[1]] == [
        ("source-id", 3), ("source-syntax", 5), ("source-syntax", 7), ("source-link", 9), ("source-id", 9), ("source-syntax", 11),
    ]  # fmt: skip


def test_the_real_files_are_good(project):
    """Both leaflets of the project are read without a finding, in two documents each."""
    for one in project.leaflets:
        for document in one.documents:
            again, findings = read_document(
                (project.root / document.path).read_text("utf-8"), document.kind, document.path, leaflet=one.id,
                pictures=project.pictures, allowed_links=project.settings.allowed_links,
            )  # fmt: skip
            assert not findings and again == document


PIECES = st.sampled_from(
    ["# ", "## ", "### ", "#### ", "\n", "\n\n", "- ", "* ", "1. ", "> ", "```", "~~~", "    ", "\t", "| a | b |\n|---|---|\n", "---", "===", "<div>",
     "<!--", "-->", "<b>", "**", "*", "_", "`", "![](drip)", "![x](cat)", "\n![](drip)\n", "[a](b)", "[a]: b", "text", "é注ا😀", " {#a}", "{#b warning=w}",
     "{#A}", "{}", "{#c facts=F1,,F2}", "{warning= x==}", "\\", "  \n", "\r", "\r\n", "\x00", "\x0b", "\x85", "\u2028", "﻿", "&lt;", "&#0;"]
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text()), st.sampled_from(["leaflet", "easy-read"]))
@example("> " * 200 + "x", "leaflet")
@example("- " * 200 + "x", "leaflet")
@example("[" * 2000, "easy-read")
def test_any_text_is_read(text, kind):
    """Random Markdown never breaks the reader; every finding has a known code and a line of the file."""
    document, findings = read(text, kind)
    lines = len(re.split(r"\r\n|\n|\r", text))
    for finding in findings:
        assert finding.code in CODES and finding.message and finding.hint
        assert 1 <= finding.line <= lines
    assert all(1 <= b.line <= lines for b in document.blocks)
    if not findings:
        assert document.title.kind == "title"
        assert all(b.id for b in document.blocks)
        assert len({b.id for b in document.blocks}) == len(document.blocks)
        assert kind == "easy-read" or not any("\n" in b.text for b in document.blocks)
        assert all(b.picture for b in document.blocks if b.kind == "point")


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "B.", "**not**", "\n", " ", "é", "注", "ا"]), min_size=1).map("".join))
def test_folding(text):
    """Breaks and spaces inside a paragraph never matter to a leaflet; a point keeps its lines."""
    words = re.sub(r"\s*\n\s*", "\n", text.strip())
    if not words or "****" in words:
        return
    (block,) = leaflet(f"w {words} {{#a}}")
    assert block.text == " ".join(f"w {words}".split())
    point = read(f"{TITLE}![](drip)\nw {words} {{#a}}", "easy-read")[0].blocks[1]
    assert point.text.split("\n") == [row.strip() for row in f"w {words}".split("\n")]
