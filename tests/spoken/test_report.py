"""The table in the docs is of these lexicons and these voices."""

from __future__ import annotations

from .report import PAGE, page


def test_the_page_is_up_to_date() -> None:
    """“make lexicon” would write what is there."""
    assert PAGE.read_text("utf-8") == page()
