"""For the tests of safe builds: a project of two tiny leaflets, edits of every kind of input, builds, and what came out."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from leafletkit import cli, fonts

from ..conftest import TODAY, small_project

PAGES_ONLY = ("--format", "web", "--format", "easy-read")
SOME = (*PAGES_ONLY, "--format", "standard-print", "--format", "audio")
FIRST, SECOND = "clean-hands", "clean-wards"


def two_leaflets(target: Path) -> Path:
    """The small project with a second leaflet, the twin of its first."""
    small_project(target)
    shutil.copytree(target / "leaflet" / FIRST, target / "leaflet" / SECOND)
    po = target / "locales/pl/LC_MESSAGES"
    shutil.copy(po / f"{FIRST}.po", po / f"{SECOND}.po")
    for path in (target / "leaflet" / SECOND / "leaflet.toml", po / f"{SECOND}.po"):
        path.write_text(path.read_text("utf-8").replace(FIRST, SECOND), "utf-8")
    return target


_seen: dict[str, dict[str, bytes]] = {}


def run(project: Path, out: Path, cache: Path | None, *options: str, today: date = TODAY, jobs: int = 1) -> tuple[int, str]:
    """Build in this process. What is said goes to (exit code, text); without a cache nothing is taken over."""
    if (own := content(project / fonts.PROJECT)) != _seen.get("fonts"):
        fonts.use(Path("/nowhere"))  # a run of the real command knows of no fonts yet
        _seen["fonts"] = own
    kept = ["--no-cache"] if cache is None else ["--cache", str(cache)]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = cli.main(["build", "--project", str(project), "--out", str(out), "--jobs", str(jobs), *kept, *options], today=today)
    return code, said.getvalue()


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder; a link is no file."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_symlink():
            found[path.relative_to(folder).as_posix()] = b"-> " + bytes(path.readlink())
        elif path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def different(one: Path, other: Path) -> list[str]:
    """The files that two folders don't have in common, byte for byte."""
    a, b = content(one), content(other)
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


def whole(out: Path) -> bool:
    """Whether a finished folder holds exactly what its manifest says."""
    manifest = json.loads((out / "manifest.json").read_text())
    named = {f["path"]: f["sha256"] for e in manifest["editions"] for r in e["formats"].values() for f in r.get("files", [])}
    named |= {f["path"]: f["sha256"] for f in manifest["assets"]}
    return named == {name: hashlib.sha256(data).hexdigest() for name, data in content(out).items() if name != "manifest.json"}


def assert_same_as_anew(project: Path, out: Path, code: int, *options: str, today: date = TODAY) -> None:
    """What a build has come to is what it would come to if nothing were kept."""
    clean = out.with_name(f"{out.name}-anew")
    shutil.rmtree(clean, ignore_errors=True)
    anew, said = run(project, clean, None, *options, today=today)
    assert anew != 3, said
    assert different(out, clean) == []
    assert code == anew
    shutil.rmtree(clean)


def left_over(out: Path) -> list[str]:
    """What lies beside a finished folder and should not."""
    return [p.name for p in out.parent.glob(f".{out.name}.*")]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def swapped(file: str, *pairs: tuple[str, str]) -> Callable[[Path, random.Random], None]:
    """To and fro between two texts: the second edit takes the first one back."""

    def act(root: Path, chance: random.Random) -> None:
        old, new = chance.choice(pairs)
        text = (root / file).read_text("utf-8")
        assert old in text or new in text, (file, old)
        write(root / file, text.replace(new, old, 1) if new in text else text.replace(old, new, 1))

    return act


def appended(file: str, *texts: str) -> Callable[[Path, random.Random], None]:
    """A text at the end of a file, or away again. The file may not be there without it."""

    def act(root: Path, chance: random.Random) -> None:
        path, more = root / file, chance.choice(texts)
        text = path.read_text("utf-8") if path.exists() else ""
        left = text.replace(more, "") if more in text else text + more
        if left:
            write(path, left)
        else:
            path.unlink()

    return act


def present(file: str, data: bytes | None = b"x") -> Callable[[Path, random.Random], None]:
    """A file that comes and goes; None: an empty folder."""

    def act(root: Path, _: random.Random) -> None:
        path = root / file
        if path.is_dir():
            path.rmdir()
        elif path.exists():
            path.unlink()
        elif data is None:
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    return act


def _own_font(root: Path, _: random.Random) -> None:
    """The bold font in place of the regular one, as the project's own."""
    own = root / "fonts" / fonts.LATIN.regular
    if own.exists():
        own.unlink()
    else:
        own.parent.mkdir(exist_ok=True)
        bold = next(Path(f) / fonts.LATIN.bold for f in fonts.FOLDERS if (Path(f) / fonts.LATIN.bold).is_file())
        shutil.copy(bold, own)


def _touch(root: Path, _: random.Random) -> None:
    for path in root.rglob("*"):
        if path.is_file():
            path.touch()


