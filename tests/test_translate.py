"""Translating: an edition is whole or there is none, its state and notices follow its dates, its digest every word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leafletkit import pipeline
from leafletkit.catalogue import Catalogue, Entry, parse_po
from leafletkit.model import Unit
from leafletkit.project import load
from leafletkit.translate import digest, edition_state, make_edition, translate

from .conftest import TODAY

UNIT = Unit("a", "Do **not** take [this](tel:1) one.", warning="w")
GOOD = "**Nie** bierz [tego](tel:1) leku."
BRACES = Unit("a", "Until {date} on {page}.", braces=True)
POINT = Unit("a", "One thing here.\nTwo things here.")


def run(unit, msgstr, *, msgid=None, fuzzy=False):
    """What becomes of one string: its translation or None, and its finding or None."""
    entry = Entry(unit.context, unit.text if msgid is None else msgid, msgstr, fuzzy, 7)
    strings, findings = translate([unit], Catalogue("pl.po", {unit.context: entry}), leaflet="x", language="pl")
    assert len(strings) + len(findings) == 1
    return strings.get(unit.context), findings[0] if findings else None


@pytest.mark.parametrize(
    ("unit", "msgstr"),
    [
        (UNIT, GOOD), (BRACES, "Na {page} do {date}."), (POINT, "Jedna rzecz.\nDwie rzeczy."), (Unit("a", "IVIg"), "IVIg"),
        (Unit("a", "Big headache"), "Big headache"), (Unit("publisher", "The Example Hospital Trust"), "The Example Hospital Trust"),
        (Unit("a", "A <b> thing here"), "Rzecz <b> tutaj"),
    ],
)  # fmt: skip
def test_a_good_translation_is_taken_over(unit, msgstr):
    """Word for word; names of one or two words, and the hospital's, may be the same in both languages."""
    assert run(unit, msgstr) == (msgstr, None)


@pytest.mark.parametrize(
    ("unit", "changes", "code"),
    [
        (UNIT, {"msgstr": ""}, "string-empty"),
        (UNIT, {"msgstr": " \n "}, "string-empty"),
        (UNIT, {"msgid": "Do take this one."}, "string-stale"),
        (UNIT, {"msgid": UNIT.text + " "}, "string-stale"),
        (UNIT, {"fuzzy": True}, "string-fuzzy"),
        (UNIT, {"msgstr": UNIT.text}, "string-copied"),
        (UNIT, {"msgstr": UNIT.text.upper() + "!"}, "string-copied"),
        (Unit("a", "Stroke.", warning="w"), {"msgstr": "Stroke"}, "string-copied"),
        (UNIT, {"msgstr": "Nie bierz [tego](tel:1) leku."}, "string-markup"),
        (UNIT, {"msgstr": "*Nie* bierz [tego](tel:1) leku."}, "string-markup"),
        (UNIT, {"msgstr": "**Nie bierz [tego](tel:1) leku."}, "string-markup"),
        (UNIT, {"msgstr": "**Nie** bierz tego leku."}, "string-markup"),
        (UNIT, {"msgstr": "**Nie** bierz [tego](tel:2) leku."}, "string-markup"),
        (UNIT, {"msgstr": GOOD + " [x](tel:1)"}, "string-markup"),
        (UNIT, {"msgstr": GOOD + "\n"}, "string-markup"),
        (UNIT, {"msgstr": GOOD + "\x07"}, "string-markup"),
        (Unit("a", "Take it."), {"msgstr": "**Bierz.**"}, "string-markup"),
        (POINT, {"msgstr": "Jedna rzecz. Dwie rzeczy."}, "string-markup"),
        (POINT, {"msgstr": "Jedna rzecz.\n\n"}, "string-markup"),
        (POINT, {"msgstr": "Jedna.\nDwie.\nTrzy."}, "string-markup"),
        (BRACES, {"msgstr": "Do {data} na {page}."}, "string-markup"),
        (BRACES, {"msgstr": "Do {date}."}, "string-markup"),
        (BRACES, {"msgstr": "Do {date} na {page} {x}."}, "string-markup"),
        (BRACES, {"msgstr": "Do {date na {page}."}, "string-markup"),
        (BRACES, {"msgstr": "Do {date!r} na {page}."}, "string-markup"),
        (BRACES, {"msgstr": "Do {date.__class__} na {page}."}, "string-markup"),
        (BRACES, {"msgstr": "Do {} na {page}."}, "string-markup"),
        (BRACES, {"msgstr": "Do {{date}} na {page}."}, "string-markup"),
    ],
)
def test_a_bad_translation_is_withheld(unit, changes, code):
    """Each reason gives its own finding with the string's warning, file and line, and no words at all."""
    text, finding = run(unit, **{"msgstr": GOOD, **changes})
    assert text is None
    assert (finding.code, finding.warning, finding.path, finding.line) == (code, unit.warning or "", "pl.po", 7)
    assert (finding.leaflet, finding.language) == ("x", "pl") and finding.hint


