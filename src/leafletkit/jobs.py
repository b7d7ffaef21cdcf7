"""Jobs: values in, finished and proved files out. Each runs anywhere and writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from . import fonts, scratch
from .cache import Cache
from .engines import sample_rate
from .errors import Fault, Illegible
from .model import PRINT, RECORDINGS, Edition, Face, File, Finding, FormatName, Heard, Language, Place
from .proof.along import prove_along
from .proof.audio import Expected, prove_audio
from .proof.expect import normal, unplaced
from .proof.eyes import prove_by_eye
from .proof.html import prove_page
from .proof.pdf import prove_pdf
from .proof.vtt import read_vtt
from .recordings import Recordings, folder_of, read_recordings
from .render import audio as audio_render
from .render.code import render_code
from .render.easy_read import render_easy_read
from .render.links import AUDIO_FILES, CODES, CUES, Cue, Links, Made, file_name
from .render.page_data import cues_script
from .render.web import render_web
from .script import lines, script
from .segments import Segments, Wanted
from .translate import all_text
from .voices import Voice

_BATCHES, _LEAST = 8, 24  # how many parts a recording's sentences are spoken in; how many sentences are worth a process


@dataclass(frozen=True)
class Job:
    """One format of one edition. `links` is for pages, `voice` for audio; `eyes`: PDFs are read by eye too.

    `cache` is the folder of sentences that were spoken before; `opus`: recordings come as Opus too.
    `transcript`: of the recording that a page reads along with. `key`: what its outcome is kept under.
    """

    format: FormatName
    edition: Edition
    root: Path
    links: Links | None = None
    voice: Voice | None = None
    eyes: bool = False
    cache: Path | None = None
    opus: bool = False
    transcript: bytes = b""
    key: str = ""

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
    `recorded`: a person speaks, and no voice of a computer. `heard`: how a recording sounds. `pdf_ua`: of a PDF, whether veraPDF has judged it.
    """

    format: FormatName
    key: tuple[str, str]
    files: tuple[File, ...] = ()
    made: Made | None = None
    places: tuple[Place, ...] = ()
    findings: tuple[Finding, ...] = ()
    unavailable: str = ""
    recorded: bool = False
    heard: Heard | None = None
    pdf_ua: Literal["", "passed", "not validated"] = ""


def perform(job: Job) -> Outcome:
    """Render one format, read it back, and hand it over only when it is proved."""
    fonts.use(job.root, job.cache)
    try:
        return _PERFORM[job.format](job)
    except Exception as error:  # one leaflet's trouble must not take the others with it
        return _fault(job, error)


def _fault(job: Job, error: Exception) -> Outcome:
    """What became of a job that ended early."""
    if isinstance(error, fonts.FontMissing):
        return _failed(job, "font-missing", error.what, error.hint)
    if isinstance(error, Illegible):
        return _failed(job, "proof-illegible", error.what, error.hint)
    scratch.ready()  # if there is no room for temporary files, that is why: it ends the run
    code = "audio-failed" if job.format in RECORDINGS else "render-failed"
    if isinstance(error, Fault):
        return _failed(job, code, error.what, error.hint)
    return _failed(job, code, f"the file could not be made: {type(error).__name__}: {error}", "report this as a fault of the toolkit")


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
    files, folder = [File(job.path, data)], "/".join(edition.key)
    if job.links.address:
        files.append(File(f"{folder}/{CODES[job.format]}", render_code(job.links.address)))
    if job.links.cues:
        cues = cues_script(job.links)
        findings += prove_along(data, cues, job.transcript, edition, job.format, job.path)
        files.append(File(f"{folder}/{CUES[job.format]}", cues))
    return _outcome(job, tuple(files), Made(len(data)), places, findings)


def _print(job: Job) -> Outcome:
    edition = job.edition.told(job.format)
    fonts.require(edition.language)
    # Here: what sets paper takes half a second to load, and pages need none of it.
    from .render.print import render_print

    data = render_print(edition, job.styles, PRINT[job.format])
    places, findings, pages = prove_pdf(data, edition, job.format, job.path, fonts.print_families(edition.language))
    if job.eyes and not findings:
        findings = prove_by_eye(data, edition, job.format, job.path)
    return _outcome(job, (File(job.path, data),), Made(len(data), pages=pages), places, findings)


