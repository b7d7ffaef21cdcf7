"""The download site of dist/: choose a language, then a format; a page for each leaflet; what search finds.

Patients get pages in their own language. The list of leaflets and the pages of single leaflets are for
staff too, so they are in English, with titles and formats in the words of each language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from .assets import shared_files
from .digests import of_rows, of_text
from .entries import Entry, Format, Title, Words, title_of
from .fonts import LATIN, Cut
from .model import RECORDINGS, File, FormatName, Language
from .pipeline import Built
from .render.links import format_label
from .render.markup import data_block, environment, tight, whole_numbers
from .report import NAMES
from .site_fonts import Letters, own_stylesheet, site_cuts, site_fonts
from .words import fill, interface_words

SEARCH = "assets/search.js"
_MANY = 50  # leaflets on one page: more are drawn only when they come into view
# For staff, in English. Patients are told less: see `Shown.says`.
_STATES = {
    "draft": "Draft, not approved", "in-review": "In review, not approved", "stale": "Changed since it was approved",
    "approved": "Approved", "expired": "Out of date, not approved", "withdrawn": "Withdrawn: do not use", "unpublished": "Not published",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page of the site that is still to be made. `key`: a hash of all that it says, but for its template and style."""

    path: str
    key: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Tongue:
    """A language, and the words around all leaflets in it."""

    language: Language
    words: Mapping[str, str]

    @property
    def lang(self) -> str:
        return self.language.tag

    @property
    def dir(self) -> str:
        return self.language.direction

    def say(self, key: str, **values: object) -> Markup:
        return whole_numbers(fill(self.words, key, **values), self.dir)


@dataclass(frozen=True)
class ShownFormat:
    """One format as a page shows it: a link, or a note why there is none."""

    english: str
    label: Markup
    href: str = ""
    more: Markup = field(default_factory=Markup)
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """One edition as a page shows it."""

    entry: Entry
    tongue: Tongue

    @property
    def language(self) -> Language:
        return self.tongue.language

    @property
    def title(self) -> str:
        return self.entry.title

    @property
    def state(self) -> str:
        return self.entry.state

    @property
    def withdrawn(self) -> bool:
        return self.entry.withdrawn

    @property
    def says(self) -> str:
        """Its state in the words of the language; patients need not know why it is in review again."""
        return str(self.tongue.say("state-" + ("in-review" if self.state == "stale" else self.state)))

    @property
    def gone(self) -> Markup:
        return self.tongue.say("state-withdrawn")

    @property
    def formats(self) -> list[ShownFormat]:
        return [self._format(f) for f in self.entry.formats]

    def _format(self, fmt: Format) -> ShownFormat:
        words, language = self.tongue.words, self.tongue.language
        if fmt.path:
            more = self.tongue.say("site-pages", pages=fmt.pages) if fmt.pages else Markup()
            return ShownFormat(NAMES[fmt.name], format_label(words, language, fmt.name, fmt.made), fmt.path, more)
        name = words[f"format-{fmt.name}"]
        note = words["audio-unavailable"] if fmt.unavailable and fmt.name in RECORDINGS else fill(words, "site-not-ready", format=name)
        return ShownFormat(NAMES[fmt.name], escape(name), note=note)


def site_files(built: Built, languages: Mapping[str, Language], styles: Path, *, partial: bool = False) -> tuple[File, ...]:
    """The site of one build, with nothing kept from an earlier one: see `site`."""
    words: dict[str, Mapping[str, str]] = {}
    titles = []
    for leaflet in dict.fromkeys(key[0] for key in built.checked.wanted):
        title, used = title_of(built, leaflet, languages)
        titles.append(title)
        words |= used
    own = {f.path for f in built.assets}
    pages, files = site(titles, words, languages, styles, own, built.formats, built.checked.source_language, partial=partial)
    return (*(File(page.path, page.make()) for page in pages), *files)


