"""Commands to a device over a real Mosquitto, with everything that goes wrong on the way."""

import asyncio
import json
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lantoa.channels.contract import Accepted, AccountProblem, Rejected, Retry, SendProblem
from lantoa.channels.loudspeaker.keys import new_private
from lantoa.channels.loudspeaker.protocol import moment_text
from lantoa.channels.placing import Place, Priority

from .conftest import DEVICE, TOPIC, World


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_a_message_is_taken_played_and_told(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            assert await placer.place(world.placing("m-1", seconds=4)) == Accepted("m-1", delivered=False)
            await world.until(lambda: ("m-1", "finished") in world.words())
            assert world.words() == [("m-1", "started"), ("m-1", "finished")]
            assert world.heard[-1][1]["seconds"] == 4
            assert world.device.ledger.totals()["doubles"] == 0

    run(story())


def test_a_repeat_is_dropped_by_the_device(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            for attempt in (1, 2, 3):
                await placer.place(world.placing("m-1", attempt=attempt))
            await world.until(lambda: ("m-1", "finished") in world.words())
            await world.until(lambda: world.device.refused.count("repeated") == 2)
            assert world.words() == [("m-1", "started"), ("m-1", "finished")]

    run(story())


def test_the_last_will_tells_that_a_device_lost_power_and_a_good_bye_does_too(world: World) -> None:
    async def story() -> None:
        async with world.running():
            await world.device.pull_plug()
            await world.until(lambda: world.states()[-1] == "offline")
            await world.make_device().start()
            await world.until(lambda: world.states()[-1] == "online")
            await world.device.stop()
            await world.until(lambda: world.states()[-1] == "offline")
            assert world.unproven == 0

    run(story())


def test_what_came_while_the_power_was_off_is_played_once(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            await world.device.pull_plug()
            for _attempt in (1, 2):
                assert await placer.place(world.placing("m-1")) == Accepted("m-1")
            await world.make_device().start()
            await world.until(lambda: ("m-1", "finished") in world.words())
            await world.until(lambda: world.device.refused == ["repeated"])
            assert world.words() == [("m-1", "started"), ("m-1", "finished")]

    run(story())


def test_power_lost_while_playing_begins_the_message_again_and_keeps_what_was_seen(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            await placer.place(world.placing("m-1", seconds=60))
            await world.until(lambda: ("m-1", "started") in world.words())
            await world.device.pull_plug()
            await world.make_device(time_scale=600.0).start()
            await world.until(lambda: ("m-1", "finished") in world.words())
            assert world.device.ledger.totals()["accepted"] == 1
            await placer.place(world.placing("m-1"))
            await world.until(lambda: world.device.refused == ["repeated"])

    run(story())


def test_a_broker_killed_in_the_middle_loses_nothing_and_plays_nothing_twice(world: World) -> None:
    async def story() -> None:
        async with world.running(time_scale=60.0), world.placer() as placer:
            keys = [f"m-{n}" for n in range(12)]
            await world.device.pull_plug()
            for key in keys[:6]:
                await placer.place(world.placing(key))
            await world.make_device(time_scale=60.0).start()
            await world.until(world.words)
            world.broker.kill()
            with pytest.raises(SendProblem):
                await placer.place(world.placing(keys[6]))
            await asyncio.to_thread(world.broker.start)
            for key in keys:  # whatever is in doubt is sent again, with its key
                await placed(world, placer, key)
            await world.until(lambda: {(key, "finished") for key in keys} <= set(world.words()))
            totals = world.device.ledger.totals()
            assert (totals["accepted"], totals["doubles"]) == (12, 0)
            assert world.device.connections >= 2

    run(story())


async def placed(world: World, placer: Any, key: str) -> None:
    """Place as the engine does: again, as long as it may."""
    for _attempt in range(50):
        try:
            await placer.place(world.placing(key))
        except Retry:
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError("never taken")


@pytest.mark.parametrize("forgery", ["another key", "changed", "another device's", "no signature", "nonsense", "twice"])
def test_a_forged_command_is_not_obeyed(world: World, forgery: str) -> None:
    async def story() -> None:
        async with world.running():
            genuine = world.command("m-1")
            told = json.loads(genuine)
            payload = {
                "another key": lambda: world.command("m-1", private=new_private()),
                "changed": lambda: json.dumps({**told, "volume": 100}).encode(),
                "another device's": lambda: world.command("m-1", topic="96/32000/loa-2/cmd"),
                "no signature": lambda: json.dumps({k: v for k, v in told.items() if k != "sig"}).encode(),
                "nonsense": lambda: b"\xff\x00{",
                "twice": lambda: genuine[:-1] + b',"volume":100}',
            }[forgery]()
            assert await world.publish(payload) == 0
            await world.until(lambda: world.device.refused)
            assert (world.device.refused, world.words()) == (["forged"], [])
            assert world.device.ledger.totals()["accepted"] == 0

    run(story())


def test_a_replayed_command_is_refused_while_it_is_remembered_and_by_its_expiry_afterwards(world: World) -> None:
    async def story() -> None:
        async with world.running():
            soon = moment_text(timezone.now() + timedelta(seconds=3))
            payload = world.command("m-1", expires_at=soon)
            await world.publish(payload)
            await world.until(lambda: ("m-1", "finished") in world.words())
            await world.publish(payload)
            await world.until(lambda: world.device.refused == ["repeated"])
            await asyncio.sleep(3)
            world.device.memory.keep(world.device.now())
            assert world.device.memory.seen == {}  # forgotten: the memory does not grow for ever
            await world.publish(payload)
            await world.until(lambda: world.device.refused == ["repeated", "expired"])
            assert world.device.ledger.totals()["accepted"] == 1

    run(story())


def test_the_broker_drops_what_expired_while_the_device_was_away(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            await world.device.pull_plug()
            soon = timezone.now() + timedelta(seconds=2)
            await placer.place(world.placing("m-1", expires_at=soon, priority=Priority.URGENT))
            await placer.place(world.placing("m-2"))
            await asyncio.sleep(2.5)
            await world.make_device().start()
            await world.until(lambda: ("m-2", "finished") in world.words())
            assert world.words("m-1") == []

    run(story())


def test_a_message_waits_for_its_time_and_expires_when_its_turn_comes_too_late(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            now = timezone.now()
            await placer.place(world.placing("long", seconds=50))
            await world.publish(world.command("late", expires_at=moment_text(now + timedelta(seconds=2))))
            await placer.place(world.placing("timed", starts_at=now + timedelta(seconds=4)))
            await world.until(lambda: ("timed", "finished") in world.words())
            assert world.words() == [
                ("long", "started"), ("long", "finished"), ("late", "failed"), ("timed", "started"),
                ("timed", "finished"),
            ]  # fmt: skip

    run(story())


def test_an_urgent_message_interrupts_and_what_it_interrupted_is_played_again(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            await placer.place(world.placing("plain", seconds=40))
            await placer.place(world.placing("liked", seconds=2, priority=Priority.PREFERRED))
            await world.until(lambda: ("plain", "started") in world.words())
            await placer.place(world.placing("urgent", seconds=4, priority=Priority.URGENT))
            await world.until(lambda: ("plain", "finished") in world.words())
            assert world.words() == [
                ("plain", "started"), ("plain", "put_off"), ("urgent", "started"), ("urgent", "finished"),
                ("liked", "started"), ("liked", "finished"), ("plain", "started"), ("plain", "finished"),
            ]  # fmt: skip
            cut = next(told for kind, told in world.heard if told.get("event") == "put_off")
            assert 0 <= cut["seconds"] < 40
            totals = world.device.ledger.totals()
            assert (totals["accepted"], totals["doubles"], totals["repeats"]) == (3, 0, 0)

    run(story())


def test_an_urgent_message_does_not_interrupt_another(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            for key in ("u-1", "u-2"):
                await placer.place(world.placing(key, priority=Priority.URGENT))
            await world.until(lambda: ("u-2", "finished") in world.words())
            assert [word for _key, word in world.words()] == ["started", "finished"] * 2

    run(story())


def test_a_message_taken_back_stops_or_never_begins(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            playing, waiting = world.placing("m-1", seconds=400), world.placing("m-2")
            await placer.place(playing)
            await placer.place(waiting)
            await world.until(lambda: ("m-1", "started") in world.words())
            for placing in (waiting, playing, playing):
                await placer.withdraw(placing, placing.key)
            await world.until(lambda: ("m-1", "stopped") in world.words())
            assert world.words() == [("m-1", "started"), ("m-2", "stopped"), ("m-1", "stopped")]

    run(story())


def test_a_device_that_says_everything_twice_or_late_or_nothing(world: World) -> None:
    async def story() -> None:
        async with world.running(receipt_repeat=3, receipt_delay_ms=200), world.placer() as placer:
            await placer.place(world.placing("m-1"))
            await world.until(lambda: world.words().count(("m-1", "finished")) == 3)
            world.device.behave(receipts=False)
            await placer.place(world.placing("m-2"))
            await world.until(lambda: world.device.ledger.totals()["accepted"] == 2)
            assert world.words("m-2") == []

    run(story())


def test_a_device_that_hangs_up_on_a_command_gets_it_again_and_plays_it_once(world: World) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            world.device.behave(drop=1.0)
            await placer.place(world.placing("m-1"))
            await world.until(lambda: world.device.connections > 2)
            world.device.behave(drop=0.0)
            await world.until(lambda: ("m-1", "finished") in world.words())
            assert "repeated" in world.device.refused
            assert world.device.ledger.totals()["doubles"] == 0

    run(story())


def test_a_forged_acknowledgement_is_told_from_a_genuine_one(world: World) -> None:
    async def story() -> None:
        async with world.running(forge=1.0), world.placer() as placer:
            await placer.place(world.placing("m-1"))
            await world.until(lambda: world.unproven == 2)
            assert world.words() == []

    run(story())


def test_a_device_whose_clock_is_far_ahead_says_that_everything_has_expired(world: World) -> None:
    async def story() -> None:
        async with world.running(clock_off_s=86_400), world.placer() as placer:
            await placer.place(world.placing("m-1"))
            await world.until(world.words)
            assert world.words() == [("m-1", "failed")]
            assert world.heard[-1][1]["error"] == "expired"

    run(story())


def test_a_sound_that_is_not_the_announced_one_is_not_played(world: World) -> None:
    async def story() -> None:
        async with world.running():
            payload = world.command("m-1")
            world.sounds["m-1"] += b"more"
            await world.publish(payload)
            await world.until(world.words)
            assert world.words() == [("m-1", "failed")]

    run(story())


def test_no_device_may_command_or_speak_for_another(world: World) -> None:
    async def story() -> None:
        async with world.running():
            other = ("loa-2", "another-password")
            assert await world.publish(world.command("m-1"), user=other) == 0x87
            assert await world.publish(world.command("m-1"), user=DEVICE) == 0x87
            assert await world.publish(b"{}", user=other, topic=f"{TOPIC}/ack") == 0x87

    run(story())


def test_how_a_placing_can_end_without_being_taken(world: World) -> None:
    async def outcome(placing: Any, **settings: Any) -> SendProblem:
        world.settings |= settings
        async with world.placer() as placer:
            with pytest.raises(SendProblem) as problem:
                await placer.place(placing)
            return problem.value

    async def story() -> None:
        never = await outcome(
            world.placing("m-1")
        )  # the device never connected, so the broker has no one to keep it for
        assert (type(never), str(never)) == (Retry, "MQTT 0x10: the device has never connected")
        people = Place(name="Đài xã", settings={"without_device": True})
        assert type(await outcome(world.placing("m-1", place=people))) is Rejected
        half = Place(name="Đài xã", settings={"commune": "32000", "device": "a/b"})
        assert type(await outcome(world.placing("m-1", place=half))) is Rejected
        gone = world.placing("m-1", expires_at=timezone.now() - timedelta(seconds=1))
        assert type(await outcome(gone)) is Rejected
        far = {"starts_at": timezone.now() + timedelta(days=13), "expires_at": timezone.now() + timedelta(days=40)}
        assert str(await outcome(world.placing("m-1", **far))) == "a station takes a message at most 31 days ahead"
        short = Place(name="Đài xã", settings={"commune": "32000", "device": "loa-1", "slots": "HN 05:00-05:01"})
        long = world.placing("m-1", place=short, text="bà con " * 200, expires_at=None)
        assert str(await outcome(long)) == "the message is longer than every slot of the station"
        silent = world.placing("m-2")
        world.sounds.clear()
        assert str(await outcome(silent)) == "there is no recording of these words"
        world.sounds["m-1"] = b"x"
        world.secrets["signing_key"] = "not a key"
        assert type(await outcome(world.placing("m-1"))) is AccountProblem
        world.secrets["signing_key"] = world.private
        assert type(await outcome(world.placing("m-1"), username="loa-1")) is AccountProblem  # wrong password
        world.secrets["password"] = DEVICE[1]
        assert type(await outcome(world.placing("m-1"))) is AccountProblem  # right password, no right to command
        world.broker.stop()
        assert type(await outcome(world.placing("m-1"))) is Retry

    run(story())
