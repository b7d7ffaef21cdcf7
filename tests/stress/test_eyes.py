"""What ink and eyes can tell apart: faults in every place of every warning, in every language and size. Six minutes on four cores.

With `-s` or without, each test prints its row of the table in docs/reference/print.md.
"""

from __future__ import annotations

import pytest

from leafletkit.model import PRINT
from leafletkit.proof.eyes import prove_by_eye
from leafletkit.proof.ink import hidden
from leafletkit.render.links import file_name

from ..conftest import built_once
from ..pages_support import LANGUAGES
from ..print.plant import GLYPHS, KINDS, OVERLAP, named, places, several_lines, spoil

EDITIONS = [*(("ivig", tag) for tag in LANGUAGES), ("clean-hands", "en-GB"), ("clean-hands", "pl")]
LAST_LINES = 0.85  # at least: those missed are of one or two letters, or of Latin words in another script

# At most: good places that the eye misreads, so that a release without them is held up (docs/reference/print.md).
REFUSED = {("ivig", "ar", "easy-read-print"): 1, ("ivig", "zh-Hans", "easy-read-print"): 1}


@pytest.fixture(scope="session")
def printed(tmp_path_factory, worker_id):
    """The finished PDFs of the real project."""
    return built_once(tmp_path_factory, worker_id, "printed", *(part for fmt in PRINT for part in ("--format", fmt)))


@pytest.fixture
def file(request, printed, editions):
    """(bytes, edition, format, blocks with warnings) of one PDF."""
    (leaflet, tag), fmt = request.param
    data, edition = (printed / leaflet / tag / file_name(fmt, leaflet, tag)).read_bytes(), editions[leaflet, tag].told(fmt)
    return data, edition, fmt, places(data, edition)


FILES = [(key, fmt) for key in EDITIONS for fmt in PRINT]
each_file = pytest.mark.parametrize("file", FILES, ids=[f"{leaflet}-{tag}-{fmt}" for (leaflet, tag), fmt in FILES], indirect=True)


@each_file
def test_eyes(file, capsys):
    """No good place is refused, but for those that are known; no place with wrong letters passes; few last lines do."""
    data, edition, fmt, pieces = file
    caught = {kind: len(named(prove_by_eye(spoil(data, kind, pieces), edition, fmt, "x"), pieces)) for kind in GLYPHS}
    refused = prove_by_eye(data, edition, fmt, "x")
    with capsys.disabled():
        row = " | ".join(f"{kind} {number} of {len(pieces)}" for kind, number in caught.items())
        print(f"\n{edition.leaflet.id} {edition.language.tag} {fmt} | {row} | good places refused {len(refused)}")
    assert len(refused) <= REFUSED.get((edition.leaflet.id, edition.language.tag, fmt), 0), refused
    assert all(f.code == "proof-eyes" for f in refused)
    assert caught["glyphs"] == len(pieces)
    assert caught["glyphs-line"] >= LAST_LINES * len(pieces)


@each_file
def test_ink(file, capsys):
    """Nothing is hidden in a good file, and each fault of drawing is found at each place."""
    data, edition, fmt, pieces = file

    def found(data, pieces):
        return sum(map(bool, hidden(data, pieces, PRINT[fmt] * edition.language.scale, edition.language.line_height)))

    planted = {kind: several_lines(data, pieces) if kind in OVERLAP else pieces for kind in KINDS if kind not in GLYPHS}
    caught = {kind: found(spoil(data, kind, spoilt), spoilt) for kind, spoilt in planted.items()}
    with capsys.disabled():
        print(f"\n{edition.leaflet.id} {edition.language.tag} {fmt} | " + " | ".join(f"{kind} {number} of {len(planted[kind])}" for kind, number in caught.items()))
    assert found(data, pieces) == 0
    assert caught == {kind: len(spoilt) for kind, spoilt in planted.items()}
