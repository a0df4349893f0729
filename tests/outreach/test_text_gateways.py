"""One channel, several gateways: what people agreed to, how often a number is written to, and what is in doubt."""

import json
import signal
from datetime import datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone

from lantoa.audience.models import Address, ConsentEvent, Reach
from lantoa.channels import registry
from lantoa.channels.contract import Unknown
from lantoa.channels.models import ChannelAccount
from lantoa.channels.selectors import accounts_for, cap_of, form_faults, ready, ready_with, window_of
from lantoa.channels.services import save_account
from lantoa.outreach.enums import DeliveryState
from lantoa.outreach.models import Delivery, Feed, Outbox
from lantoa.outreach.selectors.sending import senders
from lantoa.outreach.services import Form, Step, release, save_message
from lantoa.outreach.services.chains import go_on
from lantoa.outreach.services.claiming import Batch, Terms, claim
from lantoa.outreach.services.loading import hand_on, hold, pack
from lantoa.outreach.services.settling import give_back, reap
from lantoa.simulators.smpp import SmppSimulator
from lantoa.simulators.sms import SmsSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.viettel import PATH as VIETTEL_PATH
from lantoa.simulators.viettel import ViettelSimulator
from lantoa.simulators.vnpt import PATH as VNPT_PATH
from lantoa.simulators.vnpt import VnptSimulator
from tests.outreach.test_worker import spread, until, worker
from tests.outreach.world import (
    LEASE,
    NOW,
    World,
    approve,
    draft,
    finish,
    message,
    people,
    released,
    states,
    withdraw,
)

GATEWAYS = ("sms", "smpp", "viettel", "vnpt")
PHONE = "84912345678"


WORDING = "Vay vốn. Vay vốn làm ăn, không cần thế chấp. Hỏi ấp mình."
"""What `message` says in a text."""


def account(kind: str, *, slug: str = "a", **settings: object) -> ChannelAccount:
    return ChannelAccount.objects.create(
        kind=kind, name=kind, slug=f"{kind}-{slug}", settings={"hours": "any", **settings}
    )


def hold_for(one: ChannelAccount, *, at: datetime = NOW) -> Batch:
    return hold(account_id=one.pk, channel="sms", limit=9, at=at, lease=LEASE)


def test_every_gateway_is_a_kind_and_texts_are_one_channel() -> None:
    assert registry.serving("sms") == list(GATEWAYS)
    assert set(GATEWAYS) & set(registry.channels()) == {"sms"}
    assert {kind for kind, _label in registry.choices()} == set(registry.channels())
    terms = {
        (found.a_day, found.default_window, found.cost_unit, found.address)
        for found in map(registry.capability, GATEWAYS)
    }
    assert len(terms) == 1, "a province's citizen sees one rule, whichever gateway carries"
    assert [registry.channel(kind).units("ă" * 71) for kind in GATEWAYS] == [2] * 4


@pytest.mark.django_db
def test_an_account_of_any_gateway_carries_the_channel() -> None:
    made = [account(kind) for kind in GATEWAYS]
    account("zalo")
    assert list(accounts_for("sms")) == list(ready("sms", at=NOW)) == sorted(made, key=lambda one: one.kind)
    assert {(cap_of(one), window_of(one)) for one in made} == {(3, None)}
    assert len(senders(["sms", "zalo"], at=NOW)["sms"].each) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("kind", GATEWAYS)
def test_consent_to_texts_covers_every_gateway_and_so_does_its_end(world: World, kind: str) -> None:
    one = account(kind, templates="1: {1}")
    row = released(world, 2)
    withdraw(Delivery.objects.filter(broadcast=row).earliest("pk").person_id)
    batch = hold(account_id=one.pk, channel="sms", limit=9, at=NOW + timedelta(seconds=5), lease=LEASE)
    [parcel] = pack(batch.claimed, "sms")
    assert parcel.outgoing is not None
    assert parcel.outgoing.address.startswith("84900")
    assert states(row) == {"sending": 1, "suppressed": 1}
    assert not Address.objects.exclude(channel="sms").exists()


