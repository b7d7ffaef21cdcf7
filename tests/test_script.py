"""The script of a recording: its order, its warnings, and its sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leafletkit import inline
from leafletkit.script import AROUND_WARNING, BEFORE_PART, BETWEEN, SENTENCE_PAUSE, Segment, lines, script, sentences
from leafletkit.translate import show_date

LATIN = ".?!"
ENDS = {"ar": ".؟!", "ur": "۔؟!", "hi": "।?!", "zh": "。？！", "en": LATIN}


def ids(edition, **options):
    return [s.id for s in script(edition, **{"synthetic": True, **options})]


def test_order(editions):
    """Opening words, contents, all warnings, the whole text, all warnings again, contact, other formats, end: in every edition."""
    for edition in editions.values():
        warnings = list(dict.fromkeys(b.warning for b in edition.text.blocks if b.warning))
        assert warnings

        def all_warnings(when, edition=edition, warnings=warnings):
            yield f"warnings.{when}"
            for number, warning in enumerate(warnings, 1):
                yield f"{when}.{number}.label"
                yield from (f"{when}.{b.id}" for b in edition.text.blocks if b.warning == warning)

        notices = [f"opening.notice.{n}" for n, _ in enumerate(edition.notices, 1)]
        assert notices
        assert ids(edition, minutes=9) == [
            "opening.title", "opening.language", "opening.publisher", "opening.version", *notices, "opening.voice", "opening.length",
            "contents.start", "contents.safety", *(f"contents.{b.id}" for b in edition.text.blocks[1:] if b.kind == "heading"),
            "contents.contact", "contents.formats",
            *all_warnings("first"), "main.start", *(b.id for b in edition.text.blocks[1:]), *all_warnings("again"),
            "contact.heading", "contact.text", "other.formats", "recording.end",
        ]  # fmt: skip


def test_the_length_is_said_if_it_is_known(editions):
    """In whole minutes, in the edition's own words; without it, that sentence alone is missing."""
    for edition in editions.values():
        known = {s.id: s.text for s in script(edition, synthetic=True, minutes=17)}
        assert "17" in known["opening.length"] and "{" not in known["opening.length"]
        assert [i for i in known if i != "opening.length"] == ids(edition)


def test_the_contents_name_the_chapters(editions):
    """Each part that is read out before the warnings starts a chapter of the same name later, in the same order."""
    for edition in editions.values():
        segments = script(edition, synthetic=True)
        named = [s.text for s in segments if s.id.startswith("contents.") and s.id != "contents.start"]
        end = max(n for n, s in enumerate(segments) if s.id.startswith("contents."))
        chapters = [s.chapter for s in segments[end + 1 :] if s.chapter]
        assert [c for c in dict.fromkeys(chapters) if c in named] == list(dict.fromkeys(named)), edition.key
        assert {s.chapter for s in segments if s.id.startswith("contents.")} == {None}
        # A part that is read by a person is not read twice.
        takes = {s.id: s.take for s in segments}
        headings = [b.id for b in edition.text.blocks[1:] if b.kind == "heading"]
        assert headings and [takes[f"contents.{h}"] for h in headings] == headings
        assert takes["contents.contact"] == "contact.heading"


def test_a_person_does_not_say_that_a_computer_reads(editions):
    """Only that sentence differs between a person's script and the computer's."""
    for edition in editions.values():
        assert [i for i in ids(edition) if i != "opening.voice"] == ids(edition, synthetic=False)


def test_opening_words(editions):
    """Title, language, each notice, publisher, version and both dates are spoken in the edition's own words."""
    for edition in editions.values():
        said = {s.id: s.text for s in script(edition, synthetic=True)}
        meta = edition.leaflet.meta
        assert inline.plain(edition.text.title.text) in said["opening.title"]
        assert edition.language.endonym in said["opening.language"]
        assert [said[f"opening.notice.{n}"] for n, _ in enumerate(edition.notices, 1)] == list(edition.notices)
        assert edition.publisher in said["opening.publisher"]
        for part in (meta.version, show_date(meta.last_updated, edition.language), show_date(meta.review_due, edition.language)):
            assert part in said["opening.version"]
        assert said["opening.voice"] == edition.words["audio-voice"]


