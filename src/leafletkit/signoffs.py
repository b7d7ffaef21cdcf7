"""Sign-offs: named people approve exact words (locales/TAG/signoff/LEAFLET.toml).

Each decision is one [[decision]] with the hash of every string it is about, so that it can be
reviewed in git and dies with the text. A withdrawal beats every approval of the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from .fields import Fields, read_toml
from .letters import INSIDE
from .model import CRITERIA, Criterion, Finding, Standing

HASH = "[0-9a-f]{32}"
_ACCENTS = re.compile("[\u0300-\u036f]")
_TITLES = {"dr", "mr", "mrs", "ms", "mx", "miss", "prof", "professor", "sister", "nurse", "rn", "rgn", "md", "phd", "msc", "bsc", "frcp", "lek", "med", "mgr"}


@dataclass(frozen=True)
class Decision:
    """One judgement of one person. `words` maps the msgctxt of each string to its `words_hash`."""

    decision: Literal["approved", "withdrawn"]
    criterion: Criterion
    name: str
    role: str
    date: date
    words: Mapping[str, str]
    note: str = ""


def read_signoffs(text: str, path: str, leaflet: str, language: str, today: date) -> tuple[tuple[Decision, ...], tuple[Finding, ...]]:
    """All decisions of a file. A file with a fault is a finding: a withdrawal might be hidden in it."""
    top, findings = read_toml(text, "signoff-invalid", path, leaflet=leaflet, language=language)
    if top is None:
        return (), findings
    rows = tuple(_decision(row, today) for row in top.tables("decision"))
    top.finish()
    return (() if top.findings else rows), tuple(top.findings)


def _decision(row: Fields, today: date) -> Decision:
    words = row.table("words")
    decision = Decision(
        decision=cast(Literal["approved", "withdrawn"], row.string("decision", choices=("approved", "withdrawn"))),
        criterion=cast(Criterion, row.string("criterion", choices=CRITERIA)),
        name=row.string("name"),
        role=row.string("role"),
        date=row.date("date"),
        note=row.string("note", ""),
        words={context: words.string(context, pattern=HASH) for context in words.values},
    )
    refuse_nobody(row, decision.name, decision.date, today)
    if not decision.words:
        row.complain("words", "the decision names no string", "let “leafletkit sign” write it")
    row.finish()
    return decision


def refuse_nobody(row: Fields, name: str, day: date, today: date) -> None:
    """Complain of a decision by nobody, or on a day that is still to come."""
    if name.strip() and not has_name(name):
        row.complain("name", f"“{name}” names no person", "write the whole name")
    if day > today:
        row.complain("date", f"“date” is {day}, which is still to come", "write the day of the decision")


def standing(decisions: Iterable[Decision], criterion: Criterion, wanted: Mapping[str, str], translator: str | None) -> Standing:
    """How the strings of `wanted` (context to hash) stand by one criterion.

    `translator` is who made the translation: an approval of the language by that person does not
    count, and none counts where the catalogue names nobody (""). None: there is no translation.
    """
    mine = [d for d in decisions if d.criterion == criterion]
    missing, stale, withdrawn, same_person, by = [], [], [], [], dict[str, None]()
    for context, digest in wanted.items():
        about = [d for d in mine if context in d.words]
        here = [d for d in about if d.words[context] == digest]
        approved = [d for d in here if d.decision == "approved"]
        if any(d.decision == "withdrawn" for d in here):
            withdrawn.append(context)
        elif approved and criterion == "linguistic" and translator is not None and all(not translator or same_name(d.name, translator) for d in approved):
            same_person.append(context)
        elif approved:
            by.update(dict.fromkeys(f"{d.name}, {d.role}, {d.date:%-d %B %Y}" for d in approved))
        elif any(d.decision == "approved" for d in about):
            stale.append(context)
        else:
            missing.append(context)
    return Standing(tuple(missing), tuple(stale), tuple(withdrawn), tuple(same_person), tuple(by))


def same_name(one: str, other: str) -> bool:
    """Whether two names, with or without a mail address, are of the same person."""

    (name, mail), (name2, mail2) = _parts(one), _parts(other)
    # "Example, Ada" and "Dr Ada Example, RN" are Ada Example; when in doubt, two names are of one person.
    return bool((name and name2 and (name <= name2 or name2 <= name)) or (mail and mail == mail2))


def _parts(text: str) -> tuple[frozenset[str], str]:
    """The words of a name without titles, accents and capitals, and its mail address."""
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    mail = re.search(r"[\w.+-]+@[\w.-]+", text)
    words = re.findall(f"[{INSIDE}]+", re.sub(r"<.*?>|[\w.+-]+@[\w.-]+", " ", text))
    return frozenset(w for w in words if w not in _TITLES), mail[0] if mail else ""


def has_name(text: str) -> bool:
    """Whether a text names a person, and not just a title."""
    return bool(_parts(text)[0])


def entry(decision: Decision) -> str:
    """A decision as the text to append to a sign-off file."""
    rows = [
        "", "[[decision]]", f"decision = {quoted(decision.decision)}", f"criterion = {quoted(decision.criterion)}",
        f"name = {quoted(decision.name)}", f"role = {quoted(decision.role)}", f"date = {decision.date.isoformat()}",
        *([f"note = {quoted(decision.note)}"] if decision.note else []),
        "[decision.words]", *(f"{quoted(context)} = {quoted(digest)}" for context, digest in decision.words.items()),
    ]  # fmt: skip
    return "\n".join(rows) + "\n"


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", escaped) + '"'


def merged(standings: Sequence[Standing]) -> Standing:
    """Several standings by one criterion as one."""
    return Standing(
        *(tuple(dict.fromkeys(c for s in standings for c in getattr(s, name))) for name in ("missing", "stale", "withdrawn", "same_person", "by"))
    )
