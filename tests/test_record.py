"""record.json: it holds what every edition must say, gives it back unchanged, and anything else is refused in words."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit import record
from leafletkit.errors import Fault
from leafletkit.model import Edition, Facts, Standing
from leafletkit.project import Project
from leafletkit.proof.html import prove_page

from .conftest import ROOT
from .pages_support import KINDS, document_of, render, with_text

Editions = Mapping[tuple[str, str], Edition]
KEY = ("clean-hands", "pl")


@pytest.fixture(scope="session")
def text(project: Project, editions: Editions) -> str:
    """The record of the whole real project."""
    return record.to_text(tuple(editions.values()), project.voices)


@pytest.fixture(scope="session")
def little(project: Project, editions: Editions) -> str:
    """The record of one small edition."""
    return record.to_text((editions[KEY],), project.voices)


def changed(text: str, *path: str | int, to: Any = None, drop: bool = False) -> str:
    """The record with one value replaced or taken out."""
    top = json.loads(text)
    *way, last = path
    at = top
    for step in way:
        at = at[step]
    assert isinstance(last, int) or last in at
    if drop:
        del at[last]
    else:
        at[last] = to
    return json.dumps(top)


def test_every_edition_comes_back(text: str, editions: Editions) -> None:
    """Words, notices, warnings, sign-offs, dates: all that a proof holds a file against, and nothing changed."""
    known = record.from_text(text)
    assert set(known.editions) == {"/".join(key) for key in editions} and len(editions) > 5
    for key, edition in editions.items():
        back = known.editions["/".join(key)]
        lean = replace(
            edition,
            leaflet=replace(edition.leaflet, folder=Path()),
            language=replace(edition.language, look_alikes={}),
            pictures={},
        )
        assert back == lean, key
        assert back.digest == edition.digest and len(back.digest) == 64
        assert back.key == edition.key and back.leaflet.meta == edition.leaflet.meta
        assert back.notices == edition.notices and back.notices
        assert back.leaflet.warnings == edition.leaflet.warnings and back.leaflet.warnings
        for one, other in zip(back.documents, edition.documents, strict=True):
            assert one.title == other.title
            assert all(one.carrying(w.id) == other.carrying(w.id) for w in back.leaflet.warnings)


def test_the_voices_come_back(text: str, project: Project, editions: Editions) -> None:
    tags = {tag for _, tag in editions}
    assert dict(record.from_text(text).voices) == {tag: project.voices[tag] for tag in tags}


def test_only_voices_that_are_used(little: str) -> None:
    assert set(record.from_text(little).voices) == {"pl"}


def test_a_proof_says_the_same(text: str, editions: Editions) -> None:
    """A page is as good, or as bad, against the record as it was when it was built."""
    known = record.from_text(text)
    for key, edition in editions.items():
        back = known.editions["/".join(key)]
        for kind in KINDS:
            page = render(edition, kind)
            warning = document_of(edition, kind).carrying(edition.leaflet.warnings[0].id)[0]
            bad = render(with_text(edition, warning.id, edition.text.title.text), kind)
            for data in (page, bad, b""):
                assert prove_page(data, back, document_of(back, kind), kind, "x") == prove_page(
                    data, edition, document_of(edition, kind), kind, "x"
                )
            assert prove_page(page, back, document_of(back, kind), kind, "x")[1] == ()
            assert prove_page(bad, back, document_of(back, kind), kind, "x")[1] != ()


def test_nothing_that_no_proof_needs(text: str, project: Project) -> None:
    """No pictures, no facts of the language, and not a word of where the project lies on this machine."""
    for path in (ROOT, ROOT.parent, Path.home()):
        assert f'"{path}' not in text and f"{path}/" not in text
    assert "<svg" not in text and "OpenMoji" not in text
    for edition in record.from_text(text).editions.values():
        assert dataclasses.asdict(edition.language.facts) == dataclasses.asdict(Facts())
        assert not edition.language.look_alikes and not edition.pictures and edition.leaflet.folder == Path()
    assert any(language.facts.negations for language in project.languages.values())


def test_the_order_of_the_editions_does_not_matter(text: str, project: Project, editions: Editions) -> None:
    """The same editions give the same bytes."""
    again = record.to_text(tuple(reversed(editions.values())), dict(reversed(project.voices.items())))
    assert again == text and text.endswith("}\n") and "\n" not in text[:-1]


def test_no_editions_are_a_record_too(project: Project) -> None:
    """When everything is withheld."""
    known = record.from_text(record.to_text((), project.voices))
    assert (dict(known.editions), dict(known.voices)) == ({}, {})


@pytest.mark.parametrize(
    "words",
    ['"', "\\", "\\u0000", "</script>", "a\nb", "\u2028\u2029", "\u200fعربي\u200e", "{}", "𝔘🙂", "\ufeffx", "null"],
)
def test_hostile_words_come_back(project: Project, editions: Editions, words: str) -> None:
    edition = replace(with_text(editions[KEY], "why", words), notices=(words, words), owner_role=words)
    text = record.to_text((edition,), project.voices)
    back = record.from_text(text.encode().decode()).editions["/".join(KEY)]
    assert next(b.text for b in back.text.blocks if b.id == "why") == words
    assert back.notices == (words, words) and back.owner_role == words


def test_signoffs_come_back(project: Project, editions: Editions) -> None:
    standings = {"clinical": Standing(missing=("a",), stale=("b", "c"), by=("Dr A <x@y>, Ward, 1 May 2026",))}
    edition = replace(editions[KEY], standings=standings)
    assert record.from_text(record.to_text((edition,), project.voices)).editions["/".join(KEY)].standings == standings


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "record",
        "{",
        "[]",
        "null",
        "1",
        "true",
        '"record"',
        "{}",
        '{"record": 1}',
        "NaN",
        "-Infinity",
        '{"record": 1, "editions": [], "voices": {}}',
        '{"record": 1, "editions": {}}',
        '{"record": 1, "voices": {}}',
        '{"record": null, "editions": {}, "voices": {}}',
        '{"record": [], "editions": {}, "voices": {}}',
        '{"record": Infinity, "editions": {}, "voices": {}}',
        '{"record": "one", "editions": {}, "voices": {}}',
        '{"record": 1, "editions": {"a/b": null}, "voices": {}}',
        '{"record": 1, "editions": {"a/b": {}}, "voices": {}}',
        '{"record": 1, "editions": {}, "voices": {"pl": null}}',
        '{"record": 1, "editions": {}, "voices": {"pl": "espeak"}}',
        '{"manifest": 1, "editions": [], "assets": []}',
        '{"report": 1, "leaflets": [], "findings": []}',
        "<!doctype html><html></html>",
        "[a]\nb = 1\n",
        "%PDF-1.7",
        "\ufeff{}",
        "9" * 5000,
        f'{{"record": {"9" * 5000}}}',
    ],
)
def test_what_is_no_record(text: str) -> None:
    with pytest.raises(Fault, match=r"record\.json") as fault:
        record.from_text(text)
    assert fault.value.hint and "Traceback" not in fault.value.what


@pytest.mark.parametrize(
    "opening", ["[", '{"record":', '{"record": 1, "voices": {}, "editions": {"a/b": {"text": [', '{"editions": {"a": ']
)
def test_huge_nesting(opening: str) -> None:
    """A file made to exhaust the parser is refused, whether it ends or not."""
    one = opening.rstrip()[-1] if opening.rstrip()[-1] in "[" else '{"a":'
    deep = opening + one * 200_000
    for text in (deep, deep + "1" + ("]" if one == "[" else "}") * 200_000):
        with pytest.raises(Fault, match="can't be read"):
            record.from_text(text)


@pytest.mark.parametrize("version", [0, 1, 99, -1])
def test_another_version(little: str, version: int) -> None:
    """A record of a later toolkit is not half understood."""
    with pytest.raises(Fault, match="another version") as fault:
        record.from_text(changed(little, "record", to=version))
    assert str(version) in fault.value.what and "publish again" in fault.value.hint


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_record(text: str, share: float) -> None:
    """As a full disk or a broken copy leaves it."""
    with pytest.raises(Fault, match="can't be read"):
        record.from_text(text[: int(len(text) * share)])


@pytest.mark.parametrize(
    "path",
    [
        ("record",),
        ("editions",),
        ("voices",),
        ("voices", "pl", "engine"),
        ("voices", "pl", "slow"),
        ("voices", "pl", "lexicon"),
        ("voices", "pl", "letters"),
        ("voices", "pl", "lexicon", "say"),
        ("editions", "E", "leaflet"),
        ("editions", "E", "language"),
        ("editions", "E", "text"),
        ("editions", "E", "easy_read"),
        ("editions", "E", "notices"),
        ("editions", "E", "words"),
        ("editions", "E", "state"),
        ("editions", "E", "is_source"),
        ("editions", "E", "leaflet", "warnings"),
        ("editions", "E", "leaflet", "meta"),
        ("editions", "E", "leaflet", "meta", "review_due"),
        ("editions", "E", "leaflet", "warnings", 0, "polarity"),
        ("editions", "E", "text", "blocks"),
        ("editions", "E", "text", "blocks", 0, "text"),
        ("editions", "E", "text", "blocks", 0, "id"),
        ("editions", "E", "language", "tag"),
        ("editions", "E", "language", "direction"),
    ],
    ids=lambda path: ".".join(map(str, path)),
)
def test_a_record_that_lacks_something(little: str, path: tuple[str, ...]) -> None:
    """What a proof needs is never made up from nothing."""
    with pytest.raises(Fault, match="can't be read"):
        record.from_text(changed(little, *("/".join(KEY) if step == "E" else step for step in path), drop=True))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("text", "blocks"), "words"),
        (("text", "blocks", 0), []),
        (("text", "kind"), "poem"),
        (("text", "blocks", 0, "kind"), "aside"),
        (("language", "direction"), "up"),
        (("language", "line_height"), "wide"),
        (("leaflet", "meta", "review_due"), "tomorrow"),
        (("leaflet", "meta", "review_due"), 5),
        (("words",), []),
        (("notices",), 3),
        (("standings",), {"moral": {}}),
        (("leaflet", "warnings", 0, "polarity"), "maybe"),
        (("leaflet", "warnings"), None),
        (("language", "face"), "Noto Sans"),
        (("language",), "pl"),
    ],
)
def test_a_record_with_a_wrong_value(little: str, path: tuple[str, ...], value: Any) -> None:
    with pytest.raises(Fault, match="can't be read"):
        record.from_text(changed(little, "editions", "/".join(KEY), *path, to=value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("text", "blocks", 3, "text"), None),
        (("text", "blocks", 3, "text"), ["a"]),
        (("text", "blocks", 3, "text"), 7),
        (("text", "blocks"), {}),
        (("notices",), "one notice"),
        (("notices", 0), None),
        (("words", "publisher"), {}),
        (("is_source",), "false"),
    ],
)
def test_a_value_of_another_type(little: str, path: tuple[str, ...], value: Any) -> None:
    with pytest.raises(Fault, match="can't be read"):
        record.from_text(changed(little, "editions", "/".join(KEY), *path, to=value))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value of a JSON document."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, inner in rows for p in places(inner, (*path, key)))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def read(text: str) -> None:
    """A record or a fault, and nothing else."""
    try:
        known = record.from_text(text)
    except Fault as fault:
        assert fault.what.startswith("record.json") and fault.hint
        assert len(fault.what) < 200
        return
    assert isinstance(known, record.Record) and known.record == record.RECORD_VERSION
    assert all(isinstance(e, Edition) and len(e.key) == 2 for e in known.editions.values())


@given(where=st.randoms(use_true_random=False), value=JSON, what=st.sampled_from(["replace", "drop", "add", "twice"]))
def test_any_value_may_be_damaged(little: str, where: random.Random, value: Any, what: str) -> None:
    top = json.loads(little)
    path = where.choice(places(top))
    at, parent = top, None
    for step in path:
        parent, at = at, at[step]
    if parent is None:
        top = value
    elif what == "replace":
        parent[path[-1]] = value
    elif what == "drop":
        del parent[path[-1]]
    elif what == "add" and isinstance(at, dict):
        at[str(value)] = value
    elif isinstance(at, list):
        at.append(value)
    read(json.dumps(top))


@given(
    where=st.floats(0, 1),
    length=st.integers(0, 40),
    put=st.text(max_size=10) | st.sampled_from(["\x00", "]", "}", '"', "\\", "1e999", "\\ud800"]),
)
def test_any_letters_may_be_damaged(little: str, where: float, length: int, put: str) -> None:
    at = int(where * len(little))
    read(little[:at] + put + little[at + length :])


@given(st.text(max_size=60) | JSON.map(json.dumps))
def test_any_text(text: str) -> None:
    with pytest.raises(Fault):
        record.from_text(text)
