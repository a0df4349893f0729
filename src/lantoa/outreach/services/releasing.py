"""Release: the audience becomes delivery rows in one statement of one transaction, and is frozen with them."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.events import BroadcastReleased
from lantoa.outreach.models import Broadcast
from lantoa.outreach.rules import right_to_release
from lantoa.outreach.selectors.fanout import COLUMNS, choice_sql
from lantoa.outreach.services.placing import make_placements
from lantoa.outreach.spread import priority_of


class CannotReleaseError(LantoaError):
    """The broadcast may not go out now; the message says what is missing."""


@transaction.atomic
def release(*, broadcast: Broadcast, by: User, at: datetime) -> Broadcast:
    """Freeze the audience and let the broadcast run. A second call finds it released and changes nothing.

    Refused without the right over the broadcast's unit, or unless exactly the version's content is approved and still
    the message's text; both are asked in the statements that act. Emits `BroadcastReleased`.
    """
    row = Broadcast.objects.select_for_update().select_related("version").get(pk=broadcast.pk)
    require(by, right_to_release(row), unit_id=row.unit_id, at=at)
    if row.audience_count is not None:
        return row
    if row.expires_at <= at:
        raise CannotReleaseError(_("Its last hour has passed. Set a later one, then release."))
    _one_release_a_version(row.version_id)
    _start(row)
    made, placed = _fan_out(row, at), make_placements(row, at=at)
    _refuse_nobody(row, made, placed)
    _open_feeds(row, at)
    row.state, row.audience_count, row.placement_count = BroadcastState.RUNNING, made, placed if row.placing else None
    row.released_by, row.released_at = by, at
    row.save(update_fields=["state", "audience_count", "placement_count", "released_by", "released_at"])
    facts = {"audience": made, "version": row.version_id, "sha256": row.version.sha256, "urgency": row.urgency}
    facts |= {"outlets": placed, "priority": priority_of(row).value} if row.placing else {}
    audit.record("outreach.broadcast_released", by=by, at=at, subject=f"outreach.broadcast:{row.pk}", facts=facts)
    emit(BroadcastReleased(row.pk, made))
    return row


def _refuse_nobody(row: Broadcast, made: int, placed: int) -> None:
    if row.channels and not made:
        raise CannotReleaseError(_("Nobody belongs to this audience. Choose another one."))
    if row.placing and not placed:
        raise CannotReleaseError(_("No outlet of these kinds is in use there. Choose others, or enter the outlets."))


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
INSERT INTO outreach_delivery ({columns})
SELECT one.* FROM ({choice}) AS one
WHERE EXISTS (
    SELECT 1 FROM outreach_messageversion v
    JOIN outreach_message m ON m.id = v.message_id AND m.sha256 = v.sha256
    JOIN approvals_in_force a ON a.subject = 'outreach.message:' || m.id AND a.sha256 = v.sha256
    WHERE v.id = %(version)s)
"""


def _fan_out(row: Broadcast, at: datetime) -> int:
    """One INSERT … SELECT, each person once, only while exactly this content is approved; returns the rows."""
    found = choice_sql(row, at=at)
    if found is None:
        return 0
    choice, values = found
    with connection.cursor() as cursor:
        cursor.execute("SELECT outreach_partition(%s)", [row.month])
        cursor.execute(_FAN_OUT.replace("{columns}", COLUMNS).replace("{choice}", choice), values)
        return int(cursor.rowcount)


_FEEDS = """
INSERT INTO outreach_feed (broadcast_id, channel, cursor, last, not_before)
SELECT broadcast_id, channel, min(id) - 1, max(id), %(at)s FROM outreach_delivery
WHERE month = %(month)s AND broadcast_id = %(broadcast)s AND state = 'pending' GROUP BY broadcast_id, channel
"""


def _open_feeds(row: Broadcast, at: datetime) -> None:
    """One feed for each channel: from here the workers take them in order."""
    with connection.cursor() as cursor:
        cursor.execute(_FEEDS, {"at": at, "month": row.month, "broadcast": row.pk})
