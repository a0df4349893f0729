"""A word to the editor, by e-mail: an issue comes soon and its words are not approved yet."""

from datetime import datetime

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantoa.channels.contract import Accepted, AccountProblem, Outcome, Outgoing, Transport, outcome_of
from lantoa.channels.selectors import ready, transport_for
from lantoa.channels.services import record_health
from lantoa.outreach.selectors.series import Planned, issues, lack_of, reminders
from lantoa.outreach.series_showing import sending_url


def write_to_editor(*, subject: str, at: datetime) -> bool:
    """Send the mail once, outside the ledger; False when it is needless, nobody can be written to, or the
    relay did not take it: the desk says it in any case."""
    kind, _colon, pk = subject.rpartition(":")
    row: Planned | None = (issues() if kind == "outreach.seriesissue" else reminders()).filter(pk=int(pk)).first()
    account = ready("email", at=at).first()
    if row is None or account is None or not row.is_open or not lack_of(row, at=at):
        return False
    editor = row.message.created_by if row.message else row.order.created_by
    if not editor.email or not editor.is_active:
        return False
    try:
        outcome: Outcome = async_to_sync(_send)(transport_for(account), _mail(row, editor.email, at=at))
    except AccountProblem as problem:
        outcome = problem
    record_health(account_id=account.pk, outcome=outcome, at=at)
    return isinstance(outcome, Accepted)


def _mail(row: Planned, address: str, *, at: datetime) -> Outgoing:
    with translation.override("vi"):
        words = {
            "title": row.title,
            "due": f"{timezone.localtime(row.due):%H:%M %d/%m/%Y}",
            "lack": str(lack_of(row, at=at).label),
            "url": f"{settings.LANTOA_BASE_URL}{sending_url(row)}",
        }
        title = _("Goes out at %(due)s, not ready yet: %(title)s") % words
        text = _("“%(title)s” goes out at %(due)s.\n\n%(lack)s.\n\nOpen it: %(url)s") % words
    key = f"remind-{type(row).__name__}-{row.pk}-{row.due:%Y%m%d%H%M}".lower()
    return Outgoing(key=key, address=address, text=text, subject=title, html="", language="vi")


async def _send(transport: Transport, message: Outgoing) -> Outcome:
    async with transport:
        return await outcome_of(transport, message)
