"""`prove`: whatever has happened to a published folder is named; where nothing has, nothing is."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import soundfile
from mutagen.id3 import ID3

from leafletkit import cli, pipeline, record
from leafletkit.errors import Fault
from leafletkit.model import Edition
from leafletkit.project import load
from leafletkit.proof import espeak
from leafletkit.proof.expect import words_of
from leafletkit.script import script
from leafletkit.speech import RATE, Speaker

from .audio_support import silenced
from .conftest import ROOT, TODAY, small_project
from .pdf_support import changed, silence, undraw

pytestmark = pytest.mark.full

WARNING = "stay-away-48-hours"
PL = "clean-hands/pl"
PAGE, EASY, PDF, MP3, VTT = (
    f"{PL}/{name}"
    for name in (
        "index.html",
        "easy-read.html",
        "clean-hands-pl-large-print.pdf",
        "clean-hands-pl.mp3",
        "clean-hands-pl.vtt",
    )
)
FONT, CSS, PICTURE = "assets/fonts/pl-easy-bold.woff2", "assets/fonts/pl.css", "assets/pictures/germ.svg"
KINDS = {
    "page": PAGE,
    "easy read": EASY,
    "PDF": PDF,
    "MP3": MP3,
    "VTT": VTT,
    "font": FONT,
    "stylesheet of fonts": CSS,
    "stylesheet": "assets/page.css",
    "picture": PICTURE,
    "icon": "assets/icon.svg",
    "index": "index.html",
    "report": "report/index.html",
    "report data": "report/report.json",
    "test results": "report/junit.xml",
    "record": record.PATH,
}
every_kind = pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
real_speak = espeak.speak_all


class Said(NamedTuple):
    """What `prove` has said: its exit code, (code, path) of each finding, and all of it."""

    code: int
    found: list[tuple[str, str]]
    out: str

    @property
    def codes(self) -> list[str]:
        return sorted({code for code, _ in self.found})


Prove = Callable[..., Said]


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small project ("project") and its finished files in all formats ("dist")."""
    folder = tmp_path_factory.mktemp("made")
    small_project(folder / "project")
    assert (
        cli.main(
            ["build", "--project", str(folder / "project"), "--out", str(folder / "dist"), "--jobs", "2"], today=TODAY
        )
        == 0
    )
    return folder


