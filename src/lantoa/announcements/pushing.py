"""The hub at work: asks callbacks back, tells subscribers, writes down how it went.

Rows are claimed by putting them off (a worker that dies leaves them due again), the sockets are used outside any
transaction, and the end is written afterwards: at least once, as WebSub asks; what is told is the feed as it is then.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import F

from lantoa.announcements.enums import Mode, Standing
from lantoa.announcements.feeds import TYPES, rendered
from lantoa.announcements.models import HubPush, HubWish
from lantoa.announcements.outside import Outside
from lantoa.announcements.selectors import feed, hub_urls, topic_of
from lantoa.announcements.services.hub import settle_wish, withdraw_subscriber
from lantoa.channels.http1 import NeverLeft, NoAnswer
from lantoa.channels.sealing import SealBrokenError, unseal

HELD = timedelta(minutes=5)
"""How long a claimed row is left alone: longer than any call lasts."""
BATCH = 50
AGAIN = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720)]
"""When a push that failed is tried again; then it is given up, and the next change is told."""
ASKED = 3
"""How often a callback that does not answer is asked."""
GIVEN_UP = 3
"""Changes in a row that a subscriber was told in vain, after which it is told no more."""
GONE = 410


def ask_back(*, at: datetime, only: int | None = None) -> int:
    """Ask the callbacks of due wishes whether they are meant; returns how many were asked."""
    wishes = _claim_wishes(at, only)
    if wishes:
        for wish, status, body in async_to_sync(_ask_all)(wishes):
            _note_wish(wish, status, body, at)
    return len(wishes)


@transaction.atomic
def _claim_wishes(at: datetime, only: int | None) -> list[HubWish]:
    due = HubWish.objects.filter(standing=Standing.WAITING, not_before__lte=at).order_by("not_before", "pk")
    rows = list((due.filter(pk=only) if only else due).select_for_update(skip_locked=True)[:BATCH])
    HubWish.objects.filter(pk__in=[row.pk for row in rows]).update(not_before=at + HELD, attempts=F("attempts") + 1)
    return rows


async def _ask_all(wishes: Sequence[HubWish]) -> list[tuple[HubWish, int, bytes]]:
    outside = Outside()
    try:
        return list(await asyncio.gather(*(_ask_one(outside, wish) for wish in wishes)))
    finally:
        await outside.close()


async def _ask_one(outside: Outside, wish: HubWish) -> tuple[HubWish, int, bytes]:
    asked = {"hub.mode": wish.mode, "hub.topic": wish.topic, "hub.challenge": wish.challenge}
    if wish.mode == Mode.SUBSCRIBE:
        asked["hub.lease_seconds"] = str(wish.lease_seconds)
    joint = "&" if "?" in wish.callback else "?"
    try:
        status, body = await outside.get(f"{wish.callback}{joint}{urlencode(asked)}")
    except (NeverLeft, NoAnswer):
        return wish, 0, b""
    return wish, status, body


def _note_wish(wish: HubWish, status: int, body: bytes, at: datetime) -> None:
    answered = status // 100 == 2 and hmac.compare_digest(body.strip(), wish.challenge.encode())
    if answered or 200 <= status < 500 or wish.attempts + 1 >= ASKED:
        settle_wish(wish=wish, meant=answered, at=at)
        return
    HubWish.objects.filter(pk=wish.pk).update(not_before=at + AGAIN[min(wish.attempts, len(AGAIN) - 1)])


def push_due(*, at: datetime) -> int:
    """Tell those whose push is due; returns how many were tried."""
    pushes = _claim_pushes(at)
    letters = [letter for push in pushes if (letter := _letter(push, at)) is not None]
    if letters:
        for letter, status in async_to_sync(_push_all)(letters):
            _note_push(letter.push, status, at)
    return len(pushes)


@transaction.atomic
def _claim_pushes(at: datetime) -> list[HubPush]:
    due = HubPush.objects.filter(standing=Standing.WAITING, not_before__lte=at).order_by("not_before", "pk")
    rows = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("subscriber")[:BATCH])
    HubPush.objects.filter(pk__in=[row.pk for row in rows]).update(not_before=at + HELD, attempts=F("attempts") + 1)
    return rows


class _Letter:
    """One push, ready to go."""

    def __init__(self, push: HubPush, url: str, body: bytes, content_type: str, headers: dict[str, str]) -> None:
        self.push, self.url, self.body = push, url, body
        self.content_type, self.headers = content_type, headers


def _letter(push: HubPush, at: datetime) -> _Letter | None:
    """What to tell; None, and settled, when there is nobody or nothing left to tell."""
    if push.subscriber is None:
        told = urlencode({"hub.mode": "publish", "hub.url": push.topic, "hub.topic": push.topic}).encode()
        return _Letter(push, push.hub, told, "application/x-www-form-urlencoded", {})
    parts = topic_of(push.topic)
    found = feed(parts[0], parts[1], at=at) if parts else None
    ended = push.subscriber.ended_at is not None or push.subscriber.lease_until <= at
    if parts is None or found is None or ended:
        _finish(push, Standing.REFUSED)
        return None
    body = rendered(found, parts[2])
    headers = {"Link": ", ".join([*(f'<{hub}>; rel="hub"' for hub in hub_urls()), f'<{push.topic}>; rel="self"'])}
    try:
        secret = unseal(push.subscriber.sealed_secret).get("secret", "")
    except SealBrokenError:  # unsigned, it would be refused; the lease ends by itself
        _finish(push, Standing.REFUSED)
        return None
    if secret:
        headers["X-Hub-Signature"] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return _Letter(push, push.subscriber.callback, body, TYPES[parts[2]], headers)


async def _push_all(letters: Sequence[_Letter]) -> list[tuple[_Letter, int]]:
    outside = Outside()
    try:
        return list(await asyncio.gather(*(_push_one(outside, letter) for letter in letters)))
    finally:
        await outside.close()


async def _push_one(outside: Outside, letter: _Letter) -> tuple[_Letter, int]:
    try:
        return letter, await outside.post(letter.url, letter.body, letter.content_type, letter.headers)
    except (NeverLeft, NoAnswer):
        return letter, 0


def _note_push(push: HubPush, status: int, at: datetime) -> None:
    if status // 100 == 2:
        _finish(push, Standing.DONE)
        HubPush.objects.filter(pk=push.pk, standing=Standing.WAITING).update(not_before=at, attempts=0)  # changed since
    elif status == GONE and push.subscriber_id is not None:
        withdraw_subscriber(subscriber_id=push.subscriber_id, at=at)
        _finish(push, Standing.REFUSED)
    elif push.attempts >= len(AGAIN):
        HubPush.objects.filter(pk=push.pk).update(standing=Standing.REFUSED)
        if push.subscriber_id is not None and _never_answers(push.subscriber_id):
            withdraw_subscriber(subscriber_id=push.subscriber_id, at=at)
    else:
        HubPush.objects.filter(pk=push.pk).update(not_before=at + AGAIN[push.attempts])


def _never_answers(subscriber_id: int) -> bool:
    """Whether the last pushes of a subscriber were all given up: then it is told no more."""
    last = (
        HubPush.objects.filter(subscriber=subscriber_id).exclude(standing=Standing.WAITING).order_by("-made_at", "-pk")
    )
    ends = list(last.values_list("standing", flat=True)[:GIVEN_UP])
    return len(ends) == GIVEN_UP and set(ends) == {Standing.REFUSED}


def _finish(push: HubPush, standing: Standing) -> None:
    """Settle a push, unless the feed changed again while it was on its way."""
    HubPush.objects.filter(pk=push.pk, serial=push.serial).update(standing=standing)
