"""The download site of dist/: choose a language, then a format; a page for each leaflet; what search finds.

Patients get pages in their own language. The list of leaflets and the pages of single leaflets are for
staff too, so they are in English, with titles and formats in the words of each language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from . import inline
from .assets import shared_files
from .fonts import LATIN
from .model import PAGES, RECORDINGS, Edition, File, FormatName, Language
from .pipeline import Built
from .render.links import format_label
from .render.markup import View, data_block, environment, tight
from .report import NAMES, state_of
from .site_fonts import Letters, own_stylesheet, site_fonts
from .translate import approved
from .words import fill, interface_words

SEARCH = "assets/search.js"
_MANY = 50  # leaflets on one page: more are drawn only when they come into view
# For staff, in English. Patients are told less: see `View.state`.
_STATES = {
    "draft": "Draft, not approved", "in-review": "In review, not approved", "stale": "Changed since it was approved",
    "approved": "Approved", "expired": "Out of date, not approved", "withdrawn": "Withdrawn: do not use", "unpublished": "Not published",
}  # fmt: skip


@dataclass(frozen=True)
class Format:
    """One format of an edition: a link, or a note why there is none."""

    english: str
    label: Markup
    href: str = ""
    more: Markup = field(default_factory=Markup)
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One published edition, as the pages of the site show it."""

    view: View
    path: str
    state: str
    formats: tuple[Format, ...]

    @property
    def title(self) -> str:
        return self.view.title

    @property
    def withdrawn(self) -> bool:
        return self.state == "withdrawn"


@dataclass(frozen=True)
class Title:
    """One leaflet by its English title, with all its editions and the languages that it lacks."""

    id: str
    english: str
    state: str
    entries: tuple[Entry, ...]
    lacking: tuple[Language, ...]

    @property
    def says(self) -> str:
        return _STATES[self.state]

    def entry(self, tag: str) -> Entry | None:
        return next((e for e in self.entries if e.view.lang == tag), None)


def site_files(built: Built, languages: Mapping[str, Language], styles: Path, *, partial: bool = False) -> tuple[File, ...]:
    """All pages of the site, what search finds, what pages share, and the fonts of these pages.

    `partial`: only some languages were asked for, so that others are not said to be missing.
    """
    titles = _titles(built, languages, partial)
    published = [languages[tag] for tag in languages if any(t.entry(tag) for t in titles)]
    words = {tag: next(e for t in titles if (e := t.entry(tag))).view for tag in (x.tag for x in published)}
    own = {f.path for f in built.assets}
    letters = _letters(titles, published, words)
    pages = _Pages(styles, titles, published, words)
    files = [pages.index(), *(pages.leaflet(title) for title in titles)]
    for language in published:
        stylesheet = f"assets/fonts/{language.tag}.css"
        if stylesheet not in own and language.face != LATIN:
            files.append(own_stylesheet(language.tag))
            stylesheet = files[-1].path
            letters.title(language.tag, *words[language.tag].words.values())
        files.append(pages.language(language, stylesheet if stylesheet in own or language.face != LATIN else ""))
    return (*files, _search(titles, published, words), *shared_files(styles), *site_fonts(letters, languages))


# -- what there is


def _titles(built: Built, languages: Mapping[str, Language], partial: bool) -> tuple[Title, ...]:
    wanted = dict.fromkeys(built.checked.wanted)
    known = [x for x in languages.values() if not partial or any(tag == x.tag for _, tag in wanted)]
    titles = []
    for leaflet in dict.fromkeys(key[0] for key in wanted):
        keys = sorted((k for k in wanted if k[0] == leaflet and k in built.published and k[1] in languages), key=lambda k: list(languages).index(k[1]))
        entries = tuple(_entry(built, key) for key in keys)
        source = next((e for e in entries if e.view.lang == built.checked.source_language), entries[0] if entries else None)
        there = {e.view.lang for e in entries}
        titles.append(Title(
            leaflet,
            source.view.english_title if source else leaflet,
            source.view.edition.state if source else "unpublished",
            entries,
            tuple(x for x in known if x.tag not in there),
        ))  # fmt: skip
    return tuple(titles)


def _entry(built: Built, key: tuple[str, str]) -> Entry:
    edition = built.checked.editions[key]
    view = View(edition)
    formats = tuple(_format(built, edition, view, fmt) for fmt in built.formats)
    if edition.state == "withdrawn":  # its pages say so; nothing of it is to be downloaded
        formats = tuple(f for f, name in zip(formats, built.formats, strict=True) if name in PAGES and f.href)
    path = next((f.href for f in formats if f.href), f"{key[0]}/index.html")
    return Entry(view, path, edition.state, formats)


