"""Findings as data and on the screen: all that the verbs which render nothing have to say."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from .findings import CODES, severity, sort_findings
from .letters import visible
from .model import Finding


def finding_fields(finding: Finding) -> dict[str, Any]:
    """A finding as `check --json` prints it."""
    row = dataclasses.asdict(finding)
    order = ("code", "severity", "message", "hint", "leaflet", "language", "format", "warning", "path", "line",
             "string", "source", "target", "span", "waived")  # fmt: skip
    more = {"severity": severity(finding), "why": CODES[finding.code].why}
    return {name: row[name] if name in row else more[name] for name in (*order[:3], "why", *order[3:])}


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def show_findings(console: Console, findings: Sequence[Finding], limit: int | None = 40) -> None:
    """Each finding in two lines: where and what; what to do. `limit` None shows all."""
    rows = sort_findings(findings)
    for finding in rows[:limit]:
        place = f"{finding.path}:{finding.line}" if finding.line else finding.path
        about = " ".join(filter(None, (finding.leaflet, finding.language, finding.format)))
        mark = {"blocks": "withheld", "release": "not released", "advice": "note"}[severity(finding)]
        console.print(visible(f"{place or '-'}: {mark}: {finding.message} [{finding.code}]"), markup=False, highlight=False, soft_wrap=True)
        detail = "; ".join(filter(None, (about and f"in {about}", finding.warning and f"warning {finding.warning}", f"waived by {finding.waived}" if finding.waived else finding.hint)))
        console.print(visible(f"    {detail}"), markup=False, highlight=False, soft_wrap=True)
    if limit is not None and len(rows) > limit:
        console.print(f"… and {len(rows) - limit} more; “leafletkit check --json” lists all of them.", markup=False)