def test_ids_are_unique(editions):
    """In every edition; and words that share a recording are the same words."""
    for edition in editions.values():
        segments = script(edition, synthetic=True, minutes=3)
        assert len({s.id for s in segments}) == len(segments)
        takes = {}
        for segment in segments:
            assert takes.setdefault(segment.take, segment.text) == segment.text


@pytest.mark.parametrize("name", ["contact", "main", "end", "other-formats", "opening-title", "warnings-first", "warning-1", "contents", "start", "safety", "formats"])
def test_ids_are_unique_whatever_the_author_calls_a_block(editions, name):
    """A heading “Contact {#contact}” shares neither its id nor its recording with the toolkit's own words."""
    edition = editions["clean-hands", "pl"]
    title, block, *rest = edition.text.blocks
    segments = script(replace(edition, text=replace(edition.text, blocks=(title, replace(block, id=name), *rest))), synthetic=True)
    assert len({s.id for s in segments}) == len(segments)
    assert len({(s.take, s.text) for s in segments}) == len({s.take for s in segments})


def test_each_warning_is_heard_three_times(editions):
    """First, in its place in the text, and again at the end; always slowly, in full, and marked with its id."""
    for edition in editions.values():
        segments = script(edition, synthetic=True)
        heard = Counter((s.warning, s.text) for s in segments if s.pace == "slow")
        middle = {s.id for s in segments}
        for warning in edition.leaflet.warnings:
            blocks = edition.text.carrying(warning.id)
            assert blocks
            for block in blocks:
                same = sum(b.text == block.text for b in blocks)
                assert heard[warning.id, inline.plain(block.text)] == 3 * same
                assert {f"first.{block.id}", block.id, f"again.{block.id}"} <= middle
        assert all(s.text.strip() for s in segments)


def test_chapters(editions):
    """The title, each heading, both rounds of warnings and each warning's number, contact and other formats start a chapter."""
    for edition in editions.values():
        chapters = [s.chapter for s in script(edition, synthetic=True) if s.chapter]
        headings = [inline.plain(b.text) for b in edition.text.blocks if b.kind in ("heading", "subheading")]
        assert chapters[0] == inline.plain(edition.text.title.text)
        assert chapters.count(edition.words["safety-heading"]) == 2
        assert [c for c in chapters if c in headings] == headings
        assert chapters[-2:] == [edition.words["contact-heading"], edition.words["other-formats-heading"]]
        assert len(chapters) == 1 + 2 + 2 * len(edition.leaflet.warnings) + len(headings) + 2


@pytest.mark.parametrize(("phone", "email"), [("0151 496 0000", ""), ("", "ward@example.org"), ("0151 496 0000", "ward@example.org")])
def test_contact(editions, phone, email):
    """What the hospital has filled in is spoken; while it has not, that is said."""
    edition = editions["clean-hands", "pl"]
    said = {s.id: s.text for s in script(edition, synthetic=True)}
    assert said["contact.text"] == edition.words["contact-missing"]
    contact = replace(edition.leaflet.meta.contact, placeholder=False, phone=phone, email=email)
    known = replace(edition, leaflet=replace(edition.leaflet, meta=replace(edition.leaflet.meta, contact=contact)))
    said = {s.id: s.text for s in script(known, synthetic=True)}
    assert phone in said["contact.text"] and email in said["contact.text"] and "{" not in said["contact.text"]
    assert edition.words["contact-missing"] not in said["contact.text"]


def test_the_hash_binds_the_words(editions):
    """Segments with other words have another hash, those with the same words the same."""
    segments = [s for e in editions.values() for s in script(e, synthetic=True)]
    assert len({s.words_hash for s in segments}) == len({s.text for s in segments})


# -- lines


def said(*segments, whole=False):
    """The lines of made segments: (text, slow, first, pause)."""
    return [(row.text, row.slow, row.first, row.pause) for row in lines(segments, LATIN, whole=whole)]


