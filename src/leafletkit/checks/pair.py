"""What a check of one string is given: the English unit and what a catalogue makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Language, Unit, Warning_


@dataclass(frozen=True)
class Problem:
    """What a check found in one string. `span` are the words at fault, "" if something is not there."""

    code: str
    message: str
    hint: str
    span: str = ""


@dataclass(frozen=True)
class Pair:
    """An English unit and its text in a language; for the English itself, `language` is `source`."""

    unit: Unit
    text: str
    language: Language
    source: Language
    warning: Warning_ | None = None

    @property
    def name(self) -> str:
        """The string as a finding names it."""
        return f"“{self.unit.context}”"

    @property
    def is_source(self) -> bool:
        return self.language.tag == self.source.tag
