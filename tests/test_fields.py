"""Fields of TOML files: every mistake is named with its line, and the known fields are listed for a misspelt one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leafletkit.fields import read_toml

TEXT = """# a comment
name = "a name"
size = 2.5
on = true
day = 2026-01-31
list = ["a", "b"]

[font]
family = "Noto"

[font.easy]
family = "Andika"

[[row]]
id = "one"

[[row]]
id = "two"
"""


def read(text):
    fields, findings = read_toml(text, "metadata-invalid", "x.toml", leaflet="x", language="pl")
    assert fields and not findings
    return fields


def everything(top):
    """All that the file above holds, read by its fields."""
    font = top.table("font")
    easy = font.table("easy")
    rows = top.tables("row")
    values = (
        top.string("name"), top.number("size", high=9), top.flag("on"), top.date("day"), top.strings("list"),
        font.string("family"), easy.string("family"), [r.string("id") for r in rows],
    )  # fmt: skip
    for fields in (easy, font, *rows, top):
        fields.finish()
    return values


def problems(text):
    """(line, message) of each mistake in a text like the one above."""
    top = read(text)
    everything(top)
    assert all((f.code, f.path, f.leaflet, f.language) == ("metadata-invalid", "x.toml", "x", "pl") for f in top.findings)
    assert all(f.hint for f in top.findings)
    return [(f.line, f.message) for f in top.findings]


def test_good_fields():
    """Each kind of field is read."""
    assert everything(read(TEXT)) == ("a name", 2.5, True, date(2026, 1, 31), ("a", "b"), "Noto", "Andika", ["one", "two"])
    assert problems(TEXT) == []


@pytest.mark.parametrize(
    ("good", "bad", "line", "said"),
    [
        ('name = "a name"', "name = 3", 2, "“name” is not"),
        ('name = "a name"', 'name = ["a"]', 2, "“name” is not"),
        ('name = "a name"', 'name = "  "', 2, "“name” is empty"),
        ("size = 2.5", 'size = "2.5"', 3, "“size” is not a number from 0 to 9"),
        ("size = 2.5", "size = true", 3, "“size” is not a number"),
        ("size = 2.5", "size = 10", 3, "“size” is not a number"),
        ("size = 2.5", "size = -1", 3, "“size” is not a number"),
        ("size = 2.5", "size = nan", 3, "“size” is not a number"),
        ("size = 2.5", "size = inf", 3, "“size” is not a number"),
        ("on = true", 'on = "true"', 4, "“on” is not true or false"),
        ("on = true", "on = 1", 4, "“on” is not true or false"),
        ("day = 2026-01-31", 'day = "2026-01-31"', 5, "“day” is not a date"),
        ("day = 2026-01-31", "day = 2026-01-31T10:00:00", 5, "“day” is not a date"),
        ("day = 2026-01-31", "day = 10:00:00", 5, "“day” is not a date"),
        ('list = ["a", "b"]', 'list = "a"', 6, "“list” is not"),
        ('list = ["a", "b"]', 'list = ["a", 1]', 6, "“list” holds something that is not text"),
        ('list = ["a", "b"]', 'list = ["a", ""]', 6, "“list” holds something that is not text"),
        ('family = "Noto"', "family = 1", 9, "“family” is not"),
        ('family = "Andika"', "family = 1", 12, "“family” is not"),
        ('id = "one"', "id = 1", 15, "“id” is not"),
        ('id = "two"', "id = 2", 18, "“id” is not"),
    ],
)
def test_wrong_types(good, bad, line, said):
    """A wrong value gives one finding at the line it stands in."""
    ((found, message),) = problems(TEXT.replace(good, bad))
    assert found == line and message.startswith(said)


@pytest.mark.parametrize(
    ("gone", "line", "said"),
    [
        ('name = "a name"', 1, "“name” is missing"), ("size = 2.5", 1, "“size” is not a number"), ("on = true", 1, "“on” is missing"),
        ("day = 2026-01-31", 1, "“day” is missing"), ('list = ["a", "b"]', 1, "“list” is missing"), ('family = "Noto"', 8, "“family” is missing"),
        ('family = "Andika"', 11, "“family” is missing"), ('id = "one"', 14, "“id” is missing"), ('id = "two"', 17, "“id” is missing"),
    ],
)  # fmt: skip
def test_missing_fields(gone, line, said):
    """A missing field is reported at the line its table begins in, never at a field of the same name elsewhere."""
    ((found, message),) = problems(TEXT.replace(gone, "#"))
    assert found == line and message.startswith(said)


@pytest.mark.parametrize(
    ("after", "line", "known"),
    [
        ('name = "a name"', 3, "day, font, list, name, on, row, size"), ('family = "Noto"', 10, "easy, family"),
        ('family = "Andika"', 13, "family"), ('id = "one"', 16, "id"), ('id = "two"', 19, "id"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("new", ["nmae = 1", '"nmae" = 1', "  nmae=1"])
def test_unknown_fields(after, line, known, new):
    """A misspelt field gives its line and the list of the fields there are."""
    top = read(TEXT.replace(after, f"{after}\n{new}"))
    everything(top)
    (finding,) = top.findings
    assert finding.line == line
    assert "“nmae” is not a field" in finding.message
    assert finding.hint == f"the fields are: {known}"


@pytest.mark.parametrize(("table", "line"), [("[fnot]", 19), ("[[fnot]]", 19), ("fnot.x = 1", 19)])
def test_unknown_tables(table, line):
    """A table that nobody asked for is reported like a field."""
    text = TEXT + f"{table}\n" if table.startswith("[") else table + "\n" + TEXT
    top = read(text)
    everything(top)
    (finding,) = top.findings
    assert "“fnot” is not a field" in finding.message
    assert finding.line == (line if table.startswith("[") else 1)


def test_missing_and_wrong_tables():
    """A table that is missing, a value, or a list in place of one; and the same for lists of tables."""
    for text in ("", "font = 1", "[[font]]"):
        top = read(text)
        assert top.table("font").values == {}
        assert [(f.line, f.message) for f in top.findings] == [(1, "the table [font] is missing")]
    for text in ("row = 1", "[row]", "row = [1]"):
        top = read(text)
        assert top.tables("row") == []
        assert [(f.line, f.message) for f in top.findings] == [(1, "“row” is not a list of tables")]
    assert not read("").table("font", required=False).findings


def test_choices_patterns_and_defaults():
    """A value outside the choices or the pattern is named; a default needs no field."""
    top = read('a = "x"\nb = "B"')
    top.string("a", choices=("y", "z"))
    top.string("b", pattern="[a-z]+")
    assert [(f.line, f.message) for f in top.findings] == [(1, "“a” is “x”"), (2, "“b” is “B”, which is not well formed")]
    assert top.findings[0].hint == "use one of: y, z"
    empty = read("")
    assert (empty.string("a", "d"), empty.strings("b", ("e",)), empty.flag("c", True), empty.number("d", 3)) == ("d", ("e",), True, 3)
    assert not empty.findings


def test_a_pattern_holds_for_the_whole_value():
    """A line break after a good value does not slip through."""
    top = read('a = "abc\\n"')
    top.string("a", pattern="[a-z]+")
    assert len(top.findings) == 1


def test_all_mistakes_at_once():
    """A second mistake is not hidden by the first: seven fields and a table are missing, one is wrong, three are unknown."""
    found = problems("nmae = 1\nsize = true\n[font]\nfamly = 1\n[[row]]\nname = 1\n")
    assert sorted(line for line, _ in found) == [1, 1, 1, 1, 1, 2, 3, 3, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "line"),
    [('a = 1\nb = "x\nc = 2', 2), ("a = 1\na = 2\n", 2), ("a 1", 1), ("\n\n[a\n", 3), ("a = 2026-13-01", 1), ("a = 1\n[a]\n", 2), ("a = [1,\n2", 2), ("a = \x01", 1)],
)
def test_syntax_errors(text, line):
    """No fields, and one finding that names the line."""
    fields, (finding,) = read_toml(text, "metadata-invalid", "x.toml", leaflet="x")
    assert fields is None
    assert (finding.code, finding.path, finding.leaflet) == ("metadata-invalid", "x.toml", "x")
    assert finding.line == line and finding.hint


@pytest.mark.parametrize("text", ["a = " + "9" * 5000, "a = " + "[" * 20_000], ids=["digits", "brackets"])
def test_monstrous_values(text):
    """A number of thousands of digits or a thousand brackets is a mistake in the file, not of the toolkit."""
    fields, (finding,) = read_toml(text, "metadata-invalid", "x.toml")
    assert fields is None and finding.line == 1


PIECES = st.sampled_from(
    ["name", "size", "on", "day", "list", "font", "row", "x", " = ", '"a"', "'", '"""', "1", "-0.5", "true", "nan", "2026-01-31", "2026-02-30", "[", "]",
     "[[", "]]", "{", "}", ",", "\n", "\r\n", "#", ".", "\\u00e9", "\\", "é", "\x00", "\t", "[font]\n", "[[row]]\n", 'name = "a"\n', "size = 2\n"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join), PIECES.map(lambda p: TEXT.replace('"a name"', p))))
@example("")
def test_any_file_is_read(text):
    """Random TOML gives fields or findings, each with a line of the file (or the one after its end)."""
    fields, findings = read_toml(text, "metadata-invalid", "x.toml")
    assert (fields is None) == bool(findings)
    if fields:
        everything(fields)
        findings = tuple(fields.findings)
    assert all(1 <= f.line <= text.count("\n") + 1 and f.message for f in findings)
