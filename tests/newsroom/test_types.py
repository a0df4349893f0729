"""Every kind of page: written, sent, approved, live, shown; light; and only where it belongs."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from modelcluster.models import get_all_child_relations
from wagtail.blocks import FieldBlock, ListBlock, StructBlock
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.fields import StreamField
from wagtail.images.forms import get_image_form
from wagtail.models import Collection, Orderable, Page

from lantoa.agencies.models import Agency, AgencyVersion
from lantoa.kernel.models import User
from lantoa.newsroom import reading, services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.exact import exact_content
from lantoa.newsroom.models import (
    PAGE_TYPES,
    ArticlePage,
    AudioPage,
    BasePage,
    CampaignPage,
    ColumnPage,
    EventPage,
    GuidePage,
    InitiativePage,
    LegalTextPage,
    NewsImage,
    PhotoStoryPage,
    PolicyPage,
    ReadingPage,
    RoleModelPage,
    SectionPage,
    SpecialPage,
    VideoPage,
    types_by_section,
)
from lantoa.newsroom.models.gathering import Listed
from lantoa.newsroom.rules import NotReadyError
from lantoa.search import selectors as search
from lantoa.search.selectors import Wanted
from lantoa.territory.models import Unit
from lantoa.ui import writing
from tests.newsroom.conftest import NOW
from tests.newsroom.samples import PDF, PLAIN, document, fields_of, image, wav

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


INLINE = re.compile(r"\sstyle=|<style|<script(?![^>]*(?:\bsrc=|ld\+json))|\son\w+=|<iframe|\{\{|\{%|.{60}None.{20}")


CODES = {"decree": "Nghị định", "dialogue": "Đối thoại"}
"""The codes in the samples as people read them."""


def said(model: type[ReadingPage]) -> list[str]:
    """Every value of the sample of this kind as it is to be seen."""
    return [words for value in PLAIN[model].values() for words in _said(value)]


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (words for one in value.values() for words in _said(one))
    elif isinstance(value, tuple):
        yield from _said(value[1])  # a piece: its block's name, its value
    elif isinstance(value, list):
        yield from (words for one in value for words in _said(one))
    elif isinstance(value, date):
        yield writing.date(timezone.localtime(value) if isinstance(value, datetime) else value)
    else:
        yield CODES.get(value, strip_tags(value))


def plain(parts: Iterable[Any]) -> str:
    """Pieces of HTML or text as one, spaces that do not break as any other."""
    return unescape(" ".join(map(str, parts))).replace("\xa0", " ")


def test_who_copied_an_initiative_is_shown_to_readers_and_to_the_reviewer(
    draft: Publish, publish: Publish, client: Client, unit: int
) -> None:
    AgencyVersion.objects.create(
        agency=Agency.objects.get(), name="Hội Nông dân xã", short_name="Hội Nông dân", folded="", sort_key="a",
        kind="mass_organisation", unit_id=unit, valid=DateRange(date(2020, 1, 1)),
    )  # fmt: skip
    page = draft(InitiativePage)
    reviewed = plain(part.html for part in reading.sections(exact_content(page.get_latest_revision())))
    told = plain([client.get(publish(page).url).text])
    for seen in (told, reviewed):
        table = seen[seen.index("<table") : seen.index("</table")]
        assert [one in table for one in ("Hội Nông dân xã", "2024", "32 hộ làm theo.")] == [True] * 3


def test_file_of_a_legal_text_is_named_to_the_reviewer_and_downloaded_by_readers(
    draft: Publish, publish: Publish, client: Client
) -> None:
    page = draft(LegalTextPage)
    parts = reading.sections(exact_content(page.get_latest_revision()))
    assert any("van-ban.pdf" in str(part.text) for part in parts)
    live = publish(page)
    assert f'href="{live.file.url}"' in client.get(live.url).text
    answer = client.get(live.file.url)
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("application/pdf", PDF)


def test_written_sent_approved_live_and_shown(draft: Publish, publish: Publish, client: Client) -> None:
    wrong = {}
    for model in KINDS:
        page = draft(model)
        hidden = client.get(page.full_url).status_code
        parts = reading.sections(exact_content(page.get_latest_revision()))
        live = publish(page)
        told, listed = (
            client.get(url).content.decode().replace("\xa0", " ") for url in (live.url, live.get_parent().url)
        )
        reviewed = "".join(str(part.html) for part in parts)
        facts = {
            "a draft is not found": hidden == 404,
            "live on a clearance": (type(live), live.live, live.clearances.count()) == (model, True, 1),
            "shown": "Một trang" in told,
            "every value shown": not (unseen := [one for one in said(model) if one not in unescape(told)]),
            "every value read by the reviewer": not (
                unread := [one for one in said(model) if one not in plain(part.text or part.html for part in parts)]
            ),
            "listed": getattr(live, "named", "Một trang") in listed,
            "read by the reviewer": bool(reviewed),
            "nothing inline, no leftovers": not (
                left := [found.group(0) for found in INLINE.finditer(told + listed + reviewed)]
            ),
        }
        wrong[model.__name__] = [fact for fact, holds in facts.items() if not holds] + left + unseen + unread
    assert {name: facts for name, facts in wrong.items() if facts} == {}


def test_every_page_and_list_costs_few_queries(draft: Publish, publish: Publish, client: Client, settings: Any) -> None:
    settings.LANTOA_PROVINCE = "tỉnh Mẫu"  # asked once a day otherwise
    costs = {}
    for model in KINDS:
        page = next(iter([publish(draft(model, f"Trang {n}")) for n in range(2)]))
        for url in (page.url, page.get_parent().url):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            costs[url] = len(asked)
    assert {url: cost for url, cost in costs.items() if cost > 12} == {}


def test_row_refuses_to_be_live_without_clearance(draft: Publish) -> None:
    for model in KINDS:
        page = draft(model)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE wagtailcore_page SET live = true WHERE id = %s", [page.pk])


def test_section_takes_its_own_kind_only(site: services.SiteMade, editor: User) -> None:
    home = site.home["vi"]
    assert [model for model in PAGE_TYPES if model.can_exist_under(home)] == [SectionPage]
    for kind in SectionKind:
        section = site.sections[kind]["vi"]
        assert [model for model in KINDS if model.can_create_at(section)] == [types_by_section()[kind]]
    with pytest.raises(NotReadyError):
        services.write_page(
            ArticlePage, parent=site.sections[SectionKind.LAWS]["vi"], title="Lạc", by=editor, at=NOW, body=[]
        )


def test_editor_opens_each_form_where_it_belongs_and_nowhere_else(
    site: services.SiteMade, leader: User, client: Client
) -> None:
    client.force_login(leader)
    for model in KINDS:
        own = site.sections[SectionKind(model.section)]["vi"]
        url = reverse("wagtailadmin_pages:add", args=["newsroom", model._meta.model_name, own.pk])
        opened = client.get(url)
        html, form = opened.content.decode(), opened.context["form"]
        assert [name for name in ("lead", "further_units", "column") if f'name="{name}"' not in html] == [], model
        kept = (form["owner_agency"].value(), form["review_by"].value())
        assert kept == (Agency.objects.get().pk, timezone.localdate() + timedelta(days=180)), model
    other = site.sections[SectionKind.EVENTS]["vi"]
    refused = client.get(reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", other.pk]))
    assert 'name="lead"' not in refused.content.decode()


OF_EVERY_ROW = ("id", "sort_order", "page")


@pytest.mark.parametrize("model", KINDS)
def test_every_field_has_words_beside_it(model: type[ReadingPage]) -> None:
    own = [
        field for field in model._meta.get_fields() if getattr(field, "model", None) is model or field.name == "lead"
    ]
    shown = [field for field in own if getattr(field, "editable", False) and field.name != "page_ptr"]
    rows = [relation.related_model for relation in get_all_child_relations(model)]
    rows = [row for row in rows if issubclass(row, Orderable)]
    assert rows or model not in (InitiativePage, LegalTextPage), "the rows of a table of its own count too"
    shown += [field for row in rows for field in row._meta.fields if field.editable and field.name not in OF_EVERY_ROW]
    assert [field.name for field in shown if not field.help_text] == []
    pieces = [block for field in shown if isinstance(field, StreamField) for block in parts(field.stream_block)]
    assert [f"{where}.{name}" for where, name, block in pieces if not block.field.help_text] == []


@pytest.mark.parametrize("model", PAGE_TYPES)
def test_every_field_of_the_editors_form_has_words_of_ours(model: type[BasePage], leader: User) -> None:
    form = model.get_edit_handler().get_form_class()(instance=model(), for_user=leader)
    shown = {name: str(field.help_text) for name, field in form.fields.items() if name != "comment_notifications"}
    assert {"title", "slug", "seo_title", "search_description", "go_live_at", "expire_at"} <= shown.keys()
    assert "show_in_menus" not in shown, "no list of the portal goes by it"
    theirs = {field.name: str(getattr(field, "help_text", "")) for field in Page._meta.get_fields()}
    assert [name for name, words in shown.items() if not words or words == theirs.get(name)] == []


def test_the_words_beside_the_hours_are_drawn(site: services.SiteMade, leader: User, client: Client) -> None:
    client.force_login(leader)
    parent = site.sections[SectionKind.ARTICLES]["vi"]
    html = unescape(client.get(reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", parent.pk])).text)
    told = ("Dòng bà con thấy trước nhất", "Phần cuối địa chỉ", "Giờ trang ra với bà con", "Giờ trang hạ xuống")
    assert [words for words in told if words not in html] == []


def parts(block: Any, name: str = "") -> Iterator[tuple[str, str, Any]]:
    """The fields of every piece with more than one, with the piece's name; words and headings alone need none."""
    if isinstance(block, ListBlock):
        yield from parts(block.child_block, name)
    for called, child in getattr(block, "child_blocks", {}).items():
        if isinstance(block, StructBlock) and isinstance(child, FieldBlock):
            yield name, called, child
        else:
            yield from parts(child, called)


