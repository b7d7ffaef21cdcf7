"""How long our recordings take beside a hospital's own script: espeak-ng for the whole text, then LAME.

    python bench/audio.py [ROUNDS] [--profile]

The IVIg leaflet in English, cut after a whole section so that the recording lasts about eight minutes.
CPU time (user and system, of all processes) of making it, each in a fresh process, turn by turn, the
best of all rounds. Then what a change of one sentence costs, and the time on the clock of a whole job
of a build with one core and with all. `--profile` also shows in which functions the time of “ours” goes.
"""

from __future__ import annotations

import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

# A fresh process loads no more than it needs: the rest is imported where it is used.
from leafletkit import segments  # noqa: E402, I001  # the toolkit says how many threads numpy has, so it comes first
import soundfile  # noqa: E402
from leafletkit.cache import Cache  # noqa: E402
from leafletkit.model import Block, Edition  # noqa: E402
from leafletkit.render.audio import Recorded, synthesise  # noqa: E402
from leafletkit.script import lines, script  # noqa: E402
from leafletkit.segments import Segments  # noqa: E402
from leafletkit.speech import RATE  # noqa: E402
from leafletkit.voices import Voice  # noqa: E402

SECONDS = 8 * 60
KEY = ("ivig", "en-GB")
CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Task:
    """What a fresh process is to do. `cache` is a folder of sentences, empty or not."""

    edition: Edition
    voice: Voice
    cache: Path
    twice: bool = True  # each sentence is spoken in two ways
    prove: bool = False
    cores: int = 0  # 0: the recording alone; else the whole job, as a build does it, on so many
    profile: bool = False


def record(task: Task) -> Recorded:
    return synthesise(task.edition, task.voice, RATE, Segments(task.voice, ROOT, Cache(task.cache)).sounds)


def work(task: Task) -> None:
    """Do it, in this process; print how many sentences were spoken and how many seconds the recording lasts."""
    counted = [0]
    speak = Segments._speak

    def counting(self: Segments, wanted: Sequence[segments.Wanted]) -> Mapping[segments.Wanted, Any]:
        counted[0] += len(wanted)
        return speak(self, wanted)

    Segments._speak = counting  # type: ignore[method-assign]
    if not task.twice:
        segments.speak_all = lambda _voice, _root, texts, **_: dict.fromkeys(texts)  # type: ignore[assignment]
        segments._alike = lambda _one, _other: True  # type: ignore[assignment]
    recorded = record(task)
    if task.prove:
        proved(task, recorded)
    print(counted[0], recorded.seconds)


def proved(task: Task, recorded: Recorded) -> None:
    """Prove a recording as a build does."""
    from leafletkit.jobs import _Said
    from leafletkit.proof.audio import prove_audio

    voice = task.voice
    said = _Said(Segments(voice, ROOT, Cache(task.cache)))
    places, findings, _ = prove_audio(
        recorded.files, task.edition, "x.mp3", said, letters=voice.letters, spoken=voice.spoken, slower=voice.rate / voice.slow
    )
    assert places and not findings, findings


def build(task: Task) -> None:
    """A recording as a build makes it, on so many cores that are ready; print the seconds on the clock."""
    from leafletkit.execute import execute, workers
    from leafletkit.jobs import Job, perform, perform_speech, speech_jobs

    job = Job("audio", task.edition, ROOT, voice=task.voice, cache=task.cache)
    with workers(task.cores) as pool:
        execute(time.sleep, [0.2] * task.cores, pool)
        begun = time.monotonic()
        assert not pool or not any(execute(perform_speech, speech_jobs([job]), pool))
        (outcome,) = execute(perform, [job], pool)
        print(time.monotonic() - begun)
    assert not outcome.findings, outcome.findings


def cut(edition: Edition, voice: Voice, cache: Path) -> tuple[Edition, float]:
    """The first sections of an edition, as many as make about eight minutes; with every warning whole or not at all."""
    blocks = edition.text.blocks
    starts = [n for n, b in enumerate(blocks) if b.kind == "heading"]
    best: tuple[float, Edition] | None = None
    for end in (*starts[1:], len(blocks)):
        left = {b.warning for b in blocks[end:]}
        if left & {b.warning for b in blocks[:end] if b.warning}:
            continue  # a warning goes on in the next section
        shorter = with_blocks(edition, blocks[:end])
        seconds = record(Task(shorter, voice, cache)).seconds
        if best is None or abs(seconds - SECONDS) < abs(best[0] - SECONDS):
            best = seconds, shorter
        if seconds > SECONDS:
            break
    assert best
    return best[1], best[0]


def with_blocks(edition: Edition, blocks: tuple[Block, ...]) -> Edition:
    """An edition with some of its blocks, and the warnings that these carry."""
    carried = {b.warning for b in blocks}
    warnings = tuple(w for w in edition.leaflet.warnings if w.id in carried)
    return replace(edition, text=replace(edition.text, blocks=blocks), leaflet=replace(edition.leaflet, warnings=warnings))


def with_a_change(edition: Edition) -> Edition:
    """One more word in one sentence."""
    blocks = list(edition.text.blocks)
    number = next(n for n, b in reversed(list(enumerate(blocks))) if b.kind == "paragraph" and not b.warning)
    blocks[number] = replace(blocks[number], text="Also: " + blocks[number].text)
    return replace(edition, text=replace(edition.text, blocks=tuple(blocks)))


def used() -> float:
    """CPU seconds of all processes that were started here and have ended."""
    row = resource.getrusage(resource.RUSAGE_CHILDREN)
    return row.ru_utime + row.ru_stime


