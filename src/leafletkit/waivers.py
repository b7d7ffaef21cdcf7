"""Waivers: a named person accepts one finding of one string (locales/TAG/waivers/LEAFLET.toml).

A waiver is bound by hash to the words it was given for. What is missing can't be waived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from .fields import read_toml
from .findings import CODES
from .model import Finding
from .signoffs import HASH, quoted, refuse_nobody
from .words_hash import words_hash


@dataclass(frozen=True)
class Waiver:
    """`words` is the `words_hash` of the string as it was when the person accepted it."""

    string: str
    code: str
    name: str
    role: str
    reason: str
    date: date
    words: str
    path: str = ""
    line: int = 0


def read_waivers(text: str, path: str, leaflet: str, language: str, today: date) -> tuple[tuple[Waiver, ...], tuple[Finding, ...]]:
    """All waivers of a file; a file with a fault waives nothing."""
    top, findings = read_toml(text, "waiver-invalid", path, leaflet=leaflet, language=language)
    if top is None:
        return (), findings
    waivers = []
    for row in top.tables("waiver"):
        waiver = Waiver(
            row.string("string"), row.string("code"), row.string("name"), row.string("role"), row.string("reason"),
            row.date("date"), row.string("words", pattern=HASH), path, row.line,
        )  # fmt: skip
        if waiver.code and not (waiver.code in CODES and CODES[waiver.code].waivable):
            allowed = ", ".join(name for name, code in CODES.items() if code.waivable)
            row.complain("code", f"“{waiver.code}” can't be waived", f"mend the string; only these can be waived: {allowed}")
        refuse_nobody(row, waiver.name, waiver.date, today)
        row.finish()
        waivers.append(waiver)
    top.finish()
    return (() if top.findings else tuple(waivers)), tuple(top.findings)


def waive(findings: Sequence[Finding], waivers: Sequence[Waiver], leaflet: str, language: str) -> tuple[Finding, ...]:
    """Mark the findings that are waived, and report each waiver that fits nothing any more."""
    used: set[Waiver] = set()
    out = []
    for finding in findings:
        digest = words_hash(finding.string, finding.source, finding.target)
        fits = next((w for w in waivers if (w.string, w.code, w.words) == (finding.string, finding.code, digest)), None)
        if fits:
            used.add(fits)
            finding = replace(finding, waived=f"{fits.name}, {fits.role}, {fits.date:%-d %B %Y}: {fits.reason}")
        out.append(finding)
    out += [
        Finding(
            "waiver-stale", f"the waiver of {w.code} for “{w.string}” by {w.name} fits no finding: the words have changed, or the fault is gone",
            "take it out, or have it given anew", leaflet, language, path=w.path, line=w.line, string=w.string,
        )
        for w in waivers if w not in used
    ]  # fmt: skip
    return tuple(out)


def entry(waiver: Waiver) -> str:
    """A waiver as the text to append to a waiver file."""
    rows = ["", "[[waiver]]", *(f"{name} = {quoted(getattr(waiver, name))}" for name in ("string", "code", "name", "role", "reason"))]
    return "\n".join([*rows, f"date = {waiver.date.isoformat()}", f"words = {quoted(waiver.words)}"]) + "\n"
