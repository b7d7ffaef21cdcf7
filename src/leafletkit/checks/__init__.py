"""Checks: strings, editions or leaflets in, findings out. One module a question, listed here and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model import Finding, Language, Leaflet, Picture, Unit, Warning_
from .clean_text import clean_text
from .contrast import contrast
from .easy_page import easy_page
from .easy_read import easy_read
from .english import readability
from .pair import Pair, Problem
from .polarity import polarity
from .quantities import quantities
from .release import approval, release
from .terms import terms
from .wholeness import wholeness

LEAFLET_CHECKS = (readability,)  # Leaflet -> findings
STRING_CHECKS = (clean_text, quantities, polarity, terms, wholeness)  # Pair -> problems
TEXT_CHECKS = (contrast, easy_read)  # all strings of a leaflet in one language -> problems

__all__ = ["LEAFLET_CHECKS", "STRING_CHECKS", "TEXT_CHECKS", "approval", "check_leaflet", "check_strings", "release"]


def check_leaflet(leaflet: Leaflet, pictures: Mapping[str, Picture]) -> tuple[Finding, ...]:
    """All checks that look at the English source as a whole."""
    return (*(finding for check in LEAFLET_CHECKS for finding in check(leaflet)), *easy_page(leaflet, pictures))


def check_strings(
    units: Sequence[Unit],
    strings: Mapping[str, str],
    places: Mapping[str, tuple[str, int]],
    language: Language,
    source: Language,
    leaflet: Leaflet | None,
) -> tuple[Finding, ...]:
    """All checks of translated strings, one by one and together. `places` says where each stands: (path, line)."""
    name = leaflet.id if leaflet else ""
    warnings: Mapping[str, Warning_] = {w.id: w for w in leaflet.warnings} if leaflet else {}

    def finding(unit: Unit, problem: Problem) -> Finding:
        path, line = places[unit.context]
        return Finding(
            problem.code, problem.message, problem.hint, name, language.tag, "", unit.warning or "", path, line,
            unit.context, unit.text, strings[unit.context], problem.span,
        )  # fmt: skip

    found = [
        finding(unit, problem)
        for unit in units
        if unit.context in strings
        for check in STRING_CHECKS
        for problem in check(Pair(unit, strings[unit.context], language, source, warnings.get(unit.warning or "")))
    ]
    if leaflet:
        found += [finding(unit, problem) for check in TEXT_CHECKS for unit, problem in check(leaflet, units, strings, language, source)]
    return _each_fact_once(found)


def _each_fact_once(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """One finding for each fact that a language lacks, however many strings ask for it."""
    asked = Counter(f.hint for f in found if f.code == "facts-missing")  # the hint names the fact
    seen: set[str] = set()
    out = []
    for finding in found:
        if finding.code == "facts-missing":
            if finding.hint in seen:
                continue
            seen.add(finding.hint)
            if asked[finding.hint] > 1:
                finding = replace(finding, message=f"{finding.message} (and {asked[finding.hint] - 1} other strings)")
        out.append(finding)
    return tuple(out)
