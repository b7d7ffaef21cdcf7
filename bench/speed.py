"""The page of the figures, docs/reference/speed.md, and its plot, written from a folder of results.

    python bench/speed.py [FOLDER]

Nothing is measured here: the same results give the same page, and a test holds the page against the results.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from bench.plot import plot  # noqa: E402
from bench.rows import MACHINE, STAGES, Row, read  # noqa: E402

PAGE, IMAGE = ROOT / "docs" / "reference" / "speed.md", ROOT / "docs" / "images" / "speed.svg"
RESULTS = ROOT / "bench" / "results"
FASTER, MOST_ADDED, LEAST_USED = 4.0, 1.15, 0.8  # the goals
NO_CHANGE, ONE_EDIT, LINEAR = 10.0, 3.0, 1.25  # those of the largest library: seconds, seconds, and how much dearer than in the smallest an edition may be
_PROOF = re.compile(r"proof|again, for comparing|veraPDF|nothing over the edge|no heading alone")


@dataclass(frozen=True)
class Section:
    """What a group of rows is about, and how it is laid out."""

    title: str
    text: str
    table: Callable[[Sequence[Row]], list[str]]
    judged: Callable[[Sequence[Row]], str] = lambda _rows: ""


def _seconds(row: Row) -> str:
    return " | ".join(_number(s) for s in (row.least, row.middle, row.most))


def _number(seconds: float) -> str:
    return f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}"


def _times(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:.0f}"


def _share(part: float) -> str:
    return f"{100 * part:.0f} %"


def _plain(rows: Sequence[Row]) -> list[str]:
    return ["| what | least s | median s | most s | note |", "|---|--:|--:|--:|---|", *(f"| {r.name} | {_seconds(r)} | {r.note} |" for r in rows)]


def _beside(rows: Sequence[Row]) -> list[str]:
    """How many times as fast as each of the two first rows, which are the script."""
    one, several = rows[:2]
    return [
        "| what | least s | median s | most s | times as fast as the script | as the script at its fastest | note |",
        "|---|--:|--:|--:|--:|--:|---|",
        *(f"| {r.name} | {_seconds(r)} | {_times(one.middle / r.middle)} | {_times(several.middle / r.middle)} | {r.note} |" for r in rows),
    ]


def _beside_goal(rows: Sequence[Row]) -> str:
    met, missed = [], []
    for row in rows[2:]:
        times = rows[0].middle / row.middle
        (met if times >= FASTER else missed).append(f"“{row.name}” ({_times(times)})")
    said = [f"The goal is to be {FASTER:g} times as fast as the script, one step after the other."]
    said += [f"It is reached by {', '.join(met)}."] if met else []
    said += [f"It is **not reached** by {', '.join(missed)}."] if missed else []
    return " ".join(said)


def _pairs(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    return list(zip(rows[::2], rows[1::2], strict=True))


def _added(rows: Sequence[Row]) -> list[str]:
    out = ["| what | least s | median s | most s | ours by the library's | note |", "|---|--:|--:|--:|--:|---|"]
    for bare, ours in _pairs(rows):
        out += [f"| {bare.name} | {_seconds(bare)} | | {bare.note} |", f"| {ours.name} | {_seconds(ours)} | {_times(ours.middle / bare.middle)} | {ours.note} |"]
    return out


def _added_goal(rows: Sequence[Row]) -> str:
    kept = {ours.name: ours.middle / bare.middle for bare, ours in _pairs(rows)}
    missed = [f"“{name}” ({_times(ratio)})" for name, ratio in kept.items() if ratio > MOST_ADDED]
    return f"The goal is {MOST_ADDED:g} at most. " + (f"It is **not reached** by {', '.join(missed)}." if missed else "It is reached by all.")


def _workers(row: Row) -> int:
    return int(row.name.split()[0])


def _shared(rows: Sequence[Row]) -> list[str]:
    one = rows[0]
    return [
        "| workers | least s | median s | most s | times as fast as one | of what so many could do |", "|---|--:|--:|--:|--:|--:|",
        *(f"| {_workers(r)} | {_seconds(r)} | {_times(one.middle / r.middle)} | {_share(one.middle / r.middle / _workers(r))} |" for r in rows),
    ]  # fmt: skip


def _shared_goal(rows: Sequence[Row]) -> str:
    used = rows[0].middle / rows[-1].middle / _workers(rows[-1])
    return f"The goal is {_share(LEAST_USED)} with as many workers as cores. It is {'reached' if used >= LEAST_USED else '**not reached**'}: {_share(used)}."


def _size(row: Row) -> int:
    """How many leaflets the library of a row has."""
    return int(row.name.split()[0].replace(",", ""))


def _library_goal(rows: Sequence[Row]) -> str:
    said = []
    for words, goal in (("nothing changed", NO_CHANGE), ("one string changed", ONE_EDIT)):
        if found := [r for r in rows if r.name.endswith(words)]:
            row = max(found, key=_size)
            said.append(f"The goal for “{row.name}” is less than {goal:g} s. It is {'reached' if row.middle < goal else '**not reached**'}: {_number(row.middle)} s.")
    for words in ("plan and check", "pages, from nothing"):
        found = sorted((r for r in rows if r.name.endswith(words)), key=_size)
        if len(found) > 1:
            first, last = found[0], found[-1]
            dearer = (last.middle / _size(last)) / (first.middle / _size(first))
            said.append(
                f"Cost should be linear: with {_size(last):,} leaflets, “{words}” costs {_times(dearer)} times as much for each as with {_size(first):,}"
                + ("." if dearer <= LINEAR else ", which is **more than linear**.")
            )
    return " ".join(said)


def _machines(rows: Sequence[Row]) -> list[str]:
    """Rows come in pairs: the processes of one machine, and as many workers of a cluster."""
    pool, cluster = rows[::2], rows[1::2]
    return [
        "| workers | one machine's processes, s | a cluster's workers, s | times as fast as one worker | note |", "|---|--:|--:|--:|---|",
        *(f"| {_workers(c)} | {_number(p.middle)} | {_number(c.middle)} | {_times(cluster[0].middle / c.middle)} | {c.note} |" for p, c in zip(pool, cluster, strict=True)),
    ]  # fmt: skip


_SCRIPT = """\
`bench/scripted/` is what a competent web developer of a hospital would write today. A loop with polib takes the translations; jinja2 and Markdown make the pages; then there is one process for each step: the `weasyprint` command for each of four PDFs, the `espeak-ng` command for each of two recordings, and `lame` to make each an MP3. It has the words of this project with all notices and warnings, its fonts, its sizes, its styles for print, and the languages that have a voice.

