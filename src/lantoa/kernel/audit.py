"""The audit chain: what was done, by whom, when; provable and append-only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from lantoa.kernel.models import AuditEntry, User

GENESIS = "0" * 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical(facts: Mapping[str, Any]) -> str:
    """The one JSON text of these facts: sorted keys, no spaces, Unicode as it is."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)


def record(
    action: str, *, by: User | None, at: datetime, subject: str, facts: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Append one act to the chain, inside the caller's transaction.

    `action` is `room.verb_done`, `subject` is `room.model:pk`. Facts name ids and states, never a citizen's name,
    phone or address. The database numbers and chains the row; concurrent writers queue until commit.
    """
    return AuditEntry.objects.create(action=action, by=by, at=at, subject=subject, facts=canonical(facts or {}))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds: rows read, and the first row that does not follow."""

    entries: int
    broken_at: int | None
    head: str


def verify() -> Verdict:
    """Walk the whole chain and recompute every digest; memory stays flat."""
    previous, expected, count = GENESIS, 1, 0
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        count += 1
        if entry.seq != expected or entry.previous != previous or entry.digest != digest_of(entry, previous):
            return Verdict(count, entry.seq, previous)
        previous, expected = entry.digest, expected + 1
    return Verdict(count, None, previous)


def digest_of(entry: AuditEntry, previous: str) -> str:
    """SHA-256 over the row as the database trigger computes it."""
    moment = (entry.at - EPOCH) // timedelta(microseconds=1)
    parts = [previous, str(entry.seq), str(moment), entry.action, str(entry.by_id or ""), entry.subject, entry.facts]
    return sha256("\x1f".join(parts).encode()).hexdigest()
