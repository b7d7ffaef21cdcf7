"""Read audio/voices.toml and the pronunciation lexicons audio/lexicon/TAG.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

from . import inline
from .fields import Fields, read_toml
from .files import Unreadable, read_text
from .model import Finding
from .spoken import CURRENCIES, SIGNS, Lexicon, known_unit, spoken


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
        lexicon, found = _lexicon(root, tag)
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
    if values and not (len(values) == 2 and 0 < values[0] < values[1]):
        row.complain("letters", "“letters” is not a lower and a higher number", "write letters = [8, 16], as “leafletkit say --language TAG” measures them")
        return 0.0, 0.0
    return (values[0], values[1]) if values else (0.0, 0.0)


def _lexicon(root: Path, tag: str) -> tuple[Lexicon, tuple[Finding, ...]]:
    path = root / "audio" / "lexicon" / f"{tag}.toml"
    relative = f"audio/lexicon/{tag}.toml"
    try:
        text = read_text(root, path)
    except FileNotFoundError:
        return Lexicon(tag), ()
    except Unreadable as error:
        return Lexicon(tag), (Finding("voices-invalid", str(error), error.hint, language=tag, path=relative),)
    top, findings = read_toml(text, "voices-invalid", relative, language=tag)
    if top is None:
        return Lexicon(tag), findings

    def table(name: str) -> Mapping[str, str]:
        rows = top.table(name, required=False)
        words = {key: rows.string(key) for key in sorted(rows.values, key=len, reverse=True)}
        if any(not word.strip() for word in words):
            rows.complain(name, "an entry has no word before its equals sign", "write the word that the voice says wrongly")
        return words

    signs, units = table("signs"), table("units")
    for sign in signs.keys() - set(SIGNS):
        top.complain("signs", f"“{sign}” is no sign that can have a word", f"use one of {' '.join(SIGNS)}, or put it under [say]")
    for unit, name in units.items():
        if "{0}" not in name and (not known_unit(name) or unit in CURRENCIES):
            top.complain("units", f"“{unit}” has neither a CLDR unit nor {{0}} in it", 'write a pattern such as "{0} drops", or a name such as "mass-milligram"')
    numbers = top.table("numbers", required=False)
    say = table("say")
    words = numbers.table("words", required=False)
    days = numbers.strings("days", ())
    if days and len(days) != 31:
        numbers.complain("days", f"it has {len(days)} entries", "give all 31 days of a month, or none")
    lexicon = Lexicon(
        tag, say, signs, units,
        spell=numbers.strings("spell", ()),
        words={key: words.string(key) for key in words.values},
        days=days,
        years=cast(Literal["number", "digits"], numbers.string("years", "number", choices=("number", "digits"))),
        time=numbers.string("time", "", pattern=r".*\{hour\}.*\{minute\}.*"),
        hour=numbers.string("hour", "", pattern=r".*\{hour\}.*"),
    )  # fmt: skip
    numbers.finish()
    top.finish()
    return lexicon, tuple(dict.fromkeys((*findings, *top.findings)))
