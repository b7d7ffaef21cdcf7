"""Read locales/TAG/language.toml: how a language is written and set. Its [facts] are read by `facts`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, cast, get_args

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names
from babel.messages.plurals import get_plural

from .facts import read_facts
from .fields import Fields, read_toml
from .model import Eyes, Face, Finding, Language, Writing

TAG = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?"


def read_language(text: str, path: str, folder: str) -> tuple[Language | None, tuple[Finding, ...]]:
    """The facts of one language. The tag must be the name of its folder."""
    top, findings = read_toml(text, "language-invalid", path, language=folder)
    if top is None:
        return None, findings
    tag = top.string("tag", pattern=TAG)
    if tag and tag != folder:
        top.complain("tag", f"“tag” is “{tag}” but the folder is called “{folder}”", "give both the same name")
    locale = top.string("locale")
    try:
        plural = str(get_plural(Locale.parse(locale, sep="_" if "_" in locale else "-")).plural_forms)
    except (UnknownLocaleError, ValueError):
        top.complain("locale", f"“{locale}” is not a CLDR locale", "write the language's CLDR name, for example zh_Hans")
        plural = ""
    font = top.table("font")
    language = Language(
        tag=folder,
        endonym=top.string("endonym"),
        english=top.string("english"),
        direction=cast(Literal["ltr", "rtl"], top.string("direction", choices=("ltr", "rtl"))),
        locale=locale,
        iso639_2=top.string("iso639_2", pattern="[a-z]{3}"),
        sentence_ends=top.string("sentence_ends"),
        scripts=top.strings("scripts"),
        digits=top.string("digits", "0123456789", pattern=r"\d{10}"),
        look_alikes=_look_alikes(top.table("look_alikes", required=False)),
        facts=read_facts(top.table("facts", required=False), locale),
        months=_months(locale),
        nplurals=plural,
        eyes=_eyes(top),
        line_height=font.number("line_height", low=1.2, high=3),
        scale=font.number("scale", 1.0, low=0.8, high=1.6),
        face=_face(font),
        easy_read_face=_easy_read_face(font),
    )
    font.finish()
    top.finish()
    return (None if top.findings else language), tuple(top.findings)


def _eyes(top: Fields) -> Eyes | None:
    """[eyes]; without it no PDF of the language can be read by eye, and none released."""
    if "eyes" not in top.values:
        return None
    table = top.table("eyes")
    eyes = Eyes(table.strings("packs"), cast(Writing, table.string("writing", choices=get_args(Writing))))
    if not eyes.packs or not all(re.fullmatch(r"[a-z]{3}(_[a-z]+)*", pack) for pack in eyes.packs):
        table.complain("packs", "“packs” must name language packs of tesseract", "write for example [\"eng\"]")
    table.finish()
    return eyes


def _months(locale: str) -> tuple[str, ...]:
    """The names of the months as in a date, January first; none for an unknown locale."""
    try:
        return tuple(get_month_names("wide", locale=locale).values())
    except (UnknownLocaleError, ValueError):
        return ()


def _look_alikes(fields: Fields) -> Mapping[str, str]:
    """Single letters that are wrong in this language, and the right one for each."""
    found = {wrong: fields.string(wrong) for wrong in fields.values}
    for wrong, right in found.items():
        if len(wrong) != 1 or len(right) != 1:
            fields.complain(wrong, f"“{wrong}” = “{right}” is not a pair of single letters", "write one letter on each side")
    return found


def _easy_read_face(font: Fields) -> Face:
    """[font.easy_read], or the face of the text where there is none."""
    if "easy_read" not in font.values:
        return _face(font)
    table = font.table("easy_read")
    face = _face(table)
    table.finish()
    return face


def _face(fields: Fields) -> Face:
    return Face(
        family=fields.string("family", pattern=r"[A-Za-z][A-Za-z0-9 ]*"),
        regular=fields.string("regular", pattern=r"[A-Za-z0-9_-]+\.(ttf|otf|ttc)"),
        bold=fields.string("bold", pattern=r"[A-Za-z0-9_-]+\.(ttf|otf|ttc)"),
        number=int(fields.number("number", 0, high=64)),
    )
