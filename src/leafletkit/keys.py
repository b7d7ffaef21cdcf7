"""The key of an artefact: the hash of everything that its bytes, and the proof of them, depend on.

A key is made of named parts, so that a build can say which of them has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import fonts, strict, toolprint
from .digests import Digests, files_below, of_rows, of_text
from .engines import fingerprint
from .errors import Fault
from .jobs import Job
from .model import PAGES, PRINT, RECORDINGS, Edition, Face
from .recordings import folder_of
from .translate import bare

# What each part is, for people: “made again, because NAME has changed”.
PARTS: Mapping[str, str] = {
    "words": "the words of the edition, or its state",
    "pictures": "a picture",
    "links": "what the page links to",
    "recording": "the recording that the page reads along with",
    "styles": "the styles or templates",
    "fonts": "a font",
    "voice": "the voice, its pace or its lexicon",
    "takes": "a recording by a person",
    "options": "the options of the build",
    "tools": "the toolkit, or a library that it uses",
}


_HELD = 64  # editions


@dataclass
class Keys:
    """Makes keys for the jobs of one run. `tools`: the fingerprint of the toolkit and all it uses."""

    root: Path
    tools: str
    digests: Digests
    _editions: dict[int, tuple[Edition, str, str]] = field(default_factory=dict)

    def parts(self, job: Job) -> dict[str, str]:
        """The parts of a job's key. Raises `Fault` if something that it needs is not there."""
        words, pictures = self._words(job.edition)
        parts = {"format": job.format, "words": words, "styles": self._style(), "tools": self.tools, "fonts": self._fonts(job)}
        if job.format not in RECORDINGS:
            parts["pictures"] = pictures
        if job.format in PAGES:
            parts |= {"links": of_text(strict.to_text(job.links)), "recording": of_text(job.transcript.hex())}
        elif job.format in PRINT:
            parts["options"] = f"eyes={toolprint.eyes() if job.eyes else ''}"
        else:
            parts["options"] = f"opus={job.opus}"
            parts |= self._sound(job)
        return parts

    def _sound(self, job: Job) -> dict[str, str]:
        folder = folder_of(self.root, job.edition.language.tag, job.edition.leaflet.id, job.format)
        if folder.is_dir():
            return {"takes": self.digests.files(folder, (name for name in files_below(folder) if "/" not in name))}
        voice = job.voice
        if voice is None:
            return {"voice": ""}
        return {"voice": of_text(strict.to_text(voice) + (fingerprint(voice, self.root) if voice.synthetic else ""))}

    def _words(self, edition: Edition) -> tuple[str, str]:
        known = self._editions.get(id(edition))
        if known is None or known[0] is not edition:
            if len(self._editions) >= _HELD:  # a process of a large build meets thousands
                self._editions.clear()
            pictures = of_text(strict.to_text({name: strict.to_plain(p) for name, p in edition.pictures.items()}))
            known = self._editions[id(edition)] = (edition, of_text(strict.to_text(bare(edition))), pictures)
        return known[1:]

    def _style(self) -> str:
        folder = self.root / "styles"
        return self.digests.files(folder, (name for name in files_below(folder) if not name.startswith("pictures/")))

    def _fonts(self, job: Job) -> str:
        language = job.edition.language
        return of_rows({f"{face.number} {file}": self.digests.file(fonts.locate(file)) for face in faces(language.face, language.easy_read_face) for file in (face.regular, face.bold)})


def faces(*own: Face) -> tuple[Face, ...]:
    """Faces, and the one of Latin letters, each once."""
    return tuple(dict.fromkeys((*own, fonts.LATIN)))


def key_of(parts: Mapping[str, str]) -> str:
    """The key itself."""
    return "artefact " + of_rows(parts)


def changed(before: Mapping[str, str] | None, now: Mapping[str, str]) -> str:
    """In words, why an artefact is not the one of before."""
    if before is None:
        return "it was never made before"
    names = [PARTS.get(name, name) for name in now if before.get(name) != now[name]]
    return ", ".join(names) + (" has changed" if len(names) == 1 else " have changed") if names else "it is not in the cache any more"


def missing_parts(error: Fault) -> dict[str, str]:
    """The parts of a job whose key can't be made: it is done each time, and says what is wrong."""
    return {"fault": error.what}
