"""Finished files with their proofs, kept from one build to the next under the key of all they depend on.

An entry is a line of JSON (what became of the job) and the bytes of its files. It holds data only, never
code: a cache that is shared between machines can't make them run anything. Only what was proved is kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from . import strict
from .cache import Cache
from .digests import Digests
from .errors import Fault
from .jobs import Job, Outcome, perform_all
from .keys import Keys, key_of, missing_parts
from .model import File
from .toolprint import digest, fingerprint

T = TypeVar("T")
_TICK = 10_000_000  # nanoseconds: how far the clock of files may lag behind


@dataclass(frozen=True)
class Step:
    """How one artefact came to be in this run: by which key, of which parts, and whether it was kept from an earlier run."""

    key: str
    parts: Mapping[str, str]
    kept: bool


@dataclass
class Artefacts:
    """What earlier runs have left, and what this one does with it. `steps` are by the path of the main file."""

    cache: Cache
    keys: Keys
    steps: dict[str, Step] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)

    def find(self, job: Job) -> tuple[Job, Outcome | None]:
        """A job with its key, and what became of it in an earlier run."""
        self._asked[job.path] = time.time_ns()
        try:
            parts = self.keys.parts(job)
        except Fault as fault:  # the job itself will say what is missing
            self.steps[job.path] = Step("", missing_parts(fault), False)
            return job, None
        key = key_of(parts)
        outcome = kept(self.cache, key)
        if outcome and not _fits(outcome, job):
            outcome = None
        self.steps[job.path] = Step(key, parts, outcome is not None)
        return replace(job, key=key, cache=self.cache.folder), outcome

    def keep(self, job: Job, outcome: Outcome) -> None:
        """Keep what became of a job that was done where this cache was not at hand."""
        if job.key and job.key not in self.cache and is_still(job, self.keys, self._asked.get(job.path, 0)):
            keep(self.cache, job.key, outcome)



def _fits(outcome: Outcome, job: Job) -> bool:
    """Whether an outcome is one of this job, and its files go where such files go."""
    paths = [file.path for file in outcome.files]
    mine = (outcome.key, outcome.format) == (job.edition.key, job.format) and bool(paths) != bool(outcome.unavailable)
    return mine and paths[:1] in ([], [job.path]) and all(lies_in("/".join(job.edition.key), path) for path in paths)


def lies_in(folder: str, path: str) -> bool:
    """Whether a path, as an entry of the cache names it, leads to a place below a folder of what is published."""
    return path.startswith(f"{folder}/") and not {"", ".", ".."} & set(path.split("/")) and "\0" not in path


def pack(value: object, blobs: Sequence[bytes] = ()) -> bytes:
    """A value of our dataclasses, and bytes, as one row of bytes."""
    sizes = strict.to_text([len(blob) for blob in blobs])
    return b"".join((sizes.encode(), b"\n", strict.to_text(value).encode(), b"\n", *blobs))


def unpack(data: bytes, kind: type[T]) -> tuple[T, tuple[bytes, ...]] | None:
    """What was packed; None if it is something else, for example of another version of the toolkit."""
    first = data.find(b"\n")
    second = data.find(b"\n", first + 1)
    if min(first, second) < 0:
        return None
    try:
        sizes = strict.from_text(data[:first], list[int])
        value = strict.from_text(data[first + 1 : second], kind)
    except strict.FAULTS:
        return None
    at = second + 1
    if at + sum(sizes) != len(data) or min(sizes, default=0) < 0:
        return None
    blobs = []
    for size in sizes:
        blobs.append(data[at : at + size])
        at += size
    return value, tuple(blobs)


def keep(cache: Cache, key: str, outcome: Outcome) -> None:
    """Keep what became of a job, if it is good: a failure may be the machine's, and is tried again."""
    if key and ((outcome.files and not outcome.findings) or outcome.unavailable):
        bare = replace(outcome, files=tuple(File(file.path, b"") for file in outcome.files))
        cache.put(key, pack(bare, [file.data for file in outcome.files]))


def perform_and_keep(jobs: Sequence[Job]) -> list[Outcome]:
    """Do jobs where this process runs, and keep what became of each in the cache that it names: what is done stays done."""
    began = time.time_ns()
    outcomes = perform_all(jobs)
    for job, outcome in zip(jobs, outcomes, strict=True):
        if job.cache and job.key and is_still(job, _keys(job.root), began):
            keep(Cache(job.cache), job.key, outcome)
    return outcomes


def is_still(job: Job, keys: Keys, began: int) -> bool:
    """Whether a job that is done still has its key, and no file that it depends on was written since it began (nanoseconds since 1970).

    Somebody may have saved a style meanwhile, or saved it and taken it back: then nobody knows which one was used.
    """
    keys.digests.latest = 0
    try:
        return key_of(keys.parts(job)) == job.key and keys.digests.latest < began - _TICK
    except Fault:
        return False


@lru_cache(maxsize=4)
def _keys(root: Path) -> Keys:
    return Keys(root, digest(fingerprint()), Digests())


def keep_files(cache: Cache, key: str, files: Sequence[File]) -> None:
    """Keep files that are no artefact of an edition, such as fonts."""
    cache.put(key, pack([file.path for file in files], [file.data for file in files]))


def kept_files(cache: Cache, key: str) -> tuple[File, ...] | None:
    """What `keep_files` has kept."""
    data = cache.get(key)
    found = unpack(data, list[str]) if data else None
    if found is None or len(found[0]) != len(found[1]) or not all(lies_in("assets/fonts", path) for path in found[0]):
        return None
    return tuple(File(path, blob) for path, blob in zip(*found, strict=True))


def kept(cache: Cache, key: str) -> Outcome | None:
    """What was kept; None if there is nothing, or nothing sound."""
    data = cache.get(key)
    found = unpack(data, Outcome) if data else None
    if found is None or len(found[0].files) != len(found[1]):
        return None
    return replace(found[0], files=tuple(File(file.path, blob) for file, blob in zip(found[0].files, found[1], strict=True)))
