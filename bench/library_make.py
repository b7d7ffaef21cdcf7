"""Write a project of many leaflets and languages from the real one: a load for `bench/library.py`, not a translation."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from leafletkit.catalogue import Catalogue
from leafletkit.model import Block, Leaflet, Warning_
from leafletkit.project import Project, load, load_catalogue
from leafletkit.units import OWNER, used_pictures

ROOT = Path(__file__).resolve().parent.parent
MODEL = "ivig"
NOTE = "A LOAD FOR MEASUREMENTS, written by bench/library.py. Not a real leaflet, not a translation, not for patients."

# Stand-ins: real tags of languages as they are used in other countries, with the words, the facts and the voice of ours.
# So each page still says truly in which language its words are, and a voice of that language speaks it.
STAND_INS = (
    "pl-DE", "ar-SY", "ur-IN", "cy-US", "so-KE", "zh-Hans-SG", "hi-FJ", "pl-US", "ar-MA", "ur-AE", "cy-AR", "so-ET",
    "zh-Hans-MY", "hi-GB", "pl-GB", "ar-EG", "ur-GB", "cy-AU", "so-DJ", "zh-Hans-GB", "hi-US", "pl-LT", "ar-IQ", "so-GB",
    "pl-UA", "ar-SD", "ur-US", "hi-AE", "zh-Hans-US", "cy-CA", "ar-YE", "so-US",
)  # fmt: skip
MARKS = {"title": "# ", "heading": "## ", "subheading": "### ", "item": "- "}


@dataclass(frozen=True)
class Tongue:
    """A language of the load: its tag, and the real language whose words it has."""

    tag: str
    words: str
    stop: str
    header: str
    strings: Mapping[str, str]


def make(folder: Path, leaflets: int, languages: int) -> None:
    """Write a project of so many leaflets and languages into a folder that is not there yet."""
    project = load(ROOT)
    (model,) = [leaflet for leaflet in project.leaflets if leaflet.id == MODEL]
    tongues = _tongues(project, languages)
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "styles", folder / "styles")
    source = project.settings.source_language
    _settings(folder, [source, *(t.tag for t in tongues)])
    shutil.copytree(ROOT / "locales" / source, folder / "locales" / source, ignore=shutil.ignore_patterns("signoff", "waivers", "LC_MESSAGES"))
    for tongue in tongues:
        _language(folder, tongue)
    _voices(folder, tongues)
    for number in range(1, leaflets + 1):
        _leaflet(folder, number, model, tongues, project)


def _tongues(project: Project, languages: int) -> list[Tongue]:
    """The languages but English: first those with catalogues, then stand-ins."""
    own = [tag for tag in project.settings.languages if tag != project.settings.source_language]
    real = {tag: _header_and_strings(project, tag) for tag in own}
    rows = [*((tag, tag) for tag in own), *((tag, tag.rpartition("-")[0]) for tag in STAND_INS)]
    if not 2 <= languages <= len(rows) + 1:
        raise SystemExit(f"between 2 and {len(rows) + 1} languages, please")
    return [Tongue(tag, words, project.languages[words].sentence_ends[0], *real[words]) for tag, words in rows[: languages - 1]]


def _header_and_strings(project: Project, tag: str) -> tuple[str, Mapping[str, str]]:
    catalogue, _ = load_catalogue(project, tag, MODEL, MODEL)
    assert isinstance(catalogue, Catalogue), f"{tag} has no whole catalogue of {MODEL}"
    text = (project.root / catalogue.path).read_text("utf-8")
    plural = re.search(r'^"Plural-Forms:[^"]*"$', text, re.MULTILINE)
    return plural[0] if plural else "", {context: entry.msgstr for context, entry in catalogue.entries.items()}


def _settings(folder: Path, tags: list[str]) -> None:
    text = (ROOT / "project.toml").read_text("utf-8")
    named = ", ".join(f'"{tag}"' for tag in tags)
    (folder / "project.toml").write_text(f"# {NOTE}\n" + re.sub(r"^languages = .*$", f"languages = [{named}]", text, flags=re.MULTILINE), "utf-8")


def _language(folder: Path, tongue: Tongue) -> None:
    """The facts, the glossary and the words around the leaflets; of a stand-in, those of the language whose words it has."""
    source, target = ROOT / "locales" / tongue.words, folder / "locales" / tongue.tag
    (target / "LC_MESSAGES").mkdir(parents=True)
    facts = (source / "language.toml").read_text("utf-8")
    words = (source / "LC_MESSAGES" / "interface.po").read_text("utf-8")
    if tongue.tag != tongue.words:
        country = tongue.tag.rpartition("-")[2]
        facts = re.sub(r"^tag = .*$", f'tag = "{tongue.tag}"', facts, count=1, flags=re.MULTILINE)
        facts = re.sub(r'^(endonym|english) = "(.*?)"', rf'\1 = "\2 ({country})"', facts, flags=re.MULTILINE)
        words = words.replace(f'"Language: {_posix(tongue.words)}\\n"', f'"Language: {_posix(tongue.tag)}\\n"')
    (target / "language.toml").write_text(f"# {NOTE}\n{facts}", "utf-8")
    (target / "glossary.toml").write_text(f"# {NOTE}\n" + (source / "glossary.toml").read_text("utf-8"), "utf-8")
    (target / "LC_MESSAGES" / "interface.po").write_text(f"# {NOTE}\n{words}", "utf-8")


def _posix(tag: str) -> str:
    return tag.replace("-", "_")


def _voices(folder: Path, tongues: list[Tongue]) -> None:
    """voices.toml: a stand-in is spoken by the voice of its words, with the lexicon of its words."""
    (folder / "audio" / "lexicon").mkdir(parents=True)
    text = (ROOT / "audio" / "voices.toml").read_text("utf-8")
    tables = {m[1]: m[2] for m in re.finditer(r"^\[([\w-]+)\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)}
    rows = [("en-GB", "en-GB"), *((t.tag, t.words) for t in tongues)]
    (folder / "audio" / "voices.toml").write_text(f"# {NOTE}\n\n" + "".join(f"[{tag}]\n{tables[words]}" .rstrip() + "\n\n" for tag, words in rows), "utf-8")
    for tag, words in rows:
        lexicon = ROOT / "audio" / "lexicon" / f"{words}.toml"
        if lexicon.exists():
            (folder / "audio" / "lexicon" / f"{tag}.toml").write_text(f"# {NOTE}\n" + lexicon.read_text("utf-8"), "utf-8")


def _leaflet(folder: Path, number: int, model: Leaflet, tongues: list[Tongue], project: Project) -> None:
    """One leaflet: three warnings and some blocks of the model, chosen by its number alone."""
    chance = Random(f"leaflet {number}")  # noqa: S311 (the same choice in every run is what is wanted)
    name = f"load-{number:04d}"
    home = folder / "leaflet" / name
    home.mkdir(parents=True)
    warnings = chance.sample([w for w in model.warnings if not w.contrast], 3)
    kept = {w.id for w in warnings}
    text = tuple(_chosen(model.text.blocks, kept, chance, 9))
    easy = tuple(_with_hard_words(_chosen(model.easy_read.blocks, kept, chance, 6), model.easy_read.blocks))
    (home / "leaflet.md").write_text("\n".join(_markdown(b, number) for b in text), "utf-8")
    (home / "easy-read.md").write_text("\n".join(_markdown(b, number) for b in easy), "utf-8")
    (home / "leaflet.toml").write_text(_metadata(name), "utf-8")
    (home / "safety.toml").write_text(f"# {name}. {NOTE}\n\n" + "\n".join(map(_warning, warnings)), "utf-8")
    (home / "queries.toml").write_text(
        f'# {name}. {NOTE}\n\n[[query]]\nid = "Q{number}"\nstatus = "open"\nquestion = "Is the advice right?"\nblocks = ["{warnings[0].id}"]\n', "utf-8"
    )
    sources = {b.id: _numbered(b, b.text, number) for b in (*text, *easy)}
    pictures = dict.fromkeys(b.picture for b in easy if b.picture)
    sources |= {f"picture/{p}": project.pictures[p].alt for p in pictures} | {OWNER: model.meta.owner_role}
    assert set(pictures) <= set(used_pictures(model.easy_read))
    blocks = {b.id: b for b in (*text, *easy)}
    for tongue in tongues:
        rows = (
            f"msgctxt {_quoted(context)}\nmsgid {_quoted(source)}\n"
            f"msgstr {_quoted(_numbered(blocks.get(context), tongue.strings[context], number, tongue.stop))}\n"
            for context, source in sources.items()
        )
        path = folder / "locales" / tongue.tag / "LC_MESSAGES" / f"{name}.po"
        path.write_text(_po_header(tongue, name) + "\n".join(rows), "utf-8")


def _chosen(blocks: tuple[Block, ...], warnings: set[str], chance: Random, others: int) -> Iterator[Block]:
    """The title, all blocks of the warnings, and some others, a list with the sentence before it, below their headings."""
    groups: list[list[Block]] = []
    for block in blocks:
        if block.kind == "item" and groups:
            groups[-1].append(block)
        elif block.kind != "word":
            groups.append([block])
    free = [n for n, g in enumerate(groups) if g[0].kind in ("paragraph", "point") and not g[0].warning and "old-" not in g[0].id]
    kept = set(chance.sample(free, others)) | {n for n, g in enumerate(groups) if g[0].kind == "title" or g[0].warning in warnings}
    for n, group in enumerate(groups):
        if group[0].kind == "heading":
            below = next((m for m in range(n + 1, len(groups)) if groups[m][0].kind == "heading"), len(groups))
            if not kept & set(range(n + 1, below)):
                continue
        elif n not in kept:
            continue
        yield from group


def _with_hard_words(points: Iterator[Block], blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The points, and below them what the hard words mean that they use, and the words of those meanings."""
    chosen = list(points)
    words = {b: re.match(r"\*\*(.+?)\*\*", b.text)[1] for b in blocks if b.kind == "word"}  # type: ignore[index]
    text, used = " ".join(b.text for b in chosen), set[str]()
    for _ in words:
        new = {b.id: b.text for b, word in words.items() if b.id not in used and re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE)}
        used |= new.keys()
        text += " ".join(new.values())
    yield from chosen
    if used:
        yield next(b for b in blocks if b.id == "er-words")
        yield from (b for b in words if b.id in used)


