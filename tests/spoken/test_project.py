"""Every line of every recording of the real project, as the engine gets it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from leafletkit.checks.speech import sounds
from leafletkit.lexicon import SIGNS
from leafletkit.model import Edition
from leafletkit.phonemes import Phonemes
from leafletkit.project import Project
from leafletkit.script import lines, script
from leafletkit.voices import Voice

Editions = Mapping[tuple[str, str], Edition]
# What is left of these is punctuation: a full stop, a dash between words, a minus that is a hyphen.
MEANT = {sign for sign in SIGNS if len(sign) == 1} - {".", "–", "−"}


def spoken_lines(project: Project, editions: Editions) -> Iterator[tuple[tuple[str, str], Voice, str, str]]:
    """(edition, voice, line, what the engine gets) of everything that a computer speaks."""
    for key, edition in editions.items():
        voice = project.voices[key[1]]
        if voice.synthetic:
            for line in lines(script(edition, synthetic=True, minutes=12), edition.language.sentence_ends):
                yield key, voice, line.text, voice.spoken(line.text)


def test_there_are_lines_of_every_voiced_language(project: Project, editions: Editions) -> None:
    heard = {key[1] for key, *_ in spoken_lines(project, editions)}
    assert heard == {tag for tag, voice in project.voices.items() if voice.synthetic} and len(heard) >= 7


def test_no_native_digits(project: Project, editions: Editions) -> None:
    for key, _, text, said in spoken_lines(project, editions):
        assert not [c for c in said if c.isdecimal() and not c.isascii()], (key, text)


def test_no_sign_is_left_unsaid(project: Project, editions: Editions) -> None:
    """No sign that a lexicon has a word for reaches the engine, no dash between numbers, and no point inside one."""
    for key, _, text, said in spoken_lines(project, editions):
        assert not MEANT & set(said), (key, said)
        assert not re.search(r"\d\s?[–—-]\s?\d|\d[.,:/]\d|(?<![^\s(])[-–−]\d", said), (key, said)
        assert said and "\n" not in said and "{" not in said, (key, text)


def test_no_unit_is_left_unsaid(project: Project, editions: Editions) -> None:
    """After a number stands no letter of a unit, no percent sign and no currency."""
    for key, _, _, said in spoken_lines(project, editions):
        assert not re.search(r"\d\s?(?:mg|g|kg|ml|l|mcg|mmHg|cm|mm)(?![^\W\d_])|[%٪£€₹$℃°]", said), (key, said)


def test_the_figures_of_a_line_are_all_said(project: Project, editions: Editions) -> None:
    """In the order in which they are written, but where a lexicon says the days of a month or a word in its own way."""
    for key, voice, text, said in spoken_lines(project, editions):
        if voice.lexicon.words or voice.lexicon.days or key[1].startswith("zh"):
            continue
        written = "".join(str(int(c)) for c in text if c.isdecimal())
        if not any(re.search(r"\d", word) for word in voice.lexicon.say if word in text):
            assert "".join(c for c in said if c.isdecimal()) == written, (key, text)


@pytest.mark.parametrize("tag", ["en-GB", "cy", "pl", "ar", "ur", "hi", "zh-Hans"])
def test_writing_out_twice_is_heard_as_once(project: Project, editions: Editions, tag: str) -> None:
    """What is written out for the ear already sounds the same when it is written out again."""
    voice = project.voices[tag]
    rows = list(dict.fromkeys(said for key, _, _, said in spoken_lines(project, editions) if key[1] == tag))
    with Phonemes() as ask:
        once = ask(voice.name, rows)[1]
        twice = ask(voice.name, [voice.spoken(row) for row in rows])[1]
    assert rows
    assert [(row, voice.spoken(row)) for row, a, b in zip(rows, once, twice, strict=True) if sounds(a) != sounds(b)] == []
    assert all(sounds(a) for a in once)
