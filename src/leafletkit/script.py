"""The script of a recording: what is to be spoken, in order, from the opening words to the end.

The warnings come first, in full, then the whole leaflet, then the warnings once more.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from . import inline
from .letters import CLOSING
from .model import Block, Edition
from .translate import show_date
from .words import fill

Pace = Literal["text", "slow"]


@dataclass(frozen=True)
class Segment:
    """Words spoken in one breath of the script.

    `id` is unique in the script: a block's own id, or a name with a dot, which no block has. `take` names the recording of it by a person: words that come
    several times are recorded once. `chapter` starts a chapter of that name. `pause` is the
    silence after it, in seconds.
    """

    id: str
    text: str
    take: str = ""
    warning: str | None = None
    chapter: str | None = None
    pace: Pace = "text"
    pause: float = 0.6

    def __post_init__(self) -> None:
        if not self.take:
            object.__setattr__(self, "take", self.id)

    @property
    def words_hash(self) -> str:
        """Binds a recording by a person to the exact words it speaks."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def script(edition: Edition, *, synthetic: bool) -> tuple[Segment, ...]:
    """Everything that is spoken, in order. `synthetic` adds that a computer voice reads."""
    words, meta = edition.words, edition.leaflet.meta
    language = edition.language
    title = inline.plain(edition.text.title.text)
    opening = [
        ("title", fill(words, "audio-opening", title=title)),
        ("language", fill(words, "audio-language", language=language.endonym)),
        *((f"notice.{n}", notice) for n, notice in enumerate(edition.notices, 1)),
        ("publisher", fill(words, "audio-publisher", publisher=edition.publisher)),
        (
            "version",
            fill(
                words, "audio-version", version=meta.version,
                updated=show_date(meta.last_updated, language), review=show_date(meta.review_due, language),
            ),
        ),
    ]  # fmt: skip
    if synthetic:
        opening.append(("voice", words["audio-voice"]))
    segments = [
        Segment(f"opening.{name}", text, chapter=title if name == "title" else None, pause=1.0) for name, text in opening
    ]
    segments += _warnings(edition, "first", words["audio-warnings-first"], words["safety-heading"])
    segments.append(Segment("main.start", words["audio-main"], pause=1.0))
    for block in edition.text.blocks[1:]:
        heading = block.kind in ("heading", "subheading")
        segments.append(
            Segment(
                block.id, inline.plain(block.text), warning=block.warning,
                chapter=inline.plain(block.text) if heading else None,
                pace="slow" if block.warning else "text", pause=1.0 if heading else 0.7,
            )
        )  # fmt: skip
    segments += _warnings(edition, "again", words["audio-warnings-again"], words["safety-heading"])
    contact = words["contact-missing"]
    if not meta.contact.placeholder:
        contact = " ".join(
            fill(words, key, **{name: value})
            for key, name, value in (("contact-phone", "phone", meta.contact.phone), ("contact-email", "email", meta.contact.email))
            if value
        )
    segments += [
        Segment("contact.heading", words["contact-heading"], chapter=words["contact-heading"], pause=1.0),
        Segment("contact.text", contact, pace="slow"),
        Segment("other.formats", words["other-formats-text"], chapter=words["other-formats-heading"]),
        Segment("recording.end", words["audio-end"], pause=0.0),
    ]
    return tuple(segments)


def _warnings(edition: Edition, when: str, announcement: str, chapter: str) -> list[Segment]:
    """All warnings in the order of the leaflet, each announced by its number."""
    segments = [Segment(f"warnings.{when}", announcement, chapter=chapter, pause=1.0)]
    order = dict.fromkeys(b.warning for b in edition.text.blocks if b.warning)
    for number, warning in enumerate(order, 1):
        pieces: tuple[Block, ...] = edition.text.carrying(warning or "")
        label = fill(edition.words, "audio-warning-number", number=number)
        segments.append(Segment(f"{when}.{number}.label", label, f"warning.{number}", chapter=label, pace="slow", pause=0.4))
        for position, block in enumerate(pieces):
            last = position == len(pieces) - 1
            segments.append(
                Segment(f"{when}.{block.id}", inline.plain(block.text), block.id, warning, pace="slow", pause=1.2 if last else 0.5)
            )
    return segments


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
