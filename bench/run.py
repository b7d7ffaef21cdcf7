"""The whole bench in one run: measure side by side, keep the results, write the page and the plot.

    python bench/run.py [--rounds 3] [--groups abcs] [--out bench/results] [--project DIR] [--rows FILE …]

Groups: a. whole builds beside the pipeline that a hospital would script; b. what our functions add to the bare libraries;
c. builds on 1, 2, … cores; s. where the time of a build goes, stage by stage. --rows takes results of other benches along.
Needs espeak-ng and lame on the path, for the script. Nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench import overhead, rows, speed, whole  # noqa: E402


def main(arguments: list[str]) -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # Python keeps what it has compiled, as it does unless somebody forbids it
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--groups", default="abcs")
    parser.add_argument("--out", type=Path, default=speed.RESULTS, help="folder of results; any other than bench/results gets a page of its own")
    parser.add_argument("--project", type=Path, default=ROOT)
    parser.add_argument("--rows", type=Path, nargs="*", default=[], help="results of other benches, to be taken along")
    given = parser.parse_args(arguments)
    if lacking := [name for name in ("espeak-ng", "lame") if not shutil.which(name)]:
        print(f"This needs {' and '.join(lacking)} to compare with. Run:  sudo apt-get install --no-install-recommends {' '.join(lacking)}")
        return 1
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:7.0f} s  {text}", flush=True)

    rows.dump(given.out / rows.MACHINE, rows.machine())
    for path in given.rows:
        if path.resolve().parent != given.out.resolve():
            shutil.copy(path, given.out / path.name)
    if set(given.groups) & set("ac"):
        with tempfile.TemporaryDirectory(prefix="leafletkit-bench-") as work:
            for name, found in whole.measure(given.project, Path(work), given.rounds, given.groups, say):
                rows.write(given.out / f"{name}.json", found)
    if "b" in given.groups:
        rows.write(given.out / "b.json", overhead.measure(given.project, given.rounds, say))
    if "s" in given.groups:
        path = given.out / rows.STAGES
        subprocess.run([sys.executable, str(ROOT / "bench" / "stages.py"), "--project", str(given.project), "--json", str(path)], check=True, stdout=subprocess.DEVNULL)
        say(f"stages: {json.loads(path.read_text())['seconds']:.1f} s")
    if given.out.resolve() == speed.RESULTS:
        speed.write(given.out)
    else:  # the page in docs/ is that of the results which are kept
        speed.write(given.out, given.out / "speed.md", given.out / "speed.svg")
    say("all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
