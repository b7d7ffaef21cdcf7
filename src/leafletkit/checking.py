"""The first half of the path: read, translate, check, judge. No file is rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from . import strict
from .checks import approval, check_leaflet, check_strings, release
from .checks.speech import speech
from .findings import blocking
from .memo import remembered
from .model import EASY_READ, RECORDINGS, Criterion, Edition, Finding, FormatName, Language, Leaflet, Standing, Unit
from .phonemes import Phonemes
from .project import Project, load_catalogue, load_judgements, signoff_path
from .recordings import folder_of, recordings_key
from .signoffs import Decision, merged, standing
from .translate import bare, make_edition, translate
from .voices import spoken_key
from .waivers import Waiver, waive
from .words_hash import words_hash

Key = tuple[str, str]  # leaflet id, language tag


@dataclass(frozen=True)
class Selection:
    """What a run is asked to make; empty means all."""

    leaflets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[FormatName, ...] = ()

    def wants(self, leaflet: str, language: str) -> bool:
        return (not self.leaflets or leaflet in self.leaflets) and (not self.languages or language in self.languages)

    @property
    def partial(self) -> bool:
        return bool(self.leaflets or self.languages or self.formats)


@dataclass(frozen=True)
class Checked:
    """Editions that are whole, and every finding so far. `wanted` names all that were asked for."""

    wanted: tuple[Key, ...]
    editions: Mapping[Key, Edition]
    findings: tuple[Finding, ...]
    for_release: bool = False
    source_language: str = ""

    def withholds(self, key: Key, fmt: FormatName) -> bool:
        """Whether a finding so far withholds just this format of a whole edition."""
        about = (fmt, "audio") if fmt in RECORDINGS else (fmt,)  # what is said of the voice, or by who has listened, is of both recordings
        mine = (f for f in self.findings if (f.leaflet, f.language) == key and f.format in about)
        return bool(blocking(mine, release=self.for_release))


@dataclass(frozen=True)
class Strings:
    """The strings of one catalogue in one language, checked, with what people have decided about them.

    `texts` is None if any may not be used.
    """

    units: Sequence[Unit]
    texts: Mapping[str, str] | None
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...] = ()
    translator: str | None = None
    waivers: tuple[Waiver, ...] = ()


def check(project: Project, selection: Selection, today: date, *, for_release: bool = False) -> Checked:
    """Read, translate and check: no file is rendered."""
    findings: list[Finding] = list(project.findings)
    editions: dict[Key, Edition] = {}
    wanted: list[Key] = []
    # Settings that can't be trusted as a whole are not trusted in part.
    sound = not any(f.code == "project-invalid" for f in project.findings)
    # Translations are compared with the English by its facts; without those nothing is proved.
    sound = sound and project.settings.source_language in project.languages
    lacking = tuple(_source_facts(project))
    findings += lacking
    sound = sound and not (for_release and lacking)
    words: dict[str, Strings] = {}
    waivers: dict[Key, tuple[Waiver, ...]] = {}
    for leaflet in project.leaflets:
        tags = [t for t in project.languages_of(leaflet) if selection.wants(leaflet.id, t)]
        if not tags:
            continue
        whole = check_leaflet(leaflet, project.pictures)
        reasons = (*blocking(whole, release=for_release), *(release(leaflet, today) if for_release else ()))
        findings += dict.fromkeys((*whole, *reasons))
        for tag in tags:
            wanted.append((leaflet.id, tag))
            language = project.languages.get(tag)
            if language is None:  # its language.toml has a finding of its own
                continue
            if tag not in words:
                words[tag] = read_strings(project, language, None, today, for_release)
                findings += words[tag].findings
            strings = read_strings(project, language, leaflet, today, for_release)
            waivers[leaflet.id, tag] = strings.waivers
            edition, found = _edition(project, leaflet, language, strings, words[tag], today, for_release)
            findings += strings.findings + found
            if edition and not reasons and sound:
                editions[leaflet.id, tag] = edition
    findings += _speech(project, editions, waivers)
    # A leaflet that could not even be read is still wanted, and withheld in every language.
    read = {leaflet.id for leaflet in project.leaflets}
    broken = dict.fromkeys(f.leaflet for f in project.findings if f.leaflet and f.leaflet not in read)
    wanted += [(name, t) for name in broken for t in project.settings.languages if selection.wants(name, t)]
    return Checked(tuple(wanted), editions, tuple(findings), for_release, project.settings.source_language)


def _source_facts(project: Project) -> Iterator[Finding]:
    """Facts that the source language lacks: without them every check would find nothing, in every language."""
    tag = project.settings.source_language
    language = project.languages.get(tag)
    if language is None or not any(leaflet.warnings for leaflet in project.leaflets):
        return
    for name, there, file in (
        ("negations", language.facts.negations, "language.toml"),
        ("[facts.units]", language.facts.units, "language.toml"),
        ("terms", language.facts.names or language.facts.terms, "glossary.toml"),
    ):
        if not there:
            yield Finding("facts-missing", f"{language.english} has no {name}, so no translation can be compared with it",
                          f"fill them in in locales/{tag}/{file}", path=f"locales/{tag}/{file}")  # fmt: skip


def _edition(
    project: Project, leaflet: Leaflet, language: Language, strings: Strings, words: Strings, today: date, for_release: bool
) -> tuple[Edition | None, tuple[Finding, ...]]:
    """An edition, if its strings are whole and nothing that people have decided keeps it back; and what is not approved."""
    if words.texts is None or strings.texts is None:
        return None, ()
    is_source = language.tag == project.settings.source_language
    own, interface = judge(project, leaflet, language, strings, words)
    standings = own | {"linguistic": merged([own["linguistic"], *interface.values()])}
    found = tuple(
        finding
        for name, rows in ((leaflet.id, own), ("interface", interface))
        for finding in approval(
            leaflet.id, language.tag, signoff_path(project.root, language.tag, name).relative_to(project.root).as_posix(), name, rows
        )
    )
    if not for_release:  # that a draft is not approved is said in its notices, not as a finding
        found = tuple(f for f in found if f.code not in ("release-unapproved", "release-unheard"))
    if blocking((f for f in found if not f.format), release=for_release):
        return None, found
    edition = make_edition(
        leaflet, language, strings.texts, words.texts, project.pictures, is_source=is_source, today=today, standings=standings,
        url=project.settings.url,
    )
    return edition, found


def read_strings(project: Project, language: Language, leaflet: Leaflet | None, today: date, for_release: bool = False) -> Strings:
    """The strings of a leaflet, or of the interface, translated and checked, less what is waived."""
    units = project.units(leaflet) if leaflet else project.interface_units()
    name = leaflet.id if leaflet else ""
    decisions, waivers, findings = load_judgements(project, language.tag, name or "interface", today, name)
    translator: str | None = None
    if language.tag == project.settings.source_language:
        texts: Mapping[str, str] = {u.context: u.text for u in units}
        places = {u.context: (u.path, u.line) for u in units}
    else:
        catalogue, found = load_catalogue(project, language.tag, name or "interface", name)
        findings += found
        if catalogue is None:
            return Strings(units, None, findings, decisions)
        texts, found = translate(units, catalogue, leaflet=name, language=language.tag)
        findings += found
        places = {e.context: (catalogue.path, e.line) for e in catalogue.entries.values()}
        translator = catalogue.translator
    source = project.languages.get(project.settings.source_language, language)
    found = _checked(units, texts, places, language, source, leaflet)
    # Waivers for speech are used later, when the edition stands.
    findings += waive(found, [w for w in waivers if w.code != "speech-silent"], name, language.tag)
    whole = not blocking(findings, release=for_release)
    return Strings(units, texts if whole else None, findings, decisions, translator, waivers)


def _checked(
    units: Sequence[Unit], texts: Mapping[str, str], places: Mapping[str, tuple[str, int]], language: Language, source: Language, leaflet: Leaflet | None
) -> tuple[Finding, ...]:
    """What the checks say of strings; remembered from one run to the next, by all that they look at."""
    about = strict.to_text(replace(leaflet, folder=Path())) if leaflet else ""
    asked = (strict.to_text([list(units), dict(texts), dict(places)]), about, _known(language), _known(source))
    return remembered("strings", asked, lambda: check_strings(units, texts, places, language, source, leaflet))


def _known(language: Language) -> str:
    """All that is known of a language, as a text."""
    found = _LANGUAGES.get(id(language))
    if found is None or found[0] is not language:
        if len(_LANGUAGES) >= 64:  # a preview reads them anew for each build
            _LANGUAGES.clear()
        found = _LANGUAGES[id(language)] = (language, strict.to_text(language))
    return found[1]


_LANGUAGES: dict[int, tuple[Language, str]] = {}


def judge(
    project: Project, leaflet: Leaflet, language: Language, strings: Strings, words: Strings
) -> tuple[dict[Criterion, Standing], dict[Criterion, Standing]]:
    """How the strings of a leaflet, and those of the interface, stand by each criterion of sign-off."""
    out: dict[Criterion, Standing] = {
        "linguistic": standing(strings.decisions, "linguistic", hashes(strings), strings.translator),
        "clinical": standing(strings.decisions, "clinical", clinical_hashes(strings), None),
    }
    if spoken := heard_hashes(project, leaflet, language, strings, exactly=False):
        out["heard"] = standing(strings.decisions, "heard", spoken, None)
    return out, {"linguistic": standing(words.decisions, "linguistic", hashes(words), words.translator)}


def hashes(strings: Strings) -> Mapping[str, str]:
    """The `words_hash` of every string."""
    texts = strings.texts or {}
    return {u.context: words_hash(u.context, u.text, texts[u.context]) for u in strings.units}


def clinical_hashes(strings: Strings) -> Mapping[str, str]:
    """The `words_hash` of every string that carries a warning."""
    own = hashes(strings)
    return {u.context: own[u.context] for u in strings.units if u.warning}


def heard_hashes(project: Project, leaflet: Leaflet, language: Language, strings: Strings, *, exactly: bool = True) -> Mapping[str, str]:
    """The hash of every block that is spoken, bound to how it is spoken; empty where nothing speaks it.

    Without `exactly`, hashes are only right where somebody has decided on what is heard.
    """
    texts, voice = strings.texts or {}, project.voices.get(language.tag)
    by_id = {u.context: u for u in strings.units}
    spoken: dict[str, str] = {}
    for fmt in RECORDINGS:
        easy = fmt in EASY_READ
        blocks = (leaflet.easy_read if easy else leaflet.text).blocks
        folder = folder_of(project.root, language.tag, leaflet.id, fmt)
        if fmt not in project.settings.formats:
            continue
        if folder.is_dir():
            spoken |= dict.fromkeys((b.id for b in blocks), recordings_key(folder))
        elif voice and voice.synthetic:
            # How it is spoken takes long to find out, and is asked only where somebody has decided on it.
            asked = any(d.criterion == "heard" for d in strings.decisions) or exactly
            spoken |= {b.id: spoken_key(voice, texts[b.id], slow=easy or bool(b.warning)) if asked else "" for b in blocks}
    return {context: words_hash(context, by_id[context].text, texts[context], how) for context, how in spoken.items()}


def _speech(project: Project, editions: Mapping[Key, Edition], waivers: Mapping[Key, tuple[Waiver, ...]]) -> tuple[Finding, ...]:
    """Whether the voices speak every token of every warning; recordings by people are heard by people."""
    formats = [f for f in RECORDINGS if f in project.settings.formats]
    voiced = {
        key: (told, project.voices[key[1]])
        for key, edition in editions.items()
        if key[1] in project.voices and project.voices[key[1]].engine == "espeak"
        and (told := [edition.told(f) for f in formats if not folder_of(project.root, key[1], key[0], f).is_dir()])
    }  # fmt: skip
    out: list[Finding] = []
    with Phonemes() as phonemes:
        for key, (told, voice) in voiced.items():
            asked = [strict.to_text(bare(e)) + strict.to_text(voice) for e in told]
            rows = [remembered("speech", (text,), lambda e=e, v=voice: tuple(speech(e, v, phonemes))) for e, text in zip(told, asked, strict=True)]  # type: ignore[misc]
            found = tuple(dict.fromkeys(f for row in rows for f in row))
            out += waive(found, [w for w in waivers[key] if w.code == "speech-silent"], *key)
    return tuple(out)
