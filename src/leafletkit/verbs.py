"""The verbs that render nothing: check, catalogues, status, and the words of a recording."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console

from . import __version__
from .catalogue import parse_po
from .checking import Selection
from .checking import check as run_check
from .checks import release
from .engines import sample_rate
from .errors import Fault, UsageError
from .execute import workers
from .findings import blocking, sort_findings
from .library import check_all
from .listing import finding_fields, show_findings
from .merge import template, updated
from .model import RECORDINGS, Finding, FormatName, Standing, Unit
from .phonemes import Phonemes
from .project import Project, leaflet_names, load_catalogue, load_shared, po_path, pot_path
from .proof.audio import says_a_pace, weight
from .publish import write_file
from .script import lines, script
from .segments import Segments
from .voices import Voice

_MANY = 8  # leaflets that are checked one after the other


def check(root: Path, selection: Selection, today: date, *, as_json: bool, for_release: bool) -> int:
    """Say what is wrong, without making any file."""
    shared = load_shared(root)
    names = [name for name in leaflet_names(shared.root) if not selection.leaflets or name in selection.leaflets]
    # A few leaflets are checked sooner than processes are started.
    with workers((os.cpu_count() or 1) if len(names) > _MANY else 1) as pool:
        checked = check_all(shared, names, selection, today, pool, for_release=for_release)
    findings = sort_findings([f for f in checked.findings if _selected(f, selection)])
    if as_json:
        json.dump([finding_fields(f) for f in findings], sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        console = Console()
        show_findings(console, findings)
        console.print(f"{checked.whole} of {checked.wanted} editions are whole.", markup=False)
    return 1 if blocking(findings, release=for_release) else 0


def _selected(finding: Finding, selection: Selection) -> bool:
    leaflets, languages = selection.leaflets, selection.languages
    return (not leaflets or finding.leaflet in ("", *leaflets)) and (not languages or finding.language in ("", *languages))


def _catalogues(project: Project, selection: Selection) -> Iterator[tuple[str, str, tuple[Unit, ...]]]:
    """(name, version, units) of each catalogue: one a leaflet, one for the interface words."""
    for leaflet in project.leaflets:
        if not selection.leaflets or leaflet.id in selection.leaflets:
            yield leaflet.id, leaflet.meta.version, project.units(leaflet)
    if not selection.leaflets:
        yield "interface", __version__, project.interface_units()


def _require_sources(project: Project) -> None:
    """Catalogues are only written from sources without faults: a half-read leaflet would drop strings."""
    faults = [f for f in blocking(project.findings) if not f.language]
    if faults:
        show_findings(Console(stderr=True), faults)
        raise Fault("the sources have faults, so no catalogue was changed", "mend them first")


def extract(project: Project, selection: Selection) -> int:
    """Write the templates."""
    _require_sources(project)
    for name, version, units in _catalogues(project, selection):
        path = pot_path(project.root, name)
        changed = write_file(path, str(template(units, name, version)).encode(), _read(path))
        print(f"{path.relative_to(project.root)}: {len(units)} strings, {'written' if changed else 'unchanged'}")
    return 0


def update(project: Project, selection: Selection) -> int:
    """Write the templates and merge them into every language's catalogues."""
    extract(project, selection)
    code = 0
    source = project.settings.source_language
    wanted = {leaflet.id: project.languages_of(leaflet) for leaflet in project.leaflets}
    for name, version, units in _catalogues(project, selection):
        pot = template(units, name, version)
        for tag, language in project.languages.items():
            if tag == source or (selection.languages and tag not in selection.languages) or tag not in wanted.get(name, (tag,)):
                continue
            path = po_path(project.root, tag, name)
            relative = path.relative_to(project.root)
            old = _read(path)
            if old is not None:
                _catalogue, broken = load_catalogue(project, tag, name, name if name in wanted else "")
                if broken:
                    show_findings(Console(), broken)
                    code = 1
                    continue
            text = updated(old.decode() if old is not None else None, pot, language)
            changed = write_file(path, text.encode(), old)
            print(f"{relative}: {_counts(text)}, {'updated' if changed else 'unchanged'}")
    return code


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _counts(text: str) -> str:
    entries = [e for e in parse_po(text) if not e.obsolete]
    done = sum(bool(e.msgstr) and "fuzzy" not in e.flags for e in entries)
    fuzzy = sum("fuzzy" in e.flags for e in entries)
    return f"{done} of {len(entries)} translated" + (f", {fuzzy} unsure" if fuzzy else "")


