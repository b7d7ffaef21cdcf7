"""The download site in a real browser: seen, reached by keyboard, searched, offered, and read without a network."""

from __future__ import annotations

import json
import shutil
import unicodedata

import pytest

from ..pages_support import ADD, FOCUS, LANGUAGES, RTL, SIDEWAYS, drawn_with, served
from ..test_pages_browser import AXE, LARGE, LETTERS, MODES, RULES, SPACING

pytestmark = pytest.mark.full

PAGES = ["index.html", *(f"languages/{tag}.html" for tag in LANGUAGES), "ivig/index.html", "clean-hands/index.html"]
FOUND = "#search-results a"


def wait(page, question, argument=None):
    """Until the page answers yes; the policy of the pages forbids Playwright's own way, which compiles text."""
    for _ in range(100):
        if page.evaluate(question, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(question)


def search(page, text):
    """What a reader gets who types this: (language, address) of each result."""
    page.fill("#search-box", "")
    page.fill("#search-box", text)
    wait(page, "() => Boolean(leafletkit.index)")
    page.wait_for_timeout(250)
    return page.evaluate(f"() => [...document.querySelectorAll('{FOUND}')].map(e => [e.lang, e.getAttribute('href')])")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visit, path, scheme):
    """With an offer and results on the page too; the contrast of every piece of text is measured and enough."""
    page = visit(path, color_scheme=scheme, locale="pl" if path != "languages/pl.html" else "cy")
    assert page.locator(".offer").is_visible()
    if page.locator("#search-box").count():
        assert search(page, "IVIg")
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
    small = """() => [...document.querySelectorAll("main a, button, input, header a")].filter(e => e.checkVisibility())
      .map(e => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 90)]).filter(r => r[0] < 43.9)"""
    assert page.evaluate(small) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_scrolling_sideways_on_a_narrow_screen(visit, path):
    """At 320 px, also with wide spacing and text twice as large, with an offer and results on the page."""
    page = visit(path, viewport={"width": 320, "height": 640}, locale="so" if path != "languages/so.html" else "cy")
    if page.locator("#search-box").count():
        assert search(page, "IVIg")
    for extra in ("", SPACING, SPACING + LARGE):
        page.evaluate(ADD, extra)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, extra
        assert page.evaluate(SIDEWAYS) == [], extra


