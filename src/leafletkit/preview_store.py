"""The bytes of a preview: taken from a finished folder only if they are what its manifest says, kept by their hash.

A server that looks paths up among these can show nothing else: no other folder, no link out, no file that was
changed after its proof, and no half of a folder that is just being replaced.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from threading import Condition
from typing import Any

from .errors import Fault
from .preview_state import State, files_of

MANIFEST = "manifest.json"


class Store:
    """Files by their SHA-256, in a folder of our own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / sha256

    def take(self, out: Path) -> dict[str, Any]:
        """Take over what is new in a finished folder, and return its manifest. Raises `Fault` if a file is not as it was proved."""
        try:
            manifest: dict[str, Any] = json.loads((out / MANIFEST).read_bytes())
            for name, sha256 in files_of(manifest).items():
                if not self.path(sha256).exists():
                    self._add(out / name, sha256)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Fault(f"{out} can't be read: {error}", "is another run building into the same folder? Stop it, then save again") from error
        return manifest

    def _add(self, path: Path, sha256: str) -> None:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Fault(f"{path} is not the file that was proved", "is another run building into the same folder? Stop it, then save again")
        fresh = self.folder / "new"
        fresh.write_bytes(data)
        fresh.rename(self.path(sha256))

    def forget(self, needed: Collection[str]) -> None:
        """Drop what no page shows any more."""
        for path in self.folder.iterdir():
            if path.name not in needed:
                path.unlink(missing_ok=True)


class Board:
    """The one place where the loop writes what is shown, and all open pages wait for it."""

    def __init__(self) -> None:
        self._state = State()
        self._news = Condition()
        self.closed = False

    @property
    def state(self) -> State:
        return self._state

    def put(self, state: State) -> None:
        with self._news:
            self._state = state
            self._news.notify_all()

    def wait(self, serial: int, seconds: float) -> State:
        """The newest state, as soon as it is another than number `serial`, or after some seconds."""
        with self._news:
            self._news.wait_for(lambda: self.closed or self._state.serial != serial, seconds)
            return self._state

    def close(self) -> None:
        with self._news:
            self.closed = True
            self._news.notify_all()
