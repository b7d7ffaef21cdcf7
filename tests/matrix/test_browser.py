"""The report in a real browser: axe finds nothing, it can be read on small screens and on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import axe_playwright_python
import pypdfium2
import pytest

from leafletkit.proof.expect import bare

from ..pages_support import words
from .support import (
    SHOTS,
    Change,
    Report,
    audio_withheld,
    broken_interface,
    broken_warning,
    full,
    no_voice,
    release,
    report_of,
    signed,
)

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def axe(page: Any, *tags: str) -> list[Any]:
    """What axe finds wrong with a page by the rules of WCAG 2.2 AA, or by those of other tags."""
    page.evaluate("""() => { CanvasRenderingContext2D.prototype.measureText = s => ({width: 10 * s.length}) }""")
    page.evaluate(AXE)
    result = page.evaluate("rules => axe.run(document, rules)", {"runOnly": tags or WCAG, "preload": False})
    return [(v["id"], [n["html"][:200] for n in v["nodes"]][:5]) for v in result["violations"]]


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"report-{name}.png")


@full
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_the_real_report(dist: Path, visit: Callable[..., Any], width: int, scheme: str) -> None:
    page = visit(dist, viewport={"width": width, "height": 900}, color_scheme=scheme)
    shot(page, f"{width}-{scheme}")
    assert axe(page) == []


@full
def test_axe_finds_nothing_against_good_practice(dist: Path, visit: Callable[..., Any]) -> None:
    assert axe(visit(dist), "best-practice") == []


@full
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "change", [broken_warning, audio_withheld, no_voice, signed, release, broken_interface], ids=lambda c: c.__name__
)
def test_axe_finds_nothing_in_a_report_of_faults(
    base: Path, visit: Callable[..., Any], change: Change, scheme: str
) -> None:
    """The page that matters most is the one with crosses and findings."""
    page = visit(report_of(change, base).folder, color_scheme=scheme)
    shot(page, f"{change.__name__}-{scheme}")
    assert axe(page) == [] and axe(page, "best-practice") == []


@full
@pytest.mark.parametrize(
    "size", [{"width": 320, "height": 256}, {"width": 320, "height": 640}, {"width": 1280, "height": 900}]
)
def test_the_page_does_not_scroll_sideways(
    dist: Path, base: Path, visit: Callable[..., Any], size: Mapping[str, int]
) -> None:
    """Nor does it with a matrix of eight languages."""
    for folder in (report_of(broken_warning, base).folder, report_of(release, base).folder, dist):
        page = visit(folder, viewport=size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@full
@pytest.mark.parametrize("size", [{"width": 320, "height": 256}, {"width": 320, "height": 640}])
def test_tables_scroll_in_their_own_region(
    dist: Path, base: Path, visit: Callable[..., Any], size: Mapping[str, int]
) -> None:
    """A keyboard reaches the region and a screen reader names it; nothing else is wider than the screen."""
    for folder in (dist, report_of(broken_warning, base).folder, report_of(release, base).folder):
        page = visit(folder, viewport=size)
        wide = page.evaluate(
            """() => [...document.body.querySelectorAll("*")].filter(e => {
              if (e.closest(".skip, .hidden") || e.closest(".wide") || !e.checkVisibility()) return false
              const r = e.getBoundingClientRect()
              return r.width && (r.left < -0.5 || r.right > innerWidth + 0.5)
            }).map(e => e.outerHTML.slice(0, 90))"""
        )
        assert wide == []
        regions = page.evaluate(
            """() => [...document.querySelectorAll("table")].map(t => {
              const r = t.closest("[role=region]")
              r.focus()
              return [r.tabIndex, document.activeElement === r, r.scrollWidth > r.clientWidth,
                      document.getElementById(r.getAttribute("aria-labelledby")).innerText]
            })"""
        )
        assert regions and all(tab == 0 and focused and name for tab, focused, _, name in regions)
        assert any(scrolls for _, _, scrolls, _ in regions)


# Links of the matrix that are wholly covered by the heads when the keyboard comes to them, one way and back.
COVERED = """() => {
  const links = [...document.querySelectorAll(".matrix tbody td a")].filter((_, n) => n % 5 === 0), hidden = []
  for (const row of [links, [...links].reverse()]) for (const a of row) {
    a.focus()
    const r = a.getBoundingClientRect(), at = [[.5, .5], [.05, .1], [.95, .1], [.05, .9], [.95, .9]]
    const tops = at.map(([x, y]) => document.elementFromPoint(r.left + r.width * x, r.top + r.height * y))
    if (!tops.some(e => a === e || a.contains(e))) hidden.push(a.title)
  }
  return hidden
}"""


@full
@pytest.mark.parametrize("width", [1280, 320])
def test_the_focus_is_not_covered(dist: Path, visit: Callable[..., Any], width: int) -> None:
    """WCAG 2.2, 2.4.11: who moves by the Tab key sees where they are."""
    page = visit(dist, viewport={"width": width, "height": 800})
    assert page.evaluate(COVERED) == []


@full
def test_on_a_narrow_screen_cells_can_be_seen(dist: Path, visit: Callable[..., Any]) -> None:
    """At 320 px the head of the rows leaves room for two cells at least."""
    page = visit(dist, viewport={"width": 320, "height": 640})
    room = page.evaluate(
        """() => [...document.querySelectorAll(".matrix")].map(t => {
          const head = t.querySelector("tbody th").getBoundingClientRect()
          return t.closest(".wide").clientWidth - head.width
        })"""
    )
    page.evaluate("[...document.querySelectorAll('.matrix')].at(-1).closest('.wide').scrollIntoView()")
    shot(page, "320-scrolled")
    assert all(rest >= 2 * 54 for rest in room), room


@full
def test_the_corner_stays_in_sight(dist: Path, visit: Callable[..., Any]) -> None:
    """Scrolled down and to the right, the corner belongs to the head “Warning” and covers both heads."""
    page = visit(dist)
    corner = page.evaluate(
        """() => {
          const region = [...document.querySelectorAll(".matrix")].at(-1).closest(".wide")
          region.scrollIntoView()
          region.scrollTo(900, 1200)
          const r = region.getBoundingClientRect()
          const at = [[20, 20], [100, 30], [20, 80], [150, 90]]
          return at.map(([x, y]) => document.elementFromPoint(r.left + x, r.top + y).closest("th")?.innerText)
        }"""
    )
    shot(page, "corner")
    assert corner == ["Warning"] * 4


@full
def test_heads_stay_in_sight(dist: Path, visit: Callable[..., Any]) -> None:
    """Far down in the matrix the reader still sees which language and which warning a cell is of."""
    page = visit(dist)
    page.evaluate("document.querySelector('#matrix-ivig').scrollIntoView()")
    page.evaluate("document.querySelector('#matrix-ivig').closest('.wide').scrollTo(900, 1200)")
    shot(page, "1280-scrolled")
    state = page.evaluate(
        """() => {
          const region = document.querySelector("#matrix-ivig").closest(".wide"), box = region.getBoundingClientRect()
          const heads = [...region.querySelectorAll("thead tr:first-child th")].map(e => e.getBoundingClientRect())
          const formats = [...region.querySelectorAll("thead tr:nth-child(2) th")].map(e => e.getBoundingClientRect())
          const rows = [...region.querySelectorAll("tbody th")].map(e => e.getBoundingClientRect())
          return {scrolled: region.scrollTop, top: heads.every(r => Math.abs(r.top - box.top) < 3),
                  second: formats.every(r => r.top >= heads[1].bottom - 2 && r.top < heads[1].bottom + 3),
                  left: rows.every(r => Math.abs(r.left - box.left) < 3)}
        }"""
    )
    assert state["scrolled"] > 500
    assert state["top"] and state["second"] and state["left"], state


@full
def test_the_heads_of_the_columns_do_not_hide_what_is_linked_to(dist: Path, visit: Callable[..., Any]) -> None:
    """Every tick of the first and last row can be hit by a finger: nothing lies over it."""
    page = visit(dist)
    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".matrix tbody td a")].filter((a, n) => n % 37 === 0).filter(a => {
          a.scrollIntoView({block: "center", inline: "center"})
          const r = a.getBoundingClientRect()
          const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)
          return r.width < 24 || r.height < 24 || !(a === top || a.contains(top))
        }).map(a => a.title)"""
    )
    assert hidden == []


