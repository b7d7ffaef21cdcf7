"""What the site says of each published edition, as small values: all that its pages need without the editions themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from . import inline, strict
from .digests import of_text
from .model import PAGES, Edition, FormatName, Language
from .pipeline import Built
from .render.links import Made, format_label
from .render.markup import View
from .report import state_of
from .translate import approved


@dataclass(frozen=True)
class Format:
    """One format of an edition: the path of its file and how large or long it is; no path where there is none.

    `unavailable`: it is not meant to exist in this language.
    """

    name: FormatName
    path: str = ""
    bytes: int = 0
    pages: int = 0
    seconds: float = 0.0
    unavailable: bool = False

    @property
    def made(self) -> Made:
        return Made(self.bytes, pages=self.pages, seconds=self.seconds)


@dataclass(frozen=True)
class Entry:
    """One published edition. `headings`: what else search finds it by; `letters`: those that its row shows; `words`: of the interface, by hash.

    `digest`: of all of it, so that pages know whether they would say something new.
    """

    tag: str
    path: str
    state: str
    approved: bool
    is_source: bool
    title: str
    easy_title: str
    headings: str
    formats: tuple[Format, ...]
    letters: str
    words: str
    digest: str = ""

    @property
    def withdrawn(self) -> bool:
        return self.state == "withdrawn"


@dataclass(frozen=True)
class Title:
    """One leaflet by its English title, with all its editions; `wanted` are the languages that it was asked for in."""

    id: str
    english: str
    state: str
    entries: tuple[Entry, ...]
    wanted: tuple[str, ...]

    def entry(self, tag: str) -> Entry | None:
        return next((e for e in self.entries if e.tag == tag), None)


Words = Mapping[str, Mapping[str, str]]  # by their hash


def title_of(built: Built, leaflet: str, languages: Mapping[str, Language]) -> tuple[Title, Words]:
    """What the site says of one leaflet, and the words around it in each language."""
    order = list(languages)
    wanted = tuple(dict.fromkeys(tag for name, tag in built.checked.wanted if name == leaflet))
    tags = sorted((t for t in wanted if (leaflet, t) in built.published and t in languages), key=order.index)
    words: dict[str, Mapping[str, str]] = {}
    entries = tuple(_entry(built, built.checked.editions[leaflet, tag], words) for tag in tags)
    source = built.checked.source_language
    first = source if source in tags else tags[0] if tags else ""
    if not first:
        return Title(leaflet, leaflet, "unpublished", entries, wanted), words
    edition = built.checked.editions[leaflet, first]
    return Title(leaflet, View(edition).english_title, edition.state, entries, wanted), words


def _entry(built: Built, edition: Edition, words: dict[str, Mapping[str, str]]) -> Entry:
    view = View(edition)
    formats = tuple(_format(built, edition, fmt) for fmt in built.formats)
    if edition.state == "withdrawn":  # its pages say so; nothing of it is to be downloaded
        formats = tuple(f for f in formats if f.name in PAGES and f.path)
    own = of_text(strict.to_text(edition.words))
    words[own] = edition.words
    headings = dict.fromkeys(inline.plain(b.text) for d in edition.documents for b in d.blocks if b.kind == "heading")
    shown = {c for f in formats for c in _shown(edition, f)} | set(view.title)
    entry = Entry(
        edition.language.tag, next((f.path for f in formats if f.path), f"{edition.leaflet.id}/index.html"), edition.state,
        approved(edition.leaflet, edition.standings), edition.is_source, view.title, view.easy_title, " ".join(headings), formats,
        "".join(sorted(shown)), own,
    )  # fmt: skip
    return replace(entry, digest=of_text(strict.to_text(entry)))


def _format(built: Built, edition: Edition, fmt: FormatName) -> Format:
    state, _ = state_of(built, edition.key, fmt)
    if state != "made":
        return Format(fmt, unavailable=state == "unavailable")
    outcome = built.outcomes[edition.key][fmt]
    made = outcome.made or Made(0)
    return Format(fmt, outcome.files[0].path, made.bytes, made.pages, made.seconds)


def _shown(edition: Edition, fmt: Format) -> str:
    """What a row of the site shows of a format; without a file its name stands in a sentence of the interface."""
    label = format_label(edition.words, edition.language, fmt.name, fmt.made if fmt.path else None).striptags()
    return label + (View(edition).say("site-pages", pages=fmt.pages).striptags() if fmt.pages else "")
