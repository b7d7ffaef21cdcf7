"""What the bytes depend on: every package is in it, every change shows, and every process of a machine says the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from leafletkit import toolprint

ROOT = Path(__file__).resolve().parent.parent
SAY = "import json, sys; from leafletkit import toolprint; print(json.dumps(toolprint.fingerprint()))"


def said(source: Path, before: str = "", **environment: str) -> dict[str, str]:
    """The fingerprint in a process of its own, whose package lies in `source`."""
    done = subprocess.run(
        [sys.executable, "-c", before + SAY], env={**os.environ, "PYTHONPATH": str(source), **environment}, capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def copied(target: Path) -> Path:
    shutil.copytree(ROOT / "src/leafletkit", target / "leafletkit", ignore=shutil.ignore_patterns("__pycache__"))
    return target


def test_every_package_that_is_installed_for_a_build_is_judged() -> None:
    """A package that a new version of the lock file brings in must be put into one of the two lists."""
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    known = {*toolprint.PACKAGES, *toolprint.HARMLESS}
    assert locked - known == set()
    assert known - locked == {"piper-tts", "onnxruntime"}  # the extra “piper”


def test_it_is_full() -> None:
    prints = toolprint.fingerprint()
    assert prints["weasyprint"] == "70.0"
    empty = [name for name, value in prints.items() if not value or value == toolprint.MISSING]
    assert set(empty) <= {"piper-tts", "onnxruntime", "graphite2", "thai"}
    assert all(re.fullmatch(r"[\d.]+ [0-9a-f]{16}", prints[name]) for name in ("pango-1.0", "harfbuzz", "fontconfig", "freetype"))


def test_every_process_says_the_same(tmp_path: Path) -> None:
    """What a process has loaded before, and where it stands, makes no difference."""
    loaded = "import numpy, weasyprint, soundfile, PIL.Image, leafletkit.jobs\n"
    ours = said(ROOT / "src")
    assert said(copied(tmp_path), loaded) == ours
    assert toolprint.digest(ours) == toolprint.digest(dict(reversed(ours.items())))


def test_a_change_of_our_code_shows(tmp_path: Path) -> None:
    source = copied(tmp_path)
    ours = said(source)
    (source / "leafletkit/render/print.py").write_text((source / "leafletkit/render/print.py").read_text() + "\n# another\n")
    assert [row[0] for row in toolprint.differences(ours, said(source))] == ["leafletkit, its code"]


def test_what_python_leaves_behind_does_not_show(tmp_path: Path) -> None:
    source = copied(tmp_path)
    ours = said(source, PYTHONDONTWRITEBYTECODE="1")
    assert not list(source.rglob("*.pyc"))
    said(source, PYTHONDONTWRITEBYTECODE="")
    assert list(source.rglob("*.pyc"))
    assert said(source) == ours


def test_another_package_shows(tmp_path: Path) -> None:
    """The first one on the path is the one that is imported, so it is the one that is named."""
    (tmp_path / "segno-0.0.1.dist-info").mkdir()
    (tmp_path / "segno-0.0.1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: segno\nVersion: 0.0.1\n")
    ours, theirs = said(ROOT / "src"), said(ROOT / "src", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n")
    assert toolprint.differences(ours, theirs) == (("segno", ours["segno"], "0.0.1"),)


def test_names_that_one_side_lacks_differ() -> None:
    assert toolprint.differences({"a": "1", "b": "2"}, {"b": "2", "c": "3"}) == (("a", "1", "not installed"), ("c", "not installed", "3"))
    assert toolprint.digest({"a": "1"}) != toolprint.digest({"a": "2"})


def test_java_and_eyes_are_asked_for_apart() -> None:
    assert "opendataloader-pdf=" in toolprint.java() and toolprint.java() == toolprint.java()
    assert re.fullmatch(r"[0-9a-f]{16}|not installed", toolprint.eyes())
