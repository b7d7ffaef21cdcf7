"""The links of a page: other languages, other formats with their sizes, and the way to the assets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.units import format_unit
from markupsafe import Markup, escape

from ..model import FORMATS, PAGES, PRINT, RECORDINGS, Edition, FormatName, Language
from ..words import fill

SUFFIX = {"web": "HTML", "easy-read": "HTML", **dict.fromkeys(PRINT, "PDF"), **dict.fromkeys(RECORDINGS, "MP3")}


@dataclass(frozen=True)
class Cue:
    """When a sentence is heard (seconds), and where it stands on the page: the id of its element, and its number in it.

    `block` is "" for what stands nowhere on the page; `number` is -1 where the block is spoken as a whole.
    """

    start: float
    end: float
    block: str
    number: int


@dataclass(frozen=True)
class Made:
    """What is known of a finished file: its size, its pages or seconds, and of a recording when each part and each sentence is heard."""

    bytes: int
    pages: int = 0
    seconds: float = 0.0
    chapters: tuple[tuple[float, str], ...] = ()
    opus: bool = False
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True)
class LanguageLink:
    tag: str
    endonym: str
    direction: str
    href: str
    address: str = ""


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
    audio: str = ""
    transcript: str = ""
    chapters: tuple[Chapter, ...] = ()
    opus: str = ""
    cues: tuple[Cue, ...] = ()
    seconds: float = 0.0
    address: str = ""
    cues_file: str = ""


BESIDE = {"web": "", "easy-read": "easy-read-"}  # how the names of the files beside a page begin
CUES = {page: f"{start}cues.js" for page, start in BESIDE.items()}
CODES = {page: f"{start}code.svg" for page, start in BESIDE.items()}
AUDIO_FILES = (".mp3", ".vtt", ".chapters.vtt", ".opus")  # how the names of a recording's files end: sound, transcript, chapters; Opus if asked for


def file_name(fmt: FormatName, leaflet: str, tag: str) -> str:
    """The name of a format's file inside LEAFLET/TAG/."""
    return {
        "web": "index.html",
        "easy-read": "easy-read.html",
        **{name: f"{leaflet}-{tag}-{name}.pdf" for name in PRINT},
        "easy-read-print": f"{leaflet}-{tag}-easy-read.pdf",
        "audio": f"{leaflet}-{tag}.mp3",
        "easy-read-audio": f"{leaflet}-{tag}-easy-read.mp3",
    }[fmt]


def details(fmt: FormatName, made: Made, language: Language) -> tuple[str, str]:
    """Type and size in the words of a language: ("PDF", "200 kB"), ("MP3", "8 min")."""
    if fmt in RECORDINGS:
        size = format_unit(max(1, round(made.seconds / 60)), "duration-minute", "short", locale=language.locale)
    else:
        size = format_unit(max(1, round(made.bytes / 1000)), "digital-kilobyte", "short", locale=language.locale)
    return SUFFIX[fmt], str(size)


def format_label(words: Mapping[str, str], language: Language, fmt: FormatName, made: Made | None) -> Markup:
    """The words of a link to a format; type and size stand isolated from right-to-left text."""
    name = words[f"format-{fmt}"]
    if made is None or fmt in PAGES:
        return escape(name)
    kind, size = details(fmt, made, language)
    comma = Markup("، ") if language.direction == "rtl" else Markup(", ")
    # Type and size are isolated apart: together they would be set in the direction of the first letter.
    inside = Markup("<bdi>{}</bdi>").format(kind) + comma + Markup("<bdi>{}</bdi>").format(size)
    before, _, after = fill(words, "format-label", format=name, details="\0").partition("\0")
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
            format_label(edition.words, edition.language, name, made.get(name)),
            file_name(name, leaflet, tag) if name in made else "",
            name == fmt,
            notes.get(name, ""),
        )
        for name in FORMATS
        if name in made or name in notes
    )
    page = here.removesuffix("index.html")  # of the web page the folder is the address
    base = edition.address.removesuffix(f"{tag}/")
    others = tuple(LanguageLink(x.tag, x.endonym, x.direction, f"../{x.tag}/{here}", base and f"{base}{x.tag}/{page}") for x in languages)
    address = edition.address and edition.address + page
    recording = next(name for name, page in RECORDINGS.items() if page == fmt)
    if recording not in made:
        return Links("../../", others, formats, address=address)
    sound, audio = made[recording], file_name(recording, leaflet, tag)
    stem = audio.removesuffix(".mp3")
    # The single warnings are chapters, too; on a page, which has their words, a list of their numbers would help nobody.
    numbered = {" ".join(fill(edition.words, "audio-warning-number", number=n).split()) for n in range(1, len(edition.leaflet.warnings) + 1)}
    chapters = tuple(
        Chapter(name, f"{int(start // 60)}:{int(start % 60):02d}", f"{audio}#t={int(start * 100) / 100:.2f}") for start, name in sound.chapters if name not in numbered
    )
    return Links("../../", others, formats, audio, f"{stem}.vtt", chapters, f"{stem}.opus" if sound.opus else "", sound.cues, sound.seconds, address, CUES[fmt])
