"""Read a WebVTT file back, strictly: a player must not have to guess."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d\.\d{3})"


@dataclass(frozen=True)
class Row:
    """One cue; times in seconds."""

    name: str
    start: float
    end: float
    text: str


def read_vtt(data: bytes, language: str) -> tuple[Row, ...]:
    """The cues of a transcript in a language. Raises `ValueError` with what is wrong."""
    head, *blocks = data.decode("utf-8").rstrip("\n").split("\n\n")
    if head.split("\n") != ["WEBVTT", f"Language: {language}"]:
        raise ValueError(f"it does not begin as a transcript in {language}")
    return tuple(map(_row, blocks))


def _row(block: str) -> Row:
    name, _, rest = block.partition("\n") if "-->" not in block.split("\n")[0] else ("", "", block)
    times, _, text = rest.partition("\n")
    match = re.fullmatch(f"{_TIME} --> {_TIME}", times)
    if not match:
        raise ValueError(f"“{times[:60]}” is no time")
    if not text.strip() or "\n" in text or re.search(r"<|>|&(?!(?:amp|lt|gt);)", text):
        raise ValueError(f"“{text[:60]}” can't be shown as it stands")
    start, end = (float(h or 0) * 3600 + float(m) * 60 + float(s) for h, m, s in (match.groups()[:3], match.groups()[3:]))
    if start >= end:
        raise ValueError(f"“{text[:60]}” ends before it begins")
    return Row(name, round(start, 3), round(end, 3), html.unescape(text))
