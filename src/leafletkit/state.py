"""What the last build into a folder has read and written: so that the next one can see at a glance that nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .cache import Cache
from .digests import Digests, Token, files_below, of_rows, token

FOLDERS = ("leaflet", "locales", "styles", "audio", "fonts")  # of a project: what a build reads besides project.toml
_OTHER = (".pot", "~", ".bak", ".tmp", ".md5")  # what lies beside it and is not read


@dataclass(frozen=True)
class Inputs:
    """The files of a project by who uses them: all leaflets ("") or one; each with the hash of what it holds."""

    files: Mapping[str, Mapping[str, str]]

    def of(self, leaflet: str) -> str:
        """One hash of the files that a leaflet alone uses; of "" of those that all use."""
        return of_rows(self.files.get(leaflet, {}))

    def whole(self) -> str:
        return of_rows({leaflet: self.of(leaflet) for leaflet in self.files})

    def still(self, root: Path, digests: Digests, *leaflets: str) -> bool:
        """Whether the files of these leaflets hold what they held."""
        return all(digests.file(f"{root}/{path}") == digest for leaflet in leaflets for path, digest in self.files.get(leaflet, {}).items())


def read_inputs(root: Path, digests: Digests) -> Inputs:
    """Look at every file that a build may read."""
    files: dict[str, dict[str, str]] = {"": {"project.toml": digests.file(f"{root}/project.toml")}}
    files |= {p.name: {} for p in (root / "leaflet").glob("*") if p.is_dir()}
    for folder in FOLDERS:
        for name in files_below(root / folder):
            if not name.endswith(_OTHER):
                path = f"{folder}/{name}"
                files[owner(path, files)][path] = digests.file(f"{root}/{path}")
    return Inputs(files)


def owner(path: str, leaflets: Mapping[str, object]) -> str:
    """The leaflet that alone uses a file; "" if others do, too."""
    parts = path.split("/")
    name = ""
    if parts[0] == "leaflet" and len(parts) > 2:
        name = parts[1]
    elif parts[0] == "locales" and len(parts) == 4 and parts[2] in ("LC_MESSAGES", "signoff", "waivers"):
        name = parts[3].rpartition(".")[0]
    elif parts[:2] == ["audio", "recordings"] and len(parts) > 4:
        name = parts[3]
    return name if name in leaflets else ""


@dataclass(frozen=True)
class State:
    """A finished build. `everything`: the hash of all it depended on; it holds from `since` up to the day before `until`.

    `shelves`: the key of each leaflet; `outputs`: what shows a change of each published file; `said`: the closing words;
    `fonts`: paths of the fonts of the system that were used.
    """

    everything: str = ""
    since: date = date.min
    until: date = date.min
    code: int = 0
    said: str = ""
    shelves: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, tuple[Token, str]] = field(default_factory=dict)
    outputs: Mapping[str, Token] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()


def read_state(cache: Cache, name: str) -> State:
    """The state that was kept under a name; an empty one if there is none."""
    data = cache.get(f"state {name}")
    try:
        row = json.loads(data) if data else {}
        return State(
            row["everything"], date.fromisoformat(row["since"]), date.fromisoformat(row["until"]), row["code"], row["said"], row["shelves"],
            {path: (_token(t), digest) for path, (t, digest) in row["inputs"].items()}, {path: _token(t) for path, t in row["outputs"].items()},
            tuple(row["fonts"]),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        return State()


def write_state(cache: Cache, name: str, state: State) -> None:
    row = {**state.__dict__, "since": state.since.isoformat(), "until": state.until.isoformat()}
    cache.put(f"state {name}", json.dumps(row, ensure_ascii=False).encode())


def _token(row: list[int]) -> Token:
    size, words, entry, number = row
    return (size, words, entry, number)


def read_outputs(out: Path) -> dict[str, Token]:
    """What shows a change of each file below a folder. Names that begin with a dot count, too: nobody has put them there."""
    found = {}
    for name in files_below(out, hidden=True):
        if now := token(f"{out}/{name}"):
            found[name] = now
    return found
