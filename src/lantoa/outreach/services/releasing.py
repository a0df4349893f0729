"""Release: the audience becomes delivery rows in one statement of one transaction, and is frozen with them."""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from lantoa.audience.criteria import Criteria
from lantoa.audience.selectors import people
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.outreach.enums import BroadcastState, Reason, Urgency
from lantoa.outreach.events import BroadcastReleased
from lantoa.outreach.models import Broadcast
from lantoa.outreach.rules import RELEASE, RELEASE_URGENT


class CannotReleaseError(LantoaError):
    """The broadcast may not go out now; the message says what is missing."""


type Query = tuple[str, tuple[Any, ...]]


@transaction.atomic
def release(*, broadcast: Broadcast, by: User, at: datetime) -> Broadcast:
    """Freeze the audience and let the broadcast run. A second call finds it released and changes nothing.

    Refused without the right over the broadcast's unit, or unless exactly the version's content is approved and still
    the message's text; both are asked in the statements that act. Emits `BroadcastReleased`.
    """
    row = Broadcast.objects.select_for_update().select_related("version").get(pk=broadcast.pk)
    require(by, RELEASE_URGENT if row.urgency == Urgency.URGENT else RELEASE, unit_id=row.unit_id, at=at)
    if row.audience_count is not None:
        return row
    if row.expires_at <= at:
        raise CannotReleaseError(_("Its last hour has passed. Set a later one, then release."))
    _one_release_a_version(row.version_id)
    _start(row)
    made = _fan_out(row, at)
    if not made:
        raise CannotReleaseError(_("Nobody belongs to this audience. Choose another one."))
    row.state, row.audience_count, row.released_by, row.released_at = BroadcastState.RUNNING, made, by, at
    row.save(update_fields=["state", "audience_count", "released_by", "released_at"])
    facts = {"audience": made, "version": row.version_id, "sha256": row.version.sha256, "urgency": row.urgency}
    audit.record("outreach.broadcast_released", by=by, at=at, subject=f"outreach.broadcast:{row.pk}", facts=facts)
    emit(BroadcastReleased(row.pk, made))
    return row


def _one_release_a_version(version_id: int) -> None:
    """Two broadcasts of one version queue here, so that the second sees whom the first reached."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('outreach.version:' || %s, 0))", [version_id])


_START = """
UPDATE outreach_broadcast b SET state = %(to)s
FROM outreach_messageversion v
JOIN outreach_message m ON m.id = v.message_id AND m.sha256 = v.sha256
JOIN approvals_in_force a ON a.subject = 'outreach.message:' || m.id AND a.sha256 = v.sha256
WHERE b.id = %(id)s AND b.state = %(from)s AND v.id = b.version_id
"""


def _start(row: Broadcast) -> None:
    with connection.cursor() as cursor:
        for before, after in (("draft", "approved"), ("approved", "releasing")):
            cursor.execute(_START, {"id": row.pk, "from": before, "to": after})
        started = cursor.rowcount
    if not started:
        if row.state in (BroadcastState.DRAFT, BroadcastState.APPROVED):
            raise CannotReleaseError(_("Exactly this wording is not approved. Ask for approval of the text as it is."))
        raise CannotReleaseError(_("This broadcast has ended. Prepare a new one."))


_FAN_OUT = """
INSERT INTO outreach_delivery (broadcast_id, version_id, person_id, address_id, unit_id, hamlet_id, channel, language,
    state, reason, attempts, generation, not_before, provider_id, cost)
