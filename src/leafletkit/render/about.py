"""What search engines are told of a page (schema.org): only what the page says itself."""

from __future__ import annotations

from markupsafe import Markup

from .. import inline
from ..model import Edition
from .links import Links
from .markup import data_block


def about(edition: Edition, links: Links, *, easy: bool = False) -> Markup:
    """A MedicalWebPage as JSON-LD. An address of the web is in it only if the project says where it publishes."""
    meta, tag = edition.leaflet.meta, edition.language.tag
    title = inline.plain((edition.easy_read if easy else edition.text).title.text)
    page: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": title,
        "inLanguage": tag,
        "identifier": meta.id,
        "version": meta.version,
        "dateModified": meta.last_updated.isoformat(),
        "expires": meta.review_due.isoformat(),
        "creativeWorkStatus": edition.words[f"state-{'in-review' if edition.state == 'stale' else edition.state}"],
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "publisher": {"@type": "MedicalOrganization", "name": edition.publisher},
        "accessMode": ["textual", *(["visual"] if easy else []), *(["auditory"] if links.audio else [])],
    }
    if links.address:
        page["url"] = links.address
        if links.audio:
            page["audio"] = {
                "@type": "AudioObject", "contentUrl": edition.address + links.audio, "encodingFormat": "audio/mpeg", "inLanguage": tag,
                "duration": f"PT{round(links.seconds)}S",
            }  # fmt: skip
    if not edition.is_source:
        source = edition.leaflet.easy_read if easy else edition.leaflet.text
        page["translationOfWork"] = {"@type": "MedicalWebPage", "name": inline.plain(source.title.text), "inLanguage": "en-GB"}
    return data_block(page)
