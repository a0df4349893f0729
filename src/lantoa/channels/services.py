"""Writes of this room: an account's settings, its health, a test message, and what came in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

from lantoa.channels import registry
from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Outcome,
    Outgoing,
    Retry,
    SendProblem,
    Throttled,
    Transport,
    Unknown,
    outcome_of,
)
from lantoa.channels.enums import Health
from lantoa.channels.inbound import Received
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Placer
from lantoa.channels.rules import MANAGE, may_manage
from lantoa.channels.sealing import SealBrokenError
from lantoa.channels.selectors import placer_for, transport_for, wire_settings
from lantoa.channels.wire import clean
from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied, require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.text import slugify

AILING = timedelta(minutes=5)
"""How long an account that needs a person is left alone before it is tried again."""


class ChannelUnavailableError(LantoaError):
    """The account cannot be used as it is set up."""


@transaction.atomic
def save_account(
    *,
    by: User | None,
    at: datetime,
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str] | None = None,
    agency_id: int | None = None,
    enabled: bool = True,
    account: ChannelAccount | None = None,
    slug: str = "",
) -> ChannelAccount:
    """Create or change an account; a secret left empty keeps its value.

    ``by`` None is the installation itself (a command). Changed settings clear the last error and any pause.
    """
    _guard(by, at, agency_id)
    if kind not in registry.with_account():
        raise ChannelUnavailableError(_("This installation has no such kind of channel."))
    known = ChannelAccount(kind=kind, agency_id=agency_id)
    if account is not None:
        known = ChannelAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
        _guard(by, at, known.agency_id)
    given = {key: value for key, value in (secrets or {}).items() if value}
    known.name, known.settings, known.enabled, known.agency_id = name, dict(settings), enabled, agency_id
    known.slug = known.slug or slug or _free_slug(name)
    known.hold(_readable(known) | given)
    known.health, known.last_error, known.failures = Health.UNTRIED, "", 0
    known.last_error_at, known.paused_until = None, None
    known.save()
    facts = {"kind": kind, "enabled": enabled, "settings": sorted(settings), "secrets_changed": sorted(given)}
    audit.record("channels.account_saved", by=by, at=at, subject=f"channels.channelaccount:{known.pk}", facts=facts)
    return known


def _guard(by: User | None, at: datetime, agency_id: int | None) -> None:
    """Refuse a person who may not change accounts of this agency."""
    if by is None:
        return
    require(by, MANAGE, at=at)
    if not may_manage(by, agency_id, at=at):
        raise AccessDenied(_("Only an administrator may change a channel of another agency or of the whole system."))


def _readable(account: ChannelAccount) -> dict[str, str]:
    """Return the secrets held so far; none when the keys have been lost: whoever enters them again may save."""
    try:
        return account.secrets()
    except SealBrokenError:
        return {}


def _free_slug(name: str) -> str:
    slug = slugify(name)[:50] or "kenh"
    while ChannelAccount.objects.filter(slug=slug).exists():
        slug = f"{slugify(name)[:45] or 'kenh'}-{get_random_string(4, 'abcdefghjkmnpqrstuvwxyz23456789')}"
    return slug


TRIPS_AT = 10
"""Calls in a row that came to nothing before an account's breaker opens."""


def record_health(*, account_id: int, outcome: Outcome, at: datetime, failures: int = 1) -> None:
    """Note how calls to the account ended; a refusal of one message says nothing against the account.

    One UPDATE: it never waits for a form that is open. Throttled and AccountProblem set ``paused_until``. So does the
    breaker: after ``TRIPS_AT`` calls in a row without an answer (``failures`` are noted at once) the account rests 5
    seconds, and twice as long each time it fails again, up to 5 minutes; the first call that works closes it.
    """
    row = ChannelAccount.objects.filter(pk=account_id)
    match outcome:
        case Throttled():
            row.update(paused_until=outcome.resume_at(at), last_ok_at=at)
        case AccountProblem():
            row.update(health=Health.STOPPED, last_error=_short(outcome), last_error_at=at, paused_until=at + AILING)
        case Retry() | Unknown():
            _note_failures(account_id, failures, _short(outcome), at)
        case _:
            row.filter(Q(health=Health.STOPPED) | Q(failures__gte=TRIPS_AT)).update(paused_until=None)
            row.update(health=Health.WORKING, last_ok_at=at, failures=0)


_FAILURES = """
UPDATE channels_channelaccount SET health = %(shaky)s, last_error = %(error)s, last_error_at = %(at)s,
    failures = least(failures + %(more)s, 1000000),
    paused_until = CASE WHEN failures + %(more)s < %(trips)s THEN paused_until ELSE greatest(
        paused_until, %(at)s + interval '1 second'
            * least(300, 5 * power(2, least((failures + %(more)s - %(trips)s) / %(trips)s, 6)))) END
WHERE id = %(id)s
"""


