"""Is every character of a string one that the language is written in?

Look-alike letters, mojibake, wrong digits and direction overrides read right to the eye and wrong
to a voice, a search or a font. What belongs to a language stands in its language.toml.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from ..letters import JOINERS, visible
from ..model import Language
from .pair import Pair, Problem

CODE = "text-unclean"

# First word of a character's Unicode name, and the ISO 15924 code of its script.
_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "GREEK": "Grek", "ARMENIAN": "Armn", "HEBREW": "Hebr", "ARABIC": "Arab",
    "DEVANAGARI": "Deva", "BENGALI": "Beng", "GURMUKHI": "Guru", "GUJARATI": "Gujr", "TAMIL": "Taml", "TELUGU": "Telu",
    "THAI": "Thai", "ETHIOPIC": "Ethi", "CJK": "Hani", "HIRAGANA": "Hira", "KATAKANA": "Kana", "HANGUL": "Hang",
    "FULLWIDTH": "Latn", "MATHEMATICAL": "Zmth", "CHEROKEE": "Cher", "GEORGIAN": "Geor", "COPTIC": "Copt",
}  # fmt: skip
# The first byte of a UTF-8 letter read as Latin, and a second byte that no one writes after it: what
# Windows-1252 and Latin-1 make of 0x80 to 0xBF.
_SECOND = "\u0080-\u009f\u00a1-\u00aa\u00ac-\u00b6\u00b8-\u00ba\u00bc-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_THIRD = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MIDDLE = "\u0080-\u00bf€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ"
_MOJIBAKE = re.compile(
    f"[\u00e3-\u00e9][{_MIDDLE}][{_THIRD}]|"
    f"[\u00c2-\u00c5\u00d0\u00d1\u00d8-\u00db][{_SECOND}]|\u00e2[\u0080€][{_SECOND}]|\u00e0[\u00a4-\u00b5][{_SECOND}]|\u00ef\u00bf\u00bd"
)
_NO_SCRIPT = {"FEMININE", "MASCULINE", "MICRO", "OHM", "KELVIN", "MODIFIER", "COMBINING", "VARIATION"}
_EMBEDDINGS = "\u202a\u202b\u202c\u202d\u202e"
_ISOLATES, _POP = "\u2066\u2067\u2068", "\u2069"
_MARKS = "\u200e\u200f\u061c"
_JOINING_SCRIPTS = {"Arab", "Deva", "Beng", "Guru", "Gujr", "Taml", "Telu"}


def clean_text(pair: Pair) -> Iterator[Problem]:
    """Every kind of unclean character in a string, once each, with the place it stands in."""
    seen: set[str] = set()
    target = pair.text
    ours = _LATIN_WORD.sub("", target) if pair.language.scripts[0] != "Latn" and "Latn" in pair.language.scripts else target
    if _ordinary(ours, pair.language) and not _MOJIBAKE.search(target):
        return  # most strings: nothing to look at one by one
    for message, hint, start in _problems(target, pair.language):
        if message not in seen:
            seen.add(message)
            around = target[max(0, start - 12) : start + 13].replace("\n", " ")
            yield Problem(CODE, f"{pair.name}: {message} in “…{visible(around)}…”", hint, target[start : start + 1])


def _ordinary(text: str, language: Language) -> bool:
    """Whether every character is a letter of the language's first script, 0-9, a space or common punctuation."""
    known = _KNOWN.setdefault((language.scripts[0], tuple(language.look_alikes)), {" ": True, "\n": True})
    for character in set(text):
        if character not in known:
            category = unicodedata.category(character)
            own = category[0] in "LM" and script_of(character) == language.scripts[0] and character not in language.look_alikes
            known[character] = own or character in "0123456789" or (category[0] in "PS" and character != "\ufffd" and not 0x2E80 <= ord(character) <= 0x2FDF)
        if not known[character]:
            return False
    return True


_LATIN_WORD = re.compile(r"(?<![^\W\d_])[A-Za-z]+(?![^\W\d_])")  # a word of Latin letters alone, such as HIV
_KNOWN: dict[tuple[str, tuple[str, ...]], dict[str, bool]] = {}  # verdicts on single characters


