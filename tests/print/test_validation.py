"""veraPDF in a build: a PDF that breaks a rule, or that nobody could judge, is withheld; without Java that is said, once."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

import jpype
import pytest

from leafletkit import cli, validation
from leafletkit.jobs import Outcome
from leafletkit.model import PRINT, File
from leafletkit.proof import pdf_ua
from leafletkit.proof.pdf_ua import Report, Validation
from leafletkit.render.links import Made

from ..conftest import TODAY

full = pytest.mark.full
KEY = ("clean-hands", "en-GB")
MADE = [Outcome(fmt, KEY, (File(f"{fmt}.pdf", b"%PDF"),), Made(4, pages=1)) for fmt in ("standard-print", "large-print", "giant-print")]
OTHERS = [Outcome("audio", KEY, (File("a.mp3", b"x"),)), Outcome("large-print", ("other", "pl"))]
GOOD = {"checks": 9, "failed": {}}


def script(text):
    """A program in the place of veraPDF."""
    return (sys.executable, "-c", text)


HANGS = script("import time; time.sleep(30)")


def answering(rows):
    return script(f"import sys, pathlib; pathlib.Path(sys.argv[1], 'reports.json').write_text({rows if isinstance(rows, str) else json.dumps(rows)!r})")


@pytest.fixture
def judge(monkeypatch, tmp_path):
    """Judge the files with another program than veraPDF. Afterwards its process is gone, and so are its files."""
    temporary, started = tmp_path / "temporary", []
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(validation, "has_java", lambda: True)

    class Watched(Validation):
        def __init__(self, files, command):
            super().__init__(files, command)
            started.append(self._process)

    def call(command, outcomes=(*MADE, *OTHERS), meanwhile=lambda: None):
        monkeypatch.setattr(validation, "Validation", partial(Watched, command=command))
        with validation.validation(outcomes) as judged:
            meanwhile()
            return judged()

    call.started, call.folder = started, temporary
    yield call
    assert all(process.poll() is not None for process in started)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("error", [jpype.JVMNotFoundException, jpype.JVMNotSupportedException, OSError])
def test_is_there_java(monkeypatch, error):
    """There is Java on this machine; a machine that has none, or one that can't be used, is told apart."""
    assert pdf_ua.has_java()

    def none():
        raise error("no")

    monkeypatch.setattr(jpype, "getDefaultJVMPath", none)
    assert not pdf_ua.has_java()
    monkeypatch.setattr(jpype, "getDefaultJVMPath", lambda: "/nowhere/libjvm.so")
    assert not pdf_ua.has_java()


def test_good_files_pass(judge):
    """A PDF against which nothing is said stays as it is, and says so; other formats are not its business."""
    judged = judge(answering([GOOD, GOOD, GOOD]))
    assert [(o.format, o.pdf_ua, o.files, o.findings) for o in judged] == [(o.format, "passed", o.files, ()) for o in MADE]


def test_one_of_three_fails(judge):
    """Each rule that is broken is a finding of that file, and the file is gone; the others pass."""
    bad = {"checks": 9, "failed": {"7.1-3": "Content is not tagged", "7.2-2": "No language"}}
    first, second, third = judge(answering([GOOD, bad, GOOD]))
    assert (first.pdf_ua, third.pdf_ua) == ("passed", "passed")
    assert (second.files, second.made, second.pdf_ua) == ((), None, "")
    assert [(f.code, f.leaflet, f.language, f.format, f.path) for f in second.findings] == [("proof-pdf-ua", *KEY, "large-print", "large-print.pdf")] * 2
    assert "7.1-3" in second.findings[0].message and "Content is not tagged" in second.findings[0].message and second.findings[0].hint


