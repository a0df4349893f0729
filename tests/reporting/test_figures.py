"""Figures equal a plain recount; zero, missing and not applicable stay apart; few queries, whatever the size."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from lantoa.agencies.models import AgencyVersion, Succession
from lantoa.channels.registry import channels, publics
from lantoa.listening.models import CaseEvent
from lantoa.newsroom import services
from lantoa.newsroom.counting import PageTally, pages_published
from lantoa.outreach.enums import DeliveryState
from lantoa.outreach.placement_enums import PlacementState
from lantoa.planning.enums import FINISHED, TaskStatus
from lantoa.reporting import selectors
from lantoa.reporting.enums import CasePlace, Put, Reach, Standing
from lantoa.reporting.exporting import csv_lines
from lantoa.reporting.figures import (
    MISSING,
    NOT_APPLICABLE,
    Figure,
    canonical,
    count,
    data_hash,
    entries,
    from_json,
    total,
)
from lantoa.reporting.periods import Period
from lantoa.reporting.placings import decree
from lantoa.reporting.rules import ReportingError
from lantoa.territory.models import Unit, UnitEvent, UnitLineage, UnitVersion
from tests.newsroom.conftest import editor, hire, publish, reviewer, site, unit, write
from tests.planning.conftest import agency
from tests.planning.conftest import unit as new_unit
from tests.reporting.world import END, NOON, NOW, QUARTER, START, World, broadcast, build, case, plan, put, task, told

__all__ = ["editor", "hire", "publish", "reviewer", "site", "unit", "write"]
pytestmark = [pytest.mark.django_db, pytest.mark.sql]

PLACES = ("province", "north", "south", "elsewhere")
RANK = ("none", "accepted", "delivered", "read")
MOMENTS = (NOON, NOON - timedelta(days=60), datetime(2026, 9, 30, 16, 59, tzinfo=UTC),
           datetime(2026, 9, 30, 17, 0, tzinfo=UTC), datetime(2026, 12, 31, 16, 59, tzinfo=UTC),
           datetime(2026, 12, 31, 17, 0, tzinfo=UTC))  # fmt: skip
place = st.sampled_from(PLACES)
moment = st.sampled_from(MOMENTS)
reachable = st.tuples(st.sampled_from(["sms", "zalo"]), st.sampled_from(DeliveryState.values))
delivery = st.builds(
    lambda who, home, how: (who, home, *how),
    st.integers(1, 5), place, reachable | st.just(("none", "suppressed")),
)  # fmt: skip
stood = st.tuples(place, st.sampled_from([*publics(), "pigeon"]), st.sampled_from(PlacementState.values),
                  st.booleans(), st.none() | st.integers(0, 300))  # fmt: skip
sent = st.tuples(place, moment, st.sampled_from(["a", "b)", "z", ""]),
                 st.lists(delivery, max_size=5, unique_by=lambda facts: facts[0]),
                 st.lists(stood, max_size=4))  # fmt: skip
heard = st.tuples(place, moment, st.sampled_from(CasePlace.values))
given_out = st.tuples(st.sampled_from(["office", "committee", "far_office"]), st.sampled_from(TaskStatus.values[1:]),
                      st.sampled_from([None, date(2026, 11, 1), date(2027, 6, 1)]), st.booleans())  # fmt: skip


def inside(at: datetime) -> bool:
    return datetime(2026, 9, 30, 17, tzinfo=UTC) <= at < datetime(2026, 12, 31, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def world(db: None) -> World:
    return build()


@given(st.sampled_from(["committee", "office"]), st.lists(sent, max_size=5), st.lists(heard, max_size=6),
       st.lists(given_out, max_size=5))  # fmt: skip
@settings(max_examples=25)
def test_figures_equal_a_plain_recount(
    db: None, who: str, messages: list[Any], cases: list[Any], tasks: list[Any]
) -> None:
    with transaction.atomic():
        world = build()
        for at_unit, at, line, deliveries, outlets in messages:
            rows = [(person, getattr(world, home), channel, state) for person, home, channel, state in deliveries]
            released = broadcast(world, getattr(world, at_unit), rows, line=line, at=at)
            for where, kind, state, proven, number in outlets:
                put(released, getattr(world, where), kind, state, proven=proven, count=number)
        for at_unit, at, stands in cases:
            case(getattr(world, at_unit), stands, at=at)
        version = plan(world, world.province)
        for owner, status, due, helps in tasks:
            task(version, getattr(world, owner), status, due_on=due, helping=[world.office] if helps else [])
        found = selectors.figures(getattr(world, who), QUARTER, NOW)
        transaction.set_rollback(True)

    mine = {"committee": {"province", "north", "south"}, "office": {"north"}}[who]
    out = [row for row in messages if inside(row[1])]
    own = [row for row in out if row[0] in mine]
    states = Counter(state for row in own for *_rest, state in row[3])
    assert found.messages == found.broadcasts == count(len(own))
    assert found.audience == count(sum(len(row[3]) for row in own))
    assert {row.key: row.figure for row in found.states} == {s: count(states[s]) for s in DeliveryState.values}
    by_channel = Counter((channel, state) for row in own for _who, _home, channel, state in row[3])
    assert {(row.channel, one.key): one.figure for row in found.by_channel for one in row.states} == {
        (channel, state): count(by_channel[channel, state])
        for channel in (*found.channels, "none")
        for state in DeliveryState.values
    }
    assert_outlets(found, [(row[0] in mine, one) for row in out for one in row[4] if one[0] in mine])
    assert reached(found.people) == naive_reach(own, lambda _home: True)
    assert reached(found.residents) == naive_reach(out, mine.__contains__)
    lines = Counter(row[2].rstrip(")") for row in own)
    grid = {
        (row[2].rstrip(")"), channel): 0 for row in own for channel in found.channels
    } | Counter((row[2].rstrip(")"), channel) for row in own for channel in {d[2] for d in row[3]})  # fmt: skip
    shown = {line.label: line for line in found.lines}
    assert {label: line.messages for label, line in shown.items()} == {
        label: count(lines[label]) for label in {"a", "b", "c", *lines}
    }
    assert {line.label for line in found.starved} == {"a", "b", "c"} - set(lines)
    assert {
        (line.label, channel): figure
        for line in found.lines
        for channel, figure in zip(found.channels, line.by_channel, strict=True)
    } == {(label, channel): count(grid.get((label, channel), 0)) for label in shown for channel in found.channels}
    stands = Counter(row[2] for row in cases if inside(row[1]) and row[0] in mine)
    assert {row.key: row.figure for row in found.cases} == {p: count(stands[p]) for p in CasePlace.values}
    assert found.received == count(sum(stands.values()))
    held = [row for row in tasks if row[0] == who or (who == "office" and row[3])]
    if not tasks:
        assert {row.figure for row in found.tasks} | {found.tasks_late} == {MISSING}
    elif not held:
        assert {row.figure for row in found.tasks} | {found.tasks_late} == {NOT_APPLICABLE}
    else:
        kept = Counter(row[1] for row in held)
        assert {row.key: row.figure for row in found.tasks} == {s: count(kept[s]) for s in TaskStatus.values}
        late = [row for row in held if row[2] == date(2026, 11, 1) and row[1] not in FINISHED]
        assert found.tasks_late == count(len(late))


STANDS = {"done": "done", "planned": "waiting", "sending": "waiting", "accepted": "waiting", "missed": "unproven",
          "unknown": "unproven", "failed": "failed", "withdrawn": "off", "cancelled": "off"}  # fmt: skip


def assert_outlets(found: Any, rows: list[Any]) -> None:
    """`rows` are (own, (where, kind, state, proven, number)) of the period in these units."""
    assert (found.placings.total, found.placings.own) == (count(len(rows)), count(sum(own for own, _one in rows)))
    places: Counter[tuple[str, str]] = Counter()
    counted: Counter[str] = Counter()
    for _own, (_where, kind, state, proven, number) in rows:
        there = state == "done" or (state == "withdrawn" and proven)
        places[decree(kind), "done" if there else STANDS[state]] += 1
        counted[decree(kind)] += (number or 0) if there else 0
    shown = {row.kind: row for row in found.placings.rows}
    assert set(shown) == {decree(kind) for kind in publics()} | {kind for kind, _place in places}
    for kind, row in shown.items():
        assert {one.key: one.figure for one in row.places} == {one: count(places[kind, one]) for one in Put.values}
        assert row.total == total(row.places)
        counts = kind in ("bulletin", "leaflet", "propagandist")
        assert row.counted == (count(counted[kind]) if counts else NOT_APPLICABLE)


def reached(rows: Any) -> dict[str, Figure]:
    return {row.key: row.figure for row in rows}


def naive_reach(rows: list[Any], lives_here: Any) -> dict[str, Figure]:
    best: dict[int, int] = {}
    for row in rows:
        for who, home, _channel, state in row[3]:
            if lives_here(home):
                best[who] = max(best.get(who, 0), RANK.index(state) if state in RANK else 0)
    sums = Counter(RANK[rank] for rank in best.values())
    return {reach: count(sums[reach]) for reach in Reach.values}


def test_the_same_message_in_two_broadcasts_is_one_message(world: World) -> None:
    first = broadcast(world, world.north, [(1, world.north, "sms", "read")])
    broadcast(world, world.north, [(2, world.north, "zalo", "failed")], message=first.version.message)
    found = selectors.figures(world.office, QUARTER, NOW)
    assert (found.messages, found.broadcasts, found.audience) == (count(1), count(2), count(2))
    line = next(line for line in found.lines if line.label == "a")
    assert (line.messages, dict(zip(found.channels, line.by_channel, strict=True))) == (
        count(1),
        dict.fromkeys(channels(), count(0)) | {"zalo": count(1), "sms": count(1)},
    )


def test_a_reopened_case_waits_again(world: World) -> None:
    reopened = case(world.north, "on_time")
    CaseEvent.objects.create(case=reopened, happening="reopened", at=NOW, due_at=NOW + timedelta(days=5))
    found = selectors.figures(world.office, QUARTER, NOW)
    assert {row.key: row.figure.value for row in found.cases} == {
        "on_time": 0, "late": 0, "waiting": 1, "overdue": 0, "referred": 0,
    }  # fmt: skip


def test_nothing_done_is_zero_and_nothing_recorded_is_missing(db: None) -> None:
    world = build(recorded=False)
    blank = selectors.figures(world.committee, QUARTER, NOW)
    assert {entry.figure.standing for entry in entries(blank)} == {Standing.MISSING}
    plan(world, world.province)
    case(world.north, "on_time")
    partly = selectors.figures(world.committee, QUARTER, NOW)
    assert (partly.received, partly.messages) == (count(1), MISSING)


def test_zero_missing_and_not_applicable_stand_side_by_side(world: World) -> None:
    without_plan = selectors.figures(world.office, QUARTER, NOW)
    assert (without_plan.messages, without_plan.tasks_late) == (count(0), MISSING)
    task(plan(world, world.province), world.committee, "active")
    found = selectors.figures(world.office, QUARTER, NOW)
    assert (found.messages, found.tasks_late) == (count(0), NOT_APPLICABLE)
    assert [line.label for line in found.starved] == ["a", "b", "c"]


@pytest.mark.parametrize(("standing", "value"), [
    (Standing.ZERO, 1), (Standing.ZERO, None), (Standing.COUNTED, 0), (Standing.COUNTED, None), (Standing.MISSING, 0),
    (Standing.NOT_APPLICABLE, 0),
])  # fmt: skip
def test_a_figure_refuses_a_value_that_its_standing_denies(standing: Standing, value: int | None) -> None:
    with pytest.raises(ValueError, match="is not"):
        Figure(standing, value)


def test_facts_of_a_unit_that_is_gone_count_for_the_one_it_became(world: World) -> None:
    day = date(2026, 7, 1)
    gone = new_unit("Xã Sen Cũ", "commune", 3)
    old = UnitVersion.objects.get(unit=gone)
    old.valid = DateRange(date(2000, 1, 1), day)
    old.save()
    merger = UnitEvent.objects.create(kind="merge", on=day, decision="Nghị quyết mẫu")
    UnitLineage.objects.create(event=merger, from_unit=gone, to_unit_id=world.north)
    broadcast(world, gone.pk, [(1, gone.pk, "sms", "read")])
    case(gone.pk, "late")
    found = selectors.figures(world.office, QUARTER, NOW)
    assert (found.messages, found.received, found.case("late")) == (count(1), count(1), count(1))


def test_tasks_pass_to_the_agency_that_took_everything_over(world: World) -> None:
    before = agency("Sở Lao động", "department", new_unit("Tỉnh Khác", "province", 1))
    task(plan(world, world.province), before, "active", due_on=date(2026, 10, 5))
    Succession.objects.create(from_agency_id=before, to_agency_id=world.committee, on=date(2026, 3, 1))
    found = selectors.figures(world.committee, QUARTER, NOW)
    assert (found.tasks_late, {row.key for row in found.tasks if row.figure.value}) == (count(1), {"active"})


def test_pages_count_once_by_line_and_day(write: Any, publish: Any, unit: int) -> None:
    page = publish(write("Một", content_line="a"))
    publish(write("Hai", content_line="b"))
    write("Chưa đăng", content_line="c")
    day = timezone.localdate(page.first_published_at)
    assert pages_published([unit], start=day, end=day + timedelta(days=1)).lines == {"a": 1, "b": 1}
    assert pages_published([unit], start=day + timedelta(days=2), end=day + timedelta(days=9)) == PageTally({}, {})
    assert pages_published([unit + 1], start=day, end=day) == PageTally({}, {})


def test_a_page_for_several_programmes_and_in_two_languages_counts_once_in_all_periods(
    write: Any, publish: Any, unit: int, editor: Any
) -> None:
    all_three = ["ntp_poverty", "ntp_rural", "ntp_ethnic"]
    page = publish(write("Cho cả ba chương trình", content_line="a", programmes=all_three))
    english = publish(services.begin_translation(page=page, language="en", by=editor, at=page.first_published_at))
    first = page.first_published_at
    Page.objects.filter(pk=english.pk).update(first_published_at=first + timedelta(days=40))
    day = timezone.localdate(first)
    once = PageTally({"a": 1}, {tuple(sorted(all_three)): 1})
    assert pages_published([unit], start=day, end=day + timedelta(days=90)) == once
    assert pages_published([unit], start=day, end=day) == once
    assert pages_published([unit], start=day + timedelta(days=30), end=day + timedelta(days=90)) == PageTally({}, {})


def test_pages_stand_under_each_programme_they_serve_and_once_in_all(write: Any, publish: Any, unit: int) -> None:
    tagged = [[], ["ntp_poverty"], ["ntp_poverty"], ["ntp_rural", "ntp_poverty"], ["ntp_ethnic", "ntp_rural"]]
    pages = [publish(write(f"Bài {number}", programmes=codes)) for number, codes in enumerate(tagged)]
    day = timezone.localdate(pages[0].first_published_at)
    office = agency("Ủy ban nhân dân", "peoples_committee", Unit.objects.get(pk=unit))
    found = selectors.figures(office, Period(day, day), pages[-1].first_published_at)
    programmes = found.programmes
    assert programmes is not None
    assert {row.programme: (row.pages.value, row.alone.value) for row in programmes.rows} == {
        "ntp_poverty": (3, 2), "ntp_rural": (2, 0), "ntp_ethnic": (1, 0),
    }  # fmt: skip
    assert (programmes.several, programmes.none, found.pages) == (count(2), count(1), count(5))
    assert sum(row.alone.value or 0 for row in programmes.rows) + 2 + 1 == 5


def test_few_queries_however_much_there_is(world: World) -> None:
    version = plan(world, world.province, "abcde")
    for number in range(6):
        row = broadcast(world, world.north, [(number, world.north, "sms", "read")], line="abc"[number % 3])
        for kind in publics():
            put(row, (world.north, world.south)[number % 2], kind, "done", count=number)
        case(world.south, "on_time")
        task(version, world.committee, "active")
    with CaptureQueriesContext(connection) as queries:
        selectors.figures(world.committee, QUARTER, NOW)
    assert len(queries) <= 12, [query["sql"][:100] for query in queries]


def test_the_canonical_text_comes_back_whole(world: World) -> None:
    plan(world, world.province)
    broadcast(world, world.north, [(1, world.north, "sms", "read")])
    found = selectors.figures(world.committee, QUARTER, NOW)
    again = selectors.figures(world.committee, QUARTER, NOW + timedelta(minutes=1))
    assert from_json(canonical(found)) == found == again
    assert (len(data_hash(found)), data_hash(found)) == (64, data_hash(again))


def test_what_a_version_kept_before_outlets_were_counted_says_stays_its_own(world: World) -> None:
    put(broadcast(world, world.north, []), world.north, "board", "done")
    found = selectors.figures(world.committee, QUARTER, NOW)
    old = replace(found, placings=None, press=None, asked=None, programmes=None, told=None)
    assert '"placings"' in canonical(found)
    assert '"press":' in canonical(found)
    assert '"asked":' in canonical(found)
    assert '"told":' in canonical(found)
    assert '"placings"' not in canonical(old)
    assert '"press":' not in canonical(old)
    assert '"asked":' not in canonical(old)
    assert not any(f'"{part}":' in canonical(old) for part in ("programmes", "told"))
    assert (from_json(canonical(old)), data_hash(from_json(canonical(old)))) == (old, data_hash(old))
    assert not {"placings", "press", "asked", "programmes", "told"} & {entry.section for entry in entries(old)}


def test_what_the_press_told_counts_once_by_medium_in_its_units_and_days(world: World) -> None:
    told(world.north, "online", day=date(2026, 10, 1), programmes=["ntp_poverty", "ntp_rural"])
    told(world.north, "television", day=date(2026, 12, 31), minutes="2.5")
    told(world.south, "radio", day=date(2026, 11, 5), minutes="4")
    told(world.elsewhere, "print", day=date(2026, 11, 5))
    told(world.north, "print", day=date(2026, 9, 30))
    struck = told(world.north, "print", day=date(2026, 11, 6))
    struck.struck_at, struck.struck_by, struck.struck_why = NOW, world.clerk, "Nhầm ngày."
    struck.save()
    here, all_of_it = (selectors.figures(who, QUARTER, NOW).press for who in (world.office, world.committee))
    assert reached(here.media) == {"online": count(1), "print": count(0), "television": count(1), "radio": count(0)}
    assert reached(all_of_it.media)["radio"] == count(1)
    assert (here.total, here.minutes) == (count(2), count(3))
    assert (all_of_it.total, all_of_it.minutes) == (count(3), count(7)), "6.5 minutes, rounded once"
    assert total(all_of_it.media) == all_of_it.total


def test_what_the_press_told_stands_under_each_line_and_programme_and_once_in_all(world: World) -> None:
    plan(world, world.province)
    broadcast(world, world.north, [], line="b")
    served = [([], "a)"), (["ntp_poverty"], "a"), (["ntp_rural", "ntp_poverty"], "z"), (["ntp_poverty"], "")]
    for number, (programmes, line) in enumerate(served):
        medium = ("online", "print", "radio")[number % 3]
        told(world.north, medium, day=START, programmes=programmes, content_line=line, minutes=None)
    told(world.elsewhere, "print", day=START, programmes=["ntp_ethnic"], content_line="c")
    found = selectors.figures(world.office, QUARTER, NOW)
    assert found.told is not None
    assert found.press is not None
    assert reached(found.told.lines) == {"a": count(2), "b": count(0), "c": count(0), "z": count(1), "": count(1)}
    assert [row.key for row in found.told.lines] == [line.label for line in found.lines]
    assert {row.programme: (row.pieces.value, row.alone.value) for row in found.told.rows} == {
        "ntp_poverty": (3, 2), "ntp_rural": (1, 0), "ntp_ethnic": (0, 0),
    }  # fmt: skip
    assert (found.told.several, found.told.none, found.press.total) == (count(1), count(1), count(4))
    assert sum(row.alone.value or 0 for row in found.told.rows) + 1 + 1 == 4
    assert total(found.told.lines) == found.press.total == total(found.press.media)
    assert [line.label for line in found.starved] == ["a", "c"], "what others told feeds no line of ours"
    stated = [entry for entry in entries(found) if entry.section == "told" or entry.detail == "pieces"]
    assert [(entry.item, entry.detail, entry.figure.value) for entry in stated] == [
        ("a", "pieces", 2), ("b", "pieces", 0), ("c", "pieces", 0), ("z", "pieces", 1), ("", "pieces", 1),
        ("ntp_poverty", "pieces", 3), ("ntp_poverty", "alone", 2), ("ntp_rural", "pieces", 1),
        ("ntp_rural", "alone", 0), ("ntp_ethnic", "pieces", 0), ("ntp_ethnic", "alone", 0),
        ("pieces_several", "", 1), ("pieces_none", "", 1),
    ]  # fmt: skip
    lines = [line for line in csv_lines(found) if "press by national" in line or ",Pieces of the press," in line]
    assert len(lines) == 5 + 6 + 2 + 1, "and what there is in all"


def test_a_period_or_agency_that_was_not_is_refused(world: World) -> None:
    with pytest.raises(ReportingError, match="not begun"):
        selectors.figures(world.committee, Period(date(2027, 4, 1), date(2027, 6, 30)), NOW)
    late = AgencyVersion.objects.get(agency=world.office)
    late.valid = DateRange(date(2000, 1, 1), date(2026, 10, 1))
    late.save()
    with pytest.raises(ReportingError, match="did not exist"):
        selectors.figures(world.office, QUARTER, NOW)
    assert selectors.figures(world.office, Period(date(2026, 7, 1), END), NOW).end == END
    assert QUARTER.start == START
