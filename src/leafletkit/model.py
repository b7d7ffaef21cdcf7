"""The values that travel along the path: read, translate, check, render, prove, publish.

Everything here is frozen: a stage takes values and gives new ones. A leaflet and its translation
share the type `Document`, so every check and every renderer works on both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

BlockKind = Literal["title", "heading", "subheading", "paragraph", "item", "point", "word"]
DocumentKind = Literal["leaflet", "easy-read"]
Polarity = Literal["prohibition", "do", "permission", "negated-fact", "risk"]
Severity = Literal["blocks", "release", "advice"]
FormatName = Literal["web", "easy-read", "easy-read-print", "standard-print", "large-print", "giant-print", "audio", "easy-read-audio"]
Writing = Literal["alphabet", "arabic", "nastaliq", "indic", "han"]
Criterion = Literal["linguistic", "clinical", "heard"]

CRITERIA: tuple[Criterion, ...] = ("linguistic", "clinical", "heard")
FORMATS: tuple[FormatName, ...] = ("web", "easy-read", "easy-read-print", "standard-print", "large-print", "giant-print", "audio", "easy-read-audio")
PAGES: tuple[FormatName, ...] = ("web", "easy-read")
PRINT: Mapping[FormatName, int] = {"easy-read-print": 16, "standard-print": 14, "large-print": 18, "giant-print": 24}  # points of the body text
RECORDINGS: Mapping[FormatName, FormatName] = {"audio": "web", "easy-read-audio": "easy-read"}  # the page that reads along with each
EASY_READ: tuple[FormatName, ...] = ("easy-read", "easy-read-print", "easy-read-audio")  # formats that tell the easy-read text


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or worth knowing, in the words of the person who can mend it.

    `code` is permanent (see `findings.CODES`); `path` is relative to the project where possible.
    Of a string, `string` is its msgctxt, `source` and `target` are its two texts, and `span` is the
    part of `target` at fault ("" when what is wrong is what is not there). `waived` says who has
    accepted the finding and why; a waived finding blocks nothing.
    """

    code: str
    message: str
    hint: str = ""
    leaflet: str = ""
    language: str = ""
    format: str = ""
    warning: str = ""
    path: str = ""
    line: int = 0
    string: str = ""
    source: str = ""
    target: str = ""
    span: str = ""
    waived: str = ""


@dataclass(frozen=True)
class Span:
    """A run of inline text: plain, strong, or a link."""

    text: str
    strong: bool = False
    href: str | None = None


@dataclass(frozen=True)
class Block:
    """One translation unit of a document: a heading, paragraph, list item or easy-read point.

    `text` is the inline source (Markdown with only **strong** and [links](…)). In a point, each
    line of `text` is one sentence. A word is a hard word in **bold**, and lines that explain it.
    """

    id: str
    kind: BlockKind
    text: str
    warning: str | None = None
    picture: str | None = None
    facts: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Document:
    """The blocks of leaflet.md or easy-read.md, in reading order, or of their translation."""

    kind: DocumentKind
    path: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> Block:
        """The one block of kind "title"; `source` guarantees that it comes first."""
        return self.blocks[0]

    def carrying(self, warning: str) -> tuple[Block, ...]:
        """The blocks that together carry one warning, in reading order."""
        return tuple(b for b in self.blocks if b.warning == warning)


@dataclass(frozen=True)
class Warning_:
    """One entry of the safety register (safety.toml)."""

    id: str
    category: str
    polarity: Polarity
    must_survive: tuple[str, ...]
    why: str
    contrast: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Query:
    """A question that only a named clinician may answer (queries.toml)."""

    id: str
    question: str
    blocks: tuple[str, ...]
    open: bool
    line: int = 0


@dataclass(frozen=True)
class Contact:
    phone: str
    email: str
    placeholder: bool