def test_a_line_for_each_sentence():
    """Half a second between sentences, more between segments, nothing after the last."""
    assert said(Segment("a", "One. Two? Three."), Segment("b", "Last.")) == [
        ("One.", False, True, 0.5), ("Two?", False, False, 0.5), ("Three.", False, False, 0.7), ("Last.", False, True, 0.0),
    ]  # fmt: skip
    assert (SENTENCE_PAUSE, BETWEEN, BEFORE_PART, AROUND_WARNING) == (0.5, 0.7, 1.0, 1.5)


def test_a_person_reads_whole_segments():
    """One line for each, whatever its sentences, with the pauses of segments."""
    assert said(Segment("a", "One. Two? Three."), Segment("b", "At 9. Last."), whole=True) == [
        ("One. Two? Three.", False, True, 0.7), ("At 9. Last.", True, True, 0.0),
    ]  # fmt: skip


def test_numbers_warnings_and_contact_are_slow():
    """A sentence with a digit of any script is slow, its neighbour is not; a slow segment is slow in every sentence."""
    for digit in "5٥۵५５":
        assert [slow for _, slow, *_ in said(Segment("a", f"Wash. Take {digit} of them. Dry."))] == [False, True, False]
    assert [slow for _, slow, *_ in said(Segment("a", "Stop. Go.", pace="slow"))] == [True, True]
    assert [slow for _, slow, *_ in said(Segment("a", "Take half of ½."))] == [False]


W1, W2 = Segment("w1", "Stop.", warning="one"), Segment("w2", "Go.", warning="two")
TEXT, PART, SUB = Segment("t", "Text."), Segment("p", "Part.", chapter="Part"), Segment("l", "One:", warning="one", chapter="One:")


@pytest.mark.parametrize(
    ("first", "second", "pause"),
    [
        (TEXT, W1, AROUND_WARNING), (W1, TEXT, AROUND_WARNING), (W1, W2, AROUND_WARNING), (W1, PART, AROUND_WARNING),
        (PART, SUB, AROUND_WARNING), (SUB, W1, BETWEEN), (W1, W1, BETWEEN), (TEXT, PART, BEFORE_PART), (PART, TEXT, BETWEEN),
    ],
)  # fmt: skip
def test_pauses(first, second, pause):
    """The longest around a warning, the next before a new part; pieces of one warning stay together."""
    assert said(first, second)[0][3] == pause


def test_lines_of_the_real_project(editions):
    """In every edition: no word is lost; warnings, contact and every figure are slow; each warning stands apart."""
    for edition in editions.values():
        segments = script(edition, synthetic=True, minutes=12)
        rows = lines(segments, edition.language.sentence_ends)
        assert "".join("".join(r.text.split()) for r in rows) == "".join("".join(s.text.split()) for s in segments)
        assert [r.segment for r in rows if r.first] == list(segments)
        for row in rows:
            if row.segment.warning or row.segment.id == "contact.text" or any(c.isdecimal() for c in row.text):
                assert row.slow, (edition.key, row.text)
        assert any(not r.slow for r in rows)
        for row, following in pairwise(rows):
            if row.segment.warning != following.segment.warning:
                assert row.pause == AROUND_WARNING
            assert row.pause == SENTENCE_PAUSE or following.first
        assert rows[-1].pause == 0


def test_no_lines_of_nothing():
    assert lines((), LATIN) == ()


# -- sentences


