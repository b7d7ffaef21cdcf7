"""Prove a published folder again, with no build at hand: its files against its own record, and the project's words.

Every file is compared with the manifest byte for byte; then each page, PDF and recording is parsed
anew and held against record.json, as it was when it was built.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from . import record
from .errors import Fault
from .execute import execute
from .files import Unreadable, read_bytes
from .fonts import print_families
from .model import Edition, Finding, FormatName, Place
from .proof.audio import prove_audio
from .proof.espeak import Engine
from .proof.html import prove_page
from .proof.pdf import prove_pdf
from .voices import Voice

MANIFEST = "manifest.json"
_LARGEST = 500_000_000  # bytes of one finished file


@dataclass(frozen=True)
class ProofJob:
    """One finished file to be proved against an edition. `voice` is for audio; None: a person speaks."""

    format: FormatName
    edition: Edition
    path: str
    data: bytes
    voice: Voice | None = None


@dataclass(frozen=True)
class Proved:
    """What a proof found: where the warnings stand, and what is wrong."""

    job_path: str
    places: tuple[Place, ...]
    findings: tuple[Finding, ...]


def perform_proof(job: ProofJob) -> Proved:
    """Parse one file anew and hold it against its edition. Writes nothing."""
    edition = job.edition
    try:
        if job.format == "large-print":
            places, findings, _ = prove_pdf(job.data, edition, job.path, print_families(edition.language))
        elif job.format == "audio":
            # What a person has recorded is not in the folder: those files are proved by their hash alone.
            places, findings, _ = prove_audio(job.data, edition, job.path, Engine(job.voice)) if job.voice else ((), (), 0.0)
        else:
            document = edition.text if job.format == "web" else edition.easy_read
            places, findings = prove_page(job.data, edition, document, job.format, job.path)
    except Exception as error:  # a file made to break a parser must not end the run
        places, findings = (), (_finding("proof-unreadable", f"the file can't be read: {type(error).__name__}: {error}", job.path, edition.key, job.format),)
    return Proved(job.path, places, findings)


def prove_folder(folder: Path, executor: Executor | None = None) -> tuple[tuple[Finding, ...], tuple[Proved, ...]]:
    """Everything that is wrong with a published folder, and what was proved in it. Raises `Fault` if it is none."""
    try:
        manifest = json.loads(_read(folder, MANIFEST))
        listed = dict(_listed(manifest))
    except FileNotFoundError as error:
        raise Fault(f"{folder} has no {MANIFEST}: it is not a folder of finished leaflets", "name the folder that “build” has written") from error
    except (Unreadable, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return (_finding("proof-record", f"{MANIFEST} can't be read: {type(error).__name__}", MANIFEST),), ()
    findings = list(_changed(folder, listed))
    try:
        known = record.from_text(_read(folder, record.PATH).decode())
    except (Fault, OSError, ValueError) as error:
        return (*findings, _finding("proof-record", str(error) or type(error).__name__, record.PATH)), ()
    jobs = []
    for row in manifest["editions"]:
        edition = known.editions.get(f"{row['leaflet']}/{row['language']}")
        made = {fmt: cell for fmt, cell in row["formats"].items() if cell["state"] == "made"}
        if made and edition is None:
            findings.append(_finding("proof-record", f"{record.PATH} does not know this edition", record.PATH, (row["leaflet"], row["language"])))
        elif made and edition and edition.digest != row["digest"]:
            findings.append(_finding("proof-record", f"{record.PATH} and {MANIFEST} are of different editions", record.PATH, edition.key))
        elif edition:
            for fmt, cell in made.items():
                try:
                    data = _read(folder, cell["path"])
                except (OSError, Unreadable):
                    continue  # its loss is a finding already
                jobs.append(ProofJob(fmt, edition, cell["path"], data, None if cell.get("recorded") else known.voices.get(row["language"])))
    proved = tuple(execute(perform_proof, jobs, executor))
    findings += [f for p in proved for f in p.findings]
    return tuple(findings), proved


def outdated(manifest: Mapping[str, Any], editions: Mapping[tuple[str, str], Edition]) -> Iterator[Finding]:
    """Published editions whose words are not those of the project any more."""
    for row in manifest["editions"]:
        key = (row["leaflet"], row["language"])
        if row["published"] and (key not in editions or editions[key].digest != row["digest"]):
            what = "are not those of the project any more" if key in editions else "can't be compared: the project has no such edition, or it is withheld"
            yield _finding("proof-outdated", f"the published words {what}", MANIFEST, key)


def _listed(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(path, sha256) of every file that a manifest names."""
    rows = [*manifest["assets"], *(f for e in manifest["editions"] for cell in e["formats"].values() for f in cell.get("files", ()))]
    for row in rows:
        yield str(row["path"]), str(row["sha256"])


def _changed(folder: Path, listed: Mapping[str, str]) -> Iterator[Finding]:
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()}
    for path, digest in listed.items():
        try:
            data = _read(folder, path)
        except (OSError, Unreadable):
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
