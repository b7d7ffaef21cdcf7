"""Mend the links of a PDF that WeasyPrint has tagged: every word told once, every address behind words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

from .pdf_objects import children, resolve


def mend_links(pdf: Any, root: Any) -> None:
    """Give the words of each link elements of their own, and every annotation to the link itself.

    WeasyPrint puts the words straight into the element /Link, so that bold words in it would be left out
    when the link is read; and it gives bold words an annotation of their own, outside of any link.
    """
    numbers = resolve(pdf, root["ParentTree"])["Nums"]
    _mend(pdf, root, None, numbers)


def _mend(pdf: Any, element: Any, link: Any, numbers: Any) -> None:
    own = element if element.get("S") == "/Link" else None
    if own is not None and link is not None:  # a link in a link is the same one in another weight
        element["S"] = "/Span"
        own = None
    here = own if own is not None else link
    for place, kid in enumerate(list(element["K"])):
        if isinstance(kid, int):
            if own is not None:
                span = pydyf.Dictionary({"Type": "/StructElem", "S": "/Span", "K": pydyf.Array([kid]), "Pg": element["Pg"], "P": element.reference})
                pdf.add_object(span)
                element["K"][place] = span.reference
                numbers[numbers.index(pdf.page_references.index(element["Pg"])) + 1][kid] = span.reference
            continue
        child = resolve(pdf, kid)
        if child.get("Type") == "/StructElem":
            _mend(pdf, child, here, numbers)
        elif child.get("Type") == "/OBJR" and own is None and link is not None:
            element["K"].remove(kid)
            link["K"].append(kid)
            numbers[numbers.index(resolve(pdf, child["Obj"])["StructParent"]) + 1] = link.reference


def name_links(pdf: Any) -> None:
    """Each annotation is called by the words of its link; one without words is taken out."""
    for item in pdf.objects:
        if not isinstance(item, dict) or item.get("S") != "/Link":
            continue
        words = "".join(_text(pdf, item)).strip()
        for kid in list(item["K"]):
            target = None if isinstance(kid, int) else resolve(pdf, kid)
            if target is None or target.get("Type") != "/OBJR":
                continue
            annotation = resolve(pdf, target["Obj"])
            if words:
                annotation["Contents"] = pydyf.String(words)
            else:
                item["K"].remove(kid)
                resolve(pdf, target["Pg"])["Annots"].remove(target["Obj"])
                target.free = annotation.free = "f"


def _text(pdf: Any, element: Any) -> Iterator[str]:
    if "ActualText" in element:
        yield element["ActualText"].string
        return
    for kid in children(pdf, element):
        if not isinstance(kid, int):
            yield from _text(pdf, kid)
