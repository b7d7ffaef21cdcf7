"""What all page formats share: templates, and inline text as safe HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePath
from typing import Any

from babel.numbers import format_percent
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from .. import inline
from ..model import Block, Document, Edition, Language, Span
from ..script import spoken_sentences
from ..translate import show_date
from ..words import fill

# A number and what belongs to it. No line may end inside of it, and in right-to-left text it is
# isolated: else the parts of telephone numbers, ranges and doses change places.
_NUMBER = r"\+?\d(?:(?:[ \-–/]|[.,:](?! ))*\d)*"
_RANGE = rf"{_NUMBER}(?: ?[至到~～] ?{_NUMBER})?"
_MEASURE = r"(?:mcg|[kmµ]?g|[mμ]?[lL]|mmol|[kcm]?m|IU|h|min)"
_UNIT = rf"(?: ?(?:%|°C?)| ?{_MEASURE}(?:/{_MEASURE})?(?![^\W_])|[\u4e00-\u9fff]{{1,2}})?"
_DATE = r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}\.? [^\W\d_]{3,15},? \d{4}(?!\d)"
_KEPT = re.compile(rf"(?P<date>{_DATE})|(?P<number>{_RANGE}{_UNIT})(?P<gap> (?=[^\W\d_]))?")
_BREAKS = re.compile(r"[\-–/:~～\u4e00-\u9fff]")  # where a line might end in a number
_LONGEST = 7  # characters of a number that stays with the next word: more is a telephone number


def inline_html(text: str, direction: str, ends: str = "") -> Markup:
    """Inline source as HTML. Everything that is not **bold** or a link is escaped.

    With the sentence `ends` of a language each sentence stands in an element of class "s", so that a player can point at it.
    """
    out: list[Markup] = []
    numbers: list[int] = []
    spans = inline.parse(text)
    if ends:
        spans, numbers = _by_sentence(spans, spoken_sentences(inline.plain(text), ends))
    for before, span, after in zip((None, *spans), spans, (*spans[1:], None), strict=False):
        words = span.text
        # WeasyPrint breaks a line in the wrong place where a space before bold words just fails to
        # fit, but not if the space is inside: so it stands with the bold words.
        if after and after.strong and not span.strong:
            words = words.removesuffix(" ")
        if span.strong and before and not before.strong and before.text.endswith(" "):
            words = " " + words
        if before and before.text.rstrip()[-1:].isdigit() and words[:1] == " ":
            words = "\u00a0" + words[1:]  # **48** hours
        piece = whole_numbers(words, direction)
        if span.strong:
            piece = Markup("<strong>{}</strong>").format(piece)
        if span.href is not None:
            piece = Markup('<a href="{}">{}</a>').format(span.href, piece)
        out.append(piece)
    if not numbers:
        return Markup("").join(out)
    rows = groupby(zip(numbers, out, strict=True), key=itemgetter(0))
    return Markup("").join(Markup('<span class="s">{}</span>').format(Markup("").join(p for _, p in row)) for _, row in rows)


def _by_sentence(spans: Sequence[Span], sentences: Sequence[str]) -> tuple[tuple[Span, ...], list[int]]:
    """The spans cut where a sentence ends, and the number of the sentence of each. A link stays whole."""
    left = [sum(not c.isspace() for c in sentence) for sentence in sentences]  # letters of each that are still to come
    out, numbers, number = list[Span](), list[int](), 0
    for span in spans:
        start = 0
        for place, character in enumerate(span.text):
            if not left[number] and number + 1 < len(left) and not character.isspace():
                if place > start and span.href is None:
                    out.append(replace(span, text=span.text[start:place]))
                    numbers.append(number)
                    start = place
                number += 1
            left[number] -= not character.isspace()
        out.append(replace(span, text=span.text[start:]))
        numbers.append(number)
    return tuple(out), numbers


def tight(html: str) -> bytes:
    """A finished page without the white space that templates are set out with: phones pay for each byte."""
    return re.sub(r"\s*\n\s*", "\n", html).encode()


def data_block(value: object) -> Markup:
    """A value as JSON that can stand inside a <script> element that is not run: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(re.sub("[<>&\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", text))  # noqa: S704  # escaped just here