def _audio(job: Job) -> Outcome:
    edition, voice, fmt = job.edition.told(job.format), job.voice, job.format
    leaflet, tag = edition.key
    if folder_of(job.root, tag, leaflet, fmt).is_dir():
        recordings, findings = read_recordings(job.root, tag, leaflet, script(edition, synthetic=False), fmt)
        if recordings is None:
            return Outcome(fmt, edition.key, findings=findings)
        recorded = audio_render.from_recordings(edition, recordings, _cover(job), opus=job.opus)
        return _proved_audio(job, recorded, _Takes(recordings, edition), None)
    if voice is None:
        return _failed(job, "audio-failed", f"there is no usable voice for {edition.language.english}", "mend audio/voices.toml")
    if not voice.synthetic:
        reason = voice.note
        finding = Finding(
            "audio-unavailable", f"there is no audio in {edition.language.english}: {reason}",
            "a person can record it: docs/how-to/record-audio.md", leaflet, tag, fmt, path="audio/voices.toml",
        )  # fmt: skip
        return Outcome(fmt, edition.key, findings=(finding,), unavailable=reason)
    segments = Segments(voice, job.root, Cache(job.cache) if job.cache else None)
    recorded = audio_render.synthesise(edition, voice, sample_rate(voice, job.root), segments.sounds, _cover(job), opus=job.opus)
    return _proved_audio(job, recorded, _Said(segments), voice)


def _cover(job: Job) -> bytes:
    """The picture beside a recording. Who listens needs none: without a font there is sound without a picture."""
    from .render.cover import render_cover  # here: as for paper

    try:
        return render_cover(job.edition.told(job.format), job.styles)
    except (fonts.FontMissing, Illegible):
        return b""


@dataclass(frozen=True)
class _Said:
    """What sentences should sound like: each was made in two ways when it was spoken, and these agreed."""

    segments: Segments

    def __call__(self, texts: Sequence[str], slow: bool) -> Mapping[str, NDArray[np.int16]]:
        spoken = {text: (self.segments.voice.spoken(text), slow) for text in texts}
        sounds = self.segments.sounds(list(spoken.values()))
        return {text: sounds[wanted] for text, wanted in spoken.items()}


@dataclass(frozen=True)
class _Takes:
    """What blocks should sound like when a person has read them."""

    recordings: Recordings
    edition: Edition

    def __call__(self, texts: Sequence[str], _slow: bool) -> Mapping[str, NDArray[np.int16]]:
        takes = {normal(s.text): self.recordings.takes[s.take] for s in script(self.edition, synthetic=False)}
        return {text: takes[text] for text in texts if text in takes}


def _proved_audio(job: Job, recorded: audio_render.Recorded, expected: Expected, voice: Voice | None) -> Outcome:
    """Prove a recording by a voice, or by a person (None)."""
    data, edition = recorded.files, job.edition.told(job.format)
    if voice:
        places, findings, heard = prove_audio(
            data, edition, job.path, expected, letters=voice.letters, spoken=voice.spoken, slower=voice.rate / voice.slow
        )
    else:
        places, findings, heard = prove_audio(data, edition, job.path, expected, person=True)
    files = tuple(File(job.path.removesuffix(".mp3") + end, d) for end, d in zip(AUDIO_FILES, data, strict=False))
    cues = _cues(recorded.vtt, edition, whole=voice is None) if not findings else ()
    made = Made(len(recorded.mp3), seconds=heard.seconds, chapters=heard.chapters, opus=bool(recorded.opus), cues=cues)
    return replace(_outcome(job, files, made, places, findings), recorded=voice is None, heard=heard)


def _cues(transcript: bytes, edition: Edition, *, whole: bool) -> tuple[Cue, ...]:
    """When each sentence is heard, read back from the finished transcript, and where the page has it."""
    blocks = {b.id for b in edition.text.blocks}
    first = {b.id: f"first-{b.id}" for b in edition.text.blocks if b.warning} if edition.text.kind == "leaflet" else {}
    out = []
    for row in read_vtt(transcript, edition.language.tag):
        segment, _, number = row.name.rpartition(".")
        part, _, block = segment.partition(".")  # the first and the last time all warnings are read: first.ID, again.ID
        name = first.get(block, block) if part in ("first", "again") else segment
        known = name if name in blocks or name in first.values() else ""
        out.append(Cue(row.start, row.end, known, -1 if whole else int(number) - 1))
    return tuple(out)


@dataclass(frozen=True)
class SpeechJob:
    """Sentences of one recording, to be spoken and kept in the cache, so that all cores share in it."""

    job: Job
    segments: Segments
    wanted: tuple[Wanted, ...]


def perform_speech(task: SpeechJob) -> Outcome | None:
    """Speak, and keep what is spoken. An outcome only if it fails: then the recording need not be tried."""
    try:
        task.segments.sounds(task.wanted)
    except Exception as error:  # as in `perform`
        return _fault(task.job, error)
    return None


