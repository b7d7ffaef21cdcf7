"""Every case that a linguist wrote: what is written sounds like the same in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest

from leafletkit.checks.speech import sounds
from leafletkit.lexicon import SIGNS
from leafletkit.phonemes import Phonemes
from leafletkit.spoken import _SAY, _folded, _rules
from leafletkit.voices import Voice, read_voices

from ..conftest import ROOT
from .report import cases

VOICES, _ = read_voices(ROOT, ())
VOICED = sorted(tag for tag, voice in VOICES.items() if voice.synthetic)
NAMES = {"per", "dot", "slash", "hyphen", "underscore"}  # keys of a lexicon that are no signs themselves
# Within a word these are spelling, and at the end of a sentence a full stop is no sign.
SPELLING = {".", "–", "−"}

Said = Mapping[str, str]


@cache
def said(tag: str) -> Said:
    """The phonemes of every text and every meaning of a language's cases, asked at once."""
    voice = VOICES[tag]
    texts = list(dict.fromkeys(voice.spoken(case[side]) for case in cases(tag) for side in ("text", "sounds_like")))
    with Phonemes() as ask:
        languages, phonemes = ask(voice.name, texts)
    assert languages
    return dict(zip(texts, phonemes, strict=True))


def every_case() -> list[object]:
    """All cases, named by their language and their place in its file."""
    return [pytest.param(tag, case, id=f"{tag}-{n}") for tag in VOICED for n, case in enumerate(cases(tag), 1)]


@pytest.mark.parametrize(("tag", "case"), every_case())
def test_sounds(tag: str, case: Mapping[str, str]) -> None:
    """The same sounds, some of them, and the meaning is in words alone."""
    voice: Voice = VOICES[tag]
    written, meant = (said(tag)[voice.spoken(case[side])] for side in ("text", "sounds_like"))
    assert sounds(written) == sounds(meant), (voice.spoken(case["text"]), case["sounds_like"])
    assert sounds(written)
    assert not any(c.isdecimal() for c in case["sounds_like"])
    signs = [sign for sign in SIGNS if sign not in NAMES | SPELLING and sign in case["sounds_like"]]
    assert not signs, case["sounds_like"]
    assert not re.search(r"(?<=\S)\.(?=\S)|(?<=\s)[–−-](?=\s)", case["sounds_like"]), case["sounds_like"]


@pytest.mark.parametrize("tag", VOICED)
def test_each_kind_has_cases(tag: str) -> None:
    """At least two for every rule that English has; no text has two meanings, and none has a field that nobody reads."""
    rows = cases(tag)
    counts = Counter(row["rule"] for row in rows)
    assert not [rule for rule in {row["rule"] for row in cases("en-GB")} if counts[rule] < 2]
    assert len({(row["text"], row["sounds_like"]) for row in rows}) == len({row["text"] for row in rows})
    assert {key for row in rows for key in row} <= {"rule", "text", "sounds_like", "note"}


def test_no_case_file_without_a_voice() -> None:
    """Nothing lies about that is never run."""
    files = {path.stem for path in (ROOT / "tests/spoken").glob("*.toml")}
    assert files == set(VOICED)


def rules_used(tag: str) -> set[str]:
    """The rules of `spoken` that some case of a language meets."""
    lexicon = VOICES[tag].lexicon
    pattern = _rules(lexicon.tag, tuple(lexicon.say), tuple(lexicon.units), bool(lexicon.days), lexicon.years, lexicon.time + " " + lexicon.hour)
    return {str(match.lastgroup) for case in cases(tag) for match in pattern.finditer(_folded(case["text"]))}


@pytest.mark.parametrize("tag", VOICED)
def test_every_rule_is_used(tag: str) -> None:
    """By a case of each language: a rule that no case meets is not tested there."""
    lexicon = VOICES[tag].lexicon
    wanted = {"word", "mail", "web", "dated", "clock", "phone", "quantity", "alone"}
    wanted |= {"day"} if lexicon.days else set()
    wanted |= {"years"} if lexicon.years == "digits" else set()
    assert rules_used(tag) == wanted


def test_every_rule_is_used_somewhere() -> None:
    assert set().union(*map(rules_used, VOICED)) == set(_SAY)
