"""Read a whole project folder into values. The only module that knows where files lie."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import cast

from .catalogue import Catalogue, read_catalogue
from .errors import UsageError
from .facts import read_glossary
from .fields import read_toml
from .files import Unreadable, read_bytes, read_text
from .language import TAG, read_language
from .limits import FINDINGS, FOLDER_FILES, LANGUAGES, LEAFLETS
from .model import FORMATS, Document, DocumentKind, Finding, FormatName, Language, Leaflet, Picture, Unit
from .pictures import read_pictures
from .register import hold_against_register, read_metadata, read_queries, read_register
from .signoffs import Decision, read_signoffs
from .source import read_document
from .units import leaflet_units
from .voices import Voices, read_voices
from .waivers import Waiver, read_waivers
from .words import interface_words

NAME = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"  # of a leaflet: its id and its folder
SAFE_LINKS = ("https://", "tel:", "mailto:")


@dataclass(frozen=True)
class Settings:
    """project.toml."""

    publisher: str
    source_language: str
    languages: tuple[str, ...]
    formats: tuple[FormatName, ...]
    allowed_links: tuple[str, ...]
    opus: bool = False
    url: str = ""


@dataclass(frozen=True)
class Project:
    """All that people have written: settings, leaflets, languages, pictures, voices."""

    root: Path
    settings: Settings
    leaflets: tuple[Leaflet, ...]
    languages: Mapping[str, Language]
    pictures: Mapping[str, Picture]
    voices: Voices
    findings: tuple[Finding, ...]

    def units(self, leaflet: Leaflet) -> tuple[Unit, ...]:
        return leaflet_units(leaflet, self.pictures)

    def interface_units(self) -> tuple[Unit, ...]:
        publisher = Unit(
            "publisher", self.settings.publisher,
            ("The name of the hospital. Translate it, or keep it if it has no other name.",), path="project.toml",
        )  # fmt: skip
        return (*interface_words(), publisher)

    def languages_of(self, leaflet: Leaflet) -> tuple[str, ...]:
        """The languages a leaflet is meant to have, the source language first."""
        wanted = leaflet.meta.languages or self.settings.languages
        source = self.settings.source_language
        return (source, *(t for t in wanted if t != source))


class Reader:
    """Reads files below one root; what can't be read becomes a finding."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def text(self, path: Path, code: str, *, leaflet: str = "", language: str = "") -> str | None:
        try:
            return read_text(self.root, path)
        except FileNotFoundError:
            message, hint = "the file is missing", "write it, or restore it"
        except Unreadable as error:
            message, hint = str(error), error.hint
        self.findings.append(Finding(code, message, hint, leaflet, language, path=self.relative(path)))
        return None


def po_path(root: Path, language: str, name: str) -> Path:
    return root / "locales" / language / "LC_MESSAGES" / f"{name}.po"


def pot_path(root: Path, name: str) -> Path:
    return root / "locales" / f"{name}.pot"


def signoff_path(root: Path, language: str, name: str) -> Path:
    return root / "locales" / language / "signoff" / f"{name}.toml"


def waiver_path(root: Path, language: str, name: str) -> Path:
    return root / "locales" / language / "waivers" / f"{name}.toml"


def load(root: Path) -> Project:
    """Read a project. What is wrong in it stands in `findings`; a leaflet with errors is left out."""
    project = load_shared(root)
    return with_leaflets(project, leaflet_names(project.root))


def leaflet_names(root: Path) -> list[str]:
    """The leaflets that a project has folders for; none if they are too many (`load_shared` says so)."""
    names = _names(Reader(root), root / "leaflet", LEAFLETS, "source-missing")
    return [name for name in names if re.fullmatch(NAME, name) and (root / "leaflet" / name).is_dir()]


def with_leaflets(project: Project, names: Sequence[str]) -> Project:
    """The same project with some of its leaflets read."""
    reader = Reader(project.root)
    found = [_leaflet(reader, project.root / "leaflet" / name, project.settings, project.pictures) for name in names]
    return replace(project, leaflets=tuple(x for x in found if x), findings=(*project.findings, *reader.findings))


