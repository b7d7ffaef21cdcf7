"""What the tests of the player share."""

from __future__ import annotations

import time
from typing import Any


def until(page: Any, expression: str, value: object = None, seconds: float = 5) -> None:
    """Wait until this holds. Playwright's own wait evaluates strings in the page, which its content policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, value):
        assert time.monotonic() < end, f"not within {seconds} s: {expression}"
        page.wait_for_timeout(20)
