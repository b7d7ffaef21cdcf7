"""Plant faults in catalogues: one at a time, for every warning, language and kind of fault.

Faults of letters, lines and flags are made by rule; faults of meaning (a turned "no", another
illness) come from tests/wordings, where sentences are written one by one as a bad translation would say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from leafletkit import inline
from leafletkit.catalogue import Entry
from leafletkit.checks.terms import found_terms
from leafletkit.checks.wording import find, fold
from leafletkit.model import Unit

from .bench import Bench, wordings

# One letter of each script and one of another that looks the same.
LOOK_ALIKES = {
    "a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "y": "у", "i": "і", "ی": "ي", "ي": "ی", "ک": "ك", "ك": "ک", "ه": "ہ", "ہ": "ه",
    "न": "ন", "म": "ম", "ा": "া", "人": "⼈", "一": "⼀", "用": "⽤", "生": "⽣", "血": "⾎", "心": "⼼", "大": "⼤", "士": "⼠", "中": "㆗",
}  # fmt: skip
_KINDS = {"term": "term replaced (written)", "number": "number changed (written)", "unit": "unit changed (written)",
          "lost": "a part left out (written)", "added": "something added (written)"}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """One fault: what kind, in which string, and what the catalogue then says."""

    kind: str
    entry: Entry


def planted(bench: Bench, which: str = "second") -> Iterator[Planted]:
    """Every fault for one leaflet in one language; `which` names the set of sentences written one by one."""
    for unit in bench.warnings:
        entry = bench.catalogue.entries[unit.context]
        for kind, changed in _entries(bench, unit, entry):
            yield Planted(kind, changed)
    for unit in bench.units:  # numbers stand in other strings, too
        for kind, text in _numbers(bench, unit):
            yield Planted(kind, replace(bench.catalogue.entries[unit.context], msgstr=text))
    for wording in wordings(bench.language.tag, which):
        if wording.kind == "right":
            continue
        kind = _KINDS.get(wording.kind)
        if kind is None:
            warning = next(w for w in bench.leaflet.warnings if w.id == bench.unit(wording.context).warning)
            kind = "negation added (written)" if warning.polarity in ("permission", "do") else "negation removed (written)"
        yield Planted(kind, replace(bench.catalogue.entries[wording.context], msgstr=wording.text))


def _entries(bench: Bench, unit: Unit, entry: Entry) -> Iterator[tuple[str, Entry]]:
    yield "drop", replace(entry, msgstr="")
    yield "fuzzy", replace(entry, fuzzy=True)
    yield "source changed", replace(entry, msgid=entry.msgid + " Ask us.")
    yield "English copy", replace(entry, msgstr=unit.text)
    for other in _others(bench, unit):
        yield "other warning's text", replace(entry, msgstr=bench.text(other.context))
    for kind, text in _texts(bench, unit, entry.msgstr):
        if text != entry.msgstr:
            yield kind, replace(entry, msgstr=text)


def _others(bench: Bench, unit: Unit) -> list[Unit]:
    """Other warnings of the same shape, so that lines and bold words don't give the fault away: up to three."""

    def shape(text: str) -> tuple[int, bool]:
        return len(inline.lines(text)), "**" in text

    rows = [u for u in bench.warnings if u.path == unit.path and u.text != unit.text]
    alike = [u for u in rows if shape(u.text) == shape(unit.text)]
    return (alike or rows)[:3]


