"""A refusal by a plain answer: alone or first, with or without marks; a question with the word in it is none."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lantoa.audience.enums import Means
from lantoa.audience.models import Address, ConsentEvent, Reach
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services import give_consent
from lantoa.audience.stop_words import StopRequest, stop_request
from lantoa.channels.events import TextReceived
from lantoa.kernel.events import emit
from lantoa.kernel.text import unaccent
from tests.audience.world import World, contact, settle
from tests.conftest import RunJobs

_inbound = itertools.count(1)


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


def test_the_list_is_the_installations_own(settings: object) -> None:
    settings.LANTOA_STOP_WORDS = ["thôi nhé"]  # type: ignore[attr-defined]
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


@pytest.mark.django_db
def test_the_same_text_told_twice_does_not_undo_a_later_yes(world: World, run_jobs: RunJobs) -> None:
    [person] = settle(contact(world, phone="84912345678"))
    event = says("stop", "84912345678")
    emit(event)
    run_jobs()
    assert not Reach.objects.exists()
    give_consent(by=None, at=timezone.now() + timedelta(seconds=1), person=person, channel="sms",
                 wordings=[current_wordings("vi")["policy_news"]], means=Means.COUNTER, proof={"form": 1})  # fmt: skip
    emit(event)
    run_jobs()
    assert Reach.objects.filter(person=person).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "sender"), [("sms", "84977777777"), ("sms", "Viettel"), ("telegraph", "x")])
def test_a_stop_word_from_nobody_we_know_changes_nothing(
    world: World, run_jobs: RunJobs, kind: str, sender: str
) -> None:
    settle(contact(world, phone="84912345678"))
    emit(says("STOP", sender, kind))
    run_jobs()
    assert Address.objects.count() == Reach.objects.count() == 1
