"""Read leaflet.toml, safety.toml and queries.toml, and hold the text against the register."""

from __future__ import annotations

from typing import cast

from .fields import read_toml
from .model import Contact, Document, Finding, Metadata, Polarity, Query, Warning_

# Approval is not written here: it comes from signed words, or not at all.
STATUSES = ("draft", "in-review", "withdrawn")
POLARITIES = ("prohibition", "do", "permission", "negated-fact", "risk")
CATEGORIES = ("lifelong", "prohibition", "interaction", "tell-us-first", "urgent-action", "self-care", "risk")
_ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"


def read_metadata(text: str, path: str, folder: str) -> tuple[Metadata | None, tuple[Finding, ...]]:
    """leaflet.toml. The id must be the name of the leaflet's folder."""
    top, findings = read_toml(text, "metadata-invalid", path, leaflet=folder)
    if top is None:
        return None, findings
    identity = top.string("id", pattern=_ID)
    if identity == "interface":
        top.complain("id", "“interface” is the name of the words around all leaflets", "give the leaflet another id, and its folder too")
    if identity and identity != folder:
        top.complain("id", f"“id” is “{identity}” but the folder is called “{folder}”", "give both the same name")
    contact = top.table("contact")
    readability = top.table("readability", required=False)
    meta = Metadata(
        id=folder,
        version=top.string("version", pattern=r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}"),
        status=top.string("status", choices=STATUSES),
        last_updated=top.date("last_updated"),
        review_due=top.date("review_due"),
        owner_role=top.string("owner_role"),
        demonstration=top.flag("demonstration", False),
        languages=top.strings("languages") if "languages" in top.values else None,
        contact=Contact(
            phone=contact.string("phone", "", pattern=r"\+?[0-9][0-9 ]{3,20}"),
            email=contact.string("email", "", pattern=r"[^@\s<>\"']+@[^@\s<>\"']+"),
            placeholder=contact.flag("placeholder"),
        ),
        readability_names=readability.strings("names", ()),
        everyday_words=readability.strings("everyday", ()),
    )
    if not contact.findings and not meta.contact.placeholder and not (meta.contact.phone or meta.contact.email):
        contact.complain("contact", "the contact has neither phone nor email", "fill in one of them, or set placeholder = true")
    if meta.review_due < meta.last_updated and not top.findings:
        top.complain("review_due", "“review_due” is before “last_updated”", "check both dates")
    source = top.table("source", required=False)
    for name in ("title", "publisher", "url"):
        source.string(name, "")
    source.finish()
    readability.finish()
    contact.finish()
    top.finish()
    return (None if top.findings else meta), tuple(top.findings)


def read_register(text: str, path: str, leaflet: str) -> tuple[tuple[Warning_, ...], tuple[Finding, ...]]:
    """safety.toml: the warnings that every language and format must carry."""
    top, findings = read_toml(text, "register-invalid", path, leaflet=leaflet)
    if top is None:
        return (), findings
    warnings: list[Warning_] = []
    for row in top.tables("warning"):
        warning = Warning_(
            id=row.string("id", pattern=_ID),
            category=row.string("category", choices=CATEGORIES),
            polarity=cast(Polarity, row.string("polarity", choices=POLARITIES)),
            must_survive=row.strings("must_survive"),
            why=row.string("why"),
            contrast=row.string("contrast", "") or None,
            line=row.line,
        )
        row.finish()
        if warning.id in {w.id for w in warnings}:
            row.complain("id", f"the warning “{warning.id}” stands twice", "keep one of them")
        warnings.append(warning)
    ids = {w.id: w for w in warnings}
    for row, warning in zip(top.tables("warning"), warnings, strict=True):
        if warning.contrast and (warning.contrast not in ids or ids[warning.contrast].contrast != warning.id):
            row.complain(
                "contrast", f"“{warning.id}” names “{warning.contrast}” as its contrast, but not the other way round",
                "each of a pair names the other",
            )  # fmt: skip
    if not warnings and not top.findings:
        top.complain("warning", "the register has no warnings", "add each safety-critical warning as a [[warning]]")
    top.finish()
    return tuple(warnings), tuple(top.findings)


def read_queries(text: str, path: str, leaflet: str, known: set[str]) -> tuple[tuple[Query, ...], tuple[Finding, ...]]:
    """queries.toml. `known` holds the ids a query may name: warnings, blocks and "leaflet"."""
    top, findings = read_toml(text, "queries-invalid", path, leaflet=leaflet)
    if top is None:
        return (), findings
    queries: list[Query] = []
    for row in top.tables("query"):
        query = Query(
            id=row.string("id"),
            question=row.string("question"),
            blocks=row.strings("blocks"),
            open=row.string("status", choices=("open", "answered")) != "answered",
            line=row.line,
        )
        if not query.open:
            # An answer counts only with a person behind it.
            for name in ("answer", "name", "role"):
                row.string(name)
            row.date("date")
        row.finish()
        for name in query.blocks:
            if name not in known:
                row.complain("blocks", f"“{query.id}” names “{name}”, which is no warning or block", 'use an id, or "leaflet"')
        if query.id in {q.id for q in queries}:
            row.complain("id", f"the query “{query.id}” stands twice", "keep one of them")
        queries.append(query)
    top.finish()
    return tuple(queries), tuple(top.findings)


def hold_against_register(
    warnings: tuple[Warning_, ...], documents: tuple[Document, ...], register_path: str, leaflet: str
) -> tuple[Finding, ...]:
    """Every warning of the register is in each document, and every marked warning is in the register."""
    findings: list[Finding] = []
    for document in documents:
        code = "register-missing-in-text" if document.kind == "leaflet" else "register-missing-in-easy-read"
        for warning in warnings:
            if not document.carrying(warning.id):
                findings.append(
                    Finding(
                        code, f"the warning “{warning.id}” is in the safety register but not in {document.path}",
                        f"mark the block that carries it with warning={warning.id}",
                        leaflet, warning=warning.id, path=register_path, line=warning.line,
                    )
                )  # fmt: skip
        ids = {w.id for w in warnings}
        for block in document.blocks:
            if block.warning and block.warning not in ids:
                findings.append(
                    Finding(
                        "register-unknown-warning", f"“{block.warning}” is not in the safety register",
                        "correct the id, or ask the owner of safety.toml to add it",
                        leaflet, warning=block.warning, path=document.path, line=block.line,
                    )
                )  # fmt: skip
    return tuple(findings)
