"""What the last build into a folder has read and written: so that the next one can see at a glance that nothing has changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from . import strict
from .cache import Cache
from .digests import Digests, Token, files_below, of_rows, token_of

FOLDERS = ("leaflet", "locales", "styles", "audio", "fonts")  # of a project: what a build reads besides project.toml
_OTHER = (".pot", "~", ".bak", ".tmp", ".md5")  # what lies beside it and is not read
_LISTED = {"signoff", "waivers", "recordings"}  # folders in which the name of every file counts


@dataclass(frozen=True)
class Inputs:
    """The files of a project by who uses them: all leaflets ("") or one; each with the hash of what it holds."""

    files: Mapping[str, Mapping[str, str]]

    def of(self, leaflet: str) -> str:
        """One hash of the files that a leaflet alone uses; of "" of those that all use."""
        return of_rows(self.files.get(leaflet, {}))

    def whole(self) -> str:
        return of_rows({leaflet: self.of(leaflet) for leaflet in self.files})

    def still(self, root: Path, digests: Digests, *leaflets: str) -> list[str]:
        """Those of these leaflets whose files, and those of all, are what they were, none more and none less, and were nothing else meanwhile."""
        now = read_inputs(root, digests, ("", *leaflets))

        def same(name: str) -> bool:
            return now.of(name) == self.of(name) and digests.moved.isdisjoint(f"{root}/{path}" for path in self.files.get(name, {}))

        return [name for name in leaflets if same(name)] if same("") else []

    def is_still(self, root: Path, digests: Digests) -> bool:
        """Whether the files that all use are what they were, no leaflet came or went, and none of all that was asked for was anything else meanwhile."""
        now = read_inputs(root, digests, ("",))
        return now.of("") == self.of("") and now.files.keys() == self.files.keys() and not digests.moved


def read_inputs(root: Path, digests: Digests, only: Collection[str] | None = None) -> Inputs:
    """Look at every file that a build may read; `only`: at those of some leaflets, and at those of all if "" is among them."""
    files: dict[str, dict[str, str]] = {"": {"project.toml": digests.file(f"{root}/project.toml")}}
    files |= {p.name: {} for p in (root / "leaflet").glob("[!.]*") if p.is_dir()}
    folders: dict[str, _Folder] = {}
    for top in FOLDERS:
        for name in files_below(root / top, hidden=True):
            path = f"{top}/{name}"
            base, _, own = path.rpartition("/")
            folder = folders.get(base) or folders.setdefault(base, _Folder.of(base, files))
            mine = folder.owner(own, files)
            if (only is None or mine in only) and folder.reads(own):
                files[mine][path] = digests.file(f"{root}/{path}")
    # A folder for recordings is a promise to record, even if nothing is in it.
    for place in (root / "audio/recordings").glob("*/*"):
        for takes in (place, place / "easy-read"):
            if takes.is_dir():
                name = takes.relative_to(root).as_posix() + "/"
                files[owner(name, files)][name] = "folder"
    return Inputs(files)


@dataclass(frozen=True)
class _Folder:
    """What all files of a folder have in common: there may be 20,000 in one. `leaflet`: who alone uses them; None if their names say it."""

    leaflet: str | None
    listed: bool
    hidden: bool

    @classmethod
    def of(cls, place: str, leaflets: Mapping[str, object]) -> _Folder:
        parts = place.split("/")
        by_name = parts[0] == "locales" and len(parts) == 3 and parts[2] in ("LC_MESSAGES", "signoff", "waivers")
        leaflet = None if by_name else owner(f"{place}/", leaflets)
        return cls(leaflet, not _LISTED.isdisjoint(parts), any(part.startswith(".") for part in parts))

    def owner(self, name: str, leaflets: Mapping[str, object]) -> str:
        if self.leaflet is not None:
            return self.leaflet
        stem = name.rpartition(".")[0]
        return stem if stem in leaflets else ""

    def reads(self, name: str) -> bool:
        return self.listed or name in _LISTED or not (self.hidden or name.startswith(".") or name.endswith(_OTHER))


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

    `shelves`: the key of each leaflet; `outputs`: of each published file what shows a change of it, and its hash; `pages`: the keys of
    the pages that are no leaflet's own; `said`: the closing words; `fonts`: paths of the fonts of the system that were used.
    """

    everything: str = ""
    since: date = date.min
    until: date = date.min
    code: int = 0
    said: str = ""
    shelves: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, tuple[Token, str]] = field(default_factory=dict)
    outputs: Mapping[str, tuple[Token, str]] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()


def read_state(cache: Cache, name: str) -> State:
    """The state that was kept under a name; an empty one if there is none."""
    data = cache.get(f"state {name}")
    try:
        return strict.from_text(data or b"", State)
    except strict.FAULTS:
        return State()


def write_state(cache: Cache, name: str, state: State) -> None:
    cache.put(f"state {name}", strict.to_text(state).encode())


@dataclass(frozen=True)
class Below:
    """What lies below a folder: each file with what shows a change of it, and each folder. `plain`: there is nothing else, such as a link.

    Through a link something else could be written to, or removed.
    """

    files: Mapping[str, Token]
    folders: tuple[str, ...]
    plain: bool


def look_below(folder: Path) -> Below:
    """Look at every file below a folder. Names that begin with a dot count, too: nobody has put them there.

    A link counts as what it is, not as what it leads to: nothing that we publish is one.
    """
    found: dict[str, Token] = {}
    folders: list[str] = []
    plain = True
    waiting = [("", str(folder))]
    while waiting:
        start, path = waiting.pop()
        try:
            with os.scandir(path) as rows:  # a row knows what it is without being asked on the disk
                for row in rows:
                    if row.is_dir(follow_symlinks=False):
                        folders.append(start + row.name)
                        waiting.append((f"{start}{row.name}/", row.path))
                    else:
                        plain = plain and row.is_file(follow_symlinks=False)
                        found[start + row.name] = token_of(row.stat(follow_symlinks=False))
        except OSError:
            continue
    return Below(found, tuple(folders), plain)


def read_outputs(out: Path) -> Mapping[str, Token]:
    """What shows a change of each file below a folder."""
    return look_below(out).files
