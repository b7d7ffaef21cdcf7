"""The download site without a browser: what each page offers, hostile titles, deterministic bytes, a thousand leaflets."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from leafletkit import pipeline
from leafletkit.assets import SCRIPTS, shared_files
from leafletkit.jobs import Outcome
from leafletkit.model import FORMATS, File
from leafletkit.render.links import Made, file_name
from leafletkit.site import site_files

from ..conftest import ROOT
from ..pages_support import RTL, elements, parse, words

STYLES = ROOT / "styles"
# An override turns letters round; the others end an element, an attribute, a string or a line of a script.
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of script": "</script><script>alert(1)</script><!--",
    "attribute": '"><img src=x onerror=alert(1)>',
    "javascript": "javascript:alert(1)",
    "data": "data:text/html,<b>x</b>",
    "override": "\u202e48\u202c IVIg",
    "line end": "IVIg\u2028alert(1)\u2029",
    "template": "{{ root }}{% raw %}${1}",
    "long": "IVIg " * 2000 + "x" * 3000,
}


def titled(edition, title):
    first, *rest = edition.text.blocks
    easy, *more = edition.easy_read.blocks
    return replace(
        edition,
        text=replace(edition.text, blocks=(replace(first, text=title), *rest)),
        easy_read=replace(edition.easy_read, blocks=(replace(easy, text=title), *more)),
    )


def built_of(editions, formats=FORMATS, **outcome):
    """A build in which everything was made."""

    def made(key, fmt):
        size = Made(200_000, pages=12 if "print" in fmt else 0, seconds=480 if "audio" in fmt else 0)
        return replace(Outcome(fmt, key, (File(f"{key[0]}/{key[1]}/{file_name(fmt, *key)}", b"x"),), made=size), **outcome)

    editions = {e.key: e for e in editions}
    checked = pipeline.Checked(tuple(editions), editions, (), source_language="en-GB")
    return pipeline.Built(checked, {key: {f: made(key, f) for f in formats} for key in editions}, tuple(editions), (), (), formats)


def site_of(editions, languages, **options):
    return {f.path: f.data for f in site_files(built_of(editions), languages, STYLES, **options)}


def pages_of(files):
    return {path: parse(data) for path, data in files.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def whole(editions, project):
    return site_of(editions.values(), project.languages)


def test_each_language_has_a_page_wholly_in_it(whole, editions, project):
    """Its words, its direction, every leaflet with its state, every format with type, size, pages or minutes."""
    for tag in {tag for _, tag in editions}:
        root = parse(whole[f"languages/{tag}.html"])
        assert (root.get("lang"), root.get("dir")) == (tag, "rtl" if tag in RTL else "ltr")
        mine = [e for e in editions.values() if e.language.tag == tag]
        said = words(root).replace("\u00a0", " ")
        for edition in mine:
            assert edition.words[f"state-{edition.state}"] in said
            for fmt in FORMATS:
                link = next(e for e in elements(root) if e.get("href") == f"../{edition.leaflet.id}/{tag}/{file_name(fmt, *edition.key)}")
                inside = words(link)
                assert edition.words[f"format-{fmt}"] in inside
                assert ("PDF" in inside and "12" in inside) if "print" in fmt else ("MP3" in inside) if "audio" in fmt else True
        lacking = [e for e in elements(root) if e.tag == "a" and e.get("lang") == "en-GB" and e.get("href", "").count("/") == 2 and "languages" not in e.get("href")]
        assert len(lacking) == len({leaflet for leaflet, _ in editions}) - len(mine)
        assert mine[0].words["other-formats-text"] in said and (not lacking or mine[0].words["site-ask"] in said)
        other = [e.get("hreflang") for e in elements(root) if e.get("class") == "tile" and e.tag == "a"]
        assert sorted([*other, tag]) == sorted({t for _, t in editions})


def test_a_leaflet_page_names_what_is_missing(whole, editions, project):
    for leaflet in {leaflet for leaflet, _ in editions}:
        root = parse(whole[f"{leaflet}/index.html"])
        there = [tag for name, tag in editions if name == leaflet]
        assert [e.get("id") for e in elements(root) if e.tag == "article"] == [t for t in project.languages if t in there]
        (missing,) = [e for e in elements(root) if e.get("class") == "missing"] or [None]
        said = words(missing) if missing is not None else ""
        assert all((project.languages[t].english in said) == (t not in there) for t in project.languages if project.languages[t].english != "English")
        assert any(e.get("href") == "../report/index.html" for e in elements(root))


def test_a_selection_calls_nothing_missing(editions, project):
    some = [e for e in editions.values() if e.language.tag == "en-GB"]
    page = words(parse(site_of(some, project.languages, partial=True)["ivig/index.html"]))
    assert "Polish" not in page and "not in these languages" not in page


def test_a_format_that_is_not_ready_is_said(editions, project):
    """Also why there is no recording, in the words of the page."""
    edition = editions["ivig", "pl"]
    built = built_of([edition, editions["ivig", "en-GB"]])
    gone = {"large-print": Outcome("large-print", edition.key), "audio": Outcome("audio", edition.key, unavailable="no voice")}
    built = replace(built, outcomes={**built.outcomes, edition.key: {**built.outcomes[edition.key], **gone}})
    page = {f.path: f.data for f in site_files(built, project.languages, STYLES)}["languages/pl.html"]
    said = words(parse(page))
    assert edition.words["audio-unavailable"] in said
    assert edition.words["site-not-ready"].format(format=edition.words["format-large-print"]) in said
    assert b"large-print.pdf" not in page and b"ivig-pl.mp3" not in page


def test_a_withdrawn_leaflet_says_so_first_and_offers_no_download(editions, project):
    old = [replace(e, state="withdrawn") for e in editions.values()]
    files = site_of(old, project.languages)
    for path, root in pages_of(files).items():
        assert not [e for e in elements(root) if e.get("href", "").endswith((".pdf", ".mp3"))], path
        for article in root.iter("article"):
            state = next(e for e in elements(article) if e.get("class", "").startswith("state"))
            assert state is article[0] and state.get("class") == "state gone", path
    for edition in old:
        assert edition.words["notice-withdrawn"] in words(parse(files[f"languages/{edition.language.tag}.html"]))
    rows = json.loads(files["assets/search.js"].decode().partition(" = ")[2].rstrip(";\n"))["rows"]
    assert {row[2] for row in rows} == {"withdrawn"}


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_hostile_titles_stay_text(editions, project, title):
    """In no page and in no data does a title become an element, an attribute or an address."""
    mine = [editions["ivig", "en-GB"], editions["ivig", "ur"]]
    plain, bad = site_of(mine, project.languages), site_of([titled(e, title) for e in mine], project.languages)
    shape = {p: [(e.tag, sorted(e.attrib)) for e in elements(r)] for p, r in pages_of(plain).items()}
    for path, root in pages_of(bad).items():
        assert [(e.tag, sorted(e.attrib)) for e in elements(root)] == shape[path]
        data = next(e for e in elements(root) if e.get("id") == "page-data")
        assert json.loads(data.text)["lang"]
    script = bad["assets/search.js"].decode()
    assert not re.search("[<>&\u2028\u2029]", script) and script.count("\n") == 1
    assert json.loads(script.partition(" = ")[2].rstrip(";\n"))["rows"][0][3] == title


def test_pages_run_only_what_lies_beside_them(whole):
    """No script of its own, no handler, no style, nothing from outside; and a policy that forbids them."""
    for path, root in pages_of(whole).items():
        policy = next(e.get("content") for e in elements(root) if e.get("http-equiv") == "Content-Security-Policy")
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        for e in elements(root):
            assert e.tag not in ("style", "iframe", "object", "embed", "form", "base", "template", "svg"), path
            assert not [n for n in e.attrib if n.startswith("on") or n == "style"], path
            assert e.tag != "script" or e.get("src") or e.get("type") == "application/json", path
            for name in ("href", "src"):
                assert not re.match(r"[a-z]+:|//|/", e.get(name, "")), (path, e.get(name))


@pytest.mark.full
def test_links_of_the_site_lead_somewhere(folder):
    """Every page and file that a page of the site names is there."""
    for path in [folder / "index.html", *folder.glob("languages/*.html"), *folder.glob("*/index.html")]:
        for e in elements(parse(path.read_bytes())):
            for name in ("href", "src"):
                target = e.get(name, "").partition("#")[0]
                assert not target or (path.parent / target).is_file(), (path.name, target)


def test_the_same_build_gives_the_same_bytes(whole, editions, project):
    assert site_of(editions.values(), project.languages) == whole


def test_a_thousand_leaflets(editions, project):
    """The list holds titles only, and what search loads stays small for each edition."""
    first = editions["clean-hands", "en-GB"]
    many = [replace(first, leaflet=replace(first.leaflet, meta=replace(first.leaflet.meta, id=f"leaflet-{n}"))) for n in range(1000)]
    files = site_of(many, project.languages)
    assert len(files["index.html"]) < 300 * 1000 and len(files["assets/search.js"]) < 500 * 1000
    assert b'class="leaflets many"' in files["languages/en-GB.html"]


def test_scripts_are_small_and_plain():
    """Classic scripts, each whole in itself: no module, no global but one, no markup made of text."""
    folder = ROOT / "src/leafletkit/scripts"
    named = {name for parts in SCRIPTS.values() for name in parts} | {"sw.js", "preview.js"}
    assert {p.name for p in folder.iterdir()} == named
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        assert len(text.split("\n")) <= 300 and ('"use strict"' in text or path.name == "namespace.js"), path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\bimport\b|\bexport\b|document\.cookie|\?\.|\?\?", text), path.name
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), path.name
    assert {"assets/page.css", "assets/site.css", "assets/page.js", "assets/site.js", "assets/icon.svg", "sw.js"} == {f.path for f in shared_files(STYLES)}
