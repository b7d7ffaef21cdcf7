"""The folder for temporary files: whether it can be used, and one in it for the processes of a run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import Fault

_LEAST = 1 << 20  # bytes: a sentence, or a PDF on its way to the validator, needs as much
_NAME = "TMPDIR"


class NoRoom(Fault):
    """The machine has no room for temporary files. No leaflet is to blame, so the whole run ends and the old files stay."""


def ready() -> None:
    """Raise `NoRoom` if temporary files can't be written. Where somebody has named a folder for them, no other is taken in its place."""
    # What Python would do: look for another folder, and say so to nobody.
    place = os.environ.get(_NAME) or tempfile.tempdir or ""
    try:
        place = place or tempfile.gettempdir()
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(bytes(_LEAST))
    except OSError as error:
        what = f"temporary files can't be written{f' into {place}' if place else ''}: {error.strerror or error}"
        raise NoRoom(what, f"make room, or name a folder that can be written in {_NAME}; the old files are untouched") from error


@contextmanager
def shared() -> Iterator[str]:
    """A folder for the temporary files of several processes. What they leave when they are stopped goes with it. Raises `NoRoom`."""
    ready()
    with tempfile.TemporaryDirectory(prefix="leafletkit-run-", dir=os.environ.get(_NAME) or None, ignore_cleanup_errors=True) as folder:
        yield folder


def use(folder: str) -> None:
    """Let all temporary files of this process, and of those that it starts, go into a folder."""
    tempfile.tempdir = os.environ[_NAME] = folder
