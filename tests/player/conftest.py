"""Pages with a player, in the real browser: nothing may go wrong on them, and they may ask no other machine for anything."""

from __future__ import annotations

import pytest

from ..pages_support import served


@pytest.fixture(scope="module")
def site(dist):
    with served(dist) as address:
        yield address


@pytest.fixture
def visit(browser, site):
    contexts, troubles = [], []

    def opened(tag, *, kind="index.html", prepare=None, **options):
        context = browser.new_context(**({"reduced_motion": "reduce", "viewport": {"width": 1200, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(m.text))
        page.on("pageerror", lambda e: troubles.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith(f"{site}/") else troubles.append(r.url))
        if prepare:
            prepare(page)
        page.goto(f"{site}/ivig/{tag}/{kind}", wait_until="load")
        page.evaluate("document.fonts.ready.then(() => 0)")
        return page

    opened.troubles = troubles
    yield opened
    for context in contexts:
        context.close()
    assert troubles == []