def load_shared(root: Path) -> Project:
    """Read all that a project's leaflets share, and none of them."""
    root = root.resolve()
    if not (root / "project.toml").is_file():
        raise UsageError(f"there is no project.toml in {root}; “leafletkit init DIR” makes a project")
    reader = Reader(root)
    settings = _settings(reader)
    pictures: Mapping[str, Picture] = {}
    path = root / "styles" / "pictures" / "pictures.toml"
    if (text := reader.text(path, "pictures-invalid")) is not None:
        pictures, found = read_pictures(text, reader.relative(path), path.parent)
        reader.findings += found
    languages: dict[str, Language] = {}
    for tag in settings.languages:
        path = root / "locales" / tag / "language.toml"
        if (text := reader.text(path, "language-invalid", language=tag)) is not None:
            language, found = read_language(text, reader.relative(path), tag)
            reader.findings += found
            path = path.with_name("glossary.toml")
            if language and os.path.lexists(path):
                text = reader.text(path, "glossary-invalid", language=tag)
                facts, found = read_glossary(text, reader.relative(path), tag, language.facts) if text is not None else (language.facts, ())
                reader.findings += found
                # A language without the terms it should keep is no better than one without its facts.
                language = None if found or text is None else replace(language, facts=facts)
            if language:
                languages[tag] = language
    voices, found = read_voices(root, tuple(languages))
    reader.findings += found
    known = {"interface", *_names(reader, root / "leaflet", LEAFLETS, "source-missing")}
    for tag in tuple(languages):
        if found := tuple(islice(_misnamed(reader, tag, known), FINDINGS)):
            reader.findings += found
            del languages[tag]
    for name in sorted(known - {"interface"}):
        if (root / "leaflet" / name).is_dir() and not re.fullmatch(NAME, name):
            reader.findings.append(
                Finding("metadata-invalid", f"a leaflet can't have a folder called {name[:80]!a}", "name it in small letters, digits and single hyphens, such as clean-hands",
                        path="leaflet")
            )  # fmt: skip
    if not any((root / "leaflet" / name).is_dir() for name in known):
        reader.findings.append(
            Finding("source-missing", "there is no leaflet", "make a folder below leaflet/ with leaflet.md in it", path="leaflet")
        )
    return Project(root, settings, (), languages, pictures, voices, tuple(reader.findings))


