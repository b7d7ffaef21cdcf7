"""The path from end to end: what falls out on the way is linked to by nothing that stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from leafletkit import jobs, pipeline
from leafletkit.jobs import Job, Outcome
from leafletkit.model import Finding
from leafletkit.project import load

from .conftest import TODAY


class Silent:
    def stage(self, name: str, total: int) -> None: ...
    def step(self, what: str) -> None: ...


@pytest.mark.full
@pytest.mark.parametrize(("code", "polish_web"), [("render-failed", True), ("proof-warning-missing", False)])
def test_a_page_that_falls_out_is_not_linked(small: Path, monkeypatch: pytest.MonkeyPatch, code: str, polish_web: bool) -> None:
    """A page that could not be made loses its links; one that is disproved takes its whole edition along."""
    real = jobs.perform

    def perform(job: Job) -> Outcome:
        if job.format == "easy-read" and job.edition.language.tag == "pl":
            return Outcome(job.format, job.edition.key, findings=(Finding(code, "x", "y", *job.edition.key, job.format),))
        return real(job)

    monkeypatch.setattr(jobs, "perform", perform)
    project = load(small)
    selection = pipeline.Selection(formats=("web", "easy-read"))
    built = pipeline.build(project, pipeline.check(project, selection, TODAY), selection, None, Silent())

    def page(tag: str, fmt: str) -> str:
        return built.outcomes["clean-hands", tag][fmt].files[0].data.decode()  # type: ignore[index]

    assert (("clean-hands", "pl") in built.published) is polish_web
    assert "../pl/easy-read.html" not in page("en-GB", "easy-read")
    assert ("../pl/index.html" in page("en-GB", "web")) is polish_web
    assert 'href="easy-read.html"' in page("en-GB", "web")
    if polish_web:
        assert 'href="easy-read.html"' not in page("pl", "web")
