"""The finished site, without recordings, and visits to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import conftest
from tests.pages_support import served


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The site of the real project with pages and one size of print: built in seconds."""
    return conftest.built_once(tmp_path_factory, worker_id, "site", "--format", "web", "--format", "easy-read", "--format", "large-print")


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as url:
        yield url


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    """Opens a page; nothing may go wrong on it, and it may ask no other machine for anything."""
    contexts, troubles = [], []

    def opened(path: str, base: str = address, **options: Any) -> Any:
        context = browser.new_context(**({"reduced_motion": "reduce", "viewport": {"width": 1200, "height": 800}, "locale": "en-GB"} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(m.text))
        page.on("pageerror", lambda e: troubles.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith(base) else troubles.append(r.url))
        page.on("requestfailed", lambda r: troubles.append(f"{r.url} failed: {r.failure}"))
        page.on("response", lambda r: None if base.startswith("file:") or r.status in (200, 304) else troubles.append(f"{r.url}: {r.status}"))
        page.goto(f"{base}/{path}", wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []
