"""Checks: strings, editions or leaflets in, findings out. One module a question, listed here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..model import Finding, Language, Leaflet, Unit
from .clean_text import clean_text
from .english import readability
from .release import release

LEAFLET_CHECKS = (readability,)  # Leaflet -> findings
STRING_CHECKS = (clean_text,)  # one string of one language -> problems

__all__ = ["LEAFLET_CHECKS", "STRING_CHECKS", "check_leaflet", "check_strings", "release"]


def check_leaflet(leaflet: Leaflet) -> tuple[Finding, ...]:
    """All checks that look at the English source."""
    return tuple(finding for check in LEAFLET_CHECKS for finding in check(leaflet))


def check_strings(
    units: Sequence[Unit],
    strings: Mapping[str, str],
    places: Mapping[str, tuple[str, int]],
    language: Language,
    leaflet: str = "",
) -> tuple[Finding, ...]:
    """All checks that look at one string at a time. `places` says where each stands: (path, line)."""
    return tuple(
        Finding(code, message, hint, leaflet, language.tag, "", unit.warning or "", *places[unit.context])
        for unit in units
        if unit.context in strings
        for check in STRING_CHECKS
        for code, message, hint in check(unit, strings[unit.context], language)
    )
