"""Write dist/: a whole new folder beside the old one, then one swap. The only stage that writes."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from .digests import Token, same_file, token, token_of
from .errors import Fault
from .model import File
from .owner import mine, remove, sweep
from .state import Below, look_below, read_outputs

_MANY = 2_000  # files: the folder before is kept from then on, as a start for the next one


@dataclass(frozen=True)
class Listed:
    """A file as the manifest lists it."""

    path: str
    sha256: str
    bytes: int


@dataclass
class _Growing:
    """A file that is written piece by piece."""

    file: BinaryIO
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0


class Staging:
    """A new folder beside `out` that takes its place when all is there. Use as a context manager: what is not committed is removed.

    `known`: of each file of the folder that stands, as far as it is known, what showed a change of it when it was published, and its hash.
    A link is followed: what it leads to is replaced, and the link stays. Refuses to replace a folder that is not one of ours: it has no manifest.json, and it is not known to be `ours`. Raises `Fault` if it can't be written.
    """

    def __init__(self, out: Path, *, ours: bool = False, known: Mapping[str, tuple[Token, str]] | None = None) -> None:
        self._known = known or {}
        self.out = out = _place_of(out)
        if out.exists() and not out.is_dir():
            raise Fault(f"{out} is a file, not a folder", "name another folder with --out")
        if out.is_dir() and any(out.iterdir()) and not (ours or (out / "manifest.json").is_file()):
            raise Fault(f"{out} holds something other than finished leaflets", "name an empty or a new folder with --out")
        sweep(out)  # what a killed run has left may fill the disk
        self.new, self.old, self.spare = (out.with_name(f".{out.name}.{name}") for name in (f"new-{mine()}", f"old-{mine()}", "spare"))
        self._folders: set[Path] = set()
        self._written: dict[str, str] = {}
        self._taken: dict[str, Token] = {}
        self._tokens: Mapping[str, Token] = {}
        self._open: dict[str, _Growing] = {}
        self._before: Below | None = None  # what the new folder began with
        self._done = self._spared = False

    def __enter__(self) -> Staging:
        remove(self.new)
        # The folder before the last one has nearly all the files already, as links: to begin with it spares most of the work.
        with contextlib.suppress(OSError):
            self.spare.rename(self.new)
            if stat.S_ISDIR(self.new.lstat().st_mode) and (below := look_below(self.new)).plain:
                self._before = below
        if self._before is None:
            remove(self.new)
        return self

    def __exit__(self, *_: object) -> None:
        for growing in self._open.values():
            growing.file.close()
        if self._done and len(self._written) > _MANY:
            with contextlib.suppress(OSError):
                (self.old if self.old.exists() else self.new).rename(self.spare)
                self._spared = True
        remove(self.new)
        remove(self.old)

    def write(self, file: File) -> Listed:
        """Put a finished file there. The same file may come twice, but not two different ones of one path.

        One that the folder that stands has already is taken over, as a large set has hundreds of these.
        """
        digest = hashlib.sha256(file.data).hexdigest()
        known = self._known.get(file.path)
        if known and known[1] == digest and self.take(file.path, digest, len(file.data), known):
            return Listed(file.path, digest, len(file.data))
        before = self._written.setdefault(file.path, digest)
        if before != digest:
            raise Fault(f"two different files would be {file.path}", "give the leaflet another id than “report”, or report this as a fault of the toolkit")
        if before is digest:
            try:
                with self._place(file.path).open("xb") as handle:
                    handle.write(file.data)
            except OSError as error:
                raise self._fault(error) from error
        return Listed(file.path, digest, len(file.data))

    def append(self, path: str, text: str) -> None:
        """Add to a file that is written piece by piece."""
        try:
            growing = self._open.get(path)
            if growing is None:
                if path in self._written:
                    raise Fault(f"two different files would be {path}", "give the leaflet another id than “report”, or report this as a fault of the toolkit")
                growing = self._open[path] = _Growing(self._place(path).open("xb"))
                self._written[path] = ""
            data = text.encode()
            growing.file.write(data)
            growing.digest.update(data)
            growing.size += len(data)
        except OSError as error:
            raise self._fault(error) from error

    def appended(self) -> list[Listed]:
        """The files that were written piece by piece."""
        return [Listed(path, growing.digest.hexdigest(), growing.size) for path, growing in self._open.items()]

    def take(self, path: str, sha256: str, size: int, known: tuple[Token, str] | None) -> bool:
        """Take a file over from the folder that stands, if it is the one that is wanted. Whether it was.

        `known`: what showed a change of the file when it was published, and its hash then. A file that is not that one is read.
        """
        if path in self._written:
            return False
        if known and self._before and known == (self._before.files.get(path), sha256) and known[0][0] == size:
            # Two folders hold this very file, and nobody has written to it, or put another in its place: that would have changed its entry.
            self._written[path], self._taken[path] = sha256, known[0]
            return True
        source = self.out / path
        if source.is_symlink():
            return False
        if known and token(source) != known[0]:
            known = None
        try:
            target = self.new / path
            if not (self._before and _same(source, target)):
                target = self._place(path)
                try:
                    os.link(source, target, follow_symlinks=False)
                except OSError:  # a file system without links, or a file of another user
                    shutil.copyfile(source, target, follow_symlinks=False)
                    known = None
            # What lies here now is looked at, not what lay there: another build may have swapped the folder meanwhile.
            now = target.lstat()
            if not stat.S_ISREG(now.st_mode) or now.st_size != size or not (
                (known and known[1] == sha256 and same_file(known[0], token_of(now))) or _digest(target) == sha256
            ):
                target.unlink()
                return False
        except OSError:
            return False
        self._written[path] = sha256
        self._taken[path] = token_of(now)
        return True

    def drop(self, paths: Iterable[str]) -> None:
        """Leave out files after all."""
        for path in paths:
            if self._written.pop(path, None) is not None:
                self._taken.pop(path, None)
                (self.new / path).unlink(missing_ok=True)

    def commit(self) -> None:
        """Take the place of the old folder, in one step, once everything is on the disk."""
        out, new, old = self.out, self.new, self.old
        try:
            for path, growing in self._open.items():
                growing.file.close()
                self._written[path] = growing.digest.hexdigest()
            if self._before:
                self._tidy(self._before)
            self._look_again()
            _settle(new)
            if not out.exists():
                new.rename(out)
            elif not _exchange(new, out):
                out.rename(old)
                try:
                    new.rename(out)
                except OSError:
                    old.rename(out)
                    raise
            self._done = True
        except OSError as error:
            raise self._fault(error) from error

    def published(self) -> dict[str, tuple[Token, str]]:
        """After a commit: of each file that was published and is still there what shows a change of it, and its hash."""
        # A file whose other name is gone has another time of change since.
        there = self._tokens if self._spared else read_outputs(self.out)
        return {
            path: (now, self._written[path]) for path, now in there.items() if path in self._tokens and same_file(now, self._tokens[path])
        }  # fmt: skip

    def _look_again(self) -> None:
        """A file that was taken over is one with that of the old folder: who has written to that has written to ours."""
        self._tokens = dict(self._there())
        for path, before in self._taken.items():
            now = self._tokens.get(path)
            if now != before and (now is None or _digest(self.new / path) != self._written[path]):
                raise Fault(f"{self.out / path} was changed by someone else while it was being published", "run the command again")

    def _there(self) -> Iterator[tuple[str, Token]]:
        """What shows a change of each file of this set, as it is now. To ask for each takes half as long as to list all folders."""
        start = f"{self.new}{os.sep}"
        for path in self._written:
            try:
                yield path, token_of(os.lstat(start + path))  # a Path for each would take longer than the question
            except OSError:
                continue

    def _tidy(self, before: Below) -> None:
        """Take out what an earlier set had and this one has not."""
        kept: set[str] = set()
        for path in self._written:
            while (path := path.rpartition("/")[0]) and path not in kept:
                kept.add(path)
        for name in before.files:
            if name not in self._written and name not in kept:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):  # it was not taken after all, or has made way
                    (self.new / name).unlink()
        for name in sorted(before.folders, reverse=True):  # those below come before those above
            if name not in kept and name not in self._written:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    (self.new / name).rmdir()

    def _place(self, name: str) -> Path:
        """Where a file goes: the place is free, so that nothing is written through a link into the folder that stands."""
        path = self.new / name
        if path.parent not in self._folders:
            if ".." in path.parts or not path.is_relative_to(self.new):
                raise Fault(f"{name} would lie outside {self.out}", "report this as a fault of the toolkit")
            if self._before:
                self._make_way(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders |= {path.parent, *path.parent.parents}
        if self._before and path not in self._folders:
            remove(path)
        return path

    def _make_way(self, name: str) -> None:
        """Remove a file that lies where a folder goes, unless it is one of this set."""
        at = ""
        for part in name.split("/")[:-1]:
            at = f"{at}/{part}" if at else part
            if at not in self._written and not (self.new / at).is_dir():
                remove(self.new / at)

    def _fault(self, error: OSError) -> Fault:
        return Fault(f"{self.out} can't be written: {error.strerror or error}", "make room, or check the permissions; the old files are untouched")


def publish(files: Iterable[File], out: Path) -> None:
    """Replace the folder `out` by these files. On any failure the old folder stays as it was. Raises as `Staging` does."""
    with Staging(out) as staging:
        for file in files:
            staging.write(file)
        staging.commit()


def _same(one: Path, other: Path) -> bool:
    """Whether two paths are one file."""
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settle(folder: Path) -> None:
    """Wait until all that was written is on the disk, in one go rather than file by file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(libc, "syncfs"):
            os.sync()
        elif libc.syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)


