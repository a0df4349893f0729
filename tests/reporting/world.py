"""A small province with facts to report: recorded directly, so that a plain recount needs no code of ours."""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.agencies.models import Agency
from lantoa.kernel import audit
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.listening.models import Case, CaseEvent
from lantoa.outreach.models import Broadcast, Delivery, Message, MessageVersion, Outbox, Placement
from lantoa.planning.models import ContentLine, Duty, Plan, PlanImport, PlanVersion, Task
from lantoa.pressroom.models import Clipping
from lantoa.reporting.periods import Period
from tests.planning.conftest import agency, person, unit

START, END = date(2026, 10, 1), date(2026, 12, 31)
QUARTER = Period(START, END)
NOON = datetime(2026, 11, 10, 5, 0, tzinfo=UTC)
NOW = datetime(2027, 1, 10, 3, 0, tzinfo=UTC)
_serial = itertools.count(1)


@dataclass
class World:
    """A province with two communes, and another province that is nobody's business here."""

    province: int
    north: int
    south: int
    elsewhere: int
    committee: int
    office: int
    far_office: int
    clerk: User
    leader: User
    commune_clerk: User
    stranger: User
    editor: User
    messages: dict[tuple[int, str], Message] = field(default_factory=dict)


def build(*, recorded: bool = True) -> World:
    """Units, agencies, posts; `recorded` writes a first line into the audit chain."""
    province, elsewhere = unit("Tỉnh Sông Sen", "province", 1), unit("Tỉnh Núi Xa", "province", 1)
    north, south = unit("Xã Sen Bắc", "commune", 3, province), unit("Xã Sen Nam", "commune", 3, province)
    committee = agency("Ủy ban nhân dân tỉnh Sông Sen", "peoples_committee", province)
    above = Agency.objects.get(pk=committee)
    office = agency("Ủy ban nhân dân xã Sen Bắc", "peoples_committee", north, above)
    far = agency("Ủy ban nhân dân tỉnh Núi Xa", "peoples_committee", elsewhere)
    if recorded:
        audit.record("test.begun", by=None, at=datetime(2026, 1, 1, tzinfo=UTC), subject="test:1")
    return World(
        province.pk, north.pk, south.pk, elsewhere.pk, committee, office, far,
        clerk=person("clerk", (Role.REPORTER, committee)),
        leader=person("leader", (Role.LEADER, committee)),
        commune_clerk=person("commune", (Role.REPORTER, office)),
        stranger=person("stranger", (Role.REPORTER, far)),
        editor=person("editor", (Role.EDITOR, committee)),
    )  # fmt: skip


@contextmanager
def unguarded() -> Iterator[None]:
    """Record facts as if they had come about: triggers look away, keys are not checked."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def broadcast(
    world: World, unit_id: int, deliveries: Sequence[tuple[int, int, str, str]], *, line: str = "a",
    at: datetime = NOON, message: Message | None = None,
) -> Broadcast:  # fmt: skip
    """A released broadcast; deliveries are (person, unit the person lives in, channel, state)."""
    number = next(_serial)
    written = message or Message.objects.create(
        title=f"Tin {number}", purpose="policy_news", content_line=line, agency_id=world.committee, unit_id=unit_id,
        created_by=world.editor, created_at=at, edited_at=at,
    )  # fmt: skip
    version = MessageVersion.objects.create(
        message=written, number=number, content={}, sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        frozen_by=world.editor, frozen_at=at,
    )  # fmt: skip
    with unguarded():
        row = Broadcast.objects.create(
            version=version, title=written.title, unit_id=unit_id, agency_id=world.committee, purpose="policy_news",
            channels=["sms"], state="done", audience_count=len(deliveries), expires_at=at, created_at=at,
            released_at=at,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SELECT outreach_partition(%s), outreach_month(%s)", [int(f"{at:%Y%m}"), at])
        row.month = int(f"{at:%Y%m}")
        row.save(update_fields=["month"])
        made = Delivery.objects.bulk_create(_delivery(row, version, *facts) for facts in deliveries)
        sending = [one for one, facts in zip(made, deliveries, strict=True) if facts[3] == "sending"]
        Outbox.objects.bulk_create(_held(one) for one in sending)
    return row


def _delivery(row: Broadcast, version: MessageVersion, who: int, home: int, channel: str, state: str) -> Delivery:
    stored = "pending" if state == "sending" else state
    return Delivery(
        month=row.month, broadcast=row, version=version, person_id=who, unit_id=home, channel=channel, language="vi",
        state=stored, address_id=next(_serial),
    )  # fmt: skip


def _held(one: Delivery) -> Outbox:
    """A worker holds it: on the wire."""
    return Outbox(
        delivery_id=one.pk, month=one.month, broadcast_id=one.broadcast_id, channel=one.channel, lease_until=NOW,
        attempt="00000000-0000-0000-0000-000000000001",
    )  # fmt: skip


def put(row: Broadcast, unit_id: int, kind: str, state: str, *, proven: bool = False, count: int | None = None) -> None:
    """The broadcast's message at one outlet of that kind in that unit; `proven` before it was taken down."""
    there = state == "done" or (state == "withdrawn" and proven)
    with unguarded():
        Placement.objects.create(
            broadcast=row, outlet_id=next(_serial), kind=kind, unit_id=unit_id, language="vi", state=state,
            key=f"put-{next(_serial)}", done_at=NOON if there else None, quantity_done=count if there else None,
            accepted_at=NOON if state == "accepted" else None,
            lease_until=NOW if state == "sending" else None,
            attempt="00000000-0000-0000-0000-000000000001" if state == "sending" else None,
        )  # fmt: skip


