"""States, sign-offs and facts of the languages: those of the data, and nothing looks approved."""

from __future__ import annotations

import re

from ..conftest import TODAY
from ..pages_support import elements, words
from .support import VARIANTS, Report, column, full, of, signed


@full
@of(*VARIANTS)
def test_the_state_of_each_language(report: Report) -> None:
    """State, sign-offs and facts of the table are those of the data, and of the manifest."""
    states, facts = column(report, "State"), column(report, "Language facts")
    editions = {e["language"]: e for e in report.manifest["editions"]}
    for row in report.data["leaflets"][0]["languages"]:
        assert row["state"] == editions[row["tag"]]["state"] and row["published"] == editions[row["tag"]]["published"]
        assert row["facts"] == facts[row["name"]] and row["facts"]
        assert (
            states[row["name"]]
            == {
                "draft": "Draft",
                "incomplete": "Not whole",
                "not-released": "Not released",
                "stale": "Changed since it was approved",
            }[row["state"]]
        )
        for name, mine in row["sign_off"].items():
            theirs = editions[row["tag"]]["sign_off"][name]
            assert mine["approved_by"] == theirs["approved_by"] and mine["stale"] == theirs["stale"]
            assert (len(mine["missing"]), len(mine["same_person"])) == (theirs["missing"], theirs["same_person"])


@full
@of(signed)
def test_sign_offs(report: Report) -> None:
    """Who has approved what, what has changed since and is approved no longer, and who stands behind the facts."""
    linguistic, clinical = column(report, "Linguistic sign-off"), column(report, "Clinical sign-off")
    assert re.fullmatch(r"\d+ missing, 1 changed since", linguistic["Polish"])
    assert clinical["Polish"] == f"all, by Dr <A> & Co, Linguist, {TODAY:%-d %B %Y}"
    assert column(report, "Language facts") == {"English": "unverified; glossary unverified", "Polish": "verified by C. Nowak; glossary unverified"}
    assert "Changed since their linguistic sign-off: wash-out." in words(report.page)
    assert re.fullmatch(r"\d+ missing", linguistic["English"])


@full
@of(*VARIANTS)
def test_nothing_looks_approved(report: Report) -> None:
    """A matrix full of ticks of drafts says at its head that no draft may go to patients."""
    head = words(next(e for e in elements(report.page) if e.tag == "header"))
    assert ("not a release" in head) != ("This is a release" in head)
    for head in (
        th for t in report.page.iter("table") if t.get("class") == "matrix" for th in t.findall("thead/tr")[0][1:]
    ):
        assert "Approved" not in words(head).split() and len(words(head).split()) >= 2