@pytest.fixture
def dist(made: Path, tmp_path: Path) -> Path:
    """A copy of the finished files, to be broken."""
    return Path(shutil.copytree(made / "dist", tmp_path / "published"))


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A copy of the project that they were made from."""
    return Path(shutil.copytree(made / "project", tmp_path / "project"))


@pytest.fixture(scope="module")
def polish(made: Path) -> Edition:
    return record.from_text((made / "dist/record.json").read_text("utf-8")).editions[PL]


@lru_cache(maxsize=64)
def spoken(texts: tuple[str, ...], voice: str, rate: int) -> Mapping[str, Any]:
    """What the engine says, kept: each proof would let it say the same again."""
    return real_speak(texts, voice, rate)


@pytest.fixture
def prove(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Prove:
    """Prove a folder in this process. No traceback may reach the screen, and exit codes and findings must agree."""
    monkeypatch.setattr(espeak, "speak_all", lambda texts, voice, rate: spoken(tuple(texts), voice, rate))

    def call(folder: Path, *options: str | Path, today: date = TODAY) -> Said:
        capsys.readouterr()
        code = cli.main(["prove", str(folder), "--jobs", "1", *map(str, options)], today=today)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err and "fault of the toolkit" not in out + err, err[-2000:]
        found = re.findall(r"^(.*?): withheld: .*? \[([a-z-]+)\]$", out, re.MULTILINE | re.DOTALL)
        if code in (0, 1):
            assert bool(code) == bool(found), out
            assert re.search(r"^(\d+) files read back, \d+ warnings found in them; (\d+) faults\.$", out, re.MULTILINE)
            assert not err
        return Said(code, [(name, path.rpartition("\n")[2]) for path, name in found], out + err)

    return call


def flip(path: Path, at: float) -> None:
    """Change one byte."""
    data = bytearray(path.read_bytes())
    data[min(int(at * len(data)), len(data) - 1)] ^= 1
    path.write_bytes(data)


def edit_json(path: Path, change: Callable[[Any], None]) -> None:
    top = json.loads(path.read_text("utf-8"))
    change(top)
    path.write_text(json.dumps(top), "utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def put(folder: Path, path: str, data: bytes) -> None:
    """Put other bytes in place of a file, and correct its hash in the manifest, as someone who hides it would."""
    assert (folder / path).read_bytes() != data
    (folder / path).write_bytes(data)

    def correct(value: Any) -> None:
        if isinstance(value, dict) and value.get("path") == path and "sha256" in value:
            value |= {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            correct(inner)

    edit_json(folder / "manifest.json", correct)


def row_of(manifest: Any, language: str = "pl") -> Any:
    return next(e for e in manifest["editions"] if e["language"] == language)


# -- a folder that nothing has happened to


def test_a_good_folder(made: Path, prove: Prove) -> None:
    """Every file is read back, every warning found in each, and nothing is written."""
    before = {p: p.stat().st_mtime_ns for p in made.rglob("*")}
    said = prove(made / "dist")
    assert (said.code, said.found) == (0, [])
    assert said.out == "8 files read back, 8 warnings found in them; 0 faults.\n"
    assert {p: p.stat().st_mtime_ns for p in made.rglob("*")} == before


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_command_by_itself(made: Path, tmp_path: Path, jobs: str) -> None:
    """The real command in processes of its own: in an empty folder, by the default name, with no project near."""
    (tmp_path / "there").mkdir()
    shutil.copytree(made / "dist", tmp_path / "there/dist")
    for folder, arguments in ((tmp_path / "there", []), (tmp_path / "empty", ["../there/dist"])):
        folder.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, str(ROOT / "build.py"), "prove", *arguments, "--jobs", jobs],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode, done.stdout) == (0, "8 files read back, 8 warnings found in them; 0 faults.\n"), (
            done.stderr
        )
        assert done.stderr == ""
    assert list((tmp_path / "empty").iterdir()) == []
    flip(tmp_path / "there/dist" / PAGE, 0.5)
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "prove", "--jobs", jobs],
        cwd=tmp_path / "there",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (
        done.returncode == 1 and f"{PAGE}: withheld: " in done.stdout and "Traceback" not in done.stdout + done.stderr
    )


def test_in_several_processes_the_same_is_said(dist: Path, prove: Prove) -> None:
    put(dist, PAGE, (dist / PAGE).read_bytes().replace(b" nie</strong>", b"</strong>"))
    flip(dist / FONT, 0.5)
    assert prove(dist).out == prove(dist, "--jobs", "3").out


def test_a_folder_behind_a_link(dist: Path, tmp_path: Path, prove: Prove) -> None:
    """Many servers have a link “current” to the newest folder."""
    (tmp_path / "current").symlink_to(dist, target_is_directory=True)
    assert prove(tmp_path / "current").code == 0
    flip(dist / MP3, 0.5)
    assert prove(tmp_path / "current").code == 1


def test_copies_with_other_times_and_rights(dist: Path, prove: Prove) -> None:
    """A copy through a file share changes dates and rights, and adds empty folders at most."""
    for path in dist.rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))
            path.chmod(0o777)
    (dist / "assets/empty").mkdir()
    assert prove(dist).code == 0


@pytest.mark.parametrize(
    "selection",
    [
        ["--format", "web"],
        ["--format", "large-print"],
        ["--language", "pl", "--format", "easy-read"],
        ["--language", "en-GB", "--format", "audio"],
    ],
)
def test_a_part_of_the_project(project: Path, tmp_path: Path, prove: Prove, selection: Sequence[str]) -> None:
    """A selection is a folder like any other."""
    assert (
        cli.main(
            ["build", "--project", str(project), *selection, "--jobs", "1", "--out", str(tmp_path / "out")], today=TODAY
        )
        == 0
    )
    assert prove(tmp_path / "out").code == 0 and prove(tmp_path / "out", "--project", project).code == 0


def test_withheld_leaflets_are_no_fault_of_the_folder(project: Path, tmp_path: Path, prove: Prove) -> None:
    """Polish is not published: the folder is what it says it is."""
    po = project / "locales/pl/LC_MESSAGES/clean-hands.po"
    edit(po, '"Przed wyjściem proszę umyć je ponownie."', '""')
    for formats, count in ((["web", "large-print"], 2), (["audio"], 1)):
        options = [part for f in formats for part in ("--format", f)]
        assert (
            cli.main(
                ["build", "--project", str(project), *options, "--jobs", "1", "--out", str(tmp_path / "out")],
                today=TODAY,
            )
            == 1
        )
        said = prove(tmp_path / "out")
        assert (said.code, said.found) == (0, []) and said.out.startswith(f"{count} files")
        assert prove(tmp_path / "out", "--project", project).code == 0


def test_a_release_of_nothing(project: Path, tmp_path: Path, prove: Prove) -> None:
    """All is withheld: an empty list of leaflets is proved too, and says that nothing was read back."""
    assert (
        cli.main(
            ["build", "--release", "--project", str(project), "--jobs", "1", "--out", str(tmp_path / "out")],
            today=TODAY,
        )
        == 1
    )
    said = prove(tmp_path / "out")
    assert said.code == 0 and said.out.startswith("0 files read back, 0 warnings")
    assert prove(tmp_path / "out", "--project", project).code == 0


# -- what is no folder of finished leaflets


def test_no_such_folder(tmp_path: Path, prove: Prove, made: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nothing", tmp_path / "file", tmp_path / "empty", made / "dist" / PAGE, made):
        said = prove(folder)
        assert said.code in (1, 3) and not said.out.startswith("8 files"), folder
        assert said.code == 1 or "manifest.json" in said.out
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_lost_manifest(dist: Path, prove: Prove) -> None:
    (dist / "manifest.json").unlink()
    said = prove(dist)
    assert said.code == 3 and "has no manifest.json" in said.out and "build" in said.out


@pytest.mark.parametrize(
    "options", [["--jobs", "0"], ["--jobs", "x"], ["--bogus"], ["--project", "there/is/none"], ["--leaflet", "ivig"]]
)
def test_a_wrong_command_line(made: Path, prove: Prove, options: list[str]) -> None:
    assert prove(made / "dist", *options).code == 2


# -- files changed, lost and added


@every_kind
@pytest.mark.parametrize("at", [0.0, 0.5, 1.0], ids=["first byte", "middle", "last byte"])
def test_one_byte(dist: Path, prove: Prove, path: str, at: float) -> None:
    """One changed byte in any file is found, and no other file is blamed."""
    flip(dist / path, at)
    said = prove(dist)
    assert said.code == 1 and ("proof-changed", path) in said.found
    assert {where for _, where in said.found} == {path}
    assert Counter(said.found)["proof-changed", path] == 1


def lose(path: Path) -> None:
    path.unlink()


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link_outside(path: Path) -> None:
    """The same bytes, but they can change without the folder."""
    outside = next(p for p in path.parents if p.name == "published").parent / "outside"
    outside.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(outside)


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to("nothing")


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def far_too_large(path: Path) -> None:
    with path.open("wb") as handle:
        handle.truncate(600_000_000)


DAMAGES = (
    lose,
    halve,
    empty,
    zeros,
    lengthen,
    folder_instead,
    link_outside,
    link_to_nothing,
    link_to_itself,
    far_too_large,
)


NO_FILE = {folder_instead, link_outside, link_to_nothing, link_to_itself, far_too_large}
PATHS = (PAGE, PDF, MP3, VTT, FONT, "index.html")


@pytest.mark.parametrize("damage", [d for d in DAMAGES if d in NO_FILE], ids=lambda d: d.__name__)
def test_a_record_that_is_no_file(dist: Path, prove: Prove, damage: Callable[[Path], None]) -> None:
    damage(dist / record.PATH)
    assert sorted(prove(dist).found) == [("proof-changed", record.PATH), ("proof-record", record.PATH)]


@pytest.mark.parametrize(
    ("path", "damage"),
    [(p, d) for p in (*PATHS, record.PATH) for d in DAMAGES if p != record.PATH or d not in NO_FILE],
    ids=lambda x: Path(x).name if isinstance(x, str) else x.__name__,
)
def test_a_damaged_file(dist: Path, prove: Prove, path: str, damage: Callable[[Path], None]) -> None:
    damage(dist / path)
    said = prove(dist)
    assert said.code == 1 and ("proof-changed", path) in said.found
    assert {where for _, where in said.found} == {path}


def test_a_pipe_instead_of_a_file(dist: Path, prove: Prove) -> None:
    """Nobody writes to it: a proof that waits for ever proves nothing."""
    (dist / PAGE).unlink()
    os.mkfifo(dist / PAGE)

    def late(*_: Any) -> None:
        pytest.fail("the proof waits for ever")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(6)
    try:
        assert ("proof-changed", PAGE) in prove(dist).found
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "path",
    [
        "evil.html",
        f"{PL}/index.html.bak",
        ".htaccess",
        "assets/fonts/Thumbs.db",
        "new/folder/page.html",
        "manifest.json.old",
    ],
)
def test_an_added_file(dist: Path, prove: Prove, path: str) -> None:
    """A page that nobody has proved would be served with the others."""
    (dist / path).parent.mkdir(parents=True, exist_ok=True)
    (dist / path).write_bytes((dist / PAGE).read_bytes())
    assert prove(dist)[:2] == (1, [("proof-changed", path)])


def test_an_added_link(dist: Path, tmp_path: Path, prove: Prove) -> None:
    """A link to a file, to a folder and to nothing: none was built."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private/patients.txt").write_text("x")
    (dist / "a-file").symlink_to(tmp_path / "private/patients.txt")
    (dist / "b-folder").symlink_to(tmp_path / "private", target_is_directory=True)
    (dist / "c-nothing").symlink_to(tmp_path / "nothing")
    said = prove(dist)
    assert said.found == [("proof-changed", name) for name in ("a-file", "b-folder", "c-nothing")]


