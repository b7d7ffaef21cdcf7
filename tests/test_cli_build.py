"""`build` from the command line: what is published, what is withheld and named, and where it goes."""

from __future__ import annotations

import json

import pytest

from leafletkit import cli

from .conftest import TODAY
from .test_cli import PO, drop_warning, replace, state

REASONS = {"release-unapproved": 6, "release-demonstration": 1, "release-contact": 1, "release-query-open": 1}


@pytest.fixture
def build(small, capsys):
    """Build the small project in this process: build("--format", "web") -> (exit code, stdout, stderr)."""

    def call(*options):
        code = cli.main(["build", "--project", str(small), "--jobs", "1", *map(str, options)], today=TODAY)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def editions(folder):
    """The editions of a manifest by language."""
    return {e["language"]: e for e in json.loads((folder / "manifest.json").read_text())["editions"]}


@pytest.mark.full
def test_a_missing_warning_withholds_its_language_only(build, small, tmp_path):
    """One deleted string: Polish is withheld whole, the string and its line are named, English goes out."""
    line = drop_warning(small)
    out = tmp_path / "out"
    code, said, _ = build("--format", "web", "--format", "easy-read", "--out", out)

    assert code == 1
    assert f"{PO}:{line}: withheld: " in said and "“stay-away-48-hours”" in said and "[string-empty]" in said
    assert "in clean-hands pl" in said and "warning stay-away-48-hours" in said
    pages = [name for name in files(out) if name.startswith("clean-hands/") and name.endswith(".html")]
    assert pages == ["clean-hands/en-GB/easy-read.html", "clean-hands/en-GB/index.html", "clean-hands/index.html"]
    # English does not send its readers to the Polish page, and no font of Polish is left behind.
    assert "/pl/" not in (out / pages[1]).read_text() and not any(name.startswith("assets/fonts/pl") for name in files(out))

    rows = editions(out)
    assert (rows["en-GB"]["published"], rows["pl"]["published"]) == (True, False)
    (reason,) = rows["pl"]["reasons"]
    assert (reason["code"], reason["path"], reason["line"]) == ("string-empty", PO, line)
    assert reason["warning"] == "stay-away-48-hours" and not rows["en-GB"]["reasons"]
    assert {row["state"] for row in rows["pl"]["formats"].values()} == {"withheld"}
    # Patients are not told of strings; staff are led to the report, which is.
    assert "stay-away-48-hours" not in (out / "index.html").read_text() + (out / "clean-hands/index.html").read_text()
    assert "stay-away-48-hours" in (out / "report/index.html").read_text() and "report/index.html" in (out / "clean-hands/index.html").read_text()


@pytest.mark.full
def test_mended_again_it_is_published(build, small, tmp_path):
    """The next run replaces the folder; building twice gives the same bytes."""
    out = tmp_path / "out"
    good = (small / PO).read_bytes()
    drop_warning(small)
    assert build("--format", "web", "--out", out)[0] == 1
    (small / PO).write_bytes(good)
    assert build("--format", "web", "--out", out)[0] == 0
    first = {name: (out / name).read_bytes() for name in files(out)}
    assert "clean-hands/pl/index.html" in first
    assert build("--format", "web", "--out", out)[0] == 0
    assert {name: (out / name).read_bytes() for name in files(out)} == first


@pytest.mark.full
@pytest.mark.parametrize(
    "selection", [("--format", "web"), ("--language", "en-GB", "--format", "web"), ("--leaflet", "clean-hands", "--format", "web")]
)
def test_a_partial_build_goes_to_preview(build, small, selection):
    """A selection never replaces the whole of dist/ by a part."""
    code, said, _ = build(*selection)
    assert code == 0 and str(small / "preview") in said
    assert (small / "preview/clean-hands/en-GB/index.html").is_file()
    assert not (small / "dist").exists()
    tags = {"en-GB"} if "--language" in selection else {"en-GB", "pl"}
    assert set(editions(small / "preview")) == tags


