"""Prove a published folder again, with no build at hand: its files against its own record, and the project's words.

Every file is compared with the manifest byte for byte; then each page, PDF and recording is parsed
anew and held against the record of its leaflet, as it was when it was built.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import record, scratch
from .errors import Fault
from .execute import execute
from .files import Unreadable, read_bytes
from .fonts import print_families
from .model import PRINT, RECORDINGS, Edition, Finding, FormatName, Place
from .proof.along import prove_along
from .proof.audio import prove_audio
from .proof.expect import unplaced
from .proof.eyes import prove_by_eye
from .proof.html import prove_page
from .proof.pdf import prove_pdf
from .proof.resynthesis import Resynthesis
from .record import MANIFEST, Listed, ListedEdition, Manifest, read_manifest
from .render.links import AUDIO_FILES, CUES, file_name
from .voices import Voice

_LARGEST = 500_000_000  # bytes of one finished file


@dataclass(frozen=True)
class ProofJob:
    """One finished file to be proved against an edition. `eyes`: a PDF is read by eye too.

    `more` are the transcript and the times of a page that reads along, or for audio the transcript and the chapters. For audio: `voice` speaks, or a person (None); `root` is the project, if it is at hand.
    """

    format: FormatName
    edition: Edition
    path: str
    data: bytes
    voice: Voice | None = None
    eyes: bool = False
    more: tuple[bytes, ...] = ()
    root: Path | None = None


@dataclass(frozen=True)
class Proved:
    """What a proof found: where the warnings stand, and what is wrong."""

    places: tuple[Place, ...]
    findings: tuple[Finding, ...]


def perform_proof(job: ProofJob) -> Proved:
    """Parse one file anew and hold it against its edition. Writes nothing."""
    edition = job.edition
    try:
        if job.format in PRINT:
            edition = edition.told(job.format)
            places, findings, _ = prove_pdf(job.data, edition, job.format, job.path, print_families(edition.language))
            if job.eyes:
                findings += prove_by_eye(job.data, edition, job.format, job.path)
        elif job.format in RECORDINGS:
            return _perform_audio(job)
        else:
            document = edition.text if job.format == "web" else edition.easy_read
            places, findings = prove_page(job.data, edition, document, job.format, job.path)
            if job.more:
                findings += prove_along(job.data, job.more[1], job.more[0], edition, job.format, job.path)
    except Fault as fault:  # what the proof needs is not there, such as the file of a voice
        scratch.ready()  # without room for temporary files no file is to blame
        leaflet, tag = edition.key
        places, findings = (), (Finding("proof-unreadable", fault.what, fault.hint, leaflet, tag, job.format, path=job.path),)
    except Exception as error:  # a file made to break a parser must not end the run
        scratch.ready()
        places, findings = (), (_finding("proof-unreadable", f"the file can't be read: {type(error).__name__}: {error}", job.path, edition.key, job.format),)
    return Proved(places, unplaced(edition, job.format, job.path, places, findings))


def _perform_audio(job: ProofJob) -> Proved:
    """A recording: sentence by sentence where its voice is at hand, else in itself (chapters, transcript, loudness) alone."""
    data, edition, voice = (job.data, *job.more), job.edition.told(job.format), job.voice
    if voice is None or (voice.engine == "piper" and job.root is None):
        _, findings, _ = prove_audio(data, edition, job.path, None, person=voice is None)
        return Proved((), findings)
    places, findings, _ = prove_audio(
        data, edition, job.path, Resynthesis(voice, job.root or Path()), letters=voice.letters, spoken=voice.spoken, slower=voice.rate / voice.slow
    )
    return Proved(places, unplaced(edition, job.format, job.path, places, findings))


def prove_folder(
    folder: Path, executor: Executor | None = None, root: Path | None = None, *, eyes: bool = False
) -> tuple[tuple[Finding, ...], tuple[Proved, ...], Manifest | None]:
    """Everything that is wrong with a published folder, what was proved in it, and its manifest.

    `root` is the project, if it is at hand. Raises `Fault` if it is no such folder.
    """
    try:
        manifest = read_manifest(_read(folder, MANIFEST).decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise Fault(f"{folder} has no {MANIFEST}: it is not a folder of finished leaflets", "name the folder that “build” has written") from error
    except (Fault, Unreadable, ValueError) as error:
        return (_finding("proof-record", _reason(error, MANIFEST), MANIFEST),), (), None
    findings = list(_changed(folder, {f.path: f.sha256 for f in _listed(manifest)}))
    proved: list[Proved] = []
    # Leaflet by leaflet, so that memory holds the files of one at a time.
    for leaflet in _leaflets(manifest):
        rows = [row for row in manifest.editions if row.leaflet == leaflet]
        try:
            known = record.from_text(_read(folder, record.path(leaflet)).decode(), record.path(leaflet))
        except (Fault, Unreadable, OSError, ValueError) as error:
            findings.append(_finding("proof-record", _reason(error, record.path(leaflet)), record.path(leaflet)))
            continue
        findings += _disagree(leaflet, rows, known)
        jobs: list[ProofJob] = []
        for row in rows:
            findings += _jobs(folder, row, known, jobs, root, eyes=eyes)
        proved += execute(perform_proof, jobs, executor)
    findings += [f for p in proved for f in p.findings]
    return tuple(findings), tuple(proved), manifest


def _leaflets(manifest: Manifest) -> list[str]:
    """The leaflets that have something to be proved: files, or a record."""
    made = dict.fromkeys(row.leaflet for row in manifest.editions if _has_files(row))
    recorded = (f.path.removesuffix(f"/{record.NAME}") for f in manifest.assets if f.path.endswith(f"/{record.NAME}"))
    return list(dict.fromkeys((*made, *recorded)))


def _has_files(row: ListedEdition) -> bool:
    return row.published or any(cell.state == "made" for cell in row.formats.values())


def _jobs(folder: Path, row: ListedEdition, known: record.Record, jobs: list[ProofJob], root: Path | None, *, eyes: bool) -> Iterator[Finding]:
    """Add the proofs of one edition to `jobs`; what is wrong with its rows."""
    key = f"{row.leaflet}/{row.language}"
    edition = known.editions.get(key)
    for fmt, cell in row.formats.items():
        if cell.state != "made" or edition is None or edition.digest != row.digest:
            continue
        voice = known.voices.get(row.language)
        wanted = f"{key}/{file_name(fmt, row.leaflet, row.language)}"
        if cell.path != wanted or not cell.files or cell.files[0].path != wanted:
            yield _finding("proof-record", f"{MANIFEST} names {cell.path or 'nothing'} as the {fmt} file, not {wanted}", MANIFEST, edition.key, fmt)
        elif fmt in RECORDINGS and f"{key}/{fmt}" not in known.recorded and (voice is None or not voice.synthetic):
            where = record.path(row.leaflet)
            yield _finding("proof-record", f"{where} has no voice for this recording", where, edition.key, fmt)
        else:
            try:
                beside = [wanted.removesuffix(".mp3") + end for end in AUDIO_FILES[1:]] if fmt in RECORDINGS else []
                listed = {f.path for f in cell.files}
                more = [_read(folder, path) for n, path in enumerate(beside) if n < 2 or path in listed]
                along = [(_read(folder, path), digest) for path, digest in _read_along(row, fmt)]
                if all(hashlib.sha256(data).hexdigest() == digest for data, digest in along):  # else those files are blamed, not the page
                    more += [data for data, _ in along]
                jobs.append(ProofJob(fmt, edition, wanted, _read(folder, wanted), None if f"{key}/{fmt}" in known.recorded else voice, eyes, tuple(more), root))
            except (OSError, Unreadable, ValueError):
                continue  # its loss is a finding already: it is in the list of files


def _read_along(row: ListedEdition, fmt: FormatName) -> Iterator[tuple[str, str]]:
    """The transcript of the recording that a page reads along with, and the times beside the page, if there is one; with their hashes."""
    listed = {f.path: f.sha256 for cell in row.formats.values() for f in cell.files}
    for name, page in RECORDINGS.items():
        if page == fmt and name in row.formats and row.formats[name].state == "made":
            transcript = file_name(name, row.leaflet, row.language).removesuffix(".mp3") + ".vtt"
            for path in (f"{row.leaflet}/{row.language}/{file}" for file in (transcript, CUES[fmt])):
                yield path, listed.get(path, "")


def _disagree(leaflet: str, listed: Sequence[ListedEdition], known: record.Record) -> Iterator[Finding]:
    """Editions that the manifest and the record of a leaflet don't both have, in the same words."""
    rows = {f"{e.leaflet}/{e.language}": e for e in listed if _has_files(e)}
    path = record.path(leaflet)
    for key in sorted(rows.keys() | known.editions.keys()):
        pair = tuple(key.partition("/")[::2])
        if key not in known.editions:
            yield _finding("proof-record", f"{path} does not know this edition", path, pair)
        elif key not in rows:
            yield _finding("proof-record", f"{MANIFEST} does not name this edition, and {path} does", MANIFEST, pair)
        elif known.editions[key].digest != rows[key].digest:
            yield _finding("proof-record", f"{path} and {MANIFEST} are of different editions", path, pair)


