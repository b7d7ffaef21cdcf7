"""Results kept from one run to the next, in a folder that several runs and projects share.

An entry is found by a key that names everything it depends on. It carries a hash of its own bytes: a
damaged or half-written one is as good as none. A folder that can't be written costs time, never a build.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_DAY, _HALF = 86_400, 3_600  # seconds; what is half-written for an hour, nobody is writing any more
_NAME = re.compile("[0-9a-f]{62}")
FOLDER = "LEAFLETKIT_CACHE"  # the environment's name for the folder


@dataclass(frozen=True)
class Cache:
    """A folder of entries. Values are bytes; any process may write at any time."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        """The bytes kept under a key; None if there are none, or not the ones that were put there."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            _use(path)
        except OSError:
            return None
        digest, value = data[:32], data[32:]
        return value if hashlib.sha256(key.encode() + b"\0" + value).digest() == digest else None

    def put(self, key: str, value: bytes) -> None:
        """Keep bytes under a key, whole or not at all."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(key.encode() + b"\0" + value).digest() + value)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)

    def __contains__(self, key: str) -> bool:
        """Whether there is an entry; `get` says whether it is sound."""
        return self._path(key).is_file()

    def clean(self, before: float) -> tuple[int, int]:
        """Remove the entries that nobody has asked for since a time (seconds since 1970), and what killed runs have left half-written.

        How many entries that were, and how many bytes. Only what looks like an entry is touched.
        """
        count = size = 0
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            half = path.name.startswith(".new-")
            with contextlib.suppress(OSError):
                found = path.lstat()
                old = found.st_mtime < (min(before, time.time() - _HALF) if half else before)
                if old and stat.S_ISREG(found.st_mode) and (half or _NAME.fullmatch(path.name)):
                    path.unlink()
                    count, size = count + 1, size + found.st_size
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            with contextlib.suppress(OSError):
                folder.rmdir()
        return count, size

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / name[:2] / name[2:]


def _use(path: Path) -> None:
    """Note that an entry was asked for; once a day will do."""
    if path.stat().st_mtime < time.time() - _DAY:
        with contextlib.suppress(OSError):  # somebody else's entry
            os.utime(path)


def default_folder() -> Path:
    """LEAFLETKIT_CACHE, or leafletkit/ in the user's folder for caches."""
    own = os.environ.get(FOLDER)
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leafletkit"
