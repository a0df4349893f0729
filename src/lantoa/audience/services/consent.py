"""Saying yes and no: events in, state folded by the database, silence for an address or a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

from lantoa.audience.addresses import digest as digest_of
from lantoa.audience.enums import ConsentKind, Means, Purpose, SuppressionReason
from lantoa.audience.events import ConsentWithdrawn
from lantoa.audience.models import Address, ConsentEvent, ConsentWording, Person, Suppression
from lantoa.audience.rules import RECORD_CONSENT
from lantoa.audience.selectors import people_at
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User

_SIGNER = Signer(salt="lantoa.audience.unsubscribe")


class BadTokenError(LantoaError):
    """The link was cut, changed or is not ours."""


@transaction.atomic
def give_consent(
    *,
    by: User | None,
    at: datetime,
    person: Person,
    channel: str,
    wordings: Sequence[ConsentWording],
    means: Means,
    proof: dict[str, Any],
) -> list[ConsentEvent]:
    """Record that a person agreed, on one channel, to exactly these wordings; returns the events.

    Raises Person.DoesNotExist for an erased person.
    """
    if by is not None:
        require(by, RECORD_CONSENT, unit_id=person.unit_id, at=at)
    Person.objects.select_for_update().present().get(pk=person.pk)
    events = ConsentEvent.objects.bulk_create(
        [
            ConsentEvent(
                person=person,
                purpose=wording.purpose,
                channel=channel,
                kind=ConsentKind.GIVEN,
                at=at,
                wording=wording,
                means=means,
                proof=proof,
                operator=by,
            )
            for wording in wordings
        ]
    )
    facts = {"channel": channel, "means": means, "purposes": sorted(wording.purpose for wording in wordings)}
    audit.record("audience.consent_given", by=by, at=at, subject=f"audience.person:{person.pk}", facts=facts)
    return events


_WITHDRAW = """
INSERT INTO audience_consentevent (person_id, purpose, channel, kind, at, means, proof, operator_id)
SELECT person_id, purpose, channel, 'withdrawn', greatest(%s, at), %s, %s, %s FROM audience_consent
WHERE person_id = ANY(%s) AND given AND (%s::text IS NULL OR purpose = %s) AND (%s::text IS NULL OR channel = %s)
RETURNING person_id, purpose, channel
"""


@transaction.atomic
def withdraw_consent(
    *,
    by: User | None,
    at: datetime,
    people: Sequence[Person],
    means: Means,
    proof: dict[str, Any],
    purpose: str | None = None,
    channel: str | None = None,
) -> list[tuple[int, str, str]]:
    """Record a no to every purpose (or one) on every channel (or one); returns (person, purpose, channel) changed.

    What was not given is not touched, so a repeat changes nothing. A consent dated later than `at` (a clock that ran
    ahead) does not outlive the withdrawal.
    """
    ids = sorted(person.pk for person in people)
    if by is not None:
        for person in people:
            require(by, RECORD_CONSENT, unit_id=person.unit_id, at=at)
    list(Person.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        values: list[Any] = [at, means.value, Jsonb(proof), by.pk if by else None, ids]
        cursor.execute(_WITHDRAW, [*values, purpose, purpose, channel, channel])
        changed: list[tuple[int, str, str]] = cursor.fetchall()
    for person_id, said_purpose, said_channel in changed:
        facts = {"purpose": said_purpose, "channel": said_channel, "means": means}
        audit.record("audience.consent_withdrawn", by=by, at=at, subject=f"audience.person:{person_id}", facts=facts)
        emit(ConsentWithdrawn(person_id, said_purpose, said_channel))
    return changed


_SUPPRESS = """
INSERT INTO audience_suppression (channel, digest, person_id, reason, at, by_id) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING id
"""


@transaction.atomic
def suppress(
    *,
    reason: SuppressionReason,
    by: User | None,
    at: datetime,
    channel: str | None = None,
    digest: str | None = None,
    address_id: int | None = None,
    person: Person | None = None,
) -> bool:
    """Silence an address (by channel and digest, or by id) or a whole person; False when it already is."""
    if address_id is not None:
        channel, digest = Address.objects.values_list("channel", "digest").get(pk=address_id)
    values = [channel, digest, person.pk if person else None, reason.value, at, by.pk if by else None]
    with connection.cursor() as cursor:
        cursor.execute(_SUPPRESS, values)
        made = cursor.fetchone()
    if made is None:
        return False
    # The audit chain forgets nothing, so it names the row and never the digest.
    facts = {"channel": channel, "reason": reason, "person": person.pk if person else None}
    audit.record("audience.suppressed", by=by, at=at, subject=f"audience.suppression:{made[0]}", facts=facts)
    return True


@transaction.atomic
def lift_suppression(*, by: User | None, at: datetime, channel: str, digest: str, person: Person | None = None) -> bool:
    """Let an address (and its person) be written to again, because the owner asked anew; False if nothing silenced."""
    silenced = Q(channel=channel, digest=digest) | (Q(person=person) if person else Q(pk__in=[]))
    active = Suppression.objects.select_for_update().filter(silenced, lifted_at=None, at__lte=at).order_by("pk")
    active = active.exclude(
        reason=SuppressionReason.MERGED
    )  # a record joined into another comes back by unmerging alone
    for row in active:
        row.lifted_at = at
        row.save(update_fields=["lifted_at"])
        subject = f"audience.suppression:{row.pk}"
        audit.record("audience.suppression_lifted", by=by, at=at, subject=subject, facts={"channel": channel})
    return bool(active)


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """What an unsubscribe link ended: a purpose on a channel, and for how many people newly."""

    purpose: str
    channel: str
    people: int


def unsubscribe_token(address_id: int, purpose: str) -> str:
    """The signed part of an unsubscribe link: names one address and one purpose, never expires."""
    return _SIGNER.sign(f"{address_id}:{purpose}")


def read_unsubscribe_token(token: str) -> tuple[Address, str]:
    """The address and purpose of a link; raises `BadTokenError`."""
    try:
        address_id, _colon, purpose = _SIGNER.unsign(token).partition(":")
        return Address.objects.get(pk=int(address_id)), Purpose(purpose).value
    except (BadSignature, ValueError, Address.DoesNotExist):
        raise BadTokenError(_("This link is not complete. Open it again from the message.")) from None


@transaction.atomic
def unsubscribe(token: str, at: datetime) -> Unsubscribed:
    """End one purpose on one address, at once and for everybody who shares it; a second call changes nothing.

    Fit for one-click POST (RFC 8058). Raises `BadTokenError`.
    """
    address, purpose = read_unsubscribe_token(token)
    sharing = Address.objects.filter(channel=address.channel, digest=address.digest, erased_at=None)
    changed = withdraw_consent(
        by=None,
        at=at,
        people=list(Person.objects.filter(pk__in=sharing.values("person"))),
        means=Means.LINK,
        proof={"address": address.pk},
        purpose=purpose,
        channel=address.channel,
    )
    return Unsubscribed(purpose, address.channel, len(changed))


@transaction.atomic
def withdraw_by_keyword(
    *, at: datetime, channel: str, value: str, keyword: str, inbound_id: int, came_at: datetime | None = None
) -> int:
    """Silence the (normalised) address a stop word came from, whoever has it or will, and end every purpose there.

    Returns how many consents ended. A stranger's address is kept as its digest alone, so no list brings it back; only
    its owner's later yes does. The same inbound request twice changes nothing, so that a repeat cannot undo that yes:
    it is known by ``came_at``, when it reached us by our own clock (a provider's may be wrong); without it, by ``at``.
    """
    sharing = Person.objects.select_for_update().present().filter(pk__in=people_at(channel, value))
    people, proof = list(sharing.order_by("pk")), {"inbound": inbound_id, "channel": channel, "keyword": keyword}
    if ConsentEvent.objects.filter(person__in=people, means=Means.KEYWORD, proof__inbound=inbound_id).exists():
        return 0
    code = digest_of(channel, value)
    if Suppression.objects.filter(channel=channel, digest=code, lifted_at__gt=came_at or at).exists():
        return 0
    ended = withdraw_consent(by=None, at=at, people=people, means=Means.KEYWORD, proof=proof, channel=channel)
    suppress(reason=SuppressionReason.KEYWORD, by=None, at=at, channel=channel, digest=code)
    return len(ended)


@transaction.atomic
def withdraw_by_phone(
    *, by: User, at: datetime, people: Sequence[Person], called_at: datetime, note: str = "", purpose: str | None = None
) -> int:
    """Record what people said on the phone: no to every purpose (or one) on every channel; returns consents ended.

    The proof names the hour of the call and who took it. Refused beyond the units of the operator's posts.
    """
    proof = {"call": called_at.isoformat(), "operator": by.display_name} | ({"note": note} if note else {})
    return len(withdraw_consent(by=by, at=at, people=people, means=Means.PHONE, proof=proof, purpose=purpose))
