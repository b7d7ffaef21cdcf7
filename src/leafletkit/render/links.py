"""The links of a page: other languages, other formats with their sizes, and the way to the assets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.units import format_unit
from markupsafe import Markup, escape

from ..model import FORMATS, PRINT, Edition, FormatName, Language
from ..words import fill

SUFFIX = {"web": "HTML", "easy-read": "HTML", **dict.fromkeys(PRINT, "PDF"), "audio": "MP3"}


@dataclass(frozen=True)
class Made:
    """What is known of a finished file: its size, and its pages or seconds."""

    bytes: int
    pages: int = 0
    seconds: float = 0.0
    chapters: tuple[tuple[float, str], ...] = ()
    opus: bool = False


@dataclass(frozen=True)
class LanguageLink:
    tag: str
    endonym: str
    direction: str
    href: str


@dataclass(frozen=True)
class FormatLink:
    name: FormatName
    label: Markup
    href: str
    current: bool
    note: str = ""


@dataclass(frozen=True)
class Chapter:
    """A chapter of the recording: its name, when it begins ("4:05"), and where a player finds it."""

    name: str
    time: str
    href: str


@dataclass(frozen=True)
class Links:
    root: str
    languages: tuple[LanguageLink, ...]
    formats: tuple[FormatLink, ...]
    audio: str
    transcript: str
    chapters: tuple[Chapter, ...] = ()
    opus: str = ""


AUDIO_FILES = (".mp3", ".vtt", ".chapters.vtt", ".opus")  # how the names of a recording's files end: sound, transcript, chapters; Opus if asked for


def file_name(fmt: FormatName, leaflet: str, tag: str) -> str:
    """The name of a format's file inside LEAFLET/TAG/."""
    return {
        "web": "index.html",
        "easy-read": "easy-read.html",
        **{name: f"{leaflet}-{tag}-{name}.pdf" for name in PRINT},
        "audio": f"{leaflet}-{tag}.mp3",
    }[fmt]


def details(fmt: FormatName, made: Made, language: Language) -> tuple[str, str]:
    """Type and size in the words of a language: ("PDF", "200 kB"), ("MP3", "8 min")."""
    if fmt == "audio":
        size = format_unit(max(1, round(made.seconds / 60)), "duration-minute", "short", locale=language.locale)
    else:
        size = format_unit(max(1, round(made.bytes / 1000)), "digital-kilobyte", "short", locale=language.locale)
    return SUFFIX[fmt], str(size)


def format_label(edition: Edition, fmt: FormatName, made: Made | None) -> Markup:
    """The words of a link to a format; type and size stand isolated from right-to-left text."""
    name = edition.words[f"format-{fmt}"]
    if made is None or fmt in ("web", "easy-read"):
        return escape(name)
    kind, size = details(fmt, made, edition.language)
    comma = Markup("، ") if edition.language.direction == "rtl" else Markup(", ")
    # Type and size are isolated apart: together they would be set in the direction of the first letter.
    inside = Markup("<bdi>{}</bdi>").format(kind) + comma + Markup("<bdi>{}</bdi>").format(size)
    before, _, after = fill(edition.words, "format-label", format=name, details="\0").partition("\0")
    return escape(before) + inside + escape(after)


def page_links(
    edition: Edition, fmt: FormatName, languages: Sequence[Language], made: Mapping[FormatName, Made], notes: Mapping[FormatName, str]
) -> Links:
    """`languages` are those that have this page; `made` the finished formats; `notes` say why one is not there."""
    leaflet, tag = edition.leaflet.id, edition.language.tag
    here = file_name(fmt, leaflet, tag)
    formats = tuple(
        FormatLink(
            name,
            format_label(edition, name, made.get(name)),
            file_name(name, leaflet, tag) if name in made else "",
            name == fmt,
            notes.get(name, ""),
        )
        for name in FORMATS
        if name in made or name in notes
    )
    others = tuple(LanguageLink(x.tag, x.endonym, x.direction, f"../{x.tag}/{here}") for x in languages)
    audio = file_name("audio", leaflet, tag) if "audio" in made else ""
    opus = audio.removesuffix(".mp3") + ".opus" if audio and made["audio"].opus else ""
    chapters = tuple(
        Chapter(name, f"{int(start // 60)}:{int(start % 60):02d}", f"{audio}#t={start:.1f}") for start, name in (made["audio"].chapters if audio else ())
    )
    return Links("../../", others, formats, audio, audio.removesuffix(".mp3") + ".vtt" if audio else "", chapters, opus)
