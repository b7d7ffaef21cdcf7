"""Where the time of a build goes, stage by stage.

    python bench/stages.py [--project DIR] [--jobs N] [--cache DIR] [--json FILE]

Builds with an empty cache (or the given one) into a folder that is thrown away. With one process each stage is timed
by itself, less the stages inside it; veraPDF works beside the rest, so its row is how long the build waits for it.
With several processes the rows are the phases of the build, as the clock of the process that hands out the work sees them.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

# What is timed, and what it is called in the table. With an @ only where this module calls it, as others do too.
SERIAL = (
    ("checking.check", "check: read, translate, judge"),
    ("render.print.render_print", "PDF: WeasyPrint's layout and writing"),
    ("render.print.font_files", "PDF: fonts read"),
    ("render.print.keep_inside", "PDF: nothing over the edge"),
    ("render.print._keep_headings", "PDF: no heading alone"),
    ("render.pdf_text.recode", "PDF: exact words"),
    ("render.pdf_tags.finish", "PDF: tags"),
    ("proof.pdf.prove_pdf", "PDF proof: structure and words"),
    ("proof.ink.hidden", "PDF proof: ink"),
    ("proof.pdf_read.extracted", "PDF proof: PDFium's words"),
    ("proof.code.codes", "PDF proof: square code"),
    ("segments.Segments._speak", "speech: comparing, keeping"),
    ("engines.Engine.speak", "speech: pyttsx3, a process a sentence"),
    ("proof.resynthesis.speak_all", "speech: spoken again, for comparing"),
    ("render.audio.synthesise", "recording: put together, tagged"),
    ("loudness.levelled", "recording: levelled"),
    ("render.audio._encode", "recording: LAME"),
    ("@render.audio.true_peak", "recording: true peak"),
    ("render.cover.render_cover", "recording: cover"),
    ("proof.audio.prove_audio", "recording proof: decoded and compared"),
    ("@proof.audio.integrated", "recording proof: loudness"),
    ("@proof.audio.true_peak", "recording proof: true peak"),
    ("render.web.render_web", "pages: web"),
    ("render.easy_read.render_easy_read", "pages: easy read"),
    ("proof.html.prove_page", "pages: proof"),
    ("proof.along.prove_along", "pages: proof of the player"),
    ("fonts._cut", "fonts: cut for the web, and Chinese for paper"),
    ("site.site", "site"),
    ("matrix.report_part", "safety matrix"),
    ("library.finish", "publish: assets, report, manifest"),
    ("publish.Staging.commit", "publish: the folder put in its place"),
    ("proof.pdf_ua.Validation.reports", "veraPDF: waited for"),
)
PARALLEL = (*(row for row in SERIAL if row[0].startswith(("checking.", "site.", "matrix.", "library.", "publish.", "proof.pdf_ua."))),)


@dataclass
class Clock:
    """Seconds and calls of each label, without what is inside others."""

    seconds: dict[str, float] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    open: list[list[float]] = field(default_factory=list)  # seconds of the stages inside each open one

    def timed(self, label: str, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        self.open.append([0.0])
        begun = time.monotonic()
        try:
            return function(*args, **options)
        finally:
            taken, inside = time.monotonic() - begun, self.open.pop()[0]
            self.seconds[label] = self.seconds.get(label, 0.0) + taken - inside
            self.calls[label] = self.calls.get(label, 0) + 1
            if self.open:
                self.open[-1][0] += taken

    def watch(self, name: str, label: str) -> None:
        """Time every call of a function by its dotted name below leafletkit; a name that is gone is left out."""
        parts = name.removeprefix("@").split(".")
        owner: Any = None
        for cut in range(len(parts) - 1, 0, -1):
            try:
                owner = importlib.import_module("leafletkit." + ".".join(parts[:cut]))
            except ModuleNotFoundError:
                continue
            for part in parts[cut:-1]:
                owner = getattr(owner, part, None)
            break
        function = getattr(owner, parts[-1], None)
        if function is None:
            print(f"leafletkit.{name} is gone: mend bench/stages.py", file=sys.stderr)
            return

        @functools.wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            return self.timed(label, function, *args, **options)

        setattr(owner, parts[-1], call)
        # Whoever has imported it by name has a name of their own for it.
        for module in [m for n, m in sys.modules.items() if n.startswith("leafletkit") and not name.startswith("@")]:
            for known in [k for k, value in vars(module).items() if value is function]:
                setattr(module, known, call)


def profile(root: Path, jobs: int, cache: Path) -> tuple[Clock, float]:
    """Build once; the clock, and the seconds of the whole."""
    begun = time.monotonic()
    from leafletkit import cli, pipeline

    clock = Clock()
    clock.timed("start of Python, and imports", lambda: time.sleep(0))
    clock.seconds["start of Python, and imports"] = time.monotonic() - begun
    for name, label in SERIAL if jobs == 1 else PARALLEL:
        clock.watch(name, label)
    if jobs > 1:
        inner = pipeline.execute

        def execute(function: Callable[..., Any], rows: Any, *rest: Any) -> Any:
            rows = list(rows)
            first = rows[0][0].format if rows and isinstance(rows[0], list) else ""
            kind = "recordings" if "audio" in first else "PDFs" if "print" in first else "pages" if first else ""
            return clock.timed(f"phase: {function.__name__} {kind}".strip(), inner, function, rows, *rest)

        pipeline.execute = execute  # type: ignore[assignment]
    with tempfile.TemporaryDirectory(prefix="leafletkit-bench-") as folder:
        options = ["--jobs", str(jobs), "--out", f"{folder}/dist", "--cache", str(cache)]
        code = cli.main(["build", "--project", str(root), *options])
    assert code == 0, code
    return clock, time.monotonic() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=Path, default=ROOT)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leafletkit-bench-") as empty:
        clock, whole = profile(given.project, given.jobs, given.cache or Path(empty))
    clock.seconds["everything else"] = whole - sum(clock.seconds.values())
    rows = sorted(clock.seconds.items(), key=lambda row: -row[1])
    print("\n| stage | seconds | of all | calls |\n|---|--:|--:|--:|")
    for label, seconds in rows:
        print(f"| {label} | {seconds:.1f} | {100 * seconds / whole:.0f} % | {clock.calls.get(label, '')} |")
    print(f"| all | {whole:.1f} | | |")
    if given.json:
        given.json.write_text(json.dumps({"seconds": whole, "stages": clock.seconds, "calls": clock.calls}), "utf-8")


if __name__ == "__main__":
    main()
