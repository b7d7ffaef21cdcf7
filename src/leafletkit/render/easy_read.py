"""The easy-read page: short sentences, a picture for each point."""

from __future__ import annotations

from pathlib import Path

from ..model import Edition
from .about import about
from .links import Links
from .markup import View, environment, tight
from .page_data import page_data


def render_easy_read(edition: Edition, styles: Path, links: Links) -> bytes:
    """The page as UTF-8 HTML. Pictures are `assets/pictures/NAME.svg`."""
    html = environment(styles).get_template("easy-read.html").render(
        view=View(edition, aloud=bool(links.cues)), links=links, kind="easy-read", data=page_data(edition, links), about=about(edition, links, easy=True)
    )
    return tight(html)