@pytest.mark.parametrize("make", [get_image_form, get_document_form])
def test_every_field_of_the_librarys_forms_has_words_beside_it(make: Any) -> None:
    Collection.get_first_root_node().add_child(name="Ảnh của xã")  # with one shelf alone nobody is asked for it
    model = NewsImage if make is get_image_form else get_document_model()
    seen = make(model)().visible_fields()
    assert {"title", "file", "tags", "collection"} <= {field.name for field in seen}
    assert [field.name for field in seen if not field.help_text] == []


def test_units_column_and_campaign_are_kept_and_shown(
    draft: Publish, publish: Publish, other_unit: int, client: Client
) -> None:
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
    draft: Publish, publish: Publish, client: Client, settings: Any
) -> None:
    settings.LANTOA_PROVINCE = "tỉnh Mẫu"
    column = publish(draft(ColumnPage))
    for model in KINDS[:7]:
        publish(draft(model, f"Trong mục {model.__name__}", column=column))
    client.get(column.url)
    with CaptureQueriesContext(connection) as asked:
        html = client.get(column.url).content.decode()
    assert html.replace("\xa0", " ").count("Trong mục") >= 7
    assert len(asked) <= 12


def test_special_page_leads_with_its_story_and_forgets_what_is_taken_down(
    draft: Publish, publish: Publish, reviewer: User, client: Client
) -> None:
    one, two, unseen = publish(draft(ArticlePage, "Một")), publish(draft(VideoPage, "Hai")), draft(ArticlePage, "Ba")
    page = publish(
        draft(SpecialPage, "Chuyên trang", lead_story=two, chosen=[{"page": one}, {"page": two}, {"page": unseen}])
    )
    assert [card.title for card in page.gathers(1).get_page(1)] == ["Hai", "Một"]
    services.sync_groups(user=reviewer, at=NOW)
    services.withdraw_page(page=two, by=reviewer, at=NOW, reason="Sai")
    assert [card.title for card in page.gathers(1).get_page(1)] == ["Một"]
    assert client.get(page.url).status_code == 200


