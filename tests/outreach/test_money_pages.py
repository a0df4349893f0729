"""Share, budget and fallback steps on the desk: asked for on the form, seen and changed on the broadcast's page."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from lantoa.channels.contract import Rejected
from lantoa.outreach.models import Broadcast, Purse
from lantoa.outreach.services import Form, Step, go_on, pause, release, save_message
from tests.outreach.test_watching import as_, shown
from tests.outreach.world import NOW, World, approve, draft, finish, message, people, released, sms_account, take

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def form(world: World):
    """Post the form of a new broadcast by Zalo; gives the answer's page, or the broadcast made."""
    version = approve(world, message(world))
    segment = apps.get_model("audience", "Segment").objects.create(
        name="Mọi người", unit_id=world.unit_id, updated_at=NOW
    )
    plain = {"segment": segment.pk, "channels": ["zalo"], "urgency": "ordinary", "days": "3"}

    def post(**typed):
        answer = as_(world.officer).post(f"{reverse('outreach:new')}?tin={version.message_id}", plain | typed)
        return Broadcast.objects.get() if answer.status_code == 302 else answer.content.decode()

    post.version = version
    return post


def test_the_form_asks_for_share_budget_and_steps_in_order(world: World, form) -> None:
    row = form(
        weight="30", budget="1.500.000 đ", wait_1="6", fallback_1="sms", wait_2="", fallback_2="", wait_3="12",
        fallback_3="visit",
    )  # fmt: skip
    assert (row.weight, row.purse.limit) == (30, 1_500_000)
    assert row.chain == [{"channel": "sms", "after": 360}, {"channel": "visit", "after": 720}]


