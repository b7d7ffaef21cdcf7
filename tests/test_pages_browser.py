"""The finished pages in a real browser: what people see, reach by keyboard and can read on any screen."""

from __future__ import annotations

import io
from pathlib import Path

import axe_playwright_python
import pytest
from PIL import Image

from leafletkit import inline

from .pages_support import ADD, FOCUS, KINDS, LANGUAGES, RTL, SEEN, SIDEWAYS, document_of, drawn_with, served

pytestmark = pytest.mark.full

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
# axe takes the joined letters of Arabic script for icons and skips their contrast, unless all letters look equally wide.
LETTERS = "CanvasRenderingContext2D.prototype.measureText = s => ({width: 10 * s.length})"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "preload": False}
EDITIONS = [(tag, kind) for tag in LANGUAGES for kind in KINDS]
PAGES = [*(f"ivig/{tag}/{KINDS[kind]}" for tag, kind in EDITIONS), "index.html"]
# A language of each way of writing in all modes, the others as they first appear; all in all modes in `make stress`.
SCRIPTS = ("en-GB", "ar", "ur", "hi", "zh-Hans")


def rarely(*values, often):
    """Parameters, for `make stress` alone unless they count as often needed."""
    return pytest.param(*values, marks=[] if often else [pytest.mark.stress])


def scripts(pages):
    """Pages as parameters: those of the other languages are looked at in `make stress` alone."""
    return [rarely(p, often=not p.startswith("ivig/") or p.split("/")[1] in SCRIPTS) for p in pages]


MODES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active", "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 640}},
    "no JavaScript": {"java_script_enabled": False},
    "print": {},
}


@pytest.fixture(scope="module")
def site(dist):
    with served(dist) as address:
        yield address