@dataclass(frozen=True)
class Metadata:
    """leaflet.toml: what a hospital must know about a leaflet besides its words."""

    id: str
    version: str
    status: str
    last_updated: date
    review_due: date
    owner_role: str
    contact: Contact
    demonstration: bool = False
    languages: tuple[str, ...] | None = None
    readability_names: tuple[str, ...] = ()
    everyday_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture of the easy-read pages: what it shows, its finished SVG, what it is to say, and the sign over it ("no", "yes" or "")."""

    name: str
    alt: str
    svg: str
    credit: str
    meaning: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Leaflet:
    """A canonical leaflet: its text, its easy-read telling, and the contract both must keep."""

    meta: Metadata
    folder: Path
    text: Document
    easy_read: Document
    warnings: tuple[Warning_, ...]
    queries: tuple[Query, ...]

    @property
    def id(self) -> str:
        return self.meta.id

    @property
    def documents(self) -> tuple[Document, Document]:
        return (self.text, self.easy_read)


@dataclass(frozen=True)
class Unit:
    """A string to translate: its context (msgctxt), English text (msgid) and notes."""

    context: str
    text: str
    comments: tuple[str, ...] = ()
    warning: str | None = None
    path: str = ""
    line: int = 0
    braces: bool = False


@dataclass(frozen=True)
class Face:
    """The font files of one family that a language is set in."""

    family: str
    regular: str
    bold: str
    number: int = 0


@dataclass(frozen=True, eq=False)  # known by identity, so that patterns made of it can be kept
class Facts:
    """What the checks of translations know of a language: [facts] of language.toml, and glossary.toml.

    Phrases are as `checks.wording.find` takes them. `units` and `comparators` map a key to every form;
    `idioms` maps a phrase to "NUMBER unit"; `names` and `terms` are the two tables of the glossary.
    `verified` says of single facts who has confirmed them; all others have `status`. The glossary has
    a status of its own.
    """

    status: str = "unverified"
    verified: Mapping[str, str] = field(default_factory=dict)
    negations: tuple[str, ...] = ()
    not_negations: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    exemptions: tuple[str, ...] = ()
    reversers: tuple[str, ...] = ()
    not_numbers: tuple[str, ...] = ()
    conjunctions: tuple[str, ...] = ()
    no_spaces: bool = False
    length: float = 0.0
    comparators: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    number_words: Mapping[str, float] = field(default_factory=dict)
    idioms: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    glossary_status: str = "unverified"

    @property
    def confirmed(self) -> str:
        """Who has confirmed what, in words."""
        parts = [self.status, *(f"{name} by {who}" for name, who in self.verified.items()), f"glossary {self.glossary_status}"]
        return "; ".join(parts)


@dataclass(frozen=True)
class Eyes:
    """How a language is read from paper: packs of tesseract, in turn, and the kind of writing."""

    packs: tuple[str, ...]
    writing: Writing


@dataclass(frozen=True)
class Language:
    """language.toml: what the toolkit needs to know of a language."""

    tag: str
    endonym: str
    english: str
    direction: Literal["ltr", "rtl"]
    locale: str
    face: Face
    easy_read_face: Face
    line_height: float
    scale: float
    sentence_ends: str
    iso639_2: str
    scripts: tuple[str, ...]
    digits: str
    look_alikes: Mapping[str, str]
    nplurals: str
    months: tuple[str, ...] = ()
    eyes: Eyes | None = None
    facts: Facts = field(default_factory=Facts, compare=False)


@dataclass(frozen=True)
class Standing:
    """How strings stand by one criterion of sign-off: the msgctxt of each that is not approved, and why.

    `by` says who has approved the others, when and in what role.
    """

    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    same_person: tuple[str, ...] = ()
    by: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every string is approved."""
        return bool(self.by) and not (self.missing or self.stale or self.withdrawn or self.same_person)


@dataclass(frozen=True)
class Edition:
    """A leaflet in one language, whole: every string translated, or there is no Edition.

    `address` is where its newest version stands on the web; "" if the project does not say where it publishes.
    """

    leaflet: Leaflet
    language: Language
    text: Document
    easy_read: Document
    words: Mapping[str, str]
    pictures: Mapping[str, Picture]
    owner_role: str
    publisher: str
    state: str
    notices: tuple[str, ...]
    is_source: bool
    standings: Mapping[Criterion, Standing] = field(default_factory=dict)
    digest: str = field(default="", compare=False)
    address: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.leaflet.id, self.language.tag)

    @property
    def documents(self) -> tuple[Document, Document]:
        return (self.text, self.easy_read)

    @property
    def recording(self) -> FormatName:
        """The format that speaks its `text`."""
        return "easy-read-audio" if self.text.kind == "easy-read" else "audio"

    def told(self, fmt: FormatName) -> Edition:
        """The edition with the words and letters of a format as its own: print and sound need not know which of the two texts they tell."""
        if fmt not in EASY_READ:
            return self
        address = self.address and self.address + "easy-read.html"
        return replace(self, text=self.easy_read, language=replace(self.language, face=self.language.easy_read_face), address=address)


@dataclass(frozen=True)
class File:
    """One finished file: where it goes below dist/ and its bytes."""

    path: str
    data: bytes


@dataclass(frozen=True)
class Place:
    """Where one warning stands in one file.

    web and easy-read: `fragments`; print: `pages` (from 1); audio: `times` (start and end in
    seconds, one pair each time the warning is spoken).
    """

    warning: str
    fragments: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    times: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Heard:
    """How a finished recording sounds, as it was read back.

    Its length in seconds, its loudness (LUFS), its highest true peak (dBTP), how far the sound of a sentence is from
    its claimed time at most (seconds), and its chapters (where each begins, in seconds, and its name).
    """

    seconds: float = 0.0
    loudness: float = 0.0
    peak: float = 0.0
    cue_error: float = 0.0
    chapters: tuple[tuple[float, str], ...] = ()
