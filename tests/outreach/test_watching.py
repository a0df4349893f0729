"""The figures of a broadcast's page: exact, in few queries, and nothing that points at a house."""

import csv
import io
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import DateRange

from lantoa.audience.models import AudienceGroup, GroupMembership, Person
from lantoa.channels.contract import Accepted, Rejected
from lantoa.kernel.models import User
from lantoa.outreach import replies
from lantoa.outreach.models import Broadcast, Delivery, LinkClicks, ShortLink
from lantoa.outreach.selectors.tally import tally
from lantoa.outreach.services import follow, prepare, release
from lantoa.outreach.services.broadcasts import Plan
from lantoa.outreach.showing import BroadcastPage
from tests.outreach.world import NOW, World, approve, draft, finish, message, people, released, sms_account, sql, take

pytestmark = pytest.mark.django_db
LONG = "https://camau.example.vn/chinh-sach/vay-von-ho-ngheo-va-ho-moi-thoat-ngheo-nam-2026?muc=1"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(world: World, row: Broadcast, name: str = "broadcast", query: str = "") -> str:
    return as_(world.officer).get(reverse(f"outreach:{name}", args=[row.pk]) + query).content.decode()


def file(world: World, row: Broadcast, name: str) -> list[list[str]]:
    answer = as_(world.officer).get(reverse(f"outreach:{name}", args=[row.pk]))
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def units(world: World, *names: str) -> list[int]:
    """Communes beside each other."""
    made = []
    for name in names:
        unit = apps.get_model("territory", "Unit").objects.create()
        apps.get_model("territory", "UnitVersion").objects.create(
            unit_id=unit.pk, name=f"Xã {name}", short_name=name, folded=name.lower(), kind="commune", level=3,
            valid=DateRange(timezone.localdate(NOW) - timedelta(days=3000), None), sort_key=name,
        )  # fmt: skip
        made.append(unit.pk)
    return made


def poor_broadcast(world: World, sizes: dict[int, int]) -> Broadcast:
    """A released broadcast to poor households, so many in each unit."""
    group = AudienceGroup.objects.filter(sensitive=True).first()
    assert group is not None
    for unit, size in sizes.items():
        ids = people(world, size)
        Person.objects.filter(pk__in=ids).update(unit_id=unit)
        GroupMembership.objects.bulk_create(
            GroupMembership(person_id=pk, group=group, valid=(timezone.localdate(NOW) - timedelta(days=9), None))
            for pk in ids
        )
    segment = apps.get_model("audience", "Segment").objects.create(
        name="Hộ nghèo", unit_id=world.unit_id, updated_at=NOW, criteria={"any_groups": [group.code]}
    )
    version = approve(world, message(world))
    plan = Plan(segment_id=segment.pk, channels=["sms"], expires_at=NOW + timedelta(days=2))
    row = prepare(version=version, plan=plan, by=world.officer, at=NOW)
    return release(broadcast=row, by=world.leader, at=NOW)


def linked(world: World, count: int, channels: tuple[str, ...] = ("sms",)) -> Broadcast:
    people(world, count, channels)
    row = draft(world, approve(world, message(world, body=f"Vay vốn, xem {LONG} nhé.")), channels)
    return release(broadcast=row, by=world.leader, at=NOW)


def test_all_figures_of_a_running_page_take_a_dozen_queries_and_read_no_other_ledger(world: World) -> None:
    released(world, 3)
    sms_account("http://127.0.0.1:1")
    row = linked(world, 5, ("zalo", "sms"))
    finish(take("zalo", limit=2).claimed, channel="zalo")
    row = Broadcast.objects.select_related("version__message", "parent").get(pk=row.pk)
    page = BroadcastPage(row, world.officer, at=NOW)
    with CaptureQueriesContext(connection) as queries:
        for part in ("live", "figures"):
            render_to_string(f"outreach/{part}.html", {"page": page, "row": row})
    rights = [one for one in queries if "agencies_" in one["sql"]]
    assert len(queries) - len(rights) <= 12, [one["sql"][:120] for one in queries]
    ledger = [one["sql"] for one in queries if re.search("outreach_(delivery|standing)", one["sql"])]
    assert ledger
    assert [one for one in ledger if not re.search(rf'broadcast_id"? = {row.pk}\b', one)] == []