def test_whoever_approves_a_special_page_reads_which_pages_it_chose(draft: Publish) -> None:
    one, two = draft(ArticlePage, "Một"), draft(VideoPage, "Hai")
    page = draft(SpecialPage, lead_story=two, chosen=[{"page": two}, {"page": one}])
    behind = str(reading.sections(exact_content(page.get_latest_revision()))[-1].text)
    assert "Bài chính: Hai\n" in behind
    assert "Hai; Một" in behind


@pytest.mark.parametrize("kind", [PolicyPage, GuidePage])
def test_a_blank_form_is_handed_out_once_its_page_is_out(
    kind: type[ReadingPage], draft: Publish, publish: Publish, client: Client
) -> None:
    form = document("don.pdf", PDF)
    page = draft(kind, papers=[{"text": "<p>Đơn vay vốn</p>", "form": form}, {"text": "<p>Căn cước</p>"}])
    assert client.get(form.url).status_code == 404
    reviewed = plain(part.html for part in reading.sections(exact_content(page.get_latest_revision())))
    assert "Mẫu để trống, PDF" in reviewed
    html = client.get(publish(page).url).text
    assert html.count(f'href="{form.url}" download') == 1
    assert b"".join(client.get(form.url).streaming_content) == PDF


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
    with pytest.raises(NotReadyError, match=r"Chọn tệp|Choose the video"):
        services.submit_page(page=page, by=editor, at=NOW)


