"""What a library costs: many leaflets in many languages.

    python bench/library.py make FOLDER [--leaflets 1000] [--languages 20]
    python bench/library.py measure [--sizes 10,100,1000] [--languages 20] [--sample 2] [--rounds 1] [--json FILE]

`make` writes a project whose every edition is whole. It is a load, not a library: each leaflet is some blocks of
`ivig` with their translations, and a language that this project has no catalogue of is a stand-in, with the words
and facts of another. `measure` runs the real command on such projects, and writes down seconds and memory.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench.library_make import make  # noqa: E402
from bench.library_measure import measure  # noqa: E402


def main(arguments: list[str]) -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # Python keeps what it has compiled, as it does unless somebody forbids it
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    making = verbs.add_parser("make", help="write a project")
    making.add_argument("folder", type=Path)
    making.add_argument("--leaflets", type=int, default=1000)
    making.add_argument("--languages", type=int, default=20)
    measuring = verbs.add_parser("measure", help="run the real command on projects of several sizes")
    measuring.add_argument("--sizes", default="10,100,1000", help="numbers of leaflets")
    measuring.add_argument("--languages", type=int, default=20)
    measuring.add_argument("--sample", type=int, default=2, help="leaflets of the full build in all formats; 0: none")
    measuring.add_argument("--rounds", type=int, default=1, help="runs of each step that can be repeated")
    measuring.add_argument("--work", type=Path, help="folder for the projects, else one that is thrown away")
    measuring.add_argument("--json", type=Path, help="write the rows here")
    given = parser.parse_args(arguments)
    if given.verb == "make":
        make(given.folder, given.leaflets, given.languages)
        return
    sizes = [int(size) for size in given.sizes.split(",")]
    rows = []
    for row in measure(sizes, given.languages, given.sample, given.rounds, given.work):
        rows.append(row)
        print(f"{row['name']:<44} {row['seconds'][0]:8.1f} s  {row['note']}", flush=True)
        if given.json:
            given.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
