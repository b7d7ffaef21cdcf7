"""Read audio/voices.toml and the pronunciation lexicons audio/lexicon/TAG.toml."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import inline
from .fields import Fields, read_toml
from .files import Unreadable, read_text
from .lexicon import Lexicon, read_lexicon
from .model import Finding
from .spoken import spoken


@dataclass(frozen=True)
class Voice:
    """How one language is spoken.

    `engine` is "espeak", "piper", "person" (only people read) or "none". `rate` and `slow` are in words a minute of
    espeak-ng, or in hundredths of the speed of a Piper voice. `letters`: how many letters a second its sentences hold
    at `rate`, from the slowest to the fastest (`leafletkit say` measures them).
    """

    engine: str
    name: str
    rate: int
    slow: int
    note: str
    letters: tuple[float, float] = (0.0, 0.0)
    lexicon: Lexicon = field(default_factory=Lexicon)

    @property
    def synthetic(self) -> bool:
        """Whether a computer speaks."""
        return self.engine in SYNTHETIC

    def spoken(self, text: str) -> str:
        """The text as the engine gets it."""
        return spoken(text, self.lexicon)


ENGINES = ("espeak", "piper", "person", "none")
SYNTHETIC = ("espeak", "piper")
_NAMES = {"espeak": r"[a-z]{2,4}(/[A-Za-z0-9-]+)*", "piper": r"[A-Za-z0-9_-]+"}
_RATES = {"espeak": (140, 125, 80, 300), "piper": (100, 88, 50, 200)}  # for text, for warnings, the least and the most

Voices = Mapping[str, Voice]


def spoken_key(voice: Voice, text: str, *, slow: bool) -> str:
    """How a block sounds, as one string: another voice, pace or pronunciation gives another key."""
    return f"{voice.engine}:{voice.name}:{voice.slow if slow else voice.rate}:{voice.spoken(inline.plain(text))}"


def read_voices(root: Path, tags: tuple[str, ...]) -> tuple[Voices, tuple[Finding, ...]]:
    """The voice of each language. Every language must be named, if only to say that it has none."""
    relative = "audio/voices.toml"
    try:
        text = read_text(root, root / relative)
    except FileNotFoundError:
        return {}, (Finding("voices-invalid", "the file is missing", "write it: docs/reference/audio.md", path=relative),)
    except Unreadable as error:
        return {}, (Finding("voices-invalid", str(error), error.hint, path=relative),)
    top, findings = read_toml(text, "voices-invalid", relative)
    if top is None:
        return {}, findings
    voices: dict[str, Voice] = {}
    for tag in top.values:
        row = replace(top.table(tag), language=tag, findings=[])
        engine = row.string("engine", choices=ENGINES)
        speaks = engine in SYNTHETIC
        lexicon, found = read_lexicon(root, tag)
        row.findings += found
        voice = Voice(
            engine=engine,
            name=row.string("voice", None if speaks else "", pattern=_NAMES.get(engine, "")),
            rate=int(row.number("rate", _RATES[engine][0], low=_RATES[engine][2], high=_RATES[engine][3]) if speaks else 0),
            slow=int(row.number("slow", _RATES[engine][1], low=_RATES[engine][2], high=_RATES[engine][3]) if speaks else 0),
            note=row.string("note"),
            letters=_band(row, speaks),
            lexicon=lexicon,
        )
        row.finish()
        top.findings += row.findings
        # A voice with a fault is no voice.
        if not row.findings:
            voices[tag] = voice
    for tag in tags:
        if tag not in top.values:
            top.complain(tag, f"“{tag}” has no voice", f'add [{tag}], with engine = "none" if no voice is fit')
    return voices, tuple(top.findings)


def _band(row: Fields, needed: bool) -> tuple[float, float]:
    """The field “letters”: [slowest, fastest]."""
    values = row.numbers("letters", None if needed else ())
    if (values or row.values.get("letters") == []) and not (len(values) == 2 and 0 < values[0] < values[1] < math.inf):
        row.complain("letters", "“letters” is not a lower and a higher number", "write letters = [8, 16], as “leafletkit say --language TAG” measures them")
        return 0.0, 0.0
    return (values[0], values[1]) if values else (0.0, 0.0)
