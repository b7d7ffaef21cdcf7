"""For the tests of `prove`: what a published folder holds, what `prove` says, and how to change a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

WARNING = "stay-away-48-hours"
PL = "clean-hands/pl"
PAGE, EASY, PDF, MP3, VTT = (
    f"{PL}/{name}"
    for name in (
        "index.html",
        "easy-read.html",
        "clean-hands-pl-large-print.pdf",
        "clean-hands-pl.mp3",
        "clean-hands-pl.vtt",
    )
)
FONT, CSS, PICTURE = "assets/fonts/pl-easy-bold.woff2", "assets/fonts/pl.css", "assets/pictures/germ.svg"


class Said(NamedTuple):
    """What `prove` has said: its exit code, (code, path) of each finding, and all of it."""

    code: int
    found: list[tuple[str, str]]
    out: str

    @property
    def codes(self) -> list[str]:
        return sorted({code for code, _ in self.found})


Prove = Callable[..., Said]


def flip(path: Path, at: float) -> None:
    """Change one byte."""
    data = bytearray(path.read_bytes())
    data[min(int(at * len(data)), len(data) - 1)] ^= 1
    path.write_bytes(data)


def edit_json(path: Path, change: Callable[[Any], None]) -> None:
    top = json.loads(path.read_text("utf-8"))
    change(top)
    path.write_text(json.dumps(top), "utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def put(folder: Path, path: str, data: bytes) -> None:
    """Put other bytes in place of a file, and correct its hash in the manifest, as someone who hides it would."""
    assert (folder / path).read_bytes() != data
    (folder / path).write_bytes(data)

    def correct(value: Any) -> None:
        if isinstance(value, dict) and value.get("path") == path and "sha256" in value:
            value |= {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            correct(inner)

    edit_json(folder / "manifest.json", correct)


def row_of(manifest: Any, language: str = "pl") -> Any:
    return next(e for e in manifest["editions"] if e["language"] == language)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link_outside(path: Path) -> None:
    """The same bytes, but they can change without the folder."""
    outside = next(p for p in path.parents if p.name == "published").parent / "outside"
    outside.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(outside)


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def far_too_large(path: Path) -> None:
    with path.open("wb") as handle:
        handle.truncate(600_000_000)


WORDS = (
    '<p id="stay-away-48-hours">Jeśli w ciągu ostatnich 48\u00a0godzin wystąpiły wymioty lub biegunka,'
    "<strong> nie</strong> należy przychodzić w odwiedziny.</p>"
)
