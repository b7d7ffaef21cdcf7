"""Checks: strings, editions or leaflets in, findings out. One module a question, listed here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..model import Finding, Language, Leaflet, Unit, Warning_
from .clean_text import clean_text
from .english import readability
from .pair import Pair
from .polarity import polarity
from .quantities import quantities
from .release import release

LEAFLET_CHECKS = (readability,)  # Leaflet -> findings
STRING_CHECKS = (clean_text, quantities, polarity)  # Pair -> problems

__all__ = ["LEAFLET_CHECKS", "STRING_CHECKS", "check_leaflet", "check_strings", "release"]


def check_leaflet(leaflet: Leaflet) -> tuple[Finding, ...]:
    """All checks that look at the English source."""
    return tuple(finding for check in LEAFLET_CHECKS for finding in check(leaflet))


def check_strings(
    units: Sequence[Unit],
    strings: Mapping[str, str],
    places: Mapping[str, tuple[str, int]],
    language: Language,
    source: Language,
    leaflet: Leaflet | None,
) -> tuple[Finding, ...]:
    """All checks that look at one string at a time. `places` says where each stands: (path, line)."""
    name = leaflet.id if leaflet else ""
    warnings: Mapping[str, Warning_] = {w.id: w for w in leaflet.warnings} if leaflet else {}
    return tuple(
        Finding(code, message, hint, name, language.tag, "", unit.warning or "", *places[unit.context])
        for unit in units
        if unit.context in strings
        for check in STRING_CHECKS
        for code, message, hint in check(Pair(unit, strings[unit.context], language, source, warnings.get(unit.warning or "")))
    )
