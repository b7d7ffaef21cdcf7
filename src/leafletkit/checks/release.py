"""What keeps a leaflet from release. Each reason is named; a draft is built all the same."""

from __future__ import annotations

from datetime import date

from ..model import Finding, Leaflet


def release(leaflet: Leaflet, today: date) -> tuple[Finding, ...]:
    """All reasons why a leaflet may not be released today."""
    meta = leaflet.meta
    here = f"leaflet/{leaflet.id}/leaflet.toml"
    out = [Finding("release-unapproved", f"the status is “{meta.status}” and no sign-off is recorded", "have it approved", leaflet.id, path=here)]
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
