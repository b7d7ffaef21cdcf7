"""Checks: an edition (or a leaflet) in, findings out. One module a question, listed here and nowhere else."""

from __future__ import annotations

from ..model import Finding, Leaflet
from .english import readability
from .release import release

LEAFLET_CHECKS = (readability,)

__all__ = ["LEAFLET_CHECKS", "check_leaflet", "release"]


def check_leaflet(leaflet: Leaflet) -> tuple[Finding, ...]:
    """All checks that look at the English source."""
    return tuple(finding for check in LEAFLET_CHECKS for finding in check(leaflet))
