"""Read leaflet.md and easy-read.md into a `Document`.

The format is CommonMark, cut down to what every output can show: one title (#), headings (## and
###), paragraphs, lists of one level, **bold** and links. Every block ends in its id, in braces:

    Do **not** take furosemide. {#avoid-furosemide warning=avoid-furosemide facts=F54}

In easy-read.md every paragraph is a point: a picture, then one sentence a line.
All mistakes of a file are found in one reading. See docs/reference/leaflet-format.md.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from . import inline
from .limits import BLOCKS, FINDINGS, WORD_CHARACTERS, TooMuch, refuse_long, refuse_string
from .model import Block, BlockKind, Document, DocumentKind, Finding

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
# Blocks alone: a text of one endless paragraph is refused before anything looks for marks in it.
_LAYOUT = MarkdownIt("commonmark", {"html": True}).enable("table")
_LAYOUT.core.ruler.disable("inline")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
_HARD_WORD = re.compile(r"\A\*\*[^*\n]+\*\*[ \t]*\n[ \t]*\S")  # a line with just a bold word, and what it means
_PICTURE = re.compile(r"\A!\[([^\]]*)\]\(([^)\s]*)\)[ \t]*\n?")

_UNSUPPORTED = {
    "table_open": ("a table", "write a list or short paragraphs: tables read badly aloud"),
    "blockquote_open": ("a quotation block (>)", "write a plain paragraph"),
    "fence": ("a code block (```)", "write a plain paragraph"),
    "code_block": ("a line indented by four spaces or more", "start the line at the margin"),
    "html_block": ("HTML", "take the HTML out: only Markdown is read"),
    "hr": ("a rule (---)", "use a heading (##) to part sections"),
}
_UNSUPPORTED_INLINE = {
    "html_inline": ("HTML", "take the HTML out; write &lt; for a less-than sign"),
    "code_inline": ("`code`", "take the backticks out"),
    "em_open": ("*italics*", "write **bold**: slanted letters are hard to read"),
    "hardbreak": ("a forced line break (two spaces or a backslash at the end of a line)", "take it out"),
    "image": ("a picture in the text", "pictures belong in easy-read.md, as the first line of a point"),
}
_HEADINGS: dict[str, BlockKind] = {"h1": "title", "h2": "heading", "h3": "subheading"}


class _Reader:
    """State of one reading: the blocks and findings so far."""

    def __init__(
        self, kind: DocumentKind, path: str, leaflet: str, pictures: Container[str], allowed_links: Sequence[str]
    ) -> None:
        self.kind = kind
        self.path = path
        self.leaflet = leaflet
        self.pictures = pictures
        self.allowed_links = tuple(allowed_links)
        self.blocks: list[Block] = []
        self.by_id: dict[str, Block] = {}
        self.findings: list[Finding] = []

    def complain(self, code: str, line: int, message: str, hint: str) -> None:
        if len(self.findings) > FINDINGS:
            return
        if len(self.findings) == FINDINGS:
            message, hint = f"there are more mistakes in this file than the first {FINDINGS}", "mend those first, then check again"
        self.findings.append(Finding(code, message, hint, leaflet=self.leaflet, path=self.path, line=line))

    def attributes(self, raw: str, line: int) -> tuple[str, dict[str, str]]:
        """Split `text {#id key=value}` into the text and its attributes; the id has the key "id"."""
        words, attributes = split_attributes(raw)
        if attributes is None:
            self.complain(
                "source-id", line, f"this block has no id: “{_start(raw)}”",
                "end the block with an id in braces, for example {#tell-nurse-pregnant}",
            )  # fmt: skip
            return raw.strip(), {}
        found: dict[str, str] = {}
        for word in attributes.split():
            key, _, value = ("id", "", word[1:]) if word.startswith("#") else word.partition("=")
            if key not in ("id", "warning", "facts") or not value:
                self.complain(
                    "source-id", line, f"“{word}” is not an attribute",
                    "write #id, warning=ID or facts=F01,F02 between the braces",
                )  # fmt: skip
            elif key in found:
                self.complain("source-id", line, f"“{key}” stands twice in the braces", "keep one of them")
            elif key in ("id", "warning") and not _ID.match(value):
                self.complain(
                    "source-id", line, f"“{value}” is not an id",
                    "use small letters, digits and single hyphens, starting with a letter",
                )  # fmt: skip
            else:
                found[key] = value
        if "id" not in found and not any(f.line == line for f in self.findings):
            self.complain("source-id", line, "the braces hold no id", "add one, for example {#tell-nurse}")
        return words.strip(), found

    def add(self, kind: BlockKind, token: Token, line: int) -> None:
        """Add the block whose inline content is `token`."""
        text, found = self.attributes(token.content, line)
        picture = None
        if kind == "point":
            match = _PICTURE.match(text)
            if match:
                picture, text = match[2], text[match.end() :].strip()
                if match[1]:
                    self.complain(
                        "source-picture", line, f"the picture “{picture}” has words in its square brackets",
                        "leave the brackets empty: the words come from styles/pictures/pictures.toml",
                    )  # fmt: skip
                if picture not in self.pictures:
                    self.complain(
                        "source-picture", line, f"there is no picture “{picture}”",
                        "use a name from styles/pictures/pictures.toml, or add the picture there",
                    )  # fmt: skip
            elif _HARD_WORD.match(text):
                kind = "word"
            else:
                self.complain(
                    "source-picture", line, f"this point has no picture: “{_start(text)}”",
                    "put ![](name) on the line before its words",
                )  # fmt: skip
            text = "\n".join(inline.lines(text))
        else:
            text = " ".join(text.split())
        self.judge_inline(token, picture, line)
        if re.search(r"\{#", text):
            self.complain(
                "source-id", line, f"there is an id in the middle of this block: “{_start(text)}”",
                "leave an empty line between two blocks, and one pair of braces at the end of each",
            )  # fmt: skip
        if not inline_words(text):
            self.complain("source-structure", line, "this block has no words", "write its text, or take it out")
        identity = found.get("id", "")
        earlier = self.by_id.get(identity)
        if identity and earlier:
            self.complain(
                "source-id", line, f"the id “{identity}” is used in line {earlier.line} already",
                "give each block an id of its own",
            )  # fmt: skip
        if kind == "word" and "warning" in found:
            self.complain(
                "source-structure", line, "the explanation of a hard word can't carry a warning",
                "give the warning a point with a picture: people may not read the list of hard words",
            )  # fmt: skip
        facts = tuple(filter(None, found.get("facts", "").split(",")))
        block = Block(identity, kind, text, found.get("warning"), picture, facts, line)
        self.blocks.append(block)
        self.by_id.setdefault(identity, block)

    def judge_inline(self, token: Token, picture: str | None, line: int) -> None:
        start = here = line
        pictures = 1 if picture is not None else 0
        reported = len(self.findings)
        for child in token.children or []:
            line, here = here, here + (child.type in ("softbreak", "hardbreak"))
            if child.type == "image" and pictures:
                pictures -= 1
                continue
            if child.type in _UNSUPPORTED_INLINE:
                what, hint = _UNSUPPORTED_INLINE[child.type]
                self.complain("source-syntax", line, f"{what} can't be used here", hint)
            if child.type == "link_open" and not link_allowed(str(child.attrs["href"]), self.allowed_links):
                self.complain(
                    "source-link", line, f"the link to “{child.attrs['href']}” is not allowed",
                    "use an address that starts with one of allowed_links in project.toml, or add it there",
                )  # fmt: skip
        if len(self.findings) == reported:
            try:
                inline.parse(_PICTURE.sub("", split_attributes(token.content)[0]))
            except inline.MarkupError as error:
                self.complain("source-syntax", start, str(error), "mend the marks in this block")

    def walk(self, tokens: Sequence[Token]) -> None:
        """Turn the block tokens into blocks; unknown ones are reported and passed over."""
        lists = 0
        container: list[str] = []
        for position, token in enumerate(tokens):
            line = (token.map[0] + 1) if token.map else 0
            if token.type in _UNSUPPORTED:
                what, hint = _UNSUPPORTED[token.type]
                self.complain("source-syntax", line, f"{what} can't be used here", hint)
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                lists += 1
                if self.kind == "easy-read":
                    self.complain("source-syntax", line, "a list can't be used in easy read", "write a point for each item")
                elif token.type == "ordered_list_open":
                    self.complain("source-syntax", line, "a numbered list can't be used here", "start each item with a hyphen")
                elif lists == 2:
                    self.complain("source-syntax", line, "a list inside a list can't be used", "make it one list, or two")
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                lists -= 1
            elif token.type in ("heading_open", "paragraph_open", "th_open", "td_open"):
                container.append(token.tag)
            elif token.type in ("heading_close", "paragraph_close", "th_close", "td_close"):
                container.pop()
            elif token.type == "inline":
                tag = container[-1] if container else "p"
                opener = tokens[position - 1]
                line = (opener.map[0] + 1) if opener.map else line
                if tag in ("th", "td"):
                    continue
                if tag.startswith("h") and tag not in _HEADINGS:
                    self.complain("source-structure", line, f"headings go down to ###, this one is {'#' * int(tag[1])}", "use ## or ###")
                elif tag in _HEADINGS:
                    self.add(_HEADINGS[tag], token, line)
                elif lists:
                    self.add("item", token, line)
                else:
                    self.add("point" if self.kind == "easy-read" else "paragraph", token, line)

    def judge_structure(self) -> None:
        titles = [b for b in self.blocks if b.kind == "title"]
        if not self.blocks or self.blocks[0].kind != "title":
            self.complain("source-structure", 1, "the file does not start with a title", "start it with “# Title {#title}”")
        for extra in titles[1:]:
            self.complain("source-structure", extra.line, "a second title (#)", "use ## for a heading: a leaflet has one title")
        headed = False
        for before, block in zip(self.blocks, self.blocks[1:], strict=False):
            headed = headed or before.kind == "heading"
            if block.kind == "subheading" and not headed:
                self.complain("source-structure", block.line, "a ### heading before any ## heading", "use ##")
            if before.kind in ("heading", "subheading") and block.kind in ("title", "heading"):
                self.complain("source-structure", before.line, "a heading with nothing under it", "write its text, or take it out")
        if self.blocks and self.blocks[-1].kind in ("heading", "subheading"):
            self.complain("source-structure", self.blocks[-1].line, "a heading with nothing under it", "write its text, or take it out")


def read_document(
    text: str,
    kind: DocumentKind,
    path: str,
    *,
    leaflet: str = "",
    pictures: Container[str] = (),
    allowed_links: Sequence[str] = (),
) -> tuple[Document, tuple[Finding, ...]]:
    """Read one Markdown file. The document is only fit for use when there are no findings."""
    reader = _Reader(kind, path, leaflet, pictures, allowed_links)
    try:
        refuse_long(text)
        _refuse_large(text)
    except TooMuch as error:
        reader.complain("source-structure", error.line, str(error), error.hint)
        return Document(kind, path, ()), tuple(reader.findings)
    control = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        reader.complain("source-syntax", line, "an invisible control character", "delete it and type the word again")
    extras: dict[str, dict[str, dict[str, list[int]]]] = {}
    reader.walk(_PARSER.parse(text, extras))
    for name, reference in extras.get("references", {}).items():
        reader.complain("source-link", reference["map"][0] + 1, f"“[{name.lower()}]: …” is an address for links, which patients don't see",
                        "write links as [words](address); put a backslash before the bracket if you mean words")  # fmt: skip
    reader.judge_structure()
    findings = tuple(sorted(reader.findings, key=lambda f: f.line))
    return Document(kind, path, tuple(reader.blocks)), findings


def _refuse_large(text: str) -> None:
    """Raise `TooMuch` for too many blocks, or one that is too long."""
    if text.count("\n") < BLOCKS and all(len(part) <= WORD_CHARACTERS for part in _EMPTY_LINE.split(text)):
        return
    blocks = [token for token in _LAYOUT.parse(text) if token.type == "inline"]
    if len(blocks) > BLOCKS:
        raise TooMuch(f"the file has {len(blocks):,} blocks; it may have {BLOCKS:,}", "restore the real file, or make two leaflets", _line(blocks[BLOCKS]))
    for block in blocks:
        refuse_string(block.content, _line(block))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def split_attributes(raw: str) -> tuple[str, str | None]:
    """The text of a block, and what stands in the braces at its end; None where there are none."""
    text = raw.rstrip()
    opening = text.rfind("{")
    inside = text[opening + 1 : -1]
    if not text.endswith("}") or opening < 0 or "}" in inside or "\n" in inside:
        return raw, None
    return text[:opening].rstrip(), inside


def link_allowed(href: str, allowed: Sequence[str]) -> bool:
    """Whether a link starts with one of the allowed beginnings."""
    return any(href.startswith(start) for start in allowed)


def inline_words(text: str) -> bool:
    """Whether there is any letter or digit in the text."""
    return any(character.isalnum() for character in text)


def _start(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 50 else words[:50] + "…"
