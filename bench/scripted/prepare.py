"""The content of a project as a hospital without this toolkit would have it: what the scripts beside this file work on.

    python bench/scripted/prepare.py PROJECT FOLDER

Copies the catalogues as they are. Writes the English leaflets with their headings, lists and boxes as JSON, the pictures as
files, and what a web developer would have noted of each language: fonts, sizes, voice. Not timed: their files would be there.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "src"))

from leafletkit import fonts  # noqa: E402
from leafletkit.checking import Checked, Selection, check  # noqa: E402
from leafletkit.model import Document, Edition, Face, Language  # noqa: E402
from leafletkit.project import Project, load  # noqa: E402
from leafletkit.script import spoken_sentences  # noqa: E402, F401  # the tests compare with it

# espeak-ng's own short names of the voices in audio/voices.toml.
VOICES = {"gmw/en": "en", "cel/cy": "cy", "zlw/pl": "pl", "sem/ar": "ar", "inc/ur": "ur", "inc/hi": "hi", "sit/cmn": "cmn"}
NOTICES = ("notice-withdrawn", "notice-demonstration", "notice-expired", "notice-draft", "notice-in-review", "notice-translation")


def prepare(root: Path, folder: Path, today: date) -> list[tuple[str, str]]:
    """Write the content; the editions that it holds, as (leaflet, language)."""
    project = load(root)
    fonts.use(root)
    checked = check(project, Selection(), today)
    (folder / "po").mkdir(parents=True)
    for tag in {tag for _, tag in checked.editions}:
        if (root / "locales" / tag / "LC_MESSAGES").is_dir():
            shutil.copytree(root / "locales" / tag / "LC_MESSAGES", folder / "po" / tag)
    languages = {tag: _language(language, project) for tag, language in project.languages.items()}
    _write(folder / "languages.json", languages)
    for leaflet in project.leaflets:
        _leaflet(folder, checked, leaflet.id)
    return list(checked.editions)


def _leaflet(folder: Path, checked: Checked, name: str) -> None:
    editions = {tag: e for (leaflet, tag), e in checked.editions.items() if leaflet == name}
    if not editions:
        return
    english = next(e for e in editions.values() if e.is_source)
    other = next((e for e in editions.values() if not e.is_source), english)
    meta = english.leaflet.meta
    contact = {"phone": meta.contact.phone, "email": meta.contact.email, "placeholder": meta.contact.placeholder}
    pictures = {picture.name: {"alt": picture.alt, "credit": picture.credit} for picture in english.pictures.values()}
    content = {
        "id": meta.id, "version": meta.version, "updated": meta.last_updated.isoformat(), "review": meta.review_due.isoformat(),
        "owner": english.owner_role, "contact": contact, "state": english.state,
        "notices": _notices(english), "notices_of_translations": _notices(other),
        "leaflet": _blocks(english.text), "easy_read": _blocks(english.easy_read), "pictures": pictures,
        "words": dict(english.words),
        "editions": {tag: {"address": e.address} for tag, e in editions.items()},
    }  # fmt: skip
    _write(folder / name / "leaflet.json", content)
    (folder / name / "pictures").mkdir()
    for picture in english.pictures.values():
        (folder / name / "pictures" / f"{picture.name}.svg").write_text(picture.svg, "utf-8")


def _notices(edition: Edition) -> list[str]:
    """Which of the interface's notices an edition carries, in their order."""
    starts = {edition.words[key].split("{")[0]: key for key in NOTICES}
    return [next(key for start, key in starts.items() if notice.startswith(start)) for notice in edition.notices]


def _blocks(document: Document) -> list[dict[str, Any]]:
    return [{"id": b.id, "kind": b.kind, "text": b.text, "warning": b.warning, "picture": b.picture} for b in document.blocks]


def _language(language: Language, project: Project) -> dict[str, Any]:
    voice = project.voices.get(language.tag)
    speaks = {"voice": VOICES[voice.name], "rate": voice.rate, "slow": voice.slow} if voice and voice.engine == "espeak" else None
    return {
        "tag": language.tag, "endonym": language.endonym, "english": language.english, "direction": language.direction, "locale": language.locale,
        "source": language.tag == project.settings.source_language, "line_height": language.line_height, "scale": language.scale, "speaks": speaks,
        "face": _face(language.face), "easy_face": _face(language.easy_read_face), "latin": _face(fonts.LATIN),
    }  # fmt: skip


def _face(face: Face) -> dict[str, str]:
    """Where the files lie. A collection (CJK) is asked for by its name, as it is installed: a style sheet can't choose in it."""
    if fonts.is_collection(face):
        return {"family": face.family}
    return {"family": face.family, "regular": fonts.locate(face.regular).as_uri(), "bold": fonts.locate(face.bold).as_uri()}


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]).resolve(), Path(sys.argv[2]), date.today())
