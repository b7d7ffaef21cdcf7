"""The real command and a real browser: an edit shows by itself; an error shows in the page, which stays the last good one."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from leafletkit.proving import prove_folder

from ..conftest import ROOT
from ..test_cli import PO, drop_warning, replace

pytestmark = pytest.mark.full
expect.set_options(timeout=30_000)

PL, EN, EASY = "clean-hands/pl/", "clean-hands/en-GB/", "clean-hands/pl/easy-read.html"
TITLE, NEW = "Czyste ręce na oddziale", "Czyste dłonie na oddziale"


@dataclass
class Preview:
    """The command as a person starts it, and what it says."""

    process: subprocess.Popen[str]
    address: str = ""
    said: list[str] = field(default_factory=list)
    started: threading.Event = field(default_factory=threading.Event)
    made: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        assert self.process.stdout
        for row in self.process.stdout:
            self.said.append(row)
            if found := re.search(r"http://\S+", row):
                self.address = self.address or found[0]
                self.started.set()
            if re.search(r"made: \d+ files|nothing was made", row):
                self.made.set()
        self.started.set()
        self.made.set()

    def end(self, how: int = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)

    @property
    def text(self) -> str:
        return "".join(self.said)


@pytest.fixture
def start(small) -> Iterator[Any]:
    """start(*options) -> a preview of the small project, once its first build is done."""
    running: list[tuple[Preview, threading.Thread]] = []

    def call(*options: str) -> Preview:
        command = [sys.executable, "-u", str(ROOT / "build.py"), "build", "--project", str(small), "--watch", "--port", "0", *options]
        preview = Preview(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        thread = threading.Thread(target=preview.listen)
        thread.start()
        running.append((preview, thread))
        assert preview.made.wait(120) and preview.address, preview.text
        return preview

    yield call
    for preview, thread in running:
        if preview.process.poll() is None:
            preview.end()
        thread.join()
        assert preview.process.stdout
        preview.process.stdout.close()


@pytest.fixture
def preview(start) -> Preview:
    return start()


@pytest.fixture
def look(browser, preview):
    """look(path) -> an open page of the preview; nothing may go wrong on it."""
    context = browser.new_context(viewport={"width": 1000, "height": 500}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    troubles = []

    def opened(path: str) -> Any:
        page = context.new_page()
        page.on("console", lambda m: troubles.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: troubles.append(str(e)))
        page.goto(preview.address + path, wait_until="load")
        return page

    yield opened
    context.close()
    assert not [t for t in troubles if "404" not in t], troubles


def heading(page, words):
    page.get_by_role("heading", level=1, name=words).wait_for()


def listening(page):
    """Wait until the page has heard its first news."""
    page.locator("#leafletkit-preview").wait_for(state="attached")


def alarm(page):
    return page.get_by_role("alert").locator(".panel")


def break_catalogue(small):
    with (small / PO).open("a") as file:
        file.write('\nmsgid "half a str')
    return (small / PO).read_text("utf-8").count("\n") + 1


def test_an_edit_shows_by_itself_at_the_reader_s_place(preview, look, small):
    page = look(PL)
    other = look(EN)
    page.locator("#wash-in").evaluate("e => scrollTo({ top: scrollY + e.getBoundingClientRect().top - 40, behavior: 'instant' })")
    place = page.evaluate("scrollY")
    assert place > 0
    other.evaluate("self.mark = 1")
    page.evaluate("self.mark = 1")
    # A long text above: the words that are read move down the page, but not in the window.
    replace(small / PO, '"Czyste ręce zapobiegają przenoszeniu się zarazków z jednej osoby na drugą."', '"' + "Czyste ręce zapobiegają przenoszeniu się zarazków. " * 12 + '"')
    page.get_by_text("przenoszeniu się zarazków. Czyste ręce").first.wait_for()
    assert page.evaluate("self.mark") is None, "the page was loaded anew"
    listening(page)
    page.wait_for_timeout(300)  # the last look at fonts and pictures
    assert abs(page.locator("#wash-in").evaluate("e => e.getBoundingClientRect().top") - 40) < 2
    assert page.evaluate("scrollY") > place
    assert f"changed: {PO}" in preview.text
    assert other.evaluate("self.mark") == 1, "a page that the edit does not touch is left alone"


def test_a_broken_catalogue_shows_in_the_page_which_stays(look, small):
    page = look(PL)
    good = (small / PO).read_text("utf-8")
    line = break_catalogue(small)
    panel = alarm(page)
    panel.wait_for()
    assert panel.is_visible()
    text = panel.inner_text()
    assert "This page is not the newest" in text and "made at" in text and "What to do: " in text
    assert re.search(rf"{re.escape(PO)}:\d+", text) and abs(int(re.search(r"\.po:(\d+)", text)[1]) - line) <= 1
    heading(page, TITLE)

    page.reload()  # who opens the page now is told, too
    alarm(page).wait_for()
    heading(page, TITLE)
    page.get_by_role("button", name="Make small").click()
    assert not page.get_by_text("What to do: ").is_visible() and alarm(page).is_visible()

    (small / PO).write_text(good.replace(TITLE, NEW), "utf-8")
    heading(page, NEW)
    alarm(page).wait_for(state="detached")


def test_mended_to_what_it_was_the_panel_goes_without_a_reload(look, small):
    page = look(PL)
    page.evaluate("self.mark = 1")
    good = (small / PO).read_bytes()
    break_catalogue(small)
    alarm(page).wait_for()
    (small / PO).write_bytes(good)
    alarm(page).wait_for(state="detached")
    assert page.evaluate("self.mark") == 1


def test_a_warning_without_a_translation_keeps_the_last_good_page_in_view_only(preview, look, small):
    page, english = look(PL), look(EN)
    good = (small / PO).read_bytes()
    line = drop_warning(small)
    alarm(page).wait_for()
    text = alarm(page).inner_text()
    assert f"{PO}:{line}" in text and "stay-away-48-hours" in text and "string-empty" in text
    assert "należy przychodzić w odwiedziny" in page.locator("#first-stay-away-48-hours").inner_text()
    assert not (small / "preview/clean-hands/pl").exists(), "a folder on the disk never holds it"
    english.get_by_text("1 finding keeps other pages or files back").click()
    english.get_by_text(f"{PO}:{line}").wait_for()
    assert not alarm(english).count()
    assert "the last good pages stay in view: clean-hands pl" in preview.text
    (small / PO).write_bytes(good)
    alarm(page).wait_for(state="detached")


def test_a_style_is_put_on_without_a_reload(look, small):
    page = look(PL)
    page.evaluate("self.mark = 1; scrollTo(0, 200)")
    with (small / "styles/page.css").open("a") as file:
        file.write("\nh1 { color: rgb(1, 2, 3); }\n")
    expect(page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)")
    assert page.evaluate("[self.mark, scrollY]") == [1, 200]
    replace(small / "styles/page.css", "rgb(1, 2, 3)", "rgb(4, 5, 6)")
    expect(page.locator("h1")).to_have_css("color", "rgb(4, 5, 6)")
    expect(page.locator('link[rel=stylesheet][href*="page.css"]')).to_have_count(1)


@pytest.mark.parametrize("name", ["styles/templates/web.html", "leaflet/clean-hands/leaflet.md", "project.toml", PO, "styles/icon.svg"])
def test_a_deleted_file_leaves_the_last_good_page(look, small, name):
    page = look(PL)
    data = (small / name).read_bytes()
    (small / name).unlink()
    alarm(page).wait_for()
    heading(page, TITLE)
    (small / name).write_bytes(data)
    alarm(page).wait_for(state="detached")
    heading(page, TITLE)


def test_an_author_s_edit_shows_though_the_translations_are_old_now(look, small):
    """Every edit of the English withholds its translations: they stay in view, and the author goes on."""
    english, polish = look(EN), look(PL)
    replace(small / "leaflet/clean-hands/leaflet.md", "Wash them again when you go.", "Wash them once more when you go.")
    english.get_by_text("Wash them once more when you go.").wait_for()
    alarm(polish).wait_for()
    heading(polish, TITLE)
    assert not alarm(english).count()


def test_a_leaflet_that_is_gone_says_so_and_comes_back(look, small):
    page = look(PL)
    replace(small / "project.toml", 'languages = ["en-GB", "pl"]', 'languages = ["en-GB"]')
    heading(page, "There is no such page")
    page.get_by_role("link", name="All pages of this preview").wait_for()
    replace(small / "project.toml", 'languages = ["en-GB"]', 'languages = ["en-GB", "pl"]')
    heading(page, TITLE)


def test_before_anything_was_made_the_page_says_why(start, browser, small):
    good = (small / "project.toml").read_text()
    (small / "project.toml").write_text(good + "\nnonsense = ")
    preview = start()
    page = browser.new_page()
    page.goto(preview.address)
    heading(page, "No page has been made yet")
    alarm(page).wait_for()
    assert "Something keeps pages from being made" in alarm(page).inner_text() and "project.toml:" in alarm(page).inner_text()
    (small / "project.toml").write_text(good)
    page.locator("a[href*=clean-hands]").first.wait_for()
    page.context.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_and_leaves_a_proved_folder(preview, small, browser, how):
    page = browser.new_page()
    page.goto(preview.address + PL)
    replace(small / PO, TITLE, NEW)
    heading(page, NEW)
    listening(page)
    assert preview.end(how) == (130 if how == signal.SIGINT else 0)
    preview.process.wait()
    assert "Traceback" not in preview.text and "The preview has ended" in preview.text
    page.get_by_text("The preview has ended.").wait_for()
    findings, proved, _ = prove_folder(small / "preview", None, None)
    assert not findings and len(proved) == 4 and b"/-/" not in (small / "preview/clean-hands/pl/index.html").read_bytes()
    assert not list((small / "preview").rglob("preview.*")), "nothing of the preview is published"
    page.context.close()


def test_a_page_that_is_still_open_comes_back_to_life(start, browser, small):
    first = start()
    page = browser.new_page()
    page.goto(first.address + PL)
    heading(page, TITLE)
    listening(page)
    port = first.address.rstrip("/").rpartition(":")[2]
    first.end()
    page.get_by_text("The preview has ended.").wait_for()
    replace(small / PO, TITLE, NEW)
    start("--port", port)
    heading(page, NEW)
    page.context.close()


def test_no_copies_are_kept(look):
    page = look("")
    listening(page)
    page.wait_for_timeout(300)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert page.evaluate("caches.keys()") == []


def test_by_looking_often_it_works_without_events(start, browser, small):
    preview = start("--poll", "--language", "pl", "--format", "web")
    page = browser.new_page()
    page.goto(preview.address + PL)
    replace(small / PO, TITLE, NEW)
    heading(page, NEW)
    rows = json.loads((small / "preview/manifest.json").read_text())["editions"]
    assert [(e["language"], list(e["formats"])) for e in rows] == [("pl", ["web"])]
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_can_be_read_on_a_page_from_right_to_left(browser, preview, small, scheme):
    """Whatever the page looks like: English, from the left, in sight, above all else."""
    context = browser.new_context(viewport={"width": 390, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    page.goto(preview.address + PL)
    page.evaluate("document.documentElement.dir = 'rtl'; document.documentElement.lang = 'ur'")
    page.evaluate("document.body.style.fontSize = '60px'")
    drop_warning(small)
    alarm(page).wait_for()
    host = page.locator("#leafletkit-preview")
    assert (host.get_attribute("dir"), host.get_attribute("lang")) == ("ltr", "en-GB")
    found = alarm(page).evaluate("e => { const s = getComputedStyle(e); return [s.direction, s.textAlign, s.fontSize, s.backgroundColor]; }")
    assert found == ["ltr", "left", "16px", "rgb(255, 255, 255)" if scheme == "light" else "rgb(34, 26, 26)"]
    box = alarm(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0 and box["y"] + box["height"] <= 700
    middle = page.evaluate("([x, y]) => document.elementFromPoint(x, y).id", [box["x"] + box["width"] / 2, box["y"] + 20])
    assert middle == "leafletkit-preview"
    context.close()
