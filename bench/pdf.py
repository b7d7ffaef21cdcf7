"""How long our PDFs take beside the bare library, and how large they are beside those of other programs.

    python bench/pdf.py [ROUNDS]

For each language: `render_print` (18 pt, tagged, its words exact) against WeasyPrint's plain
`HTML(…).write_pdf()` of the same page, styles and fonts, turn by turn in one process, the best of all
rounds. Then the bytes of both, and of typst and Chromium for the same words, where these are installed.
The proof is left out on both sides.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench.overhead import bare_pdf, handed_over  # noqa: E402

from leafletkit import fonts  # noqa: E402
from leafletkit.checking import Selection, check  # noqa: E402
from leafletkit.model import Edition  # noqa: E402
from leafletkit.project import load  # noqa: E402
from leafletkit.proof.expect import words_of  # noqa: E402
from leafletkit.render.print import render_print  # noqa: E402

SIZE = 18


def bare(edition: Edition) -> Callable[[], bytes]:
    """The same page by the library alone."""
    page = handed_over(edition, ROOT / "styles", SIZE)
    return lambda: bare_pdf(page)


def timed(make: Callable[[], bytes]) -> tuple[float, bytes]:
    gc.collect()
    started = time.process_time()
    data = make()
    return time.process_time() - started, data


def typst_size(edition: Edition) -> int | None:
    """The bytes that typst makes of the same words in the same font; None if it is not installed."""
    try:
        import typst
    except ImportError:
        return None
    face = edition.language.face
    rtl = ", dir: rtl" if edition.language.direction == "rtl" else ""
    lines = [f'#set document(title: "x")\n#set page(paper: "a4", margin: 18mm)\n#set text(font: "{face.family}", size: {SIZE}pt, lang: "{edition.language.tag[:2]}"{rtl})']
    for block in edition.text.blocks:
        words = words_of(block.text).replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'= #"{words}"' if block.kind in ("title", "heading", "subheading") else f'#par("{words}")' if block.kind != "item" else f'- #"{words}"')
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.typ").write_text("\n\n".join(lines), "utf-8")
        places = sorted({str(fonts.locate(file).parent) for file in (face.regular, fonts.LATIN.regular)})
        return len(typst.compile(str(Path(folder) / "a.typ"), font_paths=places, pdf_standards="ua-1"))


def chromium_size(edition: Edition) -> int | None:
    """The bytes that Chromium makes of the same words in the same font; None if it is not installed."""
    tags = {"title": "h1", "heading": "h2", "subheading": "h3", "item": "li"}
    body = "".join(f"<{tags.get(b.kind, 'p')}>{words_of(b.text)}</{tags.get(b.kind, 'p')}>" for b in edition.text.blocks)
    font = fonts.locate(edition.language.face.regular).as_uri()
    html = (
        f'<!doctype html><html lang="{edition.language.tag}" dir="{edition.language.direction}"><meta charset="utf-8"><title>x</title>'
        f'<style>@font-face{{font-family:"X";src:url("{font}")}}body{{font:{SIZE}pt "X"}}@page{{size:A4;margin:18mm}}</style>{body}'
    )
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder) / "a.html", Path(folder) / "a.pdf"
        page.write_text(html, "utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={out}", page.as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError):
            return None
        return out.stat().st_size


def main(rounds: int) -> None:
    project = load(ROOT)
    editions = check(project, Selection(("ivig",)), date(2024, 1, 1)).editions
    print(f"{'language':<9}{'bare s':>8}{'ours s':>8}{'ratio':>7}{'bare kB':>9}{'ours kB':>9}{'typst kB':>10}{'Chromium kB':>13}")
    for (_, tag), edition in editions.items():
        alone = bare(edition)  # fonts are cut and templates read once, outside of the race
        alone()
        plain, ours = [], []
        for _ in range(rounds):
            plain.append(timed(alone))
            ours.append(timed(lambda e=edition: render_print(e, ROOT / "styles", SIZE)))
        (one, first), (two, second) = min(plain), min(ours)
        sizes = [f"{size / 1000:.0f}" if size else "–" for size in (typst_size(edition), chromium_size(edition))]
        print(f"{tag:<9}{one:8.3f}{two:8.3f}{two / one:7.2f}{len(first) / 1000:9.0f}{len(second) / 1000:9.0f}{sizes[0]:>10}{sizes[1]:>13}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