def _numbered(block: Block | None, text: str, number: int, stop: str = ".") -> str:
    """The text with the leaflet's number: no two leaflets have a sentence in common, so nothing is known from before."""
    if block is None or block.kind in ("heading", "subheading", "word"):
        return text
    if block.kind == "title":
        return f"{text} {number}"
    return f"{number}{stop}\n{text}" if block.kind == "point" else f"{number}: {text}"  # easy read has no colons


def _markdown(block: Block, number: int) -> str:
    picture = f"![]({block.picture})\n" if block.picture else ""
    attributes = f"{{#{block.id} warning={block.warning}}}" if block.warning else f"{{#{block.id}}}"
    return f"{picture}{MARKS.get(block.kind, '')}{_numbered(block, block.text, number)} {attributes}\n"


def _metadata(name: str) -> str:
    text = (ROOT / "leaflet" / MODEL / "leaflet.toml").read_text("utf-8")
    for field, value in (("id", f'"{name}"'), ("last_updated", "2026-11-01"), ("review_due", "2099-11-01")):
        text = re.sub(rf"^{field} = .*$", f"{field} = {value}", text, flags=re.MULTILINE)
    return f"# {NOTE}\n{text}"


def _warning(warning: Warning_) -> str:
    rows = {"id": warning.id, "category": warning.category, "polarity": warning.polarity}
    fields = [f"{name} = {_quoted(value)}" for name, value in rows.items()]
    fields += [f"must_survive = [{', '.join(map(_quoted, warning.must_survive))}]", f"why = {_quoted(warning.why)}"]
    return "[[warning]]\n" + "\n".join(fields) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _po_header(tongue: Tongue, name: str) -> str:
    rows = [f'"Project-Id-Version: {name}\\n"', '"Last-Translator: \\n"', f'"Language: {_posix(tongue.tag)}\\n"',
            '"MIME-Version: 1.0\\n"', '"Content-Type: text/plain; charset=UTF-8\\n"', '"Content-Transfer-Encoding: 8bit\\n"', tongue.header]  # fmt: skip
    return f'# {NOTE}\nmsgid ""\nmsgstr ""\n' + "\n".join(filter(None, rows)) + "\n\n"
