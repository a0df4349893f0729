"""An audience by what earlier messages did: the compiled condition answers what a naive reading answers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.audience.criteria import BadCriteriaError, Criteria
from lantoa.audience.models import Segment
from lantoa.audience.selectors import people, size
from lantoa.channels.contract import Accepted, Rejected, Unknown
from lantoa.channels.events import ReceiptReceived
from lantoa.kernel.enums import Role
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.outreach.past_reach import OFFERED, Was
from lantoa.outreach.services import pause, release
from lantoa.outreach.services.receipts import take_receipt
from lantoa.outreach.services.settling import give_back
from tests.outreach.world import NOW, World, approve, draft, finish, message, take
from tests.outreach.world import people as settle

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
TODAY = timezone.localdate(NOW)
STATES = ["pending", "accepted", "delivered", "read", "failed", "unknown"]


def sent(world: World, *, line: str = "", at: Any = NOW) -> Broadcast:
    written = message(world)
    type(written).objects.filter(pk=written.pk).update(content_line=line)
    return release(broadcast=draft(world, approve(world, written)), by=world.leader, at=at)


def stand(row: Broadcast, states: list[str]) -> list[int]:
    """Bring the deliveries of the only waiting broadcast, in order of people, into these states; returns the people."""
    ids = sorted(Delivery.objects.filter(broadcast=row).values_list("person_id", flat=True))
    wanted = dict(zip(ids, states, strict=True))
    for one in take(limit=100).claimed:
        state = wanted[Delivery.objects.get(pk=one.id).person_id]
        if state == "pending":
            give_back([one], at=NOW)
            continue
        outcomes = {"failed": Rejected("99"), "unknown": Unknown("dropped")}
        finish([one], outcomes.get(state, Accepted(f"p-{one.id}")))
        if state in ("delivered", "read"):
            take_receipt(ReceiptReceived(1, "sms", f"p-{one.id}", one.key, state, NOW.isoformat(), one.id), at=NOW)
    assert dict(Delivery.objects.filter(broadcast=row).values_list("person_id", "state")) == wanted
    return ids


def found(**value: Any) -> list[int]:
    criteria = Criteria.from_json({"past_reach": value})
    ids = sorted(people(criteria, today=TODAY).values_list("pk", flat=True))
    assert size(criteria, today=TODAY).people == len(ids)
    return ids


@settings(max_examples=25)
@given(first=st.lists(st.sampled_from(STATES), min_size=3, max_size=3),
       second=st.lists(st.sampled_from(STATES), min_size=3, max_size=3), was=st.sampled_from(Was.values),
       by=st.sampled_from(["broadcast", "message", "line", "purpose", "any"]))  # fmt: skip
def test_past_reach_equals_a_naive_reading_of_the_ledger(
    world: World, first: list[str], second: list[str], was: str, by: str
) -> None:
    with transaction.atomic():
        settle(world, 3)
        one = sent(world, line="a")
        ids = stand(one, first)
        if {"pending", "unknown"} & {*first}:
            pause(broadcast=one, by=world.officer, at=NOW)
        stand(sent(world, line="b"), second)
        scope = [first] if by in ("broadcast", "message", "line") else [first, second]
        of = {"broadcast": one.pk, "message": one.version.message_id, "line": "a", "purpose": one.purpose}.get(by)

        def holds(states: set[str]) -> bool:
            reached, accepted = {"delivered", "read"} & states, {"accepted", "delivered", "read"} & states
            missed = "failed" in states and not accepted | {"pending", "unknown"} & states
            return bool({"reached": reached, "not_reached": not reached, "accepted": accepted,
                         "not_accepted": not accepted, "missed": missed}[was])  # fmt: skip

        expected = [pk for place, pk in enumerate(ids) if holds({states[place] for states in scope})]
        assert found(was=was, by=by, **({} if of is None else {"of": of})) == expected
        transaction.set_rollback(True)


def test_who_was_held_back_was_missed_unless_the_house_has_it(world: World) -> None:
    silent, first, sharing = settle(world, 1, consent=False) + settle(world, 2, phone="84911111111")
    row = sent(world)
    [one] = take().claimed
    finish([one], Accepted("p"))
    states = dict(Delivery.objects.filter(broadcast=row).values_list("person_id", "state"))
    assert states == {silent: "suppressed", first: "accepted", sharing: "suppressed"}
    assert found(was="missed", by="any") == [silent]
    assert found(was="not_accepted", by="any") == [silent, sharing]


def test_only_what_was_sent_within_the_days_counts(world: World) -> None:
    ids = settle(world, 2)
    row = sent(world, at=NOW - timedelta(days=10))
    stand(row, ["delivered", "failed"])
    assert found(was="reached", by="any", days=10) == ids[:1]
    assert found(was="reached", by="any", days=9) == []
    assert found(was="not_reached", by="message", of=row.version.message_id, days=9) == ids


@pytest.mark.parametrize(
    "stored",
    [
        None, {}, [], "reached", {"was": "reached"}, {"was": "seen", "by": "any"}, {"was": "reached", "by": "message"},
        {"was": "reached", "by": "message", "of": "1"}, {"was": "reached", "by": "message", "of": True},
        {"was": "reached", "by": "any", "of": 1}, {"was": "reached", "by": "purpose", "of": "ads"},
        {"was": "reached", "by": "any", "days": 0}, {"was": "reached", "by": "any", "days": "7"},
        {"was": "reached", "by": "any", "more": 1}, {"was": ["reached"], "by": "any"}, {"was": "reached", "by": []},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(stored: Any) -> None:
    with pytest.raises(BadCriteriaError):
        Criteria.from_json({"past_reach": stored})


def test_what_is_read_is_written_the_same() -> None:
    stored = {"purpose": "events", "past_reach": {"was": "missed", "by": "line", "of": "c", "days": 30}}
    assert Criteria.from_json(stored).as_json() == stored


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_editor_offers_it_in_words_and_keeps_it(world: World) -> None:
    settle(world, 3)
    apps.get_model("territory", "UnitVersion").objects.create(
        unit_id=world.unit_id, name="Tỉnh Mẫu", short_name="Mẫu", folded="tinh mau", kind="province", level=1,
        valid=DateRange(date(2020, 1, 1), None), sort_key="mau",
    )  # fmt: skip
    row = sent(world)
    stand(row, ["read", "failed", "accepted"])
    editor, url = signed_in(world.editor), reverse("audience:segment_new")
    asked = {"name": "Chưa nhận", "unit": world.unit_id, "units": [], "purpose": "policy_news",
             "past_of": f"broadcast:{row.pk}", "past_was": "not_reached"}  # fmt: skip
    form = editor.post(url, asked | {"count": "1", "past_was": ""}).context["form"]
    assert "past_of" in form.errors, "half an answer is none"
    page = editor.post(url, asked, follow=True)
    assert page.status_code == 200, page.text
    kept = Segment.objects.get(name="Chưa nhận")
    assert kept.criteria["past_reach"] == {"was": "not_reached", "by": "broadcast", "of": row.pk}
    assert row.title in page.text
    again = editor.get(reverse("audience:segment_edit", args=[kept.pk])).context["form"]
    assert [again[name].value() for name in ("past_of", "past_was", "past_days")] == [
        f"broadcast:{row.pk}", "not_reached", None]  # fmt: skip


def test_messages_of_other_units_are_not_on_offer_but_one_stored_stays(world: World) -> None:
    settle(world, 1)
    row = sent(world)
    other = world.hire(Role.EDITOR, unit_id=world.unit_id + 999)
    stored = {"past_reach": {"was": "reached", "by": "broadcast", "of": row.pk}}
    segment = Segment(name="x", unit_id=world.unit_id + 999, criteria=stored, updated_at=NOW)
    from lantoa.audience.forms import SegmentForm

    def codes(**more: Any) -> list[str]:
        groups = SegmentForm(user=other, **more).fields["past_of"].choices
        return [code for one, some in groups for code, _label in (some if isinstance(some, list) else [(one, some)])]

    assert f"broadcast:{row.pk}" not in codes()
    assert f"broadcast:{row.pk}" in codes(segment=segment)
    assert len(codes()) < OFFERED