def test_the_live_part_is_the_sum_and_the_channels_and_says_what_goes_on(world: World) -> None:
    row = linked(world, 4)
    part = shown(world, row, query="?song=1")
    assert "SMS chưa có tài khoản gửi được." in part
    finish(take(limit=2).claimed, at=timezone.now())
    sms_account("http://127.0.0.1:1")
    assert 'id="units"' not in part
    moving = shown(world, row, query="?song=1")
    assert re.search(r"Còn khoảng \d+ (phút|giờ|ngày).*, xong lúc", moving)
    assert "SMS đang đi 2 tin/phút." in moving


def test_the_funnel_tells_what_each_channel_can_tell(world: World) -> None:
    row = linked(world, 6, ("zalo", "sms"))
    batch = take("zalo", limit=4).claimed
    finish(batch[:3], Accepted("z", delivered=True), channel="zalo")
    code = ShortLink.objects.get(channel="zalo", message=row.version.message_id).code
    for _ in range(2):
        follow(code=code, counts=True, at=NOW)
    got = [one.address_id for one in batch]
    replies.register_writers("zalo", lambda since, until: [got[0], got[0], got[3], 10**9])
    page = BroadcastPage(Broadcast.objects.get(pk=row.pk), world.officer, at=NOW + timedelta(hours=1))
    assert [(one.channel, one.figures) for one in page.steps] == [("zalo", (6, 3, 3, 0, 2, 1))]


def test_presses_before_the_release_or_of_other_messages_are_not_counted(world: World) -> None:
    row = linked(world, 2)
    link = ShortLink.objects.get(channel="sms", message=row.version.message_id)
    LinkClicks.objects.create(link=link, hour=NOW.replace(minute=0) - timedelta(hours=2), clicks=7)
    LinkClicks.objects.create(link=link, hour=NOW.replace(minute=0), slot=1, clicks=3)
    other = ShortLink.objects.get(channel="email", message=row.version.message_id)
    LinkClicks.objects.create(link=other, hour=NOW.replace(minute=0), clicks=5)
    page = BroadcastPage(Broadcast.objects.get(pk=row.pk), world.officer, at=NOW)
    assert [(one.channel, one.target, one.clicks) for one in page.links] == [("sms", LONG, 3)]
    head, *rows = file(world, row, "clicks")
    assert len(head) == 5
    assert [(one[1], one[3], one[4]) for one in rows] == [("SMS", LONG, "3")]


def test_cost_is_planned_and_spent_at_the_accounts_price_and_an_unknown_price_is_said(world: World) -> None:
    account = sms_account("http://127.0.0.1:1")
    row = linked(world, 3)
    done = take(limit=2).claimed
    finish(done)
    sql(
        "UPDATE outreach_delivery SET cost = 2, account_id = %s WHERE id = ANY(%s)",
        account.pk,
        [one.id for one in done],
    )
    assert "chưa biết giá" in shown(world, row)
    account.settings["price_per_unit"] = 500
    account.save()
    page = BroadcastPage(Broadcast.objects.get(pk=row.pk), world.officer, at=NOW)
    each = page.bills["planned"].of("sms").units // 3
    assert page.bills["spent"].dong == 2 * 2 * 500
    assert page.bills["planned"].dong == 3 * each * 500
    assert "2.000 đồng" in shown(world, row)


def test_the_units_table_adds_up_and_its_file_holds_the_same(world: World) -> None:
    one, two = units(world, "Một", "Hai")
    row = released(world, 7)
    sql("SET LOCAL session_replication_role = replica")
    ids = list(Delivery.objects.filter(broadcast=row).order_by("pk").values_list("pk", flat=True))
    sql("UPDATE outreach_delivery SET unit_id = %s WHERE id = ANY(%s)", one, ids[:3])
    sql("UPDATE outreach_delivery SET unit_id = %s WHERE id = ANY(%s)", two, ids[3:])
    sql("SET LOCAL session_replication_role = DEFAULT")
    finish(take(limit=2).claimed, Accepted("x", delivered=True))
    _head, *rows = file(world, row, "units")
    figures = {name: [int(cell) for cell in cells] for name, *cells in rows}
    assert figures.pop("Cộng") == [7, 2, 5, 0, 0]
    assert [sum(column) for column in zip(*figures.values(), strict=True)] == [7, 2, 5, 0, 0]
    assert figures["Xã Một"][0] == 3
    assert all(cells[0] == sum(cells[1:]) for cells in figures.values())
    page = shown(world, row, query="?xa=1")
    assert "Xã Một" in page
    assert "không nêu" not in page


