"""Read a gettext catalogue (PO) into values. Writing is in `merge`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polib

from .limits import STRINGS, TooMuch, refuse_long, refuse_string
from .model import Finding

_LINE = re.compile(
    r"""\s*(?:\#.*|(?:\#~\s*(?:\|\s*)?)?(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s*)?"(?:\\.|[^"\\])*"\s*)?""", re.VERBOSE
)


# polib breaks lines at these, which gettext does not; they are put aside while it reads.
_SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_HIDE = {ord(c): 0xF8F0 + n for n, c in enumerate(_SEPARATORS)}
_SHOW = {hidden: character for character, hidden in _HIDE.items()}


@dataclass(frozen=True)
class Entry:
    """One string of a catalogue; `line` is where it starts in the file."""

    context: str
    msgid: str
    msgstr: str
    fuzzy: bool
    line: int


@dataclass(frozen=True)
class Catalogue:
    """A PO file. `translator` is what its Last-Translator line says ("" if nothing)."""

    path: str
    entries: Mapping[str, Entry]
    translator: str = ""


def read_catalogue(
    data: bytes, path: str, *, leaflet: str = "", language: str = ""
) -> tuple[Catalogue | None, tuple[Finding, ...]]:
    """Parse a PO file. A file that can't be trusted as a whole gives no catalogue, and says why."""

    def broken(message: str, hint: str, line: int = 0) -> Finding:
        return Finding("catalogue-broken", message, hint, leaflet, language, path=path, line=line)

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, (broken("the file is not UTF-8", "save it as UTF-8 (in Poedit: Catalogue properties)", line),)
    try:
        parsed = parse_po(text)
    except TooMuch as error:
        return None, (broken(str(error), error.hint, error.line),)
    except (OSError, ValueError, IndexError, KeyError, AttributeError) as error:
        match = re.search(r"\(line (\d+)\)(?::\s*(.*))?", str(error))
        line = int(match[1]) if match else 0
        reason = (match[2] if match and match[2] else "") or "syntax error"
        return None, (broken(f"the file can't be read: {reason}", "mend this line; “msgfmt -c” shows what it expects", line),)
    findings: list[Finding] = []
    said = parsed.metadata.get("Language", "").replace("_", "-")
    if said and language and said.split("-")[0] != language.split("-")[0]:
        findings.append(broken(f"the file says that its language is “{said}”", f"put the catalogue of {language} here, or mend its Language line"))
    entries: dict[str, Entry] = {}
    for row in parsed:
        if row.obsolete:
            continue
        context = row.msgctxt or ""
        if context in entries:
            findings.append(
                broken(f"the string “{context}” stands twice (also in line {entries[context].line})", "take one out", row.linenum)
            )
        entries[context] = Entry(context, row.msgid, row.msgstr, "fuzzy" in row.flags, row.linenum)
    return (None if findings else Catalogue(path, entries, _translator(parsed.metadata))), tuple(findings)


def _translator(metadata: Mapping[str, str]) -> str:
    """Who made the translation; what tools write there when nobody is named counts as nobody."""
    name = metadata.get("Last-Translator", "").strip()
    nobody = re.search(r"FULL NAME|automatic|anonymous|noreply@|no-reply@|@localhost|^none$|^root\b", name, re.IGNORECASE)
    return "" if nobody else name


def parse_po(text: str) -> polib.POFile:
    """Parse PO text with polib, which otherwise takes a text without a newline for a file name.

    Raises OSError or ValueError on a syntax error, with “(line N)” in the message, and `TooMuch`.
    """
    text = text.removeprefix("\ufeff")
    refuse_long(text)
    for number, row in enumerate(text.split("\n"), 1):
        if "\x00" in row:
            raise ValueError(f"(line {number}): a NUL character")
        # polib lets a missing quote pass and cuts a letter off the text instead.
        if not _LINE.fullmatch(row.rstrip("\r")):
            raise ValueError(f"(line {number}): a keyword and a text in double quotes are expected here")
    odd = any(c in text for c in _SEPARATORS)
    parsed = polib.pofile((text.translate(_HIDE) if odd else text) + "\n", wrapwidth=78, check_for_duplicates=False)
    if odd:
        for entry in parsed:
            for name in ("msgctxt", "msgid", "msgstr", "comment", "tcomment", "previous_msgid"):
                if getattr(entry, name):
                    setattr(entry, name, getattr(entry, name).translate(_SHOW))
    if len(parsed) > STRINGS:
        raise TooMuch(f"the file has {len(parsed):,} strings; it may have {STRINGS:,}", "restore the real file", parsed[STRINGS].linenum)
    for entry in parsed:
        for part in (entry.msgctxt or "", entry.msgid, entry.msgstr):
            refuse_string(part, entry.linenum)
    return parsed
