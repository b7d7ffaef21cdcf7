"""Web and easy-read pages without a browser: strings stay strings, links lead somewhere, no English slips in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import pytest

from leafletkit import checking, inline, pipeline
from leafletkit.findings import blocking
from leafletkit.model import FORMATS
from leafletkit.project import load, load_catalogue

from .conftest import ROOT, TODAY
from .pages_support import KINDS, RTL, Silent, elements, english_sentences, parse, render, skeleton, with_text, words

LONG = "Zdanie jest długie. " * 2500
HOSTILE = {
    "script": "<script>alert()</script> Zdanie",
    "image": "<img src=x onerror=alert()> Zdanie",
    "svg": "<svg/onload=alert()> Zdanie",
    "close-all": "</p></div></main></body></html><main>Zdanie</main>",
    "close-title": "</title></head><body onload=alert()>Zdanie",
    "comment": "<!-- Zdanie",
    "cdata": "<![CDATA[ Zdanie ]]>",
    "javascript-link": "[Zdanie](javascript:alert())",
    "data-link": "[Zdanie](data:text/html,x)",
    "foreign-link": "[Zdanie](https://evil.example/)",
    "reference-link": "[Zdanie] [x]: javascript:alert()",
    "autolink": "<https://evil.example/> Zdanie",
    "picture-link": "![Zdanie](https://evil.example/x.png)",
    "double-quote": '" onmouseover="alert()" Zdanie',
    "single-quote": "' onfocus='alert()' autofocus Zdanie",
    "entities": "&lt;script&gt;alert()&lt;/script&gt; Zdanie",
    "template": "{{ view.edition }} {{ config }} Zdanie",
    "template-tag": "{% include 'web.html' %} {# Zdanie #} Zdanie",
    "format": "{view.__class__.__mro__} {} Zdanie",
    "code": "`<b>Zdanie</b>` \\<b>Zdanie\\</b>",
    "half-bold": "**Zdanie",
    "italics": "*Zdanie*",
    "control": "Zdanie\x07",
    "escape": "Zdanie\x1b[m",
    "lines": "Zdanie\nZdanie\n\n\nZdanie",
    "long": LONG.strip(),
}
# Every way from a catalogue into a page, with the names in braces that a translation must keep.
PLACES = {
    "title": "", "wash-in": "", "er-title": "", "er-germs": "", "picture/germ": "", "meta/owner-role": "",
    "skip-link": "", "notice-draft": " Nie.", "safety-heading": "", "publisher": "", "about-id": " {id}", "notice-expired": " {date}",
}  # fmt: skip


READ = {}  # catalogues, each read once


def polish(project, monkeypatch, context="", msgstr=""):
    """(findings, edition) of the Polish clean-hands leaflet, out of date, with one translation replaced."""

    def changed(*args):
        if args[1:] not in READ:
            READ[args[1:]] = load_catalogue(*args)
        catalogue, findings = READ[args[1:]]
        entries = {c: replace(e, msgstr=msgstr) if c == context else e for c, e in catalogue.entries.items()}
        return replace(catalogue, entries=entries), findings

    (leaflet,) = [x for x in project.leaflets if x.id == "clean-hands"]
    late = replace(leaflet, meta=replace(leaflet.meta, review_due=leaflet.meta.last_updated))
    with monkeypatch.context() as patch:
        patch.setattr(checking, "load_catalogue", changed)
        selection = pipeline.Selection(("clean-hands",), ("pl",))
        checked = pipeline.check(replace(project, leaflets=(late,)), selection, TODAY)
    return list(blocking(checked.findings)), checked.editions.get(("clean-hands", "pl"))


def addresses(root):
    return [(e.tag, n, v) for e in elements(root) for n, v in e.attrib.items() if n in ("href", "src", "hreflang")]




def hostile_cases():
    """All attacks in all places; for `make quick` each attack in every fourth place."""
    for n, context in enumerate(PLACES):
        for m, attack in enumerate(HOSTILE):
            yield pytest.param(context, attack, id=f"{context}-{attack}", marks=[pytest.mark.full] if (n + m) % 4 else [])


@pytest.fixture(scope="module")
def clean(project):
    """Both pages without a hostile string, parsed."""
    with pytest.MonkeyPatch.context() as patch:
        findings, edition = polish(project, patch)
    assert findings == [] and edition
    return [parse(render(edition, kind)) for kind in KINDS]


@pytest.mark.parametrize(("context", "attack"), tuple(hostile_cases()))
def test_hostile_strings(project, clean, monkeypatch, context, attack):
    """A hostile translation is refused as string-markup, or shown letter by letter: no element or attribute comes of it."""
    findings, edition = polish(project, monkeypatch, context, HOSTILE[attack] + PLACES[context])
    if edition is None:
        assert [(f.code, f.language) for f in findings] in ([("string-markup", "pl")], [("contact-changed", "pl")]), findings
        return
    # Loose braces are shown as they are. A voice passes over them, which withholds the recording and no page.
    assert findings == [] or (attack == "template" and {(f.code, f.span) for f in findings} == {("speech-silent", "{{"), ("speech-silent", "}}")})
    roots = [parse(render(edition, kind)) for kind in KINDS]
    for root, before in zip(roots, clean, strict=True):
        assert skeleton(root) == skeleton(before)
        assert addresses(root) == addresses(before)
    shown, usual = (" ".join([*map(words, some), *(e.get("alt", "") for r in some for e in r.iter("img"))]) for some in (roots, clean))
    assert "Zdanie" in shown and "Zdanie" not in usual


@pytest.mark.parametrize("override", "\u202a\u202b\u202d\u202e")
def test_no_override_turns_a_number_round(project, monkeypatch, override):
    """“48” after a right-to-left override is shown as “84”: no translation needs one, so none may hold one."""
    sentence = f"Jeśli w ciągu ostatnich {override}48\u202c godzin wystąpiły wymioty lub biegunka, **nie** wolno."
    findings, edition = polish(project, monkeypatch, "stay-away-48-hours", sentence)
    assert "text-unclean" in {f.code for f in findings} and edition is None


@pytest.mark.parametrize(("language", "title"), [("ar", "العلاج 48"), ("pl", "To **nie** jest leczenie")])
def test_a_title_holds_no_markup(editions, language, title):
    """What stands in <title> is shown as it is, in tabs, bookmarks and by screen readers."""
    edition = with_text(editions["ivig", language], "er-title", title)
    shown = next(e.text for e in elements(parse(render(edition, "easy-read"))) if e.tag == "title")
    assert inline.plain(title) in shown and "<" not in shown


@pytest.mark.full
def test_rendering_again_gives_the_same_bytes():
    """Nothing of the machine, the hour or Python's hashing gets into a page."""
    code = (
        "import hashlib\nfrom tests.conftest import ROOT, TODAY\nfrom tests.pages_support import render\n"
        "from leafletkit import pipeline\nfrom leafletkit.project import load\n"
        "checked = pipeline.check(load(ROOT), pipeline.Selection(), TODAY)\n"
        "for key, e in checked.editions.items():\n"
        "    print(key, [hashlib.sha256(render(e, k)).hexdigest() for k in ('web', 'easy-read')])\n"
    )
    results = []
    for seed, zone, locale in (("1", "UTC", "C.UTF-8"), ("2", "Asia/Tokyo", "ar_EG.UTF-8")):
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": locale, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
        done = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
        results.append(done.stdout)
    assert results[0] == results[1] and results[0].count("\n") > 2