The script gives **less**:

- It checks nothing: no translation, no number, no “no”, no picture, no font. A string without a translation stays English, and nobody is told.
- It proves nothing. No PDF is read back or validated, no ink is compared, no recording is decoded. What espeak-ng leaves out is missing.
- Its PDFs ask WeasyPrint for PDF/UA-1 tags, and nobody looks whether they are right. Hindi that is searched or copied in them is garbled.
- Its recordings have no chapters, no transcript, no times, no pauses around warnings, no even loudness; no lexicon says how a number is read, and warnings are read as fast as the rest.
- Its pages have no player, no square code, no web fonts of their own, no links to other languages and formats.
- It has no site, no search, no safety matrix, no manifest, and it writes over what is published while it runs.

Times are on the clock. What leafletkit does more is in its times: it checks every string, and proves every file. A script that is run again makes everything again."""

SECTIONS: Mapping[str, Section] = {
    "a": Section("Beside a hospital's own script", _SCRIPT, _beside, _beside_goal),
    "b": Section(
        "What is added to the libraries",
        "CPU seconds of all processes, if it does not say “on the clock”. The same PDFs of the same pages, styles and fonts; the same sentences, with the same espeak-ng; the same samples as MP3. Proofs are left out, and so is the comparing of each sentence with a second synthesis. Speech is a process for each sentence, because pyttsx3 in a loop [loses words without an error](../architecture.md#decisions-that-may-surprise).",
        _added, _added_goal,
    ),
    "c": Section("One core and several", "A whole build with an empty cache.", _shared, _shared_goal),
    "d": Section(
        "A library of leaflets",
        "Made by `bench/library.py`, which copies short leaflets and gives each sentence words of its own. Pages are the web pages of all editions, each proved; the memory is that of all processes together.",
        _plain, _library_goal,
    ),
    "e": Section(
        "Several machines",
        "A Dask cluster whose workers are processes of this machine, each with a folder of its own, beside as many processes without a cluster. The whole command, from the start to the end; the bytes of both folders are compared. Whoever hands out the work checks the leaflets and cuts web fonts with all its cores: so one worker beside it is faster than one process, and here all workers share its cores.",
        _machines,
    ),
}  # fmt: skip


def page(folder: Path) -> str:
    """The whole page as Markdown."""
    rows = read(folder)
    facts = json.loads((folder / MACHINE).read_text("utf-8"))
    rounds = max((len(row.seconds) for row in rows), default=0)
    groups = {name: list(found) for name, found in groupby(rows, lambda row: row.group)}
    out = [
        "# How fast it is",
        "Written by `bench/run.py`, a part of `make bench`; do not edit.\n"
        f"{'Each row was measured once' if rounds == 1 else f'Rows were measured up to {rounds} times'}, on one machine, in turns: each round measures every row once, so that noise hits all alike.",
        f"![{alt(groups)}](../images/speed.svg)",
    ]
    for name, found in groups.items():
        section = SECTIONS.get(name, Section(f"Group {name}", "", _plain))
        out += [f"## {section.title}", *filter(None, [section.text]), "\n".join(section.table(found)), *filter(None, [section.judged(found)])]
    if (folder / STAGES).exists():
        out += _stages(json.loads((folder / STAGES).read_text("utf-8")))
    out += ["## The machine", "\n".join(["| what | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts.items())])]
    out += ["## Measure again", _AGAIN, "\n".join(["| row | command |", "|---|---|", *dict.fromkeys(f"| {r.name} | `{r.command}` |" for r in rows if r.command)])]
    return "\n\n".join(out) + "\n"


_AGAIN = """\
```sh
make bench                                   # everything, and this page
python bench/run.py --rounds 1 --groups a    # one part, once
python bench/speed.py                        # this page from bench/results/, without measuring
```