@pytest.fixture
def visit(browser, site):
    """Opens a page of the site; nothing may go wrong on it, and it may ask no other machine for anything."""
    contexts, troubles = [], []

    def opened(path, **options):
        context = browser.new_context(**({"reduced_motion": "reduce", "viewport": {"width": 1200, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(m.text))
        page.on("pageerror", lambda e: troubles.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith(f"{site}/") else troubles.append(r.url))
        page.on("requestfailed", lambda r: troubles.append(f"{r.url} failed: {r.failure}"))
        page.on("response", lambda r: troubles.append(f"{r.url}: {r.status}") if r.status not in (200, 304) else None)
        page.goto(f"{site}/{path}", wait_until="load")
        page.evaluate("document.fonts.ready.then(() => 0)")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize(("path", "scheme"), [
    rarely(path, scheme, often=path == "index.html" or path.split("/")[1] in (SCRIPTS if scheme == "light" else ("en-GB", "ur"))) for path in PAGES for scheme in ("light", "dark")
])  # fmt: skip
def test_axe_finds_nothing(visit, path, scheme):
    """No fault known to axe; and the contrast of every piece of text has been measured and is enough."""
    page = visit(path, color_scheme=scheme)
    page.evaluate(f"() => {{ {LETTERS} }}")
    page.evaluate(AXE)
    result = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in result["violations"]] == []
    measured = [n["html"] for rule in result["passes"] if rule["id"] == "color-contrast" for n in rule["nodes"]]
    written = page.evaluate(
        """() => [...document.body.querySelectorAll("*")].filter(e => e.checkVisibility() && !e.closest(".skip, [aria-hidden]")
           && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).length"""
    )
    assert len(measured) >= written > 10
    assert [r["id"] for r in result["incomplete"] if r["id"] == "color-contrast"] == []
    assert "target-size" in {r["id"] for r in result["passes"]}


SPACING = "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-block-end:2em!important}"
LARGE = "html{font-size:calc(225% * var(--scale, 1))!important}"


@pytest.mark.parametrize("path", PAGES)
def test_no_scrolling_sideways_on_a_narrow_screen(visit, path):
    """At 320 px, as on a small phone or at a zoom of 400 %, and there with wide spacing."""
    page = visit(path, viewport={"width": 320, "height": 256})
    for extra in ("", SPACING):
        page.evaluate(ADD, extra)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, extra
        assert page.evaluate(SIDEWAYS) == [], extra


@pytest.mark.parametrize("path", scripts(PAGES))
def test_no_scrolling_sideways_with_text_twice_as_large(visit, path):
    """At 320 px, with wide spacing, for people who set their phone to large letters."""
    page = visit(path, viewport={"width": 320, "height": 640})
    page.evaluate(ADD, SPACING + LARGE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SIDEWAYS) == []


@pytest.mark.parametrize("path", scripts(PAGES[:-1]))  # tests/site looks at the pages of the site: their search box loads while the keyboard is in it
def test_the_keyboard_reaches_everything(visit, path):
    """Tab goes to the skip link first, then to everything that can be used, and always shows where it is."""
    page = visit(path, viewport={"width": 360, "height": 640})
    usable = page.evaluate(
        """() => [...document.querySelectorAll("*")].map((e, n) => e.matches("a[href], audio[controls], button, select, input[type=range], input:checked, summary, [tabindex='0']") && !e.matches("details:not([open]) > :not(summary) *") && e.checkVisibility() ? n : -1)
           .filter(n => n >= 0)"""
    )
    reached = []
    while True:
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["html"].startswith("<body") or len(reached) > 10 * len(usable):
            break
        assert focus["outlined"] and focus["seen"], focus
        assert focus["skip"] == (not reached)
        reached.append(focus["number"])
    assert list(dict.fromkeys(reached)) == usable and len(usable) > 10
    page = visit(path, viewport={"width": 360, "height": 640})
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(("tag", "kind", "mode"), [
    rarely(tag, kind, mode, often=mode == "light" or tag in ("en-GB", "ur") or (tag in SCRIPTS and mode == "print")) for tag, kind in EDITIONS for mode in MODES
])  # fmt: skip
def test_every_warning_can_be_read(visit, editions, tag, kind, mode):
    """Each piece of each warning is on the screen, or on paper, in its words, large enough, and runs the right way."""
    edition = editions["ivig", tag]
    page = visit(f"ivig/{tag}/{KINDS[kind]}", **MODES[mode])
    if mode == "print":
        page.emulate_media(media="print")
    pieces = [b for b in document_of(edition, kind).blocks if b.warning]
    assert {b.warning for b in pieces} == {w.id for w in edition.leaflet.warnings}
    prefixes = ("", "first-") if kind == "web" else ("",)
    for block in pieces:
        for prefix in prefixes:
            seen = page.evaluate(SEEN, prefix + block.id)
            assert seen["problem"] == "", (prefix + block.id, seen)
            assert " ".join(seen["words"].split()) == " ".join(inline.plain(block.text).split())
            assert seen["direction"] == ("rtl" if tag in RTL else "ltr")


HIDING = [
    ".warning p {display: none}", ".warning {visibility: hidden}", ".warning {opacity: 0}", ".warning p {font-size: 15px}",
    ".warning p {color: var(--alarm-paper)}", ".warning p {color: transparent}", ".warning p {-webkit-text-fill-color: transparent}",
    ".warning {position: absolute; left: -99rem}", ".warning p {text-indent: -99rem}", ".warning {transform: scale(0)}",
    ".warning {height: 2rem; overflow: hidden}", ".warning p {clip-path: inset(50%)}", ".warning {filter: opacity(0)}",
    "main::after {content: ''; position: fixed; inset: 0; background: white}", "strong {display: none}", "* {direction: ltr}",
]  # fmt: skip


@pytest.mark.parametrize("css", HIDING)
def test_warnings_that_a_stylesheet_hides_are_noticed(visit, editions, css):
    """The look at the warnings above sees each way in which a designer's stylesheet could hide one."""
    page = visit("ivig/ur/index.html")
    block = next(b for b in editions["ivig", "ur"].text.blocks if b.warning and "**" in b.text)
    good = page.evaluate(SEEN, block.id)
    assert good["problem"] == "" and good["direction"] == "rtl"
    page.evaluate(ADD, css)
    bad = page.evaluate(SEEN, block.id)
    assert bad["problem"] or bad["words"] != good["words"] or bad["direction"] != "rtl"


@pytest.mark.parametrize(("tag", "kind"), EDITIONS)
def test_the_state_is_the_first_thing_on_a_phone(visit, editions, tag, kind):
    """On a small phone, before any scrolling: out of date. Every notice follows, and is shown on paper too."""
    edition = editions["ivig", tag]
    page = visit(f"ivig/{tag}/{KINDS[kind]}", viewport={"width": 360, "height": 640})
    state = page.locator(".notices .state")
    box = state.bounding_box()
    assert state.inner_text() == edition.words["state-expired"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= 640 and box["x"] >= 0 and box["x"] + box["width"] <= 360
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        rows = page.locator(".notices li")
        assert [" ".join(t.split()) for t in rows.all_inner_texts()] == list(edition.notices)
        assert all(row.is_visible() for row in rows.all())


@pytest.mark.parametrize(
    ("tag", "kind"),
    EDITIONS,
)
def test_the_fonts_of_the_page_draw_all_its_words(visit, project, tag, kind):
    """Nothing of the main text is drawn with whatever font the machine happens to have."""
    page = visit(f"ivig/{tag}/{KINDS[kind]}")
    faces = page.evaluate("[...document.fonts].map(f => [f.family.replaceAll('\"', ''), f.weight, f.status])")
    family = "Leaflet" if kind == "web" else "Leaflet Easy"
    assert {(family, "400", "loaded"), (family, "700", "loaded")} <= {tuple(f) for f in faces}
    assert {status for *_, status in faces} <= {"loaded", "unloaded"}
    drawn = drawn_with(page, "main, main *, .notices, .notices *, footer *")
    assert {name for name, own in drawn if not own} == set(), drawn
    language = project.languages[tag]
    face = language.face if kind == "web" else language.easy_read_face
    assert {name for name, _ in drawn} <= {face.family, "Noto Sans"} and face.family in {name for name, _ in drawn}


def test_the_index_is_drawn_with_its_own_fonts(visit, project):
    page = visit("index.html")
    for tag in LANGUAGES:
        assert drawn_with(page, f":lang({tag})") >= {(project.languages[tag].face.family, True)}, tag


@pytest.mark.parametrize(("tag", "mode"), [
    rarely(tag, mode, often=tag in ("en-GB", "ur") or (tag in SCRIPTS and mode == "light")) for tag in LANGUAGES for mode in ("light", "dark", "forced colours")
])  # fmt: skip
def test_pictures_are_seen_on_white(visit, editions, tag, mode):
    """Each picture loads, says in the page's language what it shows, and keeps a white card in any colours."""
    edition = editions["ivig", tag]
    page = visit(f"ivig/{tag}/easy-read.html", **MODES[mode])
    pictures = page.evaluate(
        """() => [...document.querySelectorAll(".point img")].map(e => {
          const s = getComputedStyle(e)
          return {wide: e.naturalWidth, shown: e.checkVisibility() && e.width >= 100, alt: e.alt,
                  card: [s.backgroundColor, s.forcedColorAdjust], x: e.getBoundingClientRect().x,
                  words: e.nextElementSibling.getBoundingClientRect().x}
        })"""
    )
    points = [b for b in edition.easy_read.blocks if b.picture]
    assert [p["alt"] for p in pictures] == [edition.pictures[b.picture].alt for b in points]
    assert all(p["alt"] and p["wide"] > 0 and p["shown"] and p["card"] == ["rgb(255, 255, 255)", "none"] for p in pictures)
    assert all((p["x"] > p["words"]) == (tag in RTL) for p in pictures)
    photo = Image.open(io.BytesIO(page.locator("main img").first.screenshot())).convert("RGB")
    assert photo.getpixel((photo.width // 2, 2)) == (255, 255, 255)
    assert len(photo.getcolors(1 << 20)) > 3


def test_the_english_line_is_drawn_with_a_latin_font(visit):
    """Staff must be able to read what they hand out."""
    assert drawn_with(visit("ivig/ur/index.html"), ".english") == {("Noto Sans", True)}


@pytest.mark.parametrize("path", ["ivig/ar/index.html", "ivig/index.html"])
def test_sizes_read_from_right_to_left(visit, path):
    """In Arabic the number comes first, so it stands to the right of its unit."""
    places = visit(path).evaluate(
        """() => [...document.querySelectorAll("a:lang(ar) bdi")].map(e => {
          const walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), found = {}
          for (let node; (node = walker.nextNode()); )
            for (const [name, match] of Object.entries({number: node.data.match(/\\d+/g), unit: node.data.match(/[\u0621-\u064a]+/g)})) {
              if (!match) continue
              const range = document.createRange(), start = node.data.lastIndexOf(match.at(-1))
              range.setStart(node, start)
              range.setEnd(node, start + match.at(-1).length)
              found[name] = range.getBoundingClientRect().left
            }
          return found
        })"""
    )
    sizes = [p for p in places if len(p) == 2]
    assert len(sizes) >= 2 and all(p["number"] > p["unit"] for p in sizes)
