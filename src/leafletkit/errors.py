"""The ways a run can end early. Problems in people's files are `Finding`s, not exceptions."""

from __future__ import annotations

STOPPED = 130  # the exit code of a program that Ctrl+C has ended, as shells know it


class Fault(Exception):
    """Something outside the project's words broke: a missing font, a full disk, an engine that died.

    `what` names it in the user's words, `hint` says what to do.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class Illegible(Fault):
    """Words that nobody could read on paper: a letter without a glyph, a word cut off. The edition is withheld."""


class UsageError(Exception):
    """The command line asks for something that does not exist."""
