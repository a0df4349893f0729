"""What falls on which day: deadlines of writers and readers, hours, embargoes, last days, days to read again, events,
campaigns, days off. As many queries for a full month as for an empty one."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision
from wagtail.query import PageQuerySet

from lantoa.editorial.enums import CLOSED
from lantoa.editorial.models import Bundle, Commission
from lantoa.editorial.selectors.reviews import reviews_of
from lantoa.editorial.selectors.stories import reviews_due
from lantoa.kernel import clock
from lantoa.kernel.models import User
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.models import CampaignPage, Embargo, EventPage, TranslationStep
from lantoa.newsroom.public import in_public
from lantoa.newsroom.selectors import writable_pages

WEEK = 7


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One thing on a day; `sort` is its hour."""

    sort: str
    what: str
    title: str
    url: str
    icon: str
    hour: str = ""
    late: bool = False


@dataclass(slots=True)
class Day:
    """One day of the month's weeks."""

    date: date
    inside: bool
    today: bool
    works: bool
    holiday: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def bare(self) -> bool:
        """Whether a list of what is to come leaves it out."""
        return not self.inside or not (self.entries or self.holiday)


def month_of(user: User, first: date, *, at: datetime) -> list[Day]:
    """The whole weeks, Monday to Sunday, around the month that begins on `first`, with all a person may see."""
    begin = first - timedelta(days=first.weekday())
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    end = last + timedelta(days=WEEK - 1 - last.weekday())
    found: dict[date, list[Entry]] = defaultdict(list)
    for day, entry in _entries(user, begin, end, at):
        found[day].append(entry)
    working, today = clock.calendar(), timezone.localdate(at)
    days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    return [
        Day(day, day.month == first.month, day == today, working.is_working(day), working.holiday_name(day),
            sorted(found[day]))
        for day in days
    ]  # fmt: skip


def _entries(user: User, begin: date, end: date, at: datetime) -> Iterator[tuple[date, Entry]]:
    span = (_midnight(begin), _midnight(end + timedelta(days=1)))
    mine = writable_pages(user).order_by()
    for row in Commission.objects.visible_to(user, at=at).exclude(state__in=CLOSED).filter(due_at__range=span):
        url = reverse("editorial:commission", args=[row.pk])
        yield _timed(row.due_at, _("Commission due"), row.title, url, "inbox", late=row.is_late(at))
    ends = Embargo.objects.filter(lifted_at=None, until__range=span, page__in=mine.values("pk")).select_related("page")
    for embargo in ends:
        yield _timed(embargo.until, _("Embargo ends"), embargo.page.draft_title, _story(embargo.page_id), "lock")
    for bundle in Bundle.objects.visible_to(user, at=at).open().filter(go_live_at__range=span):
        url = reverse("editorial:bundle", args=[bundle.pk])
        assert bundle.go_live_at is not None
        yield _timed(bundle.go_live_at, _("Bundle goes out"), bundle.name, url, "send", late=bundle.go_live_at < at)
    hours = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), approved_go_live_at__range=span,
        object_id__in=mine.values(name=Cast("pk", CharField())),
    )  # fmt: skip
    for pk, hour, title in hours.values_list("object_id", "approved_go_live_at", "object_str"):
        yield _timed(hour, _("Goes out"), title, _story(int(pk)), "send")
    for waits in reviews_of(user, at=at).filter(due_at__range=span):
        assert waits.due_at is not None
        url = reverse("approvals:review", args=[waits.pk])
        yield _timed(waits.due_at, _("To be read by"), waits.label, url, "check", late=waits.due_at < at)
    for pk, over, title in mine.live().filter(expire_at__range=span).values_list("pk", "expire_at", "draft_title"):
        yield _timed(over, _("Goes off the portal"), title, _story(pk), "pause")
    yield from _campaigns(mine, begin, end)
    for day, pk, title in reviews_due(user, begin, end):
        late = day < timezone.localdate(at)
        yield day, Entry("", _("Read again by"), title, _story(pk), "eye", late=late)
    for starts, title, url in _events(mine, span):
        yield _timed(starts, _("Event"), title, url, "calendar")


def _campaigns(mine: PageQuerySet, begin: date, end: date) -> Iterator[tuple[date, Entry]]:
    """The first and the last day of each campaign, once for all its languages."""
    days = (begin, end)
    rows = CampaignPage.objects.filter(Q(starts_on__range=days) | Q(ends_on__range=days), pk__in=mine.values("pk"))
    for one in rows.exclude(Exists(TranslationStep.objects.filter(page=OuterRef("pk")))):
        for day, what in ((one.starts_on, _("Campaign begins")), (one.ends_on, _("Campaign ends"))):
            if day and begin <= day <= end:
                yield day, Entry("", what, one.draft_title, _story(one.pk), "flag")


def _events(mine: PageQuerySet, span: tuple[datetime, datetime]) -> Iterator[tuple[datetime, str, str]]:
    """Events, each once for all its languages, the original before what follows it: the person's own as they are being
    written, those of others as readers have them."""
    own, translated = Q(pk__in=mine.values("pk")), Exists(TranslationStep.objects.filter(page=OuterRef("pk")))
    public = Q(pk__in=in_public(EventPage.objects).values("pk"))
    rows = EventPage.objects.filter(own | public, starts_at__range=span).annotate(own=own, translated=translated)
    told: set[UUID] = set()
    for event in rows.order_by("translated", "pk").select_related("locale"):
        if event.translation_key not in told:
            told.add(event.translation_key)
            url = _story(event.pk) if event.own else address_of(event.locale.language_code, event.url_path)
            yield event.starts_at, event.draft_title if event.own else event.title, url


def _story(pk: int) -> str:
    return reverse("editorial:story", args=[pk])


def _timed(
    moment: datetime, what: str, title: str, url: str, icon: str, *, late: bool = False
) -> tuple[date, Entry]:  # fmt: skip
    hour = timezone.localtime(moment).strftime("%H:%M")
    return timezone.localdate(moment), Entry(hour, what, title, url, icon, hour, late)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.ZONE)
