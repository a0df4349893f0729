"""A compiled segment answers what a naive filter answers, in one query."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.audience.criteria import BadCriteriaError, Criteria
from lantoa.audience.models import GroupMembership, Person, Segment
from lantoa.audience.rules import MIN_CELL
from lantoa.audience.selectors import (
    ShownSize,
    Size,
    overview,
    people_sql,
    segment_people_sql,
    segment_size,
    segments_for,
    shown_size,
    size,
)
from lantoa.audience.services import SegmentNameTakenError, erase_person, save_segment
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from tests.audience.world import NOW, TODAY, World, contact, settle

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
SLOW = settings(max_examples=25)
COMMUNES = ["Xã Mỏ Ốc", "Xã Đất Mũi", "Xã Khánh An", "Xã Khánh Hòa"]
GROUPS = ["poor", "workers", "cadres"]
CHANNELS = ["sms", "zalo", "email"]
# What each unit takes in today: its subtree, and what became part of it.
REACHED = {
    "Tỉnh Mẫu": {"Xã Mỏ Ốc", "Xã Đất Mũi", "Xã Khánh An"},
    "Xã Đất Mũi": {"Xã Mỏ Ốc", "Xã Đất Mũi"},
    "Xã Khánh An": {"Xã Khánh An"},
    "Xã Khánh Hòa": {"Xã Khánh Hòa"},
    "Ấp Rạch Tàu": set(),
}

person = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(COMMUNES),
        "hamlet": st.booleans(),
        "language": st.sampled_from(["vi", "km", "en"]),
        "groups": st.sets(st.sampled_from(GROUPS)).map(tuple),
        "channels": st.sets(st.sampled_from(CHANNELS), min_size=1).map(lambda found: tuple(sorted(found))),
        "yes": st.booleans(),
        "erased": st.sampled_from([False, False, False, True]),
    }
)
wanted = st.fixed_dictionaries(
    {
        "units": st.lists(st.sampled_from(sorted(REACHED)), max_size=2, unique=True),
        "languages": st.lists(st.sampled_from(["vi", "km", "en"]), max_size=2, unique=True),
        "any_groups": st.lists(st.sampled_from(GROUPS), max_size=2, unique=True),
        "all_groups": st.lists(st.sampled_from(GROUPS), max_size=2, unique=True),
        "channels": st.lists(st.sampled_from(CHANNELS), max_size=2, unique=True),
    }
)


def ids(sql: str, params: tuple[Any, ...]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person_id FROM ({sql}) AS found ORDER BY 1", params)
        return [row[0] for row in cursor.fetchall()]


def matches(who: dict[str, Any], want: dict[str, Any]) -> bool:
    in_hamlet = who["hamlet"] and who["unit"] == "Xã Đất Mũi"
    places = [who["unit"] in REACHED[unit] or (unit == "Ấp Rạch Tàu" and in_hamlet) for unit in want["units"]]
    return (
        not who["erased"]
        and (not places or any(places))
        and (not want["languages"] or who["language"] in want["languages"])
        and (not want["any_groups"] or bool(set(want["any_groups"]) & set(who["groups"])))
        and set(want["all_groups"]) <= set(who["groups"])
        and (not want["channels"] or (who["yes"] and bool(set(want["channels"]) & set(who["channels"]))))
    )


@SLOW
@given(crowd=st.lists(person, max_size=8), want=wanted)
def test_compiled_segment_equals_the_naive_filter(world: World, crowd: list, want: dict[str, Any]) -> None:
    Person.objects.filter(source="crowd").update(erased_at=NOW)  # those of the examples before
    made = settle(
        *(
            contact(
                world,
                unit=who["unit"],
                channels=who["channels"],
                language=who["language"],
                groups=who["groups"],
                hamlet_id=world.units["Ấp Rạch Tàu"] if who["hamlet"] and who["unit"] == "Xã Đất Mũi" else None,
                source="crowd",
                agreed=[("policy_news", channel, who["yes"]) for channel in who["channels"]],
            )
            for who in crowd
        )
    )
    for row, who in zip(made, crowd, strict=True):
        if who["erased"]:
            erase_person(by=None, at=NOW, person=row)
    criteria = Criteria(**{key: tuple(value) for key, value in want.items()} | {
        "units": tuple(world.units[name] for name in want["units"])})  # fmt: skip
    expected = [(row.pk, who) for row, who in zip(made, crowd, strict=True) if matches(who, want)]
    assert ids(*people_sql(criteria, today=TODAY)) == [pk for pk, _who in expected]
    assert size(criteria, today=TODAY) == Size(
        len(expected),
        sum(who["yes"] for _pk, who in expected),
        {
            channel: count
            for channel in CHANNELS
            if (count := sum(who["yes"] and channel in who["channels"] for _pk, who in expected))
        },
    )


codes = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8), max_size=3)


@settings(max_examples=60)
@given(
    units=st.lists(st.integers(), max_size=3),
    on=st.none() | st.dates(),
    any_groups=codes,
    all_groups=codes,
    programmes=codes,
    languages=st.lists(st.sampled_from(["vi", "km", "en"]), max_size=3),
    channels=codes,
    purpose=st.sampled_from(["policy_news", "events", "case_reply"]),
)
def test_criteria_written_and_read_are_the_same(**parts: Any) -> None:
    criteria = Criteria(**{k: tuple(v) if isinstance(v, list) else v for k, v in parts.items()})
    assert Criteria.from_json(criteria.as_json()) == criteria


@pytest.mark.parametrize(
    "stored",
    [
        {"unit": [1]}, {"units": "1"}, {"units": ["1"]}, {"units": [True]}, {"on": "hôm qua"}, {"on": 5},
        {"languages": ["fr"]}, {"purpose": "ads"}, {"any_groups": [None]}, {"channels": {"sms": 1}},
    ],
)  # fmt: skip
def test_criteria_that_cannot_be_read_are_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(BadCriteriaError):
        Criteria.from_json(stored)


def test_programme_and_membership_follow_the_day(world: World) -> None:
    [early, late] = settle(contact(world, groups=("ntp_rural",)), contact(world))
    GroupMembership.objects.create(
        person=late, group=world.groups["ntp_rural"], valid=("2026-01-01", "2026-06-01"), source="test"
    )
    spring = Criteria(programmes=("ntp_rural",), on=date(2026, 3, 1))
    assert ids(*people_sql(spring)) == sorted([early.pk, late.pk])
    assert ids(*people_sql(Criteria(programmes=("ntp_rural",)), today=TODAY)) == [early.pk]


def test_a_kept_segment_is_one_query_and_counts_in_one(world: World, django_assert_num_queries: Callable) -> None:
    [who] = settle(contact(world, channels=("sms", "zalo")))
    editor = world.hire(Role.EDITOR)
    segment = save_segment(by=editor, at=NOW, name="Mọi người", criteria=Criteria(), unit_id=world.units["Tỉnh Mẫu"])
    assert segment.criteria == {"units": [world.units["Tỉnh Mẫu"]], "purpose": "policy_news"}
    with django_assert_num_queries(2):
        assert segment_size(segment.pk) == Size(1, 1, {"sms": 1, "zalo": 1})
    assert segment_size(segment.pk, purpose="events") == Size(1, 0, {})
    assert ids(*segment_people_sql(segment.pk)) == [who.pk]
    assert list(segments_for(editor)) == [segment]
    assert list(segments_for(world.hire(Role.EDITOR, unit="Tỉnh Khác"))) == []


def test_a_segment_never_reaches_beyond_the_writers_units(world: World) -> None:
    commune, other = world.units["Xã Khánh An"], world.units["Xã Đất Mũi"]
    editor = world.hire(Role.EDITOR, unit="Xã Khánh An")
    for unit_id, units in [(other, ()), (commune, (other,)), (commune, (commune, world.units["Tỉnh Mẫu"]))]:
        with pytest.raises(AccessDenied):
            save_segment(by=editor, at=NOW, name="x", criteria=Criteria(units=units), unit_id=unit_id)
    assert Segment.objects.count() == 0
    mine = save_segment(by=editor, at=NOW, name="Xã nhà", criteria=Criteria(), unit_id=commune)
    with pytest.raises(AccessDenied):
        save_segment(by=world.hire(Role.EDITOR, unit="Xã Đất Mũi"), at=NOW, name="lấy", criteria=Criteria(),
                     unit_id=other, segment=mine)  # fmt: skip
    with pytest.raises(SegmentNameTakenError):
        save_segment(by=editor, at=NOW, name="Xã nhà", criteria=Criteria(), unit_id=commune)
    with pytest.raises(BadCriteriaError, match=r"ghosts"):
        save_segment(by=editor, at=NOW, name="y", criteria=Criteria(any_groups=("ghosts",)), unit_id=commune)


def test_small_cells_of_sensitive_groups_are_withheld(world: World) -> None:
    settle(*(contact(world, groups=("poor", "workers")) for _n in range(MIN_CELL - 1)))
    poor = Criteria(any_groups=("poor",))
    assert shown_size(poor) == ShownSize(None, None, {"sms": None})
    assert shown_size(Criteria(any_groups=("workers",))) == ShownSize(4, 4, {"sms": 4})
    leader = world.hire(Role.LEADER)
    cells = {row.group.code: row.people for row in overview(leader).groups}
    assert (cells["poor"], cells["workers"], cells["near_poor"]) == (None, 4, 0)
    settle(contact(world, groups=("poor",)))
    assert shown_size(poor) == ShownSize(5, 5, {"sms": 5})


def test_overview_counts_only_the_users_units(world: World, django_assert_num_queries: Callable) -> None:
    settle(contact(world, unit="Xã Mỏ Ốc"), contact(world, unit="Xã Khánh An", agreed=[]), contact(world))
    settle(contact(world, unit="Xã Khánh Hòa"))
    officer = world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi")
    with django_assert_num_queries(2):
        found = overview(officer)
    assert (found.people, found.reachable, found.by_channel) == (2, 2, {"sms": 2})
    assert {u.unit_id: (u.people, u.reachable) for u in found.units} == {
        world.units["Xã Mỏ Ốc"]: (1, 1), world.units["Xã Đất Mũi"]: (1, 1)}  # fmt: skip
    with pytest.raises(AccessDenied):
        overview(world.hire(Role.CONTRIBUTOR))
