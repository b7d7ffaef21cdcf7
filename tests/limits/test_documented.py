"""The limits that are documented are those that hold."""

from __future__ import annotations

import re

from leafletkit import limits

from ..conftest import ROOT

PAGE = ROOT / "docs" / "reference" / "limits.md"


def test_the_page_lists_every_limit_and_its_number() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([\d,]+) \|", PAGE.read_text(), re.MULTILINE)
    constants = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert {name: int(value.replace(",", "")) for name, value in rows} == constants
    assert len(rows) == len(constants)
