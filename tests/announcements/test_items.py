"""What is placed on a page stands there once, keeps its name for ever, and goes when it is taken away."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.announcements.models import Announcement, AnnouncementPage
from lantoa.announcements.placer import WebpagePlacer
from lantoa.announcements.selectors import items, readable
from lantoa.announcements.services import publish, withdraw
from lantoa.channels.contract import Accepted, Rejected
from lantoa.channels.placing import Place
from lantoa.channels.registry import public
from tests.announcements.conftest import PLACING

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=3)
quick = settings(max_examples=40)


def test_a_placing_stands_on_its_page() -> None:
    row = publish(placing=PLACING, at=AT)
    assert (row.page.slug, row.page.name, row.language) == ("xa-dat-mui", "Xã Đất Mũi", "vi")
    assert (row.title, row.text, row.link, row.source) == (PLACING.title, PLACING.text, PLACING.link, PLACING.source)
    assert (row.published_at, row.updated_at, row.withdrawn_at) == (AT, AT, None)


def test_the_same_placing_twice_changes_nothing() -> None:
    first, again = (publish(placing=PLACING, at=at) for at in (AT, LATER))
    assert (again.pk, again.updated_at) == (first.pk, AT)
    assert Announcement.objects.count() == 1


def test_new_words_for_the_same_message_keep_its_name() -> None:
    first = publish(placing=PLACING, at=AT)
    again = publish(placing=replace(PLACING, key="fedcba9876543210-p7-0", text="Gia hạn tới 31/12."), at=LATER)
    assert again.public_id == first.public_id
    assert (again.text, again.published_at, again.updated_at) == ("Gia hạn tới 31/12.", AT, LATER)


def test_a_change_within_the_same_second_is_still_later() -> None:
    publish(placing=PLACING, at=AT)
    again = publish(placing=replace(PLACING, key="k-2", text="Sửa"), at=AT)
    assert again.updated_at == AT + timedelta(seconds=1)


def test_without_a_name_for_the_message_each_placing_is_its_own() -> None:
    publish(placing=replace(PLACING, about=""), at=AT)
    publish(placing=replace(PLACING, about="", key="k-2"), at=AT)
    assert Announcement.objects.count() == 2


def test_languages_and_pages_are_apart() -> None:
    publish(placing=PLACING, at=AT)
    publish(placing=replace(PLACING, key="k-2", language="km", text="អត្ថបទ"), at=AT)
    publish(placing=replace(PLACING, key="k-3", place=Place(name="Cổng tỉnh")), at=AT)
    pages = {page.slug: items(page).count() for page in AnnouncementPage.objects.all()}
    assert pages == {"xa-dat-mui": 2, "chung": 1}
    commune = AnnouncementPage.objects.get(slug="xa-dat-mui")
    assert [one.language for one in readable(commune, "vi")] == ["vi"]
    assert {one.language for one in readable(commune, "en")} == {"vi", "km"}  # nothing in English: what there is


def test_taken_away_is_gone_and_comes_back_under_its_old_name() -> None:
    first = publish(placing=PLACING, at=AT)
    gone = withdraw(key=PLACING.key, at=LATER)
    assert gone is not None
    assert (gone.withdrawn_at, items().count()) == (LATER, 0)
    assert withdraw(key=PLACING.key, at=LATER) is None
    assert publish(placing=PLACING, at=LATER).withdrawn_at is not None  # a late repeat brings nothing back
    back = publish(placing=replace(PLACING, key="k-2"), at=LATER + timedelta(hours=1))
    assert (back.public_id, back.withdrawn_at, items().count()) == (first.public_id, None, 1)


def test_an_old_wording_cannot_take_the_new_one_away() -> None:
    publish(placing=PLACING, at=AT)
    publish(placing=replace(PLACING, key="k-2", text="Lời mới"), at=LATER)
    assert withdraw(key=PLACING.key, at=LATER) is None
    assert [one.text for one in items()] == ["Lời mới"]


def test_the_database_keeps_dates_in_order() -> None:
    row = publish(placing=PLACING, at=AT)
    for change in (
        {"updated_at": AT - timedelta(days=1)},
        {"withdrawn_at": AT - timedelta(days=1)},
        {"language": "fr"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Announcement.objects.filter(pk=row.pk).update(**change)


@quick
@given(st.text(max_size=400), st.text(max_size=80), st.text(max_size=40), st.text(max_size=60))
def test_any_words_can_stand_there(text: str, title: str, page: str, link: str) -> None:
    with transaction.atomic():
        placing = replace(PLACING, text=text, title=title, link=link, place=Place(name=title, settings={"page": page}))
        row = publish(placing=placing, at=AT)
        row.refresh_from_db()
        assert row.title
        assert row.page.slug
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_the_placer_writes_and_takes_away() -> None:
    async def work() -> None:
        async with public("webpage").connect({}, {}) as placer:
            there = await placer.place(PLACING)
            assert there == Accepted(there.provider_id, delivered=True)
            assert await placer.place(replace(PLACING, attempt=2)) == there
            await placer.withdraw(PLACING, there.provider_id)
            await placer.withdraw(PLACING, there.provider_id)
            with pytest.raises(Rejected):
                await placer.place(replace(PLACING, text=" "))
        await sync_to_async(connections.close_all)()  # in the thread that wrote

    assert isinstance(public("webpage").connect({}, {}), WebpagePlacer)
    asyncio.run(work())
    [row] = Announcement.objects.all()
    assert row.withdrawn_at is not None
