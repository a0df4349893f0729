"""What the portal says of itself: whether it works, where it falls short, what it keeps and how long."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from lantoa.audience import holdings
from lantoa.audience.models import Person
from lantoa.kernel.clock import now
from lantoa.portal import standing

pytestmark = pytest.mark.django_db
GOING_OUT = "Tin và trả lời gửi đi"


def heard(*, ago):
    """A worker that was heard of so long ago, and no other."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now() - ago])


def waits(*, since):
    """A job whose time came so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at)"
            " VALUES ('x', 'x', 'todo', %s)",
            [now() - since],
        )


def said(client):
    """What each part is said to be, in the page's own words, and its heading."""
    page = client.get("/tinh-trang/").text
    rows = re.findall(r'<li><p class="row">(.*?)<b>(.*?)</b></p><p>(.*?)</p>', page, re.DOTALL)
    return strip_tags(page.split("<h1>")[1].split("</h1>")[0]), {
        name: (strip_tags(chip).strip(), words) for chip, name, words in rows
    }


def test_the_status_page_tells_a_working_house_from_one_that_stands_still_or_is_late(client, site, publish):
    heard(ago=timedelta(seconds=10))
    assert said(client)[0] == "Mọi thứ đang hoạt động"
    publish("article", "Chuyện")
    waits(since=standing.BEHIND - timedelta(minutes=1))
    heading, parts = said(client)
    assert (heading, parts[GOING_OUT]) == ("Mọi thứ đang hoạt động", ("Hoạt động", "Gửi đi đúng lịch."))
    waits(since=standing.BEHIND + timedelta(minutes=1))
    heading, parts = said(client)
    assert heading != "Mọi thứ đang hoạt động"
    assert parts[GOING_OUT][0] != "Hoạt động"
    assert "chậm" in parts[GOING_OUT][1]
    heard(ago=standing.SILENT + timedelta(seconds=1))
    assert "không mất" in said(client)[1][GOING_OUT][1]
    assert {chip for name, (chip, _words) in parts.items() if name != GOING_OUT} == {"Hoạt động"}


def test_the_statement_of_accessibility_counts_what_is_missing_and_names_only_languages_there_are(
    client, site, publish, settings
):
    assert "chưa có bản nghe" not in client.get("/tro-nang/").text
    publish("policy", "Vay vốn")
    publish("policy", "Nhà ở")
    page = client.get("/tro-nang/").text
    assert "Còn 2 chính sách chưa có bản nghe." in page
    assert "Bản tiếng Khmer chưa đủ." in page
    settings.LANGUAGES = [("vi", "Tiếng Việt")]
    assert "Khmer" not in client.get("/tro-nang/").text.split("<main")[1].split("</main")[0]


def test_the_page_on_personal_data_says_of_each_part_why_it_is_kept_and_how_long(client, site, settings):
    settings.LANTOA_STORY_KEEP_DAYS, settings.LANTOA_PRESS_KEEP_DAYS, settings.LANTOA_SEARCH_MISS_DAYS = 123, 234, 345
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/quyen-rieng-tu/").text
    assert len(asked) <= 12
    rows = re.findall(r'<th scope="row">(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>', page)
    kinds = holdings.kinds()
    assert len(kinds) >= 5
    assert {str(kind.title) for kind in kinds} <= {title for title, _why, _until in rows}
    assert [title for title, why, until in rows if not (why and until)] == []
    assert {"123 ngày", "234 ngày", "345 ngày"} <= {
        found for *_cells, until in rows for found in re.findall(r"\d+ ngày", until)
    }


def test_every_room_that_knows_persons_says_what_it_keeps_of_them():
    knowing = {
        model._meta.app_label for model in apps.get_models() for field in model._meta.concrete_fields
        if field.related_model is Person
    }  # fmt: skip
    telling = {source.__module__.split(".")[1] for source in holdings._sources.values()}
    assert {"contributions", "listening", "pressroom"} <= knowing
    assert knowing - telling == {"audience"}  # the room of persons itself, whose parts the page names one by one
