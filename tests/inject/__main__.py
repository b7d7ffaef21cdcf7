"""`make faults`: plant every fault, and write the table of what was caught to docs/reference/fault-injection.md.

    python -m tests.inject DIST [--only-catalogues]

DIST is a folder that `build` has written. Ends with 1 if a fault planted by rule was not caught.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

from leafletkit.checking import Selection, check
from leafletkit.findings import CODES
from leafletkit.model import PRINT
from leafletkit.project import Project, load
from leafletkit.render.links import AUDIO_FILES, file_name

from .bench import Bench, bench, blocks, wordings
from .finished import in_pages, in_pdf, in_recording
from .plant import planted

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "docs" / "reference" / "fault-injection.md"
LEAFLET = "ivig"
Result = tuple[str, str, str, str, tuple[str, ...]]  # language, kind, string, text, codes


def _bench(tag: str) -> tuple[Project, Bench]:
    project = load(ROOT)
    (leaflet,) = [x for x in project.leaflets if x.id == LEAFLET]
    return project, bench(project, leaflet, tag)


def catalogue_faults(tag: str) -> list[Result]:
    """Every fault planted in one catalogue, and what blocks it."""
    _, here = _bench(tag)
    return [(tag, p.kind, p.entry.context, p.entry.msgstr, blocks(here.try_entry(p.entry))) for p in planted(here)]


def right_wordings(job: tuple[str, str]) -> list[Result]:
    """Every right sentence, and what blocks it: false alarms. `first` is the set the facts were developed with."""
    tag, which = job
    _, here = _bench(tag)
    return [(tag, which, w.context, w.text, blocks(here.try_text(w.context, w.text))) for w in wordings(tag, which) if w.kind == "right"]


def file_faults(job: tuple[str, str, str]) -> list[Result]:
    """Every fault planted in the finished files of one language and format."""
    tag, kind, dist = job
    project = load(ROOT)
    editions = check(project, Selection((LEAFLET,), (tag,)), date.today()).editions
    edition, folder = editions[LEAFLET, tag], Path(dist) / LEAFLET / tag
    if kind == "pages":
        rows = in_pages(edition, folder)
    elif kind == "pdf":
        rows = (row for fmt in PRINT for row in in_pdf(edition.told(fmt), fmt, (folder / file_name(fmt, LEAFLET, tag)).read_bytes()))
    else:
        rows = in_recording(edition, [(folder / f"{LEAFLET}-{tag}{end}").read_bytes() for end in AUDIO_FILES[:3]], project.voices[tag])
    return [(tag, name, warning, "", codes) for name, warning, codes in rows]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dist", type=Path, help="a folder of finished leaflets")
    parser.add_argument("--only-catalogues", action="store_true", help="leave the finished files out, and write no table")
    options = parser.parse_args(arguments)
    project = load(ROOT)
    source = project.settings.source_language
    tags = [t for t in project.settings.languages if t != source]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(catalogue_faults, tag) for tag in tags]
        alarms = [pool.submit(right_wordings, (tag, which)) for which in ("first", "second") for tag in tags]
        if not options.only_catalogues:
            for kind in ("audio", "pdf", "pages"):
                for tag in (source, *tags):
                    if kind != "audio" or project.voices[tag].engine != "none":
                        jobs.append(pool.submit(file_faults, (tag, kind, str(options.dist))))
        results = [row for job in jobs for row in job.result()]
        right = [row for job in alarms for row in job.result()]
        baseline = {tag: sorted({code for _, code in _bench(tag)[1].before if CODES[code].severity == "blocks"}) for tag in tags}
    text = table(results, right, tags, source, baseline)
    if options.only_catalogues:
        print(text)
    else:
        TABLE.write_text(text, "utf-8")
        print(text.partition("## What was missed")[0])
        print(f"The whole table is in {TABLE.relative_to(ROOT)}.")
    return 1 if any(not codes and "written" not in kind for _, kind, _, _, codes in results) else 0


def table(results: list[Result], right: list[Result], tags: list[str], source: str, baseline: dict[str, list[str]]) -> str:
    kinds = list(dict.fromkeys(row[1] for row in results))
    kinds.sort(key=lambda k: ("written" in k, "the P" in k or "page" in k or "recording" in k))
    by: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for row in results:
        by[row[1], row[0]].append(row)
    columns = [source, *tags]
    caught, planted_ = sum(bool(r[4]) for r in results), len(results)
    lines = [
        "# Fault injection", "",
        "Written by `make faults`; do not edit. One fault at a time is planted in the good IVIg leaflet, for every warning, language and kind of fault, and held against the same checks and proofs that `build` runs. A fault is caught if it keeps the edition from being published.", "",
        f"**{caught} of {planted_} planted faults were caught.** The run was on {date.today():%-d %B %Y}.", "",
        "“Written” are sentences written one by one as a careless translator would say it, in `tests/wordings/second`, without sight of the checks and of the facts of the languages (by language models, as the translations are: see [how they were made](../translations.md)). The other faults are made by rule.", "",
        "## Planted and caught", "",
        "| kind of fault | " + " | ".join(columns) + " | all | caught by |",
        "|---" * (len(columns) + 3) + "|",
    ]  # fmt: skip
    for kind in kinds:
        rows = [r for tag in columns for r in by[kind, tag]]
        codes = Counter(code for r in rows for code in r[4])
        cells = [f"{sum(bool(r[4]) for r in by[kind, tag])}/{len(by[kind, tag])}" if by[kind, tag] else "–" for tag in columns]
        names = ", ".join(f"`{code}` {n}" for code, n in codes.most_common(4))
        lines.append(f"| {kind} | " + " | ".join(cells) + f" | {sum(bool(r[4]) for r in rows)}/{len(rows)} | {names} |")
    lines += ["", "A fault may be caught by several codes.", "", "## False alarms", "",
              "Right sentences that are blocked all the same. The first set was used to find what the facts lacked; the second was written afterwards and apart, and is the one that counts.", "",
              "| sentences | " + " | ".join(tags) + " | all |", "|---" * (len(tags) + 2) + "|"]  # fmt: skip
    good = [", ".join(baseline[tag]) or "none" for tag in tags]
    lines.append("| the catalogue as it stands | " + " | ".join(good) + f" | {sum(map(len, baseline.values())) or 'none'} |")
    for which, name in (("first", "first set (development)"), ("second", "second set (held out)")):
        cells = []
        for tag in tags:
            rows = [r for r in right if r[0] == tag and r[1] == which]
            cells.append(f"{sum(bool(r[4]) for r in rows)} of {len(rows)}")
        rows = [r for r in right if r[1] == which]
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {sum(bool(r[4]) for r in rows)} of {len(rows)} |")
    alarms = Counter(code for r in right if r[1] == "second" for code in r[4])
    lines += ["", "Codes of the false alarms in the second set: " + (", ".join(f"`{c}` {n}" for c, n in alarms.most_common()) or "none") + ".", ""]
    missed = [r for r in results if not r[4]]
    lines += ["## What was missed, and why", "", _WHY, ""]
    for kind in kinds:
        rows = [r for r in missed if r[1] == kind]
        if rows:
            lines += [f"### {kind}: {len(rows)}", ""]
            lines += [f"- {tag} `{string}`" + (f": {_short(text)}" if text else "") for tag, _, string, text, _ in rows]
            lines.append("")
    lines += ["## False alarms of the second set", ""]
    lines += [f"- {tag} `{string}` ({', '.join(codes)}): {_short(text)}" for tag, which, string, text, codes in right if which == "second" and codes]
    return "\n".join(lines) + "\n"


_WHY = (
    "The checks look for words: a number, a term, a “no”. They can't see a meaning that is turned round with the right words all there "
    "(“to raise this risk” for “to lower this risk”), nor words for which the glossary has no key. That is why nothing is released without "
    "people: a linguist for every string and a clinician for every warning. The check of a PDF counts glyphs and can't read them in every script: wrong "
    "glyphs under right text are not among the faults here."
)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) < 140 else words[:140] + "…"


if __name__ == "__main__":
    sys.exit(main())
