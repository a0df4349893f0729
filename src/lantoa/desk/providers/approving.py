"""Texts that wait for the legal check or a second person, and texts that came back."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.approvals import selectors
from lantoa.approvals.enums import Verdict
from lantoa.approvals.models import Submission
from lantoa.desk.work import TODAY, Job, Worker, by
from lantoa.newsroom import selectors as newsroom
from lantoa.ui.templatetags.ui import vn_datetime

SHOWN = 8
LOOKED_AT = 60


def to_clear(worker: Worker) -> Iterator[Job]:
    """Pages whose law this person is to check."""
    for row in newsroom.law_queue(worker.user)[:SHOWN]:
        sent = row.submission
        yield Job(
            worker.bucket(sent.due_at), "book", _("Check the law: %(title)s") % {"title": sent.label},
            reverse("newsroom:law", args=[sent.pk]), _("Check it"),
            text=_("Sent by %(who)s, %(at)s") % {"who": sent.submitted_by, "at": vn_datetime(sent.submitted_at)},
            due=by(sent.due_at), sort=(sent.due_at or sent.submitted_at).isoformat(),
        )  # fmt: skip


def to_decide(worker: Worker) -> Iterator[Job]:
    """What this person is to read and decide on; what the law keeps from them is no work of theirs yet."""
    rows = selectors.pending_for(worker.user).exclude(pk__in=newsroom.kept_by_law(worker.user))
    for row in rows[:SHOWN]:
        yield Job(
            worker.bucket(row.due_at),
            "shield",
            _("Read and decide: %(title)s") % {"title": row.label},
            reverse("approvals:review", args=[row.pk]),
            _("Read it"),
            text=_("%(kind)s by %(who)s, sent %(when)s")
            % {"kind": row.kind.label, "who": row.submitted_by, "when": vn_datetime(row.submitted_at)},
            due=by(row.due_at),
            sort=(row.due_at or row.submitted_at).isoformat(),
        )


def returned(worker: Worker) -> Iterator[Job]:
    """What came back to this person and has not been sent again."""
    seen: set[str] = set()
    for row in selectors.sent_by(worker.user)[:LOOKED_AT]:
        if row.subject in seen:
            continue
        seen.add(row.subject)
        if _came_back(row):
            yield Job(
                TODAY,
                "reply",
                _("Put right: %(title)s") % {"title": row.label},
                row.kind.link(row.subject) or reverse("approvals:review", args=[row.pk]),
                _("Put it right"),
                text=_("%(who)s: “%(note)s”") % {"who": row.decision.by, "note": row.decision.note},
                sort=row.decision.at.isoformat(),
            )


def _came_back(row: Submission) -> bool:
    decision = getattr(row, "decision", None)
    return decision is not None and decision.verdict == Verdict.RETURNED
