"""Put into a PDF's structure tree what WeasyPrint leaves out: the words of each run, and languages.

WeasyPrint maps a glyph to text once for each font, which garbles Indic and Arabic text read aloud,
and drops the space at the end of each line. `finish` gives every text run its exact words
(/ActualText) and language (/Lang). It is a finisher for `write_pdf`: it patches nothing, it walks
the page boxes and the finished structure tree side by side, and refuses to go on if they differ.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from ..errors import Fault


def finish(document: Any, pdf: Any) -> None:
    """Finisher for `weasyprint.Document.write_pdf`. Raises `Fault` if WeasyPrint's tree is not as expected."""
    leaves = list(_leaves(pdf, _root(pdf)))
    runs = [
        (reference, box, ends_line)
        for reference, page in zip(pdf.page_references, document.pages, strict=True)
        for box, ends_line in _text_boxes(page._page_box)
    ]
    pages = [element["Pg"] for element, _ in leaves]
    if len(leaves) != len(runs) or pages != [reference for reference, _, _ in runs]:
        raise Fault(
            f"the PDF's structure has {len(leaves)} text runs where the pages have {len(runs)}",
            "WeasyPrint has changed: use the version in the lock file",
        )
    texts: dict[int, list[str]] = {}
    for (element, _mcid), (_reference, box, ends_line) in zip(leaves, runs, strict=True):
        texts.setdefault(id(element), []).append(_words(box, ends_line))
        lang = box.style["lang"]
        if lang and lang != document.metadata.lang:
            element["Lang"] = pydyf.String(lang)
    for element, _mcid in leaves:
        element["ActualText"] = pydyf.String("".join(texts[id(element)]))
    _describe(pdf)
    _artifacts(pdf)


def _artifacts(pdf: Any) -> None:
    """Mark what is drawn but stands nowhere in the tree (the foot of each page) as no part of the text.

    WeasyPrint tags the foot as a Span outside of the tree; a screen reader may read it in mid-sentence.
    """
    root = _root(pdf)
    told = {(reference, mcid) for reference, mcid in _marked(pdf, root)}
    numbers = _resolve(pdf, root["ParentTree"])["Nums"] if isinstance(root["ParentTree"], bytes | str) else root["ParentTree"]["Nums"]
    for number, reference in enumerate(pdf.page_references):
        page = _resolve(pdf, reference)
        stream = _resolve(pdf, page["Contents"]).stream
        mapped = numbers[numbers.index(number) + 1]
        for place, operator in enumerate(stream):
            if operator != b"BDC" or not isinstance(stream[place - 1], dict) or "MCID" not in stream[place - 1]:
                continue
            mcid = stream[place - 1]["MCID"]
            if (reference, mcid) not in told:
                stream[place - 2] = "/Artifact"
                stream[place - 1] = pydyf.Dictionary({"Type": "/Pagination", "Subtype": "/Footer"})
                mapped[mcid] = "null"


def _marked(pdf: Any, element: Any) -> Iterator[tuple[Any, int]]:
    """(page, marked content id) of everything that the tree holds, pictures too."""
    for kid in element["K"]:
        if isinstance(kid, int):
            yield element["Pg"], kid
            continue
        child = _resolve(pdf, kid)
        if child.get("Type") == "/StructElem":
            yield from _marked(pdf, child)


def _describe(pdf: Any) -> None:
    """Lists say how they are numbered."""
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/L" and "A" not in item:
            item["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": "/Disc"})


def _resolve(pdf: Any, reference: Any) -> Any:
    text = reference.decode() if isinstance(reference, bytes) else str(reference)
    return pdf.objects[int(text.split()[0])]


def _root(pdf: Any) -> Any:
    return _resolve(pdf, pdf.catalog["StructTreeRoot"])


def _leaves(pdf: Any, element: Any) -> Iterator[tuple[Any, int]]:
    """(structure element, marked content id) of every text run, in reading order."""
    for kid in element["K"]:
        if isinstance(kid, int):
            if element["S"] != "/Figure":
                yield element, kid
            continue
        child = _resolve(pdf, kid)
        if child.get("Type") == "/StructElem":
            yield from _leaves(pdf, child)


def _text_boxes(box: Any) -> Iterator[tuple[Any, bool]]:
    """The text boxes of a page in the order of its structure tree, and whether each ends a soft line."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.MarginBox):
        return
    if isinstance(box, boxes.TextBox):
        yield box, False
        return
    children = list(getattr(box, "children", ()))
    lines = [c for c in children if isinstance(c, boxes.LineBox)]
    for child in children:
        inside = list(_text_boxes(child))
        if child in lines[:-1] and inside:
            inside[-1] = (inside[-1][0], True)
        yield from inside


def _words(box: Any, ends_line: bool) -> str:
    text = str(box.text).replace("\xad", "")
    if not ends_line or not text or text.endswith(" "):
        return text
    # No space was dropped between ideographs, or where a line broke after the hyphen inside a word.
    joined = unicodedata.east_asian_width(text[-1]) in "WF" or (text[-1] in "-‐/" and text[-2:-1].isalnum())
    return text if joined else text + " "
