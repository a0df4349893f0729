"""Visits at home: each officer sees the names of their own communes, and nobody else does."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lantoa.audience.models import AudienceGroup, GroupMembership, Person, VaultName
from lantoa.audience.services import read_names
from lantoa.desk.providers.spreading import to_visit
from lantoa.desk.work import Worker
from lantoa.kernel.access import AccessDenied, Grant
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.outreach.rules import RECORD_VISIT
from lantoa.outreach.selectors import broadcast_account
from lantoa.outreach.services import Plan, Step, go_on, prepare, release
from lantoa.outreach.texts import spoken
from tests.outreach.test_watching import as_, units
from tests.outreach.world import NOW, World, approve, draft, message, people

pytestmark = pytest.mark.django_db
VISIT = (Step("visit", timedelta(hours=1)),)
SOON = timedelta(days=2)


@pytest.fixture
def communes(world: World) -> tuple[int, int]:
    """Two communes under the province; the province's posts reach both."""
    first, second = units(world, "An Hòa", "Bình Minh")
    for grants in world.posts.values():
        grants[:] = [Grant(one.role, [world.unit_id, first, second], one.agency_id, one.post_id) for one in grants]
    return first, second


def unreached(unit: int, world: World, count: int) -> list[int]:
    """People of a commune whom only an e-mail would reach."""
    ids = people(world, count, ("email",))
    Person.objects.filter(pk__in=ids).update(unit_id=unit)
    return ids


def to_be_visited(world: World, *, at=None, segment=None) -> Broadcast:
    """A released broadcast by SMS whose people all go on to a visit."""
    at = at or timezone.now()
    version = approve(world, message(world))
    if segment is None:
        row = draft(world, version, chain=VISIT, expires_at=at + SOON)
    else:
        plan = Plan(segment_id=segment.pk, channels=["sms"], expires_at=at + SOON, chain=VISIT)
        row = prepare(version=version, plan=plan, by=world.officer, at=NOW)
    release(broadcast=row, by=world.leader, at=at)
    go_on(at=at)
    return row


def names(ids: list[int]) -> list[str]:
    return list(VaultName.objects.filter(pk__in=ids).values_list("name", flat=True))


def url(row: Broadcast, name: str = "visits", *more: int) -> str:
    return reverse(f"outreach:{name}", args=[row.pk, *more])


def seen(user: User, address: str) -> str:
    answer = as_(user).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_an_officer_sees_and_records_only_the_people_of_their_own_commune(world: World, communes) -> None:
    here, there = communes
    mine, theirs = unreached(here, world, 2), unreached(there, world, 3)
    row = to_be_visited(world)
    officer = world.hire(Role.CHANNEL_OFFICER, unit_id=here)
    for page in (
        seen(officer, url(row)),
        seen(officer, url(row) + f"?xa={there}"),
        seen(officer, url(row, "visit_sheet")),
    ):
        assert all(name in page for name in names(mine))
        assert not any(name in page for name in names(theirs))
        assert "Bình Minh" not in page
    foreign = Delivery.objects.get(broadcast=row, channel="visit", person_id=theirs[0])
    assert as_(officer).post(url(row, "visit", foreign.pk), {"gap": "co"}).status_code == 404
    assert Delivery.objects.filter(broadcast=row, state="delivered").count() == 0
    assert as_(officer).get(reverse("outreach:broadcast", args=[row.pk])).status_code == 404, "the province's own page"


def test_nobody_else_learns_who_waits(world: World, communes) -> None:
    here, there = communes
    waiting = unreached(here, world, 2)
    row = to_be_visited(world)
    delivery = Delivery.objects.filter(broadcast=row, channel="visit").first()
    doors = [url(row), url(row, "visit_sheet"), url(row, "visit_words")]
    neighbour = world.hire(Role.CHANNEL_OFFICER, unit_id=there)
    assert [as_(neighbour).get(door).status_code for door in doors] == [404, 404, 404]
    assert [as_(world.reviewer).get(door).status_code for door in doors] == [403, 403, 403]
    for user, status in ((neighbour, 404), (world.reviewer, 403)):
        assert as_(user).post(url(row, "visit", delivery.pk), {"gap": "co"}).status_code == status
    with pytest.raises(AccessDenied):
        read_names(
            by=world.reviewer, at=NOW, person_ids=waiting, permission=RECORD_VISIT, subject="outreach.broadcast:1"
        )
    assert read_names(by=neighbour, at=NOW, person_ids=waiting, permission=RECORD_VISIT, subject="x:1") == {}
    assert broadcast_account(row.pk).states == {"pending": 2}


def test_a_draft_and_a_broadcast_of_another_unit_have_no_list(world: World, communes) -> None:
    here, there = communes
    unreached(there, world, 1)
    row = to_be_visited(world)
    prepared = draft(world, approve(world, message(world)), chain=VISIT)
    officer = world.hire(Role.CHANNEL_OFFICER, unit_id=here)
    assert as_(officer).get(url(row)).status_code == 404
    assert as_(world.officer).get(url(prepared)).status_code == 404


def test_reading_the_names_is_on_record_without_a_name(world: World, communes) -> None:
    ids = unreached(communes[0], world, 2)
    row = to_be_visited(world)
    officer = world.hire(Role.CHANNEL_OFFICER, unit_id=communes[0])
    seen(officer, url(row))
    entry = AuditEntry.objects.get(action="audience.names_read")
    assert (entry.by, entry.subject, entry.facts) == (
        officer,
        f"outreach.broadcast:{row.pk}",
        json.dumps({"people": sorted(ids)}, separators=(",", ":")),
    )