def _rewritten(root: Path, chance: random.Random) -> None:
    """A file saved by an editor, with the same words: another file of the same name."""
    path = chance.choice(sorted(p for p in root.rglob("*") if p.is_file()))
    new = path.with_name("save")
    shutil.copy(path, new)
    new.replace(path)


PO = f"locales/pl/LC_MESSAGES/{FIRST}.po"
EDITS: Mapping[str, Callable[[Path, random.Random], None]] = {
    "string": swapped(PO, ("na oddziale", "na naszym oddziale"), ("W czasie odwiedzin", "Podczas odwiedzin")),
    "lost string": swapped(PO, ('msgstr "W czasie odwiedzin"', 'msgstr ""')),
    "other string": swapped(f"locales/pl/LC_MESSAGES/{SECOND}.po", ("na oddziale", "na naszym oddziale")),
    "publisher's name": appended("locales/pl/LC_MESSAGES/interface.po", "\n# a remark\n"),
    "language": swapped("locales/pl/language.toml", ('endonym = "', 'endonym = "X')),
    "glossary": appended("locales/pl/glossary.toml", "\n# a remark\n"),
    "no glossary": swapped("locales/pl/glossary.toml", ("[", "[[broken")),
    "waiver": present(f"locales/pl/waivers/{FIRST}.toml", b"# none yet\n"),
    "waiver of nobody": present("locales/pl/waivers/nobody.toml", b"# none\n"),
    "backup of a sign-off": present(f"locales/pl/signoff/{FIRST}.toml.bak", b"old"),
    "swap file": present("locales/pl/signoff/.x.toml.swp", b"x"),
    "sign-off": present(f"locales/pl/signoff/{FIRST}.toml", b"# none yet\n"),
    "bad sign-off": present(f"locales/pl/signoff/{SECOND}.toml", b"nonsense"),
    "leaflet": swapped(f"leaflet/{SECOND}/leaflet.md", ("\n", "\n\n")),
    "easy read": swapped(f"leaflet/{FIRST}/easy-read.md", ("![](germ)", "![](wash-hands)")),
    "date": swapped(f"leaflet/{FIRST}/leaflet.toml", ("last_updated = 2026-11-01", "last_updated = 2026-11-02"), ("review_due = 2028-11-01", "review_due = 2026-11-21")),
    "state": swapped(f"leaflet/{SECOND}/leaflet.toml", ('status = "draft"', 'status = "withdrawn"')),
    "fewer languages": swapped(f"leaflet/{SECOND}/leaflet.toml", ('languages = ["en-GB", "pl"]', 'languages = ["en-GB"]')),
    "register": swapped(f"leaflet/{FIRST}/safety.toml", ("can make a whole ward ill", "makes a ward ill")),
    "queries": swapped(f"leaflet/{FIRST}/queries.toml", ("stricter here?", "less strict here?")),
    "notes": present(f"leaflet/{SECOND}/more.txt"),
    "icon": swapped("styles/icon.svg", ("<svg ", "<svg  ")),
    "picture": swapped("styles/pictures/wash-hands.svg", ('fill="', 'fill="#123" data-x="')),
    "words of a picture": swapped("styles/pictures/pictures.toml", ('sign = "no"\n[wash-hands]', "[wash-hands]")),
    "style": appended("styles/page.css", "\n.x{color:red}\n"),
    "print style": appended("styles/print.css", "\n.x{color:red}\n"),
    "site style": appended("styles/site.css", "\n.y{color:red}\n"),
    "template": appended("styles/templates/index.html", "<!-- x -->\n<p>x</p>"),
    "other template": appended("styles/templates/language.html", "<p>y</p>"),
    "page template": swapped("styles/templates/web.html", ("\n", "\n\n")),
    "publisher": swapped("project.toml", ("Example Hospital", "Other Hospital")),
    "address": swapped("project.toml", ("leaflets.example.org", "www.example.org")),
    "links": swapped("project.toml", ('"tel:"', '"https://tel.example/"')),
    "opus": appended("project.toml", "\nopus = true\n"),
    "pace": swapped("audio/voices.toml", ("[pl]\n", "[pl]\nrate = 130\n")),
    "lexicon": appended("audio/lexicon/pl.toml", "\n# x\n"),
    "takes without words": present(f"audio/recordings/pl/{FIRST}", None),
    "font": _own_font,
    "touch": _touch,
    "saved": _rewritten,
    "template of strings": present(f"locales/{FIRST}.pot"),
    "new leaflet": present("leaflet/third/leaflet.md", b"# Third {#third}\n"),
    "hidden leaflet": present("leaflet/.fourth/leaflet.md", b"# Fourth {#fourth}\n"),
}


def steps(seed: int, count: int) -> Iterator[tuple[str, random.Random]]:
    """Edits at random: any kind, then often the same again, which takes it back."""
    chance, last = random.Random(seed), ""
    for _ in range(count):
        last = last if last and chance.random() < 0.35 else chance.choice(sorted(EDITS))
        yield last, chance
