"""One leaflet in one language: its pages as HTML, the styles of its prints and the words of its recordings.

    python pages.py CONTENT LEAFLET LANGUAGE OUT

What a hospital's web developer would write: a loop with polib, templates of jinja2, Markdown for bold words and links.
It uses nothing of leafletkit.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
import polib
from babel.dates import format_date
from markdown_it import MarkdownIt
from markupsafe import Markup

HERE = Path(__file__).resolve().parent
SIZES = {"standard-print": 14, "large-print": 18, "giant-print": 24, "easy-read-print": 18}
MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True})


def html(text: str) -> Markup:
    return Markup(MARKDOWN.renderInline(text))  # noqa: S704  # HTML in the text is escaped


def plain(text: str) -> str:
    return html(text).striptags()


def catalogue(path: Path) -> dict[str, str]:
    """msgctxt: translation."""
    return {entry.msgctxt: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr and not entry.obsolete} if path.exists() else {}


def sections(blocks: list[dict[str, Any]]) -> list[tuple[Any, list[list[dict[str, Any]]]]]:
    """Headings, each with what is below it; the blocks of a warning and the items of a list stand together."""
    out: list[tuple[Any, list[dict[str, Any]]]] = [(None, [])]
    for block in blocks[1:]:
        if block["kind"] == "heading":
            out.append((block, []))
        else:
            out[-1][1].append(block)

    def together(row: tuple[int, dict[str, Any]]) -> object:
        number, block = row
        return block["warning"] or (block["kind"] if block["kind"] in ("item", "word") else number)

    return [(heading, [[b for _, b in group] for _, group in groupby(enumerate(rows), together)]) for heading, rows in out if heading or rows]


def spoken(page: dict[str, Any], blocks: list[dict[str, Any]], easy: bool) -> str:
    """The words of a recording, a paragraph each: the warnings come first and, once more, last."""
    words, title = page["words"], plain(blocks[0]["text"])
    headings = [plain(b["text"]) for b in blocks[1:] if b["kind"] == "heading"]
    warnings = []
    for number, name in enumerate(dict.fromkeys(b["warning"] for b in blocks if b["warning"]), 1):
        warnings += [words["audio-warning-number"].format(number=number), *(plain(b["text"]) for b in blocks if b["warning"] == name)]
    rows = [
        words["audio-opening"].format(title=title),
        words["audio-language"].format(language=page["language"]["endonym"]),
        words["audio-publisher"].format(publisher=words["publisher"]),
        words["audio-version"].format(version=page["version"], updated=page["updated"], review=page["review"]),
        *page["notices"],
        words["audio-voice"],
    ]
    if not easy:
        rows += [words["audio-contents"], words["safety-heading"], *headings, words["contact-heading"], words["other-formats-heading"]]
        rows += [words["audio-warnings-first"], *warnings, words["audio-main"]]
    rows += [plain(b["text"]) for b in blocks[1:]]
    rows += [words["audio-warnings-again"], *warnings]
    contact = page["contact"]
    if contact["placeholder"]:
        reach = words["contact-missing"]
    else:
        reach = " ".join(words[f"contact-{key}"].format(**{key: contact[key]}) for key in ("phone", "email") if contact[key])
    rows += [words["contact-heading"], reach, words["other-formats-text"], words["audio-end"]]
    return "\n\n".join(rows) + "\n"


def style(page: dict[str, Any], size: int, face: dict[str, str]) -> str:
    """What differs between languages and sizes; the rest is in print.css."""
    language, latin = page["language"], page["language"]["latin"]
    rows = []
    for one in (face, latin):
        if "regular" in one:
            for weight, name in ((400, "regular"), (700, "bold")):
                rows.append(f'@font-face {{ font-family: "{one["family"]}"; src: url("{one[name]}"); font-weight: {weight}; }}')
    points = size * language["scale"]
    stack = f'"{face["family"]}", "{latin["family"]}"'
    number = page["words"]["page-of"].replace("{page}", '" counter(page) "').replace("{pages}", '" counter(pages) "')
    foot = f'"{page["id"]} · {page["version"]} · {language["endonym"]} · {page["updated"]}\\A {number}"'
    rows += [
        f':root {{ --face: {stack}; --english-face: "{latin["family"]}"; --size: {points:g}pt; --leading: {language["line_height"]}; }}',
        f"@page {{ margin: 18mm 18mm {17 + 0.96 * points:.0f}mm; font-family: {stack}; font-size: {points:g}pt; direction: {language['direction']};",
        f"  @bottom-center {{ line-height: 1.35; content: {foot}; }} }}",
    ]
    return "\n".join(rows)


def main(content: Path, leaflet: str, tag: str, out: Path) -> None:
    source = json.loads((content / leaflet / "leaflet.json").read_text("utf-8"))
    language = json.loads((content / "languages.json").read_text("utf-8"))[tag]
    strings = catalogue(content / "po" / tag / f"{leaflet}.po")
    words = source["words"] | catalogue(content / "po" / tag / "interface.po")
    dates = {key: format_date(date.fromisoformat(source[key]), "long", locale=language["locale"]) for key in ("updated", "review")}
    pictures = {name: row | {"alt": strings.get(f"picture/{name}", row["alt"])} for name, row in source["pictures"].items()}
    notices = source["notices" if language["source"] else "notices_of_translations"]
    page = {
        **source, **dates, "words": words, "language": language, "pictures": pictures,
        "owner": strings.get("meta/owner-role", source["owner"]),
        "notices": [words[key].format(date=dates["review"]) for key in notices],
        "folder": (content / leaflet / "pictures").resolve().as_uri(),
        "english_title": plain(source["leaflet"][0]["text"]),
        "address": source["editions"][tag]["address"],
        "credits": ", ".join(dict.fromkeys(row["credit"] for row in pictures.values())),
    }  # fmt: skip
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    templates.filters |= {"md": html}
    out.mkdir(parents=True, exist_ok=True)
    for name in ("leaflet", "easy_read"):
        easy = name == "easy_read"
        blocks = [block | {"text": strings.get(block["id"], block["text"])} for block in source[name]]
        warned = [[b for b in blocks if b["warning"] == w] for w in dict.fromkeys(b["warning"] for b in blocks if b["warning"])]
        told = {**page, "title": blocks[0]["text"], "sections": sections(blocks), "warnings": warned, "easy": easy}
        for kind in ("web", "print"):
            text = templates.get_template("page.html").render(page=told, kind=kind, say=lambda key, **values: words[key].format(**values))
            (out / f"{'easy-read-' if easy else ''}{kind}.html").write_text(text, "utf-8")
        (out / f"{'easy-read-' if easy else ''}audio.txt").write_text(spoken(page, blocks, easy), "utf-8")
    for name, size in SIZES.items():
        (out / f"{name}.css").write_text(style(page, size, language["easy_face" if "easy" in name else "face"]), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]))
