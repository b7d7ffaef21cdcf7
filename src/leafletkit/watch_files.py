"""What has changed in a project's folders. A walk decides what has changed; events only say when to look.

So a lost event, a network drive that sends none, or an editor that saves by renaming can't hide an edit:
the folders are walked every two seconds anyway. A walk takes about a millisecond for 200 files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event

FOLDERS = ("leaflet", "locales", "styles", "audio", "fonts")
SETTINGS = "project.toml"

STEP = 0.05  # seconds between two looks at files that are being saved
COMING_BACK = 0.5  # what is empty or gone is probably being saved: it gets this long to come back
LONGEST = 3.0  # nobody who writes without a pause can hold up the preview for longer
TICK = 0.25  # seconds between two walks without events
_WALK_EACH = 8  # ticks without an event, then a walk: every two seconds

# What editors and Poedit leave beside the files: backups, swap files, compiled catalogues.
_IGNORED = re.compile(r"[.#]|4913$|.*(?:~|\.(?:mo|sw[a-z]|tmp|temp|bak|orig|pyc)|___jb_(?:tmp|old)___)$", re.IGNORECASE)

Stamp = tuple[int, int, int, int]  # two times, the size and the number of a file: any save changes one of them
Snapshot = Mapping[str, Stamp]


def snapshot(root: Path) -> Snapshot:
    """Every file of a project that a leaflet can depend on, by its path below `root`."""
    found: dict[str, Stamp] = {}
    _look(root / SETTINGS, SETTINGS, found)
    for top in FOLDERS:
        for folder, inside, names in os.walk(root / top):
            inside[:] = [name for name in inside if not name.startswith(".")]
            below = Path(folder).relative_to(root).as_posix()
            for name in names:
                if not _IGNORED.match(name):
                    _look(Path(folder, name), f"{below}/{name}", found)
    return found


def _look(path: Path, name: str, found: dict[str, Stamp]) -> None:
    try:
        row = path.stat()
    except OSError:  # it went away between two looks
        return
    found[name] = (row.st_mtime_ns, row.st_ctime_ns, row.st_size, row.st_ino)


def changed(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """The files that are new, gone or saved again, by name."""
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def settled(look: Callable[[], Snapshot], before: Snapshot, sleep: Callable[[float], object]) -> Snapshot:
    """The files once nobody is writing them: half of a catalogue is not an edit."""
    now, quiet, waited = look(), 0.0, 0.0
    while quiet < _patience(before, now) and waited < LONGEST:
        sleep(STEP)
        waited += STEP
        newer = look()
        quiet = quiet + STEP if newer == now else 0.0
        now = newer
    return now


def _patience(before: Snapshot, now: Snapshot) -> float:
    half = any(name not in now or now[name][2] == 0 for name in changed(before, now))
    return COMING_BACK if half else STEP


def ticks(stop: Event) -> Iterator[None]:
    """A look four times a second, where there are no events to wait for."""
    while not stop.wait(TICK):
        yield


def events(root: Path, stop: Event) -> Iterator[None]:
    """A look as soon as the system tells of a change. Raises OSError or RuntimeError where it can't."""
    from watchfiles import watch  # here: only --watch needs it

    while not stop.is_set():
        there, settings, quiet = _there(root), _stamp(root), 0
        rows = watch(
            *there, watch_filter=None, debounce=100, step=10, rust_timeout=int(TICK * 1000), yield_on_timeout=True,
            stop_event=stop, force_polling=False, ignore_permission_denied=True,
        )  # fmt: skip
        yield  # what happened before the system was asked
        for row in rows:
            quiet = 0 if row else quiet + 1
            # The top folder is not watched: dist/ and much else lies there. Its one file is looked at instead.
            moved, now = _there(root) != there, _stamp(root)
            if row or moved or now != settings or quiet % _WALK_EACH == 0:
                settings = now
                yield
            if moved:  # a folder is new, or is another one now
                break


def _there(root: Path) -> dict[Path, int]:
    """The folders that are there, each with its number: a folder that was put in place of another is not watched."""
    found = {}
    for name in FOLDERS:
        if (root / name).is_dir():
            found[root / name] = (root / name).stat().st_ino
    return found


def _stamp(root: Path) -> Stamp | None:
    found: dict[str, Stamp] = {}
    _look(root / SETTINGS, SETTINGS, found)
    return found.get(SETTINGS)