def status(project: Project, selection: Selection, today: date) -> int:
    """What is translated, what is missing or changed since its approval, and what keeps each leaflet from release."""
    console = Console()
    checked = run_check(project, selection, today)
    for leaflet in project.leaflets:
        tags = [t for name, t in checked.wanted if name == leaflet.id]
        if not tags:
            continue
        console.print(f"{leaflet.id} {leaflet.meta.version}: {len(leaflet.warnings)} warnings, {len(project.units(leaflet))} strings", markup=False)
        for tag in tags:
            mine = [f for f in blocking(checked.findings) if f.language == tag and f.leaflet in ("", leaflet.id)]
            edition = checked.editions.get((leaflet.id, tag))
            state = f"whole, {edition.state}" if edition else f"incomplete: {len(mine)} findings"
            console.print(f"  {tag:8} {state}", markup=False)
            for name, standing in edition.standings.items() if edition else ():
                console.print(f"           {name}: {_standing(standing)}", markup=False, soft_wrap=True)
        for reason in release(leaflet, today):
            console.print(f"  not for release: {reason.message}", markup=False, soft_wrap=True)
    faults = blocking([f for f in checked.findings if _selected(f, selection)])
    show_findings(console, faults)
    return 1 if faults else 0


def _standing(standing: Standing) -> str:
    """How strings stand by one criterion, in a line. Those that have changed are all named."""
    if standing.whole:
        return "approved by " + "; ".join(standing.by)
    parts = [f"{len(standing.missing)} strings not signed"] if standing.missing else []
    for what, contexts in (("changed since", standing.stale), ("withdrawn", standing.withdrawn), ("approved only by the translator", standing.same_person)):
        if contexts:
            parts.append(f"{what}: {', '.join(contexts)}")
    return "; ".join(parts)


def print_script(project: Project, selection: Selection, today: date) -> int:
    """The words of a recording by a person: file name, hash and words of each part."""
    checked = run_check(project, selection, today)
    if len(checked.editions) != 1:
        if len(checked.wanted) > 1:
            raise UsageError("name one leaflet and one language: script --leaflet ID --language TAG")
        show_findings(Console(), [f for f in checked.findings if _selected(f, selection)])
        return 1
    (edition,) = checked.editions.values()
    fmt: FormatName = next((f for f in RECORDINGS if f in selection.formats), "audio")
    for segment in {s.take: s for s in script(edition.told(fmt), synthetic=False)}.values():
        print(f'"{segment.take}" = "{segment.words_hash}"  # {" ".join(segment.text.split())}')
    return 0


def say(project: Project, tag: str, text: str | None, today: date) -> int:
    """Show what the voice of a language gets for a text, and the sounds that espeak-ng makes of it.

    Without a text: the letters a second of the slowest and the fastest sentence of all recordings in the language.
    """
    voice = project.voices.get(tag)
    if voice is None or not voice.synthetic:
        show_findings(Console(stderr=True), [f for f in project.findings if f.code == "voices-invalid"])
        raise Fault(f"there is no voice for “{tag}”", "name one in audio/voices.toml")
    if text is None:
        return _measure(project, tag, voice, today)
    said = voice.spoken(text)
    print(f"the voice gets: {said}")
    if voice.engine == "espeak":
        with Phonemes() as phonemes:
            print(f"its sounds:     {phonemes(voice.name, [said])[1][0]}")
    return 0


def _measure(project: Project, tag: str, voice: Voice, today: date) -> int:
    editions = run_check(project, Selection(languages=(tag,)), today).editions.values()
    told = [e.told(f) for e in editions for f in RECORDINGS]
    said = {voice.spoken(line.text) for e in told for line in lines(script(e, synthetic=True), e.language.sentence_ends)}
    long = sorted(filter(says_a_pace, said))
    sounds = Segments(voice, project.root).sounds([(text, False) for text in long])
    paces = sorted((weight(text) / (sound.size / sample_rate(voice, project.root)), text) for (text, _), sound in sounds.items())
    if not paces:
        raise Fault(f"there are no whole editions in “{tag}” to measure", "translate a leaflet first")
    for pace, text in (*paces[:2], *paces[-2:]):
        print(f"{pace:5.1f} letters a second: {text}")
    print(f"{len(paces)} sentences; with a little room: letters = [{paces[0][0] * 0.85:.1f}, {paces[-1][0] * 1.15:.1f}]")
    return 0
