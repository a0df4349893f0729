"""Texts that wait for a second person, and texts that came back."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.approvals import selectors
from lantoa.approvals.enums import Verdict
from lantoa.approvals.models import Submission
from lantoa.desk.work import TODAY, Job, Worker, by
from lantoa.ui.templatetags.ui import vn_datetime

SHOWN = 8
LOOKED_AT = 60


def to_decide(worker: Worker) -> Iterator[Job]:
    """What this person is to read and decide on."""
    for row in selectors.pending_for(worker.user)[:SHOWN]:
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
