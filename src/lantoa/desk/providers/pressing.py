"""The press: journalists who wait to be registered."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.desk.work import TODAY, Job, Worker
from lantoa.pressroom.selectors import journalists


def to_register(worker: Worker) -> Iterator[Job]:
    """One line for all who wait."""
    n = journalists.journalists(worker.user, show="waiting").count()
    if n:
        title = ngettext("%(n)s journalist waits to be registered", "%(n)s journalists wait to be registered", n)
        yield Job(TODAY, "users", title % {"n": n}, reverse("pressroom:journalists"), _("Look"), sort="5")
