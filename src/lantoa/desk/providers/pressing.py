"""The press: what journalists asked and when they need it; who waits to be registered."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.desk.work import TODAY, Job, Worker, by
from lantoa.pressroom.selectors import journalists, requests

SHOWN = 6


def to_answer(worker: Worker) -> Iterator[Job]:
    """Requests assigned to the person, to nobody yet, or late; the most pressing first, and how many more."""
    rows = requests.to_answer(worker.user, at=worker.at)
    found = list(rows[: SHOWN + 1])
    for one in found[:SHOWN]:
        title = _("Answer %(outlet)s: %(subject)s") % {"outlet": one.journalist.outlet, "subject": one.subject}
        text = one.get_wish_display() if one.post_id else _("Nobody has it yet.")
        yield Job(worker.bucket(one.due_at), "print", title, reverse("pressroom:request", args=[one.number]),
                  _("Answer"), text=str(text), due=by(one.due_at), sort=one.due_at.isoformat())  # fmt: skip
    if len(found) > SHOWN:
        more = rows.count() - SHOWN
        title = ngettext("%(n)s more request of the press", "%(n)s more requests of the press", more) % {"n": more}
        yield Job(TODAY, "print", title, reverse("pressroom:requests"), _("See all"), sort="~")


def to_register(worker: Worker) -> Iterator[Job]:
    """One line for all who wait."""
    n = journalists.journalists(worker.user, show="waiting").count()
    if n:
        title = ngettext("%(n)s journalist waits to be registered", "%(n)s journalists wait to be registered", n)
        yield Job(TODAY, "users", title % {"n": n}, reverse("pressroom:journalists"), _("Look"), sort="5")