def test_the_form_left_alone_asks_for_none_of_them(world: World, form) -> None:
    row = form(weight="10", budget="", wait_1="12", fallback_1="", wait_2="12", wait_3="12")
    assert (row.weight, row.chain, Purse.objects.count()) == (10, [], 0)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"fallback_1": "zalo", "wait_1": "6"}, "fallback_1"),
        ({"fallback_1": "sms", "wait_1": "6", "fallback_2": "sms", "wait_2": "6"}, "fallback_2"),
        ({"fallback_1": "visit", "wait_1": "6", "fallback_2": "sms", "wait_2": "6"}, "fallback_2"),
        ({"fallback_1": "sms", "wait_1": ""}, "wait_1"),
        ({"fallback_1": "sms", "wait_1": "0"}, "wait_1"),
        ({"fallback_1": "sms", "wait_1": "40", "fallback_2": "visit", "wait_2": "40"}, "wait_2"),
        ({"fallback_1": "fax", "wait_1": "6"}, "fallback_1"),
        ({"budget": "nhiều"}, "budget"),
        ({"budget": "-5"}, "budget"),
        ({"budget": "9" * 16}, "budget"),
        ({"weight": "100"}, "weight"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_stays_typed(world: World, form, typed, field) -> None:
    page = form(**typed)
    assert re.search(rf'id="id_{field}_error"', page), field
    assert '<details class="card" open>' in page, "the folded part is open"
    if field in typed and field != "weight" and typed[field] not in ("", "fax"):
        assert f'value="{typed[field]}"' in page
    assert not Broadcast.objects.exists()


def test_only_channels_the_message_has_a_text_for_are_offered_and_a_visit(world: World) -> None:
    written = message(world)
    save_message(message=written, forms=[Form(channel="email"), Form(channel="portal")], by=world.editor, at=NOW)
    written.refresh_from_db()
    approve(world, written)
    page = as_(world.officer).get(f"{reverse('outreach:new')}?tin={written.pk}").content.decode()
    select = page[page.index('name="fallback_1"') : page.index("</select>", page.index('name="fallback_1"'))]
    assert set(re.findall(r'<option value="(\w*)"', select)) == {"", "zalo", "sms", "visit"}


def test_the_form_reckons_the_cost_at_entered_prices_and_makes_nothing(world: World, form) -> None:
    people(world, 4, ("sms",))
    sms_account("http://127.0.0.1:1/", price_per_unit=300)
    steps = {"fallback_1": "visit", "wait_1": "6"}
    page = form(channels=["sms"], **{"chi-phi": "1"}, budget="5.000", **steps)
    assert "1.200 đồng" in page
    assert "Chưa kể các bước dự phòng." in page
    assert 'value="5.000"' in page, "what was typed stays"
    assert not Broadcast.objects.exists()


def test_the_form_says_when_nobody_entered_a_price(world: World, form) -> None:
    people(world, 4, ("sms",))
    sms_account("http://127.0.0.1:1/")
    assert "Chưa tính SMS: chưa ai nhập giá." in form(channels=["sms"], **{"chi-phi": "1"})


def chained(world: World) -> Broadcast:
    return released(
        world, 0, ("zalo",), chain=(Step("sms", HOUR), Step("visit", 2 * HOUR)), expires_at=NOW + timedelta(days=3)
    )


def test_everybody_stands_on_one_step_of_the_timeline_and_the_steps_add_up(world: World) -> None:
    people(world, 3, ("zalo", "sms"))
    people(world, 2, ("email",))
    row = chained(world)
    claimed = take("zalo").claimed
    finish(claimed[:1], Rejected("-213"), channel="zalo")
    finish(claimed[1:], channel="zalo")
    go_on(at=NOW)
    page = shown(world, row)
    timeline = page[page.index('<ol class="timeline">') :]
    assert re.findall(r"<b>(\d+)</b> người đang ở bước này", timeline[: timeline.index("</ol>")]) == ["2", "1", "2"]
    assert re.findall(r'<li class="(\w+)"', timeline[: timeline.index("</ol>")]) == ["now", "now", "now"]
    assert "Cộng các bước: 5, đúng bằng số người nhận." in page
    assert "Cộng lại đúng 5." in page
    lines = re.findall(r'<th scope="row"><b>([^<]+)</b>.*?data-label="Người nhận tin">(\d+)<', page, re.DOTALL)
    assert dict(lines)["Gặp tận nơi"] == "2"
    assert "2 người chờ gặp tận nơi." in page
    part = shown(world, row, query="?song=1")
    assert '<ol class="timeline">' in part, "it moves with the live part"


def paid(world: World, limit: int) -> Broadcast:
    """A broadcast of ten SMS at 300 đồng each with a budget."""
    sms_account("http://127.0.0.1:1/", price_per_unit=300)
    people(world, 10)
    row = draft(world, approve(world, message(world)), budget=limit)
    return release(broadcast=row, by=world.leader, at=NOW)


def test_a_broadcast_out_of_money_says_so_and_runs_on_once_the_budget_is_raised(world: World) -> None:
    row = paid(world, 1000)
    Purse.objects.filter(broadcast=row).update(spent=900)
    pause(broadcast=row, by=None, at=NOW, reason="budget")
    page = shown(world, row)
    assert "Tạm dừng vì hết kinh phí" in page
    assert "Đã chi 900 trong 1.000 đồng. Còn 100 đồng, không đủ cho tin tiếp theo; 10 người đang chờ." in page
    client, url = as_(world.officer), reverse("outreach:budget", args=[row.pk])
    assert url in page
    assert "3.000" in client.get(url).content.decode(), "what those still waiting would cost"
    low = client.post(url, {"limit": "500"}, follow=True).content.decode()
    assert "Đã chi 900 đồng; hãy đặt ít nhất bằng số đó." in low
    assert 'value="500"' in low
    answer = client.post(url, {"limit": "5.000"}, follow=True).content.decode()
    assert "Bấm “Cho chạy tiếp” khi sẵn sàng." in answer
    client.post(reverse("outreach:resume", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.held_for, row.purse.limit) == ("running", "", 5000)
    assert "Tạm dừng vì hết kinh phí" not in shown(world, row)


def test_an_empty_budget_takes_the_limit_away(world: World) -> None:
    row = paid(world, 1000)
    as_(world.officer).post(reverse("outreach:budget", args=[row.pk]), {"limit": ""})
    assert not Purse.objects.exists()
    assert "Không giới hạn" in shown(world, row)


def test_a_budget_without_a_price_is_said_to_hold_nothing(world: World) -> None:
    sms_account("http://127.0.0.1:1/")
    row = released(world, 3, budget=1000)
    for page in (shown(world, row), shown(world, row, "budget")):
        assert "Chưa nhập giá của SMS" in page


def test_the_share_is_changed_while_it_runs_by_who_may_release(world: World) -> None:
    row = released(world, 3)
    url = reverse("outreach:weight", args=[row.pk])
    assert url in shown(world, row)
    as_(world.officer).post(url, {"weight": "3"})
    row.refresh_from_db()
    assert row.weight == 3
    assert as_(world.reviewer).post(url, {"weight": "30"}).status_code == 403
    assert as_(world.reviewer).get(reverse("outreach:budget", args=[row.pk])).status_code == 403
    stranger = world.hire(*[one.role for one in world.posts[world.officer.pk]], unit_id=row.unit_id + 1)
    assert as_(stranger).post(url, {"weight": "30"}).status_code == 404
    as_(world.officer).post(url, {"weight": "7"})
    row.refresh_from_db()
    assert row.weight == 3, "only the three shares offered"
