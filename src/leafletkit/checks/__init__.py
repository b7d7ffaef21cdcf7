"""Checks: strings, editions or leaflets in, findings out. One module a question, listed here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..model import Finding, Language, Leaflet, Unit
from .clean_text import clean_text
from .english import readability
from .quantities import quantities
from .release import release

LEAFLET_CHECKS = (readability,)  # Leaflet -> findings
STRING_CHECKS = (clean_text,)  # (unit, its text, language) -> problems
TRANSLATION_CHECKS = (quantities,)  # (unit, its translation, language, source language) -> problems

__all__ = ["LEAFLET_CHECKS", "STRING_CHECKS", "TRANSLATION_CHECKS", "check_leaflet", "check_strings", "release"]


def check_leaflet(leaflet: Leaflet) -> tuple[Finding, ...]:
    """All checks that look at the English source."""
    return tuple(finding for check in LEAFLET_CHECKS for finding in check(leaflet))


def check_strings(
    units: Sequence[Unit],
    strings: Mapping[str, str],
    places: Mapping[str, tuple[str, int]],
    language: Language,
    source: Language,
    leaflet: str = "",
) -> tuple[Finding, ...]:
    """All checks that look at one string at a time. `places` says where each stands: (path, line)."""
    findings: list[Finding] = []
    for unit in units:
        if unit.context not in strings:
            continue
        text = strings[unit.context]
        problems = [problem for check in STRING_CHECKS for problem in check(unit, text, language)]
        if language != source:
            problems += [problem for comparison in TRANSLATION_CHECKS for problem in comparison(unit, text, language, source)]
        findings += [
            Finding(code, message, hint, leaflet, language.tag, "", unit.warning or "", *places[unit.context])
            for code, message, hint in problems
        ]
    return tuple(findings)
