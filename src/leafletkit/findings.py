"""The catalogue of findings (codes.toml): every code, what it means, why it matters and how to mend it.

`explain CODE` prints an entry; docs/reference/findings.md is compared with the catalogue by a test.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from .model import Finding, Severity


@dataclass(frozen=True)
class Code:
    """`blocks` withholds what the finding names; `release` only counts with --release; `advice` never blocks."""

    severity: Severity
    title: str
    why: str
    mend: str
    waivable: bool = False


def _codes() -> Mapping[str, Code]:
    text = resources.files(__package__).joinpath("codes.toml").read_text("utf-8")
    return {name: Code(**row) for name, row in tomllib.loads(text).items()}


CODES = _codes()


def severity(finding: Finding) -> Severity:
    """What a finding does; one that a named person has waived does nothing."""
    return "advice" if finding.waived else CODES[finding.code].severity


def blocking(findings: Iterable[Finding], *, release: bool = False) -> tuple[Finding, ...]:
    """The findings that withhold something."""
    hard = ("blocks", "release") if release else ("blocks",)
    return tuple(f for f in findings if severity(f) in hard)


def sort_findings(findings: Sequence[Finding]) -> list[Finding]:
    """Blocking ones first, then by leaflet, language and place."""
    rank = {"blocks": 0, "release": 1, "advice": 2}
    return sorted(findings, key=lambda f: (rank[severity(f)], f.leaflet, f.language, f.path, f.line, f.code))


def explain(code: str) -> str:
    """What a code means, why it matters and how to mend it, as plain text."""
    entry = CODES[code]
    effect = {
        "blocks": "Withholds what it names, and the run ends with exit code 1.",
        "release": "Keeps the leaflet from release (--release); drafts are built.",
        "advice": "Blocks nothing.",
    }[entry.severity]
    effect += " A named person may waive it for one string (docs/reference/waivers.md)." if entry.waivable else ""
    return f"{code}: {entry.title}\n\nWhy it matters  {entry.why}\nWhat to do      {entry.mend}\nEffect          {effect}\n"
