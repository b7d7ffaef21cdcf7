"""The second half of the path: render and prove what `checking` found whole; what comes out can be published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .artefacts import Artefacts, keep_files, kept_files, perform_and_keep
from .cache import Cache
from .checking import Checked, Key, Selection, check
from .execute import execute, shares_disk
from .findings import blocking
from .fonts import is_collection
from .jobs import FontJob, Job, Outcome, SpeechJob, font_key, perform_fonts, perform_speech, speech_jobs
from .model import FORMATS, PAGES, PRINT, RECORDINGS, Edition, File, Finding, FormatName, Language, Picture
from .project import Project
from .render.links import Made, page_links
from .translate import all_text
from .validation import not_validated, validation

__all__ = ["Built", "Checked", "Key", "Progress", "Selection", "build", "check"]

@dataclass(frozen=True)
class Built:
    """Everything of a run: what to publish, and what was withheld and why."""

    checked: Checked
    outcomes: Mapping[Key, Mapping[FormatName, Outcome]]
    published: tuple[Key, ...]
    assets: tuple[File, ...]
    findings: tuple[Finding, ...]
    formats: tuple[FormatName, ...] = field(default=FORMATS)


class Progress(Protocol):
    """Told of each stage and of each job that is done."""

    def stage(self, name: str, total: int) -> None: ...
    def step(self, what: str) -> None: ...


def build(
    project: Project,
    checked: Checked,
    selection: Selection,
    executor: Executor | None,
    progress: Progress,
    cache: Path | None = None,
    artefacts: Artefacts | None = None,
    *,
    shared: bool = True,
) -> Built:
    """Render and prove every whole edition. Files of an edition that fails its proof are not handed on.

    `cache` is the folder of sentences that were spoken before; `artefacts` are the finished files of earlier runs.
    Without `shared` the fonts and pictures that the pages use are left out.
    """
    formats = selection.formats or project.settings.formats
    outcomes: dict[Key, dict[FormatName, Outcome]] = {key: {} for key in checked.editions}
    root = project.root

    def done(jobs: Sequence[Job] | SpeechJob) -> None:
        if not isinstance(jobs, SpeechJob):
            for job in jobs:
                progress.step(job.path)

    def known(jobs: Sequence[Job]) -> list[Job]:
        """The jobs that are still to be done; of the others it is known what became of them."""
        if artefacts is None:
            return list(jobs)
        rest = []
        for job in jobs:
            job, outcome = artefacts.find(job)
            if outcome:
                outcomes[outcome.key][outcome.format] = outcome
                done([job])
            else:
                rest.append(job)
        return rest

    def settle(group: Sequence[Job], rows: Sequence[Outcome]) -> None:
        for job, outcome in zip(group, rows, strict=True):
            outcomes[outcome.key][outcome.format] = outcome
            if artefacts:
                artefacts.keep(job, outcome)

    def run(groups: Sequence[Sequence[Job]]) -> None:
        for group, rows in zip(groups, execute(perform_and_keep, groups, _worth(groups, executor), done), strict=True):
            settle(group, rows)

    # Pages name the sizes of the other formats, so print and sound come first. Sound takes longest, so
    # that a validator looks at the PDFs meanwhile.
    heavy = [
        Job(f, e, root, voice=project.voices.get(e.language.tag), eyes=checked.for_release, cache=cache, opus=project.settings.opus)
        for f in (*reversed(tuple(PRINT)), *RECORDINGS)
        for key, e in checked.editions.items()
        if f in formats and not checked.withholds(key, f)
    ]
    pages = [f for f in PAGES if f in formats]
    progress.stage("render and prove", len(heavy) + len(pages) * len(checked.editions))
    heavy = known(heavy)
    printed, spoken = _sharing([job for job in heavy if job.format in PRINT]), [job for job in heavy if job.format in RECORDINGS]
    # Sentences are spoken beside the PDFs, in batches, so that no core waits for the last of either.
    batches = speech_jobs(spoken) if executor and shares_disk(executor) else []  # elsewhere nobody hears what is spoken here
    tasks: list[Sequence[Job] | SpeechJob] = [*printed, *batches]
    failed: dict[tuple[Key, FormatName], Outcome] = {}
    for task, rows in zip(tasks, execute(perform_either, tasks, _worth(tasks, executor), done), strict=True):
        if isinstance(task, SpeechJob):
            failed |= {(o.key, o.format): o for o in rows}
        else:
            settle(task, rows)
    for (key, fmt), outcome in failed.items():
        outcomes[key][fmt] = outcome
    with validation([o for rows in outcomes.values() for o in rows.values()], cache) as judged:
        rest = [job for job in spoken if (job.edition.key, job.format) not in failed]
        run([[job] for job in sorted(rest, key=_length, reverse=True)])
        for outcome in judged():
            outcomes[outcome.key][outcome.format] = outcome
    # Pages link to each other, so each time one falls out the rest are made again without links to it.
    standing = {(key, f) for key in checked.editions for f in pages if not checked.withholds(key, f)}
    while True:
        alive = [key for key in checked.editions if not disproved(outcomes[key].values())]
        standing = {(key, f) for key, f in standing if key in alive}
        run([[job] for job in known([job for key in alive for job in _page_jobs(project, checked.editions, key, standing, outcomes[key])])])
        made = {(key, f) for key, f in standing if outcomes[key][f].files}
        if made == standing:
            break
        standing = made
    shown = [checked.editions[key] for key in alive if any((key, f) in standing for f in pages)]
    assets: tuple[File, ...] = ()
    if shared and shown:
        used: dict[str, set[str]] = {}
        for edition in shown:
            used.setdefault(edition.language.tag, set()).update(all_text(edition))
        pictures = {p.name: p for edition in shown for p in edition.pictures.values()}
        letters = {tag: "".join(sorted(rows)) for tag, rows in used.items()}
        assets = shared_assets(root, {e.language.tag: e.language for e in shown}, letters, pictures, executor, cache)
    every = [o for rows in outcomes.values() for o in rows.values()]
    findings = (*checked.findings, *not_validated(every), *(f for o in every for f in o.findings))
    published = tuple(key for key in alive if any(o.files for o in outcomes[key].values()))
    return Built(checked, outcomes, published, assets, findings, formats)


def _worth(tasks: Sequence[object], executor: Executor | None) -> Executor | None:
    """A single task is done right here: processes take a second to start."""
    return None if len(tasks) == 1 and shares_disk(executor) else executor


def perform_either(task: Sequence[Job] | SpeechJob) -> list[Outcome]:
    """Make files, or speak sentences: then what comes out is what failed."""
    if isinstance(task, SpeechJob):
        return [outcome] if (outcome := perform_speech(task)) else []
    return perform_and_keep(task)


def _length(job: Job) -> int:
    """How long a recording will be, roughly: the longest is begun first."""
    return sum(len(block.text) for block in job.edition.told(job.format).text.blocks)


def _sharing(jobs: Sequence[Job]) -> list[list[Job]]:
    """The jobs one by one; but those of an edition together whose font must be cut first, which takes longer than a PDF."""
    groups: dict[object, list[Job]] = {}
    for job in jobs:
        together = is_collection(job.edition.language.face)
        groups.setdefault(job.edition.key if together else (*job.edition.key, job.format), []).append(job)
    return sorted(groups.values(), key=len, reverse=True)


def disproved(outcomes: Iterable[Outcome]) -> bool:
    """Whether a finished file of the edition failed its proof: then nothing of the edition goes out."""
    return any(f.code.startswith("proof-") for o in outcomes for f in blocking(o.findings))


def _page_jobs(
    project: Project,
    editions: Mapping[Key, Edition],
    key: Key,
    standing: Collection[tuple[Key, FormatName]],
    outcomes: Mapping[FormatName, Outcome],
) -> list[Job]:
    """The pages of one edition; `standing` are all the pages that may be linked to."""
    edition = editions[key]
    pages = [f for f in FORMATS if (key, f) in standing]
    made: dict[FormatName, Made] = {f: o.made for f, o in outcomes.items() if o.made and f not in PAGES}
    made |= {f: Made(0) for f in pages}
    notes: dict[FormatName, str] = {}
    for name, outcome in outcomes.items():
        if name not in made:
            notes[name] = edition.words["audio-unavailable" if outcome.unavailable else "format-withheld"]
    transcripts = {page: outcomes[f].files[1].data for f, page in RECORDINGS.items() if f in made}

    def job(fmt: FormatName) -> Job:
        languages = [e.language for k, e in editions.items() if k[0] == key[0] and (k, fmt) in standing]
        return Job(fmt, edition, project.root, page_links(edition, fmt, languages, made, notes), transcript=transcripts.get(fmt, b""))

    return [job(f) for f in pages]


def shared_assets(
    root: Path,
    languages: Mapping[str, Language],
    letters: Mapping[str, str],
    pictures: Mapping[str, Picture],
    executor: Executor | None,
    cache: Path | None,
) -> tuple[File, ...]:
    """Fonts and pictures that pages use. `letters`: of all pages of each language."""
    jobs = [FontJob(root, languages[tag], used, cache) for tag, used in letters.items()]
    kept = {job.language.tag: kept_files(Cache(cache), font_key(job)) for job in jobs} if cache else {}
    fresh = [job for job in jobs if kept.get(job.language.tag) is None]
    made = execute(perform_fonts, fresh, executor)
    for job, rows in zip(fresh, made, strict=True):
        if cache:
            keep_files(Cache(cache), font_key(job), rows)
    files = {f.path: f for rows in (*made, *kept.values()) if rows for f in rows}
    for picture in pictures.values():
        path = f"assets/pictures/{picture.name}.svg"
        files[path] = File(path, picture.svg.encode())
    return tuple(files[path] for path in sorted(files))