WITH people AS MATERIALIZED ({people}),
sent AS MATERIALIZED (
    SELECT d.person_id, bool_or(d.state IN ('pending', 'sending', 'unknown', 'accepted', 'delivered', 'read')) AS got,
        array_agg(d.address_id) AS used
    FROM outreach_delivery d WHERE d.version_id = %(version)s GROUP BY d.person_id
),
best AS (
    SELECT DISTINCT ON (p.person_id) p.person_id, r.address_id, r.channel, r.digest
    FROM people p JOIN audience_reach r ON r.person_id = p.person_id AND r.purpose = %(purpose)s
    LEFT JOIN sent s ON s.person_id = p.person_id
    WHERE r.channel = ANY(%(channels)s) AND NOT coalesce(s.got, false) AND r.address_id <> ALL(coalesce(s.used, '{{}}'))
    ORDER BY p.person_id, r.preference <> 0, array_position(%(channels)s::text[], r.channel::text), r.preference, r.address_id
),
chosen AS (
    SELECT best.*, row_number() OVER (PARTITION BY channel, digest ORDER BY person_id) AS place FROM best
)
SELECT %(broadcast)s, %(version)s, p.person_id, CASE WHEN c.place = 1 THEN c.address_id END, p.unit_id, p.hamlet_id,
    coalesce(c.channel, 'none'), p.language,
    CASE WHEN c.place = 1 THEN 'pending' ELSE 'suppressed' END,
    CASE WHEN c.place = 1 THEN '' WHEN c.place > 1 THEN 'shared_address' WHEN s.got THEN 'already_sent'
        WHEN p.has_address THEN 'no_consent' ELSE 'no_channel' END,
    0, 0, CASE WHEN c.place = 1 THEN %(at)s::timestamptz END, '', 0
FROM people p LEFT JOIN chosen c ON c.person_id = p.person_id LEFT JOIN sent s ON s.person_id = p.person_id
WHERE EXISTS (
    SELECT 1 FROM outreach_messageversion v
    JOIN outreach_message m ON m.id = v.message_id AND m.sha256 = v.sha256
    JOIN approvals_in_force a ON a.subject = 'outreach.message:' || m.id AND a.sha256 = v.sha256
    WHERE v.id = %(version)s)
"""


def _fan_out(row: Broadcast, at: datetime) -> int:
    """One INSERT … SELECT: each person once, by the best address not yet used for this version; returns the rows."""
    found = missed_sql(row) if row.parent_id else audience_sql(row, at)
    if found is None:
        return 0
    sql, params = found
    names = {f"people_{number}": value for number, value in enumerate(params)}
    values = names | {
        "broadcast": row.pk,
        "version": row.version_id,
        "purpose": row.purpose,
        "channels": row.channels,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FAN_OUT.format(people=_named(sql, list(names))), values)
        return int(cursor.rowcount)


def _named(sql: str, names: list[str]) -> str:
    """The same SELECT with its positional parameters named, so that it can stand inside a named statement."""
    parts = sql.split("%s")
    places = [f"%({name})s" for name in names] + [""]
    return "".join(part + place for part, place in zip(parts, places, strict=True)).replace("{", "{{").replace("}", "}}")


def audience_sql(row: Broadcast, at: datetime) -> Query | None:
    """The frozen criteria as a SELECT of person, unit, hamlet, language and whether a chosen channel has an address."""
    found = people(Criteria.from_json(row.criteria), purpose=row.purpose, today=at.date())
    address = found.model.objects.filter(
        pk=OuterRef("pk"), addresses__channel__in=row.channels, addresses__usable=True, addresses__erased_at=None
    )
    shaped = found.annotate(has_address=Exists(address))
    try:
        sql, params = shaped.values_list("pk", "unit_id", "hamlet_id", "language", "has_address").query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"SELECT * FROM ({sql}) AS one(person_id, unit_id, hamlet_id, language, has_address)", params  # noqa: S608


_MISSED = """
SELECT DISTINCT d.person_id, d.unit_id, d.hamlet_id, d.language, true AS has_address
FROM outreach_delivery d JOIN audience_reach r ON r.person_id = d.person_id AND r.purpose = %s
WHERE d.broadcast_id = %s AND r.channel = ANY(%s) AND d.state IN ('failed', 'expired', 'suppressed')
    AND d.reason <> ALL(%s)
    AND NOT EXISTS (
        SELECT 1 FROM outreach_delivery e WHERE e.version_id = d.version_id AND e.person_id = d.person_id
            AND (e.address_id = r.address_id
                OR e.state IN ('pending', 'sending', 'unknown', 'accepted', 'delivered', 'read')))
"""
NOT_AGAIN = [Reason.ALREADY_SENT, Reason.SHARED_ADDRESS, Reason.CANCELLED]
"""Not missed: these people, or the house they live in, have the message, or an officer stopped it."""


def missed_sql(row: Broadcast) -> Query:
    """Those whom the parent did not reach and who agreed to another address on these channels."""
    return _MISSED, (row.purpose, row.parent_id, row.channels, [reason.value for reason in NOT_AGAIN])
