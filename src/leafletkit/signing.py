"""The verbs of people who judge: sign, withdraw, waive. What they decide is appended to files in git."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rich.console import Console

from . import inline, signoffs, waivers
from .checking import Selection, Strings, check, clinical_hashes, hashes, heard_hashes, read_strings
from .errors import UsageError
from .findings import CODES, blocking
from .listing import show_findings
from .model import Criterion, Language, Leaflet
from .project import Project, signoff_path, waiver_path
from .publish import write_file
from .words_hash import words_hash

INTERFACE = "interface"
_HEAD = {
    "signoff": "# Sign-offs of {name} in {language}: who has approved which exact words. “leafletkit sign” adds to it.\n# Each hash binds an English text, its place and its translation: when one changes, the approval falls.\n",
    "waivers": "# Waivers of {name} in {language}: findings that a named person has accepted. “leafletkit waive” adds to it.\n",
}


@dataclass(frozen=True)
class Person:
    """Who decides, in what role, and on what day."""

    name: str
    role: str
    date: date

    def __post_init__(self) -> None:
        if not signoffs.has_name(self.name) or not self.role.strip():
            raise UsageError("name the person and the role: --name “…” --role “…”")


def sign(
    project: Project, name: str, tag: str, criterion: Criterion, person: Person, strings: Sequence[str], *,
    withdraw: bool = False, note: str = "", yes: bool = False,
) -> int:  # fmt: skip
    """Approve exact words, or withdraw an approval. Without `yes` the words are only shown. Returns the exit code.

    `name` is a leaflet or "interface"; `strings` are msgctxts (none: all that the criterion asks for).
    """
    console = Console()
    leaflet, language = _find(project, name, tag)
    read = read_strings(project, language, leaflet, person.date)
    broken = any(f.code == "signoff-invalid" for f in read.findings)
    if (read.texts is None and not withdraw) or broken:
        show_findings(console, [f for f in blocking((*project.findings, *read.findings)) if f.language in ("", tag)])
        console.print("Nothing was written: mend these first.", markup=False)
        return 1
    wanted = _wanted(project, leaflet, language, criterion, read)
    chosen = _chosen(wanted, strings)
    if criterion == "linguistic" and not withdraw and read.translator is not None:
        if not read.translator:
            raise UsageError(f"the catalogue of {tag} does not name its translator; fill in its Last-Translator line")
        if signoffs.same_name(read.translator, person.name):
            raise UsageError(f"{person.name} has made the translation; another person must approve it")
    decision = signoffs.Decision("withdrawn" if withdraw else "approved", criterion, person.name, person.role, person.date, chosen, note)
    if not chosen:
        console.print("There are no words to decide on; nothing was written.", markup=False)
        return 1
    barred = [c for c, h in chosen.items() if any(d.decision == "withdrawn" and d.criterion == criterion and d.words.get(c) == h for d in read.decisions)]
    if barred and not withdraw:
        console.print(f"These words were withdrawn, and an approval is of no use while they are: {', '.join(barred)}.", markup=False, soft_wrap=True)
        console.print("Change the words, or take the withdrawal out of the file in a change that others review. Nothing was written.", markup=False)
        return 1
    new = _undecided(decision, read.decisions)
    if not new:
        console.print("All of these words have this decision already; nothing was added.", markup=False)
        return 0
    _show(console, read, new, language)
    if not yes:
        does = "withdraws" if withdraw else "approves"
        console.print(f"Nothing was written. To say that {person.name} ({person.role}) {does} these {len(new)} strings, add --yes.", markup=False, soft_wrap=True)
        return 0
    path = signoff_path(project.root, tag, name)
    _append(path, "signoff", name, language, signoffs.entry(replace(decision, words=new)))
    console.print(f"{len(new)} strings {decision.decision} ({criterion}) by {person.name} in {path.relative_to(project.root)}.", markup=False, soft_wrap=True)
    return 0


def waive(project: Project, name: str, tag: str, string: str, code: str, reason: str, person: Person, *, yes: bool = False) -> int:
    """Accept what one code finds in one string as it stands. Without `yes` it is only shown. Returns the exit code."""
    console = Console()
    if code not in CODES or not CODES[code].waivable:
        allowed = ", ".join(c for c, row in CODES.items() if row.waivable)
        raise UsageError(f"“{code}” can't be waived; only these can: {allowed}")
    if not reason.strip():
        raise UsageError("a waiver needs its reason: --reason “…”")
    leaflet, language = _find(project, name, tag)
    read = read_strings(project, language, leaflet, person.date)
    if any(f.code == "waiver-invalid" for f in (*read.findings, *project.findings) if f.language in ("", tag)):
        show_findings(console, [f for f in (*read.findings, *project.findings) if f.code == "waiver-invalid"])
        console.print("Nothing was written: mend these first.", markup=False)
        return 1
    if code == "speech-silent" and not any(u.context == string for u in read.units):
        raise UsageError(f"“{string}” is not a string of {name}")
    findings = read.findings if code != "speech-silent" else check(project, Selection((name,), (tag,)), person.date).findings
    found = [f for f in findings if f.code == code and f.string == string and not f.waived]
    if not found:
        console.print(f"There is no {code} in “{string}” of {name} in {tag}; nothing was waived.", markup=False, soft_wrap=True)
        return 1
    for finding in found:
        console.print(f"{finding.message} [{code}]", markup=False, highlight=False, soft_wrap=True)
    source, target = found[0].source, found[0].target
    console.print(f"  English: {source}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"  {language.english}: {target}", markup=False, highlight=False, soft_wrap=True)
    if not yes:
        console.print(f"Nothing was written. To say that {person.name} ({person.role}) accepts this, add --yes.", markup=False, soft_wrap=True)
        return 0
    waiver = waivers.Waiver(string, code, person.name, person.role, reason, person.date, words_hash(string, source, target))
    path = waiver_path(project.root, tag, name)
    _append(path, "waivers", name, language, waivers.entry(waiver))
    console.print(f"{code} of “{string}” is waived by {person.name} in {path.relative_to(project.root)}.", markup=False, soft_wrap=True)
    return 0


def _find(project: Project, name: str, tag: str) -> tuple[Leaflet | None, Language]:
    leaflet = next((x for x in project.leaflets if x.id == name), None)
    if leaflet is None and name != INTERFACE:
        known = ", ".join((*(x.id for x in project.leaflets), INTERFACE))
        raise UsageError(f"there is no leaflet “{name}” that can be read; there are: {known}")
    if tag not in project.languages:
        raise UsageError(f"there is no language “{tag}” that can be read; there are: {', '.join(project.languages)}")
    return leaflet, project.languages[tag]


def _wanted(project: Project, leaflet: Leaflet | None, language: Language, criterion: Criterion, read: Strings) -> Mapping[str, str]:
    """The hash of every string that a criterion is about."""
    if read.texts is None:  # to withdraw, the last approved words count
        return {context: digest for d in read.decisions if d.criterion == criterion for context, digest in d.words.items()}
    if leaflet is None:
        if criterion != "linguistic":
            raise UsageError("the words of the interface have a linguistic sign-off only")
        return hashes(read)
    if criterion == "clinical":
        return clinical_hashes(read)
    if criterion == "heard":
        spoken = heard_hashes(project, leaflet, language, read)
        if not spoken:
            raise UsageError(f"there is no recording in {language.english}: no voice is fit and no person has read it")
        return spoken
    return hashes(read)


def _chosen(wanted: Mapping[str, str], strings: Sequence[str]) -> Mapping[str, str]:
    unknown = [s for s in strings if s not in wanted]
    if unknown:
        raise UsageError(f"“{unknown[0]}” is not a string that this criterion is about")
    return {s: wanted[s] for s in strings} if strings else wanted


def _undecided(decision: signoffs.Decision, decisions: Sequence[signoffs.Decision]) -> dict[str, str]:
    """The words for which the same person has not yet taken the same decision."""
    same = [d for d in decisions if (d.decision, d.criterion) == (decision.decision, decision.criterion) and signoffs.same_name(d.name, decision.name)]
    return {c: h for c, h in decision.words.items() if not any(d.words.get(c) == h for d in same)}


def _show(console: Console, read: Strings, chosen: Mapping[str, str], language: Language) -> None:
    """The exact words that are decided on: nobody approves what they have not been shown."""
    for unit in read.units:
        if unit.context in chosen:
            mark = f" (warning {unit.warning})" if unit.warning else ""
            console.print(f"{unit.context}{mark}", markup=False, highlight=False, style="bold")
            console.print(f"  English: {inline.plain(unit.text)}", markup=False, highlight=False, soft_wrap=True)
            if read.texts is not None and read.texts[unit.context] != unit.text:
                console.print(f"  {language.english}: {inline.plain(read.texts[unit.context])}", markup=False, highlight=False, soft_wrap=True)


def _append(path: Path, kind: str, name: str, language: Language, text: str) -> None:
    """Add to the end of a file, in one step; what stands in it stays as it is."""
    seen = path.read_bytes() if path.exists() else None
    head = (seen or _HEAD[kind].format(name=name, language=language.english).encode()).rstrip(b"\n") + b"\n"
    write_file(path, head + text.encode(), seen)