def _texts(bench: Bench, unit: Unit, text: str) -> Iterator[tuple[str, str]]:
    plain_end = len(text.rstrip(bench.language.sentence_ends + "。．. "))
    yield "number added", text[:plain_end] + " 10 mg" + text[plain_end:]
    words = text.split()
    # A list item of a few words that is cut may still name the illness ("zawał" for "zawał serca").
    if len(words) >= 4 or (bench.language.facts.no_spaces and len(text) >= 8):
        yield "cut to one word", words[0] if len(words) > 1 else text[:2]
    if len(text) >= 25:
        yield "cut in half", _balanced(text[: len(text) // 2])
    if "\n" in text:
        yield "list item lost", text.rpartition("\n")[0]
    yield from _term_faults(bench, unit, text)
    spot = next((n for n, c in enumerate(text) if c in LOOK_ALIKES and n > 2), None)
    if spot is not None:
        yield "look-alike letter", text[:spot] + LOOK_ALIKES[text[spot]] + text[spot + 1 :]
    yield "mojibake", _mojibake(text)
    yield "bidi override", _override(text)
    if "**" in text:
        yield "markup lost", text.replace("**", "")


def _balanced(text: str) -> str:
    """A cut text with its bold marks in pairs again."""
    return text.rstrip("*") + ("**" if text.rstrip("*").count("**") % 2 else "")


def _term_faults(bench: Bench, unit: Unit, text: str) -> Iterator[tuple[str, str]]:
    """Each name that the warning has: taken out, and replaced by another one."""
    folded = fold(text)
    if len(folded) != len(text):  # folding has taken vowel marks out: places are those of the folded text
        text = folded
    names = bench.language.facts.names
    wanted = dict.fromkeys(f.key for f in found_terms(fold(inline.plain(unit.text)), bench.source) if f.key in names)
    keys = [k for k in names if k not in wanted]
    for number, key in enumerate(wanted):
        other = names[keys[number % len(keys)]][0].replace("*", "").replace(" ... ", " ")
        # Every place that names it, also inside of a longer phrase.
        places = find(folded, {key: names[key]}, bench.language)
        without, instead = text, text
        for place in reversed(places):
            without = without[: place.start] + without[place.end :]
            instead = instead[: place.start] + other + instead[place.end :]
        if places:
            listed = key in ("hepatitis B", "hepatitis C", "HIV") and "**" not in text
            yield "list item lost" if listed else "term removed", without
            yield "term replaced", instead


def _numbers(bench: Bench, unit: Unit) -> Iterator[tuple[str, str]]:
    """Faults of numbers in digits, in any string."""
    text = bench.text(unit.context)
    match = re.search(r"\d+", text)
    if not match or not re.search(r"\d", unit.text):
        return
    number = int(match[0])
    yield "number changed", text[: match.start()] + str(number * 10) + text[match.end() :]
    yield "number changed", text[: match.start()] + str(number + 1) + text[match.end() :]
    if number != 1:  # in many languages "week" alone is one week
        yield "number removed", text[: match.start()] + text[match.end() :].lstrip()
    pair = re.search(r"(\d+)(\D{1,9})(\d+)", text)
    if pair and pair[1] != pair[3] and re.search(r"\d+ to \d+", unit.text):
        yield "range reversed", text[: pair.start()] + pair[3] + pair[2] + pair[1] + text[pair.end() :]
    folded = fold(text)
    units = bench.language.facts.units
    counted = re.search(r"\d+ (?:day|week|hour)", unit.text) and len(folded) == len(text)
    for found in find(folded, units, bench.language) if counted else ():
        if found.key in ("day", "week", "hour") and abs(found.start - match.end()) < 15:
            other = units["month" if found.key != "month" else "day"][0].replace("*", "")
            yield "unit changed", text[: found.start] + other + text[found.end :]


def _mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252, as a wrongly saved file has it."""
    for match in re.finditer(r"\S*[^\x00-\x7f]\S*", text):
        try:
            return text[: match.start()] + match[0].encode().decode("cp1252") + text[match.end() :]
        except UnicodeDecodeError:
            continue
    for match in re.finditer(r"[^\x00-\x7f]", text):
        return text[: match.start()] + match[0].encode().decode("latin-1") + text[match.end() :]
    return text


def _override(text: str) -> str:
    first, _, rest = text.partition(" ")
    return f"{first} \u202e{rest}" if rest else f"\u202e{text}"
