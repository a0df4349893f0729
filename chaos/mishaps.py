"""What goes wrong, and when: a function of the seed and the size alone, so that a seed repeats its run."""

from dataclasses import dataclass, field
from random import Random

FULL_AUDIENCE = 100_000
HOUR = 3600
SMALL = FULL_AUDIENCE // 20
"""Below it a run is for the suite: two workers, shorter waits."""

_PLAIN: dict[str, float | int | bool] = {
    "drop": 0.006, "error": 0.006, "garbage": 0.004, "dribble": 0.002, "dribble_ms": 2500, "refuse": 0.01,
}  # fmt: skip
_OFTEN: dict[str, float | int | bool] = {"drop": 0.12, "error": 0.12, "error_after": 0.08, "garbage": 0.05}
"""Posts are few."""
ALWAYS: dict[str, dict[str, float | int | bool]] = {
    "sms": {
        "drop": 0.006, "error": 0.006, "error_after": 0.006, "garbage": 0.004, "dribble": 0.002, "dribble_ms": 2500,
        "refuse": 0.01, "undelivered": 0.03, "receipt_delay_ms": 40,
    },
    "zalo": {
        "drop": 0.006, "error": 0.004, "error_after": 0.004, "garbage": 0.004, "dribble": 0.002, "dribble_ms": 2500,
        "refuse": 0.01, "undelivered": 0.02, "seen": 0.3, "receipt_delay_ms": 40,
    },
    "smtp": {
        "drop": 0.006, "error": 0.003, "garbage": 0.003, "dribble": 0.002, "dribble_ms": 2500, "refuse": 0.01,
    },
    "smpp": {
        "drop": 0.003, "error": 0.006, "error_after": 0.006, "garbage": 0.002, "dribble": 0.002, "dribble_ms": 2500,
        "refuse": 0.01, "undelivered": 0.03, "receipt_delay_ms": 40,
    },
    "viettel": {**_PLAIN, "error_after": 0.006},
    "vnpt": {**_PLAIN, "error_after": 0.006},
    "telegram": {**_PLAIN, "error_after": 0.006},
    "webpush": {**_PLAIN, "error_after": 0.006},
    "facebook": {**_PLAIN, **_OFTEN},
    "telegram_channel": {**_PLAIN, **_OFTEN},
    "loudspeaker": {"drop": 0.2, "receipt_repeat": 2},
}  # fmt: skip
"""The weather of the whole run, as shares of calls (`lantoa.simulators.behaviour`)."""

CALM = {"drop": 0.0, "error": 0.0, "error_after": 0.0, "garbage": 0.0, "dribble": 0.0, "throttle": 0.0}
"""What ends when everything shall settle; refusals and late failures belong to the messages and stay."""

STORMS: list[tuple[str, dict[str, float | int | bool]]] = [
    ("sms", {"throttle": 0.2, "throttle_by_status": True, "retry_after": 2}),
    ("zalo", {"throttle": 0.2, "throttle_by_status": False, "retry_after": 2}),
    ("sms", {"drop": 0.3, "garbage": 0.3}),
    ("zalo", {"drop": 0.3, "error_after": 0.3}),
    ("sms", {"error": 0.5, "error_after": 0.5}),
    ("smtp", {"drop": 0.3, "garbage": 0.2}),
    ("sms", {"dribble": 0.5}),
    ("zalo", {"dribble": 0.5}),
    ("smtp", {"throttle": 0.05}),
    ("sms", {"receipt_repeat": 4, "receipt_shuffle": True}),
    ("zalo", {"receipt_repeat": 4, "receipt_shuffle": True}),
    ("sms", {"receipt_hold": True}),
    ("zalo", {"receipt_hold": True}),
    ("sms", {"slow_ms": 700}),
    ("smpp", {"drop": 0.1, "error_after": 0.3}),
    ("smpp", {"throttle": 0.2}),
    ("smpp", {"receipt_repeat": 4, "receipt_shuffle": True}),
    ("viettel", {"drop": 0.3, "garbage": 0.3}),
    ("vnpt", {"error": 0.5, "error_after": 0.5}),
    ("telegram", {"throttle": 0.2, "retry_after": 2}),
    ("telegram", {"drop": 0.3, "error_after": 0.3}),
    ("webpush", {"drop": 0.3, "garbage": 0.3}),
    ("facebook", {"drop": 0.5, "error": 0.3}),
    ("telegram_channel", {"throttle": 0.5, "retry_after": 2}),
    ("loudspeaker", {"drop": 0.7, "receipt_delay_ms": 200}),
]
"""Each for a few seconds, in an order that is drawn."""


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL for the worker of a slot, and a new one at once."""

    slot: int


@dataclass(frozen=True, slots=True)
class Crash:
    """PostgreSQL goes down (`kill`: SIGKILL for all of it; `immediate`: without a checkpoint), and comes back."""

    how: str
    away: float


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall clock of a slot's worker is suddenly so many seconds off; 0 puts it right."""

    slot: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Storm:
    """A provider behaves much worse for a few seconds."""

    simulator: str
    wishes: dict[str, float | int | bool] = field(hash=False)
    seconds: float


type Mishap = Kill | Crash | Jump | Storm


@dataclass(frozen=True, slots=True)
class Due:
    """A mishap, when this share of the audience has been taken by providers, and so many seconds more."""

    share: float
    pause: float
    mishap: Mishap


def slots_for(audience: int) -> int:
    """How many workers run at the same time."""
    return 2 if audience < SMALL else 3


def kills_for(audience: int) -> int:
    """How many workers are killed: 36 from a quarter of the full size on, never fewer than 3."""
    return max(3, min(36, round(36 * audience / FULL_AUDIENCE * 4)))


def schedule(seed: int, audience: int) -> list[Due]:
    """Return all mishaps of a run in the order in which they come."""
    chance = Random(f"lantoa:{seed}:{audience}")
    slots = slots_for(audience)
    due = [_due(chance, 0.02, 0.92, Kill(chance.randrange(slots))) for _ in range(kills_for(audience))]
    due += [
        _due(chance, low, low + 0.25, Crash(how, chance.uniform(0.2, 1.5)))
        for low, how in zip((0.15, 0.55), chance.sample(["kill", "immediate"], 2), strict=True)
    ]
    for low, direction in zip((0.25, 0.6), chance.sample([HOUR, -HOUR], 2), strict=True):
        slot, away = chance.randrange(slots), chance.uniform(low, low + 0.05)
        due += [
            Due(away, 0.0, Jump(slot, direction)),
            Due(away + chance.uniform(0.03, 0.08), 0.0, Jump(slot, 0)),
        ]
    lasting = (2.0, 5.0) if audience > FULL_AUDIENCE // 10 else (0.5, 1.5)
    due += [
        _due(chance, 0.03, 0.9, Storm(simulator, wishes, chance.uniform(*lasting)))
        for simulator, wishes in chance.sample(STORMS, len(STORMS))
    ]
    return sorted(due, key=lambda one: one.share)


def _due(chance: Random, low: float, high: float, mishap: Mishap) -> Due:
    return Due(chance.uniform(low, high), chance.uniform(0, 0.2), mishap)