def _exchange(new: Path, out: Path) -> bool:
    """Swap two folders in one step, so that there is no moment without one; False where the system can't."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(libc.renameat2(here, os.fsencode(new), here, os.fsencode(out), exchange) == 0)


def _place_of(out: Path) -> Path:
    """Where a folder really is: a link stays one, and what it leads to is replaced, on the disk where that is."""
    if not out.is_symlink():
        return out.absolute()
    try:
        place = out.resolve()
        there = place.exists()
    except (OSError, RuntimeError) as error:
        raise Fault(f"{out} is a link that leads in a circle", "let it lead to a folder, or name another folder with --out") from error
    if not there:
        raise Fault(f"{out} is a link to {place}, which does not exist", "make that folder, or remove the link")
    return place


def write_file(path: Path, data: bytes, seen: bytes | None) -> bool:
    """Write one file of the project in one step, unless it has changed since it was read.

    `seen` is what was read (None: there was no file). Returns whether anything was written.
    Raises `Fault` if someone else has changed the file meanwhile.
    """
    if data == seen:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new-{mine()}")
    try:
        with temporary.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        now = path.read_bytes() if path.exists() else None
        if now != seen:
            raise Fault(f"{path} was changed by someone else while it was being updated", "run the command again")
        temporary.replace(path)
    except OSError as error:
        raise Fault(f"{path} can't be written: {error.strerror or error}", "make room, or check the permissions") from error
    finally:
        temporary.unlink(missing_ok=True)
    return True
