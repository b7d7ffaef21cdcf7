"""The command line as people use it: verbs, options, exit codes, and what is written where."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from leafletkit import cli
from leafletkit.findings import CODES

from .conftest import ROOT, TODAY

PO = "locales/pl/LC_MESSAGES/clean-hands.po"
WARNING = (
    '"Jeśli w ciągu ostatnich 48 godzin wystąpiły wymioty lub biegunka, **nie** "\n"należy przychodzić w odwiedziny."\n'
)
FIELDS = ["code", "severity", "message", "why", "hint", "leaflet", "language", "format", "warning", "path", "line",
          "string", "source", "target", "span", "waived"]  # fmt: skip
SIGN_OFF = {"release-unapproved", "release-unheard"}  # of the languages that are whole


@pytest.fixture
def run(small, capsys):
    """Run a verb on the small project: run("check", "--json") -> (exit code, stdout, stderr)."""

    def call(verb, *options, project=small):
        code = cli.main([verb, "--project", str(project), *map(str, options)], today=TODAY)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def replace(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def drop_warning(root):
    """Delete the Polish words of the one warning; returns the line that the string starts at."""
    path = root / PO
    replace(path, WARNING, "")
    rows = path.read_text("utf-8").split("\n")
    start = rows.index('msgctxt "stay-away-48-hours"')
    return max(n for n in range(start) if not rows[n]) + 2


def state(folder):
    """Every file with its bytes and time, to prove that nothing was touched."""
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bogus"], "bogus"),
        (["check", "--bogus"], "--bogus"),
        (["--bogus"], "--bogus"),
        (["build", "--format", "braille"], "braille"),
        (["build", "--jobs", "many"], "many"),
        (["build", "--jobs", "0"], "--jobs"),
        (["build", "--leaflet", "nothing"], "clean-hands"),
        (["check", "--leaflet", "nothing"], "clean-hands"),
        (["check", "--language", "cy"], "en-GB, pl"),
        (["update", "--language", "xx"], "en-GB, pl"),
        (["script"], "--language"),
        (["explain", "string"], "string-empty"),
        (["explain", "nonsense"], "explain"),
        (["init"], "dir"),
        (["check", "--project", "there/is/none"], "project.toml"),
    ],
)
def test_a_wrong_command_line_exits_2(small, monkeypatch, capsys, arguments, said):
    """The command line names what it does not know and what there is, and nothing is written."""
    monkeypatch.chdir(small)
    before = state(small)
    assert cli.main(arguments, today=TODAY) == 2
    out, err = capsys.readouterr()
    assert err.startswith("leafletkit: ") and said in err and not out
    assert state(small) == before


def test_a_language_that_the_leaflet_does_not_have_exits_2(capsys):
    """clean-hands is not in Somali: no verb may pass over that in silence."""
    for verb in ("check", "build", "script", "update"):
        arguments = [verb, "--project", str(ROOT), "--leaflet", "clean-hands", "--language", "so"]
        assert cli.main(arguments, today=TODAY) == 2, verb
        assert "clean-hands" in capsys.readouterr().err


def test_check_exits_0_when_clean_and_1_when_something_is_withheld(run, small):
    code, out, _ = run("check")
    assert code == 0 and "2 of 2 editions are whole" in out
    drop_warning(small)
    code, out, _ = run("check")
    assert code == 1 and "1 of 2 editions are whole" in out


def test_check_looks_at_the_selection_only(run, small):
    """A fault in Polish does not fail a check of English."""
    drop_warning(small)
    assert run("check", "--language", "en-GB")[0] == 0
    assert run("check", "--language", "pl", "--leaflet", "clean-hands")[0] == 1


def test_advice_does_not_fail_a_check(run, small):
    """Hard English is worth a note and withholds nothing."""
    easy, hard = "Clean hands stop germs from passing from one person to another.", "Decontamination is indispensable."
    replace(small / "leaflet/clean-hands/leaflet.md", easy, hard)
    replace(small / PO, easy, hard)
    code, out, _ = run("check")
    assert code == 0 and "note: " in out and "[readability]" in out


def test_check_json(run, small):
    """Findings as JSON: always a list, with the same fields in the same order."""
    code, out, _ = run("check", "--json")
    assert (code, json.loads(out)) == (0, [])
    line = drop_warning(small)
    code, out, _ = run("check", "--json", "--release")
    rows = json.loads(out)
    assert code == 1
    assert [list(row) for row in rows] == [FIELDS] * len(rows)
    assert [row["severity"] for row in rows if row["code"] not in SIGN_OFF] == ["blocks"] + ["release"] * 3
    assert {row["code"] for row in rows if row["code"] in SIGN_OFF} == SIGN_OFF
    first = rows[0]
    assert first.pop("message") and first.pop("hint") and first.pop("why")
    assert first.pop("source").startswith("Do **not** visit") and first.pop("string") == "stay-away-48-hours"
    assert [first.pop(name) for name in ("target", "span", "waived")] == ["", "", ""]
    assert first == {
        "code": "string-empty", "severity": "blocks", "leaflet": "clean-hands", "language": "pl", "format": "",
        "warning": "stay-away-48-hours", "path": PO, "line": line,
    }  # fmt: skip


def test_check_for_release_names_each_reason(run):
    """What keeps a leaflet from release fails a check only when release is asked for."""
    code, out, _ = run("check", "--release")
    assert code == 1 and "0 of 2 editions are whole" in out
    for reason, times in (("unapproved", 6), ("demonstration", 1), ("contact", 1), ("query-open", 1), ("unheard", 2)):
        assert out.count(f"[release-{reason}]") == times, reason


@pytest.mark.parametrize("name", CODES)
def test_explain(capsys, name):
    """Every code is explained with its title, why it matters and what to do."""
    assert cli.main(["explain", name]) == 0
    out = capsys.readouterr().out
    entry = CODES[name]
    assert out.startswith(f"{name}: {entry.title}\n") and entry.why in out and entry.mend in out


def test_explain_lists_all_codes(capsys):
    assert cli.main(["explain"]) == 0
    assert [row.split()[0] for row in capsys.readouterr().out.splitlines()] == list(CODES)


def test_build_py_is_the_same_command():
    """`python build.py` needs no installed package; its exit code is that of the command."""
    done = subprocess.run(
        [sys.executable, "build.py", "explain", "string-empty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("string-empty: ")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version(capsys, option):
    """Help names every verb; both exit with 0."""
    with pytest.raises(SystemExit) as ended:
        cli.main([option])
    out = capsys.readouterr().out
    assert ended.value.code == 0 and out.startswith(("usage: leafletkit", "leafletkit "))
    assert option == "--version" or all(verb in out for verb in cli.VERBS)


def test_status(run, small):
    """Status says what is whole, what is not and why, and what keeps the leaflet from release."""
    code, out, _ = run("status")
    assert code == 0 and out.count("whole") == 2 and out.count("not for release") == 3
    line = drop_warning(small)
    code, out, _ = run("status")
    assert code == 1 and "incomplete: 1 findings" in out and f"{PO}:{line}" in out


def test_script(run):
    """One line a part, with the hash of its words; parts that come twice stand once."""
    code, out, _ = run("script", "--language", "pl")
    rows = out.splitlines()
    parts = [row.split('"')[1] for row in rows]
    assert code == 0 and len(parts) == len(set(parts))
    assert [row for row in rows if row.startswith('"stay-away-48-hours" = "') and "nie należy przychodzić" in row]


def test_script_of_a_broken_edition_is_refused(run, small):
    """Nobody records words that are not whole."""
    drop_warning(small)
    code, out, _ = run("script", "--language", "pl")
    assert code == 1 and "[string-empty]" in out and " = " not in out


def test_update_twice_changes_nothing(run, small):
    """The first run makes what is missing; the second touches no file."""
    code, out, _ = run("update")
    assert code == 0 and out.count("written") == 2 and out.count("unchanged") == 2
    before = state(small)
    for verb in ("update", "extract"):
        code, out, _ = run(verb)
        assert code == 0 and "written" not in out and "updated" not in out
    assert state(small) == before


def test_the_committed_catalogues_are_up_to_date(run, tmp_path):
    """Templates and catalogues of this repository are what `update` would write."""
    copy = tmp_path / "copy"
    for name in ("leaflet", "locales", "styles", "audio"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "project.toml", copy)
    before = state(copy)
    code, out, _ = run("update", project=copy)
    assert code == 0 and "written" not in out and "updated" not in out, out
    assert state(copy) == before


def test_update_makes_a_new_catalogue(run, small):
    """A language without a catalogue gets an empty one, and nothing is guessed in it."""
    (small / PO).unlink()
    code, out, _ = run("update", "--language", "pl")
    assert code == 0 and f"{PO}: 0 of 18 translated" in out
    rows = json.loads(run("check", "--json")[1])
    assert [row["code"] for row in rows] == ["string-empty"] * 18


def test_update_leaves_a_broken_catalogue_alone(run, small):
    """A catalogue that can't be read is not overwritten; the others are brought up to date."""
    replace(small / PO, 'msgstr "Zarazek"', 'msgstr "Zarazek')
    interface = small / "locales/pl/LC_MESSAGES/interface.po"
    interface.unlink()
    before = (small / PO).read_bytes()
    code, out, _ = run("update")
    assert code == 1 and "[catalogue-broken]" in out
    assert (small / PO).read_bytes() == before and interface.exists()


