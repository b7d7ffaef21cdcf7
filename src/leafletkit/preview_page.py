"""A page as a preview serves it: the proved bytes, plus one script of our own and the leave to load it.

Only the served copy is changed. The file on the disk stays as it was proved.
"""

from __future__ import annotations

import html
import re

OWN = "/-/"  # no leaflet can have this name
SCRIPT = f"{OWN}preview.js"
STYLE = f"{OWN}preview.css"
NEWS = f"{OWN}events"

_POLICY = re.compile(rb'(<meta\s+http-equiv="Content-Security-Policy"\s+content=")([^"]*)("[^>]*>)', re.IGNORECASE)
_HEAD = re.compile(rb"<head(?:\s[^>]*)?>", re.IGNORECASE)


def with_script(page: bytes, origin: str, session: str, build: int) -> bytes:
    """The page with the script that reloads it. It comes before all other scripts, so that it can keep the worker away."""
    tag = f'<script src="{SCRIPT}" data-session="{html.escape(session)}" data-build="{build}" defer></script>'.encode()
    found = _POLICY.search(page)
    if found:
        policy = loosened(html.unescape(found[2].decode()), origin)
        return page[: found.start()] + found[1] + html.escape(policy).replace("&#x27;", "'").encode() + found[3] + tag + page[found.end() :]
    head = _HEAD.search(page)
    place = head.end() if head else 0
    return page[:place] + tag + page[place:]


def loosened(policy: str, origin: str) -> str:
    """A Content Security Policy that also allows our script, our stylesheet and our news, and nothing more."""
    rows: dict[str, list[str]] = {}
    for row in policy.split(";"):
        if words := row.split():
            rows.setdefault(words[0].lower(), words[1:])  # the first of a name counts
    for name, address in (("script-src", SCRIPT), ("style-src", STYLE), ("connect-src", NEWS)):
        sources = rows.get(name, rows.get("default-src"))
        if sources is None or "'self'" in sources or "*" in sources:
            continue
        rows[name] = [*(s for s in sources if s != "'none'"), origin + address]
    return "; ".join(" ".join((name, *sources)) for name, sources in rows.items())


def no_page(path: str, *, any_pages: bool) -> bytes:
    """What stands where no page is. The script's panel tells why."""
    title = "There is no such page" if any_pages else "No page has been made yet"
    says = (
        f"<p>There is no page <code>{html.escape(path)}</code>, or there is none any more.</p><p><a href=\"/\">All pages of this preview</a></p>"
        if any_pages
        else "<p>The first pages are being made, or something keeps them from being made.</p>"
    )
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>{title}</title>
<link rel="stylesheet" href="{STYLE}">
</head>
<body class="no-page">
<main>
<h1>{title}</h1>
{says}
<p>This page reloads by itself as soon as there is something to show.</p>
</main>
</body>
</html>
""".encode()
