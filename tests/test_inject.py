"""`make faults` in small: every fault planted by rule in one catalogue is caught, and the table can be written."""

from __future__ import annotations

import pytest

from .inject.__main__ import catalogue_faults, file_faults, right_wordings, table

pytestmark = pytest.mark.full


def test_every_fault_planted_by_rule_is_caught(project):
    """In Urdu: right to left, native digits, joined letters."""
    results = catalogue_faults("ur")
    planted = [row for row in results if "written" not in row[1]]
    assert len(planted) > 1000 and not [row for row in planted if not row[4]]
    # Of the sentences written apart, most are caught, and the others are named in the table.
    text = table(results, right_wordings(("ur", "second")), ["ur"], "en-GB", {"ur": []})
    assert all(f"`{context}`" in text for _, _, context, _, codes in results if not codes)


def test_faults_of_finished_files_are_caught(dist):
    for kind in ("pages", "pdf"):
        results = file_faults(("hi", kind, str(dist)))
        assert results and all(codes for *_, codes in results)
