"""The web page: the primary format."""

from __future__ import annotations

from pathlib import Path

from ..model import Edition
from .about import about
from .links import Links
from .markup import View, environment, tight
from .page_data import page_data


def render_web(edition: Edition, styles: Path, links: Links) -> bytes:
    """The page as UTF-8 HTML. `links` leads to the other languages and formats."""
    html = environment(styles).get_template("web.html").render(view=View(edition, aloud=bool(links.cues)), links=links, kind="web", data=page_data(edition, links), about=about(edition, links))
    return tight(html)
