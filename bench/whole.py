"""Whole builds, as a user runs them, beside the pipeline that a hospital would script (`scripted/`).

Each round measures every case once, one after the other, so that noise of the machine hits all alike. Our builds make,
check and prove; the script only makes. Both get the same words and fonts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import polib
from bench.rows import Row

from leafletkit.cache import Cache
from leafletkit.checking import Selection, check
from leafletkit.model import RECORDINGS
from leafletkit.project import load
from leafletkit.script import lines, script
from leafletkit.segments import Segments

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CORES = len(os.sched_getaffinity(0))
EDITED = "pl"  # the language in which a translator changes a sentence
WORDS = ("Ważne", "Uwaga", "Pamiętaj", "Informacja", "Przypomnienie")  # put before it, another in each round
SCRIPT, SCRIPT_FOUR = "the script, one step after the other", f"the script, {CORES} processes at once"
COLD, WARM = f"leafletkit, empty cache, {CORES} jobs", f"leafletkit, sentences in the cache, all else new, {CORES} jobs"
SAME, CHANGED = f"leafletkit, built again with no change, {CORES} jobs", f"leafletkit, one translated sentence changed, {CORES} jobs"
_PARTS = ("leaflet", "locales", "styles", "audio", "fonts", "project.toml")
_MINUTES = range(1, 121)  # how long a recording may say that it is


class Whole:
    """One project, and a folder of our own to build it in."""

    def __init__(self, project: Path, work: Path, say: Callable[[str], None]) -> None:
        self.project, self.work, self.say = work / "project", work, say
        for name in _PARTS:
            if (project / name).is_dir():
                shutil.copytree(project / name, self.project / name)
            elif (project / name).is_file():
                shutil.copy(project / name, self.project / name)
        self.content = work / "content"
        subprocess.run([sys.executable, str(HERE / "scripted" / "prepare.py"), str(self.project), str(self.content)], check=True)
        self._number = 0

    def fresh(self, name: str) -> Path:
        self._number += 1
        return self.work / f"{name}-{self._number}"

    def timed(self, name: str, command: Sequence[str]) -> float:
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True)
        taken = time.monotonic() - begun
        if done.returncode:
            raise RuntimeError(f"“{name}” ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        self.say(f"{name}: {taken:.1f} s")
        return taken

    def scripted(self, processes: int) -> float:
        out = self.fresh("scripted")
        name = SCRIPT if processes == 1 else SCRIPT_FOUR
        taken = self.timed(name, [sys.executable, str(HERE / "scripted" / "build.py"), str(self.content), str(out), "--styles", str(self.project / "styles"), "--processes", str(processes)])
        shutil.rmtree(out)
        return taken

    def build(self, name: str, out: Path, cache: Path, jobs: int = CORES) -> float:
        options = ["--project", str(self.project), "--out", str(out), "--cache", str(cache), "--jobs", str(jobs)]
        return self.timed(name, [sys.executable, str(ROOT / "build.py"), "build", *options])

    def change(self, word: str) -> None:
        """A translator puts a word before one sentence, with a program of their own."""
        for path in sorted((self.project / "locales" / EDITED / "LC_MESSAGES").glob("*.po")):
            if path.stem == "interface":
                continue
            catalogue = polib.pofile(str(path))
            (entry,) = [e for e in catalogue if e.comment.startswith("Paragraph")][:1]
            before, mark, rest = entry.msgstr.partition(": ")
            entry.msgstr = f"{word}: {rest if mark and before in WORDS else entry.msgstr}"
            catalogue.save()
            return
        raise RuntimeError(f"no catalogue in {EDITED} to change")

    def sentences(self, kept: Path) -> Path:
        """A new cache with the sentences of another, and nothing else of it."""
        old, new = Cache(kept), Cache(self.fresh("cache"))
        project = load(self.project)
        for edition in check(project, Selection(), date.today()).editions.values():
            voice = project.voices.get(edition.language.tag)
            if not voice or not voice.synthetic:
                continue
            segments = Segments(voice, self.project, old)
            for fmt in RECORDINGS:
                told = edition.told(fmt)
                said = [s for n in (0, *_MINUTES) for s in script(told, synthetic=True, minutes=n) if not n or s.id == "opening.length"]
                for row in lines(said, told.language.sentence_ends):
                    key = segments.key((voice.spoken(row.text), row.slow))
                    if key not in new and (sound := old.get(key)):
                        new.put(key, sound)
        return new.folder


def measure(project: Path, work: Path, rounds: int, groups: str, say: Callable[[str], None]) -> Iterator[tuple[str, list[Row]]]:
    """The rows of the groups “a” (beside the script) and “c” (1, 2, … workers), whichever are asked for: so far, after each round."""
    whole = Whole(project, work, say)
    seconds: dict[str, list[float]] = {}
    workers = sorted({1, min(2, CORES), CORES})

    def note(name: str, taken: float) -> None:
        seconds.setdefault(name, []).append(taken)

    for number in range(rounds):
        if "a" in groups:
            note(SCRIPT, whole.scripted(1))
            note(SCRIPT_FOUR, whole.scripted(CORES))
        out, cache = whole.fresh("dist"), whole.fresh("cache")
        note(COLD, whole.build(COLD, out, cache))
        if "a" in groups:
            note(SAME, whole.build(SAME, out, cache))
            spoken = whole.sentences(cache)
            whole.change(WORDS[number % len(WORDS)])
            note(CHANGED, whole.build(CHANGED, out, cache))
            shutil.rmtree(out)
            note(WARM, whole.build(WARM, out, spoken))
            shutil.rmtree(spoken)
        shutil.rmtree(out)
        shutil.rmtree(cache)
        for jobs in workers[:-1] if "c" in groups else ():
            out, cache = whole.fresh("dist"), whole.fresh("cache")
            note(_worker(jobs), whole.build(_worker(jobs), out, cache, jobs))
            shutil.rmtree(out)
            shutil.rmtree(cache)
        yield from _rows(seconds, workers, groups)


def _rows(seconds: Mapping[str, Sequence[float]], workers: Sequence[int], groups: str) -> Iterator[tuple[str, list[Row]]]:
    if "a" in groups:
        yield "a", [Row("a", name, tuple(seconds[name]), NOTES[name], COMMANDS[name]) for name in NOTES]
    if "c" in groups:
        yield "c", [
            Row("c", _worker(jobs), tuple(seconds[COLD if jobs == CORES else _worker(jobs)]), "", f"build.py build --jobs {jobs} --out NEW --cache NEW")
            for jobs in workers
        ]


def _worker(count: int) -> str:
    return f"{count} worker{'s' * (count > 1)}"


_BUILD = f"build.py build --jobs {CORES}"
NOTES = {
    SCRIPT: "makes, and looks at nothing; every change costs the whole again",
    SCRIPT_FOUR: "the same",
    COLD: "makes, checks and proves",
    WARM: f"as after a change of the styles; with one sentence of {EDITED} changed too, which is spoken anew",
    SAME: "",
    CHANGED: f"one paragraph of {EDITED}",
}
COMMANDS = {
    SCRIPT: "scripted/build.py CONTENT OUT",
    SCRIPT_FOUR: f"scripted/build.py CONTENT OUT --processes {CORES}",
    COLD: f"{_BUILD} --out NEW --cache NEW",
    WARM: f"{_BUILD} --out NEW --cache SENTENCES",
    SAME: f"{_BUILD} --out SAME --cache SAME",
    CHANGED: f"{_BUILD} --out SAME --cache SAME",
}