@pytest.mark.parametrize(
    ("text", "ends", "expected"),
    [
        ("One. Two? Three!", LATIN, ["One.", "Two?", "Three!"]),
        ("Version 0.1 is 3.5 long.", LATIN, ["Version 0.1 is 3.5 long."]),
        ("Version 0.1. Next.", LATIN, ["Version 0.1.", "Next."]),
        ("It means “into a vein.” Next.", LATIN, ["It means “into a vein.”", "Next."]),
        ("It means “into a vein”. Next.", LATIN, ["It means “into a vein”.", "Next."]),
        ("Say (yes.) Then go.", LATIN, ["Say (yes.)", "Then go."]),
        ("What?! Wait... Yes.", LATIN, ["What?!", "Wait...", "Yes."]),
        ("Two\nlines. Three", LATIN, ["Two lines.", "Three"]),
        ("See www.nhs.uk today.", LATIN, ["See www.nhs.uk today."]),
        ("No end", LATIN, ["No end"]),
        ("", LATIN, []),
        (" \n ", LATIN, []),
        ("Yes. …", LATIN, ["Yes.…"]),
        ("第一句。第二句？第三句！”第四句", ENDS["zh"], ["第一句。", "第二句？", "第三句！”", "第四句"]),
        ("用3.5天。版本0.1。", ENDS["zh"], ["用3.5天。", "版本0.1。"]),
        ("هل تشعر؟ نعم. الإصدار 0.1 هنا.", ENDS["ar"], ["هل تشعر؟", "نعم.", "الإصدار 0.1 هنا."]),
        ("وريدي معناها «داخل الوريد.» نعم.", ENDS["ar"], ["وريدي معناها «داخل الوريد.»", "نعم."]),
        ("پہلا۔ دوسرا؟", ENDS["ur"], ["پہلا۔", "دوسرا؟"]),
        ("पहला। दूसरा? 0.1 है।", ENDS["hi"], ["पहला।", "दूसरा?", "0.1 है।"]),
    ],
)
def test_sentences(text, ends, expected):
    """The ends of each language; numbers, addresses and closing quotes stay whole."""
    assert list(sentences(text, ends)) == expected


@pytest.mark.parametrize("number", ["٠.١", "۰.۱", "０.１"])
def test_native_decimals_stay_whole(number):
    """0.1 in the digits of Arabic, Urdu or full width is one number."""
    assert len(sentences(f"a {number} b.", LATIN)) == 1


@pytest.mark.parametrize(
    ("text", "ends"),
    [("He said ‘yes.’ Then go.", LATIN), ("Dywedodd ‹ie.› Yna.", LATIN), ("（是。）好。", ENDS["zh"]), ("《是。》好。", ENDS["zh"]), ("【是。】好。", ENDS["zh"])],
)
def test_closing_marks_stay_with_their_sentence(text, ends):
    """Two sentences, the first with its closing mark."""
    first, _ = sentences(text, ends)
    assert first[-1] in "’›）》】"


def test_an_opening_quote_stays_with_its_sentence():
    """Chinese writes no space between sentences."""
    assert list(sentences("他问。“好吗？”好。", ENDS["zh"])) == ["他问。", "“好吗？”", "好。"]


def test_sentences_of_the_real_project(editions):
    """In all languages: every segment gives its words back, and no sentence is empty or begins with a closing mark."""
    for edition in editions.values():
        for segment in script(edition, synthetic=True):
            found = sentences(segment.text, edition.language.sentence_ends)
            assert "".join("".join(found).split()) == "".join(segment.text.split())
            for sentence in found:
                assert any(c.isalnum() for c in sentence), (edition.key, segment.id)
                assert sentence[0] not in ".,;:!?)]}”’»」』。，؟،۔।", (edition.key, segment.id)


def test_every_language_splits(editions):
    """The sentence ends of each language.toml do split that language's text."""
    for edition in editions.values():
        texts = [s.text for s in script(edition, synthetic=True)]
        assert any(len(sentences(t, edition.language.sentence_ends)) >= 2 for t in texts), edition.key


PIECES = st.sampled_from(["a", "B", "0.1", "5", ".", "?", "!", "。", "؟", "۔", "।", "”", ")", "’", " ", "\n", "注", "ا", "٣", "…", "-", "\u00a0", "😀"])


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join)), st.sampled_from(sorted(ENDS.values())))
def test_sentences_lose_nothing(text, ends):
    """Whatever the text, its sentences joined are its words, none is blank, and only the first may be bare punctuation."""
    found = sentences(text, ends)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(s == s.strip() and s for s in found)
    assert all(any(c.isalnum() for c in s) for s in found[1:])