def speech_jobs(jobs: Sequence[Job]) -> list[SpeechJob]:
    """What the recordings of these jobs need and the cache lacks, in batches."""
    out = []
    for job in jobs:
        voice = job.voice
        edition = job.edition.told(job.format)
        if not (job.cache and voice and voice.synthetic) or folder_of(job.root, edition.language.tag, edition.leaflet.id, job.format).is_dir():
            continue
        segments = Segments(voice, job.root, Cache(job.cache), beside=True)
        try:
            rows = lines(script(edition, synthetic=True), edition.language.sentence_ends)
            missing = segments.missing([(voice.spoken(line.text), line.slow) for line in rows])
        except Exception:  # noqa: S112  # the recording itself will say what is wrong
            continue
        size = max(_LEAST, -(-len(missing) // _BATCHES))
        out += [SpeechJob(job, segments, tuple(missing[n : n + size])) for n in range(0, len(missing), size)]
    return out


_PERFORM = {"web": _page, "easy-read": _page, **dict.fromkeys(PRINT, _print), **dict.fromkeys(RECORDINGS, _audio)}


@dataclass(frozen=True)
class FontJob:
    """The web fonts of one language; `used` are the characters of all its pages (for CJK)."""

    root: Path
    language: Language
    used: str
    cache: Path | None = None


def font_key(job: FontJob) -> str:
    """What the web fonts of a language are kept under. Raises `fonts.FontMissing`."""
    fonts.use(job.root, job.cache)
    language = job.language
    faces = dict.fromkeys((language.face, language.easy_read_face, fonts.LATIN))
    rows = [f"{file} {fonts.own_hash(file)} {face.number} {face.family}" for face in faces for file in (face.regular, face.bold)]
    how = f"{language.tag} {language.line_height} {language.scale} {language.direction}"
    return " ".join(("fonts", fonts.own_code(), _own_code(), how, *rows, hashlib.sha256(job.used.encode()).hexdigest()))


@lru_cache(maxsize=1)
def _own_code() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]


def font_cuts(job: FontJob) -> dict[str, fonts.Cut]:
    """The web fonts of a language, by the names of their files."""
    cuts: dict[str, fonts.Cut] = {}
    for _, face, short in _families(job.language):
        for weight in ("regular", "bold"):
            cuts.setdefault(_file(job.language, face, short, weight), fonts.Cut(getattr(face, weight), face.number, fonts.web_characters(face, job.used), "woff2"))
    return cuts


def _families(language: Language) -> list[tuple[str, Face, str]]:
    faces = [("Leaflet", language.face, "text"), ("Leaflet Easy", language.easy_read_face, "easy")]
    return faces if language.face == fonts.LATIN else [*faces, ("Leaflet Latin", fonts.LATIN, "latin")]


def _file(language: Language, face: Face, short: str, weight: str) -> str:
    """The Latin face is the same for every language that needs it, and kept once."""
    twin = "text" if short == "easy" and face == language.face else short
    return f"latin-{weight}.woff2" if face == fonts.LATIN else f"{language.tag}-{twin}-{weight}.woff2"


@dataclass(frozen=True)
class CutJob:
    """A font to be cut and kept in the cache, so that all cores share in it."""

    root: Path
    cache: Path
    cut: fonts.Cut


def perform_cut(job: CutJob) -> None:
    """Cut, and keep what is cut. A font that is missing is left to whoever needs it."""
    fonts.use(job.root, job.cache)
    with suppress(fonts.FontMissing):
        job.cut.make()


def perform_fonts(job: FontJob) -> tuple[File, ...]:
    """The woff2 files of a language and the stylesheet that names them. Raises `fonts.FontMissing`."""
    fonts.use(job.root, job.cache)
    language = job.language
    files = {name: cut.make() for name, cut in font_cuts(job).items()}
    css = [
        f'@font-face{{font-family:"{family}";font-weight:{number};font-display:swap;src:url("{_file(language, face, short, weight)}") format("woff2")}}'
        for family, face, short in _families(language)
        for weight, number in (("regular", 400), ("bold", 700))
    ]
    latin = ',"Leaflet Latin"' if language.face != fonts.LATIN else ""
    heading = max(1.25, language.line_height * 0.85)
    css.append(f':root{{--face:"Leaflet"{latin};--leading:{max(1.5, language.line_height):g};--heading-leading:{heading:g};--scale:{language.scale:g}}}')
    css.append(f':root.easy-read{{--face:"Leaflet Easy"{latin}}}')
    files[f"{language.tag}.css"] = "\n".join(css).encode()
    return tuple(File(f"assets/fonts/{name}", data) for name, data in files.items())
