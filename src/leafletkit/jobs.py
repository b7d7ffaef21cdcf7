"""Jobs: values in, finished and proved files out. Each runs anywhere and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from . import fonts
from .errors import Fault, Illegible
from .model import PRINT, Edition, File, Finding, FormatName, Language, Place
from .proof.audio import prove_audio
from .proof.espeak import Engine
from .proof.expect import normal, unplaced
from .proof.eyes import prove_by_eye
from .proof.html import prove_page
from .proof.pdf import prove_pdf
from .recordings import Recordings, folder_of, read_recordings
from .render import audio as audio_render
from .render.easy_read import render_easy_read
from .render.links import Links, Made, file_name
from .render.print import render_print
from .render.web import render_web
from .script import script
from .speech import Speaker
from .translate import all_text
from .voices import Voice


@dataclass(frozen=True)
class Job:
    """One format of one edition. `links` is for pages, `voice` for audio; `eyes`: PDFs are read by eye too."""

    format: FormatName
    edition: Edition
    root: Path
    links: Links | None = None
    voice: Voice | None = None
    eyes: bool = False

    @property
    def styles(self) -> Path:
        return self.root / "styles"

    @property
    def path(self) -> str:
        """Where the main file goes below dist/."""
        leaflet, tag = self.edition.key
        return f"{leaflet}/{tag}/{file_name(self.format, leaflet, tag)}"


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its files and where each warning stands, or findings and no files.

    `unavailable` says why a format is not meant to exist here (no voice for the language).
    `recorded`: a person speaks, and no voice of a computer. `pdf_ua`: of a PDF, whether veraPDF has judged it.
    """

    format: FormatName
    key: tuple[str, str]
    files: tuple[File, ...] = ()
    made: Made | None = None
    places: tuple[Place, ...] = ()
    findings: tuple[Finding, ...] = ()
    unavailable: str = ""
    recorded: bool = False
    pdf_ua: Literal["", "passed", "not validated"] = ""


def perform(job: Job) -> Outcome:
    """Render one format, read it back, and hand it over only when it is proved."""
    fonts.use(job.root)
    try:
        return _PERFORM[job.format](job)
    except fonts.FontMissing as fault:
        return _failed(job, "font-missing", fault.what, fault.hint)
    except Illegible as fault:
        return _failed(job, "proof-illegible", fault.what, fault.hint)
    except Fault as fault:
        return _failed(job, "audio-failed" if job.format == "audio" else "render-failed", fault.what, fault.hint)
    except Exception as error:  # one leaflet's trouble must not take the others with it
        reason = f"{type(error).__name__}: {error}"
        return _failed(job, "audio-failed" if job.format == "audio" else "render-failed", f"the file could not be made: {reason}",
                       "report this as a fault of the toolkit")  # fmt: skip


def perform_all(jobs: Sequence[Job]) -> list[Outcome]:
    """Several jobs in one process, so that they share what is costly: a font cut to the letters of an edition."""
    return [perform(job) for job in jobs]


def _failed(job: Job, code: str, message: str, hint: str) -> Outcome:
    leaflet, tag = job.edition.key
    finding = Finding(code, message, hint, leaflet, tag, job.format, "", job.path)
    return Outcome(job.format, job.edition.key, findings=(finding,))


def _outcome(job: Job, files: tuple[File, ...], made: Made, places: tuple[Place, ...], findings: tuple[Finding, ...]) -> Outcome:
    # Fail closed: a file with a finding is not handed on.
    findings = unplaced(job.edition, job.format, job.path, places, findings)
    if findings:
        return Outcome(job.format, job.edition.key, findings=findings)
    return Outcome(job.format, job.edition.key, files, made, places)


def _page(job: Job) -> Outcome:
    edition = job.edition
    fonts.require(edition.language)
    if job.links is None:
        raise ValueError("a page needs its links")
    render, document = (render_web, edition.text) if job.format == "web" else (render_easy_read, edition.easy_read)
    data = render(edition, job.styles, job.links)
    places, findings = prove_page(data, edition, document, job.format, job.path)
    face = edition.language.face if job.format == "web" else edition.language.easy_read_face
    if lost := fonts.undrawable(all_text(edition), face, fonts.LATIN):
        findings += (
            Finding("proof-glyph", f"the fonts of the page have no “{lost}”", "replace it, or name a font that has it in language.toml",
                    *edition.key, job.format, "", job.path),
        )  # fmt: skip
    return _outcome(job, (File(job.path, data),), Made(len(data)), places, findings)