@pytest.mark.django_db
def test_a_numbers_daily_share_is_counted_over_all_gateways(world: World) -> None:
    [_person] = people(world, 1)
    for kind in ("sms", "smpp", "viettel"):
        released(world, 0)
        [one] = claim(
            account_id=account(kind).pk, channel="sms", limit=9, at=NOW, lease=LEASE, terms=Terms(a_day=3)
        ).claimed
        finish([one])
    row = released(world, 0)
    last = account("vnpt").pk
    assert claim(account_id=last, channel="sms", limit=9, at=NOW, lease=LEASE, terms=Terms(a_day=3)).claimed == []
    assert states(row) == {"pending": 1}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "again"), [("sms", True), ("smpp", False), ("viettel", False), ("vnpt", False)])
def test_a_lost_lease_is_tried_again_only_where_the_gateway_drops_a_repeat(
    world: World, kind: str, again: bool
) -> None:
    row = released(world, 1)
    claim(account_id=account(kind).pk, channel="sms", limit=9, at=NOW, lease=LEASE)
    reap(at=NOW + 2 * LEASE)
    assert states(row) == {"unknown": 1}
    assert Outbox.objects.exists() == again


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "moved"), [("sms", 1), ("smpp", 1), ("viettel", 0)])
def test_who_got_a_text_through_a_gateway_that_reports_nothing_is_not_moved_on(
    world: World, kind: str, moved: int
) -> None:
    people(world, 1, ("sms", "email"))
    version = approve(world, message(world))
    row = draft(world, version, ("sms",), chain=(Step("email", timedelta(hours=1)),))
    release(broadcast=row, by=world.leader, at=NOW)
    finish(claim(account_id=account(kind).pk, channel="sms", limit=9, at=NOW, lease=LEASE).claimed)
    assert go_on(at=NOW + timedelta(hours=3)) == moved


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["the answer", "the worker"])
@pytest.mark.parametrize("kind", ["sms", "viettel"])
def test_what_is_in_doubt_goes_again_through_the_account_that_may_have_sent_it_alone(
    world: World, kind: str, lost: str
) -> None:
    mine, other = account(kind), account("sms", slug="b")
    row = released(world, 1, urgency="urgent")  # without a key it is policy: at least once
    [one] = hold_for(mine).claimed
    if lost == "the answer":
        finish([one], Unknown("dropped"), channel=kind)
    else:
        reap(at=NOW + 2 * LEASE)
    later = NOW + timedelta(hours=1)
    assert Delivery.objects.filter(broadcast=row).values_list("state", "account_id").get() == ("unknown", mine.pk)
    assert hold_for(other, at=later).claimed == []
    [again] = hold_for(mine, at=later).claimed
    assert (again.id, again.key, again.in_doubt) == (one.id, one.key, True)


@pytest.mark.django_db
def test_in_doubt_without_a_key_it_stays_so_whatever_else_carries_the_channel(world: World) -> None:
    mine, other = account("viettel"), account("sms")
    row = released(world, 1)
    finish(hold_for(mine).claimed, Unknown("dropped"), channel="viettel")
    later = NOW + timedelta(hours=1)
    assert [hold_for(one, at=later).claimed for one in (mine, other)] == [[], []]
    assert (states(row), Outbox.objects.exists()) == ({"unknown": 1}, False)


@pytest.mark.django_db
def test_a_text_that_fits_no_template_is_left_to_the_accounts_that_take_it(world: World) -> None:
    templates, free = account("vnpt", templates="1: Bà con {1}."), account("viettel")
    row = released(world, 3)
    feed = Feed.objects.get(broadcast=row)
    assert hold_for(templates) == Batch([], 0, left=1)
    assert (Feed.objects.get(broadcast=row), Outbox.objects.exists(), states(row)) == (feed, False, {"pending": 3})
    assert len(hold_for(free).claimed) == 3


@pytest.mark.django_db
def test_a_text_that_fits_is_anybodys(world: World) -> None:
    templates, _free = account("vnpt", templates=f"1: {WORDING}"), account("viettel")
    released(world, 3)
    batch = hold_for(templates)
    assert (len(batch.claimed), batch.left) == (3, 0)
    assert hand_on(pack(batch.claimed, "sms"), account=templates, at=NOW) == pack(batch.claimed, "sms")


