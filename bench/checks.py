"""How long the checks of translated strings take, and whether the time grows in step with their number.

    python bench/checks.py [STRINGS …]

Takes the real catalogues again and again, with a word of its own in every string, so that nothing
is known from before. One process; a library is checked by one process a core, leaflet by leaflet.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from itertools import cycle, product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from leafletkit.checks import check_strings  # noqa: E402
from leafletkit.project import load, load_catalogue  # noqa: E402
from leafletkit.translate import translate  # noqa: E402

WORDS = ("Q" + "".join(letters) for letters in product("abcdefghkmnprst", repeat=5))


def main(sizes: list[int]) -> None:
    project = load(ROOT)
    source = project.languages[project.settings.source_language]
    (leaflet,) = [x for x in project.leaflets if x.id == "ivig"]
    units = project.units(leaflet)
    catalogues = {}
    for tag in project.settings.languages[1:]:
        catalogue, _ = load_catalogue(project, tag, leaflet.id, leaflet.id)
        if catalogue:
            catalogues[tag] = catalogue
    print(f"{'strings':>9} {'seconds':>8} {'ms a string':>12}")
    for size in sizes:
        started, done = time.perf_counter(), 0
        for tag in cycle(catalogues):
            language, catalogue = project.languages[tag], catalogues[tag]
            entries = {c: replace(e, msgstr=f"{next(WORDS)} {e.msgstr}") for c, e in catalogue.entries.items()}
            texts, _found = translate(units, replace(catalogue, entries=entries), leaflet=leaflet.id, language=tag)
            check_strings(units, texts, dict.fromkeys(texts, ("", 0)), language, source, leaflet)
            done += len(units)
            if done >= size:
                break
        taken = time.perf_counter() - started
        print(f"{done:9,} {taken:8.2f} {1000 * taken / done:12.3f}")


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [1_000, 10_000, 100_000])
