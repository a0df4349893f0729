"""What each kind of page says of itself to machines: its type in schema.org, and what that type is useless without."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lantoa.kernel.models import User
from lantoa.newsroom import models, services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import ReadingPage, types_by_section
from tests.newsroom.conftest import NOW
from tests.newsroom.samples import fields_of

pytestmark = pytest.mark.django_db

COMMON = {"@id", "url", "name", "description", "image"}
TOLD = COMMON | {"datePublished", "dateModified", "inLanguage", "publisher", "author"}
"""What is said of everything that somebody wrote and published."""
EXPECTED: dict[type[ReadingPage], tuple[str, set[str]]] = {
    models.PolicyPage: ("GovernmentService", TOLD | {"serviceType", "termsOfService"}),
    models.LegalTextPage: (
        "Legislation", TOLD | {"legislationIdentifier", "legislationDate", "legislationPassedBy", "abstract"}
    ),
    models.PhotoStoryPage: ("ImageGallery", TOLD | {"headline", "creator"}),
    models.VideoPage: ("VideoObject", TOLD | {"uploadDate", "contentUrl", "thumbnailUrl", "transcript"}),
    models.AudioPage: ("AudioObject", TOLD | {"uploadDate", "contentUrl", "transcript"}),
    models.EventPage: ("Event", TOLD | {"startDate", "endDate", "location", "organizer", "eventStatus"}),
    models.QuestionPage: ("FAQPage", TOLD | {"mainEntity"}),
    models.GuidePage: ("HowTo", TOLD | {"step"}),
    models.InstitutionPage: ("GovernmentOffice", COMMON | {"address", "telephone", "openingHours"}),
}  # fmt: skip
ARTICLE = ("NewsArticle", TOLD | {"headline"})


@pytest.mark.parametrize("model", types_by_section().values())
def test_each_kind_is_told_as_its_type_with_what_that_needs(
    model: type[ReadingPage], site: services.SiteMade, editor: User, publish: Callable[..., Any], client: Client
) -> None:
    parent, facts = site.sections[SectionKind(model.section)]["vi"], {"lead": "Vài lời.", **fields_of(model)}
    page = publish(services.write_page(model, parent=parent, title="Một trang", by=editor, at=NOW, **facts))
    _before, _mark, rest = client.get(page.url).text.partition('<script type="application/ld+json">')
    thing, crumbs = json.loads(rest.partition("</script>")[0])["@graph"]
    kind, needed = EXPECTED.get(model, ARTICLE)
    assert thing["@type"] == kind
    assert needed - thing.keys() == set()
    assert (thing["name"], thing["description"]) == ("Một trang", "Vài lời.")
    assert thing.get("headline", "Một trang") == "Một trang"
    assert thing["url"].endswith(page.url)
    assert crumbs["@type"] == "BreadcrumbList"
    if "publisher" in needed:
        assert (thing["inLanguage"], thing["datePublished"]) == ("vi", page.first_published_at.isoformat())
        assert thing["publisher"]["@type"] == "Organization"
        assert thing["publisher"]["name"]


def test_answers_and_steps_are_told_whole(
    site: services.SiteMade, editor: User, publish: Callable[..., Any], client: Client
) -> None:
    told = []
    for model in (models.QuestionPage, models.GuidePage):
        parent = site.sections[SectionKind(model.section)]["vi"]
        facts = {"lead": "Vài lời.", **fields_of(model)}
        page = publish(services.write_page(model, parent=parent, title="Hỏi", by=editor, at=NOW, **facts))
        _before, _mark, rest = client.get(page.url).text.partition('<script type="application/ld+json">')
        told.append(json.loads(rest.partition("</script>")[0])["@graph"][0])
    question, guide = told
    assert question["mainEntity"] == [
        {"@type": "Question", "name": "Hỏi", "acceptedAnswer": {"@type": "Answer", "text": "Được."}}
    ]
    assert [(step["position"], step["name"]) for step in guide["step"]] == [(1, "Viết đơn"), (2, "Nộp đơn")]
