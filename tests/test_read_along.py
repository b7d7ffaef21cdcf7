"""A page reads along with its recording: its times and sentences are those of the transcript, and each planted fault is found."""

from __future__ import annotations

import html
import json
import re

import pytest

from leafletkit import inline
from leafletkit.jobs import _cues
from leafletkit.proof.along import prove_along
from leafletkit.render.easy_read import render_easy_read
from leafletkit.render.links import CUES, Made, page_links
from leafletkit.render.markup import data_block, inline_html
from leafletkit.render.page_data import cues_script
from leafletkit.render.web import render_web
from leafletkit.script import lines, script, spoken_sentences

from .conftest import ROOT
from .pages_support import KINDS, parse

RECORDING = {"web": "audio", "easy-read": "easy-read-audio"}


def transcript(edition, *, whole=False):
    """A transcript as a recording of the edition has it; each sentence lasts a second, with half a second between them."""
    rows, counts = [f"WEBVTT\nLanguage: {edition.language.tag}"], {}
    for number, line in enumerate(lines(script(edition, synthetic=not whole), edition.language.sentence_ends, whole=whole)):
        counts[line.segment.id] = counts.get(line.segment.id, 0) + 1
        seconds, half = divmod(3 * number, 2)
        start = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        rows.append(f"{line.segment.id}.{counts[line.segment.id]}\n{start}.{500 * half:03} --> {start}.{500 * half + 400:03}\n{html.escape(line.text, quote=False)}")
    return ("\n\n".join(rows) + "\n").encode()


def page_of(edition, kind, *, whole=False):
    """A page, its times, and the transcript that it reads along with."""
    told = edition.told(RECORDING[kind])
    vtt = transcript(told, whole=whole)
    made = {RECORDING[kind]: Made(1, seconds=60, chapters=((0.0, "x"),), cues=_cues(vtt, told, whole=whole))}
    links = page_links(edition, kind, (edition.language,), made, {})
    return (render_web if kind == "web" else render_easy_read)(edition, ROOT / "styles", links), cues_script(links), vtt


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return request.param


@pytest.mark.parametrize("whole", [False, True], ids=["voice", "person"])
def test_good_pages(editions, kind, whole):
    """In every edition each sentence that stands on the page is pointed at; a person's recording points at whole blocks."""
    for edition in editions.values():
        page, times, vtt = page_of(edition, kind, whole=whole)
        assert prove_along(page, times, vtt, edition, kind, "page.html") == ()
        assert [e.get("src") for e in parse(page).iter("script") if e.get("src")] == [CUES[kind], "../../assets/page.js"]
        data = json.loads(times.decode().removeprefix("self.leafletkitCues=").rstrip(";\n"))
        document = edition.text if kind == "web" else edition.easy_read
        pointed = {row[0] for row in data["cues"]} - {""}
        warnings = {f"first-{b.id}" for b in document.blocks if b.warning} if kind == "web" else set()
        assert pointed == {b.id for b in document.blocks[1:]} | warnings
        assert data["whole"] is whole


def changed(times, change):
    """The same with other data."""
    data = json.loads(times.decode().removeprefix("self.leafletkitCues=").rstrip(";\n"))
    change(data)
    return f"self.leafletkitCues={json.dumps(data)};\n".encode()


def late(data):
    data["cues"][5][1] += 50  # and all that follow


def swapped(data):
    one, two = (n for n, row in enumerate(data["cues"]) if row[0] and len(row) == 3), None
    one, two = list(one)[:2]
    data["cues"][one][0], data["cues"][two][0] = data["cues"][two][0], data["cues"][one][0]


def lost(data):
    data["cues"].pop()


def nowhere(data):
    next(row for row in data["cues"] if row[0])[0] = "no-such-block"


def no_cues(data):
    del data["cues"]


def not_whole(data):
    data["whole"] = True