@pytest.mark.full
def test_a_whole_build_goes_to_dist(build, small):
    """Without a selection the files go to dist/: here of a project that wants pages only."""
    replace(small / "project.toml", '["web", "easy-read", "easy-read-print", "standard-print", "large-print", "giant-print", "audio", "easy-read-audio"]', '["web"]')
    code, said, _ = build()
    assert code == 0 and "2 files of 2 editions" in said
    assert (small / "dist/clean-hands/pl/index.html").is_file() and not (small / "preview").exists()
    assert not [p for p in small.iterdir() if p.name.startswith(".")]


def test_release_builds_nothing_and_names_each_reason(build, small):
    """No draft is released: no page is made, and every reason is named once, on screen and in the manifest."""
    code, said, _ = build("--release")
    assert code == 1
    for reason, times in REASONS.items():
        assert said.count(f"[{reason}]") == times
    assert "H1 is open" in said and "warning stay-away-48-hours" in said
    published = [p for p in small.rglob("*.html") if "templates" not in p.parts and p.name != "index.html"]
    assert not published and not list(small.glob("*/clean-hands/*/index.html"))
    for manifest in small.glob("*/manifest.json"):
        for row in editions(manifest.parent).values():
            assert not row["published"] and {r["code"] for r in row["reasons"]} == {*REASONS, "release-unheard"}


@pytest.mark.full
def test_a_folder_of_other_files_is_not_replaced(build, tmp_path):
    """--out onto somebody's documents: exit 3, and not a byte of them is touched."""
    foreign = tmp_path / "documents"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("Dear Sir")
    before = state(tmp_path)
    code, _, err = build("--format", "web", "--language", "en-GB", "--out", foreign)
    assert code == 3 and str(foreign) in err and "--out" in err
    assert state(tmp_path) == before


@pytest.mark.full
def test_the_project_itself_is_not_replaced(build, small):
    """--out onto the project folder, or a folder of it, is refused."""
    before = state(small)
    for target in (small, small / "leaflet", small / "project.toml"):
        assert build("--format", "web", "--language", "en-GB", "--out", target)[0] == 3
    assert state(small) == before


@pytest.mark.full
def test_a_place_that_can_not_be_written(build, tmp_path):
    """A folder below a file can't be made: exit 3, said in words."""
    (tmp_path / "file").write_text("mine")
    before = state(tmp_path)
    code, _, err = build("--format", "web", "--language", "en-GB", "--out", tmp_path / "file" / "out")
    assert code == 3 and "can't be written" in err and "Traceback" not in err
    assert state(tmp_path) == before


@pytest.mark.full
def test_a_missing_font_withholds_its_language_only(build, small, tmp_path):
    """A font that is not installed stops Polish, and English goes out."""
    path = small / "locales/pl/language.toml"
    replace(path, '"NotoSans-Regular.ttf"', '"NoSuchFont-Regular.ttf"')
    out = tmp_path / "out"
    code, said, _ = build("--format", "web", "--out", out)
    assert code == 1 and "[font-missing]" in said and "NoSuchFont-Regular.ttf" in said
    rows = editions(out)
    assert rows["en-GB"]["published"] and rows["pl"]["formats"]["web"]["state"] == "withheld"
    assert (out / "clean-hands/en-GB/index.html").is_file() and not (out / "clean-hands/pl").exists()


@pytest.mark.full
def test_a_broken_project_file_leaves_the_published_files(build, small):
    """A typing error in project.toml must not replace what is published by an empty folder."""
    replace(small / "project.toml", '["web", "easy-read", "easy-read-print", "standard-print", "large-print", "giant-print", "audio", "easy-read-audio"]', '["web"]')
    assert build()[0] == 0
    before = state(small / "dist")
    replace(small / "project.toml", 'publisher = "', "publisher = ")
    code, said, _ = build()
    assert code == 1 and "[project-invalid]" in said
    assert state(small / "dist") == before
