"""How much one input may hold: far above every real one, and low enough that no check takes minutes over it.

A file beyond a limit is a finding that names the limit; it is never cut off or read in part.
docs/reference/limits.md explains each to the people who write the files; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FILE_BYTES = 4_000_000  # of any one file of text or any drawing; the largest catalogue so far has 0.1 MB
LINES = 50_000  # of one file; the longest so far has 2,000
LINE_CHARACTERS = 20_000  # of one line of a file; the longest so far has 1,300
BLOCKS = 2_000  # of one leaflet.md or easy-read.md; the largest so far has 100
STRING_CHARACTERS = 5_000  # of one block or one string of a catalogue: two pages without a paragraph
WORD_CHARACTERS = 500  # without a space; a voice dies of thousands. Addresses and Chinese sentences have less
STRINGS = 10_000  # of one catalogue
TOML_DEPTH = 10  # tables and lists inside each other; real files have 3
TOML_ENTRIES = 5_000  # of one table or list: pictures, decisions, words of a lexicon
FINDINGS = 100  # mistakes that are listed of one file; the next run lists the rest
SVG_SHAPES = 5_000  # of one drawing; the busiest OpenMoji has 112
SVG_DEPTH = 30  # groups inside each other
LEAFLETS = 20_000  # folders in leaflet/
LANGUAGES = 500  # of one project
FOLDER_FILES = 50_000  # files that are looked at in one folder of sign-offs, waivers or recordings
TAKE_BYTES = 200_000_000  # of the file of one take
TAKE_SECONDS = 600  # of one take, which is one sentence or one block
TAKE_CHANNELS = 8  # of one take; they are mixed into one


class TooMuch(ValueError):
    """An input is beyond a limit. The message says which, `hint` what to do, `line` where (0: the whole)."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.hint = hint
        self.line = line


def refuse_long(text: str) -> None:
    """Raise `TooMuch` for a text of too many lines, or with a line that is too long."""
    rows = text.split("\n")
    if len(rows) > LINES:
        raise TooMuch(f"the file has {len(rows):,} lines; it may have {LINES:,}", "restore the real file, or split it", LINES + 1)
    if len(text) > LINE_CHARACTERS:
        number, row = max(enumerate(rows, 1), key=lambda r: len(r[1]))
        if len(row) > LINE_CHARACTERS:
            raise TooMuch(f"this line has {len(row):,} characters; it may have {LINE_CHARACTERS:,}", "restore the real line, or break it into several", number)


def refuse_string(text: str, line: int = 0) -> None:
    """Raise `TooMuch` for a string, or a word of it, that is too long."""
    if len(text) > STRING_CHARACTERS:
        raise TooMuch(f"this text has {len(text):,} characters; it may have {STRING_CHARACTERS:,}", "restore the real text, or make it several", line)
    if len(text) > WORD_CHARACTERS and (word := max(text.split(), key=len, default="")) and len(word) > WORD_CHARACTERS:
        raise TooMuch(f"“{word[:20]}…” has {len(word):,} characters without a space; it may have {WORD_CHARACTERS}", "restore the real text", line)


def refuse_large(values: Mapping[str, Any]) -> None:
    """Raise `TooMuch` for a TOML file whose tables and lists lie too deep in each other, or have too many entries."""
    level: list[tuple[str, Any]] = [("the file", values)]
    for _ in range(TOML_DEPTH):
        below: list[tuple[str, Any]] = []
        for name, value in level:
            if len(value) > TOML_ENTRIES:
                raise TooMuch(f"{name} has {len(value):,} entries; it may have {TOML_ENTRIES:,}", "restore the real file, or take out what is not needed")
            rows = value.items() if isinstance(value, Mapping) else ((name, v) for v in value)
            below += [(f"“{key[:40]}”" if isinstance(value, Mapping) else key, v) for key, v in rows if isinstance(v, Mapping | list)]
        level = below
        if not level:
            return
    raise TooMuch(f"tables and lists lie more than {TOML_DEPTH} deep in each other", "write it flatter: no file of a project needs more than 3")
