"""Inline Markdown: the little that a sentence may hold (**strong** and [links](https://…)).

HTML is never markup here: it is text, and is escaped wherever it is shown.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from .model import Span

_MARKS = re.compile(r"[*_\[\]\\&!<`\x00\r]")
_ESCAPED = re.compile(r"\\.")
_INLINE = MarkdownIt("zero").enable(["emphasis", "link", "escape", "entity"])
# Refuse nothing while parsing: `problems` judges links, and says why.
_INLINE.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005


class MarkupError(ValueError):
    """The text holds markup that no format can show. The message says what and what to do."""


@lru_cache(maxsize=20_000)
def parse(text: str) -> tuple[Span, ...]:
    """The spans of one line of text.

    Raises `MarkupError` on italics, nested links, titles on links, and `**` that do not pair up.
    """
    if not _MARKS.search(text):  # most texts are words alone
        return (Span(text),) if text else ()
    if "](<" in text:
        raise MarkupError("an address in <angle brackets>: write it without them")
    spans: list[Span] = []
    strong = marks = 0
    href: str | None = None
    for token in _INLINE.parseInline(text)[0].children or []:
        if token.type == "strong_open":
            if token.markup != "**":
                raise MarkupError("two underscores (__): write **bold** with stars")
            strong += 1
            marks += 2
        elif token.type == "strong_close":
            strong -= 1
        elif token.type == "link_open":
            href = str(token.attrs["href"])
            if re.search(r"[()\s]", href):
                raise MarkupError("the address of a link holds a bracket or a space: leave it out")
            if "title" in token.attrs:
                raise MarkupError("a link has a title in quotes: take the quotes out")
        elif token.type == "link_close":
            href = None
        elif token.type in ("em_open", "em_close"):
            raise MarkupError("*italics* are not used: write **bold**, or \\* for a star")
        else:
            content = "\n" if token.type in ("softbreak", "hardbreak") else token.content
            if not content:
                continue
            previous = spans[-1] if spans else None
            if previous and (previous.strong, previous.href) == (strong > 0, href):
                spans[-1] = Span(previous.text + content, strong > 0, href)
            else:
                spans.append(Span(content, strong > 0, href))
    if _ESCAPED.sub("", text).count("**") != marks:
        raise MarkupError("two stars (**) without their partner: write **bold** with no space inside")
    return tuple(spans)


def plain(text: str) -> str:
    """The words alone, as a reader or a voice gets them; lines stay lines."""
    return "".join(span.text for span in parse(text))


def lines(text: str) -> tuple[str, ...]:
    """The lines of an easy-read point, each one sentence."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def links(text: str) -> tuple[str, ...]:
    """The targets of the links, in order."""
    return tuple(span.href for span in parse(text) if span.href is not None)
