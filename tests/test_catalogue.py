"""Catalogues: gettext's own tools accept every one, nothing is lost on the way, and no bytes can break the reader."""

from __future__ import annotations

import re
import subprocess

import polib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leafletkit.catalogue import Catalogue, Entry, parse_po, read_catalogue

from .conftest import ROOT

POS = sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po"))
POTS = sorted((ROOT / "locales").glob("*.pot"))
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: pl\\n"\n\n'
FILES = pytest.mark.parametrize("path", POS + POTS, ids=lambda p: p.relative_to(ROOT / "locales").as_posix())


def msgfmt(path):
    """What msgfmt -c says of a file: its exit code and its complaints."""
    done = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", path], capture_output=True, text=True)
    return done.returncode, done.stderr.splitlines()


def facts(po):
    """Everything a catalogue holds; where lines of a comment are broken does not matter."""
    rows = [
        (e.msgctxt, e.msgid, e.msgstr, e.previous_msgid, e.previous_msgctxt, sorted(e.flags), e.obsolete,
         e.comment.split(), e.tcomment.split(), e.occurrences)
        for e in po
    ]  # fmt: skip
    return po.header.split(), dict(po.metadata), rows


def read(text):
    return read_catalogue(text.encode("utf-8", "surrogatepass"), "x.po", leaflet="x", language="pl")


def one(msgstr, msgid="One."):
    """A catalogue of one string, escaped by polib itself."""
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    po.append(polib.POEntry(msgctxt="a", msgid=msgid, msgstr=msgstr))
    return str(po)


def test_every_language_has_its_catalogues():
    """The tests below do look at files: seven languages, three templates."""
    assert len({p.parts[-3] for p in POS}) == 7 and len(POTS) == 3


@FILES
def test_msgfmt_accepts(path):
    """Syntax, placeholders and duplicates as gettext sees them; missing header fields are the next test's."""
    code, complaints = msgfmt(path)
    assert code == 0
    assert [c for c in complaints if "header field" not in c] == []


@FILES
def test_msgfmt_warns_of_nothing(path):
    """msgfmt -c is silent."""
    assert msgfmt(path) == (0, [])


def test_msgfmt_can_fail(tmp_path):
    """The test above can fail: a lost {name} and a lost quote are found."""
    path = tmp_path / "x.po"
    path.write_text(HEAD + '#, python-brace-format\nmsgctxt "a"\nmsgid "By {date}"\nmsgstr "Do {data}"\n')
    assert msgfmt(path)[0] == 1
    path.write_text(HEAD + 'msgctxt "a"\nmsgid "a"\nmsgstr "b\n')
    assert msgfmt(path)[0] == 1


@FILES
def test_round_trip_through_polib(path):
    """Reading and writing a catalogue gives the same bytes."""
    text = path.read_text("utf-8")
    assert str(parse_po(text)).rstrip("\n") == text.rstrip("\n")


@FILES
@pytest.mark.parametrize("option", [[], ["--no-wrap"]], ids=["wrapped", "no-wrap"])
def test_round_trip_through_msgcat(path, option):
    """What Poedit, Weblate and gettext write, wrapped or not, holds the same, and every string is read back."""
    done = subprocess.run(["msgcat", *option, path], capture_output=True, check=True)
    assert not done.stderr
    assert facts(parse_po(done.stdout.decode())) == facts(parse_po(path.read_text("utf-8")))
    ours, theirs = (read_catalogue(data, "x.po")[0] for data in (path.read_bytes(), done.stdout))
    assert {(e.context, e.msgid, e.msgstr, e.fuzzy) for e in ours.entries.values()} == {
        (e.context, e.msgid, e.msgstr, e.fuzzy) for e in theirs.entries.values()
    }


@pytest.mark.parametrize("path", POS, ids=lambda p: p.relative_to(ROOT / "locales").as_posix())
def test_lines_are_those_of_the_file(path):
    """A finding leads to the entry: its line is within the comments or keywords of that string."""
    rows = path.read_text("utf-8").split("\n")
    catalogue, findings = read_catalogue(path.read_bytes(), "x.po")
    assert not findings
    for entry in catalogue.entries.values():
        block = "\n".join(rows[entry.line - 1 :]).split("\n\n")[0]
        assert f'msgctxt "{entry.context}"' in block


def test_a_string_twice_is_refused():
    """Which of two translations holds is not for the toolkit to guess."""
    catalogue, (finding,) = read(HEAD + 'msgctxt "a"\nmsgid "A"\nmsgstr "1"\n\nmsgctxt "a"\nmsgid "A"\nmsgstr "2"\n')
    assert catalogue is None
    assert (finding.code, finding.line, finding.path) == ("catalogue-broken", 10, "x.po")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgctxt "a"\nmsgid "A"\nmsgstr "b\n', 8),
        ('msgctxt "a"\nmsgid "A"\nmsgstr b"\n', 8),
        ('msgctxt "a"\nmsgid "A"\nmsgstr "b" "c\n', 8),
        ('msgctxt "a"\nmsgid "A"\nmsgstr "b"\n<<<<<<< HEAD\n', 9),
        ('msgctxt "a"\nmsgid "A"\nmsgstr "b\x00"\n', 8),
    ],
    ids=["open", "unopened", "half", "conflict", "nul"],
)
def test_a_broken_file_is_refused_with_its_line(text, line):
    """There is no half catalogue."""
    catalogue, (finding,) = read(HEAD + text)
    assert catalogue is None
    assert (finding.code, finding.line) == ("catalogue-broken", line)


