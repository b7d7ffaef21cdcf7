"""All leaflets of a project, one shelf after the other: those that have changed are made, the rest is taken over.

The files of a leaflet are written as soon as they are proved, so that memory holds a few leaflets at a time,
however many there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from . import fonts, memo, pipeline
from .artefacts import Artefacts, Step, kept
from .checking import Checked, Selection, check
from .digests import Token, of_rows, of_text
from .entries import Words
from .errors import Fault
from .execute import completed, execute
from .jobs import CutJob, FontJob, font_cuts, perform_cut
from .keys import Keys
from .matrix import TOGETHER, Texts, own_report, report_pieces
from .model import Facts, File, Finding, FormatName, Leaflet
from .pipeline import Progress, shared_assets
from .project import Project, load_shared, with_leaflets
from .publish import Listed, Staging
from .record import MANIFEST
from .report import manifest_head, manifest_tail
from .shelf import More, Shelf, files_of, find, find_more, lasting, shelf_of, store, words_of
from .site import Page, site
from .unchanged import Look

_AT_ONCE = 64  # editions that are made at a time: enough for every core, and few enough to be held in memory


@dataclass(frozen=True)
class Making:
    """What a build starts from. `shared` is the project without its leaflets; `seen`: what is known of the last build."""

    shared: Project
    selection: Selection
    seen: Look
    today: date
    for_release: bool
    jobs: int

    @property
    def formats(self) -> tuple[FormatName, ...]:
        return self.selection.formats or self.shared.settings.formats

    @property
    def cache(self) -> Path:
        return self.seen.cache.folder


@dataclass
class Library:
    """What a build has come to. `keys` are of the shelves that will do for the next build; `made`: the leaflets that were looked at;
    `shared` and `others`: findings about the whole project, and about leaflets that were not asked for. `before`: how their artefacts came to be in the last build; `held`: what the cache would not keep; `system`: the fonts from outside the project, with their hashes;
    `pages`: the keys of the pages of the site; `apart`: whether the report on each leaflet is in files of its own."""

    shelves: list[Shelf] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    shared: tuple[Finding, ...] = ()
    others: tuple[Finding, ...] = ()
    before: dict[str, Mapping[str, Step]] = field(default_factory=dict)
    held: dict[str, More] = field(default_factory=dict)
    words: dict[str, Mapping[str, str]] = field(default_factory=dict)
    system: Mapping[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    apart: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(dict.fromkeys((*self.shared, *(f for shelf in self.shelves for f in shelf.findings), *self.others)))


def make(making: Making, names: Sequence[str], staging: Staging, known: Mapping[str, tuple[Token, str]], executor: Executor | None, local: Executor | None, progress: Progress) -> Library:
    """The shelves of these leaflets; all their files are in `staging` afterwards.

    `executor` makes files; `local` does what needs this machine's disk. `known` are the files of the published folder
    as the last build has left them.
    """
    apart = len(names) > TOGETHER
    library = Library(system=_system_fonts(making), shared=making.shared.findings, apart=apart)
    around = of_text("\0".join((making.seen.how, making.seen.inputs.of(""), of_rows(library.system), str(apart))))
    keys = {name: of_text(around + name + making.seen.inputs.of(name)) for name in names}
    found = {name: shelf for name, key in keys.items() if (shelf := find(making.seen.cache, key, name, apart=apart)) and shelf.holds(making.today)}
    around_all = words_of(making.seen.cache, {e.words for shelf in found.values() for e in shelf.title.entries})
    library.words |= around_all or {}
    whole = [name for name, shelf in found.items() if around_all is not None and _taken_over(keys[name], shelf, staging, known, making)]
    library.keys = {name: keys[name] for name in whole}
    shelves = {name: found[name] for name in whole}
    for batch in _batches(making, [name for name in names if name not in shelves]):
        for name in batch:
            if before := find_more(making.seen.cache, making.seen.state.shelves.get(name, "")):
                library.before[name] = before.steps
        rows = list(_made(making, batch, apart, staging, executor, local, progress))
        still = making.seen.inputs.still(making.shared.root, making.seen.digests, *batch)
        for name, shelf, more, words, lasts in rows:
            shelves[name] = shelf
            library.made.add(name)
            library.words |= words
            # Somebody may have saved a file while the leaflet was made: then nobody knows which words it has.
            if lasts and name in still:
                library.keys[name] = keys[name]
                if store(making.seen.cache, keys[name], shelf, more, words):
                    continue
            library.held[name] = more
    library.shelves = [shelves[name] for name in names if shelves[name].title.wanted]
    library.others = tuple(f for name in names if not shelves[name].title.wanted for f in shelves[name].findings)
    return library


def _system_fonts(making: Making) -> Mapping[str, str]:
    """The files of all fonts that the project's languages are set in, and what they hold."""
    out = {}
    for language in making.shared.languages.values():
        for face in (language.face, language.easy_read_face, fonts.LATIN):
            for file in (face.regular, face.bold):
                try:
                    path = str(fonts.locate(file))
                except fonts.FontMissing:
                    continue
                out[path] = making.seen.digests.file(path)
    return out