@pytest.mark.full
def test_only_published_languages_are_linked(small):
    """Polish lacks one string, so the English pages and the index offer no Polish."""
    path = small / "locales/pl/LC_MESSAGES/clean-hands.po"
    path.write_text(path.read_text("utf-8").replace('msgstr "Przed wyjściem', '#, fuzzy\nmsgstr "Przed wyjściem'), "utf-8")
    project, selection = load(small), pipeline.Selection(formats=("web", "easy-read"))
    built = pipeline.build(project, pipeline.check(project, selection, TODAY), selection, None, Silent())
    assert built.published == (("clean-hands", "en-GB"),)
    for fmt in KINDS:
        file, *_ = built.outcomes["clean-hands", "en-GB"][fmt].files
        assert b"/pl/" not in file.data and b"polski" not in file.data
        assert not [e for e in elements(parse(file.data)) if e.get("class") == "languages" or e.get("hreflang", "en-GB") != "en-GB"]


# The finished folder.


@pytest.fixture(scope="module")
def pages(dist):
    """Every page of the finished folder by its path."""
    return {p.relative_to(dist).as_posix(): parse(p.read_bytes()) for p in sorted(dist.rglob("*.html")) if "report" not in p.parts}


@pytest.fixture(scope="module")
def leaflet_pages(pages):
    """(leaflet, language, kind) → page."""
    kinds = {v: k for k, v in KINDS.items()}
    return {(*path.split("/")[:2], kinds[path.split("/")[2]]): root for path, root in pages.items() if path.count("/") == 2}