@pytest.mark.django_db
@pytest.mark.parametrize("others", ["none", "out of use", "as strict"])
def test_where_nobody_takes_a_text_it_is_claimed_and_refused_in_words(world: World, others: str) -> None:
    row = released(world, 1)
    templates = account("vnpt", templates="1: Bà con {1}.")
    if others == "out of use":
        ChannelAccount.objects.filter(pk=account("viettel").pk).update(enabled=False)
    if others == "as strict":
        account("vnpt", slug="b", templates="1: Kính mời {1}.")
    batch = hold_for(templates)
    assert (len(batch.claimed), batch.left) == (1, 0)
    assert len(hand_on(pack(batch.claimed, "sms"), account=templates, at=NOW)) == 1
    assert states(row) == {"sending": 1}


@pytest.mark.django_db
def test_a_resting_account_that_takes_the_text_is_waited_for(world: World) -> None:
    templates, free = account("vnpt", templates="1: Bà con {1}."), account("viettel")
    released(world, 1)
    ChannelAccount.objects.filter(pk=free.pk).update(paused_until=NOW + timedelta(hours=1))
    assert hold_for(templates).claimed == []
    assert ready_with("sms", WORDING, at=NOW) is None
    assert ready_with("sms", "Bà con nhớ.", at=NOW) == templates


@pytest.mark.django_db
def test_what_one_account_cannot_carry_it_hands_to_one_that_can_and_no_attempt_counts(world: World) -> None:
    row = released(world, 4)
    first = account("vnpt", templates="1: Bà con {1}.")
    second = account("vnpt", slug="b", templates="1: Kính mời {1}.")
    parcels = pack(hold_for(first).claimed, "sms")
    ChannelAccount.objects.filter(pk=second.pk).update(settings={"hours": "any", "templates": f"1: {WORDING}"})
    assert hand_on(parcels, account=first, at=NOW) == []
    assert set(Outbox.objects.values_list("account_id", "attempts")) == {(second.pk, 0)}
    assert hold_for(first).claimed == [], "it is not looked at again by the account that left it"
    assert len(hold_for(second).claimed) == 4
    assert states(row) == {"sending": 4}


@pytest.mark.django_db
def test_what_waits_for_an_account_out_of_use_is_anybodys_unless_it_is_in_doubt(world: World) -> None:
    released(world, 2)
    gone, other = account("sms"), account("viettel")
    doubted, free = hold_for(gone).claimed
    finish([doubted], Unknown("dropped"))
    give_back([free], at=NOW, to={free.id: gone.pk})
    later = NOW + timedelta(hours=1)
    assert hold_for(other, at=later).claimed == []
    ChannelAccount.objects.filter(pk=gone.pk).update(enabled=False)
    assert [one.id for one in hold_for(other, at=later).claimed] == [free.id]


@pytest.mark.django_db
def test_whoever_writes_hears_of_a_fault_only_where_no_account_takes_the_text() -> None:
    account("vnpt", templates="1: Bà con {1}.")
    assert len(form_faults("sms", WORDING)) == 1
    assert form_faults("sms", "Bà con nhớ.") == []
    account("viettel")
    assert form_faults("sms", WORDING) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.sql
