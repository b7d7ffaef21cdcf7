"""Heavier than `make test`: the engine hundreds of times over, and builds killed at random moments."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from leafletkit import inline
from leafletkit.model import Edition
from leafletkit.project import Project
from leafletkit.script import sentences
from leafletkit.speech import Speaker

from ..conftest import ROOT


def test_the_engine_never_drops_a_sentence(editions: dict[tuple[str, str], Edition], project: Project) -> None:
    """Every sentence of every voiced language, spoken twice in different orders: the same samples each time."""
    chance = random.Random(1)
    for (leaflet, tag), edition in editions.items():
        voice = project.voices[tag]
        if voice.engine == "none" or leaflet != "ivig":
            continue
        texts = [s for b in edition.text.blocks for s in sentences(inline.plain(b.text), edition.language.sentence_ends)]
        first: dict[str, bytes] = {}
        for order in (texts, chance.sample(texts, len(texts))):
            with Speaker() as speaker:
                for text in order:
                    sound = speaker.speak(voice.spoken(text), voice.name, voice.rate).tobytes()
                    assert first.setdefault(text, sound) == sound


def whole(out: Path) -> bool:
    """Whether a finished folder holds exactly what its manifest says."""
    manifest = json.loads((out / "manifest.json").read_text())
    named = {f["path"]: f["sha256"] for e in manifest["editions"] for r in e["formats"].values() for f in r.get("files", [])}
    named |= {f["path"]: f["sha256"] for f in manifest["assets"]}
    there = {p.relative_to(out).as_posix(): p for p in out.rglob("*") if p.is_file() and p.name != "manifest.json"}
    return named == {name: hashlib.sha256(p.read_bytes()).hexdigest() for name, p in there.items()}


def test_a_build_killed_at_any_moment_leaves_a_whole_folder(small: Path) -> None:
    """kill -9: dist/ is the old set or the new one, and the next run goes through and tidies up."""
    command = [sys.executable, str(ROOT / "build.py"), "build", "--project", str(small), "--jobs", "2"]
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    length = time.monotonic() - start
    chance = random.Random(2)
    for _ in range(12):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(chance.uniform(0.2, length * 1.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert whole(small / "dist")
    subprocess.run(command, check=True, capture_output=True)
    assert whole(small / "dist")
    assert [p.name for p in small.iterdir() if p.name.startswith(".")] == []
