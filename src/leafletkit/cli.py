"""The command line: verbs, options, exit codes (0 clean, 1 findings that block, 2 usage, 3 fault, 130 stopped)."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

from rich.console import Console

from . import __version__, scratch
from .errors import STOPPED, Fault, UsageError
from .findings import CODES, explain
from .model import CRITERIA, FORMATS, RECORDINGS

if TYPE_CHECKING:
    from .project import Project

CLEAN, FOUND, USAGE, FAULT = 0, 1, 2, 3

VERBS = {
    "build": "make, prove and publish every edition that is whole (the default)",
    "check": "read, translate and check, without making any file",
    "extract": "write the translation templates (locales/*.pot)",
    "update": "bring every language's catalogue up to date with the English",
    "status": "show what is translated, what is missing and what keeps a leaflet from release",
    "sign": "approve exact words as a named person, or withdraw an approval",
    "waive": "accept one finding of one string as a named person",
    "prove": "prove a published folder again, without building",
    "explain": "say what a finding's code means and what to do",
    "script": "print the words of a recording, for a person who reads it aloud",
    "say": "show how a text would be spoken: what the voice gets, and its sounds",
    "init": "make a new project folder",
    "clean": "remove what was kept for later builds and is not used any more",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see --help)")


def parser() -> argparse.ArgumentParser:
    """The command line's grammar; docs/reference/command-line.md is compared with it by a test."""
    common = _Parser(add_help=False)
    common.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="the project folder (default: here)")
    common.add_argument("--leaflet", action="append", default=[], metavar="ID", help="only this leaflet (may be repeated)")
    common.add_argument("--language", action="append", default=[], metavar="TAG", help="only this language (may be repeated)")
    top = _Parser(prog="leafletkit", description="Patient leaflets in many languages and formats, proved.")
    top.add_argument("--version", action="version", version=f"leafletkit {__version__}")
    verbs = top.add_subparsers(dest="verb", parser_class=_Parser)

    def verb(name: str, *parents: _Parser) -> _Parser:
        return verbs.add_parser(name, help=VERBS[name], description=VERBS[name], parents=list(parents))

    build = verb("build", common)
    build.add_argument("--format", action="append", default=[], choices=FORMATS, help="only this format (may be repeated)")
    build.add_argument("--out", type=Path, metavar="DIR", help="where to publish (default: dist/, or preview/ for a selection)")
    build.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="how many processes (default: all cores)")
    build.add_argument("--cluster", default="", metavar="ADDRESS", help="let the workers of this Dask scheduler do the work, for example tcp://10.0.0.5:8786")
    build.add_argument("--release", action="store_true", help="only what is approved, in date and free of open questions")
    build.add_argument("--cache", type=Path, metavar="DIR", help="where what was made before is kept (default: LEAFLETKIT_CACHE, or ~/.cache/leafletkit)")
    build.add_argument("--no-cache", action="store_true", help="make everything anew, and keep nothing")
    build.add_argument("--explain", action="store_true", help="say of each file why it was made again or kept")
    build.add_argument("--watch", action="store_true", help="show a preview in the browser, and make again what an edit touches")
    build.add_argument("--port", type=int, metavar="N", help="with --watch: the port of the preview (default: 8321, or one that is free)")
    build.add_argument("--poll", action="store_true", help="with --watch: look at the folders four times a second, for drives that tell of no changes")
    check = verb("check", common)
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    check.add_argument("--release", action="store_true", help="count what keeps a leaflet from release, too")
    verb("extract", common)
    verb("update", common)
    verb("status", common)
    verb("script", common).add_argument("--format", action="append", default=[], choices=tuple(RECORDINGS), help="which recording (default: audio)")
    say = verb("say")
    say.add_argument("text", nargs="?", help="the words, as they stand in a leaflet; without them, how fast the voice speaks them all")
    say.add_argument("--language", required=True, metavar="TAG", help="the language")
    say.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="the project folder (default: here)")
    person = _Parser(add_help=False)
    person.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="the project folder (default: here)")
    person.add_argument("--leaflet", required=True, metavar="ID", help="the leaflet, or “interface” for the words around all leaflets")
    person.add_argument("--language", required=True, metavar="TAG", help="the language")
    person.add_argument("--name", required=True, help="who decides")
    person.add_argument("--role", required=True, help="in what role, for example “Consultant neurologist”")
    sign = verb("sign", person)
    sign.add_argument("--criterion", required=True, choices=CRITERIA, help="what is approved: the language, the clinical meaning, or the sound")
    sign.add_argument("--string", action="append", default=[], metavar="ID", help="only this string (may be repeated; default: all the criterion is about)")
    sign.add_argument("--note", default="", help="a remark to keep with the decision")
    sign.add_argument("--withdraw", action="store_true", help="withdraw the approval of these words")
    sign.add_argument("--yes", action="store_true", help="write the decision; without it the words are only shown")
    waive = verb("waive", person)
    waive.add_argument("--string", required=True, metavar="ID", help="the string")
    waive.add_argument("--code", required=True, help="the code of the finding")
    waive.add_argument("--reason", required=True, help="why the words are right as they are")
    waive.add_argument("--yes", action="store_true", help="write the waiver; without it the finding is only shown")
    prove = verb("prove")
    prove.add_argument("dir", type=Path, nargs="?", default=Path("dist"), help="the published folder (default: dist)")
    prove.add_argument("--project", type=Path, metavar="DIR", help="compare with the words of this project, too")
    prove.add_argument("--eyes", action="store_true", help="read the PDFs by eye, too (with tesseract)")
    prove.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="how many processes (default: all cores)")
    verb("explain").add_argument("code", nargs="?", help="a finding's code; without one, all codes are listed")
    verb("init").add_argument("dir", type=Path, help="the new folder")
    clean = verb("clean")
    clean.add_argument("--older-than", required=True, metavar="AGE", help="what nobody has asked for since then, for example 30d, 12h or 0d (all of it)")
    clean.add_argument("--cache", type=Path, metavar="DIR", help="where what was made before is kept (default: LEAFLETKIT_CACHE, or ~/.cache/leafletkit)")
    return top


