"""Statements put together once: the same facts, the same text; other facts, another; nothing to find, nothing asked;
what is told fits any text."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import SafeString

from lantoa.kernel import prepared
from lantoa.kernel.models import SwappedDay, User

pytestmark = pytest.mark.django_db
built = []


@pytest.fixture(autouse=True)
def _nothing_kept():
    prepared._kept.cache_clear()
    built.clear()


def days(year: int, months: tuple[int, ...]):
    built.append(year)
    return SwappedDay.objects.filter(day__year=year, day__month__in=months).order_by("day").values_list("day", "works")


def test_a_statement_is_written_once_and_asked_each_time():
    assert prepared.rows(days, 2031, (1, 2)) == []
    SwappedDay.objects.create(day="2031-02-03", works=True, reason="Quyết định mẫu")
    SwappedDay.objects.create(day="2032-02-04", works=False, reason="Quyết định mẫu")
    found = [prepared.rows(days, year, (1, 2)) for year in (2031, 2032, 2031)]
    assert [[str(day) for day, _works in rows] for rows in found] == [["2031-02-03"], ["2032-02-04"], ["2031-02-03"]]
    assert built == [2031, 2032]


def test_what_nothing_can_meet_is_not_asked():
    with CaptureQueriesContext(connection) as asked:
        assert prepared.rows(days, 2031, ()) == []
    assert len(asked) == 0


def named(works: bool, reason: str, *more: str):
    built.append(reason)
    return SwappedDay.objects.filter(works=works, reason__in=[reason, *more]).order_by("day")


def test_what_is_told_is_no_part_of_the_text():
    for day, reason in (("2031-02-03", "Một"), ("2031-02-04", "Hai"), ("2031-02-05", "Ba")):
        SwappedDay.objects.create(day=day, works=True, reason=reason)
    found = [prepared.objects(named, True, told=(one,)) for one in ("Một", "Hai", "Không", "'; --")]
    assert [[day.reason for day in days] for days in found] == [["Một"], ["Hai"], [], []]
    assert [day.reason for day in prepared.objects(named, True, told=("Ba", "Một"))] == ["Một", "Ba"]
    assert prepared.count(named, True, told=("Ba", "Một")) == 2
    assert prepared.objects(named, False, told=("Một",)) == []
    assert len(built) == 3, "one text for one told, one for two, one for another fact"


def since(moment: datetime, pk: int):
    return User.objects.filter(date_joined__gte=moment).exclude(pk=pk).only("email").order_by("pk")


def test_moments_and_numbers_are_told_and_rows_are_whole_objects():
    first, second = (User.objects.create_user(email=f"{name}@lantoa.example") for name in ("a", "b"))
    begun = first.date_joined
    [found] = prepared.objects(since, told=(begun, first.pk))
    assert (found, found.email, found.get_deferred_fields() > {"date_joined"}) == (second, second.email, True)
    assert prepared.objects(since, told=(begun, second.pk)) == [first]
    assert prepared.objects(since, told=(begun + timedelta(days=1), 0)) == []


def test_threads_share_a_text_and_keep_their_connections():
    SwappedDay.objects.create(day="2031-02-03", works=True, reason="Một")
    own = prepared.objects(named, True, told=("Một",))

    def ask():
        found = prepared.objects(named, True, told=("Một",))
        connection.close()
        return found

    with ThreadPoolExecutor(1) as other:
        assert other.submit(ask).result() == [], "its own transaction sees nothing of ours"
    assert prepared.objects(named, True, told=("Một",)) == own != []


def beside(pk: int):
    return ContentType.objects.exclude(pk=pk).filter(app_label="kernel").order_by("pk")


def test_a_number_that_is_told_is_left_out_of_no_text():
    apart = ContentType.objects.get_for_model(SwappedDay)
    assert apart not in prepared.objects(beside, told=(apart.pk,)) != []


def test_what_has_no_place_in_the_text_is_refused():
    def unmoved(name: str):
        return SwappedDay.objects.filter(works=True)

    with pytest.raises(ValueError, match="no place"):
        prepared.rows(unmoved, told=("Một",))


@pytest.mark.parametrize("nothing", [None, b"a", ("a",)])
def test_what_cannot_be_told_is_named(nothing):
    with pytest.raises(TypeError, match="may be told"):
        prepared.rows(named, True, told=(nothing,))


def test_a_safe_text_is_a_text():
    SwappedDay.objects.create(day="2031-02-03", works=True, reason="Một")
    assert len(prepared.objects(named, True, told=(SafeString("Một"),))) == 1
