"""Put into a PDF's structure tree what WeasyPrint leaves out, and mend what a page break tears.

A screen reader is given the words of each run (/ActualText) and their language (/Lang), each warning as
a named element, lists that say how they are numbered, links with their words, and what goes on over
a page break as one element. The foot of each page, and what is hidden from screen readers
(aria-hidden), is no part of the text.

It patches nothing: it walks the page boxes and the finished tree side by side, and refuses to go on
if they differ.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from ..errors import Fault
from .pdf_links import mend_links, name_links
from .pdf_objects import children, page_contents, resolve

_PARAGRAPHS = ("p", "li", "h1", "h2", "h3", "td", "th")
_JOINED = ("section", "div", "ul", "ol", "li", "p")  # what goes on over a page break as one element


@dataclass(frozen=True)
class _Run:
    """A piece of content on a page: its box, the boxes around it, and whether a line ends after it: softly, or because the author said so."""

    page: Any
    box: Any
    around: tuple[Any, ...]
    ends_line: bool = False
    broken: bool = False


@dataclass(frozen=True)
class _Leaf:
    """Its place in the tree: the element that holds the content, those around it, and the content's number."""

    element: Any
    around: tuple[Any, ...]
    mcid: int


def finish(document: Any, pdf: Any) -> None:
    """For a finisher of `write_pdf`. Raises `Fault` if WeasyPrint's tree is not as expected."""
    root = resolve(pdf, pdf.catalog["StructTreeRoot"])
    mend_links(pdf, root)
    leaves = list(_leaves(pdf, root, ()))
    content = [run for reference, page in zip(pdf.page_references, document.pages, strict=True) for run in runs(reference, page._page_box)]
    if [leaf.element["Pg"] for leaf in leaves] != [run.page for run in content]:
        raise Fault(
            f"the PDF's structure has {len(leaves)} pieces of content where the pages have {len(content)}",
            "WeasyPrint has changed: use the version in the lock file",
        )
    pairs = list(zip(leaves, _over_pages(content), strict=True))
    _tell_words(document, pairs)
    _name_warnings(pdf, root, pairs)
    _number_lists(pairs)
    _join_pages(pdf, pairs)
    _head_tables(document)
    name_links(pdf)
    unread = [leaf for leaf, run in pairs if any(attribute(box, "aria-hidden") == "true" for box in (*run.around, run.box))]
    for leaf in unread:
        leaf.element["K"].remove(leaf.mcid)
    _prune(pdf, resolve(pdf, root["K"][0]))
    _mark_artifacts(pdf, root, {(leaf.element["Pg"], leaf.mcid) for leaf in unread})


def _tell_words(document: Any, pairs: list[tuple[_Leaf, _Run]]) -> None:
    texts: dict[int, list[str]] = {}
    for leaf, run in pairs:
        if isinstance(run.box, boxes.TextBox):
            texts.setdefault(id(leaf.element), []).append(_words(run))
        lang = run.box.style["lang"]
        if lang and lang != document.metadata.lang:
            leaf.element["Lang"] = pydyf.String(lang)
    for leaf, _run in pairs:
        if id(leaf.element) in texts:
            leaf.element["ActualText"] = pydyf.String("".join(texts[id(leaf.element)]))


def _name_warnings(pdf: Any, root: Any, pairs: list[tuple[_Leaf, _Run]]) -> None:
    """Each box with the attribute data-warning becomes an element /Warning, which programs find by its id."""
    for leaf, run in pairs:
        rows = list(filter(_has_element, run.around))
        place = next((n for n, b in enumerate(rows) if attribute(b, "data-warning")), None)
        if place is None:
            continue
        box, element = rows[place], leaf.around[place]
        if element["S"] not in ("/Div", "/Warning"):
            raise Fault("a warning has no element of its own in the PDF", "give it a div with data-warning in styles/templates/print.html")
        element["S"] = "/Warning"
        element["T"] = pydyf.String(attribute(box, "title"))
        name = pydyf.Dictionary({"N": pydyf.String("warning"), "V": pydyf.String(attribute(box, "data-warning"))})
        element["A"] = pydyf.Dictionary({"O": "/UserProperties", "P": pydyf.Array([name])})
        root["RoleMap"] = pydyf.Dictionary({"Warning": "/Sect"})
        pdf.catalog["MarkInfo"]["UserProperties"] = "true"


def _join_pages(pdf: Any, pairs: list[tuple[_Leaf, _Run]]) -> None:
    """Make one element of a section, list or paragraph that goes on over a page break."""
    same: dict[int, Any] = {}  # what an element of a later page has become part of
    for (leaf, run), (next_leaf, next_run) in pairwise(pairs):
        if run.page == next_run.page:
            continue
        for place, (here, there) in enumerate(zip(filter(_has_element, run.around), filter(_has_element, next_run.around), strict=False)):
            if here.element is not there.element or here.element_tag not in _JOINED:
                break
            first, second = leaf.around[place], next_leaf.around[place]
            first = same.get(id(first), first)
            if first["S"] != second["S"]:
                raise Fault("a part of the text changes its kind over a page break", "WeasyPrint has changed: use the version in the lock file")
            for kid in children(pdf, second):
                kid["P"] = first.reference
            first["K"] += second["K"]
            resolve(pdf, second["P"])["K"].remove(second.reference)
            second["K"] = pydyf.Array()
            second.free = "f"
            same[id(second)] = first


