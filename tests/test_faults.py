"""Every check can fail: each folder of tests/faults/ breaks the small project in one way and names the findings.

Adding a case is adding a folder with a fault.toml:

    expect = ["string-empty"]      # exactly these codes, each as often as it is found
    line = 37                      # optional, as are warning and language: one of the findings has all of these
    release = true                 # optional: check for release
    xfail = "why"                  # optional: a known fault of the toolkit
    [[edit]]                       # one or more, in order
    file = "leaflet/clean-hands/leaflet.md"
    find = "…"                     # must occur `count` times (default 1); `replace` takes its place
    replace = "…"

In place of find and replace an edit may have: cut = "regular expression" (matches once), append = "…" (`times` times), write = "…", bytes = "hex" (appended),
delete = true (file or folder), link = "target" (a symlink), or outside = true (the file moves out of the project
and a symlink is left in its place).
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from leafletkit import pipeline
from leafletkit.findings import CODES, blocking
from leafletkit.project import load

from .conftest import TODAY

FAULTS = Path(__file__).resolve().parent / "faults"
FIELDS = {"expect", "line", "warning", "language", "release", "xfail", "edit"}
LEAFLET = "leaflet/clean-hands/leaflet.md"
PO = "locales/pl/LC_MESSAGES/clean-hands.po"

# These need finished files or fonts and voices: the tests of rendering, recordings and proofs break those.
ELSEWHERE = {
    "font-missing", "audio-unavailable", "audio-failed", "recording-missing", "recording-stale", "recording-invalid",
    "render-failed", "proof-illegible", "proof-unreadable", "proof-warning-missing", "proof-language", "proof-glyph", "proof-font",
    "proof-notice", "proof-silence", "proof-changed", "proof-record", "proof-outdated", "proof-structure", "proof-pdf-ua", "pdf-not-validated",
    "proof-hidden", "proof-eyes", "proof-code", "proof-along", "eyes-missing", "proof-script", "proof-pace", "proof-loudness", "proof-chapters", "proof-transcript",
}  # fmt: skip


_clean: list[bool] = []


def read_fault(folder):
    return tomllib.loads((folder / "fault.toml").read_text("utf-8"))


def apply(edit, root):
    """Make one edit in the project."""
    path = root / edit["file"]
    if edit.get("delete"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    elif edit.get("outside"):
        away = root.parent / "elsewhere"
        path.rename(away)
        path.symlink_to(away)
    elif "link" in edit:
        path.unlink()
        path.symlink_to(edit["link"])
    elif "write" in edit:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(edit["write"], "utf-8", newline="")
    elif "bytes" in edit:
        path.write_bytes(path.read_bytes() + bytes.fromhex(edit["bytes"]))
    elif "append" in edit:
        path.write_text(path.read_text("utf-8") + edit["append"] * edit.get("times", 1), "utf-8", newline="")
    elif "cut" in edit:
        text, count = re.subn(edit["cut"], "", path.read_text("utf-8"))
        assert count == 1, f"{edit['file']} has this {count} times: {edit['cut']}"
        path.write_text(text, "utf-8", newline="")
    else:
        text = path.read_text("utf-8")
        assert text.count(edit["find"]) == edit.get("count", 1), f"{edit['file']} does not have this once: {edit['find']}"
        path.write_text(text.replace(edit["find"], edit["replace"]), "utf-8", newline="")


def look(root, *, release=False):
    return pipeline.check(load(root), pipeline.Selection(), TODAY, for_release=release)


def each_fault():
    """All faults; one of each code is enough for `make quick`."""
    seen = set()
    for folder in sorted(FAULTS.iterdir()):
        codes = set(read_fault(folder)["expect"])
        yield pytest.param(folder, id=folder.name, marks=[pytest.mark.full] if codes <= seen else [])
        seen |= codes


@pytest.mark.parametrize("folder", list(each_fault()))
def test_fault(folder, small, request):
    """The clean project gives no finding; broken in one way, it gives exactly the findings of that fault."""
    fault = read_fault(folder)
    assert set(fault) <= FIELDS and fault["edit"]
    if not _clean:  # the copies are all alike: once a process will do
        clean = look(small)
        assert not clean.findings and len(clean.editions) == 2
        _clean.append(True)

    for edit in fault["edit"]:
        apply(edit, small)
    if "xfail" in fault:  # only now: the edits themselves must fit
        request.applymarker(pytest.mark.xfail(strict=True, reason=fault["xfail"]))
    checked = look(small, release=fault.get("release", False))
    found = checked.findings

    assert Counter(f.code for f in found) == Counter(fault["expect"]), found
    for finding in found:
        assert finding.path and finding.hint and finding.message, finding
    wanted = {name: fault[name] for name in ("line", "warning", "language") if name in fault}
    assert any(all(getattr(f, name) == value for name, value in wanted.items()) for f in found), (wanted, found)

    if blocking(found) and all(e["file"].startswith("locales/pl/") for e in fault["edit"]):
        assert list(checked.editions) == [("clean-hands", "en-GB")], "a fault in Polish must leave English whole"
    if any(f.leaflet and not f.language for f in blocking(found, release=fault.get("release", False))):
        assert not checked.editions, "a fault in a leaflet itself withholds it in every language"


def test_every_code_has_a_fault():
    """No code can be added without a project that it finds fault with, or a test of finished files."""
    folders = list(FAULTS.iterdir())
    found = {code for folder in folders for code in read_fault(folder)["expect"]}
    assert found | ELSEWHERE == set(CODES)
    assert not found & ELSEWHERE
    for folder in folders:
        assert any(folder.name.startswith(code) for code in read_fault(folder)["expect"]), folder.name


def test_all_mistakes_of_a_file_are_reported_in_one_run(small):
    """An author sees everything that is wrong in a file at once, each with its own line."""
    (small / LEAFLET).write_text(
        "# Clean hands {#title}\n"
        "\n"
        "Clean hands stop *germs*. {#why}\n"
        "\n"
        "This block has no id.\n"
        "\n"
        "## When you visit {#Visit}\n"
        "\n"
        "Do **not** visit. {#stay-away warning=stay-away-48-hours}\n"
        "\n"
        "1. Read [this](http://example.org). {#why}\n"
        "\n"
        "---\n"
        "\n"
        "## Nothing follows {#end}\n",
        "utf-8",
    )
    expected = [
        ("source-id", 5), ("source-id", 7), ("source-id", 11), ("source-link", 11), ("source-structure", 15),
        ("source-syntax", 3), ("source-syntax", 11), ("source-syntax", 13),
    ]  # fmt: skip
    checked = look(small)
    assert sorted((f.code, f.line) for f in checked.findings) == expected
    assert {f.path for f in checked.findings} == {LEAFLET}


def test_mistakes_of_different_files_are_reported_in_one_run(small):
    """A fault in one file hides none in another."""
    apply({"file": LEAFLET, "find": " {#why}", "replace": ""}, small)
    apply({"file": "leaflet/clean-hands/leaflet.toml", "find": '"draft"', "replace": '"done"'}, small)
    apply({"file": "leaflet/clean-hands/queries.toml", "find": '"open"', "replace": '"shut"'}, small)
    apply({"file": "locales/pl/language.toml", "find": '"ltr"', "replace": '"left"'}, small)
    codes = sorted(f.code for f in look(small).findings)
    assert codes == ["language-invalid", "metadata-invalid", "queries-invalid", "source-id"]


def test_a_fault_in_one_leaflet_leaves_another_whole(small):
    """A second leaflet is not withheld for the faults of the first."""
    shutil.copytree(small / "leaflet/clean-hands", small / "leaflet/second")
    apply({"file": "leaflet/second/leaflet.toml", "find": 'id = "clean-hands"', "replace": 'id = "second"'}, small)
    po = small / "locales/pl/LC_MESSAGES"
    shutil.copy(po / "clean-hands.po", po / "second.po")
    assert not look(small).findings
    apply({"file": LEAFLET, "find": "**not**", "replace": "*not*"}, small)
    checked = look(small)
    assert [(f.code, f.leaflet) for f in checked.findings] == [("source-syntax", "clean-hands")]
    assert set(checked.editions) == {("second", "en-GB"), ("second", "pl")}
    assert set(checked.wanted) == {(name, tag) for name in ("clean-hands", "second") for tag in ("en-GB", "pl")}


def check_withholds_all(root, code, file, good, bad):
    """With this in a file that all languages need, its fault is named and no edition is whole."""
    apply({"file": file, "find": good, "replace": bad}, root)
    checked = look(root)
    assert code in {f.code for f in checked.findings}
    assert not checked.editions


def test_without_facts_of_the_source_language_no_translation_is_whole(small):
    """A translation whose English can't be read as numbers and units is not checked, so it is not published."""
    apply({"file": PO, "find": "48 godzin wystąpiły wymioty lub", "replace": "84 godzin wystąpiły wymioty lub"}, small)
    check_withholds_all(small, "language-invalid", "locales/en-GB/language.toml", '"ltr"', '"left"')


