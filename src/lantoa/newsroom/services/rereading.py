"""Reading a published page again: when its day comes, or when a text that it cites binds no more."""

from collections import defaultdict
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.newsroom import checks, freshness
from lantoa.newsroom.care import LONGEST
from lantoa.newsroom.enums import Standing
from lantoa.newsroom.finding import SOURCE
from lantoa.newsroom.models import LapsedLaw, LegalTextPage, ReadingReminder, Rereading, subject_of
from lantoa.newsroom.rules import WRITE, NotReadyError
from lantoa.newsroom.selectors import fresh
from lantoa.search import selectors as search


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


def note_lapsed_laws(*, at: datetime) -> int:
    """Note each published version that cites a text which binds no more without saying so, once a version and text; how
    many were noted. What may cite it is found by the search's index, then read as before it goes out."""
    on = timezone.localdate(at)
    over = LegalTextPage.objects.live().standing_on(on).filter(standing__in=[Standing.ENDED, Standing.REPLACED])
    found: set[int] = set()
    for number in over.values_list("number", flat=True).distinct():
        found.update(search.saying(number, source=SOURCE))
    noted = 0
    for some in batched(sorted(found), 100, strict=False):
        pages = Page.objects.live().filter(pk__in=some).exclude(live_revision=None).specific()
        rows = [
            LapsedLaw(revision_id=page.live_revision_id, number=one.words, on=on, at=at)
            for page in pages
            for one in checks.turned(page, on=on, codes=["law"])
        ]
        same = LapsedLaw.objects.filter(revision__in=[row.revision_id for row in rows])
        known = set(same.values_list("revision_id", "number"))
        made = [row for row in rows if (row.revision_id, row.number) not in known]
        LapsedLaw.objects.bulk_create(made, ignore_conflicts=True)
        noted += len(made)
    return noted


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