def _note_failures(account_id: int, failures: int, error: str, at: datetime) -> None:
    values: dict[str, Any] = {
        "id": account_id,
        "more": failures,
        "trips": TRIPS_AT,
        "at": at,
        "error": error,
        "shaky": Health.SHAKY.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FAILURES, values)


def _short(outcome: Exception) -> str:
    return Truncator(clean(str(outcome), 400)).chars(300)


def send_test(
    *, by: User, at: datetime, account: ChannelAccount, address: str, text: str, subject: str = "", html: str = ""
) -> Outcome:
    """Send one message to an address of the officer's own and tell how it ended; the account's health follows."""
    _guard(by, at, account.agency_id)
    key = f"test-{account.pk}-{get_random_string(16)}"
    message = Outgoing(key=key, address=address, text=text, subject=subject, html=html)
    try:
        outcome: Outcome = async_to_sync(_send_once)(transport_for(account), message)
    except AccountProblem as problem:
        outcome = problem
    return _tested(by, at, account, outcome)


def try_account(*, by: User, at: datetime, account: ChannelAccount, typed: str = "") -> Outcome:
    """Try an account of a public kind for real, without a word to the public; the account's health follows."""
    _guard(by, at, account.agency_id)
    try:
        async_to_sync(_try_once)(placer_for(account.kind, account), typed)
        outcome: Outcome = Accepted("")
    except SendProblem as problem:
        outcome = problem
    return _tested(by, at, account, outcome)


def _tested(by: User, at: datetime, account: ChannelAccount, outcome: Outcome) -> Outcome:
    """Keep how a test ended."""
    record_health(account_id=account.pk, outcome=outcome, at=timezone.now())
    facts = {"kind": account.kind, "outcome": type(outcome).__name__}
    audit.record("channels.test_sent", by=by, at=at, subject=f"channels.channelaccount:{account.pk}", facts=facts)
    return outcome


def announce(*, account: ChannelAccount) -> SendProblem | None:
    """Tell the provider where our webhook is, where it is told by us; returns what went wrong, if anything did.

    Idempotent. Anything else about the account is the business of its first message.
    """
    tell = registry.channel(account.kind).announce
    if tell is None:
        return None
    try:
        async_to_sync(tell)(wire_settings(account), account.secrets())
    except SendProblem as problem:
        return problem
    return None


async def _try_once(placer: Placer, typed: str) -> None:
    async with placer:
        await placer.try_out(typed)


async def _send_once(transport: Transport, message: Outgoing) -> Outcome:
    async with transport:
        return await outcome_of(transport, message)


_STORE = """
WITH known AS (
    SELECT id FROM channels_channelaccount
    WHERE id = %(account)s AND (%(any)s OR sealed_secrets = %(sealed)s AND settings = %(settings)s)
),
stored AS (
    INSERT INTO channels_inboundevent (account_id, provider_event_id, kind, raw, query, headers, received_at, error)
    SELECT id, %(event)s, %(kind)s, %(raw)s, %(query)s, %(headers)s, %(at)s, '' FROM known
    ON CONFLICT (account_id, provider_event_id) DO NOTHING
    RETURNING id
)
SELECT EXISTS (SELECT FROM known), (SELECT id FROM stored)
"""


class AccountChanged(Exception):
    """The account is no longer as it was when the request was proven."""


def store_inbound(
    *, account: ChannelAccount, event_id: str, received: Received, at: datetime, as_given: bool = False
) -> int | None:
    """Keep a proven request, raw and once; returns its id, or None when it is a repeat. One statement, so by itself it
    is its own transaction.

    `as_given`: only while the account's settings and secrets are those of `account`; else raises `AccountChanged`.
    """
    values: dict[str, Any] = {
        "account": account.pk,
        "any": not as_given,
        "sealed": bytes(account.sealed_secrets),
        "settings": Jsonb(account.settings),
        "event": event_id,
        "kind": account.kind,
        "raw": received.body,
        "query": received.query,
        "headers": Jsonb({clean(name, 100): clean(value, 1000) for name, value in received.headers.items()}),
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)
        known, stored = cursor.fetchone()
    if not known:
        raise AccountChanged
    return None if stored is None else int(stored)


def keep_report(*, account: ChannelAccount, received: Received, at: datetime) -> None:
    """Keep what the provider said on our own connection, raw and once; a repeat changes nothing."""
    ear = registry.channel(account.kind).told
    if ear is not None:
        store_inbound(account=account, event_id=ear.event_id(received)[:200], received=received, at=at)
