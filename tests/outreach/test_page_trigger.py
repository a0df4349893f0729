"""A policy page that comes out becomes a draft for the audience a trigger names: once for each version."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lantoa.approvals.services import decide
from lantoa.audience.models import Segment
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import services as newsroom
from lantoa.outreach.models import Broadcast, Message, Trigger, TriggerOccasion
from lantoa.outreach.services import CannotChangeError, ask_approval
from lantoa.outreach.services.triggers import (
    Terms,
    cancel_occasion,
    create_trigger,
    notice_pages,
    pause_trigger,
    prepare_occasion,
    start_trigger,
    write_occasion,
)
from tests.newsroom.passing import approve, send
from tests.portal.conftest import Province, province, publish, site

__all__ = ["province", "publish", "site"]
pytestmark = pytest.mark.django_db
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def editor(province: Province) -> User:
    return province.hire(Role.EDITOR)


@pytest.fixture
def trigger(province: Province, editor: User) -> Trigger:
    segment = Segment.objects.create(name="Hộ nghèo", unit_id=province.unit_id, updated_at=now(), criteria={})
    terms = Terms(
        name="Chính sách mới cho hộ nghèo", kind="page", segment_id=segment.pk, channels=["zalo", "sms"],
        purpose="policy_news", audience="poor",
    )  # fmt: skip
    made = create_trigger(terms=terms, agency_id=province.department_id, unit_id=province.unit_id, by=editor, at=now())
    return start_trigger(trigger=made, by=editor, at=now() - A_SECOND)


def test_a_page_for_the_audience_becomes_a_draft_with_its_forms_and_no_other_page_does(
    trigger: Trigger, editor: User, publish: Callable[..., Any], run_jobs: Callable[[], int]
) -> None:
    publish("policy", "Vay vốn sản xuất", audience_groups=["poor"])
    publish("policy", "Cho cán bộ", audience_groups=["poverty_officers"])
    publish("article", "Chuyện cô Ba", audience_groups=["poor"])
    run_jobs()
    notice_pages(at=now())
    made = TriggerOccasion.objects.get()
    text = made.message
    assert text
    assert (made.title, text.title, text.created_by, text.page_id) == (
        "Vay vốn sản xuất", "Vay vốn sản xuất", editor, made.page_id,
    )  # fmt: skip
    assert set(text.forms.values_list("channel", flat=True)) == {"portal", "email", "zalo", "sms"}
    assert "Nội dung." in text.forms.get(channel="zalo").body
    assert Broadcast.objects.count() == 0, "nothing goes out by itself"


def test_the_same_version_gives_one_draft_and_a_new_version_another(
    trigger: Trigger, province: Province, publish: Callable[..., Any]
) -> None:
    page = publish("policy", "Vay vốn", audience_groups=["poor"])
    for _again in range(3):
        notice_pages(at=now())
    assert TriggerOccasion.objects.count() == Message.objects.count() == 1
    editor, reviewer = province.hire(Role.EDITOR), province.hire(Role.REVIEWER)
    newsroom.revise_page(page=page, by=editor, at=now(), lead="Mức vay đã đổi.")
    send(page, by=editor, at=now())
    notice_pages(at=now())
    assert TriggerOccasion.objects.count() == 1, "not out yet"
    approve(page, by=reviewer, at=now())
    notice_pages(at=now())
    assert TriggerOccasion.objects.count() == Message.objects.count() == 2


def test_pages_from_before_the_start_and_under_a_pause_give_nothing(
    trigger: Trigger, editor: User, publish: Callable[..., Any]
) -> None:
    pause_trigger(trigger=trigger, by=editor, at=now())
    publish("policy", "Vay vốn", audience_groups=["poor"])
    notice_pages(at=now())
    start_trigger(trigger=trigger, by=editor, at=now() + A_SECOND)
    notice_pages(at=now())
    assert TriggerOccasion.objects.count() == 0


def test_an_editor_who_lost_the_post_leaves_the_page_to_be_written_by_another(
    trigger: Trigger, editor: User, province: Province, publish: Callable[..., Any]
) -> None:
    province.posts[editor.pk] = []
    publish("policy", "Vay vốn", audience_groups=["poor"])
    notice_pages(at=now())
    made = TriggerOccasion.objects.get()
    assert made.message is None
    other = province.hire(Role.EDITOR)
    text = write_occasion(occasion=made, by=other, at=now())
    assert (text.created_by, write_occasion(occasion=made, by=other, at=now())) == (other, text)


def test_only_the_approved_draft_becomes_a_broadcast_for_the_segment_and_only_one(
    trigger: Trigger, editor: User, province: Province, publish: Callable[..., Any]
) -> None:
    publish("policy", "Vay vốn", audience_groups=["poor"])
    notice_pages(at=now())
    made = TriggerOccasion.objects.select_related("message").get()
    assert made.message
    with pytest.raises(CannotChangeError):
        prepare_occasion(occasion=made, by=editor, at=now())
    asked = ask_approval(message=made.message, by=editor, at=now())
    decide(submission_id=asked.pk, by=province.hire(Role.REVIEWER), at=now(), approve=True)
    first, second = (prepare_occasion(occasion=made, by=editor, at=now()) for _press in range(2))
    assert first == second == Broadcast.objects.get()
    assert (first.state, first.segment_id, first.channels) == ("approved", trigger.segment_id, ["zalo", "sms"])


def test_a_page_that_needs_no_message_is_put_aside(trigger: Trigger, editor: User, publish: Callable[..., Any]) -> None:
    publish("policy", "Vay vốn", audience_groups=["poor"])
    notice_pages(at=now())
    made = cancel_occasion(occasion=TriggerOccasion.objects.get(), by=editor, at=now())
    notice_pages(at=now())
    assert (TriggerOccasion.objects.count(), made.cancelled_at is not None) == (1, True)