def test_a_folder_replaced_by_a_link(dist: Path, tmp_path: Path, prove: Prove) -> None:
    """The files behind it are the same today; tomorrow they need not be."""
    (dist / "assets").rename(tmp_path / "assets")
    (dist / "assets").symlink_to(tmp_path / "assets", target_is_directory=True)
    said = prove(dist)
    assert said.code == 1 and said.codes == ["proof-changed"] and ("proof-changed", FONT) in said.found




@pytest.mark.parametrize(
    "name",
    [
        b"a b.html",
        b"[bold]x[nothing].html",
        "ż.html".encode(),
        b"line\nend.html",
        pytest.param(b"\x1b[2K\x1b[1A.html"),
        pytest.param(b"\xff\xfe.html"),
        pytest.param("\u202elmth.exe".encode()),
    ],
    ids=repr,
)
def test_added_files_with_odd_names(dist: Path, name: bytes) -> None:
    """The real command, as on most systems: no name breaks the screen or ends in a traceback."""
    Path(os.fsdecode(os.fsencode(dist) + b"/" + name)).write_text("x")
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "prove", str(dist), "--jobs", "1"],
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
    )
    assert b"Traceback" not in done.stderr and done.returncode == 1, done.stderr.decode()[-500:]
    assert b"[proof-changed]" in done.stdout and b"\x1b" not in done.stdout and "\u202e".encode() not in done.stdout


def test_many_faults_are_counted(dist: Path, prove: Prove) -> None:
    """More than the screen takes: the rest is counted, and the advice about how to see them must work."""
    for number in range(60):
        (dist / f"new-{number:02d}.html").write_text("x")
    said = prove(dist)
    assert said.code == 1 and "60 faults" in said.out and all(f"new-{n:02d}.html" in said.out for n in range(60))


def test_what_is_not_shown_can_be_seen_elsewhere(dist: Path, prove: Prove) -> None:
    for number in range(60):
        (dist / f"new-{number:02d}.html").write_text("x")
    assert "check --json" not in prove(dist).out


def test_line_ends_changed_by_a_server(dist: Path, prove: Prove) -> None:
    """A transfer in text mode."""
    (dist / PAGE).write_bytes((dist / PAGE).read_bytes().replace(b"\n", b"\r\n"))
    assert ("proof-changed", PAGE) in prove(dist).found


# -- files changed, with their hash corrected: the parsers must find it


def words(edition: Edition) -> str:
    return words_of(edition.text.carrying(WARNING)[0].text)


