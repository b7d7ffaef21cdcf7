"""The catalogue of findings: every code, what it means, why it matters and how to mend it.

Codes are permanent: a code is never renamed or given another meaning. `explain CODE` prints an
entry; docs/reference/findings.md is compared with this table by a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .model import Finding, Severity


@dataclass(frozen=True)
class Code:
    """`blocks` withholds what the finding names; `release` only counts with --release; `advice` never blocks."""

    severity: Severity
    title: str
    why: str
    mend: str


CODES: dict[str, Code] = {
    # read
    "project-invalid": Code(
        "blocks", "project.toml can't be used",
        "Without it nobody knows which languages and formats the hospital wants.",
        "Mend the field the message names. docs/reference/project.md lists them all.",
    ),
    "metadata-invalid": Code(
        "blocks", "leaflet.toml can't be used",
        "A leaflet without its id, version and dates can't be traced or recalled.",
        "Mend the field the message names. docs/reference/leaflet-format.md lists them all.",
    ),
    "register-invalid": Code(
        "blocks", "safety.toml can't be used",
        "The safety register is the contract of every warning; a broken one proves nothing.",
        "Mend the field the message names. docs/reference/safety-register.md lists them all.",
    ),
    "queries-invalid": Code(
        "blocks", "queries.toml can't be used",
        "A clinical question that can't be read can't keep a leaflet from release.",
        "Mend the field the message names. docs/reference/safety-register.md lists them all.",
    ),
    "language-invalid": Code(
        "blocks", "language.toml can't be used",
        "A wrong direction, font or script makes a page that can't be read.",
        "Mend the field the message names. docs/reference/language.md lists them all.",
    ),
    "voices-invalid": Code(
        "blocks", "audio/voices.toml or a lexicon can't be used",
        "A wrong voice reads a language as gibberish.",
        "Mend the field the message names. docs/reference/audio.md lists them all.",
    ),
    "pictures-invalid": Code(
        "blocks", "pictures.toml or a picture can't be used",
        "Easy read relies on its pictures; a broken or unsafe one can't be published.",
        "Mend the picture the message names. docs/reference/pictures.md has the rules.",
    ),
    "source-missing": Code(
        "blocks", "a file of the leaflet is missing or unreadable",
        "A leaflet is leaflet.md, easy-read.md, leaflet.toml and safety.toml together.",
        "Write the file, or restore it. It must be UTF-8 text.",
    ),
    "source-syntax": Code(
        "blocks", "markup that leaflets can't use",
        "Tables, HTML, italics and the like don't survive in every format.",
        "Do what the message says. docs/reference/leaflet-format.md shows all that can be used.",
    ),
    "source-id": Code(
        "blocks", "an id is missing, wrong or used twice",
        "Translations, sign-offs and proofs hang on the id of each block.",
        "End the block with an id of its own in braces, for example {#tell-nurse}.",
    ),
    "source-structure": Code(
        "blocks", "the order of title, headings and text is wrong",
        "People who listen move by headings; a gap or an empty one loses them.",
        "One title first, then ## headings, each with text under it.",
    ),
    "source-link": Code(
        "blocks", "a link that is not on the allow-list",
        "A link in a leaflet sends patients somewhere; the hospital decides where.",
        "Use an allowed address, or add its beginning to allowed_links in project.toml.",
    ),
    "source-picture": Code(
        "blocks", "an easy-read point without its picture",
        "Each point of an easy-read page needs a picture that is known and credited.",
        "Put ![](name) before the words, with a name from styles/pictures/pictures.toml.",
    ),
    "register-missing-in-text": Code(
        "blocks", "a warning of the register is not in leaflet.md",
        "The safety register says what the leaflet must carry.",
        "Add the warning to the text and mark its block with warning=ID, or have the owner of the register remove it.",
    ),
    "register-missing-in-easy-read": Code(
        "blocks", "a warning of the register is not in easy-read.md",
        "People who use easy read need every warning too. None is dropped for length.",
        "Add a point for the warning and mark it with warning=ID.",
    ),
    "register-unknown-warning": Code(
        "blocks", "the text marks a warning that the register does not have",
        "A warning that is not registered is not checked in translations.",
        "Correct the id, or have the owner of the register add the warning.",
    ),
    "readability": Code(
        "advice", "the English is harder than a reading age of 11",
        "Hard English is hard to read and hard to translate safely.",
        "Use shorter sentences and shorter words in the leaflet the message names.",
    ),
    # translate
    "catalogue-missing": Code(
        "blocks", "there is no catalogue for this language",
        "Nothing is filled in with English, so the edition can't be made.",
        "Run the verb “update”: it writes the catalogue for the translator.",
    ),
    "catalogue-broken": Code(
        "blocks", "the catalogue can't be read",
        "A PO file with a syntax error or with a string twice can't be trusted.",
        "Mend the line the message names; “msgfmt -c FILE” and Poedit show it too.",
    ),
    "string-missing": Code(
        "blocks", "a string is not in the catalogue",
        "The English text has a string that the translator has never seen.",
        "Run the verb “update”, then translate the string.",
    ),
    "string-empty": Code(
        "blocks", "a string has no translation",
        "An edition is whole or it is not published; English never fills a gap.",
        "Translate the string in Poedit or Weblate.",
    ),
    "string-fuzzy": Code(
        "blocks", "a translation is marked as unsure (fuzzy)",
        "The English has changed, or the translator was not certain.",
        "Compare it with the English, mend it, and take the mark off.",
    ),
    "string-stale": Code(
        "blocks", "a translation belongs to an older English text",
        "The English has changed since; the old translation may now say something else.",
        "Run the verb “update”, then translate the new text.",
    ),
    "string-copied": Code(
        "blocks", "a translation is a copy of the English",
        "A patient who reads no English would learn nothing.",
        "Translate the string.",
    ),
    "string-markup": Code(
        "blocks", "bold, links, lines or {names} differ from the English",
        "A lost link or a line too few is often a lost piece of the message.",
        "Use the same **bold**, links, {names} and number of lines as the English.",
    ),
    # check
    "text-unclean": Code(
        "blocks", "a string holds characters that the language is not written in",
        "Look-alike letters, garbled letters, wrong digits and invisible controls read right to the eye "
        "and wrong to a voice, a search or a font.",
        "Type the word or number again, as the message says.",
    ),
    "quantity-changed": Code(
        "blocks", "a number or its unit is not as in the English",
        "5 mg for 50, days for weeks, or a range turned round can do grave harm.",
        "Write the same number, unit and order as the English, in the digits or words of your language.",
    ),
    "polarity-lost": Code(
        "blocks", "a prohibition or a “not” has lost its word for “no”",
        "“Do not take” that becomes “take” does grave harm, and nothing else would notice it.",
        "Say what the patient must not do, with the word for “no” in bold where the English has it in bold. "
        "If the word is right but not known, a linguist adds it to negations in language.toml.",
    ),
    "polarity-added": Code(
        "blocks", "a permission holds a word that forbids",
        "A patient who is told not to take what is safe may stop a treatment that she needs.",
        "Say that the patient may do this, without a word for “no”.",
    ),
    "facts-missing": Code(
        "release", "language.toml lacks facts that a check needs",
        "A check without its facts finds nothing, and finding nothing is not a pass.",
        "Have a linguist fill in the facts that the message names: docs/reference/language.md.",
    ),
    # render
    "font-missing": Code(
        "blocks", "a font of this language is not installed",
        "Another font would draw boxes or wrong letters.",
        "Run “make setup”, or install the Debian package that the message names.",
    ),
    "audio-unavailable": Code(
        "advice", "there is no fit voice for this language",
        "A wrong voice would read gibberish, so there is no audio.",
        "Have a person record it: “script” prints the words; put the files in audio/recordings/.",
    ),
    "audio-failed": Code(
        "blocks", "the speech engine failed",
        "A recording with words left out is worse than none.",
        "Do what the message says, then build again.",
    ),
    "recording-missing": Code(
        "blocks", "a recording by a person lacks a part",
        "A recording is whole or it is not published.",
        "Record the part the message names and put it into the folder.",
    ),
    "recording-stale": Code(
        "blocks", "a recording speaks other words than the text",
        "The text has changed since it was read aloud.",
        "Record the part again and write the new hash of its words beside it.",
    ),
    "recording-invalid": Code(
        "blocks", "a recording can't be used",
        "A silent, cut or unreadable file is not a recording.",
        "Replace the file the message names.",
    ),
    "render-failed": Code(
        "blocks", "a file could not be made",
        "A half-made file is never published.",
        "Do what the message says. If it says nothing of use, report it as a fault of the toolkit.",
    ),
    # prove
    "proof-unreadable": Code(
        "blocks", "a finished file can't be read back",
        "What can't be read back can't be proved.",
        "Build again. If it stays, report it as a fault of the toolkit.",
    ),
    "proof-warning-missing": Code(
        "blocks", "a warning is not in the finished file",
        "The file as a patient gets it lacks words that keep the patient safe.",
        "Look at the place in the file, mend the template or the text, and build again.",
    ),
    "proof-language": Code(
        "blocks", "the finished file declares the wrong language or direction",
        "A screen reader would use the wrong voice; right-to-left text would be jumbled.",
        "Mend the template: lang and dir must be the edition's.",
    ),
    "proof-glyph": Code(
        "blocks", "a finished file has a character that no font of the language can draw",
        "The reader sees a box where a word should be.",
        "Replace the character the message names, or add a font that has it.",
    ),
    "proof-font": Code(
        "blocks", "the finished PDF uses a font that is not meant for the language",
        "A substitute font draws other shapes, or none.",
        "Replace the character that made it necessary, or add the font in language.toml.",
    ),
    "proof-notice": Code(
        "blocks", "the finished file does not say that it is a draft or out of date",
        "Nothing unapproved may look approved.",
        "Mend the template: it must show every notice of the edition.",
    ),
    "proof-silence": Code(
        "blocks", "a part of the recording is missing, silent, cut or not the words it should be",
        "A listener would miss a warning.",
        "Build again. If it stays, check the voice in audio/voices.toml.",
    ),
    # publish
    "release-unapproved": Code(
        "release", "no clinician has approved this leaflet",
        "Only approved words go to patients.",
        "Have the leaflet approved; until then it builds as a draft.",
    ),
    "release-expired": Code(
        "release", "the review date has passed",
        "Facts may have changed since.",
        "Have the leaflet reviewed and set the new dates in leaflet.toml.",
    ),
    "release-query-open": Code(
        "release", "a clinical question is open",
        "Only a named clinician may settle it.",
        "Have it answered and record the answer in queries.toml.",
    ),
    "release-contact": Code(
        "release", "the contact details are placeholders",
        "A patient with a warning sign must know whom to call.",
        "Fill in [contact] in leaflet.toml and set placeholder = false.",
    ),
    "release-demonstration": Code(
        "release", "the leaflet is a demonstration",
        "Example material is never for patients.",
        "Write your own leaflet; take demonstration = true out of leaflet.toml.",
    ),
}  # fmt: skip


def severity(finding: Finding) -> Severity:
    return CODES[finding.code].severity


def blocking(findings: Iterable[Finding], *, release: bool = False) -> tuple[Finding, ...]:
    """The findings that withhold something."""
    hard = ("blocks", "release") if release else ("blocks",)
    return tuple(f for f in findings if severity(f) in hard)


def explain(code: str) -> str:
    """What a code means, why it matters and how to mend it, as plain text."""
    entry = CODES[code]
    effect = {
        "blocks": "Withholds what it names, and the run ends with exit code 1.",
        "release": "Keeps the leaflet from release (--release); drafts are built.",
        "advice": "Blocks nothing.",
    }[entry.severity]
    return f"{code}: {entry.title}\n\nWhy it matters  {entry.why}\nWhat to do      {entry.mend}\nEffect          {effect}\n"