def timed(*commands: Sequence[str]) -> tuple[float, float, str]:
    """CPU seconds, seconds on the clock, and the output of the last of these commands."""
    before, begun, out = used(), time.monotonic(), ""
    for command in commands:
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return used() - before, time.monotonic() - begun, out


def fresh(task: Task) -> tuple[float, float, str]:
    """The same of a task, in a fresh process."""
    with tempfile.NamedTemporaryFile(suffix=".task") as file:
        file.write(pickle.dumps(task))
        file.flush()
        return timed([sys.executable, __file__, "--task", file.name])


def own_script(edition: Edition, voice: Voice, folder: Path) -> list[list[str]]:
    """What a hospital would write: the same words, in one call."""
    rows = lines(script(edition, synthetic=True, minutes=8), edition.language.sentence_ends)
    text, wav, mp3 = folder / "text.txt", folder / "x.wav", folder / "x.mp3"
    text.write_text("\n".join(voice.spoken(line.text) for line in rows), "utf-8")
    speak = ["espeak-ng", "-v", "en", "-s", str(voice.rate), "-f", str(text), "-w", str(wav)]
    return [speak, ["lame", "--quiet", "-b", "64", "-m", "m", str(wav), str(mp3)]]


def best(rows: list[tuple[float, float, str]]) -> tuple[float, float, str]:
    """The least CPU time, the least time on the clock, and what the last said."""
    return min(r[0] for r in rows), min(r[1] for r in rows), rows[-1][2]


def main(rounds: int, *, profile: bool) -> None:
    from leafletkit.checking import Selection, check
    from leafletkit.project import load

    project = load(ROOT)
    voice = project.voices[KEY[1]]
    with tempfile.TemporaryDirectory(prefix="leafletkit-bench-") as name:
        folder = Path(name)
        kept = folder / "kept"
        whole = check(project, Selection((KEY[0],), (KEY[1],)), date(2024, 1, 1)).editions[KEY]
        edition, seconds = cut(whole, voice, kept)
        task = Task(edition, voice, kept)
        theirs, anew = own_script(edition, voice, folder), iter(range(10**6))

        def cold(**options: Any) -> Task:
            return replace(task, cache=folder / str(next(anew)), **options)

        cases = {
            "a. espeak-ng, then LAME": lambda: timed(*theirs),
            "b. ours, empty cache, spoken once": lambda: fresh(cold(twice=False)),
            "c. ours, empty cache, spoken in two ways": lambda: fresh(cold()),
            "d. ours, warm cache": lambda: fresh(task),
            "e. c, proved": lambda: fresh(cold(prove=True)),
            "f. d, proved": lambda: fresh(replace(task, prove=True)),
            "of b to f: start of Python, and imports": lambda: timed([sys.executable, __file__, "--task", ""]),
        }
        results: dict[str, list[tuple[float, float, str]]] = {case: [] for case in cases}
        for _ in range(rounds):
            for case, run in cases.items():
                results[case].append(run())
        base = best(next(iter(results.values())))[0]
        blocks, count = edition.text.blocks, len(lines(script(edition, synthetic=True, minutes=8), edition.language.sentence_ends))
        print(f"{' '.join(KEY)}: {len(blocks)} of {len(whole.text.blocks)} blocks, {len(edition.leaflet.warnings)} warnings, {count} sentences, {seconds / 60:.1f} minutes; best of {rounds}\n")
        print("| What | CPU s | x a | Clock s | Sentences spoken |\n|---|--:|--:|--:|--:|")
        for case, rows in results.items():
            cpu, clock, said = best(rows)
            print(f"| {case} | {cpu:.2f} | {cpu / base:.2f} | {clock:.2f} | {said.split()[0] if said else '–'} |")
        changed = []
        for number in range(rounds):
            shutil.copytree(kept, folder / f"changed{number}")
            changed.append(fresh(replace(task, edition=with_a_change(edition), cache=folder / f"changed{number}")))
        cpu, clock, said = best(changed)
        print(f"| one sentence changed, warm cache | {cpu:.2f} | {cpu / base:.2f} | {clock:.2f} | {said.split()[0]} |")
        for cores in (1, CORES):
            clock = min(float(fresh(cold(cores=cores))[2]) for _ in range(rounds))
            print(f"| a build's recording, empty cache, proved, {cores} cores |  |  | {clock:.2f} |  |")
        length = soundfile.info(theirs[1][-1]).duration
        once = best(results["b. ours, empty cache, spoken once"])[0]
        print(f"\na lasts {length / 60:.1f} minutes: it has no pauses and no slow warnings. Minute for minute, b takes {once / seconds * length / base:.2f} x a.")
        if profile:
            print("\n" + fresh(cold(twice=False, profile=True))[2])


def profiled(task: Task) -> None:
    """Where the time of this process goes; that of the engine's is in a row of its own."""
    import cProfile
    import pstats

    before = used()
    with cProfile.Profile() as profile:
        work(task)
    print(f"processes of the engine: {used() - before:.2f} CPU s")
    pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    options = sys.argv[1:]
    if options[:1] == ["--task"]:
        if options[1]:
            given: Task = pickle.loads(Path(options[1]).read_bytes())  # noqa: S301  # written by ourselves, just now
            (build if given.cores else profiled if given.profile else work)(given)
        sys.exit()
    missing = [name for name in ("espeak-ng", "lame") if not shutil.which(name)]
    if missing:
        print(f"This needs {' and '.join(missing)} to compare with. Run:  sudo apt-get install --no-install-recommends {' '.join(missing)}")
        sys.exit(1)
    numbers = [int(o) for o in options if o.isdecimal()]
    main(numbers[0] if numbers else 3, profile="--profile" in options)
