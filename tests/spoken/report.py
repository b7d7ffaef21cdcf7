"""Write docs/reference/lexicon.md: what the voices say of each kind of number, sign and abbreviation, with the lexicon and without.

Run as `PYTHONPATH=src python -m tests.spoken.report`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from leafletkit.checks.speech import sounds
from leafletkit.phonemes import Phonemes
from leafletkit.voices import Voice, read_voices

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "lexicon.md"
HEAD = """# What the voices say

Made by `make lexicon` from the cases in `tests/spoken/`. A case is a text as it stands in a leaflet, and the same in words alone,
written by somebody who knows the language. It holds if espeak-ng makes the same sounds of both.
Nobody has listened: sounds are compared as phonemes.

"""


def cases(tag: str) -> list[Mapping[str, str]]:
    """The cases of a language; none if it has no file."""
    path = Path(__file__).parent / f"{tag}.toml"
    return tomllib.loads(path.read_text("utf-8"))["case"] if path.is_file() else []


def rows(tag: str, voice: Voice, phonemes: Phonemes) -> Iterator[tuple[Mapping[str, str], str, str, bool]]:
    """Each case with its sounds as it is written, its sounds as it is spoken, and whether it holds."""
    mine = cases(tag)
    raw, said, meant = (
        phonemes(voice.name, [how(case) for case in mine])[1]
        for how in (lambda c: c["text"], lambda c: voice.spoken(c["text"]), lambda c: voice.spoken(c["sounds_like"]))
    )
    for case, before, after, wanted in zip(mine, raw, said, meant, strict=True):
        yield case, before, after, sounds(after) == sounds(wanted)


def page() -> str:
    """The whole page."""
    voices, _ = read_voices(ROOT, ())
    summary, parts = ["| Language | Voice | Cases | Hold | Words | Signs | Units |", "|---|---|---|---|---|---|---|"], []
    with Phonemes() as phonemes:
        for tag, voice in voices.items():
            found = list(rows(tag, voice, phonemes)) if voice.engine == "espeak" else []
            if not found:
                continue
            lexicon = voice.lexicon
            summary.append(
                f"| {tag} | `{voice.name}` | {len(found)} | {sum(row[3] for row in found)} | {len(lexicon.say)} | {len(lexicon.signs)} | {len(lexicon.units)} |"
            )
            parts += ["", f"## {tag}", "", "| Rule | Cases | Written | The voice gets | Sounds without the lexicon | Sounds with it |", "|---|---|---|---|---|---|"]
            rules: dict[str, list[tuple[Mapping[str, str], str, str, bool]]] = {}
            for row in found:
                rules.setdefault(row[0]["rule"], []).append(row)
            for rule, mine in rules.items():
                # The first case of a rule that the lexicon changes shows best what it is good for.
                case, before, after, _ = next((r for r in mine if sounds(r[1]) != sounds(r[2])), mine[0])
                cells = (rule, str(len(mine)), case["text"], voice.spoken(case["text"]), before, after)
                parts.append("| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*").replace("<", "\\<") for cell in cells) + " |")
    return HEAD + "\n".join([*summary, *parts]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