def test_beside_a_gateway_for_free_text_one_for_templates_sends_what_fits_and_fails_nothing(world: World) -> None:
    strict, free = VnptSimulator(templates={"7": "Ba con {1}."}), ViettelSimulator()
    with running(strict), running(free):
        made = {"by": None, "at": timezone.now()}
        settings = {"url": strict.url + VNPT_PATH, "api_user": "lantoa", "templates": "7: Ba con {1}."}
        save_account(
            **made, kind="vnpt", name="Mẫu", settings=settings, secrets={"api_pass": "demo-pw"}
        )  # fmt: skip
        settings = {"url": free.url + VIETTEL_PATH, "user": "lantoa", "cp_code": "LANTOA", "brandname": "LANTOA"}
        save_account(**made, kind="viettel", name="Tự do", settings=settings, secrets={"password": "demo-pw"})
        row = spread(world, 30)
        process = worker("--no-jobs", "--drain")
        _out, words = process.communicate(timeout=120)
    assert process.returncode == 0, words
    assert states(row) == {DeliveryState.ACCEPTED: 30}
    assert (len(strict.ledger.entries), len(free.ledger.entries)) == (0, 30)
    assert set(Delivery.objects.filter(broadcast=row).values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.sql
def test_by_smpp_out_receipts_in_and_a_stop_word_ends_all_texts(world: World) -> None:
    centre = SmppSimulator()
    with running(centre):
        settings = {"host": "127.0.0.1", "port": centre.smpp_port, "system_id": "lantoa", "brandname": "LANTOA"}
        save_account(
            by=None, at=timezone.now(), kind="smpp", name="Nhà mạng Mẫu", settings=settings,
            secrets={"password": "demo-pw"},
        )  # fmt: skip
        people(world, 1, phone=PHONE)
        row = spread(world, 39)
        process = worker()
        try:
            until(lambda: states(row) == {DeliveryState.DELIVERED: 40}, process)
            gone = Address.objects.get(value=PHONE)
            tell(centre.url, {"phone": gone.value, "text": "Từ chối nhận tin nhắn"})
            until(lambda: not Reach.objects.filter(person=gone.person_id).exists(), process)
        finally:
            process.send_signal(signal.SIGTERM)
            _out, words = process.communicate(timeout=60)
    assert process.returncode == 0, words
    assert len(centre.ledger.entries) == 40
    assert {entry.times for entry in centre.ledger.entries.values()} == {1}
    [said_no] = ConsentEvent.objects.filter(kind="withdrawn")
    assert (said_no.person_id, said_no.channel, said_no.proof["keyword"]) == (gone.person_id, "sms", "từ chối")


@pytest.mark.django_db(transaction=True)
@pytest.mark.sql
@pytest.mark.parametrize("word", ["STOP", "LANTOA HUY", "TU CHOI"])
def test_a_stop_word_to_the_short_code_ends_all_texts(
    world: World, live_server: object, run_jobs: object, word: str
) -> None:
    from lantoa.channels.reading import read_waiting

    gateway = SmsSimulator()
    [person] = people(world, 1, phone=PHONE)
    with running(gateway):
        secrets = {"api_key": "k", "secret_key": "s", "inbound_key": "demo-inbound-key"}
        made = save_account(
            by=None, at=timezone.now(), kind="sms", name="eSMS", settings={"keyword": "LANTOA"}, secrets=secrets
        )
        url = f"{live_server.url}/webhook/sms/{made.slug}/"  # type: ignore[attr-defined]
        said = {"phone": PHONE, "text": word, "smsid": "77", "url": url}
        answers = [tell(gateway.url, said) for _ in range(2)]
    assert [one["status"] for one in answers] == [200, 200]
    assert answers[0]["body"].startswith("<ClientResponse><Message></Message><Smsid>77</Smsid>")
    assert read_waiting(at=timezone.now()) == 1
    run_jobs()  # type: ignore[operator]
    assert not Reach.objects.filter(person=person).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.sql
@pytest.mark.parametrize(("undelivered", "end"), [(0.0, "delivered"), (1.0, "failed")])
def test_a_long_text_by_smpp_ends_as_all_its_parts_do(world: World, undelivered: float, end: str) -> None:
    centre = SmppSimulator(undelivered=undelivered)
    with running(centre):
        settings = {"host": "127.0.0.1", "port": centre.smpp_port, "system_id": "lantoa", "brandname": "LANTOA"}
        save_account(
            by=None, at=timezone.now(), kind="smpp", name="Nhà mạng Mẫu", settings=settings,
            secrets={"password": "demo-pw"},
        )  # fmt: skip
        people(world, 5)
        body, at = "Bà con nhớ mang thẻ bảo hiểm y tế và giấy tờ tùy thân khi đến trạm. " * 3, timezone.now()
        written = message(world, "Ngắn.")
        save_message(message=written, forms=[Form(channel="sms", body=body)], by=world.editor, at=NOW)
        row = draft(world, approve(world, written), urgency="urgent", expires_at=at + timedelta(days=2))
        release(broadcast=row, by=world.leader, at=at)
        process = worker()
        try:
            until(lambda: states(row) == {end: 5}, process)
        finally:
            process.send_signal(signal.SIGTERM)
            _out, words = process.communicate(timeout=60)
    assert process.returncode == 0, words
    assert {entry.more["parts"] for entry in centre.ledger.entries.values()} == {4}
    assert {entry.times for entry in centre.ledger.entries.values()} == {1}


def tell(url: str, said: dict[str, str]) -> dict[str, object]:
    with urlopen(Request(f"{url}/_user_says", json.dumps(said).encode())) as reply:
        found: dict[str, object] = json.loads(reply.read())
        return found
