"""For the tests of sign-offs and waivers: change the small project, run its verbs, and look at what is whole."""

from __future__ import annotations

import re
from pathlib import Path

from leafletkit import cli, pipeline
from leafletkit.project import load

from .conftest import TODAY

STAY = "stay-away-48-hours"
ENGLISH = "Do **not** visit if you were sick or had diarrhoea in the last 48 hours."
MD = "leaflet/clean-hands/leaflet.md"
META = "leaflet/clean-hands/leaflet.toml"
PO = "locales/pl/LC_MESSAGES/clean-hands.po"
INTERFACE_PO = "locales/pl/LC_MESSAGES/interface.po"
SIGNOFF = "locales/pl/signoff/clean-hands.toml"
WAIVERS = "locales/pl/waivers/clean-hands.toml"
VOICES = "audio/voices.toml"
PL, EN = ("clean-hands", "pl"), ("clean-hands", "en-GB")
TRANSLATOR = "Jan Przykład <jan@example.org>"


def swap(root: Path, file: str, old: str, new: str) -> None:
    """Put one text of a file in place of another."""
    text = (root / file).read_text("utf-8")
    assert text.count(old) == 1, (file, old)
    (root / file).write_text(text.replace(old, new), "utf-8")


def add(root: Path, file: str, text: str) -> None:
    """Put a text at the end of a file; there may be none yet."""
    path = root / file
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text("utf-8") if path.exists() else "") + text, "utf-8")


def rewrite(root: Path, context: str, new: str, file: str = PO) -> None:
    """Give a string of a catalogue another translation."""
    text = (root / file).read_text("utf-8")
    pattern = re.compile(rf'(msgctxt "{re.escape(context)}"\nmsgid (?:"[^\n]*"\n)+)msgstr (?:"[^\n]*"\n)+')
    assert len(pattern.findall(text)) == 1, context
    (root / file).write_text(pattern.sub(lambda m: f'{m[1]}msgstr "{new}"\n', text), "utf-8")


def name_translator(root: Path, who: str = TRANSLATOR) -> None:
    """Say in both Polish catalogues who made the translation."""
    for file in (PO, INTERFACE_PO):
        text = (root / file).read_text("utf-8")
        text, count = re.subn(r'"Last-Translator: [^\n]*\n', lambda _: f'"Last-Translator: {who}\\n"\n', text)
        assert count == 1
        (root / file).write_text(text, "utf-8")


def no_demonstration(root: Path) -> None:
    """Mend all that keeps the leaflet from release, but for the sign-offs."""
    name_translator(root)
    swap(root, META, "demonstration = true\n", "")
    swap(root, META, 'placeholder = true\nphone = ""', 'placeholder = false\nphone = "+44 151 496 0000"')
    answer = 'status = "answered"\nanswer = "Yes."\nname = "A. Person"\nrole = "Doctor"\ndate = 2026-11-02'
    swap(root, "leaflet/clean-hands/queries.toml", 'status = "open"', answer)


def sign(
    root,
    criterion,
    *more,
    leaflet="clean-hands",
    language="pl",
    name="Dr Ada Example",
    role="Consultant",
    yes=True,
    today=TODAY,
):
    """Run the verb; its exit code."""
    words = ["sign", "--project", root, "--leaflet", leaflet, "--language", language, "--criterion", criterion,
             "--name", name, "--role", role, *(["--yes"] if yes else []), *more]  # fmt: skip
    return cli.main([str(w) for w in words], today=today)


def sign_words(root: Path, *languages: str) -> None:
    """Approve the language and the warnings of everything, as two people."""
    for tag in languages or ("en-GB", "pl"):
        assert sign(root, "linguistic", leaflet="interface", language=tag, name="Ben Example", role="Translator") == 0
        assert sign(root, "linguistic", language=tag, name="Ben Example", role="Translator") == 0
        assert sign(root, "clinical", language=tag) == 0


def look(root: Path, *, release: bool = False, today=TODAY) -> pipeline.Checked:
    """The project as it is now, checked."""
    return pipeline.check(load(root), pipeline.Selection(), today, for_release=release)


def codes(checked: pipeline.Checked) -> list[tuple[str, str]]:
    """What was found, where: (code, language)."""
    return sorted((f.code, f.language) for f in checked.findings)


def files(folder: Path) -> dict[Path, bytes]:
    """Every file with its bytes, to prove that nothing was written."""
    return {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