@pytest.mark.full
def test_pages_run_nothing_and_fetch_nothing(pages):
    """No script but the site's own files, no style, no handler; and a policy that forbids others before anything is fetched."""
    for path, root in pages.items():
        for e in elements(root):
            assert e.tag != "script" or e.get("src") or e.get("type") in ("application/json", "application/ld+json"), path
            assert e.tag not in ("style", "iframe", "object", "embed", "form", "base", "template", "svg"), path
            assert not [n for n in e.attrib if n.startswith("on") or n in ("style", "srcdoc", "autoplay", "autofocus")], path
            for name in ("href", "src"):
                assert urlsplit(e.get(name, "")).scheme in ("", "https", "tel", "mailto"), (path, e.get(name))
            assert urlsplit(e.get("src", "")).scheme == "", path
        head = next(e for e in root if e.tag == "head")
        tags = [(e.tag, e.get("http-equiv")) for e in head]
        policy = dict(part.strip().split(" ", 1) for part in head[tags.index(("meta", "Content-Security-Policy"))].get("content").split(";"))
        assert tags.index(("meta", "Content-Security-Policy")) < next(n for n, t in enumerate(tags) if t[0] == "link")
        assert policy["default-src"] == "'none'" and policy["base-uri"] == "'none'" and policy["form-action"] == "'none'"
        assert set(policy.values()) == {"'none'", "'self'"}


@pytest.mark.full
@pytest.mark.parametrize(("what", "budget"), [("words and looks", 60_000), ("scripts", 30_000)])
def test_pages_are_small(pages, dist, what, budget):
    """HTML with its styles, and the scripts beside it, not compressed: for people with little data."""
    over = {}
    for path, root in pages.items():
        files = {e.get("href") for e in elements(root) if e.tag == "link" and e.get("rel") == "stylesheet"}
        own = (dist / path).stat().st_size
        if what == "scripts":
            files, own = {e.get("src") for e in elements(root) if e.tag == "script" and e.get("src")}, 0
        size = own + sum((dist / path).parent.joinpath(f).stat().st_size for f in files)
        if size >= budget:
            over[path] = size - budget
    assert over == {}, "bytes over the budget"


@pytest.mark.full
def test_every_link_leads_somewhere(pages, dist):
    """Files, fragments, labels and the addresses in stylesheets: all are there, and each id is there once."""
    ids = {(dist / path).resolve(): [e.get("id") for e in elements(root) if e.get("id")] for path, root in pages.items()}
    for path, root in pages.items():
        here = (dist / path).resolve()
        assert len(ids[here]) == len(set(ids[here])), path
        for e in elements(root):
            for name in ("aria-labelledby", "aria-describedby"):
                assert set(e.get(name, "").split()) <= set(ids[here]), (path, e.get(name))
            for name in ("href", "src"):
                url = urlsplit(e.get(name, "#main"))
                if url.scheme:
                    continue
                target = (here.parent / unquote(url.path)).resolve() if url.path else here
                assert target.is_file() and target.is_relative_to(dist.resolve()), (path, e.get(name))
                if target.suffix == ".mp3" and url.fragment:  # a moment of a recording
                    assert re.fullmatch(r"t=\d+\.\d\d", url.fragment), (path, e.get(name))
                else:
                    assert not url.fragment or url.fragment in ids[target], (path, e.get(name))
    for css in dist.rglob("*.css"):
        for address in re.findall(r"url\(\"?([^)\"]*)\"?\)", css.read_text("utf-8")):
            assert (css.parent / address).is_file(), (css, address)