WORDS = (
    '<p id="stay-away-48-hours">Jeśli w ciągu ostatnich 48 godzin wystąpiły wymioty lub biegunka,'
    "<strong> nie</strong> należy przychodzić w odwiedziny.</p>"
)
NOTICE = "<li>To jest wersja robocza. Nie zatwierdził jej żaden lekarz ani inny pracownik medyczny.</li>"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (WORDS, "", "proof-warning-missing"),
        (WORDS, WORDS.replace("<strong> nie</strong>", ""), "proof-warning-missing"),
        (WORDS, WORDS.replace("48", "4"), "proof-warning-missing"),
        (WORDS, WORDS + WORDS, "proof-warning-missing"),
        (WORDS, WORDS.replace("<p id", "<p hidden id"), "proof-warning-missing"),
        (WORDS, WORDS.replace("<p id", '<p style="display:none" id'), "proof-warning-missing"),
        (WORDS, f"<details>{WORDS}</details>", "proof-warning-missing"),
        (WORDS, f"<!-- {WORDS} -->", "proof-warning-missing"),
        (WORDS, WORDS.replace("<p id", '<p lang="en-GB" id'), "proof-language"),
        (WORDS.replace('id="', 'id="first-'), "", "proof-warning-missing"),
        ('lang="pl" dir="ltr" class', 'lang="en-GB" dir="ltr" class', "proof-language"),
        ('lang="pl" dir="ltr" class', 'lang="pl" dir="rtl" class', "proof-language"),
        (NOTICE, "", "proof-notice"),
        (NOTICE, NOTICE.replace("<li>", "<li hidden>"), "proof-notice"),
        ("<main", "<main hidden", "proof-warning-missing"),
        ("</html>", "", "proof-unreadable"),
    ],
)
def test_a_tampered_page(dist: Path, prove: Prove, old: str, new: str, code: str) -> None:
    page = (dist / PAGE).read_text("utf-8")
    assert page.count(old) == 1
    put(dist, PAGE, page.replace(old, new).encode())
    said = prove(dist)
    assert said.code == 1 and (code, PAGE) in said.found
    assert {where for _, where in said.found} == {PAGE} and "proof-changed" not in said.codes
    if code == "proof-warning-missing":
        assert f"warning {WARNING}" in said.out


@pytest.mark.parametrize(
    ("old", "new"),
    [("<strong>Nie</strong> należy", "Należy"), ("48 godzin", "4 godzin"), ('id="er-stay-away"', 'id="x"')],
)
def test_a_tampered_easy_read_page(dist: Path, prove: Prove, old: str, new: str) -> None:
    page = (dist / EASY).read_text("utf-8")
    assert old in page
    put(dist, EASY, page.replace(old, new).encode())
    assert prove(dist)[:2] == (1, [("proof-warning-missing", EASY)])


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"<html>", b"hello", bytes(5000), b"<p>" * 3000],
    ids=["empty", "no UTF-8", "head", "text", "zeros", "deep"],
)
@pytest.mark.parametrize("path", [PAGE, EASY])
def test_what_is_no_page(dist: Path, prove: Prove, path: str, data: bytes) -> None:
    put(dist, path, data)
    said = prove(dist)
    assert said.code == 1 and {where for _, where in said.found} == {path}


@pytest.mark.parametrize(
    "pair", [("index.html",) * 2, ("easy-read.html", "index.html"), ("index.html", "easy-read.html")]
)
def test_the_wrong_page_in_the_right_place(dist: Path, prove: Prove, pair: tuple[str, str]) -> None:
    """The English page, or the easy-read page, where the Polish one should be."""
    language = "en-GB" if pair[0] == pair[1] else "pl"
    path = f"{PL}/{pair[0]}"
    put(dist, path, (dist / f"clean-hands/{language}/{pair[1]}").read_bytes())
    said = prove(dist)
    assert said.code == 1 and ("proof-warning-missing", path) in said.found
    assert (("proof-language", path) in said.found) == (language == "en-GB")


def test_a_tampered_pdf_for_listeners(dist: Path, prove: Prove, polish: Edition) -> None:
    """The structure that a screen reader follows has lost the warning; on paper it is still there."""
    put(dist, PDF, changed((dist / PDF).read_bytes(), lambda pdf: [silence(pdf, words(polish)) for _ in range(2)]))
    assert prove(dist)[:2] == (1, [("proof-warning-missing", PDF)])


def test_a_tampered_pdf_for_readers(dist: Path, prove: Prove, polish: Edition) -> None:
    """The warning is gone from the paper; a screen reader still says it."""
    put(dist, PDF, changed((dist / PDF).read_bytes(), lambda pdf: undraw(pdf, words(polish))))
    assert prove(dist)[:2] == (1, [("proof-warning-missing", PDF)])


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_pdf_without_a_notice(dist: Path, prove: Prove, polish: Edition, number: int) -> None:
    put(dist, PDF, changed((dist / PDF).read_bytes(), lambda pdf: silence(pdf, words_of(polish.notices[number]))))
    assert prove(dist)[:2] == (1, [("proof-notice", PDF)])


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", bytes(9000), b"<html></html>"], ids=["empty", "head", "zeros", "a page"]
)
def test_what_is_no_pdf(dist: Path, prove: Prove, data: bytes) -> None:
    put(dist, PDF, data)
    assert prove(dist)[:2] == (1, [("proof-unreadable", PDF)])


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_half_a_pdf(dist: Path, prove: Prove, share: float) -> None:
    data = (dist / PDF).read_bytes()
    put(dist, PDF, data[: int(len(data) * share)])
    said = prove(dist)
    assert said.code == 1 and {where for _, where in said.found} == {PDF}


def test_the_english_pdf_in_its_place(dist: Path, prove: Prove) -> None:
    put(dist, PDF, (dist / "clean-hands/en-GB/clean-hands-en-GB-large-print.pdf").read_bytes())
    said = prove(dist)
    assert said.code == 1 and {("proof-warning-missing", PDF), ("proof-language", PDF)} <= set(said.found)


