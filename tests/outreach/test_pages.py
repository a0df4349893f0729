"""The desk's pages of composing and spreading, as each kind of staff uses them."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.channels.contract import Rejected
from lantoa.channels.models import ChannelAccount
from lantoa.kernel.models import User
from lantoa.outreach.models import Broadcast, Delivery, Message
from lantoa.outreach.services import Form, save_message
from tests.outreach.world import NOW, World, approve, draft, finish, message, people, released, take

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def place(world: World) -> None:
    """Give the unit, the agency and the editor their dated facts."""
    from psycopg.types.range import DateRange

    start = timezone.localdate() - timedelta(days=400)
    valid = DateRange(start, None)
    apps.get_model("territory", "UnitVersion").objects.create(
        unit_id=world.unit_id, name="Xã Tân Thử", short_name="Tân Thử", folded="tan thu", kind="commune", level=3,
        valid=valid, sort_key="a",
    )  # fmt: skip
    apps.get_model("agencies", "AgencyVersion").objects.create(
        agency_id=world.agency_id, name="Sở Thử", folded="so thu", kind="department", unit_id=world.unit_id,
        valid=valid, sort_key="a",
    )  # fmt: skip
    apps.get_model("agencies", "Post").objects.create(
        user=world.editor, role="editor", agency_id=world.agency_id, valid=valid
    )


def test_an_editor_writes_a_message_and_every_channel_has_a_first_form(world: World) -> None:
    place(world)
    client = as_(world.editor)
    body = "Hộ nghèo vay được đến 100 triệu đồng.\n\nHỏi tổ vay vốn ở ấp."
    answer = client.post(reverse("messages:new"), {"title": "Vay vốn", "body": body, "purpose": "policy_news"})
    made = Message.objects.get()
    assert answer.url == reverse("messages:compose", args=[made.pk])
    shown = client.get(answer.url).content.decode()
    assert set(made.forms.values_list("channel", flat=True)) == {"portal", "email", "zalo", "sms"}
    assert "Hộ nghèo vay được đến 100 triệu đồng." in shown
    assert "Ho ngheo vay duoc den 100 trieu dong." in shown, "the form without marks is shown"
    frame = client.get(reverse("messages:preview", args=[made.pk, "email"]))
    assert frame.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
    )
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Vay vốn" in frame.content.decode()


def test_saving_changes_the_form_and_the_old_approval_shows_as_void(world: World) -> None:
    written = message(world)
    approve(world, written)
    client = as_(world.editor)
    url = reverse("messages:compose", args=[written.pk])
    assert "seal-void" not in client.get(url).content.decode()
    bodies = {
        "sms-body": "Vay vốn, lãi từ 6,6%. Hỏi ấp mình.",
        "email-body": "Thư",
        "zalo-body": "Z",
        "portal-body": "P",
    }
    data = {"title": written.title, "email-subject": "Vay vốn", **bodies}
    assert client.post(url, data).status_code == 302
    shown = client.get(url).content.decode()
    assert written.forms.get(channel="sms").body == "Vay vốn, lãi từ 6,6%. Hỏi ấp mình."
    assert "seal-void" in shown
    assert "<ins>" in shown


def test_a_reviewer_reads_but_does_not_write(world: World) -> None:
    written = message(world)
    client = as_(world.reviewer)
    url = reverse("messages:compose", args=[written.pk])
    assert client.get(url).status_code == 200
    data = {"title": "Khác", "sms-body": "x", "email-body": "x", "zalo-body": "x", "portal-body": "x"}
    assert client.post(url, data).status_code == 403
    assert Message.objects.get().title == "Vay vốn"


def test_from_approved_message_to_released_broadcast(world: World) -> None:
    people(world, 3)
    version = approve(world, message(world))
    apps.get_model("audience", "Segment").objects.create(name="Mọi người", unit_id=world.unit_id, updated_at=NOW)
    segment = apps.get_model("audience", "Segment").objects.get().pk
    client = as_(world.officer)
    assert version.message.title in client.get(reverse("outreach:new")).content.decode()
    url = f"{reverse('outreach:new')}?tin={version.message_id}"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"segment": segment, "channels": ["sms"], "urgency": "ordinary", "days": 3})
    row = Broadcast.objects.get()
    assert answer.url == reverse("outreach:broadcast", args=[row.pk])
    assert "btn-release" in client.get(answer.url).content.decode()
    release_url = reverse("outreach:release", args=[row.pk])
    assert "btn-release" in client.get(release_url).content.decode()
    assert Delivery.objects.count() == 0
    assert client.post(release_url).status_code == 302
    assert client.post(release_url).status_code == 302
    assert Broadcast.objects.get().audience_count == Delivery.objects.count() == 3


def test_the_page_shows_the_sum_and_the_live_part_alone(world: World) -> None:
    row = released(world, 4)
    finish(take(limit=3).claimed)
    client = as_(world.officer)
    url = reverse("outreach:broadcast", args=[row.pk])
    whole, part = client.get(url).content.decode(), client.get(f"{url}?song=1").content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "proof-off" not in part
    assert 'class="proof"' in part


def test_pause_run_on_and_stop_by_buttons(world: World) -> None:
    row = released(world, 2)
    client = as_(world.officer)
    seen = []
    for name in ("pause", "resume", "cancel"):
        client.post(reverse(f"outreach:{name}", args=[row.pk]))
        seen.append(Broadcast.objects.get().state)
    assert seen == ["paused", "running", "cancelled"]
    assert client.get(reverse("outreach:broadcast", args=[row.pk])).status_code == 200


def test_the_missed_are_listed_masked_and_reached_by_another_channel(world: World) -> None:
    place(world)
    people(world, 2, ("zalo", "sms"))
    ChannelAccount.objects.create(kind="sms", name="SMS", slug="sms")
    row = released(world, 0, ("zalo",))
    finish(take("zalo").claimed, Rejected("-213"), channel="zalo")
    client = as_(world.officer)
    page = client.get(reverse("outreach:broadcast", args=[row.pk])).content.decode()
    again = f"{reverse('outreach:again', args=[row.pk])}?kenh=sms"
    assert again in page
    listed = client.get(reverse("outreach:missed", args=[row.pk])).content.decode()
    assert "Xã Tân Thử" in listed
    assert "Người" not in listed.split("<table")[1].split("</table>")[0].replace("Người nhận", "")
    assert client.get(again).status_code == 200
    assert client.post(again).status_code == 302
    assert Broadcast.objects.get(parent=row).audience_count == 2


def test_the_ledger_file_has_a_line_for_everybody_and_nobody_in_it(world: World) -> None:
    row = released(world, 3)
    finish(take().claimed)
    answer = as_(world.officer).get(reverse("outreach:ledger", args=[row.pk]))
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    assert len(text.splitlines()) == 4
    assert "84900" not in text
    assert "Người" not in text.split("\n", 1)[1]


def test_staff_of_other_units_see_nothing(world: World) -> None:
    from lantoa.kernel.enums import Role

    row = released(world, 1)
    other = apps.get_model("territory", "Unit").objects.create()
    stranger = world.hire(Role.CHANNEL_OFFICER, Role.EDITOR, unit_id=other.pk)
    client = as_(stranger)
    for name in ("broadcast", "release", "cancel", "again", "missed", "ledger"):
        assert client.get(reverse(f"outreach:{name}", args=[row.pk])).status_code == 404, name
    for name in ("pause", "resume", "retry"):
        assert client.post(reverse(f"outreach:{name}", args=[row.pk])).status_code == 404, name
    message_pk = row.version.message_id
    assert client.get(reverse("messages:compose", args=[message_pk])).status_code == 404
    assert client.get(reverse("messages:preview", args=[message_pk, "email"])).status_code == 404
    assert client.post(reverse("messages:ask", args=[message_pk])).status_code == 404
    assert row.title not in client.get(reverse("outreach:list")).content.decode()


def test_a_draft_whose_text_changed_says_so_and_offers_no_button(world: World) -> None:
    people(world, 1)
    written = message(world)
    row = draft(world, approve(world, written))
    save_message(message=written, forms=[Form(channel="sms", body="Khác")], by=world.editor, at=NOW)
    page = as_(world.officer).get(reverse("outreach:broadcast", args=[row.pk])).content.decode()
    assert "seal-void" in page
    assert "btn-release" not in page