def outdated(manifest: Manifest, editions: Mapping[tuple[str, str], Edition]) -> Iterator[Finding]:
    """Published editions whose words are not those of the project any more."""
    for row in manifest.editions:
        key = (row.leaflet, row.language)
        if row.published and (key not in editions or editions[key].digest != row.digest):
            what = "are not those of the project any more" if key in editions else "can't be compared: the project has no such edition, or it is withheld"
            yield _finding("proof-outdated", f"the published words {what}", MANIFEST, key)


def _listed(manifest: Manifest) -> Iterator[Listed]:
    yield from manifest.assets
    for row in manifest.editions:
        for cell in row.formats.values():
            yield from cell.files


def _reason(error: Exception, path: str) -> str:
    return str(error) if isinstance(error, Fault | Unreadable) and str(error) else f"{path} can't be read: {type(error).__name__}"


def _changed(folder: Path, listed: Mapping[str, str]) -> Iterator[Finding]:
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()}
    for path, digest in listed.items():
        try:
            data = _read(folder, path)
        except (OSError, Unreadable, ValueError):
            yield _finding("proof-changed", "the file is missing or can't be read", path)
            continue
        if hashlib.sha256(data).hexdigest() != digest:
            yield _finding("proof-changed", "the file is not the one that was built: its bytes have changed", path)
    for path in sorted(there - set(listed) - {MANIFEST}):
        yield _finding("proof-changed", "the file was not built: someone has put it there", path)


def _read(folder: Path, path: str) -> bytes:
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise Unreadable("it lies outside the folder", "publish again from the project")
    return read_bytes(folder, folder / path, _LARGEST)


def _finding(code: str, message: str, path: str, key: Sequence[str] = ("", ""), fmt: str = "") -> Finding:
    return Finding(code, message, "publish again from the project", key[0], key[1], fmt, path=path)
