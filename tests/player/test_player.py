"""The read-along player as readers use it: by mouse, by finger and by keyboard, in scripts of both directions."""

from __future__ import annotations

import pytest

from ..pages_support import ADD, FOCUS, RTL, SIDEWAYS
from ..test_pages_browser import AXE, LETTERS, RULES
from .support import until

pytestmark = pytest.mark.full

TAGS = ["en-GB", "ar", "ur", "hi", "zh-Hans"]
AUDIO = "document.querySelector('audio')"
TIME = f"{AUDIO}.currentTime"
CUES = "leafletkit.cues.expand(leafletkitCues.cues, leafletkitCues.whole)"
WORDS = "JSON.parse(document.getElementById('page-data').textContent).words"
CONTROLS = ["play", "back", "repeat", "forward"]


def cues_of(page):
    return page.evaluate(CUES)


def press(page, name, how):
    button = page.locator(f".player-{name}")
    if how == "mouse":
        button.click()
    else:
        button.focus()
        page.keyboard.press("Enter" if name != "repeat" else "Space")


def near(page, seconds, within=1.0):
    """The sound gets there, and plays on from there."""
    until(page, f"s => !{AUDIO}.seeking && {TIME} >= s - .05 && {TIME} < s + {within}", seconds)


def playing(page):
    until(page, f"!{AUDIO}.paused && {TIME} > 0")


def middle(cues, length=3.0):
    """A sentence of the page that is long enough to be asked about."""
    return next(n for n, c in enumerate(cues) if n > 30 and c[2] and c[1] - c[0] > length and cues[n + 1][2] and cues[n - 1][2])


def go(page, seconds):
    page.evaluate(f"s => {{ {AUDIO}.currentTime = s }}", seconds)
    near(page, seconds)


def rarely(*values, often):
    """Parameters, for `make stress` alone unless they count as often needed."""
    return pytest.param(*values, marks=[] if often else [pytest.mark.stress])


@pytest.mark.parametrize(("tag", "how"), [
    rarely(tag, how, often=tag in ("en-GB", "ur") or (how == "keyboard") == (tag in RTL)) for tag in TAGS for how in ("mouse", "keyboard")
])  # fmt: skip
def test_every_button_does_what_it_says(visit, tag, how):
    page = visit(tag)
    words, cues = page.evaluate(WORDS), cues_of(page)
    assert [page.locator(f".player-{n}").inner_text().strip() for n in CONTROLS] == [words[n] for n in CONTROLS]
    assert page.evaluate(f"[{AUDIO}.paused, {AUDIO}.controls, {AUDIO}.readyState, {AUDIO}.preservesPitch]") == [True, False, 0, True]
    press(page, "play", how)
    playing(page)
    page.get_by_role("button", name=words["pause"], exact=True).wait_for(timeout=2000)
    number = middle(cues)
    go(page, cues[number][0] + 1)
    press(page, "repeat", how)
    near(page, cues[number][0])
    press(page, "forward", how)
    near(page, cues[number + 1][0])
    press(page, "back", how)
    near(page, cues[number][0])
    press(page, "back", how)
    near(page, cues[number - 1][0])
    press(page, "play", how)
    until(page, f"{AUDIO}.paused")
    page.get_by_role("button", name=words["play"], exact=True).wait_for(timeout=2000)
    press(page, "forward", how)  # a sentence that is asked for is heard
    near(page, cues[number][0])
    assert not page.evaluate(f"{AUDIO}.paused")


@pytest.mark.parametrize("tag", TAGS)
def test_the_choices_and_the_slider(visit, tag):
    page = visit(tag)
    words, cues = page.evaluate(WORDS), cues_of(page)
    place, part, speed = (page.get_by_label(words[n], exact=True) for n in ("place", "part", "speed"))
    part.select_option(index=3)  # before Play: it will begin there, in silence until then
    assert page.evaluate(f"{AUDIO}.paused")
    start = page.evaluate("Number(document.querySelectorAll('#listen details a')[3].href.split('#t=')[1])")
    press(page, "play", "mouse")
    near(page, start)
    assert any(abs(c[0] - start) < 0.2 for c in cues)
    assert part.evaluate("e => e.selectedIndex") == 3
    speed.select_option(value="1.5")
    assert page.evaluate(f"{AUDIO}.playbackRate") == 1.5
    place.focus()
    page.keyboard.press("Home")
    near(page, 0, 2)
    page.keyboard.press("PageUp")
    until(page, f"{TIME} > 60")
    said = place.get_attribute("aria-valuetext")
    now, whole = said.split(" / ")
    assert int(now.split(":")[0]) >= 1 and int(whole.split(":")[0]) >= 10
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    far = box["width"] * (0.25 if tag in RTL else 0.75)
    page.mouse.click(box["x"] + far, box["y"] + box["height"] / 2)
    until(page, f"Math.abs({TIME} / {AUDIO}.duration - .75) < .05")
    page.locator("#listen summary").click()
    page.locator("#listen details a").nth(2).click()  # a link to a part seeks; the page stays
    near(page, page.evaluate("Number(document.querySelectorAll('#listen details a')[2].href.split('#t=')[1])") - 0.1)
    assert page.url.endswith("index.html")


