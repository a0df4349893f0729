"""Reading a published page again, and telling its owner when that is due."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.newsroom import freshness
from lantoa.newsroom.care import LONGEST
from lantoa.newsroom.models import subject_of
from lantoa.newsroom.models.rereading import ReadingReminder, Rereading
from lantoa.newsroom.rules import WRITE, NotReadyError
from lantoa.newsroom.selectors import fresh


@transaction.atomic
def reread_page(*, page: Page, next_on: date, by: User, at: datetime) -> Rereading:
    """Record that a published page was read again and is still right, and when that is asked next.

    Nothing of the approved content changes. The same day twice is one reading. Raises NotReadyError for a page that is
    not published and for a day that is past, nearer than the one it puts off, or more than three years away.
    """
    page = fresh(page)
    require(by, WRITE, unit_id=page.unit_id, at=at)
    if not page.live:
        raise NotReadyError(_("The page is not published: what is not read need not be read again."))
    today = timezone.localdate(at)
    if not max(today, page.review_by or today) < next_on <= today + LONGEST:
        raise NotReadyError(_("Choose a day to come, later than the day before and within three years."))
    last = Rereading.objects.select_for_update().filter(page_id=page.pk).order_by("-pk").first()
    if last and (last.answers, last.next_on) == (page.review_by, next_on):
        return last
    made = Rereading.objects.create(page_id=page.pk, answers=page.review_by, next_on=next_on, by=by, at=at)
    facts = {"next_on": next_on.isoformat(), "answers": page.review_by.isoformat() if page.review_by else ""}
    audit.record("newsroom.page_reread", by=by, at=at, subject=subject_of(page), facts=facts)
    return made


@transaction.atomic
def reminders_due(*, at: datetime) -> dict[int, list[freshness.Line]]:
    """The pages whose day has come near and whose owner has not been told of that day, by owner; each told once.

    Who is told is on record before a word goes out: two workers at once tell nobody twice.
    """
    lines = [one for one in freshness.near(at=at) if one.owner_id is not None]
    rows = [ReadingReminder(page_id=one.pk, due_on=one.due_on, at=at) for one in lines if one.due_on is not None]
    known = set(ReadingReminder.objects.filter(page__in=[one.pk for one in lines]).values_list("page_id", "due_on"))
    made = [row for row in rows if (row.page_id, row.due_on) not in known]
    ReadingReminder.objects.bulk_create(made, ignore_conflicts=True)
    fresh_ones = {(row.page_id, row.due_on) for row in made}
    found: dict[int, list[freshness.Line]] = defaultdict(list)
    for one in lines:
        if (one.pk, one.due_on) in fresh_ones:
            found[one.owner_id or 0].append(one)
    return dict(found)
