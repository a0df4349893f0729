"""Placements: made at release, proven by people, and what the database refuses whatever code asks for."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from PIL import Image

from lantoa.channels.registry import PUBLIC_BUILT_IN
from lantoa.kernel import private_files
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from lantoa.kernel.pictures import UnreadablePicture
from lantoa.outlets.models import Outlet
from lantoa.outreach.confirm_links import DeadLink, link_for, placement_of
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Broadcast, Delivery, Placement, PlacementEvent, PlacementProof
from lantoa.outreach.placement_enums import PlacementState
from lantoa.outreach.selectors.placements import placement_tally, to_confirm
from lantoa.outreach.services import (
    CannotChangeError,
    CannotConfirmError,
    CannotPlaceError,
    CannotReleaseError,
    Plan,
    Shown,
    cancel,
    confirm,
    pause,
    prepare,
    release,
    remind,
    take_down,
    undo,
)
from lantoa.outreach.services.ending import tidy
from lantoa.outreach.spread import Spread
from tests.outreach.public_world import HERE, outlet, photo, placed, public_version, settle_unit, states_of
from tests.outreach.world import NOW, World, people, sql

LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _horn(settings: LazySettings) -> Iterator[None]:
    settings.LANTOA_PUBLIC_CHANNELS = [*PUBLIC_BUILT_IN, f"{HERE}.HORN"]
    return


@pytest.fixture
def place(world: World) -> World:
    settle_unit(world)
    return world


pytestmark = pytest.mark.django_db


def shown(**more: object) -> Shown:
    return Shown(**{"at": NOW + timedelta(hours=1), "photo": photo(), **more})  # type: ignore[arg-type]


def test_release_makes_one_placement_for_each_outlet_in_reach_and_no_delivery(place: World) -> None:
    boards = [outlet(place), outlet(place)]
    outlet(place, "leaflet")
    Outlet.objects.filter(pk=outlet(place).pk).update(valid="[2020-01-01,2021-01-01)")
    row = placed(place, ["board"])
    assert (row.audience_count, row.placement_count, row.state) == (0, 2, BroadcastState.RUNNING)
    made = Placement.objects.filter(broadcast=row)
    assert {(one.outlet_id, one.state, one.key) for one in made} == {
        (one.pk, "planned", f"{row.key}-p{one.pk}-0") for one in boards
    }
    assert Delivery.objects.count() == 0
    assert release(broadcast=row, by=place.leader, at=LATER).placement_count == 2


def test_persons_and_outlets_in_one_broadcast(place: World) -> None:
    from lantoa.audience.models import Segment

    people(place, 3)
    outlet(place)
    segment = Segment.objects.create(name="Mọi người", unit_id=place.unit_id, updated_at=NOW)
    plan = Plan(
        segment_id=segment.pk, channels=["sms"], expires_at=NOW + timedelta(days=2), spread=Spread(kinds=("board",))
    )
    row = prepare(version=public_version(place), plan=plan, by=place.officer, at=NOW)
    row = release(broadcast=row, by=place.leader, at=NOW)
    assert (row.audience_count, row.placement_count) == (3, 1)
    confirm(placement=Placement.objects.get(), shown=shown(), by=place.officer, at=LATER)
    assert tidy(at=LATER) == 0, "the persons wait still"


def test_a_khmer_outlet_gets_khmer_where_it_is_written_and_vietnamese_else(place: World) -> None:
    from lantoa.outreach.services import Form, save_message
    from tests.outreach.world import approve, message

    outlet(place, "board", language="km")
    outlet(place, "leaflet", language="km")
    written = message(place)
    forms = [
        Form(channel="board", body="Vay vốn."), Form(channel="board", language="km", body="ខ្ចីប្រាក់"),
        Form(channel="leaflet", body="Vay vốn."),
    ]  # fmt: skip
    save_message(message=written, forms=forms, by=place.editor, at=NOW)
    written.refresh_from_db()
    placed(place, ["board", "leaflet"], version=approve(place, written))
    assert dict(Placement.objects.values_list("kind", "language")) == {"board": "km", "leaflet": "vi"}


def test_what_cannot_be_put_anywhere_is_refused_in_words(place: World) -> None:
    version = public_version(place)
    ahead = NOW + timedelta(days=1)
    for kinds, channels in (((), ()), (("bulletin",), ()), ((), ("zalo-xa",))):
        plan = Plan(segment_id=None, channels=channels, expires_at=ahead, spread=Spread(kinds=kinds))
        with pytest.raises(CannotChangeError):
            prepare(version=version, plan=plan, by=place.officer, at=NOW)
    nobody = Plan(segment_id=None, channels=["sms"], expires_at=ahead)
    with pytest.raises(CannotChangeError):
        prepare(version=version, plan=nobody, by=place.officer, at=NOW)
    plan = Plan(segment_id=None, channels=(), expires_at=ahead, spread=Spread(kinds=("board",)))
    row = prepare(version=version, plan=plan, by=place.officer, at=NOW)
    with pytest.raises(CannotReleaseError):  # no board in use there
        release(broadcast=row, by=place.leader, at=NOW)
    row.refresh_from_db()
    assert (row.state, row.placement_count) == (BroadcastState.APPROVED, None)


def test_a_photo_proves_a_board_and_is_kept_without_what_the_camera_told(place: World) -> None:
    row = placed(place) if outlet(place) else None
    one = Placement.objects.get(broadcast=row)
    with pytest.raises(CannotConfirmError) as refused:
        confirm(placement=one, shown=shown(photo=b""), by=place.officer, at=LATER)
    assert refused.value.field == "photo"
    done = confirm(placement=one, shown=shown(words="  Treo ở cổng ấp "), by=place.officer, at=LATER)
    proof = PlacementProof.objects.get()
    assert (done.state, done.done_at, proof.words, proof.by) == (
        PlacementState.DONE, NOW + timedelta(hours=1), "Treo ở cổng ấp", place.officer,
    )  # fmt: skip
    with Image.open(BytesIO(private_files.content_of(proof.photo))) as kept:
        assert max(kept.size) == 1600
        assert dict(kept.getexif()) == {}
    assert Outlet.objects.get().last_seen_at == proof.at
    assert tidy(at=LATER) == 1
    assert Broadcast.objects.get().state == BroadcastState.DONE


@pytest.mark.parametrize("content", [b"khong phai anh", b"GIF89a" + bytes(40), photo()[:200], b"<svg/>"])
def test_what_is_no_picture_is_refused_and_nothing_is_kept(place: World, content: bytes) -> None:
    outlet(place)
    placed(place)
    with pytest.raises(UnreadablePicture):
        confirm(placement=Placement.objects.get(), shown=shown(photo=content), by=place.officer, at=LATER)
    assert Placement.objects.get().state == PlacementState.PLANNED


def test_a_count_proves_leaflets_and_hours_that_cannot_be_are_refused(place: World) -> None:
    outlet(place, "leaflet", quantity=200)
    placed(place, ["leaflet"])
    one = Placement.objects.get()
    for wrong, field in (
        ({}, "count"), ({"count": 0}, "count"), ({"count": 5, "at": LATER + timedelta(hours=1)}, "at"),
        ({"count": 5, "at": NOW - timedelta(hours=1)}, "at"),
    ):  # fmt: skip
        with pytest.raises(CannotConfirmError) as refused:
            confirm(placement=one, shown=shown(photo=b"", **wrong), by=place.officer, at=LATER)
        assert refused.value.field == field
    done = confirm(placement=one, shown=shown(photo=b"", count=180), by=place.officer, at=LATER)
    assert (done.quantity, done.quantity_done) == (200, 180)


def test_only_who_answers_for_the_unit_confirms(place: World) -> None:
    outlet(place)
    placed(place)
    from django.apps import apps

    elsewhere = apps.get_model("territory", "Unit").objects.create().pk
    for stranger in (place.reviewer, place.hire(Role.CHANNEL_OFFICER, unit_id=elsewhere)):
        with pytest.raises(AccessDenied):
            confirm(placement=Placement.objects.get(), shown=shown(), by=stranger, at=LATER)
        assert list(to_confirm(stranger, at=LATER)) == []
    assert len(to_confirm(place.officer, at=LATER)) == 1


def test_a_wrong_confirmation_is_taken_back_and_stays_on_record(place: World) -> None:
    outlet(place)
    row = placed(place)
    one = confirm(placement=Placement.objects.get(), shown=shown(), by=place.officer, at=LATER)
    tidy(at=LATER)
    back = undo(placement=one, by=place.officer, at=LATER, note="nhầm ấp")
    row.refresh_from_db()
    assert (back.state, back.done_at, row.state) == (PlacementState.PLANNED, None, BroadcastState.RUNNING)
    assert [(one.step, one.after) for one in PlacementEvent.objects.all()] == [
        ("confirmed", "done"), ("undone", "planned"),
    ]  # fmt: skip
    with pytest.raises(CannotPlaceError):
        undo(placement=one, by=place.officer, at=LATER)
    again = confirm(placement=one, shown=shown(), by=place.officer, at=LATER)
    assert (again.state, PlacementProof.objects.count()) == (PlacementState.DONE, 2)


def test_what_nobody_confirmed_is_missed_after_the_grace_never_done(place: World, settings: LazySettings) -> None:
    settings.LANTOA_PLACEMENT_GRACE_HOURS = 24
    outlet(place)
    outlet(place, "horn")
    row = placed(place, ["board", "horn"])
    tidy(at=row.expires_at)
    assert placement_tally(row.pk) == {"board": {"planned": 1}, "horn": {"missed": 1}}, "no worker may take it now"
    board = Placement.objects.get(kind="board")
    tidy(at=row.expires_at + timedelta(hours=25))
    row.refresh_from_db()
    assert (states_of(row), row.state) == ({"missed": 2}, BroadcastState.DONE)
    assert list(to_confirm(place.officer, at=LATER)) == []
    remind(placement=board, by=place.officer, at=row.expires_at)
    assert [one.reminded for one in to_confirm(place.officer, at=LATER)] == [True]  # type: ignore[attr-defined]
    late = confirm(placement=board, shown=shown(), by=place.officer, at=row.expires_at + timedelta(days=3))
    assert late.state == PlacementState.DONE
    assert undo(placement=late, by=place.officer, at=row.expires_at).state == PlacementState.MISSED
    row.refresh_from_db()
    assert row.state == BroadcastState.DONE


def test_stopping_calls_off_what_is_not_there_yet(place: World) -> None:
    outlet(place)
    outlet(place)
    row = placed(place)
    one, other = Placement.objects.order_by("pk")
    confirm(placement=one, shown=shown(), by=place.officer, at=LATER)
    cancel(broadcast=row, by=place.leader, at=LATER)
    assert states_of(row) == {"done": 1, "cancelled": 1}
    with pytest.raises(CannotConfirmError):
        confirm(placement=other, shown=shown(), by=place.officer, at=LATER)
    undo(placement=one, by=place.officer, at=LATER)
    tidy(at=LATER)
    assert states_of(row) == {"cancelled": 2}


def test_paused_or_revoked_asks_nobody_to_put_it_anywhere(place: World) -> None:
    outlet(place)
    row = placed(place)
    pause(broadcast=row, by=place.leader, at=LATER)
    assert list(to_confirm(place.officer, at=LATER)) == []


def test_taken_down_is_the_end(place: World) -> None:
    outlet(place)
    placed(place)
    one = Placement.objects.get()
    with pytest.raises(CannotPlaceError):
        take_down(placement=one, by=place.officer, at=LATER)
    confirm(placement=one, shown=shown(), by=place.officer, at=LATER)
    assert take_down(placement=one, by=place.officer, at=LATER).state == PlacementState.WITHDRAWN


def test_a_link_opens_one_placement_until_it_is_over_or_replaced(place: World) -> None:
    outlet(place)
    outlet(place)
    row = placed(place)
    one, other = Placement.objects.select_related("broadcast").order_by("pk")
    token = link_for(one).rstrip("/").rpartition("/")[2]
    assert placement_of(token, at=LATER) == one
    for wrong in (token[:-1] + ("a" if token[-1] != "a" else "b"), "", "x", token.replace("-", ".", 1)):
        with pytest.raises(DeadLink):
            placement_of(wrong, at=LATER)
    with pytest.raises(DeadLink):
        placement_of(token, at=row.expires_at + timedelta(hours=49))
    confirm(placement=one, shown=shown(), by=None, at=LATER)
    assert PlacementProof.objects.get().by_link
    Placement.objects.filter(pk=one.pk).update(link_serial=1)
    with pytest.raises(DeadLink):
        placement_of(token, at=LATER)
    assert placement_of(link_for(other).rstrip("/").rpartition("/")[2], at=LATER) == other


ATTACKS = [
    "UPDATE outreach_placement SET state = 'done', done_at = now()",
    "UPDATE outreach_placement SET state = 'accepted', accepted_at = now()",
    "UPDATE outreach_placement SET state = 'withdrawn'",
    "UPDATE outreach_placement SET state = 'failed'",
    "UPDATE outreach_placement SET state = 'nowhere'",
    "UPDATE outreach_placement SET state = 'sending'",
    "UPDATE outreach_placement SET state = 'cancelled', lease_until = now()",
    "UPDATE outreach_placement SET state = 'cancelled', done_at = now()",
    "UPDATE outreach_placement SET quantity_done = 5",
    "UPDATE outreach_placement SET outlet_id = outlet_id + 1",
    "UPDATE outreach_placement SET quantity = 9",
    "UPDATE outreach_placement SET key = 'khac'",
    "UPDATE outreach_placement SET generation = 1",
    "UPDATE outreach_placement SET unit_id = NULL",
    "DELETE FROM outreach_placement",
    "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE outreach_placement CASCADE",
    (
        "INSERT INTO outreach_placement (broadcast_id, outlet_id, kind, unit_id, language, state, reason, key,"
        " generation, link_serial, attempts, provider_id, quantity) SELECT broadcast_id, outlet_id, kind, unit_id,"
        " 'vi', 'planned', '', 'khac', 0, 0, 0, '', 1 FROM outreach_placement"
    ),
    "UPDATE outreach_broadcast SET \"placing\" = '{}'",
    'UPDATE outreach_broadcast SET "placing" = \'{"kinds": ["leaflet"]}\'',
    "UPDATE outreach_broadcast SET placement_count = 7",
    "UPDATE outreach_broadcast SET placement_count = NULL",
    "UPDATE outreach_broadcast SET channels = '{}', \"placing\" = '{}'",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(place: World, attack: str) -> None:
    outlet(place)
    row = placed(place)
    with pytest.raises(Exception) as refused, transaction.atomic():
        sql(attack)
    assert isinstance(refused.value, IntegrityError) or "append-only" in str(refused.value).lower(), refused.value
    assert states_of(row) == {"planned": 1}


PROVEN_ATTACKS = [
    "UPDATE outreach_placement SET state = 'planned', done_at = NULL, quantity_done = NULL",
    "UPDATE outreach_placement SET state = 'cancelled', done_at = NULL, quantity_done = NULL",
    "UPDATE outreach_placementproof SET words = 'khác'",
    "DELETE FROM outreach_placementproof",
    "UPDATE outreach_placementevent SET note = 'khác'",
    "DELETE FROM outreach_placementevent",
    "UPDATE outreach_placementproof SET by_id = NULL",
    (
        "INSERT INTO outreach_placementproof (placement_id, at, words, photo, photo_sha256, by_link, recorded_at)"
        " SELECT id, now(), '', '', '', false, now() FROM outreach_placement"
    ),
    (
        "INSERT INTO outreach_placementproof (placement_id, at, words, photo, photo_sha256, by_link, recorded_at)"
        " SELECT id, now() + interval '1 day', '', '', '', true, now() FROM outreach_placement"
    ),
    (
        "INSERT INTO outreach_placementevent (placement_id, step, before, after, note, at)"
        " SELECT id, 'confirmed', 'planned', 'done', '', now() FROM outreach_placement"
    ),
]


@pytest.mark.parametrize("attack", PROVEN_ATTACKS)
def test_the_database_keeps_what_was_proven(place: World, attack: str) -> None:
    outlet(place)
    row = placed(place)
    confirm(placement=Placement.objects.get(), shown=shown(), by=place.officer, at=LATER)
    with pytest.raises(Exception) as refused, transaction.atomic():
        sql(attack)
    assert isinstance(refused.value, IntegrityError) or "append-only" in str(refused.value).lower(), refused.value
    assert states_of(row) == {"done": 1}


def test_a_proof_taken_back_proves_nothing_any_more(place: World) -> None:
    outlet(place)
    row = placed(place)
    one = confirm(placement=Placement.objects.get(), shown=shown(), by=place.officer, at=LATER)
    undo(placement=one, by=place.officer, at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("UPDATE outreach_placement SET state = 'done', done_at = now()")
    assert states_of(row) == {"planned": 1}


def test_the_table_of_moves_is_the_databases_own() -> None:
    from lantoa.outreach.placement_enums import PLACEMENT_MOVES

    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'outreach_placement_move'")
        source = cursor.fetchone()[0]
    for before, allowed in PLACEMENT_MOVES.items():
        for after in PlacementState:
            assert (f"'{before}>{after}'" in source) == (after in allowed), (before, after)
