"""Prove a finished recording: decode it, and find the sound of every sentence where its words claim to be.

The words and their times are read from the file's own tags, and held against the script and the transcript.
What each sentence should sound like comes from outside (`Expected`); it is compared with the decoded samples.
A cut, swapped or silenced sentence does not match.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import soundfile
from mutagen import MutagenError
from mutagen.id3 import ID3
from numpy.typing import NDArray

from ..loudness import PEAK, TARGET, TOLERANCE, integrated, true_peak
from ..model import Edition, Finding, Heard, Place
from ..script import Line, lines, script
from .expect import finding, normal, warnings_of, words_of
from .opus import prove_opus
from .sound import Samples, heard_at
from .vtt import Row, read_vtt

Expected = Callable[[Sequence[str], bool], Mapping[str, NDArray[np.int16]]]
_CUE_ERROR = 0.05  # seconds between a time and the sound
_STILL = 0.01  # of the loudest possible: in a pause nothing is louder
_QUIET = 60  # of 32,767: what is lower is no sound yet
_LENGTH = 0.3  # seconds between the claimed and the true length
_MINUTES = 0.6  # how far the spoken length may be from the true one
_CLIPPED, _MOST_CLIPPED = 0.9999, 3  # how many samples in a row at the very top are clipping
_FEW = 15  # letters: the pace of a shorter sentence says nothing


@dataclass
class _Proof:
    """What is collected on the way."""

    edition: Edition
    path: str
    findings: list[Finding] = field(default_factory=list)
    rows: tuple[Row, ...] = ()  # the transcript, if it has the words of the recording
    late: float = 0.0  # seconds: the greatest distance between a cue and the first sound of its sentence

    def complain(self, code: str, message: str, hint: str = "build again", warning: str = "", *, beside: str = ".mp3") -> None:
        """Something is wrong with the recording, or with the file `beside` it."""
        path = self.path.removesuffix(".mp3") + beside
        self.findings.append(finding(self.edition, self.edition.recording, path, code, message, hint, warning))


@dataclass(frozen=True)
class _Read:
    """A finished recording as its file tells it. Times are in seconds."""

    samples: Samples
    rate: int
    cues: tuple[tuple[str, float], ...]
    chapters: tuple[tuple[float, float, str], ...]
    listed: tuple[str, ...]
    named: tuple[str, ...]
    tags: ID3

    @property
    def seconds(self) -> float:
        return self.samples.size / self.rate


def prove_audio(
    files: Sequence[bytes],
    edition: Edition,
    path: str,
    expected: Expected | None,
    *,
    person: bool = False,
    letters: tuple[float, float] | None = None,
    spoken: Callable[[str], str] = str,
    slower: float = 1.0,
) -> tuple[tuple[Place, ...], tuple[Finding, ...], Heard]:
    """Where each warning is spoken (seconds), what is wrong, and how the recording sounds.

    `files` are the MP3, its transcript, its chapters, and the Opus file if there is one. `expected(texts, slow)` gives the sound (int16 at the file's rate) of
    each text; without it the file's own claims are held against each other alone, and nothing is placed. `person`: a person has
    read it, block by block, and not a computer sentence by sentence. `letters`: how many letters of `spoken` text a second hold
    at full pace; slow sentences take `slower` times as long. Each warning must be spoken twice or more.
    """
    proof = _Proof(edition, path)
    try:
        read = _read(files[0])
    except (MutagenError, ValueError, soundfile.SoundFileError, OSError) as error:
        proof.complain("proof-unreadable", f"the recording can't be read: {error}")
        return (), tuple(proof.findings), Heard()
    _prove_tags(proof, read)
    _prove_chapters(proof, read)
    _prove_transcript(proof, read, files[1:3])
    plan = _plan(edition, read, person=person)
    _prove_script(proof, read, plan)
    loudness, peak = _prove_level(proof, read)
    spans = _hear(proof, read, plan, expected, person=person) if expected else {}
    if len(spans) == len(read.cues):
        _prove_pauses(proof, read, spans)
    if expected and letters:
        _prove_pace(proof, read, plan, spans, letters, spoken, slower)
    places = _prove_warnings(proof, read, plan, spans, person=person) if expected else ()
    for data in files[3:]:
        rows = list(spans.values()) or [(start, start + 1) for _, start in read.cues]
        proof.findings += prove_opus(data, read.samples, read.rate, rows, read.chapters, edition, path.removesuffix(".mp3") + ".opus")
    heard = Heard(read.seconds, loudness, peak, proof.late, tuple((start, name) for start, _, name in read.chapters))
    return places, tuple(proof.findings), heard


def _read(data: bytes) -> _Read:
    tags = ID3(io.BytesIO(data))
    (lyrics,) = tags.getall("SYLT")
    (contents,) = tags.getall("CTOC")
    frames = tags.getall("CHAP")
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    if samples.ndim != 1:
        raise ValueError("it is not mono")
    return _Read(
        samples, rate, tuple((normal(text), time / 1000) for text, time in lyrics.text),
        tuple((f.start_time / 1000, f.end_time / 1000, normal(str(f.sub_frames["TIT2"].text[0])) if "TIT2" in f.sub_frames else "") for f in frames),
        tuple(f.element_id for f in frames), tuple(contents.child_element_ids), tags,
    )  # fmt: skip


def _prove_tags(proof: _Proof, read: _Read) -> None:
    """Language, title and publisher, as a player shows them; and whether the length is the one that was meant."""
    language = [str(t) for frame in read.tags.getall("TXXX:language") for t in frame.text]
    standard = [str(t) for frame in read.tags.getall("TLAN") for t in frame.text]
    wanted = proof.edition.language
    if (language, standard) != ([wanted.tag], [wanted.iso639_2]):
        proof.complain("proof-language", f"the recording says its language is {language + standard}", f"it must say {wanted.tag} and {wanted.iso639_2}")
    title, publisher = ([normal(str(t)) for frame in read.tags.getall(name) for t in frame.text] for name in ("TIT2", "TPE1"))
    if (title, publisher) != ([words_of(proof.edition.text.title.text)], [normal(proof.edition.publisher)]):
        proof.complain("proof-chapters", f"the recording names itself {title} by {publisher}")
    claimed = max((end for _, end, _ in read.chapters), default=0)
    if abs(read.seconds - claimed) > _LENGTH:
        proof.complain("proof-silence", f"the recording lasts {read.seconds:.1f} s and its chapters {claimed:.1f} s")


def _prove_chapters(proof: _Proof, read: _Read) -> None:
    """One for each heading and two for each warning, in the order of time, each where a sentence begins."""
    starts, words = [start for start, _, _ in read.chapters], proof.edition.words
    known = {time for _, time in read.cues}
    if starts != sorted(set(starts)) or any(end != following for (_, end, _), (following, _, _) in zip(read.chapters, read.chapters[1:], strict=False)):
        proof.complain("proof-chapters", "the chapters are not in the order of time, or leave gaps")
    elif read.listed[:255] != read.named:
        proof.complain("proof-chapters", "the table of contents does not name the chapters in their order")
    elif lost := [name for start, _, name in read.chapters if start not in known]:
        proof.complain("proof-chapters", f"no sentence begins where the chapter “{lost[0]}” does")
    names = [name for _, _, name in read.chapters]
    headings = [words_of(b.text) for b in proof.edition.text.blocks if b.kind in ("heading", "subheading")]
    numbers = [normal(words["audio-warning-number"].replace("{number}", str(n + 1))) for n in range(len({b.warning for b in proof.edition.text.blocks if b.warning}))]
    ends = (words_of(proof.edition.text.title.text), normal(words["contact-heading"]), normal(words["other-formats-heading"]))
    times = 1 if proof.edition.text.kind == "easy-read" else 2  # easy read has no warnings before its text
    for name, count in (*((name, 1) for name in ends), (normal(words["safety-heading"]), times), *((n, times) for n in numbers), *((h, headings.count(h)) for h in headings)):
        if names.count(name) < count:
            proof.complain("proof-chapters", f"the recording has no chapter “{name}”, or one too few")
            return


def _prove_transcript(proof: _Proof, read: _Read, files: Sequence[bytes]) -> None:
    """The transcript has the words of the recording at their times; its list of chapters is that of the recording."""
    transcript, chapters = (_rows(proof, data, end) for data, end in zip(files, (".vtt", ".chapters.vtt"), strict=True))
    if transcript is not None:
        said = [(normal(row.text), row.start) for row in transcript]
        times = [t for row in transcript for t in (row.start, row.end)]
        if [text for text, _ in said] != [text for text, _ in read.cues]:
            first = next((a or b for (a, _), (b, _) in zip(said, read.cues, strict=False) if a != b), "its end")
            proof.complain("proof-transcript", f"the transcript and the recording differ at “{first}”", beside=".vtt")
        elif late := [text for (text, a), (_, b) in zip(said, read.cues, strict=True) if abs(a - b) > _CUE_ERROR]:
            proof.complain("proof-transcript", f"the transcript shows “{late[0]}” at the wrong time", beside=".vtt")
        elif times != sorted(times):
            proof.complain("proof-transcript", "the times of the transcript are not in order", beside=".vtt")
        else:
            proof.rows = transcript
    if chapters is not None and [(row.start, row.end, normal(row.text)) for row in chapters] != list(read.chapters):
        proof.complain("proof-transcript", "the list of chapters is not that of the recording", beside=".chapters.vtt")


def _rows(proof: _Proof, data: bytes, beside: str) -> tuple[Row, ...] | None:
    try:
        return read_vtt(data, proof.edition.language.tag)
    except ValueError as error:
        proof.complain("proof-transcript", f"the transcript can't be read: {error}", beside=beside)
        return None


def _plan(edition: Edition, read: _Read, *, person: bool) -> tuple[Line, ...]:
    """What should be said. The length that the recording names is taken for right if it nearly is."""
    said = {text for text, _ in read.cues}
    about = max((end for _, end, _ in read.chapters), default=read.seconds) / 60
    for minutes in () if person else (max(1, round(about)), math.floor(about), math.ceil(about)):
        segments = script(edition, synthetic=True, minutes=minutes)
        spoken = next(normal(s.text) for s in segments if s.id == "opening.length") if minutes else ""
        if abs(about - max(1, minutes)) <= max(_MINUTES, 1 - about) and spoken in said:
            break
    else:
        segments = script(edition, synthetic=not person, minutes=0 if person else max(1, round(about)))
    return lines(segments, edition.language.sentence_ends, whole=person)


def _prove_script(proof: _Proof, read: _Read, plan: Sequence[Line]) -> None:
    """Every sentence of the script, in its order, and nothing else."""
    wanted, said = [normal(line.text) for line in plan], [text for text, _ in read.cues]
    if wanted == said:
        return
    for line, text in zip(plan, wanted, strict=True):
        if text not in said:
            if line.segment.id.startswith("opening.notice."):
                proof.complain("proof-notice", f"the opening does not say “{text}”")
            elif not line.segment.warning:
                proof.complain("proof-script", f"the recording leaves out “{text}” ({line.segment.id})")
    strange = [text for text in said if text not in wanted]
    if strange:
        proof.complain("proof-script", f"the recording says “{strange[0]}”, which is not in its script")
    if not proof.findings and all(said.count(text) >= 2 for line, text in zip(plan, wanted, strict=True) if line.segment.warning):
        place = next((a for a, b in zip(wanted, said, strict=False) if a != b), wanted[-1])
        proof.complain("proof-script", f"the recording is not in the order of its script at “{place}”")


def _prove_level(proof: _Proof, read: _Read) -> tuple[float, float]:
    """How loud it is (LUFS) and how high its peaks are (dBTP)."""
    loudness, peak = integrated(read.samples, read.rate), true_peak(read.samples)
    if not abs(loudness - TARGET) <= TOLERANCE:
        proof.complain("proof-loudness", f"the recording has {loudness:.1f} LUFS instead of {TARGET:g}")
    if peak > PEAK or _clipped(read.samples):
        proof.complain("proof-loudness", f"the recording has peaks of {peak:.1f} dBTP, more than {PEAK:g}")
    return loudness, peak


def _clipped(samples: Samples) -> bool:
    """Whether several samples in a row are at the very top."""
    if max(samples.max(initial=0), -samples.min(initial=0)) < _CLIPPED:
        return False
    return bool(np.convolve(np.abs(samples) >= _CLIPPED, np.ones(_MOST_CLIPPED), "valid").max() >= _MOST_CLIPPED)


def _hear(proof: _Proof, read: _Read, plan: Sequence[Line], expected: Expected, *, person: bool) -> dict[int, tuple[float, float]]:
    """The span (seconds) of each cue that sounds as it should; for the others a finding, but for those of warnings."""
    known = _known(read, plan)
    sounds = {slow: expected(sorted({text for text, pace in known.values() if pace == slow}), slow) for slow in (False, True)}
    spans, wrong = dict[int, tuple[float, float]](), list[int]()
    by_text = {normal(line.text): line for line in plan}
    blocks = {b.id for b in proof.edition.text.blocks}  # those of warnings are judged by themselves; their numbers are not
    for number, (text, at) in enumerate(read.cues):
        sound = sounds[known[number][1]].get(text) if number in known else None
        span = heard_at(read.samples, read.rate, at, sound, person=person)
        if span and sound is not None:
            spans[number] = span
            onset = int(np.argmax(np.abs(sound.astype(np.int32)) > _QUIET)) / read.rate
            proof.late = max(proof.late, abs(span[0] + onset - at))
        elif text in by_text and not (by_text[text].segment.warning and by_text[text].segment.take in blocks):
            wrong.append(number)
    if proof.late > _CUE_ERROR:
        proof.complain("proof-transcript", f"a sentence is heard {proof.late * 1000:.0f} ms from its time in the recording", beside=".vtt")
    notices = [n for n in wrong if by_text[read.cues[n][0]].segment.id.startswith("opening.notice.")]
    for number in notices[:1]:
        proof.complain("proof-notice", f"at {read.cues[number][1]:.1f} s the recording does not say “{read.cues[number][0]}”")
    others = [n for n in wrong if n not in notices]
    if others:
        more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
        proof.complain("proof-silence", f"at {read.cues[others[0]][1]:.1f} s the recording does not say “{read.cues[others[0]][0]}”{more}")
    return spans


def _prove_pauses(proof: _Proof, read: _Read, spans: Mapping[int, tuple[float, float]]) -> None:
    """Nothing is heard between the sentences, and the transcript shows each until its sound ends."""
    silent = np.ones(read.samples.size, bool)
    for start, end in spans.values():
        silent[max(0, int((start - _CUE_ERROR) * read.rate)) : int((end + _CUE_ERROR) * read.rate)] = False
    loud = np.flatnonzero(silent & (np.abs(read.samples) > _STILL))
    if loud.size:
        proof.complain("proof-silence", f"at {loud[0] / read.rate:.1f} s something is heard that is not in the script")
    for number, row in enumerate(proof.rows):
        if abs(row.end - spans[number][1]) > 2 * _CUE_ERROR:
            proof.complain("proof-transcript", f"the transcript does not show “{row.text}” as long as it is heard", beside=".vtt")
            return


def _known(read: _Read, plan: Sequence[Line]) -> dict[int, tuple[str, bool]]:
    """The text and the pace of each cue: as the script has it in this place, or, if the order is not the script's, anywhere."""
    wanted = [(normal(line.text), line.slow) for line in plan]
    if [text for text, _ in wanted] == [text for text, _ in read.cues]:
        return dict(enumerate(wanted))
    paces: dict[str, bool] = {}
    for text, slow in wanted:
        paces[text] = paces.get(text, False) or slow
    return {n: (text, paces[text]) for n, (text, _) in enumerate(read.cues) if text in paces}


def _prove_pace(
    proof: _Proof, read: _Read, plan: Sequence[Line], spans: Mapping[int, tuple[float, float]],
    letters: tuple[float, float], spoken: Callable[[str], str], slower: float,
) -> None:  # fmt: skip
    """No sentence has so many letters a second that some can't have been said, or so few that it is not these."""
    known = _known(read, plan)
    for number, (start, end) in spans.items():
        text, slow = known[number]
        count = weight(spoken(text))
        pace = count / (end - start) * (slower if slow else 1.0)
        if says_a_pace(spoken(text)) and not letters[0] <= pace <= letters[1]:
            proof.complain("proof-pace", f"“{text}” is spoken at {pace:.1f} letters a second, not {letters[0]:g} to {letters[1]:g}",
                           "listen to it; then mend the lexicon, or “letters” in audio/voices.toml")  # fmt: skip
            return


def says_a_pace(spoken: str) -> bool:
    """Whether a sentence is long enough for its pace to say something, and more than a row of figures (which are said with pauses)."""
    figures = 4 * sum(c.isdecimal() for c in spoken)
    return weight(spoken) >= _FEW and figures < weight(spoken) / 3


def weight(spoken: str) -> float:
    """How long a text is to the ear, in letters. A figure is a word of about four; a Chinese character a syllable of about three."""
    kinds = (unicodedata.category(c) for c in spoken)
    return sum(4 if kind == "Nd" else 3 if "\u3400" <= c <= "\u9fff" else kind[0] in "LM" for c, kind in zip(spoken, kinds, strict=True))


def _prove_warnings(proof: _Proof, read: _Read, plan: Sequence[Line], spans: Mapping[int, tuple[float, float]], *, person: bool) -> tuple[Place, ...]:
    """Where each warning is spoken, in whole and rightly, every time."""
    edition, texts = proof.edition, [text for text, _ in read.cues]

    def split(words: str) -> list[str]:
        if person:
            return [words]
        by_block = {normal(line.segment.text): [normal(x.text) for x in plan if x.segment is line.segment] for line in plan}
        return by_block.get(words, [words])

    places = []
    for warning, blocks in warnings_of(edition, edition.text):
        rows = [s for _, words in blocks for s in split(words)]
        spoken = _runs(texts, rows)
        wrong = [start + n for start in spoken for n in range(len(rows)) if start + n not in spans]
        if not rows:
            proof.complain("proof-warning-missing", f"the text does not carry “{warning}”", "add it to the text", warning)
        elif len(spoken) < 2:
            proof.complain("proof-warning-missing", f"the warning is spoken {len(spoken)} times instead of twice or more: “{' '.join(rows)}”", warning=warning)
        elif wrong:
            proof.complain("proof-silence", f"at {read.cues[wrong[0]][1]:.1f} s the recording does not say “{texts[wrong[0]]}”", warning=warning)
        else:
            places.append(Place(warning, times=tuple((spans[start][0], spans[start + len(rows) - 1][1]) for start in spoken)))
    return tuple(places)


def _runs(texts: list[str], rows: list[str]) -> list[int]:
    """Where `rows` stand in `texts` one after the other."""
    return [n for n in range(len(texts) - len(rows) + 1) if rows and texts[n : n + len(rows)] == rows]
