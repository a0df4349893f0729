"""What a page says of itself to search engines: schema.org as JSON-LD. Data only: nothing in it can end its element."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from lantoa.newsroom.enums import EventKind
from lantoa.newsroom.models import (
    AudioPage,
    EventPage,
    GuidePage,
    InstitutionPage,
    LegalTextPage,
    PhotoStoryPage,
    PolicyPage,
    QuestionPage,
    ReadingPage,
    VideoPage,
)

_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def written(things: Iterable[Mapping[str, Any]]) -> SafeString:
    """The things as one JSON-LD element, safe inside HTML whatever stands in them."""
    graph = {"@context": "https://schema.org", "@graph": [_without_gaps(one) for one in things]}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"), default=_day).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 (escaped above)


def absolute(path: str) -> str:
    """An address of ours as the world follows it."""
    return path if path.startswith(("http://", "https://")) else f"{settings.LANTOA_BASE_URL}{path}"


def of_page(
    page: ReadingPage, *, url: str, owner: str, publisher: str, picture: str, way: Iterable[tuple[str, str]]
) -> list[dict[str, Any]]:  # fmt: skip
    """The page itself in the words of its kind, and the way to it as titles and addresses. No query."""
    thing = {**_common(page, url, owner, publisher, picture), **_kind(page)}
    if isinstance(page, VideoPage):
        thing["thumbnailUrl"] = thing["image"]
    return [thing, _crumbs([*way, (page.title, url)])]


def _common(page: ReadingPage, url: str, owner: str, publisher: str, picture: str) -> dict[str, Any]:
    return {
        "@type": "NewsArticle",
        "@id": f"{absolute(url)}#noi-dung",
        "url": absolute(url),
        "name": page.title,
        "headline": page.title[:110],
        "description": page.search_description or page.lead,
        "inLanguage": get_language(),
        "datePublished": page.first_published_at,
        "dateModified": page.last_published_at,
        "image": absolute(picture),
        "author": _office(owner or publisher),
        "publisher": _office(publisher),
    }


def _office(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _crumbs(places: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": title, "item": absolute(url)}
            for n, (title, url) in enumerate(places, 1)
        ],
    }


def _kind(page: ReadingPage) -> dict[str, Any]:
    for model, words in _KINDS.items():
        if isinstance(page, model):
            told: dict[str, Any] = words(page)
            return told
    return {}


def _plain(html: object) -> str:
    return strip_tags(str(html)).strip()


def _policy(page: Any) -> dict[str, Any]:
    return {
        "@type": "GovernmentService",
        "serviceType": page.title,
        "audience": {"@type": "Audience", "audienceType": ", ".join(_plain(one.value["text"]) for one in page.who)},
        "termsOfService": strip_tags(page.what)[:500],
        "headline": None,
    }


def _law(page: Any) -> dict[str, Any]:
    return {
        "@type": "Legislation",
        "legislationIdentifier": page.number,
        "legislationDate": page.issued_on,
        "legislationDateVersion": page.effective_on,
        "legislationPassedBy": _office(page.issuer),
        "abstract": page.abstract,
        "headline": None,
    }


def _event(page: Any) -> dict[str, Any]:
    where = {"@type": "Place", "name": page.place, "address": page.place} if page.place else None
    online = {"@type": "VirtualLocation", "url": page.online_url} if page.online_url else None
    status = "EventCancelled" if page.called_off else "EventScheduled"
    return {
        "@type": "EducationEvent" if page.kind == EventKind.TRAINING else "Event",
        "keywords": page.named_kind,
        "startDate": page.starts_at,
        "endDate": page.ends_at,
        "location": where or online,
        "organizer": _office(page.organiser),
        "eventStatus": f"https://schema.org/{status}",
        "headline": None,
    }


def _question(page: Any) -> dict[str, Any]:
    answer = {"@type": "Answer", "text": strip_tags(page.answer)}
    return {
        "@type": "FAQPage",
        "mainEntity": [{"@type": "Question", "name": page.title, "acceptedAnswer": answer}],
    }


def _guide(page: Any) -> dict[str, Any]:
    steps = [
        {"@type": "HowToStep", "position": n, "name": one.value["title"], "text": _plain(one.value["text"])}
        for n, one in enumerate(page.steps, 1)
    ]
    return {"@type": "HowTo", "step": steps, "headline": None}


def _video(page: Any) -> dict[str, Any]:
    return {
        "@type": "VideoObject",
        "uploadDate": page.first_published_at,
        "contentUrl": absolute(page.file.url) if page.file else page.link,
        "transcript": strip_tags(page.transcript),
    }


def _audio(page: Any) -> dict[str, Any]:
    return {
        "@type": "AudioObject",
        "uploadDate": page.first_published_at,
        "contentUrl": absolute(page.file.url) if page.file else None,
        "transcript": strip_tags(page.transcript),
    }


def _photos(page: Any) -> dict[str, Any]:
    return {"@type": "ImageGallery", "creator": page.byline or None}


def _institution(page: Any) -> dict[str, Any]:
    return {
        "@type": "GovernmentOffice",
        "address": page.address,
        "telephone": page.phone,
        "email": page.email,
        "openingHours": page.hours,
        "headline": None,
        "author": None,
        "publisher": None,
        "datePublished": None,
        "dateModified": None,
        "inLanguage": None,
    }


_KINDS: dict[type[ReadingPage], Any] = {
    PolicyPage: _policy,
    LegalTextPage: _law,
    EventPage: _event,
    QuestionPage: _question,
    GuidePage: _guide,
    VideoPage: _video,
    AudioPage: _audio,
    PhotoStoryPage: _photos,
    InstitutionPage: _institution,
}
"""What a kind of page says besides; every other kind is a NewsArticle."""


def _without_gaps(thing: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value not in (None, "", [])}


def _day(moment: object) -> str:
    if isinstance(moment, date | datetime):
        return moment.isoformat()
    return str(moment)
