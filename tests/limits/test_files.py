"""What is beyond a limit is refused with its file, its place and the limit; what is just within is read."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from leafletkit import limits
from leafletkit.catalogue import read_catalogue
from leafletkit.fields import Fields, read_toml
from leafletkit.files import Unreadable, read_text
from leafletkit.model import Finding
from leafletkit.pictures import UnsafeSvg, compose
from leafletkit.recordings import _mono, recordings_key
from leafletkit.source import read_document, split_attributes

HEAD = 'msgid ""\nmsgstr "Language: pl\\n"\n\n'
TITLE = "# T {#t}\n\n"


def po(text: str) -> tuple[Finding, ...]:
    return read_catalogue((HEAD + text).encode(), "locales/pl/LC_MESSAGES/x.po", leaflet="x", language="pl")[1]


def markdown(text: str) -> tuple[Finding, ...]:
    return read_document(TITLE + text, "leaflet", "leaflet/x/leaflet.md", leaflet="x")[1]


def easy(text: str) -> tuple[Finding, ...]:
    return read_document(TITLE + text, "easy-read", "leaflet/x/easy-read.md", leaflet="x", pictures=("a",))[1]


def toml(text: str) -> tuple[Finding, ...]:
    return read_toml(text, "register-invalid", "leaflet/x/safety.toml", leaflet="x")[1]


def entry(text: str, context: str = "c") -> str:
    return f'msgctxt "{context}"\nmsgid "a"\nmsgstr "{text}"\n\n'


WITHIN: dict[str, tuple[Callable[[str], tuple[Finding, ...]], str]] = {
    "a long string": (po, entry("b " * (limits.STRING_CHARACTERS // 2))),
    "many strings": (po, "".join(entry("b", f"c{n}") for n in range(limits.STRINGS))),
    "many comments": (po, "# x\n" * (limits.LINES - 100)),
    "many blocks": (markdown, "".join(f"P {{#p{n}}}\n\n" for n in range(limits.BLOCKS - 1))),
    "a long block": (markdown, "word " * (limits.STRING_CHARACTERS // 5 - 5) + "{#p}"),
    "a long table": (toml, "".join(f"a{n} = 1\n" for n in range(limits.TOML_ENTRIES))),
    "a deep table": (toml, f"[{'.'.join('a' * (limits.TOML_DEPTH - 1))}]"),
}
BEYOND: dict[str, tuple[Callable[[str], tuple[Finding, ...]], str, str, int, str]] = {
    # what: how it is read, the text, the code, the line, the limit
    "a string": (po, entry("b", "a") + entry("bb " * 1_667), "catalogue-broken", 8, "5,001 characters; it may have 5,000"),
    "a string of many lines": (po, 'msgctxt "c"\nmsgid "a"\nmsgstr ""\n' + '"b b"\n' * 2_000, "catalogue-broken", 4, "6,000 characters; it may have 5,000"),
    "a context": (po, entry("b", "c" * 501), "catalogue-broken", 4, "501 characters without a space; it may have 500"),
    "a word": (po, entry("a@" * 251), "catalogue-broken", 4, "“a@a@a@a@a@a@a@a@a@a@…” has 502 characters without a space"),
    "a word of a leaflet": (markdown, "P {#p}\n\na " + "1-" * 251 + " {#q}", "source-structure", 5, "502 characters without a space"),
    "a long block of a leaflet": (markdown, "word " * 1_001 + "{#p}", "source-structure", 3, "5,009 characters; it may have 5,000"),
    "strings": (po, "".join(entry("b", f"c{n}") for n in range(10_001)), "catalogue-broken", 40_004, "10,001 strings; it may have 10,000"),
    "obsolete strings": (po, '#~ msgid "a"\n#~ msgstr "b"\n\n' * 10_001, "catalogue-broken", 30_004, "10,001 strings; it may have 10,000"),
    "plural forms": (po, 'msgctxt "c"\nmsgid "a"\nmsgid_plural "as"\n' + "".join(f'msgstr[{n}] "b"\n' for n in range(60_000)),
                     "catalogue-broken", 50_001, "60,007 lines; it may have 50,000"),
    "a line of a catalogue": (po, entry("b " * 1_500_000), "catalogue-broken", 6, "it may have 20,000"),
    "comments": (po, "# x\n" * 900_000, "catalogue-broken", 50_001, "it may have 50,000"),
    "blocks": (markdown, "".join(f"P {{#p{n}}}\n\n" for n in range(2_000)), "source-structure", 4_001, "2,001 blocks; it may have 2,000"),
    "list items": (markdown, "".join(f"- P {{#p{n}}}\n" for n in range(20_000)), "source-structure", 2_002, "20,001 blocks; it may have 2,000"),
    "lines": (markdown, "P {#p}\n\n" * 100_000, "source-structure", 50_001, "it may have 50,000"),
    "a block": (markdown, "word\n" * 1_001 + "{#p}", "source-structure", 3, "characters; it may have 5,000"),
    "links": (markdown, "[a](https://a/)\n" * 20_000 + "{#p}", "source-structure", 3, "characters; it may have 5,000"),
    "brackets": (markdown, "[\n" * 20_000 + "{#p}", "source-structure", 3, "characters; it may have 5,000"),
    "brackets in a line": (markdown, "[" * 100_000 + " {#p}", "source-structure", 3, "100,005 characters; it may have 20,000"),
    "stars in a line": (markdown, "*" * 100_000 + " {#p}", "source-structure", 3, "100,005 characters; it may have 20,000"),
    "lines of a point": (easy, "![](a)\n" + "P.\n" * 20_000 + "{#p}", "source-structure", 3, "characters; it may have 5,000"),
    "cells": (markdown, "|a" * 3_000 + "\n" + "|-" * 3_000 + "\n" + "|b\n" * 2_000, "source-structure", 3, "blocks; it may have 2,000"),
    "brackets in TOML": (toml, "a = " + "[" * 10_000, "register-invalid", 0, "too deep"),
    "tables in TOML": (toml, "a = " + "{a = " * 3_000, "register-invalid", 0, "too deep"),
    "closed brackets in TOML": (toml, "a = " + "[" * 100 + "]" * 100, "register-invalid", 0, "more than 10 deep"),
    "dots in TOML": (toml, "a" + ".a" * 9_000 + " = 1", "register-invalid", 0, "more than 10 deep"),
    "a long name in TOML": (toml, "a" + ".a" * 100_000 + " = 1", "register-invalid", 1, "it may have 20,000"),
    "fields": (toml, "".join(f"a{n} = 1\n" for n in range(5_001)), "register-invalid", 0, "the file has 5,001 entries; it may have 5,000"),
    "tables": (toml, "[[warning]]\n" * 5_001, "register-invalid", 0, "“warning” has 5,001 entries; it may have 5,000"),
    "words of a table": (toml, "[[a]]\n[a.words]\n" + "".join(f"w{n} = 1\n" for n in range(5_001)), "register-invalid", 0, "“words” has 5,001 entries"),
    "a number": (toml, "a = " + "9" * 3_000_000, "register-invalid", 1, "it may have 20,000"),
}  # fmt: skip


@pytest.mark.parametrize("what", WITHIN)
def test_what_is_within_a_limit_is_read(what: str) -> None:
    read, text = WITHIN[what]
    assert read(text) == ()


@pytest.mark.parametrize("what", BEYOND)
def test_what_is_beyond_is_refused_with_its_place_and_the_limit(what: str) -> None:
    read, text, code, line, message = BEYOND[what]
    (finding,) = read(text)
    assert (finding.code, finding.line) == (code, line)
    assert message in finding.message
    assert finding.path and finding.hint
    assert len(finding.message) < 300


def test_a_refused_text_gives_no_document() -> None:
    document, _ = read_document(TITLE + "P {#p}\n\n" * 100_000, "leaflet", "leaflet.md")
    assert document.blocks == ()


def test_a_hundred_mistakes_are_listed_and_then_it_says_so() -> None:
    found = markdown("".join(f"P {n}\n\n" for n in range(1_000)))
    assert len(found) == limits.FINDINGS + 1
    assert "more mistakes" in found[-1].message
    top, _ = read_toml("".join(f"a{n} = 1\n" for n in range(4_000)), "x", "x.toml")
    assert isinstance(top, Fields)
    top.finish()
    assert len(top.findings) == limits.FINDINGS + 1
    assert "more mistakes" in top.findings[-1].message


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with path.open("wb") as file:
        file.truncate(limits.FILE_BYTES + 1)
    with pytest.raises(Unreadable, match="larger than 4 MB"):
        read_text(tmp_path, path)


# Drawings -------------------------------------------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">{}</svg>'


def test_a_drawing_may_be_as_deep_and_as_busy_as_the_limits() -> None:
    depth, shapes = limits.SVG_DEPTH - 2, limits.SVG_SHAPES
    assert compose(SVG.format("<g>" * depth + "<path/>" + "</g>" * depth)).count("<g>") == depth
    assert compose(SVG.format("<path/>" * shapes)).count("<path/>") == shapes


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (SVG.format("<g>" * 31 + "</g>" * 31), "more than 30 groups deep"),
        (SVG.format("<g>" * 100_000 + "</g>" * 100_000), "more than 30 groups deep"),
        (SVG.format("<path/>" * 5_001), "more than 5,000 shapes"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + SVG.format("&b;"), "DOCTYPE"),
    ],
)
def test_a_drawing_beyond_a_limit_is_refused(drawing: str, message: str) -> None:
    with pytest.raises(UnsafeSvg, match=message):
        compose(drawing)


# Takes ----------------------------------------------------------------------------------------------------------


def test_a_take_is_mixed_into_one_channel(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full((16_000, limits.TAKE_CHANNELS), 0.5), 16_000)
    samples, rate = _mono(path)
    assert (rate, len(samples), samples.dtype) == (16_000, 16_000, np.int16)
    assert abs(int(samples[0]) - 16_383) < 2


def test_a_take_that_is_hours_long_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"  # silence packs into a few kilobytes
    with soundfile.SoundFile(path, "w", 16_000, 1) as file:
        for _ in range(limits.TAKE_SECONDS // 10 + 1):
            file.write(np.zeros(160_000))
    with pytest.raises(ValueError, match="610 seconds long; a part may have 600"):
        _mono(path)


def test_a_take_of_many_channels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((100, limits.TAKE_CHANNELS + 1)), 16_000)
    with pytest.raises(ValueError, match="9 channels; a recording may have 8"):
        _mono(path)


def test_a_take_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with path.open("wb") as file:
        file.truncate(limits.TAKE_BYTES + 1)
    with pytest.raises(ValueError, match="larger than 200 MB"):
        _mono(path)


def test_a_take_that_claims_gigabytes_holds_what_it_holds(tmp_path: Path) -> None:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(b"\1\0" * 16_000)
    data = bytearray(made.getvalue())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"  # the sizes in the header
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    try:
        samples, _ = _mono(path)
    except ValueError as error:
        assert "seconds long" in str(error)
    else:
        assert len(samples) == 16_000


def test_the_key_of_a_recording_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"one")
    first = recordings_key(tmp_path)
    assert re.fullmatch("recorded:[0-9a-f]{64}", first)
    (tmp_path / "a.wav").write_bytes(b"two")
    assert recordings_key(tmp_path) != first


# Any text at all ------------------------------------------------------------------------------------------------

_OLD = re.compile(r"\s*\{([^{}\n]*)\}\s*\Z")


@given(st.text(alphabet="{}a# \n\t\u2028="))
def test_the_braces_at_the_end_are_found_in_any_text(raw: str) -> None:
    """The same as the pattern says, which takes the square of the time on a row of spaces."""
    match = _OLD.search(raw)
    assert split_attributes(raw) == ((raw[: match.start()], match[1]) if match else (raw, None))


MARKS = st.text(alphabet="[]()*_!<>`\\&{}#-|:~+. \n\tab1=\"'", max_size=300)


@given(MARKS)
def test_any_marks_are_read_or_refused(text: str) -> None:
    for found in (markdown(text), easy(text), po(text), toml(text)):
        assert all(f.message and f.hint and f.path for f in found)


@given(st.recursive(st.integers(0, 9), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3) | st.lists(inner, max_size=3), max_leaves=60))
def test_a_table_is_refused_just_where_it_is_too_deep(value: object) -> None:
    def depth(v: object) -> int:
        below = v.values() if isinstance(v, dict) else v if isinstance(v, list) else ()
        return isinstance(v, dict | list) + max(map(depth, below), default=0)

    whole = {"a": value}
    if depth(whole) <= limits.TOML_DEPTH:
        limits.refuse_large(whole)
    else:
        with pytest.raises(limits.TooMuch):
            limits.refuse_large(whole)
