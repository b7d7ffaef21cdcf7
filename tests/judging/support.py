"""For the tests of sign-offs and waivers: what each is about, how an edition stands, and the verb `waive`."""

from __future__ import annotations

from hypothesis import strategies as st

from leafletkit import cli

from ..conftest import TODAY
from ..signoff_support import PL, STAY, look

CLINICAL = {STAY, "er-stay-away"}
TEXT = {"title", "why", "visit", STAY, "wash-in", "wash-out"}
EASY = {"er-title", "er-germs", "er-wash", "er-ill", "er-stay-away", "er-words", "er-word-diarrhoea", "er-word-germs"}  # all of it is spoken slowly
SPOKEN = TEXT | EASY
WHY = "Czyste ręce zapobiegają przenoszeniu się zarazków między ludźmi."
texts = st.text(min_size=1).filter(str.strip)


def stood(root, key=PL):
    return look(root).editions[key].standings


def notices(edition):
    """The names of its notices."""
    by_text = {text: name for name, text in edition.words.items() if name.startswith("notice-")}
    return [by_text.get(text, "notice-expired") for text in edition.notices]


def state(root, today=TODAY, key=PL):
    """The state of an edition and its notices."""
    edition = look(root, today=today).editions[key]
    return edition.state, notices(edition)


WAIVABLE = {
    "text-unclean", "quantity-changed", "contact-changed", "polarity-lost", "polarity-added", "polarity-differs",
    "term-missing", "term-added", "length-differs", "sentences-differ", "list-differs", "warning-repeated",
    "warning-swapped", "pair-alike", "speech-silent", "easy-read-long", "easy-read-sentences", "easy-read-sign", "easy-read-number",
    "easy-read-negative", "easy-read-abbreviation", "easy-read-hard-word",
}  # fmt: skip


def accept(
    root,
    code="quantity-changed",
    string=STAY,
    leaflet="clean-hands",
    language="pl",
    name="Jan Przykład",
    role="Translator",
    reason="Agreed.",
):
    """Run the verb; its exit code."""
    words = ["waive", "--project", root, "--leaflet", leaflet, "--language", language, "--string", string,
             "--code", code, "--name", name, "--role", role, "--reason", reason, "--yes"]  # fmt: skip
    return cli.main([str(w) for w in words], today=TODAY)
