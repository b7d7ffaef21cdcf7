"""The script of a recording: what is to be spoken, in order, from the opening words to the end.

The warnings come first, in full, then the whole leaflet, then the warnings once more. Easy read is told slowly, and its
warnings are read once more at its end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from . import inline
from .letters import CLOSING
from .model import Edition
from .translate import show_date
from .words import fill

Pace = Literal["text", "slow"]
# Seconds of silence: at both ends, around warnings, before a new part, between segments and between sentences.
LEAD, AROUND_WARNING, BEFORE_PART, BETWEEN, SENTENCE_PAUSE = 2.0, 1.5, 1.0, 0.7, 0.5


@dataclass(frozen=True)
class Segment:
    """Words spoken in one breath of the script.

    `id` is unique in the script: a block's own id, or a name with a dot, which no block has. `take` names the recording of it by a person: words that come
    several times are recorded once. `chapter` starts a chapter of that name.
    """

    id: str
    text: str
    take: str = ""
    warning: str | None = None
    chapter: str | None = None
    pace: Pace = "text"

    def __post_init__(self) -> None:
        if not self.take:
            object.__setattr__(self, "take", self.id)

    @property
    def words_hash(self) -> str:
        """Binds a recording by a person to the exact words it speaks."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Line:
    """A piece of a segment that is spoken at once. `first`: it begins its segment; `pause`: seconds of silence after it."""

    text: str
    segment: Segment
    slow: bool
    first: bool
    pause: float


def script(edition: Edition, *, synthetic: bool, minutes: int = 0) -> tuple[Segment, ...]:
    """Everything that is spoken, in order. `synthetic` adds that a computer voice reads, `minutes` how long it takes."""
    words = edition.words
    easy = edition.text.kind == "easy-read"
    title = inline.plain(edition.text.title.text)
    segments = [Segment(f"opening.{name}", text, chapter=title if name == "title" else None) for name, text in _opening(edition, synthetic, minutes)]
    if not easy:  # which is short, and told in one order for the eye and for the ear
        segments += _contents(edition)
        segments += _warnings(edition, "first", words["audio-warnings-first"], words["safety-heading"])
        segments.append(Segment("main.start", words["audio-main"]))
    for block in edition.text.blocks[1:]:
        text = inline.plain(block.text)
        heading = block.kind in ("heading", "subheading")
        segments.append(Segment(block.id, text, warning=block.warning, chapter=text if heading else None, pace="slow" if block.warning or easy else "text"))
    segments += _warnings(edition, "again", words["audio-warnings-again"], words["safety-heading"])
    segments += [
        Segment("contact.heading", words["contact-heading"], chapter=words["contact-heading"]),
        Segment("contact.text", _contact(edition), pace="slow"),
        Segment("other.formats", words["other-formats-text"], chapter=words["other-formats-heading"]),
        Segment("recording.end", words["audio-end"]),
    ]
    return tuple(segments)


def lines(segments: Sequence[Segment], ends: str, *, whole: bool = False) -> tuple[Line, ...]:
    """The segments sentence by sentence (`ends` are the language's sentence ends), or `whole`, as a person reads them.

    Warnings, contact details and sentences with numbers are slow.
    """
    out = []
    for segment, following in zip_longest(segments, segments[1:]):
        pieces = (" ".join(segment.text.split()),) if whole else spoken_sentences(segment.text, ends)
        for number, text in enumerate(pieces):
            last = number == len(pieces) - 1
            slow = segment.pace == "slow" or any(c.isdecimal() for c in text)
            pause = SENTENCE_PAUSE if not last else _pause(segment, following) if following else 0.0
            out.append(Line(text, segment, slow, number == 0, pause))
    return tuple(out)


def _pause(segment: Segment, following: Segment) -> float:
    if segment.warning != following.warning:
        return AROUND_WARNING
    return BEFORE_PART if following.chapter and not following.warning else BETWEEN


def _opening(edition: Edition, synthetic: bool, minutes: int) -> Iterator[tuple[str, str]]:
    words, meta, language = edition.words, edition.leaflet.meta, edition.language
    yield "title", fill(words, "audio-opening", title=inline.plain(edition.text.title.text))
    yield "language", fill(words, "audio-language", language=language.endonym)
    yield "publisher", fill(words, "audio-publisher", publisher=edition.publisher)
    updated, review = show_date(meta.last_updated, language), show_date(meta.review_due, language)
    yield "version", fill(words, "audio-version", version=meta.version, updated=updated, review=review)
    for number, notice in enumerate(edition.notices, 1):
        yield f"notice.{number}", notice
    if synthetic:
        yield "voice", words["audio-voice"]
    if minutes:
        yield "length", fill(words, "audio-length", minutes=minutes)


def _contents(edition: Edition) -> Iterator[Segment]:
    """The parts of the recording: what is read out has a chapter of that name."""
    words = edition.words
    yield Segment("contents.start", words["audio-contents"])
    yield Segment("contents.safety", words["safety-heading"])
    for block in edition.text.blocks[1:]:
        if block.kind == "heading":
            yield Segment(f"contents.{block.id}", inline.plain(block.text), block.id)
    yield Segment("contents.contact", words["contact-heading"], "contact.heading")
    yield Segment("contents.formats", words["other-formats-heading"])


def _contact(edition: Edition) -> str:
    words, contact = edition.words, edition.leaflet.meta.contact
    if contact.placeholder:
        return words["contact-missing"]
    rows = (("contact-phone", "phone", contact.phone), ("contact-email", "email", contact.email))
    return " ".join(fill(words, key, **{name: value}) for key, name, value in rows if value)


def _warnings(edition: Edition, when: str, announcement: str, chapter: str) -> Iterator[Segment]:
    """All warnings in the order of the leaflet, each announced by its number."""
    yield Segment(f"warnings.{when}", announcement, chapter=chapter)
    order = dict.fromkeys(b.warning for b in edition.text.blocks if b.warning)
    for number, warning in enumerate(order, 1):
        label = fill(edition.words, "audio-warning-number", number=number)
        yield Segment(f"{when}.{number}.label", label, f"warning.{number}", chapter=label, pace="slow", warning=warning)
        for block in edition.text.carrying(warning or ""):
            yield Segment(f"{when}.{block.id}", inline.plain(block.text), block.id, warning, pace="slow")


def spoken_sentences(text: str, ends: str) -> tuple[str, ...]:
    """The sentences of a block. A line of easy read is one by itself, even with no full stop, as a hard word has none."""
    return tuple(sentence for line in text.split("\n") for sentence in sentences(line, ends))


def sentences(text: str, ends: str) -> tuple[str, ...]:
    """Split words to be spoken into sentences at the sentence ends of the language.

    A full stop inside a number (0.1) ends nothing. Closing quotes and brackets stay with their sentence.
    """
    pieces = re.findall(
        rf".*?(?:[{re.escape(ends)}]+[{re.escape(CLOSING)}]*(?=\s|$|(?!\d)[^\x00-\x7f])|$)", " ".join(text.split())
    )
    found = tuple(p.strip() for p in pieces if p.strip())
    # Punctuation on its own is not a sentence.
    merged: list[str] = []
    for piece in found:
        if merged and not any(c.isalnum() for c in piece):
            merged[-1] += piece
        else:
            merged.append(piece)
    return tuple(merged)
