"""A sample role model's way before it is told: put forward, seen by somebody else, its page named; then followed."""

from datetime import datetime

from django.utils import timezone

from lantoa.exemplars import services as exemplars
from lantoa.exemplars.enums import ExemplarKind, ExemplarState
from lantoa.exemplars.services import Proposal
from lantoa.kernel.models import User
from lantoa.newsroom.models import InitiativePage, RoleModelPage

SAMPLE = "Chuyện mẫu, không có thật."


def vouch(page: RoleModelPage | InitiativePage, *, editor: User, reviewer: User, at: datetime) -> None:
    """Put it into the register and count one commune that does the same; safe to repeat."""
    proposal = Proposal(
        kind=ExemplarKind(page.section),
        unit_id=page.unit_id,
        did=SAMPLE,
        named_as=getattr(page, "named_as", page.title),
    )
    one = exemplars.propose(proposal=proposal, submission_key=f"sample:{page.pk}", by=editor, at=at)
    if one.state == ExemplarState.PROPOSED:
        day = timezone.localdate(at)
        exemplars.verify(exemplar_id=one.pk, seen_on=day, agreed_on=day, confirmed=SAMPLE, by=reviewer, at=at)
        exemplars.record_following(
            exemplar_id=one.pk, unit_id=page.unit_id, year=day.year, households=12, by=editor, at=at
        )
    if one.page_id is None:
        exemplars.attach(exemplar_id=one.pk, page_id=page.pk, by=editor, at=at)
