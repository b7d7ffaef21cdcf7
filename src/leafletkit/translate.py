"""Make an `Edition`: a leaflet with every string of one language, or the reasons why not.

There is no half edition: one missing, empty, fuzzy or stale string and nothing is made.
English never fills a gap.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from babel.dates import format_date
from babel.units import format_unit

from . import inline
from .catalogue import Catalogue
from .model import Block, Criterion, Document, Edition, Facts, Finding, Language, Leaflet, Picture, Standing, Unit
from .units import OWNER
from .words import fill, placeholders


def translate(
    units: Sequence[Unit], catalogue: Catalogue, *, leaflet: str, language: str
) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    """The translation of every unit by context, and a finding for each that can't be used."""
    strings: dict[str, str] = {}
    findings: list[Finding] = []
    for unit in units:
        entry = catalogue.entries.get(unit.context)
        line = entry.line if entry else 0
        problem: tuple[str, str, str] | None = None
        if entry is None:
            problem = ("string-missing", f"“{unit.context}” is not in the catalogue", "run “leafletkit update”, then translate it")
        elif entry.msgid != unit.text:
            problem = ("string-stale", f"“{unit.context}” translates an older English text",
                       "run “leafletkit update”, then translate the new text")  # fmt: skip
        elif not entry.msgstr.strip():
            problem = ("string-empty", f"“{unit.context}” has no translation", f"translate “{_short(unit.text)}”")
        elif entry.fuzzy:
            problem = ("string-fuzzy", f"“{unit.context}” is marked as unsure (fuzzy)",
                       "compare it with the English, mend it and take the mark off")  # fmt: skip
        elif _copied(unit, entry.msgstr):
            problem = ("string-copied", f"“{unit.context}” is a copy of the English", f"translate “{_short(unit.text)}”")
        elif (fault := markup_fault(unit, entry.msgstr)) is not None:
            problem = ("string-markup", f"“{unit.context}”: {fault[0]}", fault[1])
        if problem:
            code, message, hint = problem
            target = entry.msgstr if entry else ""
            findings.append(
                Finding(code, message, hint, leaflet, language, "", unit.warning or "", catalogue.path, line, unit.context, unit.text, target)
            )
        elif entry:
            strings[unit.context] = entry.msgstr
    return strings, tuple(findings)


def _copied(unit: Unit, msgstr: str) -> bool:
    """Whether a translation is the English itself. A name of one or two words may rightly be the same."""
    if _letters(msgstr) != _letters(unit.text) or unit.context == "publisher":
        return False
    return unit.warning is not None or len(inline.plain(unit.text).split()) > 2


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).casefold().strip()


def markup_fault(unit: Unit, msgstr: str) -> tuple[str, str] | None:
    """What is wrong with the markup of a translation, and what to do; None if nothing is."""
    control = next((c for c in msgstr if (ord(c) < 32 and c != "\n") or ord(c) == 127), None)
    if control:
        return f"it holds an invisible control character (U+{ord(control):04X})", "delete it"
    if unit.braces:
        try:
            mine = placeholders(msgstr)
        except ValueError:
            return "its braces { } don't pair up", "write each {name} exactly as in the English"
        wanted = placeholders(unit.text)
        if mine != wanted:
            names = ", ".join(f"{{{n}}}" for n in sorted(wanted))
            return "its {names} differ from the English", f"use exactly {names or 'no braces'}"
    if msgstr.count("\n") != unit.text.count("\n") or len(inline.lines(msgstr)) != len(inline.lines(unit.text)):
        return (
            f"it has {len(inline.lines(msgstr))} lines and the English has {len(inline.lines(unit.text))}",
            "keep one sentence a line, as in the English",
        )
    try:
        spans = inline.parse(msgstr)
    except inline.MarkupError as error:
        return str(error), "use the same marks as the English"
    if inline.links(msgstr) != inline.links(unit.text):
        return "its links differ from the English", "keep each [words](address), and translate only the words"
    bold = sum(s.strong for s in inline.parse(unit.text))
    if (bold > 0) != (sum(s.strong for s in spans) > 0):
        return ("the **bold** words are lost" if bold else "it has **bold** words and the English has none",
                "mark the same words as **bold** as the English does")  # fmt: skip
    return None


