"""Prove a finished web or easy-read page: every warning and notice, visible, in the right language."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import tinyhtml5

from ..model import Document, Edition, Finding, FormatName, Place
from .expect import finding, normal, warnings_of, words_of

# A warning may stand in these, with these attributes, and hold these: anything else could hide it.
_OUTSIDE = {"html", "body", "header", "main", "section", "div", "p", "li", "ul", "h1", "h2", "h3"}
_INSIDE = {"strong", "a", "bdi", "span", "p"}
_PLAIN = {"id", "class", "lang", "dir", "role", "aria-label", "aria-labelledby", "tabindex", "href"}
_MEASURE = re.compile(r"[\d\W]*\d[\d\W]*([A-Za-zµμ]{1,4}(/[A-Za-zµμ]{1,4})?)?")  # 2-3, 020 7946 0123, 5 mg/kg
_BLOCKS = {"p", "li", "div", "h1", "h2", "h3", "ul", "section", "br"}
_NOT_SHOWN = {"script", "style", "template", "noscript", "head", "title", "textarea", "details", "dialog"}


class Page:
    """A parsed page: elements by id, their parents, and the text that a reader gets."""

    def __init__(self, data: bytes) -> None:
        self.root: ET.Element = tinyhtml5.parse(data.decode("utf-8"), namespace_html_elements=False)
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.ids: dict[str, list[ET.Element]] = {}
        for element in self.root.iter():
            if element.get("id"):
                self.ids.setdefault(str(element.get("id")), []).append(element)

    def up(self, element: ET.Element) -> list[ET.Element]:
        """The element and what it stands in, inside out."""
        chain = [element]
        while chain[-1] in self.parents:
            chain.append(self.parents[chain[-1]])
        return chain

    def inherited(self, element: ET.Element, name: str) -> str | None:
        return next((e.get(name) for e in self.up(element) if e.get(name) is not None), None)

    def shown(self, element: ET.Element) -> bool:
        """Whether the markup leaves the element visible; stylesheets are looked at in browser tests."""
        around = all(e.tag in _OUTSIDE and set(e.attrib) <= _PLAIN for e in self.up(element))
        inside = (e for e in element.iter() if e is not element and isinstance(e.tag, str))
        return around and all(e.tag in _INSIDE and set(e.attrib) <= _PLAIN for e in inside)

    def foreign(self, element: ET.Element, language: str, direction: str) -> bool:
        """Whether the element, or words in it, stand in another language or direction (numbers and their units may be isolated)."""
        if self.inherited(element, "lang") != language or self.inherited(element, "dir") != direction:
            return True
        inside = [e for e in element.iter() if e is not element]
        return any(
            e.get("lang", language) != language
            or (e.get("dir", direction) != direction and not (e.tag == "bdi" and _MEASURE.fullmatch(self.text(e))))
            for e in inside
        )

    def text(self, element: ET.Element) -> str:
        """The words of an element, with a space between blocks."""
        if not isinstance(element.tag, str) or element.tag in _NOT_SHOWN or element.get("aria-hidden") == "true" or element.get("hidden") is not None:
            return ""
        pieces = [element.text or ""]
        for child in element:
            gap = " " if child.tag in _BLOCKS else ""
            pieces += [gap, self.text(child), gap, child.tail or ""]
        return "".join(pieces)


def prove_page(
    data: bytes, edition: Edition, document: Document, fmt: FormatName, path: str
) -> tuple[tuple[Place, ...], tuple[Finding, ...]]:
    """Where each warning of the register stands in the page, and what is wrong with it."""
    found: list[Finding] = []
    places: list[Place] = []

    def complain(code: str, message: str, hint: str, warning: str = "") -> None:
        found.append(finding(edition, fmt, path, code, message, hint, warning))

    try:
        page = Page(data)
    except (UnicodeDecodeError, ValueError) as error:
        complain("proof-unreadable", f"the page can't be read: {error}", "build again")
        return (), tuple(found)
    language = edition.language
    html = page.root
    if html.get("lang") != language.tag or html.get("dir") != language.direction:
        complain("proof-language", f"the page says lang={html.get('lang')} dir={html.get('dir')}",
                 f"it must say lang={language.tag} dir={language.direction}")  # fmt: skip
    for warning, blocks in warnings_of(edition, document):
        fragments = []
        for block, words in blocks:
            # The web page gives each warning twice: at its head, and in its place.
            copies = (f"first-{block}", block) if fmt == "web" else (block,)
            fault = next((f for copy in copies if (f := _fault(page, copy, words, edition))), None)
            if fault:
                complain(fault[0], fault[1], "mend the template", warning)
            else:
                fragments.append(block)
        if not blocks:
            complain("proof-warning-missing", f"the {document.kind} text does not carry “{warning}”", "add it to the text", warning)
        elif len(fragments) == len(blocks):
            places.append(Place(warning, fragments=tuple(fragments)))
    body = next((e for e in html.iter("body")), html)
    shown = {normal(page.text(row)) for head in body.iter("header") for row in head.iter("li") if page.shown(row)}
    for notice in edition.notices:
        if words_of(notice) not in shown:
            complain("proof-notice", f"the head of the page does not say “{notice}”", "mend the template")
    if not found and not data.rstrip().endswith(b"</html>"):
        complain("proof-unreadable", "the page is cut off before its end", "build again")
    return tuple(places), tuple(found)


def _fault(page: Page, identity: str, words: str, edition: Edition) -> tuple[str, str] | None:
    """What is wrong with the element of one id that should say `words`: (code, message), or None."""
    elements = page.ids.get(identity, [])
    language = edition.language
    if len(elements) != 1:
        return "proof-warning-missing", f"“{words}” has {len(elements)} places (id {identity})"
    (element,) = elements
    if normal(page.text(element)) != words:
        return "proof-warning-missing", f"the page has “{normal(page.text(element))}” instead of “{words}” (id {identity})"
    if page.foreign(element, language.tag, language.direction):
        return "proof-language", f"“{words}” stands in another language or direction (id {identity})"
    if not page.shown(element):
        return "proof-warning-missing", f"“{words}” is hidden, or not plainly shown (id {identity})"
    return None
