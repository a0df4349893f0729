"""A word to the editor, by e-mail: an issue comes soon and its words are not approved yet."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantoa.channels.staff_mail import write_to
from lantoa.outreach.selectors.series import Planned, issues, lack_of, reminders
from lantoa.outreach.series_showing import sending_url


def write_to_editor(*, subject: str, at: datetime) -> bool:
    """Send the mail once, outside the ledger; False when it is needless, nobody can be written to, or the
    relay did not take it: the desk says it in any case."""
    kind, _colon, pk = subject.rpartition(":")
    row: Planned | None = (issues() if kind == "outreach.seriesissue" else reminders()).filter(pk=int(pk)).first()
    if row is None or not row.is_open or not lack_of(row, at=at):
        return False
    editor = row.message.created_by if row.message else row.order.created_by
    title, text = _mail(row, at=at)
    key = f"remind-{type(row).__name__}-{row.pk}-{row.due:%Y%m%d%H%M}".lower()
    return write_to(editor, key=key, subject=title, text=text, at=at)


def _mail(row: Planned, *, at: datetime) -> tuple[str, str]:
    with translation.override("vi"):
        words = {
            "title": row.title,
            "due": f"{timezone.localtime(row.due):%H:%M %d/%m/%Y}",
            "lack": str(lack_of(row, at=at).label),
            "url": f"{settings.LANTOA_BASE_URL}{sending_url(row)}",
        }
        title = _("Goes out at %(due)s, not ready yet: %(title)s") % words
        return title, _("“%(title)s” goes out at %(due)s.\n\n%(lack)s.\n\nOpen it: %(url)s") % words
