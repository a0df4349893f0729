"""The audit log as people read it: filtered lists, the verdict on its chain, and when that was last asked."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.audit import Verdict
from lantoa.kernel.models import AuditEntry, User
from lantoa.kernel.rules import VIEW_AUDIT

VERIFIED = "desk.audit_verified"


@dataclass(frozen=True, slots=True)
class Verified:
    """One checking of the chain."""

    at: datetime
    by: str
    entries: int
    broken_at: int | None

    @property
    def broken(self) -> bool:
        """Whether a row did not follow from the one before."""
        return self.broken_at is not None


@transaction.atomic
def verify_chain(*, by: User, at: datetime) -> Verdict:
    """Walk the whole chain, and put on record that it was walked and how it stood."""
    require(by, VIEW_AUDIT, at=at)
    verdict = audit.verify()
    facts = {"entries": verdict.entries, "broken_at": verdict.broken_at, "head": verdict.head}
    audit.record(VERIFIED, by=by, at=at, subject="kernel.auditentry:*", facts=facts)
    return verdict


def last_verified() -> Verified | None:
    """The newest checking of the chain; one query."""
    row = AuditEntry.objects.filter(action=VERIFIED).select_related("by").order_by("-seq").first()
    if row is None:
        return None
    facts = json.loads(row.facts)
    return Verified(row.at, str(row.by), facts["entries"], facts["broken_at"])


def entries(*, action: str = "", subject: str = "", day: date | None = None) -> QuerySet[AuditEntry]:
    """Entries, the newest first, whose action begins so, whose subject is so, of one day."""
    rows = AuditEntry.objects.select_related("by").order_by("-seq")
    if action:
        rows = rows.filter(action__startswith=action)
    if subject:
        rows = rows.filter(subject__startswith=subject)
    if day:
        start = datetime.combine(day, time.min, timezone.get_current_timezone())
        rows = rows.filter(at__gte=start, at__lt=start + timedelta(days=1))
    return rows


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its facts laid open."""

    entry: AuditEntry
    facts: list[tuple[str, Any]]


def laid_open(rows: QuerySet[AuditEntry] | list[AuditEntry]) -> list[Line]:
    """These entries with their facts as pairs."""
    return [Line(row, list(json.loads(row.facts).items())) for row in rows]