def test_a_catalogue_of_another_language_is_refused():
    """A file copied into the wrong folder; a country or script after the tag does not matter."""
    body = 'msgctxt "a"\nmsgid "A"\nmsgstr "b"\n'
    catalogue, (finding,) = read(HEAD.replace("Language: pl", "Language: cs") + body)
    assert catalogue is None and finding.code == "catalogue-broken"
    assert not read(HEAD.replace("Language: pl", "Language: pl_PL") + body)[1]


def test_a_string_is_read_with_its_flag_and_line():
    """Context, English, translation, whether it is fuzzy, and the line it begins in."""
    body = '# mine\n#, fuzzy\n#| msgid "old"\nmsgctxt "a"\nmsgid ""\n"A "\n"b"\nmsgstr "c"\n\nmsgctxt "d"\nmsgid "D"\nmsgstr ""\n'
    catalogue, findings = read(HEAD + body)
    assert not findings
    assert list(catalogue.entries.values()) == [Entry("a", "A b", "c", True, 6), Entry("d", "D", "", False, 15)]


def test_obsolete_strings_translate_nothing():
    """An obsolete string is not in the catalogue."""
    catalogue, findings = read(HEAD + '#~ msgctxt "a"\n#~ msgid "A"\n#~ msgstr "b"\n')
    assert not findings and "a" not in catalogue.entries


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>", "{{ 7 * 7 }}", "{__class__}", "%(x)s %n", "'; DROP TABLE--", "../../etc/passwd", "\\", '\\"', "\\n",
        '"\nmsgid "x', "#~ msgid", "# comment", "msgstr", "‮84‬", "😀" * 500, "x" * 400, "$(id)", "&lt;b&gt;", "\t", "a\r\nb",
    ],
)  # fmt: skip
def test_hostile_values_stay_words(value):
    """Whatever a translation holds is its text, letter by letter, and no other entry appears."""
    catalogue, findings = read(one(value))
    assert not findings
    assert {k: e.msgstr for k, e in catalogue.entries.items()} == {"a": value}


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_line_separator_is_a_character(separator):
    """U+2028 and its like, which word processors leave behind, don't make a file unreadable."""
    catalogue, findings = read(one(f"a{separator}b"))
    assert not findings and catalogue.entries["a"].msgstr == f"a{separator}b"


@pytest.mark.parametrize("charset", ["rot13", "UTF-16", "idna", "no-such", "../../x", "base64"])
def test_the_charset_of_the_header_is_not_obeyed(charset):
    """Catalogues are UTF-8, whatever they call themselves."""
    catalogue, findings = read(one("Zażółć").replace("charset=UTF-8", f"charset={charset}"))
    assert not findings and catalogue.entries["a"].msgstr == "Zażółć"


def test_the_path_of_a_file_is_not_opened():
    """A catalogue that is nothing but a path is not that file."""
    path = POS[0]
    for text in (str(path), f"{path}\n"):
        catalogue, findings = read(text)
        assert catalogue is None and findings[0].code == "catalogue-broken"


def sound(result):
    """A catalogue, or findings that name their file: never both, never an exception."""
    catalogue, findings = result
    assert (catalogue is None) == bool(findings)
    assert catalogue is None or isinstance(catalogue, Catalogue)
    assert {(f.code, f.path, f.leaflet, f.language) for f in findings} <= {("catalogue-broken", "x.po", "x", "pl")}
    return findings


@settings(deadline=None)
@given(st.binary(max_size=300))
@example(b"")
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b'msgid ""\nmsgstr ""\n')
def test_random_bytes_never_raise(data):
    """Any file at all gives a catalogue or findings."""
    sound(read_catalogue(data, "x.po", leaflet="x", language="pl"))


PIECES = [
    "msgid ", "msgstr ", "msgctxt ", '"a"', '""', '"', "\n", "#, fuzzy\n", "#~ ", "#| ", "#: x:1\n", "#. ", "#", "msgstr[0] ", "msgstr[x] ",
    "msgid_plural ", "\\n", "\\", "\\x", "charset=rot13\\n", 'domain "x"\n', "\t", "\r", "﻿", "#~| msgid ", "\u2028", "\x85",
]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_scrambled_syntax_never_raises(text):
    """As above, with the words of the format in random order."""
    findings = sound(read(text))
    assert all(0 <= f.line <= len(re.split(r"\r\n|[\n\r\x85\u2028]", text)) + 1 for f in findings)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_file_never_raises(data):
    """As above, with a real catalogue cut, doubled or changed at a random place."""
    whole = (ROOT / "locales/pl/LC_MESSAGES/clean-hands.po").read_bytes()
    start, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 60))
    new = data.draw(st.one_of(st.binary(max_size=10), st.just(whole[start : start + 2 * length])))
    sound(read_catalogue(whole[:start] + new + whole[start + length :], "x.po", leaflet="x", language="pl"))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")) | st.sampled_from('"\\\n\t'), min_size=1))
def test_any_text_is_read_as_it_was_written(text):
    """What polib escapes comes back letter by letter."""
    catalogue, findings = read(one(text, msgid=text))
    assert not findings
    assert (catalogue.entries["a"].msgid, catalogue.entries["a"].msgstr) == (text, text)