Let nothing else run on the machine. A bench of its own adds rows with a JSON file in `bench/results/`; `bench/rows.py` says how a row looks. What single parts cost: `bench/checks.py`, `bench/pdf.py`, `bench/pages.py` ([what pages weigh](weights.md)), `bench/audio.py`."""


def _stages(found: Mapping[str, object]) -> list[str]:
    """Where the time of a build goes."""
    stages, whole = found["stages"], found["seconds"]
    assert isinstance(stages, dict) and isinstance(whole, float)
    proving = sum(s for name, s in stages.items() if _PROOF.search(name))
    rows = sorted(stages.items(), key=lambda row: -row[1])
    shown = [(name, s) for name, s in rows if s >= whole / 200]
    rest = whole - sum(s for _, s in shown)
    table = ["| stage | s | of all |", "|---|--:|--:|", *(f"| {name} | {s:.1f} | {_share(s / whole)} |" for name, s in shown)]
    return [
        "## Where the time of a build goes",
        f"One build with an empty cache in one process, {whole:.0f} s on the clock; each stage without those inside it. About {_share(proving / whole)} is proving: reading files back and comparing. veraPDF works beside the rest; its row, if it is shown, is how long the build waits for it.",
        "\n".join([*table, f"| all stages below half a percent | {rest:.1f} | {_share(rest / whole)} |"]),
    ]


def alt(groups: Mapping[str, Sequence[Row]]) -> str:
    """The plot in words."""
    said = ["Bars of seconds on the clock; shorter is faster."]
    for name in ("a", "c"):
        if found := groups.get(name):
            said.append("; ".join(f"{r.name}: {_number(r.middle)}" for r in found) + ".")
    return " ".join(said)


def write(folder: Path, target: Path = PAGE, image: Path = IMAGE) -> None:
    rows = read(folder)
    target.write_text(page(folder), "utf-8")
    image.write_text(plot([("Every leaflet in every language and format, seconds", [r for r in rows if r.group == "a"]), ("An empty cache, by the number of workers, seconds", [r for r in rows if r.group == "c"])]), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS)
