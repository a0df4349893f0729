"""A refusal by a plain answer: alone or first, with or without marks; a question with the word in it is none."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.audience.addresses import digest
from lantoa.audience.enums import Means, SuppressionReason
from lantoa.audience.jobs import text_received
from lantoa.audience.models import Address, ConsentEvent, Person, Reach, SubscriptionRequest, Suppression
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services import confirm_subscription, confirmation_token, give_consent, request_subscription
from lantoa.audience.stop_words import StopRequest, stop_request
from lantoa.channels.events import SubscriptionChanged, TextReceived
from lantoa.channels.inbound import Received
from lantoa.channels.models import InboundEvent
from lantoa.channels.services import save_account, store_inbound
from lantoa.kernel.enums import Role
from lantoa.kernel.events import emit
from lantoa.kernel.models import AuditEntry
from lantoa.kernel.text import unaccent
from tests.audience.world import World, contact, settle
from tests.conftest import RunJobs

_inbound = itertools.count(1)
PHONE = "84912345678"


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("STOP", "stop"), ("Stop!", "stop"), (" huỷ ", "hủy"), ("HUY", "hủy"), ("Hủy nhận tin giúp tôi ạ", "hủy"),
        ("TU CHOI", "từ chối"), ("từ chối", "từ chối"), ("Từ chối nhận tin nhắn", "từ chối"), ("Dừng lại", "dừng"),
        ("“Dừng”", "dừng"), ("ngừng gửi tin cho tôi. cảm ơn", "ngừng"), ("tu choi\nnhan tin", "từ chối"),
    ],
)  # fmt: skip
def test_a_stop_word_alone_or_first_is_a_refusal(text: str, keyword: str) -> None:
    assert stop_request(text) == StopRequest(keyword, says_more=False)


@pytest.mark.parametrize(
    "text",
    [
        "", "???", "Khi nào thì dừng hỗ trợ?", "Xin hỏi hộ nghèo bị từ chối vay vốn thì làm sao",
        "Hủy thẻ bảo hiểm y tế thì làm sao?", "Dừng xe buýt ở đâu", "Tôi muốn hủy đơn", "stopping", "huyện nào",
        "Dũng ơi", "Đúng", "dung roi", "Huy động vốn", "huy dong von", "Nhà tôi dột. Từ chối nhận tin",
    ],
)  # fmt: skip
def test_a_text_that_only_holds_the_word_is_none(text: str) -> None:
    assert stop_request(text) is None


@pytest.mark.parametrize(
    "text", ["STOP. Nhà tôi bị dột, xin hỏi hỗ trợ ở đâu?", "Hủy\nMà hộ nghèo vay được bao nhiêu?", "Dừng nhà bị dột"]
)
def test_a_refusal_with_a_matter_of_its_own_says_more(text: str) -> None:
    asked = stop_request(text)
    assert asked is not None
    assert asked.says_more


@given(word=st.sampled_from(["stop", "hủy", "từ chối", "dừng", "ngừng"]), tail=st.sampled_from(["", ".", "!", " ạ"]),
       shape=st.sampled_from([str, str.upper, str.title, unaccent]))  # fmt: skip
def test_marks_and_capitals_change_nothing(word: str, tail: str, shape: object) -> None:
    assert stop_request(shape(word + tail)) == StopRequest(word, says_more=False)  # type: ignore[operator]


def test_the_list_is_the_installations_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.LANTOA_STOP_WORDS", ["thôi nhé"])
    assert stop_request("THOI NHE") == StopRequest("thôi nhé", says_more=False)
    assert stop_request("STOP") is None


def says(text: str, sender: str, kind: str = "sms", inbound: int | None = None) -> TextReceived:
    at = timezone.now().isoformat()
    return TextReceived(1, kind, sender, text, f"m{inbound}", at, inbound or next(_inbound))


@pytest.mark.django_db
def test_a_stop_word_ends_every_purpose_there_for_all_who_share_the_phone(world: World, run_jobs: RunJobs) -> None:
    both = [(purpose, channel, True) for purpose in ("policy_news", "events") for channel in ("sms", "zalo")]
    people = settle(
        *(contact(world, phone="84912345678", channels=("sms", "zalo"), agreed=both) for _n in range(2)),
        contact(world, phone="84987654321"),
    )
    event = says("TU CHOI nhan tin", "0912345678")
    emit(event)
    run_jobs()
    assert set(Reach.objects.values_list("person", "channel", "purpose")) == {
        *((p.pk, "zalo", purpose) for p in people[:2] for purpose in ("policy_news", "events")),
        (people[2].pk, "sms", "policy_news"),
    }
    found = ConsentEvent.objects.filter(kind="withdrawn")
    assert {(e.person_id, e.purpose, e.channel, e.means) for e in found} == {
        (p.pk, purpose, "sms", Means.KEYWORD) for p in people[:2] for purpose in ("policy_news", "events")
    }
    assert [e.proof for e in found] == [{"inbound": event.inbound_id, "channel": "sms", "keyword": "từ chối"}] * 4


def says_yes(world: World, number: str, at: datetime | None = None) -> Person:
    """The owner of the number subscribes on the portal and opens the link sent to it."""
    at = at or timezone.now()
    asked = request_subscription(at=at, channel="sms", value=number, unit_id=world.units["Xã Đất Mũi"], language="vi",
                                 purposes=["policy_news"])  # fmt: skip
    assert isinstance(asked, SubscriptionRequest)
    return confirm_subscription(confirmation_token(asked), at).person


def silenced(channel: str = "sms", number: str = PHONE) -> bool:
    return Suppression.objects.filter(channel=channel, digest=digest(channel, number), lifted_at=None).exists()


@pytest.mark.django_db
def test_the_same_text_told_twice_does_not_undo_a_later_yes(world: World, run_jobs: RunJobs) -> None:
    settle(contact(world, phone=PHONE))
    event = says("stop", PHONE)
    emit(event)
    run_jobs()
    assert not Reach.objects.exists()
    person = says_yes(world, PHONE)
    emit(event)
    run_jobs()
    assert Reach.objects.filter(person=person).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "sender"), [("sms", "Viettel"), ("telegraph", "x")])
def test_a_stop_word_from_what_is_no_address_changes_nothing(
    world: World, run_jobs: RunJobs, kind: str, sender: str
) -> None:
    settle(contact(world, phone=PHONE))
    emit(says("STOP", sender, kind))
    run_jobs()
    assert Address.objects.count() == Reach.objects.count() == 1
    assert not Suppression.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["STOP", "HUY", "Từ chối"])
def test_a_strangers_no_outlives_every_list_and_officer_and_names_nobody(
    world: World, run_jobs: RunJobs, text: str
) -> None:
    emit(says(text, "0912345678"))
    run_jobs()
    [kept] = Suppression.objects.all()
    assert (kept.reason, kept.channel, kept.digest) == (SuppressionReason.KEYWORD, "sms", digest("sms", PHONE))
    assert (Person.objects.count(), Address.objects.count()) == (0, 0)
    facts = list(AuditEntry.objects.values_list("subject", "facts"))
    assert "912345678" not in f"{facts}{model_to_dict(kept)}"
    [person] = settle(contact(world, phone=PHONE))  # past the check of lists, straight into the tables
    give_consent(by=world.hire(Role.CHANNEL_OFFICER), at=timezone.now(), person=person, channel="sms",
                 wordings=[current_wordings("vi")["policy_news"]], means=Means.COUNTER, proof={"form": 1})  # fmt: skip
    assert not Reach.objects.exists()
    assert Reach.objects.filter(person=says_yes(world, PHONE)).exists()


@pytest.mark.django_db
def test_following_again_lifts_a_no_said_in_the_chat_and_an_older_follow_does_not(
    world: World, run_jobs: RunJobs
) -> None:
    then = timezone.now() - timedelta(minutes=1)
    emit(says("HUY", "7000000001", "zalo"))
    run_jobs()
    for at, still in ((then, True), (timezone.now(), False)):
        emit(SubscriptionChanged(1, "zalo", "7000000001", True, at.isoformat(), next(_inbound)))
        run_jobs()
        assert silenced("zalo", "7000000001") is still


STEPS = st.lists(st.sampled_from(["no", "repeat", "yes", "list", "officer"]), min_size=1, max_size=8)


@pytest.mark.django_db
@settings(max_examples=40)
@given(steps=STEPS)
def test_the_owners_last_word_holds_whatever_lists_and_officers_say(world: World, steps: list[str]) -> None:
    with transaction.atomic():
        nos: list[TextReceived] = []
        last, at = "", timezone.now() - timedelta(hours=1)
        for step in steps:
            at += timedelta(minutes=1)
            match step:
                case "no":
                    nos.append(replace(says("HUY", PHONE), occurred_at=at.isoformat()))
                    text_received(nos[-1])
                    last = "no"
                case "repeat" if nos:
                    text_received(nos[-1])
                case "yes":
                    says_yes(world, PHONE, at)
                    last = "yes"
                case "list":
                    settle(contact(world, phone=PHONE))
                case "officer" if person := Person.objects.first():
                    give_consent(by=None, at=at, person=person, channel="sms", means=Means.COUNTER, proof={"form": 1},
                                 wordings=[current_wordings("vi")["policy_news"]])  # fmt: skip
            assert silenced() is (last == "no")
            assert not (silenced() and Reach.objects.exists())
            assert last != "yes" or Reach.objects.exists()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_no_dated_by_a_clock_that_lags_still_silences(world: World, run_jobs: RunJobs) -> None:
    hour = timedelta(hours=1)
    gateway = save_account(by=None, at=timezone.now(), kind="smpp", name="SMSC", settings={}, secrets={})
    emit(says("STOP", PHONE))
    run_jobs()
    says_yes(world, PHONE)
    store_inbound(account=gateway, event_id="x", received=Received(b"", {}), at=timezone.now())
    late = says("STOP", PHONE, inbound=InboundEvent.objects.get().pk)
    text_received(replace(late, occurred_at=(timezone.now() - hour).isoformat()))
    assert silenced()
    assert not Reach.objects.exists()