def spans(mp3: bytes, start: str) -> list[tuple[int, int]]:
    """(first, last) sample of each sentence that starts with some words."""
    cues = ID3(io.BytesIO(mp3)).getall("SYLT")[0].text
    found = [
        (a * RATE // 1000, (b - 350) * RATE // 1000) for (text, a), (_, b) in pairwise(cues) if text.startswith(start)
    ]
    assert found
    return found


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_silenced_warning(dist: Path, prove: Prove, which: int) -> None:
    """The recording falls silent at one of the three places of the warning."""
    data = (dist / MP3).read_bytes()
    put(dist, MP3, silenced(data, *spans(data, "Jeśli w ciągu")[which]))
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-silence", MP3)} and f"warning {WARNING}" in said.out


def test_a_silenced_notice(dist: Path, prove: Prove) -> None:
    data = (dist / MP3).read_bytes()
    put(dist, MP3, silenced(data, *spans(data, "To jest wersja robocza")[0]))
    assert prove(dist)[:2] == (1, [("proof-notice", MP3)])


def test_a_cut_recording(dist: Path, prove: Prove) -> None:
    data = (dist / MP3).read_bytes()
    put(dist, MP3, data[: len(data) // 2])
    said = prove(dist)
    assert said.code == 1 and said.codes == ["proof-silence"] and {where for _, where in said.found} == {MP3}


def test_the_english_recording_in_its_place(dist: Path, prove: Prove) -> None:
    put(dist, MP3, (dist / "clean-hands/en-GB/clean-hands-en-GB.mp3").read_bytes())
    said = prove(dist)
    assert said.code == 1 and {("proof-warning-missing", MP3), ("proof-language", MP3)} <= set(said.found)


@pytest.mark.parametrize("data", [b"", b"ID3", bytes(9000)], ids=["empty", "head", "zeros"])
def test_what_is_no_recording(dist: Path, prove: Prove, data: bytes) -> None:
    put(dist, MP3, data)
    assert prove(dist)[:2] == (1, [("proof-unreadable", MP3)])


def test_an_engine_that_fails(dist: Path, prove: Prove, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the engine a recording can't be proved: that is a fault, and not a pass."""

    def fail(*_: Any) -> None:
        raise Fault("the recording can't be proved: espeak-ng ended with 1", "run “make setup”, then build again")

    monkeypatch.setattr(espeak, "speak_all", fail)
    said = prove(dist)
    assert said.code == 1 and sorted(where for _, where in said.found) == [
        "clean-hands/en-GB/clean-hands-en-GB.mp3",
        MP3,
    ]


def test_the_manifest_alone_does_not_switch_the_proof_off(dist: Path, prove: Prove) -> None:
    """A silenced recording, its hash corrected, and “recorded” beside it; the record still knows the voice."""
    data = (dist / MP3).read_bytes()
    put(dist, MP3, silenced(data, *spans(data, "Jeśli w ciągu")[0]))
    edit_json(dist / "manifest.json", lambda m: row_of(m)["formats"]["audio"].update(recorded=True))
    assert prove(dist).code == 1


def test_a_record_without_the_voice(dist: Path, prove: Prove) -> None:
    """The manifest doesn't say that a person speaks, and the record knows no voice: then nothing is proved."""
    known = json.loads((dist / record.PATH).read_text("utf-8"))
    del known["voices"]["pl"]
    put(dist, record.PATH, json.dumps(known).encode())
    assert prove(dist).code == 1


# -- the record


def test_the_record_of_another_build(dist: Path, project: Path, tmp_path: Path, prove: Prove) -> None:
    """Record and manifest are of different days: with its hash as it was, and with it corrected."""
    edit(project / "locales/pl/LC_MESSAGES/clean-hands.po", "Jeśli w ciągu", "Jeżeli w ciągu")
    assert (
        cli.main(
            ["build", "--project", str(project), "--format", "web", "--jobs", "1", "--out", str(tmp_path / "new")],
            today=TODAY,
        )
        == 0
    )
    other = (tmp_path / "new" / record.PATH).read_bytes()
    (dist / record.PATH).write_bytes(other)
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-changed", record.PATH), ("proof-record", record.PATH)}
    (dist / record.PATH).write_bytes(b"")
    put(dist, record.PATH, other)
    said = prove(dist)
    assert said.code == 1 and said.found == [("proof-record", record.PATH)] and "clean-hands pl" in said.out


def test_a_page_of_an_older_build(dist: Path, project: Path, tmp_path: Path, prove: Prove) -> None:
    """An old page, copied back over the new one with all its good looks: its warning is not today's."""
    edit(project / "locales/pl/LC_MESSAGES/clean-hands.po", "Jeśli w ciągu", "Jeżeli w ciągu")
    assert (
        cli.main(
            ["build", "--project", str(project), "--format", "web", "--jobs", "1", "--out", str(tmp_path / "old")],
            today=TODAY,
        )
        == 0
    )
    put(dist, PAGE, (tmp_path / "old" / PAGE).read_bytes())
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-warning-missing", PAGE)}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 200_000,
        b'{"record": 2, "editions": {}, "voices": {}}',
        b"\x00" * 99,
        b"\xef\xbb\xbf{}",
    ],
    ids=["empty", "object", "list", "null", "no UTF-8", "deep", "version", "zeros", "mark"],
)
def test_a_broken_record(dist: Path, prove: Prove, data: bytes) -> None:
    """Nothing can be proved without it; the files are still compared with the manifest."""
    flip(dist / FONT, 0.5)
    put(dist, record.PATH, data)
    said = prove(dist)
    assert said.code == 1 and set(said.found) == {("proof-record", record.PATH), ("proof-changed", FONT)}
    assert "0 files read back" in said.out


def test_a_lost_record(dist: Path, prove: Prove) -> None:
    (dist / record.PATH).unlink()
    assert sorted(prove(dist).found) == [("proof-changed", record.PATH), ("proof-record", record.PATH)]


def test_a_record_without_an_edition(dist: Path, prove: Prove) -> None:
    known = json.loads((dist / record.PATH).read_text("utf-8"))
    del known["editions"][PL]
    put(dist, record.PATH, json.dumps(known).encode())
    said = prove(dist)
    assert (said.code, said.found) == (1, [("proof-record", record.PATH)]) and "does not know this edition" in said.out


def test_a_record_with_other_words(dist: Path, prove: Prove) -> None:
    """Record and hash are changed so that the prohibition is lost, the files are not: they no longer agree."""
    text = (dist / record.PATH).read_text("utf-8").replace("**nie** należy przychodzić", "**można** przychodzić")
    put(dist, record.PATH, text.encode())
    said = prove(dist)
    assert said.code == 1 and {(c, p) for c, p in said.found} >= {
        ("proof-warning-missing", PAGE),
        ("proof-warning-missing", PDF),
        ("proof-warning-missing", MP3),
    }


def test_a_record_that_does_not_ask_for_the_warning(dist: Path, prove: Prove) -> None:
    """The block is there, but the record no longer says that it carries the warning."""
    known = json.loads((dist / record.PATH).read_text("utf-8"))
    for block in known["editions"][PL]["text"]["blocks"]:
        block["warning"] = None
    put(dist, record.PATH, json.dumps(known).encode())
    said = prove(dist)
    assert said.code == 1 and {("proof-warning-missing", PAGE), ("proof-warning-missing", PDF)} <= set(said.found)


# -- the manifest


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"x"',
        b"{}",
        b"\xff\xfe\x00",
        b"\x00" * 50,
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"editions": {}}',
        b'{"assets": [], "editions": [1]}',
        b'{"assets": [{}], "editions": []}',
        b'{"assets": "x", "editions": []}',
        b"<html>",
        b"9" * 6000,
        b'{"assets": [], "editions": [{"formats": []}]}',
        b'{"assets": [], "editions": [{"formats": {"web": null}}]}',
        b'{"assets": [], "editions": [{"formats": {"web": {"files": 3}}}]}',
    ],
    ids=lambda d: d[:24].decode("latin-1"),
)
def test_a_broken_manifest(dist: Path, prove: Prove, data: bytes) -> None:
    (dist / "manifest.json").write_bytes(data)
    for options in ((), ("--project", str(ROOT))):
        said = prove(dist, *options)
        assert (said.code, said.found) == (1, [("proof-record", "manifest.json")])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_manifest(dist: Path, prove: Prove, share: float) -> None:
    data = (dist / "manifest.json").read_bytes()
    (dist / "manifest.json").write_bytes(data[: int(len(data) * share)])
    assert prove(dist)[:2] == (1, [("proof-record", "manifest.json")])


