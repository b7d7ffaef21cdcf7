"""`status` names who has approved, and exactly what is missing."""

from __future__ import annotations

from leafletkit import cli

from ..conftest import TODAY
from ..signoff_support import INTERFACE_PO, STAY, name_translator, rewrite, sign
from .support import WHY


def status(root, capsys):
    capsys.readouterr()
    code = cli.main(["status", "--project", str(root), "--language", "pl"], today=TODAY)
    rows = [row.strip() for row in capsys.readouterr().out.splitlines()]
    return (
        code,
        {
            row.split(":")[0]: row.partition(": ")[2]
            for row in rows
            if row.startswith(("linguistic", "clinical", "heard"))
        },
        rows,
    )


def test_status_names_who_has_approved(signed, capsys):
    code, said, rows = status(signed, capsys)
    assert code == 0 and "pl       whole, approved" in rows
    assert said["linguistic"] == "approved by Ben Example, Translator, 22 November 2026"
    assert said["clinical"] == "approved by Dr Ada Example, Consultant, 22 November 2026"
    assert said["heard"] == "14 strings not signed"


def test_status_names_exactly_the_stale_strings(signed, capsys):
    rewrite(signed, "why", WHY)
    rewrite(
        signed,
        "er-stay-away",
        "Czy w ciągu ostatnich 48 godzin były wymioty?\\nAlbo czy w ciągu ostatnich 48 godzin była biegunka?\\n"
        "**Nie** należy przychodzić w odwiedziny.",
    )
    rewrite(signed, "skip-link", "Przejdź do tekstu", INTERFACE_PO)
    code, said, rows = status(signed, capsys)
    assert code == 0 and "pl       whole, stale" in rows
    assert said["linguistic"] == "changed since: why, er-stay-away, skip-link"
    assert said["clinical"] == "changed since: er-stay-away"


def test_status_of_a_withdrawn_edition(signed, capsys):
    assert sign(signed, "clinical", "--withdraw", "--string", STAY) == 0
    code, _, rows = status(signed, capsys)
    assert code == 1 and any("signoff-withdrawn" in row and STAY in row for row in rows)


def test_status_of_an_approval_by_the_translator(signed, capsys):
    """All strings that need another person are named."""
    name_translator(signed, "Ben Example")
    _, said, _ = status(signed, capsys)
    assert said["linguistic"].startswith("approved only by the translator: title, why, ")
