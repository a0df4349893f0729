"""Who wrote to us: what outreach counts as written back, without knowing this room."""

from datetime import timedelta

import pytest

from lantoa.listening.enums import Door
from lantoa.listening.models import Case
from lantoa.listening.selectors import writers
from lantoa.listening.services import Contact, add_from_citizen, open_case
from lantoa.outreach.replies import heard_channels
from tests.listening.conftest import moment

pytestmark = pytest.mark.django_db
START = moment("2026-11-23T09:00")
END = START + timedelta(hours=2)


def wrote(place, key, *, door=Door.ZALO, at=START, channel="zalo", value=None):
    contact = Contact(channel, value or f"90000000{key:02}") if channel else None
    return open_case(
        text="Cho hỏi vay vốn.", unit_id=place.unit_id, door=door, submission_key=f"k{key}", by=None, at=at,
        contact=contact,
    )  # fmt: skip


def test_each_address_counts_once_and_only_what_came_through_the_door_in_time(place):
    first = wrote(place, 1)
    add_from_citizen(case_id=first.pk, text="Còn nữa.", reference="zalo:1:2", at=START + timedelta(minutes=5))
    later = wrote(place, 2, at=END)
    before = wrote(place, 3, at=START - timedelta(minutes=1))
    wrote(place, 4, door=Door.PORTAL, channel="sms", value="0912345678")
    wrote(place, 5, channel="")
    assert Case.objects.count() == 5
    assert writers(Door.ZALO, START, END) == [first.address_id]
    assert set(writers(Door.ZALO, START - timedelta(hours=1), END + timedelta(hours=1))) == {
        first.address_id, later.address_id, before.address_id,
    }  # fmt: skip


def test_an_old_case_that_is_written_to_again_counts_now(place):
    old = wrote(place, 6, at=START - timedelta(days=3))
    assert writers(Door.ZALO, START, END) == []
    add_from_citizen(case_id=old.pk, text="Còn nữa.", reference="zalo:1:9", at=START)
    assert writers(Door.ZALO, START, END) == [old.address_id]


def test_the_house_ties_zalo_to_the_broadcasts():
    assert "zalo" in heard_channels()
