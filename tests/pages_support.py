"""What the tests of pages share: which pages there are, how to make one, how to look at one."""

from __future__ import annotations

import functools
import http.server
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import tinyhtml5

from leafletkit import inline
from leafletkit.model import FORMATS
from leafletkit.render.easy_read import render_easy_read
from leafletkit.render.links import Made, page_links
from leafletkit.render.web import render_web

from .conftest import ROOT

LANGUAGES = tuple(tomllib.loads((ROOT / "project.toml").read_text("utf-8"))["languages"])
KINDS = {"web": "index.html", "easy-read": "easy-read.html"}
RTL = {"ar", "ur"}


class Silent:
    """A run that tells nobody how far it is."""

    def stage(self, name, total):
        pass

    def step(self, what):
        pass


def document_of(edition, kind):
    return edition.text if kind == "web" else edition.easy_read


def render(edition, kind, styles=ROOT / "styles", others=()):
    """One page of an edition, with links to all its formats."""
    made = {f: Made(1000, pages=1, seconds=60) for f in FORMATS}
    links = page_links(edition, kind, (edition.language, *others), made, {})
    return (render_web if kind == "web" else render_easy_read)(edition, styles, links)


def with_text(edition, block, text):
    """The edition with other words in one block."""

    def changed(document):
        return replace(document, blocks=tuple(replace(b, text=text) if b.id == block else b for b in document.blocks))

    return replace(edition, text=changed(edition.text), easy_read=changed(edition.easy_read))


def parse(data):
    """The elements of a page, as a browser would see them."""
    return tinyhtml5.parse(data.decode("utf-8"), namespace_html_elements=False)


def elements(root):
    """All elements of a page, without its comments."""
    return [e for e in root.iter() if isinstance(e.tag, str)]


def skeleton(root):
    """Every element with the names of its attributes: what a page is made of, without its words."""
    return [(e.tag, tuple(sorted(e.attrib))) for e in elements(root)]


def words(root):
    """All text of a page, its title too, with single spaces."""
    pieces = []

    def walk(element):
        if isinstance(element.tag, str):
            gap = "" if element.tag in ("strong", "a", "bdi", "span") else " "
            pieces.extend([gap, element.text or ""])
            for child in element:
                walk(child)
                pieces.append(child.tail or "")
            pieces.append(gap)

    walk(root)
    return " ".join("".join(pieces).split())


def english_sentences(project):
    """All English strings of three words or more, without their marks, cut at {names} and line ends."""
    units = [u for leaflet in project.leaflets for u in project.units(leaflet)] + list(project.interface_units())
    pieces = [p for u in units for row in u.text.split("\n") for p in re.split(r"\{\w+\}", row if u.braces else inline.plain(row))]
    # A translation may give the name of an illness in English in brackets, to show to staff.
    names = {name.casefold() for leaflet in project.leaflets for name in leaflet.meta.readability_names}
    return {" ".join(p.split()).casefold() for p in pieces if len(p.split()) >= 3} - names


class _Ranges(http.server.SimpleHTTPRequestHandler):
    """Python's own server sends whole files only: a browser then can't go to a place in a recording."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if self.path == "/favicon.ico":  # what a browser asks every server for, whatever its pages say
            self.send_response(204)
            self.end_headers()
            return
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        start = int(wanted[1]) if wanted else 0
        end = int(wanted[2] or len(data) - 1) if wanted else len(data) - 1
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(end + 1 - start))
        self.end_headers()
        self.wfile.write(data[start : end + 1])

    def handle(self) -> None:
        with suppress(ConnectionError):  # the browser has heard enough
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder as a web site on this machine, for as long as the block lasts."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Ranges, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def drawn_with(page, selector):
    """(family, whether it comes with the page) of every font that the browser has drawn an element's text with."""
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    found = set()
    for node in session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]:
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        found |= {(f["familyName"], f["isCustomFont"]) for f in fonts}
    session.detach()
    return found


# What is asked of a page in the browser. The first adds a stylesheet, as a person or their browser may.
ADD = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets.push(s) }"

# Text that can't be seen without scrolling sideways; regions that are meant to scroll are left out.
SIDEWAYS = """() => [...document.body.querySelectorAll("*")].filter(e => {
  if (e.closest(".skip") || e.parentElement.closest(".table") || !e.checkVisibility()) return false
  const r = e.getBoundingClientRect()
  return r.width && (r.left < -0.5 || r.right > innerWidth + 0.5)
}).map(e => e.outerHTML.slice(0, 90))"""

# Where the keyboard is, and whether that shows.
FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect()
  return {
    number: [...document.querySelectorAll("*")].indexOf(e), html: e.outerHTML.slice(0, 90), skip: e.matches(".skip"),
    // The browser outlines the buttons of its player itself.
    outlined: (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1) || (e.tagName === "AUDIO" && !e.matches(":focus")),
    seen: r.width > 0 && r.left >= -1 && r.right <= innerWidth + 1 && r.top < innerHeight - 10 && r.bottom > 10
      && (r.height > innerHeight || (r.top >= -1 && r.bottom <= innerHeight + 1)),
  }
}"""

# Whether a reader can see an element's words, and which words those are.
SEEN = """id => {
  const e = document.getElementById(id)
  if (!e) return {problem: "is not in the page"}
  const style = getComputedStyle(e), opaque = c => !/rgba\\(.*, 0\\)$|^transparent$/.test(c)
  let back = e
  while (back && !opaque(getComputedStyle(back).backgroundColor)) back = back.parentElement
  const paper = back ? getComputedStyle(back).backgroundColor : getComputedStyle(document.documentElement).backgroundColor
  e.scrollIntoView({block: "center"})
  const problems = []
  if (!e.checkVisibility({opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true})) problems.push("is not visible")
  for (let x = e; x; x = x.parentElement) if (getComputedStyle(x).filter !== "none") problems.push("is behind a filter")
  const walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), range = document.createRange()
  for (let node; (node = walker.nextNode()); ) {
    if (!node.data.trim()) continue
    const own = getComputedStyle(node.parentElement)
    const ink = own.webkitTextFillColor
    if (ink === paper || !opaque(ink)) problems.push("is written in the colour of the paper")
    if (parseFloat(own.fontSize) < 16) problems.push("is smaller than 16 px")
    range.selectNodeContents(node)
    for (const r of range.getClientRects()) {
      if (r.width < 1 || r.height < 8) continue
      const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)
      if (r.top > 0 && r.bottom < innerHeight && !e.contains(top)) problems.push("is covered or cut off")
      if (r.left < -1 || r.right > innerWidth + 1) problems.push("is off the screen")
    }
  }
  const box = e.getBoundingClientRect()
  if (box.width < 20 || box.height < 10) problems.push("has no room")
  return {problem: problems[0] || "", words: e.innerText, direction: style.direction}
}"""
