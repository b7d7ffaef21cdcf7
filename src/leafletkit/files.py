"""Read files that people have written: inside the project, of a sane size, in UTF-8."""

from __future__ import annotations

from pathlib import Path

from .limits import FILE_BYTES


class Unreadable(Exception):
    """A file can't be read. The message says why and `hint` what to do, in the user's words."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def read_bytes(root: Path, path: Path, limit: int = FILE_BYTES) -> bytes:
    """The bytes of a file of the project. Raises FileNotFoundError if there is none, else `Unreadable`.

    A link that leads out of the project is refused: authors and translators are not given other files.
    """
    try:
        real = path.resolve()
        if not real.is_relative_to(root.resolve()):
            raise Unreadable("the file is a link to a place outside the project", "put the file itself here")
        if path.is_symlink() and not real.exists():
            raise Unreadable("the file is a link to nothing", "put the file itself here")
        if path.exists() and not path.is_file():
            raise Unreadable("it is a folder or a device, not a file", "put the file itself here")
        if path.stat().st_size > limit:
            raise Unreadable(f"the file is larger than {limit // 1_000_000} MB", "restore the real file, or split it")
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except RuntimeError as error:  # a link to itself
        raise Unreadable("the file is a link to itself", "put the file itself here") from error
    except OSError as error:
        raise Unreadable(f"the file can't be read: {error.strerror or error}", "check the file and its permissions") from error


def read_text(root: Path, path: Path) -> str:
    """The text of a file, without the invisible mark (BOM) that some editors put first."""
    try:
        return read_bytes(root, path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("the file is not UTF-8 text", "save it as UTF-8") from error
