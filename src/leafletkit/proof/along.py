"""Prove that a page reads along with its recording: the sentence that it marks is the one that is heard, and when."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from ..model import Edition, Finding, FormatName
from .expect import finding, normal
from .html import Page
from .vtt import Row, read_vtt

_NEAR = 0.0051  # seconds: the page counts in hundredths
_HINT = "build again"


def prove_along(data: bytes, times: bytes, transcript: bytes, edition: Edition, fmt: FormatName, path: str) -> tuple[Finding, ...]:
    """What is wrong with the times beside a page, held against the transcript of its recording (which is proved by its sound).

    `times` is the script that the page takes them from.
    """
    try:
        page = Page(data)
        rows = read_vtt(transcript, edition.language.tag)
        cues = list(_cues(times))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return (finding(edition, fmt, path, "proof-along", f"the times of the page can't be read: {type(error).__name__}: {error}", _HINT),)
    if len(cues) != len(rows):
        return (finding(edition, fmt, path, "proof-along", f"the page has the times of {len(cues)} sentences, the recording {len(rows)}", _HINT),)
    wrong = (why for (block, number, start, end), row in zip(cues, rows, strict=True) if (why := _fault(page, block, number, start, end, row)))
    return tuple(finding(edition, fmt, path, "proof-along", why, _HINT) for why in wrong)[:5]


def _cues(script: bytes) -> Iterator[tuple[str, int | None, float, float]]:
    """Block, number of the sentence in it (None: the whole block), start and end in seconds, as the player takes them."""
    assigned = re.fullmatch(r"self\.leafletkitCues=(\{.*\});\n", script.decode("utf-8"))
    if not assigned:
        raise ValueError("the script beside the page says more or less than the times")
    known = json.loads(assigned[1])
    now = 0
    for block, *times in known["cues"]:
        for number, place in enumerate(range(0, len(times), 2)):
            start = now + times[place]
            now = start + times[place + 1]
            yield str(block), None if known["whole"] else number, start / 100, now / 100


def _fault(page: Page, block: str, number: int | None, start: float, end: float, row: Row) -> str:
    if abs(start - row.start) > _NEAR or abs(end - row.end) > _NEAR:
        return f"the page has “{row.text}” at {start:.2f} s, the recording at {row.start:.2f} s"
    if not block:
        return ""
    elements = page.ids.get(block, [])
    if len(elements) != 1:
        return f"“{row.text}” has {len(elements)} places on the page (id {block})"
    shown = _sentences(elements[0]) if number is not None else [elements[0]]
    if (number or 0) >= len(shown) or normal(page.text(shown[number or 0])) != normal(row.text):
        return f"while “{row.text}” is heard, the page marks something else (id {block})"
    return ""


def _sentences(element: ET.Element) -> list[ET.Element]:
    """The elements of the sentences of a block; a block of one sentence is one itself."""
    return [e for e in element.iter() if "s" in str(e.get("class", "")).split()] or [element]