def _format(built: Built, edition: Edition, view: View, fmt: FormatName) -> Format:
    state, _ = state_of(built, edition.key, fmt)
    if state == "made":
        outcome = built.outcomes[edition.key][fmt]
        pages = outcome.made.pages if outcome.made else 0
        more = view.say("site-pages", pages=pages) if pages else Markup()
        return Format(NAMES[fmt], format_label(edition, fmt, outcome.made), outcome.files[0].path, more)
    name = edition.words[f"format-{fmt}"]
    note = edition.words["audio-unavailable"] if state == "unavailable" and fmt in RECORDINGS else fill(edition.words, "site-not-ready", format=name)
    return Format(NAMES[fmt], escape(name), note=note)


# -- pages


@dataclass(frozen=True)
class _Pages:
    styles: Path
    titles: tuple[Title, ...]
    languages: list[Language]
    words: Mapping[str, View]

    def index(self) -> File:
        return self._page("index.html", "index.html", root="", path="index.html", any_approved=self._any_approved())

    def leaflet(self, title: Title) -> File:
        return self._page("leaflet.html", f"{title.id}/index.html", root="../", path=f"{title.id}/index.html", title=title)

    def language(self, language: Language, stylesheet: str) -> File:
        here = [(t, e) for t in self.titles if (e := t.entry(language.tag))]
        return self._page(
            "language.html", f"languages/{language.tag}.html", root="../", path=f"languages/{language.tag}.html", view=self.words[language.tag], language=language,
            current=[row for row in here if not row[1].withdrawn], withdrawn=[row for row in here if row[1].withdrawn],
            missing=[t for t in self.titles if t.entries and not t.entry(language.tag)], many=len(here) > _MANY, stylesheet=stylesheet,
        )  # fmt: skip

    def _any_approved(self) -> bool:
        return any(approved(e.view.edition.leaflet, e.view.edition.standings) for t in self.titles for e in t.entries)

    def _page(self, template: str, to: str, root: str, **values: Any) -> File:
        view = values.get("view")
        tag = view.lang if view else "en-GB"
        words = view.words if view else _english()
        data = {
            "root": root,
            "lang": tag,
            "chosen": view is not None,
            "words": {"offline": words["offline-note"], "found": words["site-found"]},
            "offers": {x.tag: _offer(x, self.words[x.tag]) for x in self.languages if x.tag != tag},
        }
        html = environment(self.styles).get_template(template).render(
            root=root, states=_STATES, titles=self.titles, languages=self.languages, words=words, say=_sayer(view, words),
            publisher=self._publisher(view), data=data_block(data), **values,
        )  # fmt: skip
        return File(to, tight(html))

    def _publisher(self, view: View | None) -> str:
        shown = view or self.words.get("en-GB") or next(iter(self.words.values()), None)
        return shown.edition.publisher if shown else ""


def _sayer(view: View | None, words: Mapping[str, str]) -> Any:
    if view:
        return view.say
    return lambda key, **values: fill(words, key, **values)


def _english() -> Mapping[str, str]:
    return {unit.context: unit.text for unit in interface_words()}


def _offer(language: Language, view: View) -> dict[str, str]:
    return {"text": view.words["site-offer"], "close": view.words["site-close"], "name": language.endonym, "dir": language.direction}


# -- search


def _search(titles: tuple[Title, ...], languages: list[Language], words: Mapping[str, View]) -> File:
    """A script that assigns data: it loads from a file share too, where pages can fetch nothing."""
    numbers = {x.tag: n for n, x in enumerate(languages)}
    rows = [_row(e, numbers[e.view.lang]) for t in titles for e in t.entries]
    table = [
        {"tag": x.tag, "dir": x.direction, "name": x.endonym, "states": {s: words[x.tag].words[f"state-{s}"] for s in ("expired", "withdrawn")}}
        for x in languages
    ]
    return File(SEARCH, f"leafletkit.index = {data_block({'languages': table, 'rows': rows})};\n".encode())


def _row(entry: Entry, number: int) -> list[Any]:
    view = entry.view
    headings = [inline.plain(b.text) for d in view.edition.documents for b in d.blocks if b.kind == "heading"]
    state = entry.state if entry.state in ("expired", "withdrawn") else ""
    return [entry.path, number, state, view.title, view.easy_title, " ".join(dict.fromkeys(headings))]


# -- letters


def _letters(titles: tuple[Title, ...], languages: list[Language], words: Mapping[str, View]) -> Letters:
    letters = Letters()
    for language in languages:
        letters.name(language.tag, language.endonym)
        letters.title(language.tag, *_offer(language, words[language.tag]).values(), *(text for key, text in words[language.tag].words.items() if key.startswith("state-")))
    for title in titles:
        letters.name("en-GB", title.english)
        for entry in title.entries:
            shown = [f.label.striptags() + f.more.striptags() + f.note for f in entry.formats]
            letters.title(entry.view.lang, entry.title, *shown)
        for language in title.lacking:
            letters.name(language.tag, language.endonym)
    return letters