def _has_element(box: Any) -> bool:
    """Whether a box makes an element of the tree: all but pages, html, body and lines."""
    return not isinstance(box, boxes.PageBox | boxes.LineBox) and box.element_tag not in ("html", "body")


def _number_lists(pairs: list[tuple[_Leaf, _Run]]) -> None:
    """Each list says how it is numbered."""
    for leaf, run in pairs:
        for box, element in zip(filter(_has_element, run.around), leaf.around, strict=False):
            if element["S"] == "/L" and box.element_tag in ("ul", "ol"):
                # A bare list has no marks of its own; the boxes of its items say so.
                plain = any(b.element_tag == "li" and b.style["list_style_type"] == "none" for b in run.around)
                number = "/None" if plain else "/Decimal" if box.element_tag == "ol" else "/Disc"
                element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": number})


def _head_tables(document: Any) -> None:
    """Each head of a table says whether it stands over a column or before a row. WeasyPrint leaves the element at its box."""
    for page in document.pages:
        for box in page._page_box.descendants():
            if box.element_tag == "th" and getattr(box, "mark", None) is not None:
                box.mark["A"]["Scope"] = "/Row" if attribute(box, "scope") == "row" else "/Column"


def _prune(pdf: Any, element: Any) -> None:
    """Take out elements that hold nothing. Cells of a table are kept: they may be empty."""
    for reference in [kid for kid in element["K"] if not isinstance(kid, int)]:
        child = resolve(pdf, reference)
        if child.get("Type") != "/StructElem":
            continue
        _prune(pdf, child)
        if not child["K"] and child["S"] not in ("/TD", "/TH"):
            element["K"].remove(reference)
            child.free = "f"


def _mark_artifacts(pdf: Any, root: Any, unread: set[tuple[Any, int]]) -> None:
    """Mark what is drawn but stands nowhere in the tree as no part of the text: `unread`, and the foot of each page.

    WeasyPrint tags the foot of each page as a Span outside of the tree; a screen reader may read it in mid-sentence.
    """
    told = {(leaf.element["Pg"], leaf.mcid) for leaf in _leaves(pdf, root, ())}
    numbers = resolve(pdf, root["ParentTree"])["Nums"]
    for number, (reference, content) in enumerate(zip(pdf.page_references, page_contents(pdf), strict=True)):
        mapped = numbers[numbers.index(number) + 1]
        for place, operator in enumerate(content):
            if operator != b"BDC" or not isinstance(content[place - 1], dict) or "MCID" not in content[place - 1]:
                continue
            mcid = content[place - 1]["MCID"]
            if (reference, mcid) not in told:
                content[place - 2] = "/Artifact"
                foot = {"Type": "/Pagination", "Subtype": "/Footer"}
                content[place - 1] = pydyf.Dictionary({"Type": "/Layout"} if (reference, mcid) in unread else foot)
                mapped[mcid] = "null"


def _leaves(pdf: Any, element: Any, around: tuple[Any, ...]) -> Iterator[_Leaf]:
    """Every piece of content in reading order. `around` starts below the root and the document."""
    inside = (*around, element) if element.get("S", "/Document") != "/Document" else around
    for child in children(pdf, element):
        if isinstance(child, int):
            yield _Leaf(element, around, child)
        else:
            yield from _leaves(pdf, child, inside)


def runs(page: Any, box: Any, around: tuple[Any, ...] = ()) -> Iterator[_Run]:
    """The content of a page (whatever stands for it) in the order of its structure tree."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.MarginBox):
        return
    if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
        yield _Run(page, box, around)
        return
    inside = list(getattr(box, "children", ()))
    lines = [c for c in inside if isinstance(c, boxes.LineBox)]
    for child in inside:
        found = list(runs(page, child, (*around, box)))
        if child in lines[:-1] and found:
            broken = any(str(box.element_tag).startswith("br") for box in child.descendants())
            found[-1] = replace(found[-1], ends_line=True, broken=broken)
        yield from found


def _over_pages(content: list[_Run]) -> Iterator[_Run]:
    """The runs again; the last of a page ends a soft line if its paragraph goes on over the page break."""
    for run, after in zip_longest(content, content[1:]):
        goes_on = after is not None and run.page != after.page and any(
            here.element is there.element and here.element_tag in _PARAGRAPHS
            for here, there in zip(filter(_has_element, run.around), filter(_has_element, after.around), strict=False)
        )  # fmt: skip
        yield replace(run, ends_line=True) if goes_on else run


def attribute(box: Any, name: str) -> str:
    """An attribute of the HTML element that a box comes from; "" if there is none."""
    return str(box.element.get(name) or "") if box.element is not None else ""


def _words(run: _Run) -> str:
    text = str(run.box.text).replace("\xad", "").replace("\xa0", " ")
    if not run.ends_line or not text or text.endswith(" "):
        return text
    if run.broken:  # the lines of easy read are sentences of their own
        return text + " "
    # No space was dropped between ideographs, or where a line broke after the hyphen inside a word.
    joined = unicodedata.east_asian_width(text[-1]) in "WF" or (text[-1] in "-‐/" and unicodedata.category((" " + text)[-2])[0] in "LMN")
    return text if joined else text + " "