def whole_numbers(text: str, direction: str) -> Markup:
    """Text as HTML; its numbers, dates and doses are kept whole, and in their own direction."""
    out: list[Markup | str] = []
    end = 0
    for match in _KEPT.finditer(text):
        words = (match["date"] or match["number"]).replace(" ", "\u00a0")
        kept: Markup | str = words
        if direction == "rtl" and len(words) > 1 and not match["date"]:
            kept = Markup('<bdi dir="ltr">{}</bdi>').format(words)
        elif _BREAKS.search(words):
            kept = Markup('<span class="keep">{}</span>').format(words)
        gap = match["gap"] or ""
        out += [escape(text[end : match.start()]), kept, "\u00a0" if gap and len(words) <= _LONGEST else gap]
        end = match.end()
    out.append(escape(text[end:]))
    return Markup("").join(out)


class _Sandbox(SandboxedEnvironment):
    """Templates get words and values, never a way to files."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not isinstance(obj, PurePath) and super().is_safe_attribute(obj, attr, value)


@lru_cache(maxsize=8)
def environment(styles: Path) -> SandboxedEnvironment:
    """The templates of a project; a name that is not given is an error, never an empty place."""
    return _Sandbox(
        loader=FileSystemLoader(styles / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class View:
    """What a template may ask of an edition. `aloud`: its sentences are marked, because a player reads along."""

    def __init__(self, edition: Edition, *, aloud: bool = False) -> None:
        self.edition = edition
        self.ends = edition.language.sentence_ends if aloud else ""
        self.language: Language = edition.language
        self.lang = edition.language.tag
        self.dir = edition.language.direction
        self.words = edition.words
        self.meta = edition.leaflet.meta
        self.state = "in-review" if edition.state == "stale" else edition.state  # patients need not know why

    def html(self, text: str) -> Markup:
        """Words that the recording speaks as one block. A block of one sentence needs no mark."""
        several = self.ends and len(spoken_sentences(inline.plain(text), self.ends)) > 1
        return inline_html(text, self.dir, self.ends if several else "")

    def bare(self, text: str) -> Markup:
        """The same where they are not spoken, as in a list of contents."""
        return inline_html(text, self.dir)

    def lines(self, text: str) -> list[Markup]:
        """The lines of a point of easy read. Each is one sentence of its block."""
        return [inline_html(row, self.dir, self.ends) for row in inline.lines(text)]

    def percent(self, number: int) -> str:
        return str(format_percent(number / 100, locale=self.language.locale))

    def say(self, key: str, **values: object) -> Markup:
        return whole_numbers(fill(self.words, key, **values), self.dir)

    def words_only(self, text: str) -> Markup:
        """Words around the leaflet: they hold no marks, so a star is a star."""
        return whole_numbers(text, self.dir)

    def date(self, name: str) -> str:
        return show_date(getattr(self.meta, name), self.language)

    @property
    def title(self) -> str:
        return inline.plain(self.edition.text.title.text)

    @property
    def easy_title(self) -> str:
        return inline.plain(self.edition.easy_read.title.text)

    @property
    def english_title(self) -> str:
        """For staff who hand the leaflet out."""
        return inline.plain(self.edition.leaflet.text.title.text)

    def summary(self, document: Document) -> str:
        """The first words under the title: what search engines and messengers show of the page."""
        return " ".join(inline.plain(document.blocks[1].text).split())

    def picture(self, block: Block) -> str:
        return self.edition.pictures[block.picture or ""].alt

    @property
    def credits(self) -> str:
        return ", ".join(dict.fromkeys(p.credit for p in self.edition.pictures.values()))

    def sections(self, document: Document) -> list[tuple[Block | None, list[list[Block]]]]:
        """Headings with what stands under them; list items and warnings that belong together are grouped."""
        out: list[tuple[Block | None, list[list[Block]]]] = [(None, [])]
        for block in document.blocks[1:]:
            if block.kind == "heading":
                out.append((block, []))
                continue
            groups = out[-1][1]
            last = groups[-1][-1] if groups else None
            joins = last is not None and (
                (block.warning is not None and block.warning == last.warning)
                or (block.kind in ("item", "word") and last.kind == block.kind and block.warning == last.warning)
            )
            if joins:
                groups[-1].append(block)
            else:
                groups.append([block])
        return [s for s in out if s[0] is not None or s[1]]

    @property
    def warnings(self) -> list[list[Block]]:
        """The blocks of each warning, in the order of the leaflet."""
        order = dict.fromkeys(b.warning for b in self.edition.text.blocks if b.warning)
        return [list(self.edition.text.carrying(w)) for w in order if w]