@pytest.mark.parametrize("change", [late, swapped, lost, nowhere, no_cues, not_whole], ids=lambda f: f.__name__)
def test_wrong_times(editions, kind, change):
    edition = editions["ivig", "en-GB"]
    page, times, vtt = page_of(edition, kind)
    found = prove_along(page, changed(times, change), vtt, edition, kind, "page.html")
    assert found and {f.code for f in found} == {"proof-along"}
    assert all((f.leaflet, f.language, f.format, f.path) == ("ivig", "en-GB", kind, "page.html") for f in found)


def test_other_words(editions, kind):
    """A page of another edition, and a page whose sentence was changed after the recording."""
    english, polish = editions["clean-hands", "en-GB"], editions["clean-hands", "pl"]
    page, times, _ = page_of(english, kind)
    _, _, other = page_of(polish, kind)
    assert [f.code for f in prove_along(page, times, other, polish, kind, "p")][:1] == ["proof-along"]
    page, times, vtt = page_of(english, kind)
    word = b"Germs can make people ill" if kind == "easy-read" else b"Clean hands stop germs"
    assert page.count(word) >= 1
    assert {f.code for f in prove_along(page.replace(word, b"Germs cannot"), times, vtt, english, kind, "p")} == {"proof-along"}


def test_no_marks_without_a_recording(editions, kind):
    """Sentences are marked for a player only."""
    edition = editions["ivig", "en-GB"]
    page = (render_web if kind == "web" else render_easy_read)(edition, ROOT / "styles", page_links(edition, kind, (edition.language,), {}, {}))
    assert b'class="s"' not in page and b"cues.js" not in page and b"<audio" not in page


@pytest.mark.parametrize("code", [b"alert(1);", b"self.leafletkitCues={};alert(1);\n", b"", b"self.leafletkitCues=[];\n", b"\xff"])
def test_the_times_hold_nothing_else(editions, kind, code):
    """What runs in the page must be data: a file that says more is not published."""
    edition = editions["clean-hands", "pl"]
    page, _, vtt = page_of(edition, kind)
    assert {f.code for f in prove_along(page, code, vtt, edition, kind, "p")} == {"proof-along"}


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One. ", "Two."]),
        ("Do **not** take it. Or **never**!", ["Do <strong>not</strong> take it. ", "Or <strong>never</strong>!"]),
        ("A **bold one. And two** here.", ["A<strong> bold one. </strong>", "<strong>And two</strong> here."]),
        ("See [the page. It helps](https://www.nhs.uk/) now. End.", ["See ", '<a href="https://www.nhs.uk/">the page. It helps</a> now. ', "End."]),
        ("0.5 mg. Then 1.5 mg.", None),
        ("No full stop", ["No full stop"]),
    ],
)
def test_sentences_of_a_block(text, sentences):
    """Each is one element, in the words of the block; bold words may run over its end, a link stays whole."""
    shown = str(inline_html(text, "ltr", ".?!"))
    pieces = re.findall(r'<span class="s">(.*?)</span>(?=<span class="s">|$)', shown)
    words = [html.unescape(re.sub("<[^>]*>", "", p)).replace("\u00a0", " ") for p in pieces]
    assert "".join(words) == inline.plain(text)
    assert len(pieces) == len(spoken_sentences(inline.plain(text), ".?!")) or "[" in text
    if sentences and "[" not in text:
        assert [p.replace(" <strong>", "<strong> ") for p in pieces] == [s.replace(" <strong>", "<strong> ") for s in sentences]


@pytest.mark.parametrize("words", ["</script><script>alert(1)</script>", "<!--", "]]>", "&lt;", "\u2028\u2029", "‮evil", "x" * 10_000])
def test_a_data_block_can_not_be_left(words):
    """Whatever the words, the block is JSON that says them, and nothing in it ends the element or begins a comment."""
    block = str(data_block({"words": words}))
    assert json.loads(block) == {"words": words}
    assert not re.search("[<>&\u2028\u2029]", block)
