"""What people word and decide beside a leaflet's text: each such edit shows in the folder, which is then as if nothing had been kept.

Every edit here changes what a build publishes. `test_keys` has many more kinds, also such that change nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..judging.support import accept
from ..signoff_support import INTERFACE_PO, SIGNOFF, VOICES, WAIVERS, name_translator, sign
from .support import EDITS, PAGES_ONLY, PO, assert_same_as_anew, content, run, swapped, two_leaflets, whole

pytestmark = pytest.mark.full
Edit = Callable[[Path, random.Random], None]

ALL: tuple[str, ...] = ()  # of the formats of the project
HEARD = ("--format", "web", "--format", "audio")
PRINTED = ("--format", "web", "--format", "standard-print")
GLOSSARY, LEXICON, LANGUAGE = "locales/pl/glossary.toml", "audio/lexicon/pl.toml", "locales/pl/language.toml"
FORMATS = 'formats = ["web", "easy-read", "easy-read-print", "standard-print", "large-print", "giant-print", "audio", "easy-read-audio"]'


def _once(file: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda root: swapped(file, (old, new))(root, random.Random(0))


def _toggled(file: str, make: Callable[[Path], object]) -> Edit:
    """A decision that a verb writes; it goes with its whole file."""

    def act(root: Path, _: random.Random) -> None:
        if (root / file).exists():
            (root / file).unlink()
        else:
            assert make(root) == 0 and (root / file).is_file()

    return act


@dataclass(frozen=True)
class Kind:
    """An edit that takes itself back when it is made again. The project is prepared before its first build."""

    act: Edit
    formats: tuple[str, ...] = PAGES_ONLY
    prepare: Callable[[Path], object] = lambda _: None


def _word(old: str, new: str, formats: tuple[str, ...] = PAGES_ONLY) -> Kind:
    return Kind(swapped(INTERFACE_PO, (f'msgstr "{old}"', f'msgstr "{new}"')), formats)


PEOPLE = {
    # Words of the pages themselves: interface.po
    "word of all formats": _word("Wersja robocza", "Szkic", PRINTED),
    "word of the site": _word("Szukaj ulotki", "Znajdź ulotkę"),
    "word of the player": _word("Odtwórz", "Graj", HEARD),
    "word that is spoken": _word("Koniec nagrania.", "To koniec nagrania.", HEARD),
    "lost word": Kind(swapped(INTERFACE_PO, ('msgid "Patient leaflets"\nmsgstr "Ulotki dla pacjentów"', 'msgid "Patient leaflets"\nmsgstr ""'))),
    "English of a word": Kind(swapped(INTERFACE_PO, ('msgid "Draft"', 'msgid "Drafted"'))),
    # What the checks know
    "forms of a term": Kind(swapped(GLOSSARY, ('"diarrhoea" = ["biegun', '"diarrhoea" = ["xbiegun'))),
    "a new term": Kind(swapped("locales/en-GB/glossary.toml", ('"sick" = ["sick"]', '"sick" = ["sick"]\n"hours" = ["hours"]'))),
    "negations": Kind(swapped(LANGUAGE, ('negations = [\n    "nie", "nie ma",', 'negations = [\n    "nie ma",'))),
    # Voices
    "word of the lexicon": Kind(swapped(LEXICON, ("[say]\n", '[say]\n"ręce" = "renke"\n')), HEARD),
    "fault in the lexicon": Kind(swapped(LEXICON, ("[say]\n", "[say\n")), HEARD),
    "pace that is heard": Kind(EDITS["pace"], HEARD),
    "no voice": Kind(swapped(VOICES, ('[pl]\nengine = "espeak"\nvoice = "zlw/pl"\nletters = [7.6, 14.5]\n', '[pl]\nengine = "none"\n')), HEARD),
    # Decisions
    "sign-off of the warnings": Kind(_toggled(SIGNOFF, lambda root: sign(root, "clinical")), PAGES_ONLY, name_translator),
    "sign-off of a page's words": Kind(_toggled("locales/pl/signoff/interface.toml", lambda root: sign(root, "linguistic", leaflet="interface")), PAGES_ONLY, name_translator),
    "words that were signed": Kind(swapped(PO, ("W czasie odwiedzin", "Podczas odwiedzin")), PAGES_ONLY, lambda root: (name_translator(root), sign(root, "linguistic"))),
    "translator who signed": Kind(
        swapped(PO, ("Last-Translator: Jan Przykład <jan@", "Last-Translator: Ben Example <ben@")), PAGES_ONLY,
        lambda root: (name_translator(root), sign(root, "linguistic", name="Ben Example")),
    ),
    "waiver of a wrong number": Kind(_toggled(WAIVERS, accept), PAGES_ONLY, _once(PO, "ostatnich 48 godzin", "ostatnich 84 godzin")),
    "words that were waived": Kind(
        swapped(PO, ("Po wejściu proszę", "Proszę po wejściu"), ("ostatnich 84 godzin", "ostatnich 85 godzin")), PAGES_ONLY,
        lambda root: (_once(PO, "ostatnich 48 godzin", "ostatnich 84 godzin")(root), accept(root)),
    ),
    # project.toml
    "hospital": Kind(EDITS["publisher"], PRINTED),
    "address of the site": Kind(EDITS["address"], PRINTED),
    "no address of the site": Kind(swapped("project.toml", ("\nurl = ", "\n# url = ")), PRINTED),
    "formats of the project": Kind(swapped("project.toml", ('formats = ["web", "easy-read"]', 'formats = ["web"]')), ALL, _once("project.toml", FORMATS, 'formats = ["web", "easy-read"]')),
    "languages of the project": Kind(swapped("project.toml", ('languages = ["en-GB", "pl"]', 'languages = ["en-GB"]'))),
    "order of the languages": Kind(swapped("project.toml", ('"en-GB", "pl"', '"pl", "en-GB"'))),
    "another kind of sound": Kind(EDITS["opus"], HEARD),
}  # fmt: skip


QUICK = {"word of the site", "sign-off of the warnings", "waiver of a wrong number"}  # the others in `make stress`


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.stress]) for name in PEOPLE])
def test_an_edit_shows_and_can_be_taken_back(name: str, tmp_path: Path) -> None:
    kind, root, out, cache = PEOPLE[name], two_leaflets(tmp_path / "project"), tmp_path / "dist", tmp_path / "cache"
    kind.prepare(root)
    chance = random.Random(name)
    assert run(root, out, cache, *kind.formats)[0] != 3
    for _ in range(2):
        before = content(out)
        kind.act(root, chance)
        code, said = run(root, out, cache, *kind.formats)
        assert code != 3, said
        assert content(out) != before and whole(out)
        assert_same_as_anew(root, out, code, *kind.formats)
