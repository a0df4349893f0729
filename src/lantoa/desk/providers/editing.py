"""Pieces ordered from me, pieces I ordered that came, and bundles of mine that could not go out."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.desk.work import A_WEEK, LATE, TODAY, Job, Worker, by
from lantoa.editorial.selectors.bundles import bundles_of
from lantoa.editorial.selectors.commissions import owed_by, to_take

SHOWN = 5


def to_write(worker: Worker) -> Iterator[Job]:
    """Commissions late or due within a week."""
    for row in owed_by(worker.user, at=worker.at).filter(due_at__lte=worker.at + A_WEEK)[:SHOWN]:
        yield Job(
            worker.bucket(row.due_at), "inbox", row.title, reverse("editorial:commission", args=[row.pk]),
            _("Open the commission"), text=row.get_state_display(), due=by(row.due_at), sort=row.due_at.isoformat(),
        )  # fmt: skip


def delivered(worker: Worker) -> Iterator[Job]:
    """Pieces that came and wait to be taken or handed back."""
    for row in to_take(worker.user, at=worker.at)[:SHOWN]:
        yield Job(
            TODAY, "inbox", _("Delivered: %(title)s") % {"title": row.title},
            reverse("editorial:commission", args=[row.pk]), _("Read and take it"), sort=row.changed_at.isoformat(),
        )  # fmt: skip


def held_bundles(worker: Worker) -> Iterator[Job]:
    """Bundles of mine whose hour came while a page was not ready."""
    rows = bundles_of(worker.user, at=worker.at).filter(held_since__isnull=False, created_by=worker.user)
    for row in rows[:SHOWN]:
        assert row.held_since is not None
        yield Job(
            LATE, "warning", _("Did not go out: %(name)s") % {"name": row.name},
            reverse("editorial:bundle", args=[row.pk]), _("See which page is not ready"),
            due=by(row.go_live_at), sort=row.held_since.isoformat(),
        )  # fmt: skip
