"""Write dist/: a whole new folder beside the old one, then one swap. The only stage that writes."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from .errors import Fault
from .model import File


class Staging:
    """A new folder beside `out` that takes its place when all is there. Use as a context manager: what is not committed is removed.

    Refuses to replace a folder that is not one of ours (it has no manifest.json). Raises `Fault` if it can't be written.
    """

    def __init__(self, out: Path) -> None:
        self.out = out = out.absolute()
        if out.exists() and not out.is_dir():
            raise Fault(f"{out} is a file, not a folder", "name another folder with --out")
        if out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file():
            raise Fault(f"{out} holds something other than finished leaflets", "name an empty or a new folder with --out")
        _sweep(out)  # what a killed run has left may fill the disk
        self.new, self.old = out.with_name(f".{out.name}.new-{os.getpid()}"), out.with_name(f".{out.name}.old-{os.getpid()}")
        self._folders: set[Path] = set()
        self._written: dict[str, str] = {}

    def __enter__(self) -> Staging:
        shutil.rmtree(self.new, ignore_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.new, ignore_errors=True)
        shutil.rmtree(self.old, ignore_errors=True)

    def write(self, file: File) -> None:
        """Put a finished file there. The same file may come twice, but not two different ones of one path."""
        digest = hashlib.sha256(file.data).hexdigest()
        if (before := self._written.setdefault(file.path, digest)) != digest:
            raise Fault(f"two different files would be {file.path}", "give the leaflet another id than “report”, or report this as a fault of the toolkit")
        try:
            path = self._place(file.path)
            if before is not digest and path.is_file():
                return
            with path.open("wb") as handle:
                handle.write(file.data)
        except OSError as error:
            raise self._fault(error) from error

    def take(self, path: str, sha256: str, size: int, unchanged: bool) -> bool:
        """Take a file over from the folder that stands, if it is the one that is wanted. Whether it was.

        `unchanged`: it is known to be what it was when it was published. Else it is read.
        """
        source = self.out / path
        try:
            if not unchanged and (source.is_symlink() or source.stat().st_size != size or _digest(source) != sha256):
                return False
            target = self._place(path)
            try:
                os.link(source, target)
            except OSError:  # a file system without links, or a file of another user
                shutil.copyfile(source, target)
        except OSError:
            return False
        self._written[path] = sha256
        return True

    def commit(self) -> None:
        """Take the place of the old folder, in one step, once everything is on the disk."""
        out, new, old = self.out, self.new, self.old
        try:
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
        except OSError as error:
            raise self._fault(error) from error

    def _place(self, name: str) -> Path:
        path = self.new / name
        if path.parent not in self._folders:
            if ".." in path.parts or not path.is_relative_to(self.new):
                raise Fault(f"{name} would lie outside {self.out}", "report this as a fault of the toolkit")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        return path

    def _fault(self, error: OSError) -> Fault:
        return Fault(f"{self.out} can't be written: {error.strerror or error}", "make room, or check the permissions; the old files are untouched")


def publish(files: Iterable[File], out: Path) -> None:
    """Replace the folder `out` by these files. On any failure the old folder stays as it was. Raises as `Staging` does."""
    with Staging(out) as staging:
        for file in files:
            staging.write(file)
        staging.commit()


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


def _sweep(out: Path) -> None:
    """Remove what a killed run has left beside the folder, once no process of that number lives."""
    for path in out.parent.glob(f".{out.name}.*-*"):
        number = path.name.rpartition("-")[2]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            shutil.rmtree(path, ignore_errors=True)


def write_file(path: Path, data: bytes, seen: bytes | None) -> bool:
    """Write one file of the project in one step, unless it has changed since it was read.

    `seen` is what was read (None: there was no file). Returns whether anything was written.
    Raises `Fault` if someone else has changed the file meanwhile.
    """
    if data == seen:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new-{os.getpid()}")
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