def main(arguments: Sequence[str] | None = None, *, today: date | None = None) -> int:
    """Run one verb and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given.insert(0, "build")
    error = Console(stderr=True)
    try:
        options = parser().parse_args(given)
        return _run(options, today or date.today())
    except UsageError as problem:
        error.print(f"leafletkit: {problem}", markup=False, highlight=False, soft_wrap=True)
        return USAGE
    except Fault as fault:
        error.print(f"leafletkit: {fault.what}", markup=False, highlight=False, soft_wrap=True)
        if fault.hint:
            error.print(f"    {fault.hint}", markup=False, highlight=False, soft_wrap=True)
        return FAULT
    except KeyboardInterrupt:
        error.print("leafletkit: stopped; nothing was changed", highlight=False)
        return STOPPED
    except Exception:  # a fault of our own: say so, and keep the trace for the report
        traceback.print_exc()
        error.print("leafletkit: this is a fault of the toolkit; nothing was published. Please report it with the lines above.")
        return FAULT


def _run(options: argparse.Namespace, today: date) -> int:
    if options.verb == "explain":
        return _explain(options.code)
    if options.verb == "clean":
        return _clean(options.older_than, options.cache)
    if options.verb == "init":
        from .scaffold import init

        init(options.dir)
        print(f"Made a new project in {options.dir}.")
        print("Next: put your hospital's name into project.toml and its translations into locales/*/LC_MESSAGES/interface.po,")
        print(f"then: cd {options.dir} && leafletkit update && leafletkit build")
        return CLEAN
    if options.verb in ("build", "check", "prove"):
        scratch.ready()
    # The rest needs the toolkit's heavy parts: they are loaded only now, so that help is quick.
    from . import verbs
    from .checking import Selection
    from .project import load

    if options.verb == "prove":
        if options.jobs < 1:
            raise UsageError("--jobs must be 1 or more")
        from . import building

        return building.prove(options.dir, load(options.project) if options.project else None, options.jobs, today, eyes=options.eyes)
    if options.verb == "build":
        return _build(options, today)
    if options.verb == "check":
        if options.leaflet or options.language:
            _known(options, load(options.project))
        chosen = Selection(tuple(options.leaflet), tuple(options.language))
        return verbs.check(options.project, chosen, today, as_json=options.json, for_release=options.release)
    project = load(options.project)
    if options.verb in ("sign", "waive"):
        return _judge(options, project, today)
    if options.verb == "say":
        return verbs.say(project, options.language, options.text, today)
    _known(options, project)
    selection = Selection(tuple(options.leaflet), tuple(options.language))
    if options.verb == "extract":
        return verbs.extract(project, selection)
    if options.verb == "update":
        return verbs.update(project, selection)
    if options.verb == "script":
        return verbs.print_script(project, selection, today)
    return verbs.status(project, selection, today)


def _build(options: argparse.Namespace, today: date) -> int:
    from .cache import default_folder
    from .unchanged import is_unchanged, look

    if options.jobs < 1:
        raise UsageError("--jobs must be 1 or more")
    if not options.watch and (options.poll or options.port is not None):
        raise UsageError("--port and --poll are for --watch")
    if options.watch and (options.release or options.explain):
        raise UsageError("--watch shows drafts as they are edited: leave out --release and --explain")
    root = options.project.resolve()
    if not (root / "project.toml").is_file():
        raise UsageError(f"there is no project.toml in {root}; “leafletkit init DIR” makes a project")
    formats = tuple(f for f in FORMATS if f in options.format)
    partial = bool(options.leaflet or options.language or formats or options.watch)
    out = options.out or root / ("preview" if partial else "dist")
    order = " ".join((",".join(options.leaflet), ",".join(options.language), ",".join(formats), "release" if options.release else ""))
    with TemporaryDirectory(prefix="leafletkit-cache-") as anew:
        cache = Path(anew) if options.no_cache else options.cache or default_folder()
        if options.watch:
            return _watch(options, root, out, cache, today)
        # A build of a library makes millions of small values that stay: to look for waste among them after each 700 takes a tenth of the time.
        gc.set_threshold(50_000, 20, 20)
        seen = look(root, out, order, cache)
        if not options.explain and is_unchanged(seen, out, today):
            print(seen.state.said, end="")
            print("Nothing has changed since the last build: no file was made again.")
            return seen.state.code
        # The rest needs the toolkit's heavy parts.
        from . import building
        from .checking import Selection
        from .project import load

        if options.leaflet or options.language:
            _known(options, load(root))
        selection = Selection(tuple(options.leaflet), tuple(options.language), formats)
        return building.build(building.Order(root, selection, out, options.jobs, today, options.release, options.explain, options.cluster), seen)


def _watch(options: argparse.Namespace, root: Path, out: Path, cache: Path, today: date) -> int:
    from .checking import Selection
    from .project import load
    from .watch import pages_only, watch

    project, started = load(root), date.today()
    _known(options, project)
    asked = tuple(f for f in FORMATS if f in options.format)
    selection = pages_only(Selection(tuple(options.leaflet), tuple(options.language), asked), project.settings.formats)
    # A preview may be open over midnight: then a leaflet may be out of date.
    return watch(root, selection, out, options.jobs, lambda: today + (date.today() - started), cache=cache, port=options.port, poll=options.poll)


def _known(options: argparse.Namespace, project: Project) -> None:
    """Refuse leaflets and languages that the project does not have."""
    known = {leaflet.id for leaflet in project.leaflets} | {f.leaflet for f in project.findings}
    for name in options.leaflet:
        if name not in known:
            raise UsageError(f"there is no leaflet “{name}”; there are: {', '.join(sorted(filter(None, known)))}")
    for tag in options.language:
        if tag not in project.settings.languages:
            raise UsageError(f"there is no language “{tag}”; there are: {', '.join(project.settings.languages)}")
    meetings = [(x.id, t) for x in project.leaflets for t in project.languages_of(x)]
    if options.leaflet and options.language and not any(x in options.leaflet and t in options.language for x, t in meetings):
        whole = {leaflet.id for leaflet in project.leaflets}
        if set(options.leaflet) <= whole:
            raise UsageError(f"{', '.join(options.leaflet)} is not published in {', '.join(options.language)}")


def _judge(options: argparse.Namespace, project: Project, today: date) -> int:
    from . import signing

    person = signing.Person(options.name, options.role, today)
    if options.verb == "waive":
        return signing.waive(project, options.leaflet, options.language, options.string, options.code, options.reason, person, yes=options.yes)
    return signing.sign(
        project, options.leaflet, options.language, options.criterion, person, options.string,
        withdraw=options.withdraw, note=options.note, yes=options.yes,
    )  # fmt: skip


def _clean(age: str, folder: Path | None) -> int:
    from .cache import Cache, default_folder

    match = re.fullmatch(r"(\d{1,6})([dhm])", age)
    if not match:
        raise UsageError(f"--older-than says “{age}”: write a number and d, h or m, for example 30d")
    seconds = int(match[1]) * {"d": 86_400, "h": 3_600, "m": 60}[match[2]]
    cache = Cache(folder or default_folder())
    if not cache.folder.is_dir():
        print(f"There is nothing in {cache.folder}.")
        return CLEAN
    # At once means also what is of this very second.
    count, size = cache.clean(time.time() - seconds if seconds else float("inf"))
    print(f"Removed {count} entries ({size / 1e6:.1f} MB) from {cache.folder}. What is still needed is made again by the next build.")
    return CLEAN


def _explain(code: str | None) -> int:
    if code is None:
        for name, entry in CODES.items():
            print(f"{name:32} {entry.title}")
        return CLEAN
    if code not in CODES:
        near = [c for c in CODES if code in c or c.split("-")[0] == code.split("-")[0]]
        raise UsageError(f"there is no code “{code}”" + (f"; did you mean {', '.join(near)}?" if near else "; “explain” lists all"))
    print(explain(code), end="")
    return CLEAN