def _print(job: Job) -> Outcome:
    fonts.require(job.edition.language)
    data = render_print(job.edition, job.styles, PRINT[job.format])
    places, findings, pages = prove_pdf(data, job.edition, job.format, job.path, fonts.print_families(job.edition.language))
    if job.eyes and not findings:
        findings = prove_by_eye(data, job.edition, job.format, job.path)
    return _outcome(job, (File(job.path, data),), Made(len(data), pages=pages), places, findings)


def _audio(job: Job) -> Outcome:
    edition, voice = job.edition, job.voice
    leaflet, tag = edition.key
    if folder_of(job.root, tag, leaflet).is_dir():
        recordings, findings = read_recordings(job.root, tag, leaflet, script(edition, synthetic=False))
        if recordings is None:
            return Outcome("audio", edition.key, findings=findings)
        recorded = audio_render.from_recordings(edition, recordings)
        return _proved_audio(job, recorded, _Takes(recordings, edition), whole_blocks=True)
    if voice is None:
        return _failed(job, "audio-failed", f"there is no usable voice for {edition.language.english}", "mend audio/voices.toml")
    if voice.engine == "none":
        reason = voice.note
        finding = Finding(
            "audio-unavailable", f"there is no audio in {edition.language.english}: {reason}",
            "a person can record it: docs/how-to/record-audio.md", leaflet, tag, "audio", path="audio/voices.toml",
        )  # fmt: skip
        return Outcome("audio", edition.key, findings=(finding,), unavailable=reason)
    with Speaker() as speaker:
        recorded = audio_render.synthesise(edition, voice, speaker)
    return _proved_audio(job, recorded, Engine(voice), whole_blocks=False)


@dataclass(frozen=True)
class _Takes:
    """What blocks should sound like when a person has read them."""

    recordings: Recordings
    edition: Edition

    def __call__(self, texts: Sequence[str], _slow: bool) -> Mapping[str, NDArray[np.int16]]:
        takes = {normal(s.text): self.recordings.takes[s.take] for s in script(self.edition, synthetic=False)}
        return {text: takes[text] for text in texts if text in takes}


def _proved_audio(job: Job, recorded: audio_render.Recorded, expected: Engine | _Takes, *, whole_blocks: bool) -> Outcome:
    places, findings, seconds = prove_audio(recorded.mp3, job.edition, job.path, expected, whole_blocks=whole_blocks)
    files = (File(job.path, recorded.mp3), File(job.path.removesuffix(".mp3") + ".vtt", recorded.vtt))
    return replace(_outcome(job, files, Made(len(recorded.mp3), seconds=seconds), places, findings), recorded=whole_blocks)


_PERFORM = {"web": _page, "easy-read": _page, **dict.fromkeys(PRINT, _print), "audio": _audio}


@dataclass(frozen=True)
class FontJob:
    """The web fonts of one language; `used` are the characters of all its pages (for CJK)."""

    root: Path
    language: Language
    used: str


def perform_fonts(job: FontJob) -> tuple[File, ...]:
    """The woff2 files of a language and the stylesheet that names them. Raises `fonts.FontMissing`."""
    fonts.use(job.root)
    language = job.language
    faces = [("Leaflet", language.face, "text"), ("Leaflet Easy", language.easy_read_face, "easy")]
    if language.face != fonts.LATIN:
        faces.append(("Leaflet Latin", fonts.LATIN, "latin"))
    files: dict[str, bytes] = {}
    css = []
    for family, face, short in faces:
        twin = "text" if short == "easy" and face == language.face else short
        for weight, number in (("regular", 400), ("bold", 700)):
            # The Latin face is the same for every language that needs it, and kept once.
            name = f"latin-{weight}.woff2" if face == fonts.LATIN else f"{language.tag}-{twin}-{weight}.woff2"
            if name not in files:
                characters = fonts.web_characters(face, job.used)
                files[name] = fonts.cut(getattr(face, weight), face.number, characters, "woff2")
            css.append(f'@font-face{{font-family:"{family}";font-weight:{number};font-display:swap;src:url("{name}") format("woff2")}}')
    latin = ',"Leaflet Latin"' if language.face != fonts.LATIN else ""
    heading = max(1.25, language.line_height * 0.85)
    css.append(f':root{{--face:"Leaflet"{latin};--leading:{max(1.5, language.line_height):g};--heading-leading:{heading:g};--scale:{language.scale:g}}}')
    css.append(f':root.easy-read{{--face:"Leaflet Easy"{latin}}}')
    files[f"{language.tag}.css"] = "\n".join(css).encode()
    return tuple(File(f"assets/fonts/{name}", data) for name, data in files.items())
