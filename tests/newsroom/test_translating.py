"""Pages in further languages: begun from what is published, behind when the original goes on, told to readers."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from lantoa.approvals import services as approving
from lantoa.newsroom import interface, selectors, services, translations
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import CampaignPage, Clearance, ColumnPage, InterfaceReading, TranslationStep, Withdrawal
from lantoa.newsroom.rules import NotReadyError
from tests.newsroom.conftest import NOW, STORY
from tests.newsroom.passing import approve, send

pytestmark = pytest.mark.django_db
LATER = timezone.localdate() + timedelta(days=180)
AWAITS = "ពាក្យក្នុងគេហទំព័រនេះមិនទាន់មានអ្នកចេះភាសាពិនិត្យទេ។"
"""What the foot of a page says in Khmer while nobody at home in it has read the interface's words."""
KHMER = "ប្រជាពលរដ្ឋអាចខ្ចីប្រាក់បានងាយស្រួល"


@pytest.fixture
def original(write, publish):
    return publish(write("Vay vốn dễ hơn"))


@pytest.fixture
def khmer(original, editor):
    return services.begin_translation(page=original, language="km", by=editor, at=NOW)


def line(user, language="km"):
    return next(iter(translations.translation_lines(user, language)))


def warned(client, page, front="/km"):
    """Whether a reader of this page sees a warning; what waits in a template is not seen."""
    return "notice-warn" in re.sub(
        r"<template.*?</template>", "", client.get(f"{front}/tin/{page.slug}/").text, flags=re.DOTALL
    )


def test_a_translation_begins_as_a_draft_of_what_is_published(original, khmer, editor):
    assert khmer.locale.language_code == "km"
    assert khmer.translation_key == original.translation_key
    assert not khmer.live
    assert khmer.title == original.title
    assert line(editor).state == "working"
    again = services.begin_translation(page=original, language="km", by=editor, at=NOW)
    assert again.pk == khmer.pk


def test_what_is_not_published_is_not_translated(write, editor):
    with pytest.raises(NotReadyError):
        services.begin_translation(page=write(), language="km", by=editor, at=NOW)


def test_a_translation_is_not_translated_again(khmer, editor, publish):
    publish(khmer)
    with pytest.raises(NotReadyError):
        services.begin_translation(page=khmer, language="en", by=editor, at=NOW)


def test_the_gate_stands_before_a_translation_too(khmer, editor, publish, client):
    changed = services.revise_page(page=khmer, by=editor, at=NOW, title=KHMER)
    address = f"/km/tin/{khmer.slug}/"
    assert client.get(address).status_code == 404
    publish(changed)
    page = client.get(address)
    assert page.status_code == 200
    assert KHMER in page.content.decode()
    assert '<html lang="km">' in page.content.decode()


def test_readers_are_told_when_the_original_went_on(original, khmer, editor, publish, client):
    publish(khmer)
    assert line(editor).state == "current"
    changed = services.revise_page(page=original, by=editor, at=NOW, lead="Lãi suất đã đổi.")
    assert line(editor).state == "current"  # a draft of the original changes nothing for readers
    publish(changed)
    assert line(editor).state == "behind"
    assert warned(client, khmer)

    revised = services.revise_page(page=khmer, by=editor, at=NOW, lead="ការប្រាក់បានផ្លាស់ប្ដូរ។")
    services.catch_up(page=revised, by=editor, at=NOW)
    assert warned(client, khmer)  # what is live is still the old one
    publish(revised)
    assert line(editor).state == "current"
    assert not warned(client, khmer)


def test_a_correction_of_the_original_stands_on_the_translation_until_it_follows(
    original, khmer, editor, reviewer, publish, client
):
    publish(khmer)
    note, address = services.Note("Hạn nộp là 30/11.", "Đọc nhầm công văn."), f"/km/tin/{khmer.slug}/"
    services.revise_page(page=original, by=editor, at=NOW, lead="Nộp trước 30/11.")
    send(original, by=editor, at=NOW, correction=note)
    assert note.what not in client.get(address).text
    approve(original, by=reviewer, at=NOW)
    assert f'<span lang="vi">{note.what} {note.why}</span>' in client.get(address).text.replace("\xa0", " ")
    revised = services.revise_page(page=khmer, by=editor, at=NOW, lead="ត្រឹមថ្ងៃទី 30/11។")
    services.catch_up(page=revised, by=editor, at=NOW)
    publish(revised)
    assert note.what not in client.get(address).text