def _problems(text: str, language: Language) -> Iterator[tuple[str, str, int]]:
    if match := _MOJIBAKE.search(text):
        yield "garbled letters (a file read in the wrong encoding)", "type the words again and save as UTF-8", match.start()
    depth = 0
    digits: dict[str, int] = {}
    foreign: set[str] = set()
    for position, character in enumerate(text):
        name = f"U+{ord(character):04X}"
        category = unicodedata.category(character)
        if character in _EMBEDDINGS:
            yield f"a control that turns the reading order round ({name})", "delete it: the toolkit isolates numbers itself", position
        elif character in _ISOLATES:
            depth += 1
        elif character == _POP:
            depth -= 1
            if depth < 0:
                yield "the end of an isolate without its beginning (U+2069)", "delete it", position
                depth = 0
        elif character in _MARKS:
            if language.direction == "ltr":
                yield f"a direction mark ({name})", "delete it: this language is written from left to right", position
        elif character in JOINERS:
            if not _JOINING_SCRIPTS & set(language.scripts):
                yield f"an invisible joiner ({name})", "delete it", position
        elif character == "\ufffd":
            yield "a sign that stands for a lost letter (U+FFFD)", "type the word again", position
        elif category in ("Co", "Cn", "Cs") or (category == "Cc" and character != "\n"):
            yield f"a character that no font can draw ({name})", "type the word again", position
        elif "\u2e80" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff":
            yield f"“{character}” ({name}), which only looks like a Chinese character", "type the character again", position
        elif category == "Cf":
            yield f"an invisible character ({name})", "delete it", position
        elif category == "Nd":
            digits.setdefault(_digit_system(character), position)
        elif character in language.look_alikes:
            yield (
                f"“{character}” ({name}), which only looks like “{language.look_alikes[character]}”",
                f"type “{language.look_alikes[character]}” (U+{ord(language.look_alikes[character]):04X})", position,
            )  # fmt: skip
        elif category[0] in "LM" and (script := script_of(character)) not in (*language.scripts, *foreign, "Zyyy"):
            word = next(m[0] for m in re.finditer(r"\S+", text) if m.start() <= position < m.end())
            yield f"“{word}” has a letter of another script ({name}, {script})", "type the word again with this language's keyboard", position
            foreign.add(script)
    if depth > 0:
        yield "an isolate that is not ended (U+2069 is missing)", "delete the invisible control", len(text) - 1
    for system, position in digits.items():
        if system not in ("0", language.digits[:1]):
            yield "digits of another script", "write 0-9" + (f" or {language.digits}" if language.digits[:1] != "0" else ""), position
    if len(digits) > 1:
        yield "two kinds of digits in one string", "write all numbers in the same digits", list(digits.values())[1]
    yield from _mixed_words(text)


def _mixed_words(text: str) -> Iterator[tuple[str, str, int]]:
    """Words whose letters come from two alphabets that look alike.

    A Latin name with an ending of another script after it ("HIVएल") is no fault; letters that change
    script inside a word more than once, or between Latin, Cyrillic and Greek at all, are.
    """
    for match in re.finditer(r"[^\W\d_]+", text):
        scripts = [script_of(c) for c in match[0]]
        if "Hani" in scripts:
            continue
        changes = sum(a != b for a, b in pairwise(scripts))
        alike = len({"Latn", "Cyrl", "Grek", "Armn", "Copt", "Cher"} & set(scripts)) > 1
        if alike or changes > 1 or (changes == 1 and "Latn" not in scripts):
            yield f"“{match[0]}” mixes the letters of two scripts", "type the word again with one keyboard", match.start()


@lru_cache(maxsize=20_000)
def script_of(character: str) -> str:
    """The ISO 15924 code of the script of a letter or mark; "Zyyy" for those that belong to none."""
    try:
        first = unicodedata.name(character).split()[0].split("-")[0]
    except ValueError:
        return "Zzzz"
    return _SCRIPTS.get(first, "Zyyy" if first in _NO_SCRIPT else first.title()[:4])


def _digit_system(character: str) -> str:
    """The zero of the digits that a digit belongs to."""
    return chr(ord(character) - unicodedata.digit(character))