@pytest.mark.parametrize("verb", ["extract", "update"])
def test_catalogues_are_not_made_from_broken_sources(run, small, verb):
    """Half a leaflet would make translators lose work: the run stops and no file is touched."""
    replace(small / "leaflet/clean-hands/leaflet.md", " {#why}", "")
    before = state(small)
    code, _, err = run(verb)
    assert code == 3 and "[source-id]" in err and state(small) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("boom")])
def test_a_stop_exits_130_and_a_fault_of_the_toolkit_3(run, small, monkeypatch, error):
    """A person is told in words, not only by a trace."""

    def stop(root):
        raise error

    monkeypatch.setattr("leafletkit.project.load", stop)
    code, _, err = run("status")
    assert code == (3 if isinstance(error, RuntimeError) else 130) and "leafletkit: " in err and "nothing was" in err
    assert ("boom" in err) == isinstance(error, RuntimeError)


@pytest.mark.parametrize("exists", [False, True])
def test_init_makes_a_project_that_is_clean(run, tmp_path, capsys, exists):
    """A new project, also in an empty folder, has no finding, and its catalogues are up to date."""
    target = tmp_path / "a" / "new"
    if exists:
        target.mkdir(parents=True)
    assert cli.main(["init", str(target)]) == 0
    assert str(target) in capsys.readouterr().out
    code, out, _ = run("check", project=target)
    assert code == 0 and "2 of 2 editions are whole" in out
    before = state(target)
    assert run("update", project=target)[0] == 0
    assert state(target) == before
    assert sorted(p.name for p in (target / "leaflet").iterdir()) == ["clean-hands"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_init_overwrites_nothing(small, tmp_path, capsys, kind):
    """A folder with something in it is refused, and so is a file."""
    target = small if kind == "folder" else tmp_path / "file"
    if kind == "file":
        target.write_text("mine")
    before = state(tmp_path)
    assert cli.main(["init", str(target)]) == 2
    assert str(target) in capsys.readouterr().err and state(tmp_path) == before