@pytest.mark.parametrize("tag", ["en-GB", "ur"])
def test_the_sides_of_the_buttons(visit, tag):
    """From right to left, "previous" stands on the right and points there."""
    page = visit(tag)
    x = {n: page.locator(f".player-{n}").bounding_box()["x"] for n in ("play", "back")}
    assert (x["play"] > x["back"]) == (tag in RTL)
    assert page.evaluate("getComputedStyle(document.querySelector('.player-back svg')).transform") == ("matrix(-1, 0, 0, 1, 0, 0)" if tag in RTL else "none")


def sentence(page, number):
    cue = cues_of(page)[number]
    return page.evaluate_handle("([id, n]) => { const e = document.getElementById(id), s = e.querySelectorAll('.s'); return s.length ? s[n] : e }", cue[2:]).as_element()


def tap(page, target, *modifiers):
    """On the first line of a sentence: the box around all its lines holds others too."""
    target.evaluate("e => e.scrollIntoView({block: 'center'})")
    x, y = target.evaluate("e => { const r = e.getClientRects()[0]; return [r.left + r.width / 2, r.top + r.height / 2] }")
    for key in modifiers:
        page.keyboard.down(key)
    page.mouse.click(x, y)
    for key in modifiers:
        page.keyboard.up(key)


@pytest.mark.parametrize("tag", ["en-GB", "ur"])
def test_a_tap_on_a_sentence(visit, tag):
    page = visit(tag)
    cues = cues_of(page)
    number = middle(cues)
    target = sentence(page, number)
    tap(page, target)
    page.wait_for_timeout(300)
    assert page.evaluate(f"[{AUDIO}.paused, {AUDIO}.readyState]") == [True, 0]  # no sound before Play
    press(page, "play", "mouse")
    playing(page)
    tap(page, target, "Alt")
    page.wait_for_timeout(200)
    assert page.evaluate(TIME) < 10
    target.evaluate("e => getSelection().selectAllChildren(e)")
    page.evaluate("document.querySelector('.spoken, h1').click()")
    assert page.evaluate(TIME) < 10
    page.evaluate("getSelection().removeAllRanges()")
    press(page, "play", "mouse")
    tap(page, target)
    near(page, cues[number][0])
    assert target.evaluate("e => e.classList.contains('spoken')")


@pytest.mark.parametrize("tag", ["en-GB", "ar"])
def test_the_page_follows_unless_the_reader_looks_elsewhere(visit, tag):
    page = visit(tag, viewport={"width": 360, "height": 640})
    cues = cues_of(page)
    number = middle(cues)
    page.locator(".player-play").focus()
    page.keyboard.press("Enter")
    playing(page)
    focus = page.evaluate("document.activeElement.className")
    go(page, cues[number][0])
    inside = "(() => { const r = document.querySelector('.spoken').getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight * .8 })()"
    until(page, inside)
    assert page.evaluate("document.activeElement.className") == focus
    assert page.locator(".player-bar.docked").count() == 1
    page.mouse.move(100, 300)
    page.mouse.wheel(0, -3000)
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    go(page, cues[number + 1][0])
    page.wait_for_timeout(500)
    assert page.evaluate("scrollY") == before
    press(page, "repeat", "mouse")  # who uses the player is taken along again
    until(page, inside)


def test_what_gets_the_focus_is_not_covered(visit):
    page = visit("en-GB", viewport={"width": 360, "height": 640})
    press(page, "play", "mouse")
    playing(page)
    page.evaluate("document.querySelector('.contents a').focus()")
    page.wait_for_selector(".docked")
    for _ in range(25):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        covered = page.evaluate("""() => { const r = document.activeElement.getBoundingClientRect(), b = document.querySelector('.docked')
          return Boolean(b && !b.contains(document.activeElement) && r.bottom > b.getBoundingClientRect().top + 1) }""")
        if focus["html"].startswith("<body"):
            break
        assert not covered and focus["outlined"], focus
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom <= document.querySelector('.docked').getBoundingClientRect().top + 1")


@pytest.mark.parametrize("size", ["100", "200"])
@pytest.mark.parametrize("tag", TAGS)
def test_narrow_screens_and_large_controls(visit, tag, size):
    page = visit(tag, viewport={"width": 320, "height": 640})
    page.locator(f"#size-{size}").check()
    for state in ("ready", "playing"):
        if state == "playing":
            press(page, "play", "mouse")
            playing(page)
            page.evaluate("scrollTo(0, 5000)")
            page.wait_for_selector(".docked")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(SIDEWAYS) == []
        sizes = page.evaluate("[...document.querySelectorAll('.player :is(button, input, select), .text-size label')].map(e => [e.className, e.offsetWidth, e.offsetHeight])")
        assert all(w >= 44 and h >= 44 for _, w, h in sizes), sizes
    assert page.locator(".docked").evaluate("e => e.offsetHeight") < 110