def test_without_the_glossary_of_the_source_language_no_translation_is_whole(small):
    """What a warning must name is read from the English: here a lost diarrhoea is not seen at all."""
    apply({"file": PO, "find": "wymioty lub biegunka, ", "replace": "wymioty lub gorączka, "}, small)
    check_withholds_all(small, "glossary-invalid", "locales/en-GB/glossary.toml", "\n[words]", "\n[words")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_do_not_matter(small, ending):
    """Files saved on Windows read the same."""
    for path in (*small.glob("leaflet/*/*"), *small.glob("locales/pl/**/*.*"), small / "project.toml"):
        path.write_bytes(path.read_bytes().replace(b"\n", ending.encode()))
    checked = look(small)
    assert not checked.findings and len(checked.editions) == 2


@pytest.mark.parametrize(
    ("good", "bad"),
    [('"Example Hospital"', '""'), ('"tel:"', '"javascript:"'), ('"web", ', '"webb", ')],
)
def test_a_faulty_project_file_withholds_everything(small, good, bad):
    """project-invalid blocks: settings that can't be trusted make no edition."""
    check_withholds_all(small, "project-invalid", "project.toml", good, bad)


def test_a_faulty_voice_does_not_speak(small):
    """voices-invalid blocks: a voice that can't be trusted is not used."""
    voice = '[pl]\nengine = "espeak"\nvoice = "zlw/pl"\n'
    apply({"file": "audio/voices.toml", "find": voice, "replace": voice + "rate = 1000\n"}, small)
    project = load(small)
    assert [f.code for f in project.findings] == ["voices-invalid"]
    assert "pl" not in project.voices and "en-GB" in project.voices
