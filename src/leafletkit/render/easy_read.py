"""The easy-read page: short sentences, a picture for each point."""

from __future__ import annotations

from pathlib import Path

from ..model import Edition
from .links import Links
from .markup import View, environment


def render_easy_read(edition: Edition, styles: Path, links: Links) -> bytes:
    """The page as UTF-8 HTML. Pictures are `assets/pictures/NAME.svg`."""
    html = environment(styles).get_template("easy-read.html").render(view=View(edition), links=links, kind="easy-read")
    return html.encode()
