"""The files that all pages of dist/ share: stylesheets, scripts, the icon, and the worker that keeps copies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from .errors import Fault
from .model import File

# Joined in this order; a stylesheet or script that is not there is left out.
STYLES = {"page.css": ("page.css", "player.css"), "site.css": ("site.css",)}
SCRIPTS = {
    "page.js": (
        "namespace.js", "memory.js", "cues.js", "highlight.js", "dock.js", "follow.js", "player-view.js", "player.js", "text-size.js",
        "offline.js", "page.js",
    ),
    "site.js": ("namespace.js", "memory.js", "search.js", "search-box.js", "offer.js", "offline.js", "site-page.js"),
}  # fmt: skip
WORKER = "sw.js"


def shared_files(styles: Path) -> tuple[File, ...]:
    """dist/assets/ without fonts and pictures, and dist/sw.js: a worker looks after what lies below it."""
    scripts = resources.files(__package__) / "scripts"
    files = [File(f"assets/{name}", _lean(_joined([styles / part for part in parts]))) for name, parts in STYLES.items()]
    files += [File(f"assets/{name}", _bare(_joined([scripts / part for part in parts]))) for name, parts in SCRIPTS.items()]
    return (*files, File("assets/icon.svg", _text(styles / "icon.svg")), File(WORKER, (scripts / WORKER).read_bytes()))


def _lean(css: bytes) -> bytes:
    """A stylesheet without its comments and indents: phones pay for each byte."""
    text = re.sub(r"/\*.*?\*/", "", css.decode(), flags=re.S)
    return (re.sub(r"\s*\n\s*", "\n", text).strip() + "\n").encode()


def _bare(script: bytes) -> bytes:
    """A script without the comments that stand in lines of their own, and without indents."""
    text = re.sub(r"^\s*(?:/\*.*?\*/|//[^\n]*)[ \t]*\n", "", script.decode(), flags=re.S | re.M)
    return re.sub(r"\n\s+", "\n", text).encode()


def _joined(paths: Sequence[Traversable]) -> bytes:
    return b"\n".join(_text(path) for path in paths if path.is_file())


def _text(path: Traversable) -> bytes:
    """The bytes of a file that must be text; designers write some of them."""
    try:
        data = path.read_bytes()
        data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"{path.name} can't be read: {'it is not UTF-8 text' if isinstance(error, UnicodeDecodeError) else error.strerror}",
                    f"put the real file into its place: {path}") from error  # fmt: skip
    return data
