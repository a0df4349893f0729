"""Whether the house works, from what it knows of itself: one cheap query, nothing of anybody in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from lantoa.ui.templatetags.ui import vn_datetime

SILENT = timedelta(minutes=2)
"""A worker that has not been heard of for so long does nothing."""
BEHIND = timedelta(minutes=15)
"""A job that waits so long past its time means that messages are late."""

_ASKED = """
SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool,
    (SELECT max(last_heartbeat) FROM procrastinate_workers),
    (SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= now()),
    (SELECT max(last_published_at) FROM wagtailcore_page WHERE live)
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the house: whether it works, and what that means for people."""

    name: str
    well: bool
    words: str


def parts(*, at: datetime) -> list[Part]:
    """The portal, taking messages in, sending them out, and the last thing published. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED)
        (closed, heard, waiting, published) = cursor.fetchone()
    working = heard is not None and at - heard < SILENT
    late = waiting is not None and at - waiting > BEHIND
    return [
        Part(_("This site"), True, _("Opens and can be read.")),
        Part(
            _("Questions and reports"), not closed,
            _("Can be sent; each is kept at once.") if not closed else _("Cannot be sent just now. Call the hotline."),
        ),
        Part(_("Messages and answers going out"), working and not late, _outgoing(working, late)),
        Part(
            _("Last published"), True,
            vn_datetime(published) if published else _("Nothing has been published yet."),
        ),
    ]  # fmt: skip


def _outgoing(working: bool, late: bool) -> str:
    if not working:
        return _("Stand still just now. They go out by themselves once it works again; nothing is lost.")
    return _("Are late just now; nothing is lost.") if late else _("Go out as planned.")
