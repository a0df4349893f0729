"""Two at once on one page, over real transactions: one word to readers, and nothing taken down that stays."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from wagtail.models import Page

from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.models import Withdrawal
from lantoa.newsroom.rules import NotReadyError
from tests.newsroom.conftest import NOW, Write
from tests.newsroom.passing import approve, send

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=2)


def one_behind_another(first: Callable[[], object], second: Callable[[], object]) -> None:
    """The second begins when the first is done but not yet committed; what the second raises is raised."""
    done = threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                threading.Event().wait(0.6)
        finally:
            done.set()
            connection.close()

    def behind() -> None:
        try:
            second()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(slowly)
        assert done.wait(20)
        two = pool.submit(behind)
        one.result(30), two.result(30)


def test_two_who_take_a_page_down_tell_readers_once(write: Write, publish: Callable[..., Any], leader: User) -> None:
    page = publish(write())

    def withdraw() -> None:
        services.withdraw_page(page=page, by=leader, at=NOW, reason="Sai số liệu.", told="Số liệu sai.")

    with pytest.raises(NotReadyError, match="đã được gỡ rồi"):
        one_behind_another(withdraw, withdraw)
    assert Withdrawal.objects.filter(page=page).count() == 1


def test_a_translation_approved_while_its_original_is_taken_down_stays_in_the_house(
    write: Write, publish: Callable[..., Any], editor: User, reviewer: User, leader: User
) -> None:
    original = publish(write())
    khmer = services.begin_translation(page=original, language="km", by=editor, at=NOW)
    send(khmer, by=editor, at=NOW)
    one_behind_another(
        lambda: services.withdraw_page(page=original, by=leader, at=NOW, reason="Sai số liệu."),
        lambda: approve(khmer, by=reviewer, at=NOW),
    )
    assert not Page.objects.get(pk=khmer.pk).live


def test_a_page_that_is_given_more_time_meanwhile_stays(write: Write, publish: Callable[..., Any]) -> None:
    page = publish(write())
    Page.objects.filter(pk=page.pk).update(expire_at=NOW + timedelta(days=1))
    longer = Page.objects.filter(pk=page.pk)
    one_behind_another(lambda: longer.update(expire_at=LATER), lambda: services.publish_due(at=LATER))
    assert longer.get().live
    services.publish_due(at=LATER + timedelta(hours=1))
    assert (longer.get().live, longer.get().expired) == (False, True)


def test_a_page_that_cannot_be_taken_down_stops_no_other(write: Write, publish: Callable[..., Any]) -> None:
    held, free = publish(write("Bị giữ")), publish(write("Hết hạn"))
    Page.objects.filter(pk__in=[held.pk, free.pk]).update(expire_at=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'held'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER hold BEFORE UPDATE ON wagtailcore_page FOR EACH ROW"
            f" WHEN (OLD.id = {held.pk} AND NOT NEW.live) EXECUTE FUNCTION pg_temp.hold()"
        )
    try:
        services.publish_due(at=LATER)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER hold ON wagtailcore_page")
    assert [Page.objects.get(pk=page.pk).live for page in (held, free)] == [True, False]
