"""`init`: a new project folder, with the folders and words of this one and no code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .errors import Fault, UsageError

FOLDERS = ("leaflet/clean-hands", "locales", "styles", "audio")


def template_root() -> Path:
    """Where the files to copy lie: in the installed package, or the checkout that the code runs from."""
    installed = Path(__file__).resolve().parent / "template"
    if installed.is_dir():
        return installed
    return Path(__file__).resolve().parent.parent.parent


def init(target: Path) -> None:
    """Make a project: settings, languages, styles and voices, with one tiny example leaflet.

    The example's catalogues come along; those of other leaflets don't. Raises `UsageError` if the
    folder has something in it.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is not empty; name a new folder")
    root = template_root()
    try:
        target.mkdir(parents=True, exist_ok=True)
        for folder in FOLDERS:
            shutil.copytree(root / folder, target / folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        shutil.copy(root / "project.toml", target / "project.toml")
        for path in (target / "locales").rglob("*.po*"):
            if path.stem not in ("interface", "clean-hands"):
                path.unlink()
        # The example is in fewer languages than the project may have: start with those.
        settings = target / "project.toml"
        text = re.sub(r"(?m)^languages = .*$", 'languages = ["en-GB", "pl"]', settings.read_text("utf-8"))
        settings.write_text(text, "utf-8")
    except OSError as error:
        raise Fault(f"{target} can't be written: {error.strerror or error}", "make room, or check the permissions") from error