def site(
    titles: Sequence[Title],
    words: Words,
    languages: Mapping[str, Language],
    styles: Path,
    own: set[str],
    formats: Sequence[FormatName],
    source: str,
    *,
    partial: bool = False,
    cut: Callable[[Sequence[Cut]], None] = lambda _cuts: None,
) -> tuple[tuple[Page, ...], tuple[File, ...]]:
    """All pages of the site; what search finds, what pages share, and the fonts of these pages.

    `own` are the paths of web fonts that are there; `partial`: only some languages were asked for, so that others are
    not said to be missing; `cut` is told which fonts are about to be cut.
    """
    tags = dict.fromkeys(e.tag for t in titles for e in t.entries)
    first = {e.tag: e for t in reversed(titles) for e in t.entries}
    tongues = {tag: Tongue(language, words[first[tag].words]) for tag, language in languages.items() if tag in tags}
    letters = _letters(titles, tongues, languages, formats, partial)
    extra = []
    sheets: dict[str, str] = {}
    for tag, tongue in tongues.items():
        sheets[tag] = f"assets/fonts/{tag}.css"
        if sheets[tag] not in own:
            sheets[tag] = ""
            if tongue.language.face != LATIN:
                extra.append(own_stylesheet(tag))
                sheets[tag] = extra[-1].path
                letters.title(tag, *tongue.words.values())
    cut(site_cuts(letters, languages))
    makers = _Pages(styles, tuple(titles), tongues, languages, source, partial)
    pages = (makers.index(), *(makers.leaflet(title) for title in titles), *(makers.language(t, sheets[t.lang]) for t in tongues.values()))
    return pages, (*extra, _search(titles, tongues), *shared_files(styles), *site_fonts(letters, languages))


# -- pages


@dataclass(frozen=True)
class _Pages:
    styles: Path
    titles: tuple[Title, ...]
    tongues: Mapping[str, Tongue]
    languages: Mapping[str, Language]
    source: str
    partial: bool

    def index(self) -> Page:
        approved = any(e.approved for t in self.titles for e in t.entries)
        shows = of_rows({t.id: f"{t.english}\0{t.state}" for t in self.titles})
        return self._page("index.html", "index.html", shows, root="", any_approved=approved)

    def leaflet(self, title: Title) -> Page:
        known = [x for x in self.languages.values() if not self.partial or any(x.tag in t.wanted for t in self.titles)]
        lacking = [x for x in known if title.entry(x.tag) is None]
        entries = [Shown(e, self.tongues[e.tag]) for e in title.entries]
        shows = of_text("\0".join((title.english, title.state, *(x.tag for x in lacking), *(e.digest for e in title.entries))))
        return self._page("leaflet.html", f"{title.id}/index.html", shows, root="../", title=title, entries=entries, lacking=lacking)

    def language(self, tongue: Tongue, stylesheet: str) -> Page:
        tag = tongue.lang
        here = [(t, Shown(e, tongue)) for t in self.titles if (e := t.entry(tag))]
        missing = [t for t in self.titles if t.entries and not t.entry(tag)]
        shows = of_text("\0".join((stylesheet, *(f"{t.id} {t.english} {s.entry.digest}" for t, s in here), "-", *(f"{t.id} {t.english}" for t in missing))))
        return self._page(
            "language.html", f"languages/{tag}.html", shows, root="../", view=tongue, language=tongue.language,
            current=[row for row in here if not row[1].withdrawn], withdrawn=[row for row in here if row[1].withdrawn],
            missing=missing, many=len(here) > _MANY, stylesheet=stylesheet, is_source=tag == self.source,
        )  # fmt: skip

    def _page(self, template: str, to: str, shows: str, root: str, **values: Any) -> Page:
        """One page. `shows`: a hash of what it says of leaflets."""
        view = values.get("view")
        words = view.words if view else _english()
        data = self._data(root, view, words)
        publisher = self._publisher(view)
        key = of_rows({"template": template, "to": to, "shows": shows, "data": data, "publisher": publisher, "any": str(values.get("any_approved")),
                       "around": self._around})  # fmt: skip

        def make() -> bytes:
            html = environment(self.styles).get_template(template).render(
                root=root, path=to, states=_STATES, titles=self.titles, languages=[t.language for t in self.tongues.values()], words=words,
                say=_sayer(view, words), publisher=publisher, data=data, **values,
            )  # fmt: skip
            return tight(html)

        return Page(to, key, make)

    @cached_property
    def _around(self) -> str:
        """A hash of what all pages may say of languages, and in their words."""
        languages = [t.language for t in self.tongues.values()]
        return of_rows(
            {"languages": "\0".join(f"{x.tag} {x.endonym} {x.english} {x.direction} {x.locale}" for x in languages),
             "words": "\0".join(f"{key} {text}" for t in (_english(), *(t.words for t in self.tongues.values())) for key, text in sorted(t.items()))}
        )  # fmt: skip

    @cached_property
    def _blocks(self) -> dict[tuple[str, str], Markup]:
        return {}

    def _data(self, root: str, view: Tongue | None, words: Mapping[str, str]) -> Markup:
        """What the scripts of a page are told. It is the same on every page of a language that lies as deep."""
        tag = view.lang if view else "en-GB"
        known = self._blocks.get((root, view.lang if view else ""))
        if known is None:
            known = self._blocks[root, view.lang if view else ""] = data_block(
                {
                    "root": root,
                    "lang": tag,
                    "chosen": view is not None,
                    "words": {"offline": words["offline-note"], "found": words["site-found"]},
                    "offers": {x: _offer(t) for x, t in self.tongues.items() if x != tag},
                }
            )
        return known

    def _publisher(self, view: Tongue | None) -> str:
        shown = view or self.tongues.get("en-GB") or next(iter(self.tongues.values()), None)
        return shown.words["publisher"] if shown else ""


