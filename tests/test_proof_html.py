"""The proof of finished pages: nothing is found in a good page, and each planted fault is found, by its name."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from leafletkit import pipeline
from leafletkit.project import load
from leafletkit.proof.html import prove_page

from .conftest import TODAY
from .pages_support import KINDS, Silent, document_of, render, with_text

SMALL = ("clean-hands", "pl")
WARNING = {"web": "stay-away-48-hours", "easy-read": "er-stay-away"}
MISSING = ["proof-warning-missing"]


def prove(data, edition, kind):
    """(places, findings) of a page; each finding must name the edition, the file and the way out."""
    places, findings = prove_page(data, edition, document_of(edition, kind), kind, "page.html")
    for f in findings:
        assert (f.leaflet, f.language, f.format, f.path) == (*edition.key, kind, "page.html")
        assert f.message and f.hint
    return places, findings


def codes(data, edition, kind):
    return sorted(f.code for f in prove(data, edition, kind)[1])


def swap(page, old, new):
    """The page with one thing changed; what is to be changed must be there exactly once."""
    assert page.count(old) == 1, (page.count(old), old)
    return page.replace(old, new)


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return request.param


@pytest.fixture
def edition(editions):
    return editions[SMALL]


@pytest.fixture
def page(edition, kind):
    return render(edition, kind).decode()


@pytest.fixture
def opening(kind):
    """The start tag of the element that carries the warning, without its bracket."""
    return f'<p id="{WARNING[kind]}"' if kind == "web" else f'<div class="words" id="{WARNING[kind]}"'


@pytest.fixture
def whole(page, opening):
    """The element that carries the warning, with all its tags."""
    start = page.index(opening)
    end = "</p>" if opening.startswith("<p") else "</div>"
    return page[start : page.index(end, start) + len(end)]


def inside(whole):
    """What stands between the tags of an element."""
    return whole[whole.index(">") + 1 : whole.rindex("<")]


def refill(page, whole, words):
    """The page with other words in one element."""
    return swap(page, whole, whole.replace(inside(whole), words))


def test_good_pages_have_a_place_for_each_warning(editions, kind):
    """Every real page proves every warning of the register, in all its pieces."""
    for edition in editions.values():
        places, findings = prove(render(edition, kind), edition, kind)
        assert findings == ()
        document = document_of(edition, kind)
        expected = {w.id: tuple(b.id for b in document.carrying(w.id)) for w in edition.leaflet.warnings}
        assert {p.warning: p.fragments for p in places} == expected
        assert all(expected.values())


def test_each_warning_can_be_missed(editions, kind):
    """Whichever piece of whichever warning is taken out of the IVIg leaflet, the proof names that warning."""
    edition = editions["ivig", "ur"]
    page = render(edition, kind).decode()
    for block in (b for b in document_of(edition, kind).blocks if b.warning):
        broken = swap(page, f' id="{block.id}"', "").encode()
        places, findings = prove(broken, edition, kind)
        assert [(f.code, f.warning) for f in findings] == [("proof-warning-missing", block.warning)]
        assert {p.warning for p in places} == {w.id for w in edition.leaflet.warnings} - {block.warning}


def test_a_warning_removed(edition, kind, page, whole):
    data = swap(page, whole, "").encode()
    assert codes(data, edition, kind) == MISSING
    assert prove(data, edition, kind)[0] == ()


@pytest.mark.parametrize(("old", "new"), [("48", "84"), ("48", "4 8"), ("ie</strong>", "</strong>"), ("ostatnich", "OSTATNICH")])
def test_a_word_changed(edition, kind, page, whole, old, new):
    broken = whole.replace(old, new, 1)
    assert broken != whole
    assert codes(swap(page, whole, broken).encode(), edition, kind) == MISSING


def test_words_added(edition, kind, page, whole):
    assert codes(refill(page, whole, inside(whole) + "Albo nie.").encode(), edition, kind) == MISSING


def test_an_id_twice(edition, kind, page, whole):
    """Two places of one id are a fault even where the words of both are right."""
    assert codes(swap(page, whole, whole + whole).encode(), edition, kind) == MISSING


ATTRIBUTES = [
    "hidden", 'hidden="until-found"', 'aria-hidden="true"', 'style="display:none"', 'style="DISPLAY : none"',
    'style="visibility: hidden"', 'style="opacity:0"', 'style="font-size:0"',
]  # fmt: skip


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_hidden_by_an_attribute(edition, kind, page, opening, attribute):
    assert codes(swap(page, opening, f"{opening} {attribute}").encode(), edition, kind) == MISSING


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_hidden_by_an_attribute_of_what_it_stands_in(edition, kind, page, attribute):
    assert codes(swap(page, '<main id="main"', f'<main {attribute} id="main"').encode(), edition, kind) == MISSING


@pytest.mark.parametrize("tag", ["template", "details", "dialog", "noscript", "textarea", "script", "style"])
def test_hidden_in_an_element(edition, kind, page, whole, tag):
    assert codes(swap(page, whole, f"<{tag}>{whole}</{tag}>").encode(), edition, kind) == MISSING


@pytest.mark.parametrize("tag", ["template", "details", "script", "style"])
def test_words_hidden_in_an_element_inside(edition, kind, page, whole, tag):
    assert codes(refill(page, whole, f"<{tag}>{inside(whole)}</{tag}>").encode(), edition, kind) == MISSING


def test_a_warning_commented_out(edition, kind, page, whole):
    assert codes(swap(page, whole, f"<!-- {whole} -->").encode(), edition, kind) == MISSING




def test_words_commented_out(edition):
    """A comment inside the element is not text."""
    plain = with_text(edition, "stay-away-48-hours", "Proszę nie wchodzić.")
    page = render(plain, "web").decode()
    broken = swap(page, '<p id="stay-away-48-hours">Proszę nie wchodzić.', '<p id="stay-away-48-hours"><!--Proszę nie wchodzić.-->')
    assert codes(broken.encode(), plain, "web") == MISSING


@pytest.mark.parametrize("style", ["display:none", "visibility:hidden", "opacity:0", "font-size:0"])
def test_one_word_hidden(edition, kind, page, whole, style):
    """A warning without its “not” says the opposite."""
    hidden = whole.replace("<strong>", f'<strong style="{style}">')
    assert hidden != whole
    assert codes(swap(page, whole, hidden).encode(), edition, kind) == MISSING


@pytest.mark.parametrize("tag", ["audio", "video", "canvas", "object", "select", "datalist"])
def test_hidden_where_browsers_show_no_text(edition, kind, page, whole, tag):
    assert codes(refill(page, whole, f"<{tag}>{inside(whole)}</{tag}>").encode(), edition, kind) == MISSING


@pytest.mark.parametrize("attribute", ['style="color:transparent"', 'style="position:absolute;left:-99rem"',
                                       'style="font-size:1px"', 'style="transform:scale(0)"', 'style="display:/**/none"',
                                       'style="height:0;overflow:hidden"', "popover", "inert"])  # fmt: skip
def test_hidden_in_less_common_ways(edition, kind, page, opening, attribute):
    """Pages need no style attribute at all, so none can be right on a warning."""
    assert codes(swap(page, opening, f"{opening} {attribute}").encode(), edition, kind) == MISSING


@pytest.mark.parametrize(("old", "new"), [('lang="pl"', 'lang="en-GB"'), ('lang="pl" ', ""), ('dir="ltr"', 'dir="rtl"'), (' dir="ltr"', "")])
def test_the_page_declares_another_language_or_direction(edition, kind, page, old, new):
    """One finding for the page, and one for the warning, which inherits it."""
    head = page[page.index("<html") : page.index("<head")]
    assert codes(page.replace(head, swap(head, old, new)).encode(), edition, kind) == ["proof-language"] * 2


@pytest.mark.parametrize("attribute", ['lang="en-GB"', 'dir="rtl"', 'lang=""', 'dir="auto"'])
@pytest.mark.parametrize("where", ["warning", "main"])
def test_the_warning_stands_in_another_language_or_direction(edition, kind, page, opening, attribute, where):
    old = opening if where == "warning" else '<main id="main"'
    assert codes(swap(page, old, f"{old} {attribute}").encode(), edition, kind) == ["proof-language"]


@pytest.mark.parametrize("attribute", ['lang="en-GB"', 'dir="rtl"'])
def test_the_words_inside_stand_in_another_language_or_direction(edition, kind, page, whole, attribute):
    broken = refill(page, whole, f"<span {attribute}>{inside(whole)}</span>")
    assert codes(broken.encode(), edition, kind) == ["proof-language"]


def test_right_to_left_pages_must_say_so(editions, kind):
    edition = editions["ivig", "ur"]
    page = render(edition, kind).decode()
    head = page[page.index("<html") : page.index("<head")]
    found = Counter(codes(page.replace(head, swap(head, 'dir="rtl"', 'dir="ltr"')).encode(), edition, kind))
    pieces = sum(b.warning is not None for b in document_of(edition, kind).blocks)
    assert found == {"proof-language": 1 + pieces}


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("how", ["removed", "hidden", "outside the head", "commented out"])
def test_a_notice_is_not_shown(edition, kind, page, number, how):
    row = f"<li>{edition.notices[number]}</li>"
    if how == "outside the head":
        broken = swap(swap(page, row, ""), "</main>", f"{row}</main>")
    else:
        new = {"removed": "", "hidden": row.replace("<li>", "<li hidden>"), "commented out": f"<!--{row}-->"}[how]
        broken = swap(page, row, new)
    assert codes(broken.encode(), edition, kind) == ["proof-notice"]


@pytest.mark.parametrize("new", ['<li style="display:none">', '<li class="x"><canvas>', "<li><audio>"])
def test_a_notice_is_hidden_by_what_it_stands_in(edition, kind, page, new):
    row = f"<li>{edition.notices[0]}"
    assert codes(swap(page, row, row.replace("<li>", new)).encode(), edition, kind) == ["proof-notice"]


def test_all_notices_hidden(edition, kind, page):
    assert len(edition.notices) == 3
    assert codes(swap(page, "<header>", '<header style="display:none">').encode(), edition, kind) == ["proof-notice"] * 3


def test_a_truncated_page(edition, kind, page, whole):
    """Cut anywhere before the end of the warning, the page is not proved; cut in the head, nothing is there."""
    end = page.index(whole) + len(inside(whole))
    for cut in range(page.index("<main"), end, 97):
        assert codes(page[:cut].encode(), edition, kind) == MISSING
    for cut in (0, 1, page.index("<header>")):
        found = Counter(codes(page[:cut].encode(), edition, kind))
        assert (found["proof-warning-missing"], found["proof-notice"]) == (1, 3)


def test_a_page_cut_off_after_its_last_warning(edition, kind, page):
    assert codes(page[: page.index("</main>") - 200].encode(), edition, kind)


@pytest.mark.parametrize(("old", "new"), [("48", "84"), ("ie</strong>", "</strong>")])
def test_the_first_copy_of_a_warning_is_proved_too(edition, old, new):
    """The web page gives every warning twice; what a reader sees first must be right as well."""
    page = render(edition, "web").decode()
    start = page.index('<p id="first-stay-away')
    first = page[start : page.index("</p>", start)]
    assert first.replace(old, new) != first
    assert codes(swap(page, first, first.replace(old, new)).encode(), edition, "web") == MISSING


@pytest.mark.parametrize("rubbish", [b"\xff\xfe\x00\x00" * 500, b"%PDF-1.7\n\xe2\xe3\xcf\xd3", bytes(range(256)), "Proszę".encode("iso-8859-2")])
def test_binary_rubbish(edition, kind, rubbish):
    assert codes(rubbish, edition, kind) == ["proof-unreadable"]
    assert prove(rubbish, edition, kind)[0] == ()


def test_the_page_of_another_language(editions, edition, kind):
    """The English page in place of the Polish: wrong language, no Polish warning, no Polish notice."""
    english = render(editions["clean-hands", "en-GB"], kind)
    found = Counter(codes(english, edition, kind))
    assert found == {"proof-language": 1, "proof-warning-missing": 1, "proof-notice": 3}


def test_an_english_copy_of_the_warning(editions, edition, kind, page, whole):
    """English words in a page that says it is Polish."""
    english = next(b.text for b in document_of(editions["clean-hands", "en-GB"], kind).blocks if b.warning).replace("**", "")
    assert codes(refill(page, whole, english).encode(), edition, kind) == MISSING


def test_a_document_that_carries_no_warning(edition, kind):
    """The register rules, not the text: a text without the warning is a fault of its own."""
    bare = {n: replace(d, blocks=tuple(replace(b, warning=None) for b in d.blocks)) for n, d in zip(("text", "easy_read"), edition.documents, strict=True)}
    without = replace(edition, **bare)
    assert codes(render(without, kind), without, kind) == MISSING


@pytest.mark.full
def test_a_page_that_fails_its_proof_withholds_the_edition(small):
    """A designer's template hides the warnings of the web page: nothing of any edition goes out."""
    template = small / "styles/templates/_parts.html"
    row = '<p id="{{ prefix }}{{ block.id }}">'
    template.write_text(swap(template.read_text("utf-8"), row, row.replace("<p", "<p hidden")))
    project, selection = load(small), pipeline.Selection(formats=("web", "easy-read"))
    built = pipeline.build(project, pipeline.check(project, selection, TODAY), selection, None, Silent())
    assert built.published == ()
    assert [(f.code, f.format, f.language) for f in built.findings] == [("proof-warning-missing", "web", tag) for tag in ("en-GB", "pl")]
