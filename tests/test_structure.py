"""The shape of the code: a module imports from lower floors only; no file grows out of hand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "leafletkit"

# From the bottom up. What a stage is made of stands below it; docs/architecture.md explains each floor.
FLOORS = (
    ("model", "errors", "words_hash", "limits", "cache", "digests", "toolprint", "strict"),
    ("memo",),
    ("fields", "files", "findings", "inline", "letters", "words", "readability", "fonts", "child", "speech_server", "loudness", "state", "scratch", "owner",
     "watch_files"),
    ("lexicon", "piper_server", "phonemes", "unchanged", "bundle"),
    ("measures", "remote", "preview_state", "preview_page"),
    ("spoken", "preview_store"),
    ("voices", "preview_server"),
    ("source", "register", "catalogue", "facts", "pictures", "units", "speech", "signoffs", "listing"),
    ("engines", "language", "waivers"),
    ("project", "merge", "translate", "record"),
    ("script",),
    ("recordings",),
    ("checks.pair", "checks.wording"),
    ("checks.clean_text", "checks.easy_page", "checks.easy_words", "checks.english", "checks.numbers", "checks.release", "checks.speech", "checks.terms", "render.markup",
     "render.pdf_objects", "render.code", "proof.expect", "proof.espeak", "proof.piper", "proof.vtt", "proof.sound", "proof.pdf_ua"),
    ("checks.negation", "checks.quantities", "checks.wholeness", "render.links", "render.opus", "render.pdf_links",
     "render.pdf_text", "proof.html", "proof.pdf_read", "proof.raster", "proof.opus", "proof.resynthesis"),
    ("render.about", "render.page_data", "proof.along", "proof.code"),
    ("segments", "render.audio", "proof.audio"),
    ("checks.contrast", "checks.easy_read", "checks.polarity", "render.web", "render.easy_read", "render.pdf_tags", "proof.ink", "proof.eyes"),
    ("render.print", "proof.pdf"),
    ("render.cover",),
    ("checks",),
    ("checking", "jobs", "execute"),
    ("validation", "keys", "cluster"),
    ("artefacts",),
    ("pipeline", "proving"),
    ("report", "publish", "assets", "site_fonts"),
    ("entries", "scaffold", "matrix", "signing"),
    ("site", "shelf"),
    ("library",),
    ("verbs", "building"),
    ("watch",),
    ("cli",),
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
PACKAGES = {"", "render", "proof"}  # their __init__ files hold words only


def modules() -> dict[str, Path]:
    found = {}
    for path in SOURCE.rglob("*.py"):
        if "template" in path.parts:
            continue
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix("__init__").removesuffix(".")
        found[name] = path
    return found


def imports(name: str, path: Path) -> set[str]:
    """The modules of the package that a module imports, anywhere in it."""
    package = name.split(".") if path.name == "__init__.py" and name else name.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = package[: len(package) - node.level + 1]
        target = base + (node.module.split(".") if node.module else [])
        joined = ".".join(target)
        for alias in node.names:
            longer = ".".join([*target, alias.name])
            found.add(longer if longer in modules() else joined)
    return found - {""}


def test_every_module_has_a_floor() -> None:
    assert set(modules()) - PACKAGES == set(FLOOR)


@pytest.mark.parametrize("name", sorted(FLOOR))
def test_imports_go_down(name: str) -> None:
    for other in imports(name, modules()[name]):
        assert FLOOR[other] < FLOOR[name], f"{name} imports {other}"


def test_proof_and_render_share_no_code() -> None:
    """A proof that used the renderer's code would prove the intention, not the file."""
    for name, path in modules().items():
        for other in imports(name, path):
            assert not (name.startswith("proof") and other.startswith("render")), name
            assert not (name.startswith("render") and other.startswith("proof")), name


def test_modules_stay_small() -> None:
    assert {n: len(p.read_text().split("\n")) for n, p in modules().items() if len(p.read_text().split("\n")) > 400} == {}


def test_the_heart_knows_no_leaflet() -> None:
    """Nothing is built for IVIg alone."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text().lower()
        for word in ("ivig", "furosemide", "immunoglobulin"):
            in_code = [line for line in text.split("\n") if word in line and "{#" not in line and "example" not in line]
            assert not in_code, (path.name, in_code)
