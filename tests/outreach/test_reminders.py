"""Reminders before a moment: each once, moved with the moment, silent when it is called off."""

from datetime import timedelta

import pytest

from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import ZONE
from lantoa.outreach.models import Broadcast, Delivery, Reminder, TriggerOccasion
from lantoa.outreach.services import CannotChangeError
from lantoa.outreach.services.triggers import add_occasion, cancel_occasion, move_occasion, pause_trigger
from tests.outreach.calendar_world import HOUR, MINUTE, MONDAY, before_event, rounds, worded
from tests.outreach.world import World, approve, message, people

pytestmark = [pytest.mark.django_db, pytest.mark.sql]

EVENT = MONDAY + timedelta(days=5)
DAY = timedelta(days=1)


def event(world: World, **more: object) -> TriggerOccasion:
    trigger = before_event(world, **more)  # type: ignore[arg-type]
    return add_occasion(trigger=trigger, title="Đối thoại xã Tân Thử", moment=EVENT, by=world.editor, at=MONDAY)


def story(occasion: TriggerOccasion) -> list[tuple[str, str, str]]:
    rows = Reminder.objects.filter(occasion=occasion).order_by("-before")
    return [(f"{row.due.astimezone(ZONE):%d/%m %H}", row.state, row.lack) for row in rows]


def test_each_reminder_goes_out_once_with_words_of_its_own(world: World) -> None:
    people(world, 2)
    occasion = event(world)
    for row in occasion.reminders.all():
        worded(world, row)
    rounds(MONDAY, EVENT - 3 * DAY, EVENT - 3 * DAY + MINUTE, EVENT - 2 * HOUR, EVENT - HOUR)
    assert story(occasion) == [("25/11 07", "released", ""), ("28/11 05", "released", "")]
    assert (Broadcast.objects.count(), Delivery.objects.filter(state="pending").count()) == (2, 4)
    assert set(Broadcast.objects.values_list("expires_at", flat=True)) == {EVENT}, "nobody is reminded afterwards"


def test_the_message_of_the_trigger_is_copied_for_each_to_be_adapted_and_approved(world: World) -> None:
    template = message(world, "Mời bà con đến nhà văn hoá ấp.")
    occasion = event(world, template_id=template.pk)
    texts = [row.message for row in occasion.reminders.all()]
    assert [text.forms.get(channel="sms").body for text in texts if text] == [
        template.forms.get(channel="sms").body
    ] * 2
    assert [text.title for text in texts if text] == [
        "Đối thoại xã Tân Thử, 25/11/2026 07:00", "Đối thoại xã Tân Thử, 28/11/2026 05:00",
    ]  # fmt: skip
    approve(world, template)
    rounds(MONDAY, EVENT - 3 * DAY)
    assert story(occasion)[0] == ("25/11 07", "held", "not_approved"), "the copy needs an approval of its own"


def test_reminders_move_with_the_moment_and_what_was_held_gets_its_chance(world: World) -> None:
    people(world, 1)
    occasion = event(world)
    rounds(EVENT - 3 * DAY)
    assert story(occasion)[0] == ("25/11 07", "held", "no_text")
    move_occasion(occasion=occasion, moment=EVENT + DAY, by=world.editor, at=EVENT - 3 * DAY)
    assert story(occasion) == [("26/11 07", "planned", ""), ("29/11 05", "planned", "")]
    worded(world, occasion.reminders.all()[0])
    rounds(EVENT - 3 * DAY, EVENT - 2 * DAY)
    move_occasion(occasion=occasion, moment=EVENT + 2 * DAY, by=world.editor, at=EVENT - 2 * DAY)
    assert story(occasion) == [("26/11 07", "released", ""), ("30/11 05", "planned", "")]
    assert Broadcast.objects.count() == 1


def test_what_is_called_off_reminds_nobody(world: World) -> None:
    people(world, 1)
    occasion = event(world)
    for row in occasion.reminders.all():
        worded(world, row)
    cancel_occasion(occasion=occasion, by=world.editor, at=MONDAY)
    rounds(EVENT - 3 * DAY, EVENT - HOUR)
    assert story(occasion) == [("25/11 07", "cancelled", "called_off"), ("28/11 05", "cancelled", "called_off")]
    assert Broadcast.objects.count() == 0
    with pytest.raises(CannotChangeError):
        move_occasion(occasion=occasion, moment=EVENT + DAY, by=world.editor, at=MONDAY)


def test_a_reminder_is_never_sent_once_the_event_has_begun(world: World) -> None:
    people(world, 1)
    occasion = event(world)
    for row in occasion.reminders.all():
        worded(world, row)
    rounds(EVENT)
    assert [(state, lack) for _day, state, lack in story(occasion)] == [("missed", "asleep")] * 2
    assert Delivery.objects.count() == 0


def test_an_hour_that_has_passed_already_gets_no_reminder(world: World) -> None:
    trigger = before_event(world)
    soon = add_occasion(trigger=trigger, title="Họp ấp", moment=MONDAY + DAY, by=world.editor, at=MONDAY)
    assert story(soon) == [("24/11 05", "planned", "")]


def test_an_event_is_entered_once_ahead_and_by_who_prepares(world: World) -> None:
    occasion = event(world)
    trigger = occasion.trigger
    with pytest.raises(CannotChangeError):
        add_occasion(trigger=trigger, title="Đối thoại xã Tân Thử", moment=EVENT, by=world.editor, at=MONDAY)
    with pytest.raises(CannotChangeError):
        add_occasion(trigger=trigger, title="Hôm qua", moment=MONDAY - DAY, by=world.editor, at=MONDAY)
    with pytest.raises(AccessDenied):
        add_occasion(trigger=trigger, title="Khác", moment=EVENT, by=world.reviewer, at=MONDAY)


def test_a_paused_trigger_holds_its_reminders(world: World) -> None:
    people(world, 1)
    occasion = event(world)
    worded(world, occasion.reminders.all()[0])
    pause_trigger(trigger=occasion.trigger, by=world.editor, at=MONDAY)
    rounds(EVENT - 3 * DAY)
    assert story(occasion)[0] == ("25/11 07", "held", "paused")
