"""Read audio/voices.toml and the pronunciation lexicons audio/lexicon/TAG.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from . import inline
from .fields import read_toml
from .files import Unreadable, read_text
from .letters import DIGITS, HAN, INSIDE, UNSEEN
from .model import Finding

# Direction marks change an engine's pauses and are heard by nobody.
_UNSEEN = re.compile(f"[{UNSEEN}]")


@dataclass(frozen=True)
class Voice:
    """How one language is spoken. `engine` is "espeak" or "none"; rate is in espeak's words a minute."""

    engine: str
    name: str
    rate: int
    slow: int
    note: str
    say: Mapping[str, str]

    def spoken(self, text: str) -> str:
        """The text as the engine gets it: native digits as 0-9 (espeak skips them), lexicon applied."""
        text = _UNSEEN.sub("", text.translate(DIGITS))
        if self.say:
            text = _whole_words(tuple(self.say)).sub(lambda match: self.say[match[0]], text)
        return " ".join(text.split())


Voices = Mapping[str, Voice]


def spoken_key(voice: Voice, text: str, *, slow: bool) -> str:
    """How a block sounds, as one string: another voice, pace or pronunciation gives another key."""
    return f"{voice.engine}:{voice.name}:{voice.slow if slow else voice.rate}:{voice.spoken(inline.plain(text))}"


@lru_cache(maxsize=64)
def _whole_words(words: tuple[str, ...]) -> re.Pattern[str]:
    """The words, longest first, where they stand alone.

    A Latin abbreviation may touch letters of another script ("使用HIV药"); Chinese words have no edges.
    """

    def one(word: str) -> str:
        if re.search(f"[{HAN}]", word):
            return re.escape(word)
        inside = "A-Za-z0-9\u00c0-\u024f" if word.isascii() else INSIDE
        return f"(?<![{inside}]){re.escape(word)}(?![{inside}])"

    return re.compile("|".join(one(w) for w in sorted(words, key=len, reverse=True)))


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
        engine = row.string("engine", choices=("espeak", "none"))
        say, found = _lexicon(root, tag)
        row.findings += found
        voice = Voice(
            engine=engine,
            name=row.string("voice", None if engine == "espeak" else "", pattern=r"[a-z]{2,4}(/[A-Za-z0-9-]+)*"),
            rate=int(row.number("rate", 140, low=80, high=300)),
            slow=int(row.number("slow", 125, low=80, high=300)),
            note=row.string("note"),
            say=say,
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


def _lexicon(root: Path, tag: str) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    path = root / "audio" / "lexicon" / f"{tag}.toml"
    relative = f"audio/lexicon/{tag}.toml"
    try:
        text = read_text(root, path)
    except FileNotFoundError:
        return {}, ()
    except Unreadable as error:
        return {}, (Finding("voices-invalid", str(error), error.hint, language=tag, path=relative),)
    top, findings = read_toml(text, "voices-invalid", relative, language=tag)
    if top is None:
        return {}, findings
    rows = top.table("say", required=False)
    say = {word: rows.string(word) for word in sorted(rows.values, key=len, reverse=True)}
    if any(not word.strip() for word in say):
        rows.complain("say", "an entry has no word before its equals sign", "write the word that the voice says wrongly")
    top.finish()
    return say, tuple(top.findings)