@pytest.mark.parametrize(
    "damage", [folder_instead, link_outside, link_to_itself, far_too_large], ids=lambda d: d.__name__
)
def test_a_manifest_that_is_no_file(dist: Path, prove: Prove, damage: Callable[[Path], None]) -> None:
    damage(dist / "manifest.json")
    assert prove(dist).code in (1, 3)




def spoil(manifest: Any, *path: str, value: Any = None, drop: bool = False) -> None:
    at = row_of(manifest)
    for step in path[:-1]:
        at = at[step]
    if drop:
        del at[path[-1]]
    else:
        at[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("leaflet",), ...),
        pytest.param(("language",), ...),
        pytest.param(("digest",), ...),
        pytest.param(("published",), ...),
        pytest.param(("formats", "web", "state"), ...),
        pytest.param(("formats", "web", "path"), ...),
        pytest.param(("formats", "web", "path"), 5),
        pytest.param(("formats", "web", "path"), None),
        pytest.param(("formats", "web", "path"), "a\x00b"),
        (("formats",), ...),
        (("formats", "web", "files"), None),
        (("formats", "web", "files"), [{}]),
        (("digest",), None),
        pytest.param(("leaflet",), 3),
        pytest.param(("language",), ["pl"]),
        (("formats", "web", "files"), ["x"]),
        (("digest",), ""),
        (("leaflet",), "other"),
    ],
)
def test_a_manifest_with_a_gap(dist: Path, project: Path, prove: Prove, path: tuple[str, ...], value: Any) -> None:
    """A part of the manifest is lost or of another kind: a finding, with and without a project."""
    edit_json(dist / "manifest.json", lambda m: spoil(m, *path, value=value, drop=value is ...))
    assert prove(dist).code == 1 or path == ("published",)
    assert prove(dist, "--project", project).code == 1


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "clean-hands/../../x",
        "/etc/hostname",
        "a/../../b",
        "..",
        ".",
        "",
        "nothing",
        "a" * 5000,
        "/dev/zero",
        "/proc/self/mem",
        pytest.param("a\x00b"),
        pytest.param("\ud800"),
    ],
    ids=repr,
)
def test_paths_that_lead_out_of_the_folder(dist: Path, tmp_path: Path, prove: Prove, path: str) -> None:
    """The manifest names a file elsewhere, with its right hash: nothing outside is read as if it were published."""
    (tmp_path / "secret").write_text("secret")
    digest = sha256(b"secret").hexdigest()
    edit_json(dist / "manifest.json", lambda m: m["assets"].append({"path": path, "sha256": digest, "bytes": 6}))
    said = prove(dist)
    assert said.code == 1 and said.codes == ["proof-changed"] and len(said.found) == 1