def case(unit_id: int, place: str, *, at: datetime = NOON) -> Case:
    """A case that came in then and stands there at NOW."""
    number = next(_serial)
    made = Case.objects.create(
        number=f"PA-{number}", code=f"AAAA-{number:04}", matter="question", door="portal", unit_id=unit_id,
        submission_key=f"test:{number}",
    )  # fmt: skip
    due = NOW + timedelta(days=5) if place == "waiting" else at + timedelta(days=7)
    after = {
        "on_time": ("answered", at + timedelta(days=3)),
        "late": ("answered", at + timedelta(days=9)),
        "referred": ("referred", at + timedelta(days=1)),
    }
    with unguarded():
        CaseEvent.objects.create(case=made, happening="received", at=at, text="Hỏi", due_at=due)
        if place in after:
            happening, then = after[place]
            CaseEvent.objects.create(case=made, happening=happening, at=then, by=User.objects.first(), text="Đáp")
    return made


def told(
    unit_id: int, medium: str, *, day: date, minutes: str | None = None, programmes: Sequence[str] = (),
    content_line: str = "",
) -> Clipping:  # fmt: skip
    """A piece that the press told of that unit on a day."""
    return Clipping.objects.create(
        unit_id=unit_id, medium=medium, outlet_name="Báo Thử", title="Tin thử", told_on=day, entered_at=NOW,
        minutes=minutes, programmes=list(programmes), content_line=content_line, same=f"{next(_serial):064}",
    )  # fmt: skip


def plan(world: World, unit_id: int, labels: str = "abc", *, period: DateRange | None = None) -> PlanVersion:
    """A plan in force with these content lines."""
    number = next(_serial)
    source = PlanImport.objects.create(
        unit_id=unit_id, filename="mau.txt", kind="txt", content=b"x", sha256=hashlib.sha256(b"x").hexdigest(),
        source_text="x", found={}, decided={}, state="confirmed", created_by=world.editor, created_at=NOON,
        changed_at=NOON,
    )  # fmt: skip
    version = PlanVersion.objects.create(
        plan=Plan.objects.create(unit_id=unit_id, number=f"{number}/KH-UBND", year=2026), version=1,
        title="Kế hoạch truyền thông", issuer="Ủy ban nhân dân tỉnh Sông Sen", issued_on=date(2026, 1, 5),
        period=period or DateRange(date(2026, 1, 1), date(2027, 1, 1)), source=source, confirmed_by=world.editor,
        confirmed_at=NOON,
    )  # fmt: skip
    for order, label in enumerate(labels, start=1):
        ContentLine.objects.create(version=version, order=order, label=label, text=f"Nội dung {label}")
    return version


def task(
    version: PlanVersion, owner: int | None, status: str, *, due_on: date | None = None, helping: Sequence[int] = ()
) -> Task:
    """A task of that plan."""
    number = next(_serial)
    order = Duty.objects.filter(version=version).count() + 1
    duty = Duty.objects.create(
        version=version, plan=version.plan, order=order, text=f"Việc {number}", agency_name="…"
    )  # fmt: skip
    row: Task = Task.objects.create(
        duty=duty, owner_id=owner, status=status, due_on=due_on, changed_at=NOON,
        done_at=NOON if status == "done" else None, status_note="…" if status in ("blocked", "dropped") else "",
    )  # fmt: skip
    row.co_agencies.set(helping)
    return row