def _taken_over(key: str, shelf: Shelf, staging: Staging, known: Mapping[str, tuple[Token, str]], making: Making) -> bool:
    """Take over all files of a leaflet: from the published folder, else from the cache. False if one is nowhere to be had."""
    all_files = [*filter(None, [shelf.record]), *shelf.report, *shelf.files]
    lacking = [file for file in all_files if not staging.take(file.path, file.sha256, file.bytes, known.get(file.path))]
    more = find_more(making.seen.cache, key) if lacking else None
    found: dict[str, bytes] = {}
    if more and shelf.record:
        found[shelf.record.path] = more.record.encode()
    if more and shelf.report:
        found |= {f.path: f.data for f in own_report(shelf.part, more.texts, making.shared.settings.publisher, release=making.for_release)}
    for file in lacking:
        if file.key and file.path not in found and (outcome := kept(making.seen.cache, file.key)):
            found |= {f.path: f.data for f in outcome.files}
        data = found.get(file.path)
        if data is None or hashlib.sha256(data).hexdigest() != file.sha256:
            staging.drop(f.path for f in all_files)
            return False
        staging.write(File(file.path, data))
    return True


def _batches(making: Making, names: Sequence[str]) -> Iterator[list[str]]:
    size = max(1, _AT_ONCE // max(1, len(making.shared.settings.languages)))
    for start in range(0, len(names), size):
        yield list(names[start : start + size])


def _made(making: Making, names: Sequence[str], apart: bool, staging: Staging, executor: Executor | None, local: Executor | None, progress: Progress) -> Iterator[tuple[str, Shelf, More, Words, bool]]:
    """Make some leaflets, and write their files."""
    jobs = [CheckJob(making.shared.root, name, making.selection, making.today, making.for_release, making.seen.how + making.seen.inputs.of(""), making.cache) for name in names]
    if len(jobs) > 1:
        rows = execute(perform_check, jobs, local)
    else:
        rows = [_checked(with_leaflets(making.shared, [job.leaflet]), job) for job in jobs]
    checked = _together([c for _, _, c in rows], making)
    leaflets = tuple(x for found, _, _ in rows for x in found)
    findings = tuple(dict.fromkeys(f for _, more, _ in rows for f in more))
    project = replace(making.shared, leaflets=leaflets, findings=findings)
    artefacts = Artefacts(making.seen.cache, Keys(project.root, making.seen.tools, making.seen.digests))
    built = pipeline.build(project, checked, making.selection, executor, progress, making.cache, artefacts, shared=False)
    for name in names:
        shelf, more, words = shelf_of(built, project, name, artefacts.steps, making.today, apart=apart)
        own = own_report(shelf.part, more.texts, project.settings.publisher, release=making.for_release) if apart else ()
        for file in (*files_of(built, name), *own):
            staging.write(file)
        if shelf.record:
            staging.write(File(shelf.record.path, more.record.encode()))
        yield name, shelf, more, words, lasting(built, name)


@dataclass(frozen=True)
class CheckJob:
    """One leaflet to be read and checked in all its languages. `key`: of all that the leaflets share."""

    root: Path
    leaflet: str
    selection: Selection
    today: date
    for_release: bool
    key: str
    cache: Path | None = None


Row = tuple[tuple[Leaflet, ...], tuple[Finding, ...], Checked]


def perform_check(job: CheckJob) -> Row:
    """The leaflet, every finding of the project and of it, and its whole editions; those without what only checks ask."""
    with memo.use(job.cache):
        shared = _shared(job.root, job.key)
    leaflets, findings, checked = _checked(with_leaflets(shared, [job.leaflet]), job)
    lean = {key: replace(e, language=replace(e.language, facts=Facts())) for key, e in checked.editions.items()}
    return leaflets, findings, replace(checked, editions=lean)


@lru_cache(maxsize=1)
def _shared(root: Path, _key: str) -> Project:
    """What leaflets share, read once a process."""
    return load_shared(root)


def _checked(project: Project, job: CheckJob) -> Row:
    with memo.use(job.cache):
        return project.leaflets, project.findings, check(project, job.selection, job.today, for_release=job.for_release)


@dataclass(frozen=True)
class Summary:
    """What `check` says of some leaflets: how many editions are wanted, how many whole, and every finding."""

    wanted: int
    whole: int
    findings: tuple[Finding, ...]


def perform_summary(job: CheckJob) -> Summary:
    """One leaflet, read and checked, in short."""
    _, _, checked = _checked(with_leaflets(_shared(job.root, job.key), [job.leaflet]), job)
    return Summary(len(checked.wanted), len(checked.editions), checked.findings)


def check_all(shared: Project, names: Sequence[str], selection: Selection, today: date, executor: Executor | None, *, for_release: bool) -> Summary:
    """Read and check leaflets, each apart, so that memory holds a few at a time. Nothing is remembered."""
    wanted = whole = 0
    findings = dict.fromkeys(check(shared, selection, today, for_release=for_release).findings)
    jobs = (CheckJob(shared.root, name, selection, today, for_release, "") for name in names)
    for _, _, row in completed(perform_summary, jobs, executor):
        wanted, whole = wanted + row.wanted, whole + row.whole
        findings |= dict.fromkeys(row.findings)
    return Summary(wanted, whole, tuple(findings))


def _together(rows: Sequence[Checked], making: Making) -> Checked:
    return Checked(
        tuple(key for row in rows for key in row.wanted),
        {key: edition for row in rows for key, edition in row.editions.items()},
        tuple(dict.fromkeys(f for row in rows for f in row.findings)),
        making.for_release,
        making.shared.settings.source_language,
    )


def finish(making: Making, library: Library, staging: Staging, local: Executor | None) -> None:
    """Write everything of dist/ that is not a leaflet's own: fonts, pictures, the site, the report, the manifest (last)."""
    project, shelves = making.shared, library.shelves
    letters: dict[str, set[str]] = {}
    for shelf in shelves:
        for tag, used in shelf.used.items():
            letters.setdefault(tag, set()).update(used)
    pictures = {name: project.pictures[name] for shelf in shelves for name in shelf.pictures}
    used_letters = {tag: "".join(sorted(rows)) for tag, rows in letters.items()}

    def cut(more: Sequence[fonts.Cut]) -> None:
        """Cut all fonts of the site on all cores; those that take longest first."""
        own = [c for tag, used in used_letters.items() for c in font_cuts(FontJob(project.root, project.languages[tag], used, making.cache)).values()]
        fresh = [c for c in dict.fromkeys((*own, *more)) if not _known(c)]
        jobs = [CutJob(project.root, making.cache, c) for c in sorted(fresh, key=_work, reverse=True)]
        execute(perform_cut, jobs, local)

    own_fonts = {f"assets/fonts/{tag}.css" for tag in letters}
    partial = bool(making.selection.leaflets or making.selection.languages)
    pages, rest = site(
        [shelf.title for shelf in shelves], library.words, project.languages, project.root / "styles", own_fonts, making.formats,
        project.settings.source_language, partial=partial, cut=cut,
    )  # fmt: skip
    assets = shared_assets(project.root, project.languages, used_letters, pictures, None, making.cache)
    listed = [staging.write(file) for file in (*assets, *rest)] + _pages(making, library, pages, staging)

    def texts(name: str) -> Texts:
        found = library.held.get(name) or find_more(making.seen.cache, library.keys.get(name, ""))
        if found is None:
            raise Fault(f"what was kept of {name} is gone from the cache in mid-build", "build again")
        return found.texts

    junit = {shelf.leaflet: shelf.junit for shelf in shelves}
    report = report_pieces([s.part for s in shelves], texts, junit.__getitem__, library.findings, project.settings.publisher, release=making.for_release, apart=library.apart)
    for path, text in report:
        if path.endswith((".json", ".xml")):
            staging.append(path, text)
        else:
            listed.append(staging.write(File(path, text.encode())))
    listed += staging.appended()
    listed += [Listed(f.path, f.sha256, f.bytes) for s in shelves for f in (*filter(None, [s.record]), *s.report)]
    staging.append(MANIFEST, manifest_head())
    for number, rows in enumerate(filter(None, (shelf.rows for shelf in shelves))):
        staging.append(MANIFEST, (",\n" if number else "") + rows)
    named = {font for shelf in shelves for font in shelf.fonts}
    staging.append(MANIFEST, manifest_tail(named, listed))


def _pages(making: Making, library: Library, pages: Sequence[Page], staging: Staging) -> list[Listed]:
    """Write the pages of the site. One that says the same as in the last build is taken over from it, or from the cache."""
    styles, state = _styles(making), making.seen.state
    listed: list[Listed] = []
    fresh: dict[str, bytes] = {}
    for page in pages:
        name = f"page {making.seen.tools} {styles} {page.key}"
        library.pages[page.path] = of_text(name)
        known = state.outputs.get(page.path)
        if known and state.pages.get(page.path) == library.pages[page.path] and staging.take(page.path, known[1], known[0][0], known):
            listed.append(Listed(page.path, known[1], known[0][0]))
            continue
        data = making.seen.cache.get(name)
        if data is None:
            data = fresh[name] = page.make()
        listed.append(staging.write(File(page.path, data)))
    if styles == _styles(making) and making.seen.digests.moved.isdisjoint(str(path) for path in _templates(making.shared.root)):
        for name, data in fresh.items():
            making.seen.cache.put(name, data)
    else:  # somebody has saved a template meanwhile, and nobody knows which one was used
        library.pages.clear()
    return listed


def steps_of(making: Making, library: Library, name: str) -> Mapping[str, Step]:
    """How each artefact of a leaflet came to be."""
    found = library.held.get(name) or find_more(making.seen.cache, library.keys.get(name, ""))
    return found.steps if found else {}


def _known(cut: fonts.Cut) -> bool:
    """Whether there is nothing to cut: it is in the cache, or its font is missing."""
    try:
        return cut.known
    except fonts.FontMissing:
        return True


def _work(cut: fonts.Cut) -> tuple[int, int]:
    try:
        return cut.work
    except fonts.FontBroken:
        return 0, 0  # cutting it will say what is wrong


def _styles(making: Making) -> str:
    return of_rows({path.name: making.seen.digests.file(path) for path in _templates(making.shared.root)})


def _templates(root: Path) -> list[Path]:
    return sorted(p for p in (root / "styles/templates").glob("*") if p.is_file())
