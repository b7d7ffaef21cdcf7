"""The easy-read text aloud and on paper: its own order, its own files, and the words of the page."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from leafletkit import inline
from leafletkit.model import EASY_READ, FORMATS, PRINT, RECORDINGS
from leafletkit.render.links import Made, file_name, page_links
from leafletkit.script import lines, script

from .pages_support import KINDS, elements, parse, render


def test_formats_know_their_text(editions):
    """Each format tells one of the two texts, and the files of all have names of their own."""
    for edition in editions.values():
        for fmt in FORMATS:
            told = edition.told(fmt)
            assert told.text == (edition.easy_read if fmt in EASY_READ else edition.text)
            assert told.language.face == (edition.language.easy_read_face if fmt in EASY_READ else edition.language.face)
            if fmt in RECORDINGS:
                assert told.recording == fmt
        names = [file_name(f, *edition.key) for f in FORMATS]
        assert len(set(names)) == len(FORMATS) and {n.rpartition(".")[2] for n in names} == {"html", "pdf", "mp3"}


def test_the_order_of_the_recording(editions):
    """Opening words, the text in the order of the page, the warnings once more, contact, other formats, end; nothing is said before."""
    for edition in editions.values():
        told = edition.told("easy-read-audio")
        warnings = list(dict.fromkeys(b.warning for b in told.text.blocks if b.warning))
        ids = [s.id for s in script(told, synthetic=True, minutes=9) if not s.id.startswith("opening.")]
        again = [row for n, w in enumerate(warnings, 1) for row in (f"again.{n}.label", *(f"again.{b.id}" for b in told.text.carrying(w)))]
        assert ids == [
            *(b.id for b in told.text.blocks[1:]), "warnings.again", *again, "contact.heading", "contact.text", "other.formats", "recording.end",
        ]  # fmt: skip


def test_each_line_is_spoken_by_itself_and_slowly(editions):
    """A hard word has no full stop; it is not run together with what it means."""
    for edition in editions.values():
        told = edition.told("easy-read-audio")
        rows = lines(script(told, synthetic=True), told.language.sentence_ends)
        for block in told.text.blocks[1:]:
            said = [row for row in rows if row.segment.id == block.id]
            assert [row.text for row in said] == [" ".join(inline.plain(line).split()) for line in inline.lines(block.text)], block.id
            assert all(row.slow for row in said)


def test_a_person_reads_a_block_as_a_whole(editions):
    for edition in editions.values():
        told = edition.told("easy-read-audio")
        rows = lines(script(told, synthetic=False), told.language.sentence_ends, whole=True)
        assert all("\n" not in row.text and row.first for row in rows)


def test_hard_words_are_a_list_of_words_and_meanings(editions):
    """The word, then what it means, each under its own id."""
    for edition in editions.values():
        words = [b for b in edition.easy_read.blocks if b.kind == "word"]
        assert words
        found = {e.get("id"): e for e in elements(parse(render(edition, "easy-read"))) if e.tag == "div" and e.get("id")}
        for block in words:
            head, *meaning = (inline.plain(line) for line in inline.lines(block.text))
            term, explained = list(found[block.id])
            assert (term.tag, explained.tag) == ("dt", "dd")
            assert "".join(term.itertext()).replace("\u00a0", " ").strip() == head
            assert ["".join(p.itertext()).replace("\u00a0", " ").strip() for p in explained] == meaning


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_search_engines_are_told(editions, kind):
    """Only what the page says itself: name, language, dates, state; addresses only of where the project publishes."""
    for edition in editions.values():
        root = parse(render(edition, kind))
        (block,) = [e.text for e in elements(root) if e.get("type") == "application/ld+json"]
        told = json.loads(block)
        title = (edition.text if kind == "web" else edition.easy_read).title.text
        assert (told["@context"], told["@type"], told["name"], told["inLanguage"]) == ("https://schema.org", "MedicalWebPage", inline.plain(title), edition.language.tag)
        assert told["dateModified"] == edition.leaflet.meta.last_updated.isoformat() and told["expires"] == edition.leaflet.meta.review_due.isoformat()
        assert told["creativeWorkStatus"] == edition.words[f"state-{edition.state}"]
        page = "" if kind == "web" else "easy-read.html"
        address = f"https://leaflets.example.org/{edition.leaflet.id}/{edition.language.tag}/{page}"
        assert told["url"] == address and told["audio"]["contentUrl"].startswith(edition.address)
        head = {e.get("rel"): e.get("href") for e in elements(root) if e.tag == "link"}
        assert head["canonical"] == address == head["alternate"]
        assert ("isBasedOn" in told or "translationOfWork" in told) is not edition.is_source


def test_without_an_address_nothing_is_claimed(editions):
    """No canonical address, no address in the data, no square code: a page must not lead to a place that may not be there."""
    edition = replace(editions["ivig", "en-GB"], address="")
    for kind in KINDS:
        page = render(edition, kind)
        assert b"leaflets.example.org" not in page and b"canonical" not in page and b"code.svg" not in page
        links = page_links(edition, kind, (edition.language,), {f: Made(1) for f in FORMATS}, {})
        assert [x.address for x in links.languages] == [""]


@pytest.mark.parametrize(("state", "hidden"), [("draft", True), ("in-review", True), ("expired", True), ("withdrawn", True), ("stale", True), ("approved", False)])
def test_only_what_is_approved_may_be_found(editions, state, hidden):
    """Search engines are asked to leave out everything else."""
    for kind in KINDS:
        page = render(replace(editions["ivig", "en-GB"], state=state), kind)
        assert (b'<meta name="robots" content="noindex">' in page) is hidden


def test_print_sizes():
    assert PRINT["easy-read-print"] >= 16
