"""The PDFs of a build before a judge from outside: veraPDF, if there is Java to run it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from . import scratch
from .cache import Cache
from .errors import Fault
from .jobs import Outcome
from .model import PRINT, Finding
from .proof.pdf_ua import Report, Validation, has_java, judge

PASSED = b"passed"


@contextmanager
def validation(outcomes: Sequence[Outcome], cache: Path | None = None) -> Iterator[Callable[[], list[Outcome]]]:
    """Start to validate the PDFs among these; what is given waits for the end, and gives their outcomes anew.

    A PDF that breaks a rule, or that nobody could judge though there is Java, has no files any more. `cache` keeps
    which files have passed, so that the same bytes are not judged twice.
    """
    every = [o for o in outcomes if o.format in PRINT and o.files]
    if not every or not has_java():
        yield lambda: [replace(o, pdf_ua="not validated") for o in every]
        return
    verdicts = Cache(cache) if cache else None
    passed = [replace(o, pdf_ua="passed") for o in every if verdicts and verdicts.get(_verdict(o)) == PASSED]
    known = {(o.key, o.format) for o in passed}
    made = [o for o in every if (o.key, o.format) not in known]
    if not made:
        yield lambda: passed
        return

    def failed(fault: Fault) -> list[Outcome]:
        scratch.ready()  # without room for temporary files no PDF is to blame
        return [_failed(o, (_finding(o, fault.what, fault.hint),)) for o in made]

    def judged() -> list[Outcome]:
        try:
            rows = [_judged(o, report) for o, report in zip(made, running.reports(), strict=True)]
        except Fault as fault:
            rows = failed(fault)
        for outcome in rows:
            if verdicts and outcome.pdf_ua == PASSED.decode():
                verdicts.put(_verdict(outcome), PASSED)
        return passed + rows

    try:
        running = Validation([o.files[0].data for o in made])
    except Fault as fault:
        late = passed + failed(fault)
        yield lambda: late
        return
    with running:
        yield judged


def _verdict(outcome: Outcome) -> str:
    """What the verdict on a PDF is kept under: the judge, and the bytes judged."""
    return f"verdict {judge()} {hashlib.sha256(outcome.files[0].data).hexdigest()}"


def not_validated(outcomes: Iterable[Outcome]) -> tuple[Finding, ...]:
    """One finding for a whole run in which nobody could judge the PDFs."""
    if not any(o.pdf_ua == "not validated" for o in outcomes):
        return ()
    return (Finding("pdf-not-validated", "no PDF was validated against PDF/UA-1: there is no Java", "install it: sudo apt-get install default-jre-headless"),)


def _judged(outcome: Outcome, report: Report) -> Outcome:
    findings = tuple(_finding(outcome, *row) for row in report.rows())
    return _failed(outcome, findings) if findings else replace(outcome, pdf_ua="passed")


def _failed(outcome: Outcome, findings: tuple[Finding, ...]) -> Outcome:
    return Outcome(outcome.format, outcome.key, findings=findings)


def _finding(outcome: Outcome, message: str, hint: str) -> Finding:
    return Finding("proof-pdf-ua", message, hint, *outcome.key, outcome.format, "", outcome.files[0].path)
