"""Every kind of page: written, sent, approved, live, shown; light; and only where it belongs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries
from wagtail.models import Page

from lantoa.kernel.models import User
from lantoa.newsroom import reading, selectors, services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.exact import exact_content
from lantoa.newsroom.models import (
    PAGE_TYPES,
    ArticlePage,
    AudioPage,
    ReadingPage,
    RoleModelPage,
    SectionPage,
    VideoPage,
    types_by_section,
)
from lantoa.newsroom.rules import NotReadyError
from tests.newsroom.conftest import NOW
from tests.newsroom.samples import fields_of, image

pytestmark = pytest.mark.django_db
KINDS = list(types_by_section().values())
Publish = Callable[..., Any]


@pytest.fixture
def draft(site: services.SiteMade, editor: User) -> Callable[..., Any]:
    """`draft(EventPage)` saves one of this kind in its section."""

    def make(model: type[ReadingPage], title: str = "Một trang", **extra: Any) -> Any:
        parent = site.sections[SectionKind(model.section)]["vi"]
        facts = {"lead": "Vài lời.", **fields_of(model), **extra}
        return services.write_page(model, parent=parent, title=title, by=editor, at=NOW, **facts)

    return make


def test_every_kind_of_section_has_its_type_and_every_type_is_listed() -> None:
    assert set(types_by_section()) == set(SectionKind)
    assert set(PAGE_TYPES) - set(KINDS) == {type_ for type_ in PAGE_TYPES if not issubclass(type_, ReadingPage)}
    assert set(KINDS) <= set(PAGE_TYPES)
    assert set(reading.CONTENT) == {model._meta.label_lower for model in KINDS}


@pytest.mark.parametrize("model", KINDS)
def test_written_sent_approved_live_and_shown(
    model: type[ReadingPage], draft: Publish, publish: Publish, client: Client
) -> None:
    page = draft(model)
    assert client.get(page.full_url).status_code == 404
    live = publish(page)
    assert (type(live), live.live, live.clearances.count()) == (model, True, 1)
    html = client.get(live.url).content.decode().replace("\xa0", " ")
    assert "Một trang" in html
    assert re.findall(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son\w+=|<iframe", html) == []
    assert re.findall(r"\{\{|\{%|None", html) == []
    section = client.get(live.get_parent().url).content.decode().replace("\xa0", " ")
    words = live.named if hasattr(live, "named") else "Một trang"
    assert words in section
    assert re.findall(r"\sstyle=|<style|\{\{|\{%", section) == []


@pytest.mark.parametrize("model", KINDS)
def test_costs_few_queries(
    model: type[ReadingPage], draft: Publish, publish: Publish, client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    pages = [publish(draft(model, f"Trang {n}")) for n in range(3)]
    for url in (pages[0].url, pages[0].get_parent().url):
        client.get(url)
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200


@pytest.mark.parametrize("model", KINDS)
def test_reviewer_reads_it_as_readers_will(model: type[ReadingPage], draft: Publish) -> None:
    page = draft(model, search_description="Mô tả")
    parts = reading.sections(exact_content(page.get_latest_revision()))
    assert any(part.html for part in parts)
    assert re.findall(r"\{\{|\{%|None", " ".join(str(part.html) for part in parts)) == []


@pytest.mark.parametrize("model", KINDS)
def test_row_refuses_to_be_live_without_clearance(model: type[ReadingPage], draft: Publish) -> None:
    page = draft(model)
    with pytest.raises(DatabaseError), transaction.atomic():
        Page.objects.filter(pk=page.pk).update(live=True)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_page SET live = true WHERE id = %s", [page.pk])


@pytest.mark.parametrize("kind", list(SectionKind))
def test_section_takes_its_own_kind_only(kind: SectionKind, site: services.SiteMade, editor: User) -> None:
    section = SectionPage.objects.get(pk=site.sections[kind]["vi"].pk)
    assert [model for model in KINDS if model.can_create_at(section)] == [types_by_section()[kind]]
    assert [model for model in PAGE_TYPES if model.can_exist_under(site.home["vi"])] == [SectionPage]
    stranger = next(model for model in KINDS if model.section != kind)
    with pytest.raises(NotReadyError):
        services.write_page(stranger, parent=section, title="Lạc", by=editor, at=NOW, **fields_of(stranger))


@pytest.mark.parametrize("model", KINDS)
def test_editor_opens_the_form_where_it_belongs_and_nowhere_else(
    model: type[ReadingPage], site: services.SiteMade, leader: User, client: Client
) -> None:
    client.force_login(leader)
    own, other = (site.sections[SectionKind(kind)]["vi"] for kind in (model.section, _another(model)))
    name = model._meta.model_name
    html = client.get(reverse("wagtailadmin_pages:add", args=["newsroom", name, own.pk])).content.decode()
    assert 'name="lead"' in html
    assert 'name="further_units"' in html
    refused = client.get(reverse("wagtailadmin_pages:add", args=["newsroom", name, other.pk]))
    assert 'name="lead"' not in refused.content.decode()


def _another(model: type[ReadingPage]) -> str:
    return next(kind for kind in SectionKind if kind != model.section)


@pytest.mark.parametrize("model", KINDS)
def test_every_field_has_words_beside_it(model: type[ReadingPage]) -> None:
    own = [field for field in model._meta.get_fields() if getattr(field, "model", None) is model or field.name == "lead"]
    shown = [field for field in own if getattr(field, "editable", False) and field.name not in ("page_ptr", "body", "legal")]
    if model.__name__ != "PolicyPage":
        assert [field.name for field in shown if not field.help_text] == []


def test_units_column_and_campaign_are_kept_and_shown(
    draft: Publish, publish: Publish, other_unit: int, client: Client
) -> None:
    from lantoa.newsroom.models import CampaignPage, ColumnPage, EventPage

    column, campaign = publish(draft(ColumnPage, "Chuyện thoát nghèo")), publish(draft(CampaignPage, "Tháng cao điểm"))
    page = draft(ArticlePage, "Bài trong mục", column=column, campaign=campaign, further_units=[other_unit])
    assert "Chuyện thoát nghèo" in str(reading.sections(exact_content(page.get_latest_revision()))[-1].text)
    live = publish(page)
    publish(draft(EventPage, "Buổi gặp", column=column))
    assert [unit.pk for unit in ArticlePage.objects.get(pk=live.pk).further_units.all()] == [other_unit]
    told = client.get(column.url).content.decode().replace("\xa0", " ")
    assert [title in told for title in ("Bài trong mục", "Buổi gặp")] == [True, True]
    assert "Bài trong mục" in client.get(campaign.url).content.decode().replace("\xa0", " ")
    assert column.url in client.get(live.url).content.decode()


def test_column_of_many_kinds_costs_few_queries(
    draft: Publish, publish: Publish, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from lantoa.newsroom.models import ColumnPage

    column = publish(draft(ColumnPage))
    for model in KINDS[:8]:
        publish(draft(model, f"Trong mục {model.__name__}", column=column))
    client.get(column.url)
    with django_assert_max_num_queries(12):
        html = client.get(column.url).content.decode()
    assert html.count("Trong mục") >= 8


def test_special_page_leads_with_its_story_and_forgets_what_is_taken_down(
    draft: Publish, publish: Publish, reviewer: User, client: Client
) -> None:
    from lantoa.newsroom.models import SpecialPage

    one, two, unseen = publish(draft(ArticlePage, "Một")), publish(draft(VideoPage, "Hai")), draft(ArticlePage, "Ba")
    page = publish(draft(SpecialPage, "Chuyên trang", lead_story=two, chosen=[{"page": one}, {"page": two}, {"page": unseen}]))
    assert [card.title for card in page.gathers()] == ["Hai", "Một"]
    services.withdraw_page(page=two, by=reviewer, at=NOW, reason="Sai")
    assert [card.title for card in page.gathers()] == ["Một"]
    assert client.get(page.url).status_code == 200


def test_story_without_agreed_picture_does_not_go_out(draft: Publish, editor: User) -> None:
    page = draft(RoleModelPage, cover=image("Chị H.", shows_people=True))
    with pytest.raises(NotReadyError):
        services.submit_page(page=page, by=editor, at=NOW)


def test_what_a_kind_needs_is_asked_before_it_is_sent(draft: Publish, editor: User) -> None:
    page = draft(VideoPage, link="https://video.example/1", transcript="<p>Lời.</p>")
    unfinished = services.revise_page(page=page, by=editor, at=NOW, transcript="<p>Có lời.</p>")
    revision = unfinished.get_latest_revision()
    revision.content = {**revision.content, "transcript": "", "link": ""}
    revision.save()
    with pytest.raises(NotReadyError, match="Chọn tệp|Choose the video"):
        services.submit_page(page=page, by=editor, at=NOW)


def test_sound_is_measured(draft: Publish) -> None:
    page = draft(AudioPage)
    assert (page.seconds, AudioPage.objects.get(pk=page.pk).seconds) == (65, 65)


def test_ensure_site_gives_an_older_site_the_rooms_it_lacks(site: services.SiteMade, unit: int) -> None:
    gone = site.sections[SectionKind.EVENTS]["vi"]
    Page.objects.get(pk=gone.pk).delete()
    again = services.ensure_site(province_name="Tỉnh Mẫu", unit_id=unit, by=None, at=NOW)
    assert again.sections[SectionKind.EVENTS]["vi"].url == "/su-kien/"
    assert SectionPage.objects.count() == 2 * len(SectionKind)


def test_search_finds_by_what_a_kind_says(draft: Publish, publish: Publish) -> None:
    publish(draft(RoleModelPage, "Người đi trước"))
    found = selectors.search("lam tu tu", kinds=(SectionKind.ROLE_MODELS,))
    assert [page.title for page in found] == ["Người đi trước"]