def test_a_film_of_our_own_says_whether_people_can_be_recognised_and_who_agreed(
    draft: Publish, publish: Publish, editor: User
) -> None:
    film = document("phim.mp4", b"phim")
    page = draft(VideoPage, file=film, link="", shows_people=None)
    for answers, why in (({}, "Chưa ai cho biết"), ({"shows_people": True}, "chưa lưu sự đồng ý")):
        page = services.revise_page(page=page, by=editor, at=NOW, **answers)
        with pytest.raises(NotReadyError, match=why):
            services.submit_page(page=page, by=editor, at=NOW)
    page = services.revise_page(page=page, by=editor, at=NOW, people_agreed="Chị H., giấy ngày 3/3, hồ sơ xã")
    parts = reading.sections(exact_content(page.get_latest_revision()))
    assert "Chị H., giấy ngày 3/3, hồ sơ xã" in str(parts[-1].text), "whoever decides reads who agreed"
    assert publish(page).live
    assert publish(draft(VideoPage, file=film, link="", shows_people=False)).live
    assert publish(draft(VideoPage, shows_people=None)).live, "what plays elsewhere is asked elsewhere"


def test_sound_film_and_pictures_come_from_this_house_with_words_beside_them(
    draft: Publish, publish: Publish, client: Client, editor: User
) -> None:
    def shown(model: type[ReadingPage], **extra: Any) -> str:
        return client.get(publish(draft(model, model.__name__, **extra)).url).text.split("<main")[1].split("</main")[0]

    kept = services.keep_document(content=wav(65), name="bai.wav", title="Bài", by=editor)
    heard = shown(AudioPage, file=kept)
    assert f'<audio controls preload="none" src="{kept.url}"></audio>' in heard
    assert re.search(r"<figcaption[^>]*>1 phút 5 giây, 507,\d\s*KB\. ", heard), (
        "how long and how heavy, before one loads it"
    )
    assert "Lời đọc." in heard

    film, words = document("phim.mp4", b"phim"), document("loi.vtt", b"WEBVTT")
    seen = shown(VideoPage, file=film, captions=words, link="", shows_people=False)
    assert f'<source src="{film.url}"' in seen
    assert re.search(rf'<track kind="captions" src="{re.escape(words.url)}" srclang="vi" [^>]*default>', seen)
    assert re.search(r'<video controls preload="none" [^>]*poster="/media/images/[^"]+\.webp"', seen)
    assert "Lời nói." in seen

    away = shown(VideoPage)
    assert re.search(r'<a class="btn" href="https://video\.example/xem/1" rel="noopener">', away)
    assert "Xem ở video.example (3 phút)" in away
    assert not re.search(r"""(?:src|srcset|poster|data)=["'](?:https?:)?//""", heard + seen + away)

    story = shown(PhotoStoryPage)
    figures = re.findall(r'<figure class="picture">(.*?)</figure>', story, re.DOTALL)
    assert [re.search(r"<figcaption[^>]*>(.*?)</figcaption>", one)[1].strip() for one in figures] == [  # type: ignore[index]
        f"Cảnh {n} Hình: Tòa soạn" for n in range(5)
    ]
    assert all('alt="Bến ghe buổi sớm."' in one and "image/avif" in one for one in figures)
    assert ['loading="lazy"' in one for one in figures] == [False, *[True] * 4], "the first is in sight when one comes"


