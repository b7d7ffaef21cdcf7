"""Read TOML by named, typed fields, and report every mistake with its line."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from . import memo
from .limits import FINDINGS, TooMuch, refuse_large, refuse_long, refuse_string
from .model import Finding

_HEADER = re.compile(r"\s*\[+(.+?)\]+")
_PREFIX = re.compile(r"[\w.-]+\.")


@dataclass
class Fields:
    """One table of a TOML file. Collects a finding for each field that is missing, wrong or unknown."""

    values: Mapping[str, Any]
    code: str
    path: str
    text: str
    line: int = 1
    leaflet: str = ""
    language: str = ""
    findings: list[Finding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def complain(self, name: str, message: str, hint: str) -> None:
        if len(self.findings) > FINDINGS:
            return
        if len(self.findings) == FINDINGS:
            message, hint = f"there are more mistakes in this file than the first {FINDINGS}", "mend those first, then check again"
        self.findings.append(
            Finding(self.code, message, hint, self.leaflet, self.language, path=self.path, line=self.line_of(name))
        )

    def line_of(self, name: str) -> int:
        """The line of `name = …` or `[name]` at or after this table's own line."""
        rows, headers = _rows(self.text), _headers(self.text)
        field = re.compile(rf"\s*\"?{re.escape(name)}\"?\s*=")
        for number in range(self.line, len(rows) + 1):
            row = rows[number - 1]
            if number > self.line and row.lstrip().startswith("["):
                break  # another table begins
            if field.match(row):
                return number
        lines = headers.get(name, ())
        at = bisect_left(lines, self.line)
        return lines[at] if at < len(lines) else self.line

    def _get(self, name: str, kind: type, what: str, default: Any) -> Any:
        self.seen.add(name)
        if name not in self.values:
            if default is None:
                self.complain(name, f"“{name}” is missing", f"add {name} = {what}")
                return kind() if kind is not date else date(1970, 1, 1)
            return default
        value = self.values[name]
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool) or isinstance(value, datetime)
        if wrong:
            self.complain(name, f"“{name}” is not {what}", f"write {name} = {what}")
            return default if default is not None else (date(1970, 1, 1) if kind is date else kind())
        return value

    def string(self, name: str, default: str | None = None, *, choices: tuple[str, ...] = (), pattern: str = "") -> str:
        value = str(self._get(name, str, '"text"', default))
        try:
            refuse_string(value)
        except TooMuch as error:
            self.complain(name, f"“{name}” is too long: {error}", error.hint)
            return ""
        if choices and value not in choices and name in self.values:
            self.complain(name, f"“{name}” is “{value}”", "use one of: " + ", ".join(choices))
        if pattern and value and not re.fullmatch(pattern, value):
            self.complain(name, f"“{name}” is “{value}”, which is not well formed", f"it must look like {pattern}")
        if default is None and name in self.values and isinstance(self.values[name], str) and not value.strip():
            self.complain(name, f"“{name}” is empty", f"fill in {name}")
        return value

    def strings(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self._get(name, list, '["text", …]', list(default) if default is not None else None)
        if not all(isinstance(v, str) and v.strip() for v in value):
            self.complain(name, f"“{name}” holds something that is not text", 'write ["text", …]')
            return ()
        return tuple(value)

    def numbers(self, name: str, default: tuple[float, ...] | None = None) -> tuple[float, ...]:
        value = self._get(name, list, "[1.0, 2.0]", list(default) if default is not None else None)
        if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in value):
            self.complain(name, f"“{name}” holds something that is not a number", "write [1.0, 2.0]")
            return ()
        return tuple(map(float, value))

    def flag(self, name: str, default: bool | None = None) -> bool:
        return bool(self._get(name, bool, "true or false", default))

    def number(self, name: str, default: float | None = None, *, low: float = 0, high: float = 1e9) -> float:
        self.seen.add(name)
        value = self.values.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            self.complain(name, f"“{name}” is not a number from {low:g} to {high:g}", f"write {name} = a number in that range")
            return low
        return float(value)

    def date(self, name: str) -> date:
        value: date = self._get(name, date, "a date like 2026-01-31", None)
        return value

    def table(self, name: str, *, required: bool = True) -> Fields:
        self.seen.add(name)
        value = self.values.get(name, {})
        if not isinstance(value, dict) or (required and name not in self.values):
            self.complain(name, f"the table [{name}] is missing", f"add [{name}]")
            value = {}
        return Fields(value, self.code, self.path, self.text, self.line_of(name), self.leaflet, self.language, self.findings)

    def tables(self, name: str) -> list[Fields]:
        """The [[name]] tables, each knowing the line it starts at."""
        self.seen.add(name)
        rows = self.values.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
            self.complain(name, f"“{name}” is not a list of tables", f"write [[{name}]] before each entry")
            return []
        starts = [n for n, row in enumerate(_rows(self.text), 1) if re.match(rf"\s*\[\[\s*{re.escape(name)}\s*\]\]", row)]
        return [
            Fields(row, self.code, self.path, self.text, line, self.leaflet, self.language, self.findings)
            for row, line in zip(rows, starts + [1] * len(rows), strict=False)
        ]

    def finish(self) -> None:
        """Report fields that nobody asked for: mostly misspelt names."""
        for name in self.values:
            if name not in self.seen:
                known = ", ".join(sorted(self.seen))
                self.complain(name, f"“{name}” is not a field of this file", f"the fields are: {known}")


@lru_cache(maxsize=4)
def _rows(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))


@lru_cache(maxsize=4)
def _headers(text: str) -> Mapping[str, tuple[int, ...]]:
    """The lines of the tables by name; “[numbers.words]” is found as “words”, too."""
    found: dict[str, list[int]] = {}
    for number, row in enumerate(_rows(text), 1):
        if match := _HEADER.match(row):
            found.setdefault(match[1], []).append(number)
            for dot in re.finditer(r"\.", match[1]):
                if _PREFIX.fullmatch(match[1], 0, dot.end()):
                    found.setdefault(match[1][dot.end() :], []).append(number)
    return {name: tuple(lines) for name, lines in found.items()}


def read_toml(
    text: str, code: str, path: str, *, leaflet: str = "", language: str = ""
) -> tuple[Fields | None, tuple[Finding, ...]]:
    """Parse a TOML file; on a syntax error there are no fields, and one finding with its line."""
    try:
        refuse_long(text)
        values = memo.table(text, tomllib.loads)
        refuse_large(values)
        return Fields(values, code, path, text, 1, leaflet, language), ()
    except TooMuch as error:
        return None, (Finding(code, str(error), error.hint, leaflet, language, path=path, line=error.line),)
    except RecursionError:
        message, hint = "tables and lists lie too deep in each other", "look for brackets without end"
        return None, (Finding(code, message, hint, leaflet, language, path=path),)
    except ValueError as error:  # TOMLDecodeError is a ValueError; so are monstrous numbers
        match = re.search(r"\(at line (\d+)", str(error))
        line = int(match[1]) if match else text.count("\n") + 1 if isinstance(error, tomllib.TOMLDecodeError) else 1
        message = "this is not valid TOML: " + re.sub(r" \(at .*\)$", "", str(error))
        hint = "look for a missing quote, bracket or equals sign in this line or the one before"
        return None, (Finding(code, message, hint, leaflet, language, path=path, line=line),)