def _sayer(view: Tongue | None, words: Mapping[str, str]) -> Any:
    if view:
        return view.say
    return lambda key, **values: fill(words, key, **values)


def _english() -> Mapping[str, str]:
    return {unit.context: unit.text for unit in interface_words()}


def _offer(tongue: Tongue) -> dict[str, str]:
    return {"text": tongue.words["site-offer"], "close": tongue.words["site-close"], "name": tongue.language.endonym, "dir": tongue.dir}


# -- search


def _search(titles: Sequence[Title], tongues: Mapping[str, Tongue]) -> File:
    """A script that assigns data: it loads from a file share too, where pages can fetch nothing."""
    order = {tag: n for n, tag in enumerate(tongues)}
    rows = [_row(e, order[e.tag]) for t in titles for e in t.entries]
    table = [
        {"tag": tag, "dir": t.dir, "name": t.language.endonym, "states": {s: t.words[f"state-{s}"] for s in ("expired", "withdrawn")}}
        for tag, t in tongues.items()
    ]
    return File(SEARCH, f"leafletkit.index = {data_block({'languages': table, 'rows': rows})};\n".encode())


def _row(entry: Entry, number: int) -> list[Any]:
    state = entry.state if entry.state in ("expired", "withdrawn") else ""
    return [entry.path, number, state, entry.title, entry.easy_title, entry.headings]


# -- letters


def _letters(titles: Sequence[Title], tongues: Mapping[str, Tongue], languages: Mapping[str, Language], formats: Sequence[FormatName], partial: bool) -> Letters:
    letters = Letters()
    for tag, tongue in tongues.items():
        letters.name(tag, tongue.language.endonym)
        states = (text for key, text in tongue.words.items() if key.startswith("state-"))
        # Of a format that is not there its name, and why.
        notes = (tongue.words["audio-unavailable"], *(fill(tongue.words, "site-not-ready", format=tongue.words[f"format-{f}"]) for f in formats))
        letters.title(tag, *_offer(tongue).values(), *states, *notes)
    wanted = {tag for title in titles for tag in title.wanted}
    for title in titles:
        letters.name("en-GB", title.english)
        for entry in title.entries:
            letters.title(entry.tag, entry.letters)
    for tag, language in languages.items():
        if (tag in wanted or not partial) and any(title.entry(tag) is None for title in titles):
            letters.name(tag, language.endonym)
    return letters
