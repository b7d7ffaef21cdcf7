"""What files hold, as hashes, without reading again what has not changed since they were last read.

A file is taken for unchanged as long as its size, its times of change and its number on the disk are the
same. The time of change of the file's own entry (ctime) can't be set by a user, so that an edit can't hide.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Token = tuple[int, int, int, int]  # bytes, time of the last change of its words, of its entry (nanoseconds), number
_TICK = 50_000_000  # nanoseconds: a change so soon after another may leave the times as they were


def token(path: str | Path) -> Token | None:
    """What shows a change of a file; None if there is no such file."""
    try:
        return token_of(os.stat(path))  # noqa: PTH116  # a Path for each of 100,000 files takes longer than the question
    except (OSError, ValueError):
        return None


def token_of(found: os.stat_result) -> Token:
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def same_file(one: Token, other: Token) -> bool:
    """Whether two tokens are of one file that nobody has written to; a link to it that came or went does not count."""
    return (one[0], one[1], one[3]) == (other[0], other[1], other[3])


def files_below(folder: Path, *, hidden: bool = False) -> Iterator[str]:
    """The paths of all files below a folder, seen from it, in no order. Names that begin with a dot are passed over, unless `hidden`.

    Links to folders are followed, but not round in a circle.
    """
    waiting: list[tuple[str, str, tuple[str, ...]]] = [("", str(folder), ())]
    while waiting:
        start, path, linked = waiting.pop()
        try:
            rows = list(os.scandir(path))
        except OSError:
            continue
        for row in rows:
            if row.name.startswith(".") and not hidden:
                continue
            if row.is_dir(follow_symlinks=False):
                waiting.append((f"{start}{row.name}/", row.path, linked))
            elif row.is_symlink() and row.is_dir() and (real := os.path.realpath(row.path)) not in linked:
                waiting.append((f"{start}{row.name}/", row.path, (*linked, real)))
            else:
                yield start + row.name


@dataclass
class Digests:
    """The hashes of files; `known` are those of an earlier run, by path.

    `moved` are files that have changed since they were first asked for: even if one holds again what it held,
    nobody knows what somebody else has read in between. `latest`: the last change of any that was asked for (nanoseconds since 1970).
    """

    known: dict[str, tuple[Token, str]] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    latest: int = 0
    _first: dict[str, Token | None] = field(default_factory=dict)

    def file(self, path: str | Path) -> str:
        """The hash of what a file holds; "" if it can't be read."""
        now = token(path)
        if now:
            self.latest = max(self.latest, now[2])
        if self._first.setdefault(str(path), now) != now:
            self.moved.add(str(path))
        before = self.known.get(str(path))
        if now is None:
            return ""
        if before and before[0] == now:
            return before[1]
        try:
            with Path(path).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""
        if now == token(path) and time.time_ns() - now[2] > _TICK:
            self.known[str(path)] = (now, digest)
        return digest

    def files(self, root: Path, names: Iterable[str]) -> str:
        """One hash of several files below a folder, with their names."""
        return of_rows({name: self.file(root / name) for name in names})


def of_rows(rows: Mapping[str, str]) -> str:
    """One hash of names and hashes, in whatever order they come."""
    return of_text("\n".join(f"{name}\0{rows[name]}" for name in sorted(rows)))


def of_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
