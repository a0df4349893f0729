"""How a stand-in is told to misbehave; chance is drawn from a seed and the message, so a run repeats exactly."""

from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Rates are shares, 0 to 1, of calls (``refuse``: of messages, on every attempt); delays are in milliseconds."""

    seed: int = 171
    slow_ms: int = 0
    refuse: float = 0.0  # say no for good
    throttle: float = 0.0  # say "too fast", before accepting
    throttle_by_status: bool = False  # by HTTP 429 instead of the provider's own code
    retry_after: int = 1  # seconds named when throttling
    error: float = 0.0  # HTTP 503 (SMTP: 451), before accepting
    error_after: float = 0.0  # HTTP 500 although accepted
    drop: float = 0.0  # accept, then drop the connection without an answer
    garbage: float = 0.0  # accept, then answer nonsense
    dribble: float = 0.0  # accept, then let the answer out byte by byte (SMTP: line by line)
    dribble_ms: int = 1000  # between two bytes or lines
    receipts: bool = True
    receipt_delay_ms: int = 0
    receipt_repeat: int = 1
    receipt_shuffle: bool = False
    receipt_hold: bool = False  # keep receipts back until this is false again
    undelivered: float = 0.0  # accepted messages whose receipt says failed (SMS) or never comes (Zalo)
    seen: float = 0.0  # delivered messages that are opened
    forge: float = 0.0  # receipts signed by a stranger (loudspeaker)
    clock_off_s: int = 0  # how far the own clock is ahead (loudspeaker)

    def changed(self, wishes: dict[str, Any]) -> Self:
        """Return a copy with some values changed; raises ValueError naming what is unknown or of the wrong type."""
        types = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in wishes.items():
            if name not in types:
                raise ValueError(f"unknown: {name}; known: {', '.join(types)}")
            if not isinstance(value, types[name]) and not (types[name] is float and isinstance(value, int)):
                raise ValueError(f"{name} must be {types[name].__name__}")
        return replace(self, **wishes)

    def happens(self, what: str, rate: float, key: str, attempt: int = 0) -> bool:
        """Tell whether a thing of this rate befalls this message on this attempt; the same answer in every run."""
        if rate <= 0:
            return False
        drawn = blake2b(f"{self.seed}\x1f{what}\x1f{key}\x1f{attempt}".encode(), digest_size=6).digest()
        return int.from_bytes(drawn) / 2**48 < rate
