"""What the scripts of a leaflet page need to know: words for the player, and when each sentence is heard."""

from __future__ import annotations

from itertools import groupby

from babel.numbers import format_percent
from markupsafe import Markup

from ..model import Edition
from .links import Links
from .markup import data_block

_SPEEDS = (75, 100, 125, 150)  # per cent
_WORDS = ("play", "pause", "back", "forward", "repeat", "speed", "part", "place", "hint", "failed")


CUES = "self.leafletkitCues="


def page_data(edition: Edition, links: Links) -> Markup:
    """A data block: the way to the root, and words; with a recording also its speeds."""
    words = {"offline": edition.words["offline-note"]}
    data: dict[str, object] = {"root": links.root, "words": words}
    if links.cues:
        words |= {name: edition.words[f"player-{name}"] for name in _WORDS}
        data["speeds"] = [str(format_percent(speed / 100, locale=edition.language.locale)) for speed in _SPEEDS]
    return data_block(data)


def cues_script(links: Links) -> bytes:
    """When each sentence is heard, as a script of one assignment: a page on a file share can't fetch data in another way.

    Each row of `cues` is a block: the id of its element ("" for what is spoken but stands nowhere on the page), then of each
    of its sentences how long after the one before it begins, and how long it lasts, in hundredths of a second: differences
    are short, and phones pay for each byte. With `whole` a block is spoken as one sentence.
    """
    rows: list[list[str | int]] = []
    now = 0
    for block, row in groupby(links.cues, key=lambda c: c.block):
        rows.append([block])
        for start, end in ((round(100 * cue.start), round(100 * cue.end)) for cue in row):
            rows[-1] += [start - now, end - start]
            now = end
    return f"{CUES}{data_block({'cues': rows, 'whole': any(c.number < 0 for c in links.cues)})};\n".encode()