def test_a_missing_string_is_withheld():
    """A string that the catalogue does not have is not filled in."""
    strings, (finding,) = translate([UNIT], Catalogue("pl.po", {}), leaflet="x", language="pl")
    assert not strings and (finding.code, finding.warning) == ("string-missing", "w")


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([UNIT, BRACES, POINT]), st.booleans(),
    st.lists(st.sampled_from([GOOD, "**", "Nie ", "{date}", "{page}", "{", "}", "\n", "[a](tel:1)", "*", "\\", UNIT.text, POINT.text, "\x00"]), max_size=5),
)  # fmt: skip
def test_never_english_and_never_both(unit, fuzzy, parts):
    """Any translation is either taken as it is, or withheld with one finding; the English never comes through."""
    msgstr = "".join(parts)
    text, finding = run(unit, msgstr, fuzzy=fuzzy)
    assert (text is None) != (finding is None)
    assert text in (None, msgstr) and text != unit.text
    assert text is None or not fuzzy


@pytest.mark.full
def test_one_lost_string_withholds_the_edition(small):
    """Whichever string of a leaflet or of the interface is not translated, there is no Polish edition; English stays."""
    folder = small / "locales/pl/LC_MESSAGES"
    project = load(small)
    for name in ("clean-hands", "interface"):
        path = folder / f"{name}.po"
        whole = path.read_text("utf-8")
        contexts = [e.msgctxt for e in parse_po(whole)]
        assert len(contexts) > 10
        for context in contexts:
            po = parse_po(whole)
            next(e for e in po if e.msgctxt == context).msgstr = ""
            path.write_text(str(po), "utf-8")
            checked = pipeline.check(project, pipeline.Selection(), TODAY)
            assert list(checked.editions) == [("clean-hands", "en-GB")], context
            assert [f.code for f in checked.findings] == ["string-empty"], context
        path.write_text(whole, "utf-8")
    assert len(pipeline.check(project, pipeline.Selection(), TODAY).editions) == 2


def test_no_translated_edition_holds_english(project, editions):
    """In the finished editions no block of more than two words is the English one."""
    sources = {x.id: {b.id: b.text for d in x.documents for b in d.blocks} for x in project.leaflets}
    for (leaflet, tag), edition in editions.items():
        for block in (b for d in edition.documents for b in d.blocks):
            assert (block.text == sources[leaflet][block.id]) == (tag == "en-GB"), (tag, block.id)


def dated(leaflet, **meta):
    return replace(leaflet, meta=replace(leaflet.meta, **meta))


@pytest.mark.parametrize("status", ["draft", "in-review"])
@pytest.mark.parametrize(("days", "expired"), [(-1, False), (0, False), (1, True), (4000, True)])
def test_state_around_the_review_date(project, status, days, expired):
    """A leaflet is good through the day its review is due, and out of date from the next."""
    leaflet = dated(project.leaflets[0], status=status, review_due=date(2026, 2, 28))
    assert edition_state(leaflet, date(2026, 2, 28) + timedelta(days)) == ("expired" if expired else status)


@pytest.mark.parametrize("today", [date(2020, 1, 1), date(2030, 1, 1)])
def test_withdrawn_is_withdrawn(project, today):
    """Before and after the review date."""
    assert edition_state(dated(project.leaflets[0], status="withdrawn", review_due=date(2026, 1, 1)), today) == "withdrawn"


