"""What a page weighs, and how long a slow phone waits for it.

    python bench/pages.py [--dist DIR] [--rounds N] [--print]

Opens finished pages in Chromium with an empty cache, as a slow phone on a slow network, and writes the
medians to docs/reference/weights.md (or prints them). Without --dist the library is built first, into a
folder that is thrown away.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference" / "weights.md"
LEAFLET = "ivig"
LANGUAGES = ("en-GB", "ar", "ur", "hi", "zh-Hans")
PAGES = {
    "web": [f"{LEAFLET}/{tag}/index.html" for tag in LANGUAGES],
    "easy read": [f"{LEAFLET}/{tag}/easy-read.html" for tag in LANGUAGES],
    "site": ["index.html", f"{LEAFLET}/index.html", *(f"languages/{tag}.html" for tag in LANGUAGES)],
}

BITS, DELAY, SLOWER, SCREEN = 400_000, 400, 4, {"width": 360, "height": 740}
NETWORK = {"offline": False, "latency": DELAY, "downloadThroughput": BITS / 8, "uploadThroughput": BITS / 8}
AUDIO = {".mp3", ".opus", ".ogg", ".m4a"}
KINDS = {".html": "HTML", ".css": "CSS", ".js": "JS", ".woff2": "fonts", ".svg": "pictures"}

# When the first warning's words stand in a frame of the page, in whatever font, and when the last font has come.
WATCH = """
window.seen = {};
const look = () => requestAnimationFrame(() => {
  const words = document.querySelector(".warning :is(li, p:not(.label))");
  const painted = performance.getEntriesByName("first-contentful-paint").length;
  if (painted && words && words.getClientRects().length) seen.warning = performance.now(); else look();
});
look();
document.fonts.addEventListener("loadingdone", () => { seen.font = performance.now(); });
"""
TIMES = """async () => {
  await document.fonts.ready;
  const load = performance.getEntriesByType("navigation")[0].loadEventEnd;
  const last = Math.max(...performance.getEntriesByType("resource").map(e => e.responseEnd));
  const first = performance.getEntriesByName("first-contentful-paint")[0];
  return {first: first && first.startTime, warning: seen.warning, font: seen.font, full: Math.max(load, last, seen.font || 0)};
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files as a simple web server sends them: not compressed, and the connection is kept."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder as a web site on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class View:
    """One first visit: the files that were asked for, and the seconds until what was there."""

    files: tuple[str, ...]
    times: dict[str, float | None]


def visit(browser: Any, address: str, path: str) -> View:
    """Open a page with an empty cache, as a slow phone."""
    context = browser.new_context(viewport=SCREEN, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = context.new_page()
    files: list[str] = []
    page.on("request", lambda r: files.append(unquote(urlsplit(r.url).path).lstrip("/")))
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{address}/{path}", wait_until="load", timeout=120_000)
    times = page.evaluate(TIMES)
    page.wait_for_timeout(2000)  # the browser's own icon comes last
    heard = [f for f in files if Path(f).suffix in AUDIO]
    assert not heard, f"{path} fetches a recording before anybody presses Play: {heard}"
    context.close()
    return View(tuple(sorted(set(files) - {"favicon.ico"})), {name: value / 1000 if value else None for name, value in times.items()})


@dataclass(frozen=True)
class Row:
    """A page: bytes by kind, bytes with text compressed, requests, median seconds."""

    path: str
    sizes: dict[str, int]
    packed: int
    requests: int
    times: dict[str, float | None]


def measured(browser: Any, address: str, dist: Path, path: str, rounds: int) -> Row:
    views = [visit(browser, address, path) for _ in range(rounds)]
    files = views[0].files
    odd = {f for v in views for f in set(v.files) ^ set(files)}
    assert not odd, f"{path} does not ask for the same files each time: {odd}"
    sizes, packed = dict.fromkeys(KINDS.values(), 0), 0
    for file in files:
        data = (dist / file).read_bytes()
        sizes[KINDS[Path(file).suffix]] += len(data)
        packed += len(data) if file.endswith(".woff2") else len(gzip.compress(data, 9))
    times: dict[str, float | None] = {}
    for name in views[0].times:
        known = [t for v in views if (t := v.times[name]) is not None]
        times[name] = median(known) if len(known) == len(views) else None
    return Row(path, sizes, packed, len(files), times)


def seconds(value: float | None) -> str:
    return f"{value:.1f}" if value else "–"


def table(rows: list[Row]) -> str:
    head = ["page", *(f"{k} kB" for k in KINDS.values()), "all kB", "gzip kB", "requests", "first text s", "first warning s", "in its font s", "whole page s"]
    out = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    for row in rows:
        sizes = [f"{size / 1000:.1f}" if size else "–" for size in (*row.sizes.values(), sum(row.sizes.values()), row.packed)]
        times = [seconds(row.times[name]) for name in ("first", "warning", "font", "full")]
        out.append("| " + " | ".join([f"`{row.path}`", *sizes, str(row.requests), *times]) + " |")
    return "\n".join(out)


def document(rows: dict[str, list[Row]], rounds: int) -> str:
    return f"""# What pages weigh

Written by `python bench/pages.py`, a part of `make bench`; do not edit.
It opens finished pages in Chromium, each {rounds} times with an empty cache, and takes the median.

- Network: {BITS // 1000} kbit/s each way and {DELAY} ms before each answer, the numbers of WebPageTest's “Slow 3G”. Chromium delays each request; it does not play the setting up of connections.
- Phone: the processor {SLOWER} times as slow as the machine of the run, a screen of {SCREEN["width"]} × {SCREEN["height"]}.
- Server: sends files as they are, not compressed. “gzip” is what is sent by a server that compresses text (`gzip -9`; fonts are compressed already).
- “First text” is the first contentful paint. “First warning” is when the words of the first warning stand on the page, in the font of the phone or in ours. “In its font” is when the last font has come. “Whole page” is when nothing is on its way any more.
- Recordings are not in the numbers: no byte of one is fetched before somebody presses Play. A run in which that happens fails.

The requests count the page itself, its styles, its script, fonts and pictures. The numbers of seconds differ a little from machine to machine.

## Web pages

{table(rows["web"])}

## Easy-read pages

{table(rows["easy read"])}

## Pages of the site

{table(rows["site"])}
"""


def main(dist: Path, rounds: int, *, write: bool) -> None:
    from playwright.sync_api import sync_playwright

    begun = time.monotonic()
    with served(dist) as address, sync_playwright() as playwright:
        flags = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*flags, *(["--no-sandbox"] if os.getuid() == 0 else [])])
        rows: dict[str, list[Row]] = {}
        for kind, paths in PAGES.items():
            rows[kind] = [measured(browser, address, dist, path, rounds) for path in paths]
            print(f"{kind}: {time.monotonic() - begun:.0f} s\n{table(rows[kind])}\n", flush=True)
        browser.close()
    if write:
        TARGET.write_text(document(rows, rounds), "utf-8")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--dist", type=Path, help="a finished folder, else one is built")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--print", action="store_true", help="print only")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="leafletkit-bench-") as name:
        if not given.dist:
            subprocess.run([sys.executable, str(ROOT / "build.py"), "build", "--out", f"{name}/dist"], check=True, stdout=subprocess.DEVNULL)
        main(given.dist or Path(name) / "dist", given.rounds, write=not given.print)