def test_a_page_first_written_in_khmer_is_an_original_like_any_other(site, write, editor, reviewer, publish, client):
    publish(write("Chỉ có tiếng Việt"))
    first = publish(services.write_article(
        parent=site.articles["km"], title=KHMER, lead="ការប្រាក់។", by=editor, at=NOW, body=STORY, review_by=LATER,
    ))  # fmt: skip
    assert [line(editor, "vi").original.pk, line(editor, "vi").state] == [first.pk, "none"]
    page = publish(services.begin_translation(page=first, language="vi", by=editor, at=NOW))
    assert line(editor, "vi").state == "current"
    assert not warned(client, page, "")

    note = services.Note("ថ្ងៃទី 30/11។", "អានខុស។")
    services.revise_page(page=first, by=editor, at=NOW, lead="ការប្រាក់បានផ្លាស់ប្ដូរ។")
    send(first, by=editor, at=NOW, correction=note)
    approve(first, by=reviewer, at=NOW)
    behind = next(iter(translations.translation_lines(editor, "vi", state="behind")))
    assert (behind.original.pk, behind.page.pk, behind.state) == (first.pk, page.pk, "behind")
    assert page.pk not in [one.original.pk for one in translations.translation_lines(editor, "en")]
    assert warned(client, page, "")
    assert f'<span lang="km">{note.what} {note.why}</span>' in client.get(f"/tin/{page.slug}/").text
    client.force_login(editor)
    listed = client.get(reverse("newsroom:translations"), {"ngon-ngu": "vi", "tinh-trang": "behind"}).text
    assert reverse("newsroom:translation", args=[page.pk]) in listed
    beside = client.get(reverse("newsroom:translation", args=[page.pk])).text
    assert "Bản gốc đã sửa từ" in beside
    assert KHMER in beside
    revised = services.revise_page(page=page, by=editor, at=NOW, lead="Lãi suất đã đổi.")
    assert client.post(reverse("newsroom:translation_caught_up", args=[page.pk])).status_code == 302
    publish(revised)
    client.logout()
    assert not warned(client, page, "")


def test_the_switch_leads_to_the_page_in_each_language_and_home_where_there_is_none(original, khmer, publish, client):
    publish(khmer)
    page = client.get(f"/tin/{original.slug}/").content.decode()
    assert f'href="/km/tin/{khmer.slug}/" lang="km"' in page
    assert 'href="/en/" lang="en"' in page


def test_the_list_takes_as_many_queries_for_one_page_as_for_many(
    original, khmer, editor, write, publish, django_assert_max_num_queries
):
    for number in range(3):
        more = publish(write(f"Thêm một trang {number}"))
        services.begin_translation(page=more, language="km", by=editor, at=NOW)
    with django_assert_max_num_queries(14):
        assert len(translations.translation_lines(editor, "km")) == 4


def test_the_list_goes_on_to_the_oldest_page_and_narrows_to_what_is_to_be_done(
    original, khmer, editor, leader, write, publish, client, monkeypatch
):
    publish(khmer)
    missing = publish(write("Chưa dịch"))
    monkeypatch.setattr(translations, "A_PAGE", 1)

    def shown(state="", number=1):
        lines = translations.translation_lines(editor, "km", state=state, number=number)
        return [(one.original.pk, one.state) for one in lines]

    assert [shown(), shown(number=2)] == [[(missing.pk, "none")], [(original.pk, "current")]]
    assert [shown("behind"), shown("none")] == [[], [(missing.pk, "none")]]
    publish(services.revise_page(page=original, by=editor, at=NOW, lead="Lãi suất đã đổi."))
    assert [shown("behind"), shown("behind", 2)] == [[(original.pk, "behind")]] * 2
    Page.objects.filter(pk=original.pk).update(live=False)  # as it was left before translations went along
    assert [shown("behind"), shown("none")] == [[(original.pk, "gone")], [(missing.pk, "none")]]
    client.force_login(leader)
    page = client.get(reverse("newsroom:translations"), {"ngon-ngu": "km", "tinh-trang": "behind"}).text
    assert reverse("newsroom:withdraw", args=[khmer.pk]) in page
    assert missing.title not in page
    own_words = ["Chữ của giao diện" in client.get(reverse("newsroom:translations"), {"ngon-ngu": one}).text
                 for one in ("km", "en")]  # fmt: skip
    assert own_words == [True, False]


