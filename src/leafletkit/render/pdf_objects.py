"""Find one's way through a PDF that WeasyPrint has built and not yet written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def resolve(pdf: Any, reference: Any) -> Any:
    """The object that a reference ("12 0 R") names."""
    text = reference.decode() if isinstance(reference, bytes) else str(reference)
    return pdf.objects[int(text.split()[0])]


def page_contents(pdf: Any) -> Iterator[list[Any]]:
    """The drawing of each page: operators, and the properties of marks, in order."""
    for reference in pdf.page_references:
        yield resolve(pdf, resolve(pdf, reference)["Contents"]).stream


def children(pdf: Any, element: Any) -> Iterator[Any]:
    """What a structure element holds: elements, and numbers of marked content. References to links are left out."""
    for kid in element["K"]:
        child = kid if isinstance(kid, int) else resolve(pdf, kid)
        if isinstance(child, int) or child.get("Type") == "/StructElem":
            yield child