@pytest.mark.full
def test_each_page_declares_itself(leaflet_pages, project):
    """Language, direction, title, zoom, one main heading, and no heading level left out."""
    for (leaflet, tag, kind), root in leaflet_pages.items():
        assert (root.get("lang"), root.get("dir")) == (tag, "rtl" if tag in RTL else "ltr")
        found = elements(root)
        levels = [int(e.tag[1]) for e in found if re.fullmatch("h[1-6]", e.tag)]
        main = levels[levels.index(1) :]
        assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(main)), (leaflet, tag, kind)
        viewport = next(e.get("content") for e in found if e.get("name") == "viewport")
        assert "width=device-width" in viewport and not re.search("maximum|user-scal", viewport)
    titles = [next(e.text for e in elements(root) if e.tag == "title") for root in leaflet_pages.values()]
    assert all(titles) and len(set(titles)) == len(titles)


@pytest.mark.full
def test_languages_are_offered_by_their_own_names(leaflet_pages, project, dist):
    """The navigation and rel=alternate name exactly the languages that are published, each tagged."""
    manifest = json.loads((dist / "manifest.json").read_text("utf-8"))
    for (leaflet, tag, kind), root in leaflet_pages.items():
        made = [e["language"] for e in manifest["editions"] if e["leaflet"] == leaflet and e["formats"][kind]["state"] == "made"]
        (nav,) = [e for e in elements(root) if e.get("class") == "languages"]
        items = [e[0] for e in nav.iter("li")]
        assert [e.get("lang") for e in items] == made
        assert [e.get("hreflang") for e in elements(root) if e.get("rel") == "alternate"] == made
        for e in items:
            language = project.languages[e.get("lang")]
            assert (e.text, e.get("dir")) == (language.endonym, language.direction)
            if language.tag == tag:
                assert e.tag == "span" and e.get("aria-current") == "page"
            else:
                assert e.get("hreflang") == language.tag and e.get("href") == f"../{language.tag}/{KINDS[kind]}"


@pytest.mark.full
def test_audio_waits_to_be_asked(leaflet_pages, dist):
    """Nothing is loaded before someone presses play; where there is no recording, the page says so."""
    for (leaflet, tag, kind), root in leaflet_pages.items():
        players = [e for e in elements(root) if e.tag == "audio"]
        recording = dist / leaflet / tag / f"{leaflet}-{tag}{'-easy-read' if kind == 'easy-read' else ''}.mp3"
        assert len(players) == recording.exists() == (tag != "so")
        for e in players:
            assert e.get("preload") == "none" and e.get("controls") is not None and e.get("autoplay") is None
            assert [dist / leaflet / tag / source.get("src") for source in e] == [recording]
        (formats,) = [e for e in elements(root) if e.get("class") == "formats"]
        assert len(list(formats.iter("li"))) == len(FORMATS) - 1, "every other format is linked, or said to be missing"


@pytest.mark.full
def test_no_english_in_other_languages(leaflet_pages, project, dist):
    """Except for the one line that tells staff what they hand out, and which says that it is English."""
    english = english_sentences(project)
    assert len(english) > 150
    for (leaflet, tag, kind), root in leaflet_pages.items():
        lines = [e for e in elements(root) if e.get("lang") == "en-GB" and e.tag not in ("html", "a", "span")]
        if tag == "en-GB":
            assert lines == [] and any(sentence in words(root).casefold() for sentence in english)
            continue
        (line,) = lines
        title = next(x for x in project.leaflets if x.id == leaflet).text.title.text
        assert (line.get("dir"), line.text) == ("ltr", f"{project.languages[tag].english}: {inline.plain(title)}")
        line.text = ""
        (about,) = [e for e in elements(root) if e.get("type") == "application/ld+json"]  # it names the English leaflet, and says that it is English
        assert json.loads(about.text)["translationOfWork"].pop("inLanguage") == "en-GB"
        about.text = ""
        shown = words(root)
        attributes = " ".join(v for e in elements(root) for n, v in e.attrib.items() if n in ("alt", "title", "aria-label", "content"))
        recording = dist / leaflet / tag / f"{leaflet}-{tag}{'-easy-read' if kind == 'easy-read' else ''}.vtt"
        spoken = recording.read_text("utf-8") if recording.exists() else ""
        everything = " ".join(f"{shown} {attributes} {spoken}".split()).casefold()
        assert [s for s in english if s in everything] == [], (leaflet, tag, kind)