def test_what_is_withdrawn_is_withdrawn_in_every_language(original, khmer, editor, leader, write, publish, client):
    instead = publish(write("Đọc bài này"))
    publish(services.begin_translation(page=instead, language="km", by=editor, at=NOW))
    english = services.begin_translation(page=original, language="en", by=editor, at=NOW)
    publish(khmer)
    client.force_login(leader)
    asked = client.get(reverse("newsroom:withdraw", args=[original.pk])).text
    assert re.search(r"Các bản dịch đang đăng được gỡ cùng lúc:\s+(Tiếng )?Khmer\.", asked)
    services.withdraw_page(
        page=original, by=leader, at=NOW, reason="Nhầm số.", told="Số tiền không đúng.", instead=instead
    )
    gone = client.get(f"/km/tin/{khmer.slug}/")
    assert gone.status_code == 410
    assert '<p class="lead" lang="vi">Số tiền không đúng.</p>' in gone.text.replace("\xa0", " ")
    assert f'href="/km/tin/{instead.slug}/"' in gone.text
    assert '<span lang="vi">Số tiền không đúng.</span>' in client.get("/km/dinh-chinh/").text.replace("\xa0", " ")
    assert selectors.fresh(khmer).approved_now() is None
    with pytest.raises(NotReadyError):
        publish(english)  # a draft of what was withdrawn stays one
    publish(original)
    publish(english)
    assert client.get(f"/en/tin/{english.slug}/").status_code == 200


def test_a_translation_waiting_for_its_hour_does_not_come_after_its_original_was_found_wrong(
    original, khmer, editor, reviewer, leader, publish
):
    hour = timezone.now() + timedelta(hours=8)
    waiting = services.revise_page(page=khmer, by=editor, at=NOW, go_live_at=hour)
    send(waiting, by=editor, at=NOW)
    approve(waiting, by=reviewer, at=NOW)
    services.withdraw_page(page=original, by=leader, at=NOW, reason="Nhầm số.", told="Số tiền không đúng.")
    publish(services.revise_page(page=original, by=editor, at=NOW, lead="Lãi suất đã sửa."))
    assert services.publish_due(at=hour + timedelta(minutes=1)) == 0
    assert not selectors.fresh(khmer).live
    assert selectors.fresh(khmer).approved_now() is None


def test_what_comes_down_at_its_hour_comes_down_in_every_language(original, khmer, publish):
    publish(khmer)
    Page.objects.filter(pk=original.pk).update(expire_at=NOW)
    services.publish_due(at=NOW + timedelta(minutes=1))
    pages = Page.objects.filter(pk__in=[original.pk, khmer.pk])
    assert list(pages.values_list("live", "expired")) == [(False, True)] * 2


def test_an_approval_revoked_takes_the_translations_along_in_their_own_words(
    original, khmer, reviewer, publish, client, run_jobs
):
    publish(khmer)
    decision = Clearance.objects.get(page=original.page_ptr).decision_id
    approving.revoke(decision_id=decision, by=reviewer, at=NOW, reason="Số liệu mật")
    run_jobs()
    assert client.get(f"/km/tin/{khmer.slug}/").status_code == 410
    assert set(Withdrawal.objects.telling().values_list("language", "told_in")) == {("vi", "vi"), ("km", "km")}


