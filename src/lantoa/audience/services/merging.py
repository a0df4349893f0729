"""Two records of one person: joined so that they are written to once, and taken apart again when that was wrong.

Joining moves addresses and groups to the record that is kept, lets the later word on each consent stand there, and
silences the other record. Nothing of the ledger is touched: deliveries go on naming the record they were made for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lantoa.audience.enums import SuppressionReason
from lantoa.audience.models import GroupMembership, Person, PersonMerge, Suppression, VaultName
from lantoa.audience.rules import MERGE_PEOPLE
from lantoa.audience.services.consent import suppress
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User


class MergeRefused(LantoaError):
    """The two records cannot be joined or taken apart now; the message says why and what to do."""


@transaction.atomic
def merge_people(*, by: User, at: datetime, keeper: Person, other: Person) -> PersonMerge:
    """Join `other` into `keeper`; refused without the right over both their units."""
    for person in (keeper, other):
        require(by, MERGE_PEOPLE, unit_id=person.unit_id, at=at)
    _lock(keeper.pk, other.pk)
    if keeper.pk == other.pk:
        raise MergeRefused(_("These are one record already. Choose another."))
    _refuse_entangled(keeper.pk, other.pk)
    merge = PersonMerge(keeper=keeper, other=other, at=at, by=by, pk=_next_id())
    addresses = _ids(_MOVE, {"from": other.pk, "to": keeper.pk})
    consents = _take_consents(merge)
    memberships = _ids(_JOIN_GROUPS, {"from": other.pk, "to": keeper.pk, "source": f"merge:{merge.pk}"})
    merge.moved = {
        "addresses": addresses, "memberships": memberships, "consents": consents, "named": _take_name(merge),
        "silenced": _silence(merge),
    }  # fmt: skip
    merge.save(force_insert=True)
    _audit("audience.people_merged", merge, by=by, at=at)
    return merge


@transaction.atomic
def unmerge_people(*, by: User, at: datetime, merge: PersonMerge) -> PersonMerge:
    """Take two records apart again: each has what it had. A no that was said meanwhile holds for both.

    The latest merge of a record comes apart first. Twice is once.
    """
    for person in (merge.keeper, merge.other):
        require(by, MERGE_PEOPLE, unit_id=person.unit_id, at=at)
    _lock(merge.keeper_id, merge.other_id)
    row = PersonMerge.objects.select_for_update().get(pk=merge.pk)
    if row.undone_at is not None:
        return row
    later = PersonMerge.objects.filter(keeper=row.keeper_id, undone_at=None, pk__gt=row.pk)
    if later.exists() or PersonMerge.objects.filter(other=row.keeper_id, undone_at=None).exists():
        raise MergeRefused(_("This record was joined with another one later. Take that apart first."))
    ids = row.moved["addresses"]
    _ids(_MOVE_BACK, {"from": row.keeper_id, "to": row.other_id, "ids": ids})
    GroupMembership.objects.filter(pk__in=row.moved["memberships"], person=row.keeper_id).delete()
    if row.moved["named"]:
        VaultName.objects.filter(person=row.keeper_id, name__in=_name(row.other_id)).delete()
    _speak_again(row, at)
    _give_consents_back(row, by=by, at=at)
    row.undone_at, row.undone_by = at, by
    row.save(update_fields=["undone_at", "undone_by"])
    _audit("audience.people_unmerged", row, by=by, at=at)
    return row


def _lock(*ids: int) -> None:
    """Both people, in the order in which everybody locks; refused when one of them was erased."""
    found = Person.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    if any(person.erased_at is not None for person in found):
        raise MergeRefused(_("The data of one of them was erased. There is nothing to join or take apart."))


def _refuse_entangled(keeper_id: int, other_id: int) -> None:
    active = PersonMerge.objects.filter(undone_at=None)
    if active.filter(other__in=[keeper_id, other_id]).exists():
        raise MergeRefused(_("One of the two was joined with another record already. Open that record."))
    if active.filter(keeper=other_id).exists():
        raise MergeRefused(_("Other records were joined into this one. Keep this one, and join the other into it."))


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('audience_personmerge', 'id'))")
        return int(cursor.fetchone()[0])


def _ids(statement: str, values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return sorted(row[0] for row in cursor.fetchall())


# What the kept record has already stays where it is: the silenced record's copy is not written to.
_MOVE = """
UPDATE audience_address a SET person_id = %(to)s
WHERE person_id = %(from)s AND erased_at IS NULL AND NOT EXISTS (
    SELECT FROM audience_address k WHERE k.person_id = %(to)s AND k.channel = a.channel AND k.digest = a.digest)
RETURNING id
"""

_MOVE_BACK = """
UPDATE audience_address a SET person_id = %(to)s
WHERE id = ANY(%(ids)s) AND person_id = %(from)s AND erased_at IS NULL AND NOT EXISTS (
    SELECT FROM audience_address k WHERE k.person_id = %(to)s AND k.channel = a.channel AND k.digest = a.digest)
