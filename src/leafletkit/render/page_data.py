"""What the scripts of a leaflet page need to know: words for the player, and when each sentence is heard."""

from __future__ import annotations

from babel.numbers import format_percent
from markupsafe import Markup

from ..model import Edition
from .links import Links
from .markup import data_block

_SPEEDS = (75, 100, 125, 150)  # per cent
_WORDS = ("play", "pause", "back", "forward", "repeat", "speed", "part", "place", "hint", "failed")


def page_data(edition: Edition, links: Links) -> Markup:
    """A data block: the way to the root, words, and of a recording its speeds and cues [start, end, block, number].

    Times are in seconds. The block is the id of an element, or "" for what is spoken but stands nowhere on the page.
    """
    words = {"offline": edition.words["offline-note"]}
    data: dict[str, object] = {"root": links.root, "words": words}
    if links.cues:
        words |= {name: edition.words[f"player-{name}"] for name in _WORDS}
        data["speeds"] = [str(format_percent(speed / 100, locale=edition.language.locale)) for speed in _SPEEDS]
        data["cues"] = [[round(c.start, 2), round(c.end, 2), c.block, c.number] for c in links.cues]
    return data_block(data)
