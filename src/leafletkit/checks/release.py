"""What keeps a leaflet from release. Each reason is named; a draft is built all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ..model import Criterion, Finding, Leaflet, Standing

_WHO = {"linguistic": "linguist", "clinical": "clinician", "heard": "listener"}


def release(leaflet: Leaflet, today: date) -> tuple[Finding, ...]:
    """All reasons why a leaflet may not be released today."""
    meta = leaflet.meta
    here = f"leaflet/{leaflet.id}/leaflet.toml"
    out = []
    if meta.status == "withdrawn":
        out.append(Finding("release-unapproved", "the leaflet is withdrawn", "set its status in leaflet.toml", leaflet.id, path=here))
    if meta.demonstration:
        out.append(Finding("release-demonstration", "it is marked as a demonstration", "write your own leaflet", leaflet.id, path=here))
    if meta.review_due < today:
        out.append(Finding("release-expired", f"its review was due on {meta.review_due:%d %B %Y}", "have it reviewed", leaflet.id, path=here))
    if meta.contact.placeholder:
        out.append(Finding("release-contact", "its contact details are placeholders", "fill in [contact]", leaflet.id, path=here))
    warnings = {w.id for w in leaflet.warnings}
    for query in leaflet.queries:
        if query.open:
            named = ", ".join(query.blocks)
            out.append(
                Finding(
                    "release-query-open", f"{query.id} is open ({named}): {query.question}", "have a clinician answer it", leaflet.id,
                    warning=next((b for b in query.blocks if b in warnings), ""),
                    path=f"leaflet/{leaflet.id}/queries.toml", line=query.line,
                )
            )  # fmt: skip
    return tuple(out)


def approval(leaflet: str, language: str, path: str, name: str, standings: Mapping[Criterion, Standing]) -> Iterator[Finding]:
    """What is not approved in one language: words that nobody has signed, that have changed, or that were withdrawn.

    `name` is whose sign-offs these are: the leaflet's own, or "interface".
    """
    for criterion, standing in standings.items():
        fmt = "audio" if criterion == "heard" else ""
        verb = f"sign --leaflet {name} --language {language} --criterion {criterion} --name … --role …"

        def finding(code: str, contexts: tuple[str, ...], what: str, hint: str, fmt: str = fmt) -> Iterator[Finding]:
            if contexts:
                some = ", ".join(contexts[:5]) + (f" and {len(contexts) - 5} more" if len(contexts) > 5 else "")
                yield Finding(code, f"{len(contexts)} strings {what}: {some}", hint, leaflet, language, fmt, path=path, string=contexts[0])

        missing = "release-unheard" if criterion == "heard" else "release-unapproved"
        yield from finding(missing, standing.missing, f"have no {criterion} sign-off", f"have a {_WHO[criterion]} run “leafletkit {verb}”")
        yield from finding("signoff-stale", standing.stale, f"have changed since their {criterion} sign-off", f"have them signed again: “leafletkit {verb}”")
        yield from finding("signoff-withdrawn", standing.withdrawn, f"have a {criterion} sign-off that was withdrawn", "change the words, or have the withdrawal taken back")
        yield from finding("signoff-same-person", standing.same_person, "were approved only by their translator, or the catalogue does not name the translator",
                           "name the translator in the Last-Translator line, and have another person sign")  # fmt: skip
