"""The hub's books (WebSub, W3C Recommendation): wishes taken, subscribers kept, pushes made; no socket is opened."""

from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from lantoa.announcements.enums import Form, Mode, Standing
from lantoa.announcements.events import FeedChanged, WishMade
from lantoa.announcements.models import AnnouncementPage, HubPush, HubSubscriber, HubWish
from lantoa.announcements.selectors import feed_url, topic_of
from lantoa.channels.sealing import seal
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit

SHORTEST, USUAL, LONGEST = 3600, 10 * 86400, 30 * 86400
"""Seconds of a lease: less or more than this is not given; who asks for nothing gets the usual."""
SECRET = 199
"""Bytes of a secret: "less than 200"."""
A_HOUR = 20
"""Wishes one host may make in an hour."""
WAITING, SUBSCRIBERS = 500, 5000
"""Wishes not answered yet, and callbacks told, at most: whoever asks may have as many hosts as they like."""
KEPT = timedelta(days=7)
"""How long settled wishes and pushes are kept to be looked at."""


class HubRefusal(LantoaError):
    """The hub does not take a wish; the message says why. ``busy``: the same may be asked again later."""

    def __init__(self, message: str, *, busy: bool = False) -> None:
        super().__init__(message)
        self.busy = busy


@transaction.atomic
def ask(*, mode: str, topic: str, callback: str, lease: str, secret: str, at: datetime) -> HubWish:
    """Take a wish; it counts when its callback has answered the challenge. Raises HubRefusal."""
    if mode not in Mode.values:
        raise HubRefusal(_("hub.mode must be subscribe or unsubscribe."))
    if topic_of(topic) is None:
        raise HubRefusal(_("hub.topic is no feed of this site."))
    if len(secret.encode("utf-8", "replace")) > SECRET:
        raise HubRefusal(_("hub.secret must be shorter than 200 bytes."))
    host = _host(callback)
    if HubWish.objects.filter(host=host, asked_at__gt=at - timedelta(hours=1)).count() >= A_HOUR:
        raise HubRefusal(_("Too many wishes of this host within an hour."), busy=True)
    full = HubSubscriber.objects.filter(ended_at=None).count() >= SUBSCRIBERS and mode == Mode.SUBSCRIBE
    if full or HubWish.objects.filter(standing=Standing.WAITING).count() >= WAITING:
        raise HubRefusal(_("The hub has as many as it can serve. Ask again later."), busy=True)
    wish = HubWish.objects.create(
        mode=mode, topic=topic, callback=callback, host=host, sealed_secret=seal({"secret": secret}) if secret else b"",
        lease_seconds=_lease(lease), challenge=get_random_string(40), not_before=at, asked_at=at,
    )  # fmt: skip
    emit(WishMade(wish.pk))
    return wish


def _host(callback: str) -> str:
    try:
        parts = urlsplit(callback)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    fit = callback.isascii() and callback.isprintable() and " " not in callback and len(callback) <= 2000
    if not host or not fit or parts.scheme not in ("http", "https") or parts.username or parts.fragment:
        raise HubRefusal(_("hub.callback must be a web address, http or https, without a name and password in it."))
    return host[:253].lower()


def _lease(lease: str) -> int:
    wished = int(lease) if lease.isascii() and lease.isdecimal() and len(lease) < 12 else USUAL
    return min(max(wished, SHORTEST), LONGEST)


_TOLD = """
INSERT INTO announcements_hubpush (subscriber_id, hub, topic, standing, attempts, serial, not_before, made_at)
SELECT s.id, '', s.topic, 'waiting', 0, 1, %(at)s, %(at)s FROM announcements_hubsubscriber s
WHERE s.topic = ANY(%(topics)s) AND s.ended_at IS NULL AND s.lease_until > %(at)s
UNION ALL
SELECT NULL, %(hub)s, t, 'waiting', 0, 1, %(at)s, %(at)s FROM unnest(%(topics)s::text[]) t WHERE %(hub)s <> ''
ON CONFLICT (subscriber_id, hub, topic) WHERE standing = 'waiting'
DO UPDATE SET serial = announcements_hubpush.serial + 1
"""


def note_change(*, page: AnnouncementPage, language: str, at: datetime) -> None:
    """Have everybody told who follows this page's feeds in this language, and the other hub, if there is one.

    Part of the transaction that changes the page: who is told is decided with the change.
    """
    topics = [feed_url(page.slug, language, form) for form in Form.values]
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"topics": topics, "at": at, "hub": settings.LANTOA_WEBSUB_HUB})
        told = cursor.rowcount
    if told:
        emit(FeedChanged(page.slug, language))


@transaction.atomic
def settle_wish(*, wish: HubWish, meant: bool, at: datetime) -> None:
    """Write down how the callback answered; what was meant takes effect now."""
    wish.standing = Standing.DONE if meant else Standing.REFUSED
    wish.save(update_fields=["standing"])
    if not meant:
        return
    digest = sha256(wish.callback.encode()).hexdigest()
    if wish.mode == Mode.UNSUBSCRIBE:
        HubSubscriber.objects.filter(topic=wish.topic, callback_sha256=digest, ended_at=None).update(ended_at=at)
        return
    HubSubscriber.objects.update_or_create(
        topic=wish.topic, callback_sha256=digest,
        defaults={
            "callback": wish.callback, "sealed_secret": wish.sealed_secret, "ended_at": None, "since": at,
            "lease_until": at + timedelta(seconds=wish.lease_seconds),
        },
    )  # fmt: skip


def withdraw_subscriber(*, subscriber_id: int, at: datetime) -> None:
    """Tell a subscriber no more: its callback says that it is gone (410)."""
    HubSubscriber.objects.filter(pk=subscriber_id, ended_at=None).update(ended_at=at)


def forget_old(*, at: datetime) -> None:
    """Drop settled wishes and pushes, and subscribers that ended, after a week."""
    settled = [Standing.DONE, Standing.REFUSED]
    HubWish.objects.filter(standing__in=settled, asked_at__lt=at - KEPT).delete()
    HubPush.objects.filter(standing__in=settled, made_at__lt=at - KEPT).delete()
    HubSubscriber.objects.filter(ended_at__lt=at - KEPT).delete()
    HubSubscriber.objects.filter(lease_until__lt=at - KEPT).delete()