def test_small_figures_of_poor_households_stay_unsaid_on_every_page_and_file(world: World) -> None:
    big, small, other = units(world, "Lớn", "Nhỏ", "Khác")
    row = poor_broadcast(world, {big: 30, small: 2, other: 12})
    finish(list(take(limit=100).claimed)[:1], Rejected("99"))
    page = BroadcastPage(Broadcast.objects.get(pk=row.pk), world.officer, at=NOW)
    assert page.sensitive
    lines = {line.name: line for line in page.units.lines}
    assert lines["Xã Nhỏ"].figures[0] is None
    for line in lines.values():
        assert [cell for cell in line.figures if cell is not None and 0 < cell < 5] == []
    assert page.units.total[0] == 44
    whole = shown(world, row, query="?xa=1")
    assert "không nêu" in whole
    assert "con-thieu/?xa=" not in whole
    listed = shown(world, row, "missed")
    assert "Nhóm nhạy cảm" in listed
    assert "84900" not in listed
    assert "***" not in listed
    assert as_(world.officer).get(reverse("outreach:missed_file", args=[row.pk])).status_code == 302
    head, *rows = file(world, row, "ledger")
    assert len(head) == 9
    assert len(rows) == 44
    told = [one[0] for one in rows]
    assert "bando=2022" not in whole
    other = as_(world.officer).get(reverse("outreach:units", args=[row.pk]) + "?bando=2022")
    assert b"".join(other.streaming_content).decode().count("Xã") == 3
    assert not [cell for one in rows for cell in one[6:] if cell and not cell.endswith(":00")]
    assert "Xã Nhỏ" not in told
    assert told.count("không nêu") >= 5


def test_who_reaches_the_missed_of_a_sensitive_broadcast_is_as_careful(world: World) -> None:
    (big,) = units(world, "Lớn")
    parent = poor_broadcast(world, {big: 12})
    child = Broadcast.objects.create(
        version=parent.version, title="Bù", unit_id=parent.unit_id, agency_id=parent.agency_id, parent=parent,
        criteria={"missed_of": parent.pk}, purpose=parent.purpose, channels=["email"], expires_at=parent.expires_at,
        created_by=world.officer, created_at=NOW,
    )  # fmt: skip
    assert BroadcastPage(child, world.officer, at=NOW).sensitive


def test_files_of_200_000_lines_stay_flat_in_memory(world: World, record_property) -> None:
    (place,) = units(world, "Lớn")
    row = released(world, 1)
    sql("SET LOCAL session_replication_role = replica")
    columns = "broadcast_id, version_id, month, person_id, address_id, unit_id, channel, language, state, reason"
    sql(
        f"INSERT INTO outreach_delivery ({columns}, attempts, generation, provider_id, cost)"
        " SELECT %s, %s, %s, 10000000 + n, 10000000 + n, %s, 'sms', 'vi', 'failed', 'refused', 1, 0, '', 1"
        " FROM generate_series(1, 200000) n",
        row.pk, row.version_id, row.month, place,
    )  # fmt: skip
    sql("SET LOCAL session_replication_role = DEFAULT")
    for name, least in (("ledger", 200_001), ("missed_file", 200_000)):
        answer = as_(world.officer).get(reverse(f"outreach:{name}", args=[row.pk]))
        lines, first, most = 0, 0, 0
        for chunk in answer.streaming_content:
            lines += chunk.count(b"\n")
            if lines in (5_000, 100_000, 200_000):
                first, most = first or resident(), resident()
        grown = most - first
        record_property(f"{name}: MB at 5,000 lines, growth to 200,000", (first, grown))
        assert lines >= least
        assert grown < 24, name


def resident() -> int:
    """Megabytes this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def test_the_tally_is_the_ledger(world: World) -> None:
    row = released(world, 9)
    finish(take(limit=4).claimed, at=NOW)
    found = tally(row, at=NOW + timedelta(seconds=30))
    assert found.whole == {"accepted": 4, "pending": 5}
    assert found.recent == {"sms": 4}
    assert sum(cell.count for cell in found.cells) == row.audience_count