def test_the_size_of_the_text_is_remembered(visit):
    page = visit("en-GB")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    first = page.evaluate(size)
    for percent in (125, 150, 200):
        page.locator(f"#size-{percent}").check()
        assert page.evaluate(size) == pytest.approx(first * percent / 100)
    page.reload()
    assert page.evaluate(size) == pytest.approx(first * 2) and page.locator("#size-200").is_checked()


def test_the_speed_is_remembered_and_only_what_was_chosen_is_kept(visit):
    page = visit("en-GB")
    press(page, "play", "mouse")
    playing(page)
    assert page.evaluate("Object.keys(localStorage).filter(k => /speed|size/.test(k))") == []
    page.locator(".player-choices select").first.select_option(value="0.75")
    page.reload()
    assert page.evaluate("Object.keys(localStorage).filter(k => /speed|size/.test(k))") == ["leafletkit-speed"]
    press(page, "play", "keyboard")
    playing(page)
    assert page.evaluate(f"{AUDIO}.playbackRate") == 0.75


def test_a_page_that_may_keep_nothing_still_works(visit):
    page = visit("en-GB", prepare=lambda p: p.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})"))
    page.locator("#size-150").check()
    press(page, "play", "mouse")
    playing(page)


def test_no_sound_without_being_asked(visit):
    page = visit("en-GB")
    page.wait_for_timeout(500)
    assert page.evaluate(f"[{AUDIO}.paused, {AUDIO}.autoplay, {AUDIO}.readyState]") == [True, False, 0]
    assert page.locator(".spoken").count() == 0


def test_a_missing_recording_is_said_and_can_be_tried_again(visit):
    gone = [True]

    def answer(route):
        if gone[0]:
            route.abort()
        else:
            route.continue_()

    page = visit("en-GB", prepare=lambda p: p.route("**/*.{mp3,opus}", answer))
    words = page.evaluate(WORDS)
    press(page, "play", "mouse")
    page.get_by_role("alert").filter(has_text=words["failed"]).wait_for(timeout=5000)
    assert page.get_by_role("button", name=words["play"], exact=True).count() == 1
    assert page.locator("footer a[href$='.mp3']").count() >= 1
    visit.troubles.clear()  # the browser tells of the missing file
    gone[0] = False
    press(page, "play", "mouse")
    playing(page)
    assert page.locator(".player-failed").text_content() == ""


@pytest.mark.parametrize("tag", TAGS)
def test_without_scripts_the_browsers_own_player_is_there(visit, tag):
    page = visit(tag, java_script_enabled=False)
    assert page.locator("#listen audio[controls]").is_visible()
    assert page.locator(".player").count() == 0
    page.locator("#size-200").check()
    assert page.locator("html").evaluate("e => getComputedStyle(e).getPropertyValue('--reader').trim()") == "2"


MODES = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": {"width": 360, "height": 740}}}


@pytest.mark.parametrize(("tag", "mode"), [rarely(tag, mode, often=mode == "light" or tag in ("en-GB", "ur")) for tag in TAGS for mode in MODES])
def test_axe_finds_nothing_while_it_plays(visit, tag, mode):
    page = visit(tag, **MODES[mode])
    cues = cues_of(page)
    page.evaluate(f"() => {{ {LETTERS} }}")
    page.evaluate(AXE)
    for state in ("ready", "playing", "paused"):
        if state != "ready":
            press(page, "play", "mouse")
        if state == "playing":
            playing(page)
            go(page, cues[middle(cues)][0])
            page.wait_for_selector(".spoken")
        result = page.evaluate("rules => axe.run(document, rules)", RULES)
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in result["violations"]] == [], state


def test_forced_colours_mark_the_sentence(visit):
    page = visit("en-GB", forced_colors="active")
    cues = cues_of(page)
    press(page, "play", "mouse")
    playing(page)
    go(page, cues[middle(cues)][0])
    page.wait_for_selector(".spoken")
    page.evaluate(ADD, ".probe { background: Highlight; color: HighlightText; forced-color-adjust: none }")
    same = """() => { const p = document.createElement('p'); p.className = 'probe'; document.body.append(p); const s = getComputedStyle(document.querySelector('.spoken')), t = getComputedStyle(p)
      return s.backgroundColor === t.backgroundColor && s.color === t.color && s.backgroundColor !== getComputedStyle(document.body).backgroundColor }"""
    assert page.evaluate(same)


def test_nothing_moves_when_a_sentence_is_marked(visit):
    page = visit("en-GB")
    heights = "document.documentElement.scrollHeight"
    before = page.evaluate(heights)
    for number in range(0, 80, 7):
        cue = cues_of(page)[number]
        page.evaluate("c => c[2] && (document.getElementById(c[2]).querySelectorAll('.s')[c[3]] || document.getElementById(c[2])).classList.add('spoken')", cue)
    assert page.evaluate(heights) == before


def test_paper_shows_no_player(visit):
    page = visit("en-GB")
    page.emulate_media(media="print")
    assert not page.locator(".player").is_visible() and not page.locator(".text-size").is_visible()