@pytest.mark.parametrize("path", PAGES)
def test_the_keyboard_reaches_everything(visit, path):
    """The skip link first, then everything that can be used, and where it is always shows."""
    page = visit(path, viewport={"width": 360, "height": 640}, locale="pl" if path != "languages/pl.html" else "cy")
    usable = page.evaluate(
        "() => [...document.body.querySelectorAll('*')].map((e, n) => e.matches('a[href], button, input') && e.checkVisibility() ? n : -1).filter(n => n >= 0)"
    )
    reached = []
    while len(reached) < 3 * len(usable):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["html"].startswith("<body"):
            break
        assert focus["outlined"] and focus["seen"], focus
        reached.append(page.evaluate("[...document.body.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert sorted(set(reached)) == usable and len(usable) > 5
    first = page.evaluate("n => document.body.querySelectorAll('*')[n].className", reached[0])
    assert first == "skip"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", ["index.html", "languages/ur.html", "ivig/index.html"])
def test_seen_in_any_colours_and_without_scripts(visit, path, mode):
    """Links keep a border that shows; without JavaScript no search box is offered that would find nothing."""
    page = visit(path, **MODES[mode])
    assert page.locator("main a").first.is_visible()
    box = page.locator("#search-box")
    if box.count():
        assert box.is_visible() == (mode not in ("no JavaScript",))
    if mode == "forced colours":
        ink, paper = page.evaluate(
            "() => [getComputedStyle(document.querySelector('main :is(.tile, article)')).borderTopColor, getComputedStyle(document.body).backgroundColor]"
        )
        assert ink != paper


@pytest.mark.parametrize("path", ["index.html", "ivig/index.html", "languages/ur.html", "languages/zh-Hans.html", "languages/pl.html"])
def test_drawn_with_fonts_of_the_site(visit, path):
    """Also an offer and results: no letter is left to whatever font the machine has."""
    page = visit(path, locale="ar")
    if page.locator("#search-box").count():
        assert len(search(page, "IVIg")) == len(LANGUAGES)
    page.evaluate("document.fonts.ready.then(() => 0)")
    drawn = drawn_with(page, "main, main *, header *, .offer, .offer *, footer *")
    assert {name for name, own in drawn if not own} <= {""}, drawn


# -- search


def without_marks(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_leaflet_is_found_in_every_language(visit, editions, tag):
    """By each word of its titles, with and without diacritics, in capitals, and by the beginning of a word."""
    page = visit("index.html")
    edition = editions["ivig", tag]
    wanted = [tag, f"ivig/{tag}/index.html"]
    title = edition.text.title.text.replace("*", "")
    pieces = [w for w in title.split() if len(w) > 3] if tag != "zh-Hans" else ["神经", "IVIg治疗"]
    assert pieces
    for word in pieces:
        for typed in {word, word.upper(), word[:-1], *([without_marks(word)] if tag != "hi" else [])}:
            assert wanted in search(page, typed), typed
    assert page.locator(f'{FOUND}[lang="{tag}"]').first.get_attribute("dir") == ("rtl" if tag in RTL else "ltr")
    assert wanted in search(page, f"  {title}  ")


def test_folding(visit):
    """What people type in different ways is the same; other words are not."""
    page = visit("index.html")

    def fold(text):
        return page.evaluate("text => leafletkit.search.fold(text)", text)

    for pair in (
        ("Żółć", "zolc"), ("łzawienie", "LZAWIENIE"), ("الْعِلَاجُ", "العلاج"), ("عـــلاج", "علاج"), ("إبرة", "ابره"), ("أُمّ", "آم"),
        ("علی", "علي"), ("کتاب", "كتاب"), ("ہسپتال", "هسپتال"), ("٤٨", "48"), ("۴۸", "48"), ("patient’s", "patients"), ("ＩＶＩｇ", "ivig"), ("İlaç", "ilac"),
        ("ज़रूर", "जरूर"), ("a\u200db", "ab"), ("  a,  b ", "a b"),
    ):  # fmt: skip
        assert fold(pair[0]) == fold(pair[1]), pair
    assert fold("कि") != fold("का") and fold("<b>") == "b"


def test_search_by_keyboard_and_for_listeners(visit):
    """The number is announced; arrows and Tab walk through the results; nothing is loaded before the box is used."""
    page = visit("languages/ur.html")
    assert page.evaluate("leafletkit.index === undefined")
    said = page.locator("#search-found")
    assert (said.get_attribute("aria-live"), said.inner_text()) == ("polite", "")
    results = search(page, "IVIg")
    assert results[0][0] == "ur" and len(results) == len(LANGUAGES)
    assert str(len(results)) in said.inner_text()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.lang") == "ur"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.lang") == results[1][0]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "search-box"
    assert search(page, "qqqq") == [] and "0" in said.inner_text()
    assert search(page, "") == [] and said.inner_text() == ""
    page.fill("#search-box", "IVIg")
    page.wait_for_timeout(300)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ivig/ur/index.html")


@pytest.mark.parametrize("title", ["<script>x()</script>", '"><img src=x onerror=x()>', "javascript:x()", "\u202e48\u202c", "x" * 10_000])
def test_hostile_titles_in_results(visit, folder, tmp_path, title):
    """A title of the index becomes text, however it reads, and however long it is."""
    copy = tmp_path / "site"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.pdf"))
    start, data = (copy / "assets/search.js").read_text("utf-8").split(" = ", 1)
    index = json.loads(data.rstrip(";\n"))
    index["rows"] = [[*row[:3], f"IVIg {title}", *row[4:]] for row in index["rows"][:3]]
    (copy / "assets/search.js").write_text(f"{start} = {json.dumps(index)};\n")
    with served(copy) as base:
        page = visit("index.html", base, viewport={"width": 320, "height": 640})
        assert len(search(page, "IVIg")) == 3
        assert page.locator(f"{FOUND} .title").first.text_content() == f"IVIg {title}"
        assert page.locator("#search-results :is(script, img)").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_at_most_twenty_results(visit, folder, tmp_path):
    copy = tmp_path / "site"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.pdf"))
    start, data = (copy / "assets/search.js").read_text("utf-8").split(" = ", 1)
    index = json.loads(data.rstrip(";\n"))
    index["rows"] = index["rows"] * 1000
    (copy / "assets/search.js").write_text(f"{start} = {json.dumps(index)};\n")
    with served(copy) as base:
        page = visit("index.html", base)
        assert len(search(page, "IVIg")) == 20
        assert page.locator("#search-found").inner_text() == "Leaflets found: 8000"


# -- the reader's language


def test_the_readers_language_is_offered_in_it(visit, editions):
    """To a phone set to Urdu, in Urdu, from right to left; it leads there only by a tap, and stays closed once closed."""
    page = visit("index.html", locale="ur-PK")
    words = editions["ivig", "ur"].words
    offer = page.locator(".offer")
    assert (offer.get_attribute("lang"), offer.get_attribute("dir")) == ("ur", "rtl")
    assert words["site-offer"] in offer.inner_text() and "اردو" in offer.inner_text()
    page.wait_for_timeout(500)
    assert page.url.endswith("/index.html")
    offer.locator("button").click()
    assert offer.count() == 0 and page.evaluate("document.activeElement.id") == "main"
    page.reload()
    assert page.locator(".offer").count() == 0
    page = visit("index.html", locale="ur-PK")
    page.locator(".offer a").click()
    page.wait_for_url("**/languages/ur.html")
    assert page.locator(".offer").count() == 0


@pytest.mark.parametrize(
    ("path", "locale", "offered"),
    [
        ("index.html", "en-GB", None), ("index.html", "en-US", None), ("index.html", "is-IS", None), ("index.html", "zh-CN", "zh-Hans"),
        ("index.html", "zh-SG", "zh-Hans"), ("index.html", "zh-TW", None), ("languages/ur.html", "ur", None), ("languages/ur.html", "pl-PL", "pl"),
        ("ivig/index.html", "ar-SY", "ar"),
    ],
)  # fmt: skip
def test_who_is_offered_what(visit, path, locale, offered):
    offer = visit(path, locale=locale).locator(".offer")
    assert (offer.get_attribute("lang") if offer.count() else None) == offered


def test_who_chose_a_language_is_not_asked_again(visit):
    """Staff with an English phone open the Urdu page for a patient: it needs no offer of English."""
    page = visit("index.html")
    page.locator('.tile[hreflang="ur"]').click()
    page.wait_for_url("**/languages/ur.html")
    assert page.locator(".offer").count() == 0


# -- from a file share, and without a network


def test_from_a_file_share(visit, folder):
    """Search and offer work where pages can fetch nothing, and nothing complains."""
    page = visit("index.html", folder.as_uri(), locale="ur-PK")
    assert page.locator(".offer").is_visible() and len(search(page, "IVIg")) == len(LANGUAGES)
    page.locator('.tile[hreflang="pl"]').click()
    page.wait_for_url("**/languages/pl.html")
    assert ["pl", "../ivig/pl/index.html"] in search(page, "nerwów")


@pytest.fixture
def online(folder, tmp_path, browser):
    """A site that can lose files and its network: (folder, page, address, switch that ends the network)."""
    copy = tmp_path / "site"
    shutil.copytree(folder, copy)
    network = served(copy)
    base = network.__enter__()
    context = browser.new_context(locale="en-GB")
    state = {"up": True}

    def end():
        if state.pop("up", None):
            network.__exit__(None, None, None)

    yield copy, context.new_page(), base, end
    context.close()
    end()


def settle(page):
    """Waits until the worker has the page, and has saved what the page told it."""
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    wait(page, "async () => { const c = await caches.open((await caches.keys())[0]); return Boolean(await c.match(location.href)) }")
    page.wait_for_timeout(500)


@pytest.mark.parametrize("path", ["ivig/ur/index.html", "languages/ur.html", "index.html"])
def test_one_visit_is_enough_to_read_without_a_network(online, path, editions):
    """The page of the first visit and the list are there, with their looks, and say that they are copies."""
    _, page, base, end = online
    page.goto(f"{base}/{path}")
    settle(page)
    assert page.locator(".offline").inner_text() == ""
    end()
    page.goto(f"{base}/{path}")
    note = "You are offline" if path == "index.html" else editions["ivig", "ur"].words["offline-note"]
    wait(page, "note => document.querySelector('.offline').textContent.includes(note)", note)
    assert page.locator(".offline").get_attribute("role") == "status"
    assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute", "it has its stylesheet"
    page.goto(f"{base}/")
    assert page.locator("h1").inner_text() == "Patient leaflets"
    page.goto(f"{base}/ivig/cy/index.html")  # never seen: the list instead
    page.wait_for_url(f"{base}/index.html")


def test_a_withdrawn_page_is_never_shown_from_a_copy(online):
    """While there is a network its answer wins: a page that is gone is gone, and its copy with it."""
    copy, page, base, end = online
    target = f"{base}/ivig/pl/index.html"
    page.goto(target)
    settle(page)
    (copy / "ivig/pl/index.html").write_text("<!doctype html><title>new</title><h1>new words</h1>")
    page.goto(target)
    assert page.locator("h1").inner_text() == "new words"
    (copy / "ivig/pl/index.html").unlink()
    assert page.goto(target).status == 404
    page.wait_for_timeout(300)
    end()
    page.goto(target)
    page.wait_for_url(f"{base}/index.html")
    assert "new words" not in page.content()


def test_nothing_else_is_kept(online):
    """No parts of files, no addresses with questions, no copies of an older worker; other people's copies are left alone."""
    _, page, base, _ = online
    page.goto(f"{base}/index.html")
    settle(page)
    page.evaluate(f"Promise.all([caches.open('leafletkit {base}/ 0'), caches.open('other')]).then(() => 0)")
    page.evaluate("fetch('languages/pl.html?who=me', {headers: {'X': '1'}}).then(r => r.text())")
    page.evaluate("fetch('languages/cy.html', {headers: {Range: 'bytes=0-9'}}).then(r => r.text())")
    page.wait_for_timeout(300)
    kept = page.evaluate("caches.open((1, 'leafletkit ' + new URL('.', location).href + ' 1')).then(c => c.keys()).then(k => k.map(r => r.url))")
    assert f"{base}/index.html" in kept and f"{base}/languages/pl.html" in kept
    assert not [url for url in kept if "?" in url or url.endswith("cy.html")]
    page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.unregister()).then(() => 0)")
    page.reload()
    settle(page)
    page.wait_for_timeout(300)
    assert sorted(page.evaluate("caches.keys()")) == ["leafletkit " + base + "/ 1", "other"]
    assert page.evaluate("document.cookie") == ""