NOTICES = {
    "draft": ("draft", False, False, ["draft"]),
    "in review": ("in-review", False, False, ["in-review"]),
    "demonstration": ("draft", True, False, ["demonstration", "draft"]),
    "expired": ("draft", False, True, ["expired", "draft"]),
    "expired review": ("in-review", True, True, ["demonstration", "expired", "in-review"]),
    "withdrawn": ("withdrawn", False, True, ["withdrawn"]),
    "withdrawn demonstration": ("withdrawn", True, False, ["withdrawn", "demonstration"]),
}


@pytest.mark.parametrize("name", NOTICES)
@pytest.mark.parametrize("tag", ["en-GB", "ar"])
def test_notices(project, editions, name, tag):
    """What stands first: each state's notices in this order, and on every translation that it is a draft."""
    status, demonstration, expired, expected = NOTICES[name]
    whole = editions["ivig", tag]
    leaflet = dated(whole.leaflet, status=status, demonstration=demonstration, review_due=date(2026, 1, 31))
    strings = {b.id: b.text for d in whole.documents for b in d.blocks} | {"meta/owner-role": whole.owner_role}
    edition = make_edition(
        leaflet, whole.language, strings, whole.words, project.pictures,
        is_source=whole.is_source, today=date(2026, 2, 1) if expired else date(2026, 1, 31),
    )  # fmt: skip
    day = {"en-GB": "31 January 2026", "ar": "31 يناير 2026"}[tag]
    wanted = [whole.words[f"notice-{n}"].replace("{date}", day) for n in expected]
    assert list(edition.notices) == wanted + ([] if tag == "en-GB" else [whole.words["notice-translation"]])


def changed_blocks(document):
    """The document with one block changed, once for each block."""
    for n, block in enumerate(document.blocks):
        yield replace(document, blocks=(*document.blocks[:n], replace(block, text=block.text + "."), *document.blocks[n + 1 :]))


def test_digest_changes_with_any_word(editions):
    """Each block, picture, interface word, notice and name counts, and no two changes give the same digest."""
    edition = editions["clean-hands", "pl"]
    variants = [edition]
    variants += [replace(edition, text=d) for d in changed_blocks(edition.text)]
    variants += [replace(edition, easy_read=d) for d in changed_blocks(edition.easy_read)]
    variants += [replace(edition, words={**edition.words, k: v + "."}) for k, v in edition.words.items()]
    for name, picture in edition.pictures.items():
        variants.append(replace(edition, pictures={**edition.pictures, name: replace(picture, alt=picture.alt + ".")}))
        variants.append(replace(edition, pictures={**edition.pictures, name: replace(picture, svg=picture.svg + " ")}))
    variants += [replace(edition, owner_role="x"), replace(edition, publisher="x"), replace(edition, notices=())]
    for change in ({"version": "9"}, {"last_updated": date(2026, 1, 1)}, {"review_due": date(2027, 1, 1)}):
        variants.append(replace(edition, leaflet=dated(edition.leaflet, **change)))
    assert len({digest(v) for v in variants}) == len(variants) > 60


def test_digest_is_that_of_the_words(editions):
    """The edition carries it, it is the same when made again, and no two editions share one."""
    assert all(e.digest == digest(replace(e, digest="")) for e in editions.values())
    assert len({e.digest for e in editions.values()}) == len(editions)


@pytest.mark.parametrize("part", ["contact", "credit"])
def test_digest_changes_with_what_stands_beside_the_words(editions, part):
    """The phone number of a page, and who drew its pictures, are words of it too."""
    edition = editions["clean-hands", "pl"]
    if part == "contact":
        contact = replace(edition.leaflet.meta.contact, placeholder=False, phone="0151 496 0000")
        other = replace(edition, leaflet=dated(edition.leaflet, contact=contact))
    else:
        other = replace(edition, pictures={n: replace(p, credit="x") for n, p in edition.pictures.items()})
    assert digest(other) != edition.digest
