"""Every leaflet in every language and format, by command lines: the pipeline that a hospital would script.

    python build.py CONTENT OUT [--processes N]

For each edition: pages.py, then weasyprint for each of four PDFs, espeak-ng and then lame for each of two recordings. One
process a step, one step after the other; with --processes, so many at once. It stops at the first step that fails.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
PRINTS = {"standard-print": "print", "large-print": "print", "giant-print": "print", "easy-read-print": "easy-read-print"}
Step = Sequence[Sequence[str]]  # command lines, one after the other


def steps(content: Path, out: Path, styles: Path) -> tuple[list[Step], list[Step]]:
    """What makes the pages; then what makes everything else."""
    weasyprint = shutil.which("weasyprint", path=str(Path(sys.executable).parent)) or "weasyprint"
    languages = json.loads((content / "languages.json").read_text("utf-8"))
    pages: list[Step] = []
    rest: list[Step] = []
    for source in sorted(content.glob("*/leaflet.json")):
        for tag in json.loads(source.read_text("utf-8"))["editions"]:
            leaflet = source.parent.name
            folder = out / leaflet / tag
            pages.append([[sys.executable, str(HERE / "pages.py"), str(content), leaflet, tag, str(folder)]])
            for name, page in PRINTS.items():
                sheets = ["-s", str(styles / "print.css"), "-s", str(folder / f"{name}.css")]
                rest.append([[weasyprint, "--quiet", "--pdf-variant", "pdf/ua-1", *sheets, str(folder / f"{page}.html"), str(folder / f"{name}.pdf")]])
            speaks = languages[tag]["speaks"]
            for name in ("audio", "easy-read-audio") if speaks else ():
                text, wav, mp3 = (str(folder / f"{name}.{end}") for end in ("txt", "wav", "mp3"))
                rate = speaks["slow" if name.startswith("easy") else "rate"]
                speak = ["espeak-ng", "-v", speaks["voice"], "-s", str(rate), "-f", text, "-w", wav]
                rest.append([speak, ["lame", "--quiet", "-b", "64", "-m", "m", wav, mp3], ["rm", wav]])
    return pages, rest


def run(step: Step) -> None:
    for command in step:
        subprocess.run(command, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--styles", type=Path, default=HERE.parent.parent / "styles")
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    shutil.copy(given.styles / "page.css", given.out)
    with ThreadPoolExecutor(given.processes) as pool:
        for part in steps(given.content, given.out, given.styles):
            list(pool.map(run, part))


if __name__ == "__main__":
    main()
