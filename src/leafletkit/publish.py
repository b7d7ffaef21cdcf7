"""Write dist/: a whole new folder beside the old one, then one swap. The only stage that writes."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from .errors import Fault
from .model import File


def publish(files: Iterable[File], out: Path) -> None:
    """Replace the folder `out` by these files. On any failure the old folder stays as it was.

    Refuses to replace a folder that is not one of ours (it has no manifest.json).
    """
    out = out.absolute()
    if out.exists() and not out.is_dir():
        raise Fault(f"{out} is a file, not a folder", "name another folder with --out")
    if out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file():
        raise Fault(f"{out} holds something other than finished leaflets", "name an empty or a new folder with --out")
    seen: dict[str, bytes] = {}
    files = list(files)
    for file in files:
        if seen.setdefault(file.path, file.data) != file.data:
            raise Fault(f"two different files would be {file.path}", "give the leaflet another id than “report”, or report this as a fault of the toolkit")
    new, old = out.with_name(f".{out.name}.new-{os.getpid()}"), out.with_name(f".{out.name}.old-{os.getpid()}")
    try:
        for file in files:
            path = new / file.path
            if not path.resolve().is_relative_to(new.resolve()):
                raise Fault(f"{file.path} would lie outside {out}", "report this as a fault of the toolkit")
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as handle:
                handle.write(file.data)
                handle.flush()
                os.fsync(handle.fileno())
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
        raise Fault(f"{out} can't be written: {error.strerror or error}", "make room, or check the permissions; the old files are untouched") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    _sweep(out)


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