RETURNING id
"""

_JOIN_GROUPS = """
INSERT INTO audience_groupmembership (person_id, group_id, valid, source)
SELECT %(to)s, group_id, valid, %(source)s FROM audience_groupmembership WHERE person_id = %(from)s
ON CONFLICT DO NOTHING RETURNING id
"""

# The later word of the two wins, whoever's record it stood on; what is equal or older than the kept record's is left.
_TAKE_CONSENTS = """
WITH said AS (
    SELECT o.purpose, o.channel, o.given, o.at, o.event_id, k.given AS before, k.event_id AS before_event
    FROM audience_consent o
    LEFT JOIN audience_consent k ON k.person_id = %(to)s AND k.purpose = o.purpose AND k.channel = o.channel
    WHERE o.person_id = %(from)s AND (k.at IS NULL OR (o.at, o.event_id) > (k.at, k.event_id))
        AND o.given IS DISTINCT FROM k.given
),
told AS (
    INSERT INTO audience_consentevent (person_id, purpose, channel, kind, at, wording_id, means, proof, operator_id)
    SELECT %(to)s, s.purpose, s.channel, e.kind, s.at, e.wording_id, 'merge',
        jsonb_build_object('merge', %(merge)s::bigint, 'event', s.event_id), %(by)s
    FROM said s JOIN audience_consentevent e ON e.id = s.event_id
)
SELECT purpose, channel, before, before_event FROM said ORDER BY purpose, channel
"""


def _take_consents(merge: PersonMerge) -> list[list[Any]]:
    values = {"from": merge.other_id, "to": merge.keeper_id, "merge": merge.pk, "by": merge.by_id}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_CONSENTS, values)
        return [list(row) for row in cursor.fetchall()]


def _name(person_id: int) -> Sequence[str]:
    return list(VaultName.objects.filter(person=person_id).exclude(name="").values_list("name", flat=True))


def _take_name(merge: PersonMerge) -> bool:
    name = _name(merge.other_id)
    if not name or VaultName.objects.filter(person=merge.keeper_id).exists():
        return False
    VaultName.objects.create(person_id=merge.keeper_id, name=name[0])
    return True


def _silence(merge: PersonMerge) -> list[int]:
    """Silence the other record; where a person was silenced, both are. Returns the suppressions made for it."""
    known = Suppression.objects.filter(person=merge.other_id, lifted_at=None).first()
    if known is not None:
        suppress(reason=SuppressionReason(known.reason), by=merge.by, at=merge.at, person=merge.keeper)
    else:
        suppress(reason=SuppressionReason.MERGED, by=merge.by, at=merge.at, person=merge.other)
    made = Suppression.objects.filter(person__in=[merge.keeper_id, merge.other_id], lifted_at=None, at=merge.at)
    return list(made.exclude(pk=known.pk if known else 0).order_by("pk").values_list("pk", flat=True))


def _speak_again(row: PersonMerge, at: datetime) -> None:
    for made in Suppression.objects.filter(pk__in=row.moved["silenced"], lifted_at=None).order_by("pk"):
        made.lifted_at = at
        made.save(update_fields=["lifted_at"])
    since = Suppression.objects.filter(person=row.keeper_id, lifted_at=None, at__gte=row.at)
    for said in since.exclude(pk__in=row.moved["silenced"]):
        suppress(reason=SuppressionReason(said.reason), by=said.by, at=at, person=row.other)


# What the merge itself said is unsaid, unless somebody spoke since. A consent that comes back names the words it was
# given to; where there was none, a withdrawal stands, which is the same to whoever asks.
_GIVE_BACK = """
INSERT INTO audience_consentevent (person_id, purpose, channel, kind, at, wording_id, means, proof, operator_id)
SELECT c.person_id, c.purpose, c.channel, CASE WHEN b.given THEN 'given' ELSE 'withdrawn' END, greatest(%(at)s, c.at),
    CASE WHEN b.given THEN e.wording_id END, 'merge',
    jsonb_build_object('unmerge', %(merge)s::bigint, 'event', b.event_id), %(by)s
FROM unnest(%(purposes)s::text[], %(channels)s::text[], %(given)s::boolean[], %(events)s::bigint[])
    AS b(purpose, channel, given, event_id)
JOIN audience_consent c ON c.person_id = %(keeper)s AND c.purpose = b.purpose AND c.channel = b.channel
JOIN audience_consentevent last ON last.id = c.event_id AND last.means = 'merge' AND last.proof ->> 'merge' = %(name)s
LEFT JOIN audience_consentevent e ON e.id = b.event_id
"""

_KEEP_NO = """
INSERT INTO audience_consentevent (person_id, purpose, channel, kind, at, means, proof, operator_id)
SELECT o.person_id, o.purpose, o.channel, 'withdrawn', greatest(k.at, o.at), 'merge',
    jsonb_build_object('unmerge', %(merge)s::bigint, 'event', k.event_id), %(by)s
FROM audience_consent o JOIN audience_consent k
    ON k.person_id = %(keeper)s AND k.purpose = o.purpose AND k.channel = o.channel
WHERE o.person_id = %(other)s AND o.given AND NOT k.given AND k.at >= %(since)s
    AND EXISTS (SELECT FROM audience_consentevent e WHERE e.id = k.event_id AND e.means <> 'merge')
"""


def _give_consents_back(row: PersonMerge, *, by: User, at: datetime) -> None:
    kept = row.moved["consents"]
    values: dict[str, Any] = {
        "at": at, "by": by.pk, "merge": row.pk, "name": str(row.pk), "keeper": row.keeper_id, "other": row.other_id,
        "since": row.at, "purposes": [one[0] for one in kept], "channels": [one[1] for one in kept],
        "given": [one[2] for one in kept], "events": [one[3] for one in kept],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_NO, values)
        cursor.execute(_GIVE_BACK, values)


def _audit(action: str, merge: PersonMerge, *, by: User, at: datetime) -> None:
    facts = {"other": merge.other_id, "merge": merge.pk, "addresses": len(merge.moved["addresses"])}
    audit.record(action, by=by, at=at, subject=f"audience.person:{merge.keeper_id}", facts=facts)
