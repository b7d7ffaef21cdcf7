"""The web page: the primary format."""

from __future__ import annotations

from pathlib import Path

from ..model import Edition
from .markup import View, environment


def render_web(edition: Edition, styles: Path, links: object) -> bytes:
    """The page as UTF-8 HTML. `links` is a `site.Links`: the other languages and formats."""
    html = environment(styles).get_template("web.html").render(view=View(edition), links=links, kind="web")
    return html.encode()
