"""What a phone fetches to show a page, in the real browser: few files, and no sound before somebody asks for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import ROOT
from .pages_support import KINDS, LANGUAGES, served

AUDIO = {".mp3", ".opus", ".ogg", ".m4a"}


@pytest.fixture(scope="module")
def site(dist):
    with served(dist) as address:
        yield address


@pytest.fixture
def asked(browser, site):
    """Opens a page with an empty cache: the page, and the list of files that it asks for, which goes on growing."""
    contexts = []

    def opened(path):
        context = browser.new_context(viewport={"width": 360, "height": 740})
        contexts.append(context)
        page, files = context.new_page(), []
        page.on("request", lambda r: files.append(r.url.removeprefix(f"{site}/")))
        page.goto(f"{site}/{path}", wait_until="networkidle")
        page.evaluate("document.fonts.ready.then(() => 0)")
        return page, files

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.full
@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_web_page_takes_few_requests(asked, tag):
    """Each costs a slow phone nearly half a second."""
    _, files = asked(f"ivig/{tag}/index.html")
    assert 3 <= len(set(files)) <= 20, files


@pytest.mark.full
@pytest.mark.parametrize("kind", KINDS)
def test_no_sound_is_fetched_before_play(asked, kind):
    """And then it is: the look at the requests would have seen it."""
    page, files = asked(f"ivig/en-GB/{KINDS[kind]}")
    page.wait_for_timeout(500)
    assert not [f for f in files if Path(f).suffix in AUDIO]
    page.evaluate("document.querySelector('audio').play().catch(() => 0)")
    page.wait_for_timeout(500)
    assert [f for f in files if Path(f).suffix in AUDIO]


def test_the_table_is_that_of_the_bench():
    """docs/reference/weights.md has a row for each page that bench/pages.py opens, and says how to repeat it."""
    text = (ROOT / "docs/reference/weights.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| `([^`]+)` \|", text)
    tags = ("en-GB", "ar", "ur", "hi", "zh-Hans")
    wanted = [f"ivig/{tag}/{page}" for page in KINDS.values() for tag in tags]
    assert rows == [*wanted, "index.html", "ivig/index.html", *(f"languages/{tag}.html" for tag in tags)]
    assert "python bench/pages.py" in text and "make bench" in text