@pytest.mark.parametrize("path", ["../secret.html", "/etc/hostname", "nothing.html"])
def test_a_main_file_that_lies_elsewhere(dist: Path, tmp_path: Path, prove: Prove, path: str) -> None:
    """All files of the manifest are there, but the one to be proved is named as another: it goes unproved."""
    shutil.copy(dist / PAGE, tmp_path / "secret.html")
    put(dist, PAGE, (dist / PAGE).read_text("utf-8").replace(WORDS, "").encode())
    edit_json(dist / "manifest.json", lambda m: row_of(m)["formats"]["web"].update(path=path))
    said = prove(dist)
    assert said.code == 1, said.out


def test_a_main_file_that_is_another(dist: Path, prove: Prove) -> None:
    """The page to be proved is named as a copy that is good; the one that patients read has lost its warning."""
    good = (dist / PAGE).read_bytes()
    put(dist, PAGE, good.decode().replace(WORDS, "").encode())
    (dist / "good.html").write_bytes(good)

    def point(m: Any) -> None:
        row_of(m)["formats"]["web"]["path"] = "good.html"
        m["assets"].append({"path": "good.html", "sha256": sha256(good).hexdigest(), "bytes": len(good)})

    edit_json(dist / "manifest.json", point)
    assert prove(dist).code == 1


def test_a_manifest_that_forgets_a_language(dist: Path, prove: Prove) -> None:
    """Polish is taken off the server with its row of the manifest: the record knows that it was published."""
    edit_json(dist / "manifest.json", lambda m: m["editions"].remove(row_of(m)))
    shutil.rmtree(dist / PL)
    assert prove(dist).code == 1


def test_a_manifest_that_forgets_a_format(dist: Path, prove: Prove) -> None:
    """The cell is gone, the file is not: it is a file that nobody has proved."""
    edit_json(dist / "manifest.json", lambda m: row_of(m)["formats"].pop("web"))
    assert ("proof-changed", PAGE) in prove(dist).found


def test_a_page_that_is_called_an_asset(dist: Path, prove: Prove) -> None:
    """The manifest alone lists all files as assets and no edition: nothing is read back, and that is no pass."""

    def move(m: Any) -> None:
        m["assets"] += [f for e in m["editions"] for cell in e["formats"].values() for f in cell["files"]]
        m["editions"] = []

    edit_json(dist / "manifest.json", move)
    assert prove(dist).code == 1


@pytest.mark.parametrize(
    "data", [lambda t: b"\xef\xbb\xbf" + t.encode(), lambda t: t.encode("utf-16")], ids=["mark", "UTF-16"]
)
def test_a_manifest_saved_by_an_editor(dist: Path, project: Path, prove: Prove, data: Callable[[str], bytes]) -> None:
    """Saved again with a mark at its head, or as UTF-16: good or not, but the same with a project and without."""
    path = dist / "manifest.json"
    path.write_bytes(data(path.read_text("utf-8")))
    assert prove(dist).code == prove(dist, "--project", project).code


# -- with the project


def test_the_words_are_still_those_of_the_project(dist: Path, project: Path, prove: Prove) -> None:
    assert prove(dist, "--project", project)[:2] == (0, [])


PO = "locales/pl/LC_MESSAGES/clean-hands.po"
BOTH, POLISH = ["en-GB", "pl"], ["pl"]


@pytest.mark.parametrize(
    ("path", "old", "new", "languages"),
    [
        (PO, "Jeśli w ciągu", "Jeżeli w ciągu", POLISH),
        (PO, "Przed wyjściem proszę", "Wychodząc proszę", POLISH),
        (PO, 'msgstr "Twarz osoby, która ma mdłości"', 'msgstr "Osoba, która ma mdłości"', POLISH),
        (PO, 'msgstr "Zarazek"', 'msgstr ""', POLISH),
        ("locales/pl/LC_MESSAGES/interface.po", "Szpital Przykładowy", "Szpital Inny", POLISH),
        ("leaflet/clean-hands/leaflet.toml", 'version = "0.1"', 'version = "0.2"', BOTH),
        ("leaflet/clean-hands/leaflet.toml", "review_due = 2028-11-01", "review_due = 2027-11-01", BOTH),
        ("leaflet/clean-hands/leaflet.toml", 'status = "draft"', 'status = "withdrawn"', BOTH),
        (
            "leaflet/clean-hands/leaflet.toml",
            'placeholder = true\nphone = ""',
            'placeholder = false\nphone = "0123 456789"',
            BOTH,
        ),
        ("leaflet/clean-hands/leaflet.md", "Wash them again when you go.", "Wash your hands again when you go.", BOTH),
        ("leaflet/clean-hands/safety.toml", "[[warning]]", "[[warning]", BOTH),
        ("project.toml", 'languages = ["en-GB", "pl"]', 'languages = ["en-GB"]', BOTH),
    ],
)
def test_the_project_has_moved_on(
    dist: Path, project: Path, prove: Prove, path: str, old: str, new: str, languages: list[str]
) -> None:
    """Words, contact, version, state: whatever readers would see otherwise today is named, language by language."""
    edit(project / path, old, new)
    said = prove(dist, "--project", project)
    assert said.code == 1 and said.found == [("proof-outdated", "manifest.json")] * len(languages)
    assert re.findall(r"in clean-hands (\S+);", said.out) == languages
    assert prove(dist).code == 0


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("locales/pl/language.toml", "[facts]", "# a linguist's remark\n[facts]"),
        (PO, 'msgctxt "why"', '# a translator\'s remark\nmsgctxt "why"'),
        (
            "leaflet/clean-hands/queries.toml",
            'status = "open"',
            'status = "answered"\nanswer = "Yes."\nname = "Dr A"\nrole = "Consultant"\ndate = 2026-11-20',
        ),
        ("styles/page.css", "body", "body "),
    ],
)
def test_what_changes_no_words(dist: Path, project: Path, prove: Prove, path: str, old: str, new: str) -> None:
    """Remarks, answers to queries, the looks: readers still get the words of the project."""
    edit(project / path, old, new)
    assert prove(dist, "--project", project)[:2] == (0, [])