CRASHES = {
    "says nothing": (script("import sys; sys.exit(1)"), "ended early: it says nothing"),
    "says why": (script("import sys; sys.exit('OutOfMemoryError: heap')"), "ended early: OutOfMemoryError: heap"),
    "killed": (script("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), "ended early"),
    "ends well and writes nothing": (script(""), "ended early"),
    "half a file": (answering('[{"checks": 9, '), "ended early"),
    "no text": (script("import sys, pathlib; pathlib.Path(sys.argv[1], 'reports.json').write_bytes(bytes([255, 254, 0]))"), "ended early"),
    "too few": (answering([GOOD, GOOD]), "not judged all 3 files"),
    "too many": (answering([GOOD] * 4), "not judged all 3 files"),
    "much to say": (script("import sys; sys.stderr.write('x' * 999_999 + '\\nlast line\\n'); sys.exit(3)"), "ended early: last line"),
}  # fmt: skip


@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_withholds_every_pdf(judge, crash):
    """Whatever happens to veraPDF: no PDF goes out unjudged, and the message says what happened."""
    command, message = CRASHES[crash]
    judged = judge(command)
    assert [(o.format, o.files, o.pdf_ua) for o in judged] == [(fmt, (), "") for fmt in ("standard-print", "large-print", "giant-print")]
    for outcome in judged:
        assert [f.code for f in outcome.findings] == ["proof-pdf-ua"]
        assert message in outcome.findings[0].message and outcome.findings[0].hint


@pytest.mark.parametrize("rows", [[1, 2, 3], [{"a": 1}] * 3, {"a": 1, "b": 2, "c": 3}])
def test_an_answer_of_another_shape(judge, rows):
    """An answer that is no list of reports is as good as none."""
    assert [[f.code for f in o.findings] for o in judge(answering(rows))] == [["proof-pdf-ua"]] * 3


def test_one_that_hangs(judge, monkeypatch):
    """After its time is over veraPDF is ended, and all PDFs are withheld."""
    monkeypatch.setattr(pdf_ua, "SECONDS", 0.5)
    judged = judge(HANGS)
    assert {f.message for o in judged for f in o.findings} == {"veraPDF did not end within 0.5 seconds"}
    assert not any(o.files for o in judged)
    assert [process.returncode for process in judge.started] == [-signal.SIGKILL]


def test_an_error_meanwhile(judge):
    """If the build fails while veraPDF is at work, it is ended, and nothing is left behind (what the fixture asserts)."""

    def fail():
        assert len(list(judge.folder.glob("leafletkit-pdf-*/*.pdf"))) == 3
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        judge(HANGS, meanwhile=fail)
    assert [process.returncode for process in judge.started] == [-signal.SIGKILL]


def test_a_full_disk(judge, monkeypatch):
    """If the files can't be handed over there is no judge: all are withheld, and the message says why."""

    def full_disk(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    judged = judge(HANGS)
    assert [(o.files, [f.code for f in o.findings]) for o in judged] == [((), ["proof-pdf-ua"])] * 3
    assert "No space left" in judged[0].findings[0].message and judge.started == []


def test_nothing_to_judge(judge):
    """Without a PDF no program is started."""
    assert judge(script("import sys; sys.exit(1)"), OTHERS) == [] and judge.started == []


def test_the_finding_stands_once():
    """However many files were not validated, it is one finding; if there are none, it is none."""
    rows = [Outcome("large-print", KEY, pdf_ua="not validated"), Outcome("giant-print", KEY, pdf_ua="not validated")]
    assert [f.code for f in validation.not_validated(rows)] == ["pdf-not-validated"]
    assert validation.not_validated([Outcome("large-print", KEY, pdf_ua="passed"), Outcome("web", KEY)]) == ()


def test_a_report_in_words():
    """What is said of a rule names it and what to do."""
    ((message, hint),) = Report(3, {"7.1-3": "not tagged"}).rows()
    assert message == "the PDF breaks rule 7.1-3 of PDF/UA-1: not tagged" and "styles/" in hint


def states(folder):
    """(language, format) with state, what is said of PDF/UA, and the codes of the reasons."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return {
        (e["language"], f): (cell["state"], cell.get("pdf_ua"), sorted({r["code"] for r in cell.get("reasons", ())}))
        for e in manifest["editions"]
        for f, cell in e["formats"].items()
    }


PAPER = [part for fmt in PRINT for part in ("--format", fmt)]


@pytest.fixture
def build(small, tmp_path, capsys):
    """Build the small project in this process: (exit code, states, what is said)."""

    def call(*options):
        code = cli.main(["build", "--project", str(small), "--jobs", "1", "--out", str(tmp_path / "out"), *options], today=TODAY)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, states(tmp_path / "out"), said.out

    return call


@full
def test_every_real_file_has_passed(printed):
    """With Java every PDF of the real project says that it has passed."""
    found = json.loads((Path(printed) / "manifest.json").read_text("utf-8"))["editions"]
    cells = [cell for e in found for f, cell in e["formats"].items() if f in PRINT]
    assert len(cells) == 40 and {(cell["state"], cell["pdf_ua"]) for cell in cells} == {("made", "passed")}


@full
def test_a_template_that_skips_a_heading(build, small):
    """WeasyPrint lets it pass, and our own proof; veraPDF doesn't. The edition is withheld, its pages too; the other goes out."""
    path = small / "styles/templates/print.html"
    before = path.read_text("utf-8")
    heading = '<h2>{{ view.say("safety-heading") }}</h2>'
    assert heading in before
    path.write_text(before.replace(heading, '{% if view.lang == "pl" %}' + heading.replace("h2", "h3") + "{% else %}" + heading + "{% endif %}"), "utf-8")
    code, found, said = build("--format", "web", *PAPER)
    assert code == 1 and "7.4.2-1" in said
    for fmt in PRINT:
        assert found["pl", fmt] == ("withheld", None, ["proof-pdf-ua"])
        assert found["en-GB", fmt] == ("made", "passed", [])
    assert found["pl", "web"][0] == "withheld" and found["en-GB", "web"][0] == "made"
    assert not list(small.parent.glob("out/clean-hands/pl/*.pdf"))


@full
def test_without_java(build, monkeypatch):
    """All files are made; the manifest says of each PDF that it is not validated, and one finding says why."""
    monkeypatch.setattr(validation, "has_java", lambda: False)
    code, found, said = build("--format", "web", *PAPER)
    assert code == 0 and said.count("[pdf-not-validated]") == 1
    for (_, fmt), row in found.items():
        assert row == ("made", "not validated" if fmt in PRINT else None, [])


@full
def test_without_a_pdf_java_is_not_missed(build, monkeypatch):
    """A build of pages alone says nothing of Java."""
    monkeypatch.setattr(validation, "has_java", lambda: False)
    code, _, said = build("--format", "web")
    assert code == 0 and "pdf-not-validated" not in said


@full
def test_a_crash_in_a_build(build, monkeypatch):
    """veraPDF ends early: no PDF of any edition is there, and each says so in words."""
    monkeypatch.setattr(validation, "Validation", partial(Validation, command=script("import sys; sys.exit('no memory')")))
    code, found, said = build("--format", "large-print", "--no-cache")
    assert code == 1 and "veraPDF ended early: no memory" in said
    assert found == {(tag, "large-print"): ("withheld", None, ["proof-pdf-ua"]) for tag in ("en-GB", "pl")}
