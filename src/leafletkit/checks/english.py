"""Is the English easy enough to read, and so to translate?"""

from __future__ import annotations

from .. import inline
from ..model import Finding, Leaflet
from ..readability import measure

GRADE = 6.0  # a reading age of about 11


def readability(leaflet: Leaflet) -> tuple[Finding, ...]:
    """Warn of a text above grade 6; sentences only, names of illnesses and medicines left out."""
    findings = []
    for document in leaflet.documents:
        texts = [inline.plain(b.text) for b in document.blocks if b.kind in ("paragraph", "point")]
        grade = measure(texts, leaflet.meta.readability_names).grade
        if grade > GRADE:
            findings.append(
                Finding("readability", f"the reading grade is {grade:.1f}, above {GRADE:g}", "use shorter sentences and words",
                        leaflet.id, path=document.path)
            )  # fmt: skip
    return tuple(findings)