def test_a_leaflet_that_has_expired_since(dist: Path, project: Path, prove: Prove) -> None:
    """Its review date has passed: a build of today would say so on every page."""
    said = prove(dist, "--project", project, today=date(2028, 11, 2))
    assert said.found == [("proof-outdated", "manifest.json")] * 2
    assert prove(dist, "--project", project, today=date(2028, 11, 1)).code == 0


def test_a_leaflet_that_the_project_no_longer_has(dist: Path, project: Path, prove: Prove) -> None:
    shutil.rmtree(project / "leaflet/clean-hands")
    said = prove(dist, "--project", project)
    assert said.code == 1 and said.found == [("proof-outdated", "manifest.json")] * 2


def test_a_broken_project(dist: Path, project: Path, prove: Prove) -> None:
    """A project that can't be read proves nothing: the published words can't be compared."""
    (project / "project.toml").write_text("languages = [")
    assert prove(dist, "--project", project).code in (1, 2, 3)


def test_a_withdrawn_leaflet_is_still_on_the_server(project: Path, tmp_path: Path, prove: Prove) -> None:
    """Published yesterday with its sign-off withdrawn today: its state changes what every page must say."""
    assert (
        cli.main(
            ["build", "--project", str(project), "--format", "web", "--jobs", "1", "--out", str(tmp_path / "out")],
            today=TODAY,
        )
        == 0
    )
    person = ["--name", "Dr A", "--role", "Consultant", "--yes"]
    sign = [
        "sign",
        "--project",
        str(project),
        "--leaflet",
        "clean-hands",
        "--language",
        "pl",
        "--criterion",
        "clinical",
        *person,
    ]
    assert cli.main([*sign, "--withdraw"], today=TODAY) == 0
    said = prove(tmp_path / "out", "--project", project)
    assert said.code == 1 and ("proof-outdated", "manifest.json") in said.found and "clean-hands pl" in said.out


# -- a recording by a person


@pytest.fixture(scope="module")
def by_a_person(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Finished files (page and audio) where a person reads the Polish leaflet; a voice stands in for the person."""
    folder = tmp_path_factory.mktemp("person")
    project = Path(shutil.copytree(made / "project", folder / "project"))
    edition = pipeline.check(load(project), pipeline.Selection(languages=("pl",)), TODAY).editions["clean-hands", "pl"]
    takes = project / "audio/recordings/pl/clean-hands"
    takes.mkdir(parents=True)
    parts = {s.take: s for s in script(edition, synthetic=False)}
    with Speaker() as speaker:
        voice = load(project).voices["pl"]
        for take, part in parts.items():
            soundfile.write(takes / f"{take}.wav", np.asarray(speaker.speak(part.text, voice.name, 200)), RATE)
    rows = [f'"{take}" = "{part.words_hash}"' for take, part in parts.items()]
    (takes / "recordings.toml").write_text('reader = "A. Nowak"\n[words]\n' + "\n".join(rows) + "\n")
    options = ["--language", "pl", "--format", "web", "--format", "audio", "--jobs", "1"]
    assert cli.main(["build", "--project", str(project), *options, "--out", str(folder / "dist")], today=TODAY) == 0
    yield folder


def test_a_person_is_proved_by_the_hash(by_a_person: Path, prove: Prove) -> None:
    """The takes are not in the folder; page and hashes are proved, and the sound is not taken for a computer's."""
    assert row_of(json.loads((by_a_person / "dist/manifest.json").read_text()))["formats"]["audio"]["recorded"] is True
    said = prove(by_a_person / "dist")
    assert (said.code, said.found) == (0, []) and "1 warnings found" in said.out
    assert prove(by_a_person / "dist", "--project", by_a_person / "project").code == 0


@pytest.mark.parametrize("path", [MP3, VTT])
def test_a_changed_recording_by_a_person(by_a_person: Path, tmp_path: Path, prove: Prove, path: str) -> None:
    dist = Path(shutil.copytree(by_a_person / "dist", tmp_path / "published"))
    flip(dist / path, 0.7)
    assert prove(dist)[:2] == (1, [("proof-changed", path)])


def test_a_recording_of_another_edition(by_a_person: Path, dist: Path, tmp_path: Path, prove: Prove) -> None:
    """A computer's recording in place of the person's is another file."""
    target = Path(shutil.copytree(by_a_person / "dist", tmp_path / "person"))
    (target / MP3).write_bytes((dist / MP3).read_bytes())
    assert prove(target)[:2] == (1, [("proof-changed", MP3)])


# -- anything at all


def test_whatever_is_damaged_is_found(dist: Path, prove: Prove) -> None:
    """Fifty files, each damaged at random in one of five ways: every one is found, whatever it is."""
    random = np.random.default_rng(7)
    good = tree(dist)
    names = sorted(set(good) - {"manifest.json"})
    for number in range(50):
        path = names[number % len(names)]
        data = bytearray(good[path])
        at, size = int(random.integers(len(data))), int(random.integers(1, 200))
        match number % 5:
            case 0:
                data[at] ^= int(random.integers(1, 256))
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = random.bytes(size)
            case 3:
                data = data[:at]
            case _:
                data[at : at + size] = bytes((b + 1) % 256 for b in data[at : at + size])
        (dist / path).write_bytes(data)
        said = prove(dist)
        assert said.code == 1 and ("proof-changed", path) in said.found, (path, number)
        (dist / path).write_bytes(good[path])
    assert prove(dist).code == 0
