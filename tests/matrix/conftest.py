"""Fixtures: the report of a variant of the small project, and a way to visit it in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..pages_support import served
from .support import Report, report_of


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@pytest.fixture
def report(request: pytest.FixtureRequest, base: Path) -> Report:
    return report_of(request.param, base)


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens the report of a folder, served or as a file; nothing may go wrong, and no other machine may be asked."""
    contexts, troubles, ends = [], [], []

    def opened(folder: Path, *, as_file: bool = False, path: str = "report/index.html", **options: Any) -> Any:
        site = served(folder)
        address = folder.as_uri() if as_file else site.__enter__()
        if not as_file:
            ends.append(site)
        context = browser.new_context(
            **({"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}} | options)
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(m.text))
        page.on("pageerror", lambda e: troubles.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith(f"{address}/") else troubles.append(r.url))
        page.on("requestfailed", lambda r: troubles.append(f"{r.url} failed: {r.failure}"))
        page.on("response", lambda r: troubles.append(f"{r.url}: {r.status}") if r.status not in (200, 0) else None)
        page.goto(f"{address}/{path}", wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()
    for site in ends:
        site.__exit__(None, None, None)
    assert troubles == []
