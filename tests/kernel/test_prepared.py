"""Statements put together once: the same facts, the same text; other facts, another; nothing to find, nothing asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.kernel import prepared
from lantoa.kernel.models import SwappedDay

pytestmark = pytest.mark.django_db
built = []


def days(year: int, months: tuple[int, ...]):
    built.append(year)
    return SwappedDay.objects.filter(day__year=year, day__month__in=months).order_by("day").values_list("day", "works")


def test_a_statement_is_written_once_and_asked_each_time():
    built.clear()
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