def make_edition(
    leaflet: Leaflet,
    language: Language,
    strings: Mapping[str, str],
    words: Mapping[str, str],
    pictures: Mapping[str, Picture],
    *,
    is_source: bool,
    today: date,
    standings: Mapping[Criterion, Standing] | None = None,
    url: str = "",
) -> Edition:
    """Put whole translations into the leaflet. `strings` and `words` must hold every context.

    Without `standings` nothing is approved. `url` is where the project publishes.
    """
    standings = standings or {}

    def translated(document: Document) -> Document:
        return replace(document, blocks=tuple(_block(b, strings) for b in document.blocks))

    state = edition_state(leaflet, today, standings)
    shown = {
        name.removeprefix("picture/"): replace(pictures[name.removeprefix("picture/")], alt=text)
        for name, text in strings.items()
        if name.startswith("picture/")
    }
    edition = Edition(
        leaflet=leaflet,
        language=language,
        text=translated(leaflet.text),
        easy_read=translated(leaflet.easy_read),
        words=words,
        pictures=shown,
        owner_role=strings[OWNER],
        publisher=words["publisher"],
        state=state,
        notices=_notices(leaflet, language, words, state, approved(leaflet, standings), is_source),
        is_source=is_source,
        standings=standings,
        address=f"{url}{leaflet.id}/{language.tag}/" if url else "",
    )
    return replace(edition, digest=digest(edition))


def _block(block: Block, strings: Mapping[str, str]) -> Block:
    return replace(block, text=strings[block.id])


def approved(leaflet: Leaflet, standings: Mapping[Criterion, Standing]) -> bool:
    """Whether named people have approved every string and, as clinicians, every warning. Never of a demonstration."""
    return not leaflet.meta.demonstration and all(name in standings and standings[name].whole for name in ("linguistic", "clinical"))


def edition_state(leaflet: Leaflet, today: date, standings: Mapping[Criterion, Standing] | None = None) -> str:
    """withdrawn, expired, approved, stale, in-review or draft, the gravest first. Only sign-offs approve."""
    rows = [s for name, s in (standings or {}).items() if name != "heard"]  # that is of the recording alone
    if leaflet.meta.status == "withdrawn" or any(s.withdrawn for s in rows):
        return "withdrawn"
    if leaflet.meta.review_due < today:
        return "expired"
    if approved(leaflet, standings or {}):
        return "approved"
    if any(s.stale for s in rows):
        return "stale"
    return "in-review" if any(s.by for s in rows) else leaflet.meta.status


def _notices(
    leaflet: Leaflet, language: Language, words: Mapping[str, str], state: str, is_approved: bool, is_source: bool
) -> tuple[str, ...]:
    """What every page and recording must say first."""
    notices = []
    if state == "withdrawn":
        notices.append(words["notice-withdrawn"])
    if leaflet.meta.demonstration:
        notices.append(words["notice-demonstration"])
    if state == "expired":
        notices.append(fill(words, "notice-expired", date=show_date(leaflet.meta.review_due, language)))
    if state != "withdrawn" and not is_approved:
        in_review = leaflet.meta.status == "in-review" or state in ("in-review", "stale")
        notices.append(words["notice-in-review"] if in_review else words["notice-draft"])
    if not is_source and not is_approved:
        notices.append(words["notice-translation"])
    return tuple(notices)


def show_date(day: date, language: Language) -> str:
    """A date in the words of a language."""
    return format_date(day, "long", locale=language.locale)


def digest(edition: Edition) -> str:
    """A hash of every word of an edition and of what stands beside them."""
    content = {
        "language": edition.language.tag,
        "meta": [str(v) for v in (edition.leaflet.id, edition.leaflet.meta.version, edition.leaflet.meta.last_updated,
                                  edition.leaflet.meta.review_due, edition.owner_role, edition.publisher, edition.leaflet.meta.contact)],
        "blocks": [[b.id, b.kind, b.text, b.warning, b.picture] for d in edition.documents for b in d.blocks],
        "words": dict(edition.words),
        "pictures": {n: [p.alt, p.svg, p.credit] for n, p in edition.pictures.items()},
        "notices": edition.notices,
        "address": edition.address,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def bare(edition: Edition) -> Edition:
    """An edition without where the project lies, what only the checks of strings ask, and the drawings: all that can change its words is left."""
    leaflet, language = replace(edition.leaflet, folder=Path()), replace(edition.language, facts=Facts())
    return replace(edition, leaflet=leaflet, language=language, pictures={})


def all_text(edition: Edition) -> str:
    """Every word that any page of an edition shows, for choosing and checking fonts."""
    texts = [inline.plain(b.text) for d in edition.documents for b in d.blocks]
    texts += [*edition.words.values(), *edition.notices, edition.owner_role, edition.language.endonym, edition.address]
    texts += [f"{format_unit(1234567890, u, 'short', locale=edition.language.locale)}" for u in ("duration-minute", "digital-kilobyte")]
    texts += [show_date(day, edition.language) for day in (edition.leaflet.meta.last_updated, edition.leaflet.meta.review_due)]
    return "".join(texts)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:60] + "…"