def _names(reader: Reader, folder: Path, limit: int, code: str, language: str = "") -> list[str]:
    """The names in a folder, sorted; none, and a finding, if they are too many to look at."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, limit + 1) if not entry.name.startswith(".")]  # what editors and systems leave
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        names, what, hint = [], f"the folder can't be read: {error.strerror or error}", "check its permissions"
    else:
        what, hint = f"the folder holds more than {limit:,} files and folders", "take away what does not belong there"
        if len(names) <= limit:
            return sorted(names)
    reader.findings.append(Finding(code, what, hint, language=language, path=reader.relative(folder)))
    return []


def _misnamed(reader: Reader, tag: str, known: set[str]) -> Iterator[Finding]:
    """Files of sign-offs and waivers that belong to no leaflet: a withdrawal in one would go unread."""
    for folder, code in (("signoff", "signoff-invalid"), ("waivers", "waiver-invalid")):
        start = len(reader.findings)
        for name in _names(reader, reader.root / "locales" / tag / folder, FOLDER_FILES, code, tag):
            path = reader.root / "locales" / tag / folder / name
            if path.suffix != ".toml" or path.stem not in known:
                yield Finding(code, f"{shown(path.name)} has the name of no leaflet, so nobody would read it", "name it LEAFLET.toml or interface.toml, or take it away",
                              language=tag, path=shown(reader.relative(path)))  # fmt: skip
        yield from reader.findings[start:]
        del reader.findings[start:]


def shown(name: str) -> str:
    """A name of a file as one line that every terminal can show, whatever bytes it has."""
    return name if name.isprintable() else ascii(name)[1:-1]


def _settings(reader: Reader) -> Settings:
    text = reader.text(reader.root / "project.toml", "project-invalid")
    top, found = read_toml(text or "", "project-invalid", "project.toml")
    reader.findings += found
    if top is None:
        return Settings("", "en-GB", (), FORMATS, ())
    settings = Settings(
        publisher=top.string("publisher"),
        source_language=top.string("source_language"),
        languages=top.strings("languages"),
        formats=cast(tuple[FormatName, ...], top.strings("formats", FORMATS)),
        allowed_links=top.strings("allowed_links", ()),
        opus=top.flag("opus", False),
        url=top.string("url", "", pattern=r"https://[A-Za-z0-9.-]+(:[0-9]+)?/([A-Za-z0-9._~-]+/)*"),
    )
    for name in settings.formats:
        if name not in FORMATS:
            top.complain("formats", f"“{name}” is not a format", "use: " + ", ".join(FORMATS))
    for field in ("languages", "formats"):
        rows = getattr(settings, field)
        if not rows:
            top.complain(field, f"“{field}” is empty", "name at least one")
        if len(set(rows)) < len(rows):
            top.complain(field, f"“{field}” names something twice", "name each once")
    for tag in settings.languages:
        if not re.fullmatch(TAG, tag):
            top.complain("languages", f"“{tag}” is not a language tag", "write a BCP 47 tag, for example pl or zh-Hans")
    if len(settings.languages) > LANGUAGES:
        top.complain("languages", f"“languages” names {len(settings.languages):,} languages; a project may have {LANGUAGES}", "take out what is not needed")
    if settings.source_language not in settings.languages:
        top.complain("languages", f"“{settings.source_language}” is not among the languages", "add the source language")
    for start in settings.allowed_links:
        if not start.startswith(SAFE_LINKS):
            top.complain("allowed_links", f"“{start}” is not a safe beginning", "allow https://, tel: or mailto: addresses only")
    top.finish()
    reader.findings += top.findings
    return replace(
        settings,
        formats=tuple(f for f in FORMATS if f in settings.formats),
        languages=tuple(dict.fromkeys(t for t in settings.languages if re.fullmatch(TAG, t)))[:LANGUAGES],
        allowed_links=tuple(s for s in settings.allowed_links if s.startswith(SAFE_LINKS)),
    )


def _leaflet(reader: Reader, folder: Path, settings: Settings, pictures: Mapping[str, Picture]) -> Leaflet | None:
    name = folder.name
    start = len(reader.findings)

    def read(file: str, code: str) -> tuple[str | None, str]:
        path = folder / file
        return reader.text(path, code, leaflet=name), reader.relative(path)

    documents: list[Document] = []
    kinds: tuple[DocumentKind, ...] = ("leaflet", "easy-read")
    for kind in kinds:
        text, path = read(f"{kind}.md", "source-missing")
        if text is not None:
            document, found = read_document(
                text, kind, path, leaflet=name, pictures=pictures, allowed_links=settings.allowed_links
            )
            documents.append(document)
            reader.findings += found
    if len(documents) == 2:
        first = {b.id: b for b in documents[0].blocks if b.id}
        reader.findings += [
            Finding(
                "source-id", f"the id “{b.id}” is used in leaflet.md already (line {first[b.id].line})",
                "give each block an id of its own, for example with er- before it", name, path=documents[1].path, line=b.line,
            )
            for b in documents[1].blocks if b.id in first
        ]  # fmt: skip
    text, path = read("leaflet.toml", "metadata-invalid")
    meta, found = read_metadata(text, path, name) if text is not None else (None, ())
    reader.findings += found
    text, path = read("safety.toml", "register-invalid")
    warnings, found = read_register(text, path, name) if text is not None else ((), ())
    reader.findings += found
    if text is not None and not found:
        reader.findings += hold_against_register(warnings, tuple(documents), path, name)
    known = {"leaflet", *(w.id for w in warnings), *(b.id for d in documents for b in d.blocks)}
    queries: tuple = ()  # type: ignore[type-arg]
    if os.path.lexists(folder / "queries.toml"):
        text, path = read("queries.toml", "queries-invalid")
        if text is not None:
            queries, found = read_queries(text, path, name, known)
            reader.findings += found
    if meta and meta.languages and settings.languages:
        for tag in meta.languages:
            if tag not in settings.languages:
                reader.findings.append(
                    Finding("metadata-invalid", f"“{tag}” is not a language of the project", "add it to languages in project.toml",
                            name, tag, path=f"leaflet/{name}/leaflet.toml")
                )  # fmt: skip
    if len(reader.findings) > start or meta is None or len(documents) < 2:
        return None
    return Leaflet(meta, folder, documents[0], documents[1], warnings, queries)


def load_catalogue(
    project: Project, language: str, name: str, leaflet: str = ""
) -> tuple[Catalogue | None, tuple[Finding, ...]]:
    """One PO file of a language: `name` is a leaflet's id or "interface"."""
    path = po_path(project.root, language, name)
    relative = path.relative_to(project.root).as_posix()
    try:
        data = read_bytes(project.root, path)
    except FileNotFoundError:
        hint = f"run “leafletkit update --language {language}”: it writes the file for the translator"
        return None, (Finding("catalogue-missing", f"there is no {relative}", hint, leaflet, language, path=relative),)
    except Unreadable as error:
        return None, (Finding("catalogue-broken", str(error), error.hint, leaflet, language, path=relative),)
    return read_catalogue(data, relative, leaflet=leaflet, language=language)


def load_judgements(
    project: Project, language: str, name: str, today: date, leaflet: str = ""
) -> tuple[tuple[Decision, ...], tuple[Waiver, ...], tuple[Finding, ...]]:
    """The sign-offs and waivers of one catalogue; a language may have neither."""
    reader = Reader(project.root)
    decisions: tuple[Decision, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    path = signoff_path(project.root, language, name)
    if os.path.lexists(path) and (text := reader.text(path, "signoff-invalid", leaflet=leaflet, language=language)) is not None:
        decisions, found = read_signoffs(text, reader.relative(path), leaflet, language, today)
        reader.findings += found
    path = waiver_path(project.root, language, name)
    if os.path.lexists(path) and (text := reader.text(path, "waiver-invalid", leaflet=leaflet, language=language)) is not None:
        waivers, found = read_waivers(text, reader.relative(path), leaflet, language, today)
        reader.findings += found
    return decisions, waivers, tuple(reader.findings)
