"""What a preview shows: the newest files that were proved, and what keeps newer ones from being shown.

An edition that a build withholds is taken from `dist/` or `preview/`. Here its last good files stay, each
marked as not the newest. Values only; `preview_store` keeps the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .letters import visible
from .model import Finding

Unit = tuple[str, str, str]  # leaflet, language, format
SHOWN = 20  # findings on one panel; the screen has them all
_REMEMBERED = 100  # builds


@dataclass(frozen=True)
class Problem:
    """One thing that somebody must mend, in words for the panel."""

    where: str
    message: str
    hint: str = ""
    about: str = ""
    code: str = ""
    leaflet: str = ""
    language: str = ""

    @property
    def lines(self) -> tuple[str, str]:
        """For the screen: where and what; what to do."""
        code = f" [{self.code}]" if self.code else ""
        return f"{self.where or '-'}: {self.message}{code}", "; ".join(filter(None, (self.about and f"in {self.about}", self.hint)))


def problem(row: Mapping[str, Any]) -> Problem:
    """A finding of report.json or manifest.json."""
    where = f"{row['path']}:{row['line']}" if row["line"] else row["path"]
    about = ", ".join(filter(None, (row["leaflet"], row["language"], row["format"], row["warning"] and f"warning {row['warning']}")))
    return Problem(*map(visible, (where, row["message"], row["hint"], about, row["code"], row["leaflet"], row["language"])))


def problem_of(finding: Finding) -> Problem:
    return problem(vars(finding))


@dataclass(frozen=True)
class View:
    """All files that may be shown, by path; which edition and format each belongs to; when that was made."""

    shared: Mapping[str, str] = field(default_factory=dict)  # path: sha256
    units: Mapping[Unit, Mapping[str, str]] = field(default_factory=dict)
    made: Mapping[Unit, str] = field(default_factory=dict)
    kept: Mapping[Unit, tuple[Problem, ...]] = field(default_factory=dict)  # not the newest, and why
    withheld: Mapping[Unit, tuple[Problem, ...]] = field(default_factory=dict)  # never made yet, and why
    left: frozenset[str] = frozenset()  # shared files that the last build did not make: a page of a language that it withholds

    @cached_property
    def files(self) -> Mapping[str, str]:
        return {**self.shared, **{path: sha for rows in self.units.values() for path, sha in rows.items()}}

    def unit_of(self, path: str) -> Unit | None:
        return next((unit for unit, rows in self.units.items() if path in rows), None)


def files_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Each file that a manifest names, with its hash."""
    made = [row for e in manifest["editions"] for f in e["formats"].values() if f["state"] == "made" for row in f["files"]]
    return {row["path"]: row["sha256"] for row in (*manifest["assets"], *made)}


def next_view(old: View, manifest: Mapping[str, Any], now: str) -> View:
    """What to show after a build: all that it made, and the last good files of what it withholds."""
    units: dict[Unit, Mapping[str, str]] = {}
    made: dict[Unit, str] = {}
    kept: dict[Unit, tuple[Problem, ...]] = {}
    withheld: dict[Unit, tuple[Problem, ...]] = {}
    for edition in manifest["editions"]:
        for name, row in edition["formats"].items():
            unit = (edition["leaflet"], edition["language"], name)
            if row["state"] == "made":
                units[unit] = {file["path"]: file["sha256"] for file in row["files"]}
                same = units[unit] == old.units.get(unit)
                made[unit] = old.made[unit] if same else now
            elif row["state"] == "withheld":
                reasons = tuple(problem(r) for r in row["reasons"] if r["severity"] == "blocks")
                if unit in old.units:
                    units[unit], made[unit], kept[unit] = old.units[unit], old.made[unit], reasons
                else:
                    withheld[unit] = reasons
    shared = {row["path"]: row["sha256"] for row in manifest["assets"]}
    # What is kept needs its fonts and pictures, and its language its page.
    left = frozenset(old.shared.keys() - shared.keys()) if kept else frozenset()
    return View({**{path: old.shared[path] for path in left}, **shared}, units, made, kept, withheld, left)


def differing(old: View, new: View) -> frozenset[str]:
    """The paths whose bytes are new, gone or others."""
    before, after = old.files, new.files
    return frozenset(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


@dataclass(frozen=True)
class State:
    """All that a server tells. `failure`: the last build made nothing at all, so every page is what it was."""

    serial: int = 0
    view: View = field(default_factory=View)
    failure: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    busy: bool = True
    history: tuple[frozenset[str], ...] = ()  # what each build changed, oldest first
    build: int = 0

    def changed_since(self, build: int) -> frozenset[str] | None:
        """What is another since the build that a page shows; None if nobody knows any more."""
        missed = self.build - build
        if missed < 0 or missed > len(self.history):
            return None
        return frozenset().union(*self.history[len(self.history) - missed :])


def after_build(state: State, view: View, problems: Sequence[Problem]) -> State:
    """The state after a build that published something."""
    history = (*state.history, differing(state.view, view))[-_REMEMBERED:]
    return State(state.serial + 1, view, (), tuple(problems), False, history, state.build + 1)


def news(state: State, path: str, build: int | None) -> dict[str, Any]:
    """What one open page must know. `build`: the number that it was served with, None if that was another server."""
    unit = state.view.unit_of(path)
    there = path in state.view.files
    changes = None if build is None else state.changed_since(build)
    mine = _mine(state, path, unit)
    old = there and bool(state.failure or unit in state.view.kept or path in state.view.left)
    elsewhere = [p for p in state.problems if p not in mine]
    return {
        "build": state.build,
        "changed": None if changes is None else sorted(changes),
        "busy": state.busy,
        "there": there,
        "old": old,
        "made": state.view.made.get(unit, "") if unit else "",
        "problems": _rows(mine),
        "count": len(mine),
        "elsewhere": _rows(elsewhere),
        "elsewhere_count": len(elsewhere),
    }


def _mine(state: State, path: str, unit: Unit | None) -> tuple[Problem, ...]:
    """What keeps the newest version of one page from being shown."""
    if state.failure:
        return state.failure
    if unit:
        return state.view.kept.get(unit, ())
    if path in state.view.files:
        return state.problems if path in state.view.left else ()
    # A page that was never made: what is known of its edition, else all that is known.
    key = tuple(path.split("/")[:2])
    own = [p for u, rows in state.view.withheld.items() if u[:2] == key for p in rows]
    return tuple(dict.fromkeys(own or state.problems))


def _rows(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"where": p.where, "message": p.message, "hint": p.hint, "about": p.about, "code": p.code} for p in list(problems)[:SHOWN]]
