"""What a job reads from the project's folder, packed for machines that have no such folder.

One archive for all jobs of a build, named by its hash. A job goes the same way as values do, but for its paths: one into
the project or into the cache is sent as a place, and means the folder of whoever reads it.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import fonts
from .errors import Fault
from .model import Language

LARGEST, MOST = 400 << 20, 1 << 30  # bytes of one file, and of all; a CJK font has 20 MB, a voice 60 to 120, a recording 50
_THEN = (1980, 1, 1, 0, 0, 0)  # so that the same files give the same archive


@dataclass(frozen=True)
class Bundle:
    """An archive, and its hash."""

    data: bytes
    digest: str


def packed(root: Path, languages: Iterable[Language], voices: Iterable[str] = ()) -> Bundle:
    """Everything of a project that a job for these languages may read; `voices` are the names of Piper voices.

    Fonts of this machine go along, so that each machine uses the very same. Raises `Fault` if it is too much to send.
    """
    fonts.look_in(root)
    out, total = io.BytesIO(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(dict(_wanted(root, list(languages), voices)).items()):
            try:
                size = path.stat().st_size
                total += size
                if size > LARGEST or total > MOST:
                    raise Fault(
                        f"{name} makes what the workers must be sent too large: at most {LARGEST >> 20} MB a file, and {MOST >> 20} MB in all",
                        "build fewer languages at once (--language), or without --cluster",
                    )
                archive.writestr(zipfile.ZipInfo(name, _THEN), path.read_bytes())
            except OSError as error:
                raise Fault(f"{name} can't be read: {error.strerror or error}", "check the file and its permissions") from error
    data = out.getvalue()
    return Bundle(data, hashlib.sha256(data).hexdigest())


def _wanted(root: Path, languages: list[Language], voices: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """(name in the archive, path) of each file."""
    folders = [root / "styles", *(root / "audio" / "recordings" / language.tag for language in languages)]
    for folder in folders:
        yield from ((p.relative_to(root).as_posix(), p) for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    for voice in voices:
        for name in (f"audio/voices/{voice}.onnx", f"audio/voices/{voice}.onnx.json"):
            if (root / name).is_file():  # else the recording itself says what is missing
                yield name, root / name
    faces = {face for language in languages for face in (language.face, language.easy_read_face)} | {fonts.LATIN}
    for file in {file for face in faces for file in (face.regular, face.bold)}:
        try:
            yield f"{fonts.PROJECT}/{file}", fonts.locate(file)
        except fonts.FontMissing:
            continue  # the same: what is missing here is missing there


def unpack(data: bytes, digest: str, folder: Path) -> None:
    """Write the files of an archive into a new folder. Raises `Fault` if it is not the one that was sent."""
    if hashlib.sha256(data).hexdigest() != digest:
        raise Fault("the project did not reach the worker as it was sent", "build again; if it stays, look after the network and the memory of the worker")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)  # never outside the folder: zipfile sees to that


def dumps(value: Any, places: Mapping[str, Path]) -> bytes:
    """A value for another machine; a path into one of the places is sent as such. Raises `Fault` on a path to anywhere else."""
    out = io.BytesIO()
    _Outgoing(out, places).dump(value)
    return out.getvalue()


def loads(data: bytes, places: Mapping[str, Path]) -> Any:
    """The value, with the places as they are on this machine."""
    return _Incoming(io.BytesIO(data), places).load()


class _Outgoing(pickle.Pickler):
    def __init__(self, out: io.BytesIO, places: Mapping[str, Path]) -> None:
        super().__init__(out, pickle.HIGHEST_PROTOCOL)
        self._places = places

    def persistent_id(self, value: Any) -> tuple[str, str] | None:
        if not isinstance(value, Path):
            return None
        for name, folder in self._places.items():
            if value.is_relative_to(folder):
                return name, value.relative_to(folder).as_posix()
        raise Fault(f"a job needs {value}, which no worker of the cluster has", "build without --cluster")


class _Incoming(pickle.Unpickler):
    def __init__(self, data: io.BytesIO, places: Mapping[str, Path]) -> None:
        super().__init__(data)
        self._places = places

    def persistent_load(self, said: tuple[str, str]) -> Path:
        name, relative = said
        return self._places[name] / relative