def test_sound_is_measured(draft: Publish, publish: Publish, client: Client) -> None:
    page = publish(draft(AudioPage))
    assert (page.seconds, page.length) == (65, "1 phút 5 giây")
    assert "1 phút 5 giây" in client.get(page.url).content.decode()


def test_ensure_site_gives_an_older_site_the_rooms_it_lacks(site: services.SiteMade, unit: int, settings: Any) -> None:
    gone = site.sections[SectionKind.EVENTS]["vi"]
    Page.objects.get(pk=gone.pk).delete()
    again = services.ensure_site(province_name="Tỉnh Mẫu", unit_id=unit, by=None, at=NOW)
    assert again.sections[SectionKind.EVENTS]["vi"].url == "/su-kien/"
    assert SectionPage.objects.count() == len(settings.LANGUAGES) * len(SectionKind)


def test_search_finds_by_what_a_kind_says(draft: Publish, publish: Publish) -> None:
    publish(draft(RoleModelPage, "Người đi trước"))
    found = search.find(Wanted("lam tu tu", kind="rolemodelpage"))
    assert [hit.title for hit in found.hits] == ["Người đi trước"]


@pytest.mark.parametrize("model", KINDS)
def test_every_kind_is_among_what_is_listed(
    draft: Callable[..., Any], unit: int, other_unit: int, model: type[ReadingPage]
) -> None:
    page = draft(model, audience_groups=["poor"], unit_id=unit, further_units=[other_unit])
    row = Listed.objects.get(pk=page.pk)
    assert (row.section, row.lead, row.audience_groups, row.unit_ids, row.column_id, row.campaign_id) == (
        model.section, "Vài lời.", ["poor"], sorted([unit, other_unit]), page.column_id, page.campaign_id
    )  # fmt: skip


def test_what_is_listed_follows_its_page(draft: Callable[..., Any], unit: int, other_unit: int) -> None:
    page, other = draft(ArticlePage, unit_id=unit), draft(ArticlePage, unit_id=unit)
    column = draft(ColumnPage, unit_id=unit)
    ArticlePage.objects.filter(pk=page.pk).update(lead="Lời khác.", audience_groups=["cadres"], column=column)
    row = Listed.objects.get(pk=page.pk)
    assert (row.lead, row.audience_groups, row.column_id) == ("Lời khác.", ["cadres"], column.pk)
    assert Listed.objects.get(pk=other.pk).lead == "Vài lời."
    page.further_units = Unit.objects.filter(pk__in=[unit, other_unit])
    page.save()
    ArticlePage.objects.filter(pk=other.pk).update(unit=other_unit)
    places = dict(Listed.objects.filter(pk__in=[page.pk, other.pk]).values_list("pk", "unit_ids"))
    assert places == {page.pk: sorted([unit, other_unit]), other.pk: [other_unit]}
    page.further_units = []
    page.save()
    assert Listed.objects.get(pk=page.pk).unit_ids == [unit]
    page.delete()
    assert set(Listed.objects.values_list("pk", flat=True)) >= {other.pk, column.pk}
    assert not Listed.objects.filter(pk=page.pk).exists()


def test_a_column_shows_all_that_is_filed_in_it_twelve_at_a_time(
    draft: Callable[..., Any], publish: Publish, client: Client
) -> None:
    column = publish(draft(ColumnPage, "Chuyện trong ấp"))
    for number in range(14):
        publish(draft(ArticlePage, f"Bài {number:02}", column=column))
    first, second = (client.get(column.url, {"page": page}).text for page in ("1", "2"))
    assert [f"Bài {number:02}" in first for number in range(14)] == [False] * 2 + [True] * 12
    assert [f"Bài {number:02}" in second for number in range(14)] == [True] * 2 + [False] * 12