@full
def test_a_tick_is_a_link_that_works(dist: Path, visit: Callable[..., Any]) -> None:
    """A click on a tick of the web page shows the warning."""
    page = visit(dist)
    link = page.locator(".matrix td.carried a").first
    href = link.get_attribute("href")
    link.click()
    page.wait_for_load_state("load")
    assert page.url.endswith(href.removeprefix(".."))
    target = page.locator(f"#{href.partition('#')[2]}")
    box = target.bounding_box()
    assert box and 0 <= box["y"] < 900 and target.inner_text()


@full
def test_opened_as_a_file(dist: Path, visit: Callable[..., Any]) -> None:
    """From a folder or a share, without a server: with its looks, and its links still work."""
    page = visit(dist, as_file=True)
    assert page.evaluate("getComputedStyle(document.querySelector('.matrix')).borderCollapse") == "separate"
    assert page.evaluate("getComputedStyle(document.querySelector('.wide')).overflowX") == "auto"
    page.locator(".matrix td.carried a").first.click()
    page.wait_for_load_state("load")
    assert page.locator("main").count() == 1




@full
@pytest.mark.parametrize("change", [None, broken_warning], ids=["real", "faults"])
def test_it_can_be_printed(dist: Path, base: Path, visit: Callable[..., Any], change: Change | None) -> None:
    """As PDF on A3: every column and every finding is on the paper, and no table is cut off at its right."""
    folder = dist if change is None else report_of(change, base).folder
    page = visit(folder)
    page.emulate_media(media="print")
    data = page.pdf(prefer_css_page_size=True)
    pdf = pypdfium2.PdfDocument(data)
    try:
        widths = {round(p.get_width()) for p in pdf}
        text = " ".join(p.get_textpage().get_text_range() for p in pdf)
        signs = text.count("✓") + text.count("✗")
        for number in range(min(3, len(pdf))):
            if SHOTS:
                pdf[number].render(scale=1).to_pil().save(
                    Path(SHOTS) / f"report-print-{'real' if change is None else 'faults'}-{number + 1}.png"
                )
    finally:
        pdf.close()
    assert widths == {1191}
    # The legend at the top has one of each.
    count = sum(c["state"] in ("carried", "withheld") for c in Report(folder).cells().values())
    assert signs - 2 == count, (signs, count)
    for row in (r for leaflet in Report(folder).data["leaflets"] for r in leaflet["languages"]):
        assert row["name"] in text


@full
def test_all_reasons_are_on_the_paper(dist: Path, visit: Callable[..., Any]) -> None:
    """The paper is what is filed: nobody can unfold it."""
    page = visit(dist)
    page.emulate_media(media="print")
    pdf = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    try:
        text = bare(" ".join(p.get_textpage().get_text_range() for p in pdf))
    finally:
        pdf.close()
    reasons = [words(li) for li in Report(dist).page.iter("li") if any(c.tag == "code" for c in li)]
    assert reasons and all(bare(reason) in text for reason in reasons)
