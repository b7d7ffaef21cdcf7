"""What runs on a worker of a cluster: it says who it is, unpacks the project once, and does one job at a time.

The scheduler loads this module too, so it imports nothing heavy.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import Literal

from . import toolprint

# These carry the jobs. They change no file, but only the same versions understand each other for sure.
CARRIERS = ("cloudpickle", "dask", "distributed", "msgpack", "tornado")
_KEPT = 2  # projects that stay unpacked

Answer = tuple[Literal["differs"], str, Mapping[str, str]] | tuple[Literal["made"], bytes] | tuple[Literal["raised"], BaseException]

# Jobs share what a process knows of fonts, and WeasyPrint's log; so there is one at a time, however many threads there are.
_one = Lock()
_projects: dict[str, Path] = {}


@lru_cache(maxsize=2)
def said(eyes: bool = False) -> Mapping[str, str]:
    """Everything that must be the same on all machines of a build; with `eyes`, of one that reads PDFs by eye, too."""
    seen = {"tesseract": toolprint.eyes()} if eyes else {}
    return {**toolprint.fingerprint(), **{name: metadata.version(name) for name in CARRIERS}, **seen}


def hand_over(data: bytes) -> bytes:
    """The packed project, as a result that workers fetch from each other: each fetches it once."""
    return data


def perform(data: bytes, digest: str, payload: bytes, ours: str, eyes: bool) -> Answer:
    """Do one job, if this is a worker that makes the same bytes. `data` is the packed project, `ours` the digest of who asks.

    The job is read only after that: one of another version could not be understood.
    """
    here = said(eyes)
    if toolprint.digest(here) != ours:
        return "differs", _address(), here
    with _one:
        try:
            return "made", _made(data, digest, payload)
        except Exception as error:
            return "raised", _portable(error)


def _made(data: bytes, digest: str, payload: bytes) -> bytes:
    from . import bundle, fonts
    from .cache import FOLDER

    root = _project(data, digest)
    fonts.alone()
    kept = os.environ.get(FOLDER)
    function, arguments = bundle.loads(payload, {"root": root, "cache": Path(kept) if kept else root.parent / "cache"})
    return pickle.dumps(function(*arguments), pickle.HIGHEST_PROTOCOL)


def _project(data: bytes, digest: str) -> Path:
    """The unpacked project, in a folder that only this process uses."""
    from . import bundle

    known = _projects.pop(digest, None)
    if known is None or not known.is_dir():
        while len(_projects) >= _KEPT:
            oldest = next(iter(_projects))
            shutil.rmtree(_projects.pop(oldest).parent, ignore_errors=True)
        known = Path(tempfile.mkdtemp(prefix="leafletkit-", dir=_scratch())) / "project"
        known.mkdir()
        bundle.unpack(data, digest, known)
    _projects[digest] = known
    return known


def _portable(error: Exception) -> BaseException:
    """The error itself if it can be read elsewhere, else its words."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _address() -> str:
    from distributed import get_worker

    return str(get_worker().address)


def _scratch() -> str:
    """The worker's own folder, which Dask empties when the worker ends, and after one that was killed."""
    from distributed import get_worker

    return str(get_worker().local_directory)