def test_met_and_not_at_home_are_recorded_once_and_a_second_visit_may_find_them(world: World, communes) -> None:
    unreached(communes[0], world, 2)
    row = to_be_visited(world)
    officer = world.hire(Role.CHANNEL_OFFICER, unit_id=communes[0])
    one, other = Delivery.objects.filter(broadcast=row, channel="visit")
    client = as_(officer)
    answer = client.post(url(row, "visit", one.pk), {"gap": "co"}, follow=True)
    assert "#people" in answer.redirect_chain[0][0]
    page = client.post(url(row, "visit", other.pk), {"gap": "khong"}, follow=True).content.decode()
    assert broadcast_account(row.pk).states == {"delivered": 1, "failed": 1}
    assert names([other.person_id])[0] in page, "somebody can still go there"
    assert page.count('value="khong"') == 0
    client.post(url(row, "visit", other.pk), {"gap": "co"})
    client.post(url(row, "visit", other.pk), {"gap": "khong"})
    assert broadcast_account(row.pk).states == {"delivered": 2}
    assert AuditEntry.objects.filter(action="outreach.visit_recorded").count() == 3


def test_the_list_goes_by_hamlet_and_an_erased_person_has_no_name(world: World, communes) -> None:
    ids = unreached(communes[0], world, 3)
    hamlet = apps.get_model("territory", "Unit").objects.create()
    apps.get_model("territory", "UnitVersion").objects.create(
        unit_id=hamlet.pk, name="Ấp Tân Lợi", short_name="Tân Lợi", folded="tan loi", kind="hamlet", level=4,
        valid=(timezone.localdate() - timedelta(days=900), None), sort_key="t",
    )  # fmt: skip
    Person.objects.filter(pk__in=ids[:2]).update(hamlet_id=hamlet.pk)
    row = to_be_visited(world)
    erased = names(ids[2:])[0]
    VaultName.objects.filter(pk=ids[2]).update(name="")
    Person.objects.filter(pk=ids[2]).update(erased_at=timezone.now())
    page = seen(world.hire(Role.CHANNEL_OFFICER, unit_id=communes[0]), url(row))
    assert page.index("Ấp Tân Lợi") < page.index(names(ids[:1])[0]) < page.index("Chưa rõ khóm, ấp")
    assert erased not in page
    assert "Không còn giữ tên" in page


def test_the_list_of_a_sensitive_audience_does_not_say_why(world: World, communes) -> None:
    ids = unreached(communes[0], world, 2)
    group = AudienceGroup.objects.filter(sensitive=True).first()
    GroupMembership.objects.bulk_create(
        GroupMembership(person_id=pk, group=group, valid=(timezone.localdate(NOW) - timedelta(days=9), None))
        for pk in ids
    )
    segment = apps.get_model("audience", "Segment").objects.create(
        name="Hộ nghèo xã bãi ngang", unit_id=world.unit_id, updated_at=NOW, criteria={"any_groups": [group.code]}
    )
    row = to_be_visited(world, segment=segment)
    Broadcast.objects.filter(pk=row.pk).update(title="Vay vốn cho hộ nghèo")
    officer = world.hire(Role.CHANNEL_OFFICER, unit_id=communes[0])
    for page in (seen(officer, url(row)), seen(officer, url(row, "visit_sheet"))):
        assert names(ids)[0] in page
        assert "hộ nghèo" not in page.lower()
        assert "không cần thế chấp" not in page
    words = seen(officer, url(row, "visit_words"))
    assert "không cần thế chấp" in words
    assert names(ids)[0] not in words


def test_the_province_chooses_a_commune_first_and_reads_no_name_before(world: World, communes) -> None:
    mine = [*unreached(communes[0], world, 1), *unreached(communes[1], world, 2)]
    row = to_be_visited(world)
    page = seen(world.officer, url(row))
    assert page.index("Xã Bình Minh") < page.index("Xã An Hòa"), "most waiting first"
    assert not any(name in page for name in names(mine))
    assert not AuditEntry.objects.filter(action="audience.names_read").exists()


def test_a_long_list_takes_no_more_queries_than_a_short_one(world: World, communes) -> None:
    unreached(communes[0], world, 2)
    short = to_be_visited(world)
    unreached(communes[0], world, 20)
    long = to_be_visited(world)
    client = as_(world.hire(Role.CHANNEL_OFFICER, unit_id=communes[0]))
    counts = []
    for row in (short, long):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(row)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 24


def test_my_work_names_the_visits_of_my_own_units_while_they_wait(world: World, communes) -> None:
    unreached(communes[0], world, 2)
    row = to_be_visited(world)
    officer, neighbour = (world.hire(Role.CHANNEL_OFFICER, unit_id=unit) for unit in communes)
    roles = frozenset({Role.CHANNEL_OFFICER})
    found = list(to_visit(Worker(officer, roles, timezone.now())))
    assert [(job.title, job.url) for job in found] == [("Gặp tận nơi 2 người", url(row))]
    assert list(to_visit(Worker(neighbour, roles, timezone.now()))) == []
    Delivery.objects.filter(broadcast=row, channel="visit").update(state="delivered")
    assert list(to_visit(Worker(officer, roles, timezone.now()))) == []


def test_what_is_said_is_the_shortest_text_with_marks() -> None:
    content = {"forms": {"vi": {
        "sms": {"text": "Vay von khong the chap."}, "zalo": {"text": "{name} ơi, vay vốn không thế chấp."},
        "portal": {"text": "Bà con ơi, vay vốn không cần thế chấp, hỏi tổ vay vốn ở ấp."},
    }}}  # fmt: skip
    assert spoken(content) == [("vi", "bà con ơi, vay vốn không thế chấp.")]
    content["forms"]["vi"] = {"sms": {"text": "Vay von khong the chap."}}
    assert spoken(content) == [("vi", "Vay von khong the chap.")]