@pytest.mark.parametrize(
    ("model", "named", "facts"),
    [(ColumnPage, "column", {}), (CampaignPage, "campaign", {"starts_on": NOW.date()})],
)
def test_a_column_gathers_the_pages_of_its_language(model, named, facts, site, editor, write, publish, client):
    parent = site.sections[model.section]["vi"]
    vi = publish(services.write_page(model, parent=parent, title="Thoát nghèo", by=editor, at=NOW, **facts))
    page = publish(write("Chuyện tiếng Việt", **{named: vi}))
    english_page = services.begin_translation(page=page, language="en", by=editor, at=NOW)
    english_page = publish(services.revise_page(page=english_page, by=editor, at=NOW, title="An English story"))
    assert [card.pk for card in vi.gathers(1).get_page(1)] == [page.pk]
    assert f'href="{vi.url}">Thoát nghèo' in client.get(english_page.url).text.replace("\xa0", " ")
    en = services.begin_translation(page=vi, language="en", by=editor, at=NOW)
    en = publish(services.revise_page(page=en, by=editor, at=NOW, title="Out of poverty"))
    assert [[card.pk for card in one.gathers(1).get_page(1)] for one in (vi, en)] == [[page.pk], [english_page.pk]]
    assert f'href="{en.url}">Out of poverty' in client.get(english_page.url).text.replace("\xa0", " ")
    assert f'href="{vi.url}">Thoát nghèo' in client.get(page.url).text.replace("\xa0", " ")
    if model.section == SectionKind.COLUMNS:
        feed = reverse("portal:column_feed", args=[en.slug, "rss.xml"])
        assert "An English story" in client.get(f"/en{feed}").text


def test_steps_and_readings_stay_as_written(khmer, leader):
    step = TranslationStep.objects.get(page=khmer.page_ptr)
    with pytest.raises(DatabaseError), transaction.atomic():
        TranslationStep.objects.filter(pk=step.pk).update(at=NOW - timedelta(days=1))
    reading = services.sign_interface(language="km", reader="Sơn Thị M., giáo viên", by=leader, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        InterfaceReading.objects.filter(pk=reading.pk).update(reader="Ai đó")


def test_readers_are_told_until_somebody_has_read_exactly_these_words(
    site, khmer, publish, leader, client, monkeypatch
):
    publish(khmer)
    pages = ["/km/", f"/km/tin/{khmer.slug}/", "/km/gui-chuyen/", "/", "/en/"]

    def marked():
        return [AWAITS in client.get(page).text for page in pages]

    assert translations.interface_reading("km") is None
    assert marked() == [True, True, True, False, False]
    client.force_login(leader)
    client.post(reverse("newsroom:sign_interface"), {"language": "km", "reader": " "})
    assert marked() == [True, True, True, False, False]  # nobody is named
    client.post(reverse("newsroom:sign_interface"), {"language": "km", "reader": "Sơn Thị M., giáo viên"})
    assert translations.interface_reading("km").reader.startswith("Sơn")
    assert marked() == [False] * 5
    words = interface.words("km")
    monkeypatch.setattr("lantoa.newsroom.translations.words", lambda _language: interface.Words(1, 1, "0" * 64))
    assert translations.interface_reading("km") is None  # one word changed, and the reading is of other words
    assert marked() == [True, True, True, False, False]
    assert 0 < words.count < words.of


@pytest.mark.parametrize("language", ["vi", "xx"])
def test_only_a_further_language_is_signed(site, leader, language):
    with pytest.raises(NotReadyError):
        services.sign_interface(language=language, reader="Ai đó", by=leader, at=NOW)


def test_the_desk_shows_pages_beside_their_translations(original, khmer, editor, client):
    client.force_login(editor)
    page = client.get(reverse("newsroom:translations"), {"ngon-ngu": "km"}).content.decode()
    assert original.title in page
    beside = client.get(reverse("newsroom:translation", args=[khmer.pk])).content.decode()
    assert 'lang="km"' in beside
    began = client.post(reverse("newsroom:begin_translation", args=[original.pk, "en"]))
    assert began.status_code == 302
    assert "/quan-tri/pages/" in began.url
