"""The documents and the toolkit say the same: verbs, options, codes, fields, links and commands."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import tomllib

import pytest
from markdown_it import MarkdownIt

from leafletkit import cli, fields
from leafletkit.findings import CODES
from leafletkit.language import read_language
from leafletkit.pictures import read_pictures
from leafletkit.project import load
from leafletkit.register import read_metadata, read_queries, read_register
from leafletkit.signoffs import read_signoffs
from leafletkit.voices import read_voices
from leafletkit.waivers import read_waivers

from .conftest import ROOT, TODAY

REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MARKDOWN = MarkdownIt("commonmark").enable("table")
MARKS = re.compile(r"[`*]|\]\([^)]*\)|\[")  # of inline Markdown, in a heading


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def pages():
    return pytest.mark.parametrize("page", PAGES, ids=name_of)


def tokens(path):
    """All tokens of a page, with those inside paragraphs and headings."""
    for token in MARKDOWN.parse(path.read_text("utf-8")):
        yield token
        yield from token.children or ()


def code_of(path):
    """Everything that a page sets as code: `words` and fenced blocks."""
    return "\n".join(t.content for t in tokens(path) if t.type in ("code_inline", "fence", "code_block"))


def has_word(word, text):
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def slug(heading):
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def verbs():
    """Each verb's parser."""
    (choices,) = [a.choices for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return choices


# --- the command line


def test_every_verb_and_option_is_documented():
    """docs/reference/command-line.md names each verb, each option and each positional argument."""
    text = code_of(REFERENCE / "command-line.md")
    wanted = set(verbs())
    for parser in [cli.parser(), *verbs().values()]:
        wanted |= {o for a in parser._actions for o in a.option_strings if o.startswith("--")}
    assert not [word for word in sorted(wanted) if not has_word(word, text)]


def test_no_other_option_is_documented():
    """What the page promises exists."""
    known = {o for p in [cli.parser(), *verbs().values()] for a in p._actions for o in a.option_strings}
    text = code_of(REFERENCE / "command-line.md")
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= known


def test_exit_codes_are_documented():
    text = code_of(REFERENCE / "command-line.md") + (REFERENCE / "command-line.md").read_text()
    assert all(has_word(str(code), text) for code in (cli.CLEAN, cli.FOUND, cli.USAGE, cli.FAULT))


# --- findings


def test_every_code_is_documented_with_its_title():
    """docs/reference/findings.md has each code as code, and its title beside it or below."""
    text = (REFERENCE / "findings.md").read_text("utf-8")
    code = code_of(REFERENCE / "findings.md")
    titles = text.replace("’", "'")
    missing = [name for name, entry in CODES.items() if not has_word(name, code) or entry.title not in titles]
    assert not missing


def test_no_other_code_is_documented():
    """A code that is gone may not stay in the page."""
    families = {name.split("-")[0] for name in CODES if "-" in name}
    words = re.findall(r"`([a-z]+(?:-[a-z]+)+)`", (REFERENCE / "findings.md").read_text("utf-8"))
    assert not [w for w in words if w.split("-")[0] in families and w not in CODES and w not in cli.FORMATS]


# --- fields of the files that people write


@pytest.fixture
def seen(monkeypatch):
    """Every table that a reader asks for fields, as long as the test runs."""
    found = []
    create = fields.Fields.__init__

    def spy(self, *args, **more):
        create(self, *args, **more)
        found.append(self)

    monkeypatch.setattr(fields.Fields, "__init__", spy)
    return found


# How to read each kind of file, the code of its findings, and the page of its fields. Each reader
# gets a text that makes it ask for every field it knows.
FILES = {
    "project.toml": (lambda root: load(root), "project-invalid", "project.md"),
    "leaflet.toml": (lambda root: read_metadata('languages = ["pl"]', "", "x"), "metadata-invalid", "leaflet-format.md"),
    "safety.toml": (lambda root: read_register("[[warning]]", "", "x"), "register-invalid", "safety-register.md"),
    "queries.toml": (
        lambda root: read_queries('[[query]]\nstatus = "answered"', "", "x", set()), "queries-invalid", "safety-register.md",
    ),
    "language.toml": (lambda root: read_language("[font.easy_read]", "", "x"), "language-invalid", "language.md"),
    "voices.toml": (lambda root: read_voices(root, ()), "voices-invalid", "audio.md"),
    "pictures.toml": (lambda root: read_pictures("[x]", "", root), "pictures-invalid", "pictures.md"),
    "signoff": (lambda root: read_signoffs("[[decision]]", "", "x", "pl", TODAY), "signoff-invalid", "sign-off.md"),
    "waivers": (lambda root: read_waivers("[[waiver]]", "", "x", "pl", TODAY), "waiver-invalid", "waivers.md"),
}  # fmt: skip


def names_of(tables, code):
    """The names of fields; keys that are data (a tag, a picture, a word of a lexicon) are not among them."""
    names = set()
    for table in (t for t in tables if t.code == code):
        data = table.values and all(isinstance(v, dict) for v in table.values.values()) and table.seen == set(table.values)
        if not data and "lexicon" not in table.path:
            names |= table.seen
    return names


@pytest.mark.parametrize("file", FILES)
def test_every_field_is_documented(small, seen, file):
    """Each name that a reader looks for stands as code in the reference page of that file."""
    read, code, page = FILES[file]
    read(small)
    wanted = names_of(seen, code)
    assert len(wanted) > 3, wanted
    text = code_of(REFERENCE / page)
    assert not [name for name in sorted(wanted) if not has_word(name, text)]


@pytest.mark.parametrize("word", ["warning", "facts", "#"])
def test_the_attributes_of_a_block_are_documented(word):
    """The braces after a block: {#id warning=… facts=…}."""
    assert re.search(rf"\{{[^}}]*{word}", code_of(REFERENCE / "leaflet-format.md"))


def test_the_lexicon_is_documented():
    assert "[say]" in code_of(REFERENCE / "audio.md") and "audio/lexicon/" in code_of(REFERENCE / "audio.md")


@pytest.mark.full
def test_every_field_of_the_manifest_is_documented(dist):
    """docs/reference/manifest.md names each field of manifest.json."""

    def names(value, free=False):
        """The keys below a value; `free` where the keys are ids or formats."""
        if isinstance(value, list):
            return set().union(*map(names, value))
        if not isinstance(value, dict):
            return set()
        below = set().union(*(names(v, k in ("warnings", "formats", "sign_off")) for k, v in value.items()))
        return below if free else below | set(value)

    wanted = names(json.loads((dist / "manifest.json").read_text("utf-8")))
    assert {"fragments", "pages", "times", "sha256", "reasons", "severity"} <= wanted
    text = code_of(REFERENCE / "manifest.md")
    assert not [name for name in sorted(wanted) if not has_word(name, text)]


# --- links, examples and commands


def test_there_is_a_readme_and_a_reference():
    assert (ROOT / "README.md").is_file()
    wanted = {page for _, _, page in FILES.values()} | {"command-line.md", "findings.md", "manifest.md"}
    assert wanted <= {p.name for p in REFERENCE.glob("*.md")}


@pages()
def test_links_resolve(page):
    """Every link and picture within the project leads to a file that is there, and to a heading in it."""
    broken = []
    for token in tokens(page):
        href = token.attrGet("href") or token.attrGet("src")
        if not href or re.match(r"[a-z]+:", href):
            continue
        path, _, anchor = href.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_relative_to(ROOT) or not target.exists():
            broken.append(href)
        elif anchor and target.suffix == ".md":
            found = list(tokens(target))
            headings = [found[n + 1].content for n, t in enumerate(found) if t.type == "heading_open"]
            if anchor not in {slug(MARKS.sub("", h)) for h in headings}:
                broken.append(href)
    assert not broken


def test_pages_that_files_and_messages_name_exist():
    """“docs/….md” in a message, a comment or a template leads somewhere."""
    places = [ROOT / "project.toml", ROOT / "Makefile", ROOT / "build.py"]
    for folder, kinds in (("src", "py toml"), ("leaflet", "toml"), ("locales", "toml"), ("styles", "toml html css"), ("audio", "toml")):
        places += [p for kind in kinds.split() for p in (ROOT / folder).rglob(f"*.{kind}")]
    named = {(match, name_of(p)) for p in places for match in re.findall(r"docs/[\w/-]+\.md", p.read_text("utf-8"))}
    assert named
    assert not sorted((page, place) for page, place in named if not (ROOT / page).is_file())


@pages()
def test_examples_of_toml_can_be_read(page):
    """Nobody copies an example with a syntax error in it."""
    for token in tokens(page):
        if token.type == "fence" and token.info.strip() == "toml":
            tomllib.loads(token.content)


def commands(page):
    """The commands of a page's shell blocks and sentences, split into words: `a && b` is two, `> file` is none."""
    for token in tokens(page):
        inline = token.type == "code_inline" and re.match(r"make [a-z]|leafletkit [a-z-]|python build.py ", token.content)
        if inline or (token.type == "fence" and token.info.strip() in ("sh", "shell", "bash", "console")):
            text = token.content.replace("\\\n", " ")
            for row in re.split(r"\n|&&|;|\|", re.sub(r"\d?[<>]+ *\S+", "", text)):
                words = shlex.split(row.removeprefix("$ "), comments=True)
                if words and words[0] == "sudo":
                    words = words[1:]
                if words:
                    yield words


@pages()
def test_commands_exist(page):
    """`make` targets are in the Makefile; verbs and options are those of the command line."""
    targets = set(re.findall(r"(?m)^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text()))
    for words in commands(page):
        program, rest = words[0].rpartition("/")[2], words[1:]
        if program == "make":
            assert {w for w in rest if "=" not in w and not w.startswith("-")} <= targets, words
        elif program.startswith("python") and rest[:1] == ["build.py"]:
            parse(rest[1:])
        elif program == "leafletkit":
            parse(rest)


def parse(words):
    """Raises UsageError on a verb or an option that does not exist."""
    if words[:1] not in (["--help"], ["--version"]) and not (len(words) == 1 and words[0] in verbs()):
        cli.parser().parse_args(words if words and not words[0].startswith("-") else ["build", *words])
