"""What is sent by the calendar: series with their issues, triggers with their occasions and reminders."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User
from lantoa.outreach.models.broadcasts import Broadcast
from lantoa.outreach.models.messages import Message
from lantoa.outreach.rhythm import Rule
from lantoa.outreach.series_enums import OPEN, DayOff, IssueState, Lack, Rhythm, TriggerKind, Weekday


class StandingQuerySet[M: models.Model](ScopedQuerySet[M]):
    """Standing orders of the units one may watch over."""

    permission = "outreach.view_broadcast"


class StandingOrder(models.Model):
    """What a series and a trigger share: to whom, over which channels, and in whose name things go out."""

    name = models.CharField(_("name"), max_length=120)
    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    segment = models.ForeignKey("audience.Segment", models.PROTECT, related_name="+", verbose_name=_("audience"))
    channels = ArrayField(models.CharField(max_length=20), verbose_name=_("channels in order of preference"))
    purpose = models.CharField(_("purpose"), max_length=20)
    active = models.BooleanField(default=False)
    scheduled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    scheduled_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(active=False) | Q(scheduled_by__isnull=False),
                name="%(app_label)s_%(class)s_active_for_someone",
            ),
            models.CheckConstraint(condition=Q(channels__len__gte=1), name="%(app_label)s_%(class)s_has_channels"),
        ]

    def __str__(self) -> str:
        return self.name


class Series(StandingOrder):
    """A bulletin that comes back: each issue has words of its own, approved on their own."""

    rhythm = models.CharField(_("repeats"), max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("weekday"), null=True, blank=True, choices=Weekday)
    monthday = models.PositiveSmallIntegerField(
        _("day of the month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    every = models.PositiveSmallIntegerField(
        _("days in between"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    hour = models.TimeField(_("hour"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    day_off = models.CharField(_("on a holiday"), max_length=10, choices=DayOff, default=DayOff.AFTER)
    days_to_try = models.PositiveSmallIntegerField(_("days to try"), default=2)
    planned_through = models.DateTimeField(null=True, blank=True, editable=False)

    objects = StandingQuerySet["Series"].as_manager()

    class Meta(StandingOrder.Meta):
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints: ClassVar = [
            *StandingOrder.Meta.constraints,
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.WEEKLY, weekday__range=(0, 6), monthday=None, every=None)
                | Q(rhythm=Rhythm.MONTHLY, weekday=None, monthday__range=(1, 31), every=None)
                | Q(rhythm=Rhythm.DAYS, weekday=None, monthday=None, every__range=(1, 366)),
                name="outreach_series_one_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="outreach_series_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(day_off__in=DayOff.values), name="outreach_series_day_off_known"),
            models.CheckConstraint(condition=Q(days_to_try__range=(1, 30)), name="outreach_series_days_to_try"),
        ]

    @property
    def rule(self) -> Rule:
        """How it repeats."""
        return Rule(
            rhythm=self.rhythm, hour=self.hour, starts_on=self.starts_on, ends_on=self.ends_on, weekday=self.weekday,
            monthday=self.monthday, every=self.every, day_off=self.day_off,
        )  # fmt: skip


class Trigger(StandingOrder):
    """What something sets off: a policy page that comes out gives a draft, a moment ahead gives reminders."""

    kind = models.CharField(_("kind"), max_length=10, choices=TriggerKind)
    audience = models.CharField(_("audience of the page"), max_length=40, blank=True, default="")
    before = ArrayField(models.PositiveIntegerField(), default=list, blank=True, verbose_name=_("minutes before"))
    template = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+")

    objects = StandingQuerySet["Trigger"].as_manager()

    class Meta(StandingOrder.Meta):
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")
        constraints: ClassVar = [
            *StandingOrder.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind=TriggerKind.PAGE, before__len=0, template=None) & ~Q(audience="")
                | Q(kind=TriggerKind.MOMENT, audience="", before__len__gte=1),
                name="outreach_trigger_one_kind",
            ),
        ]


class TriggerOccasion(models.Model):
    """One time a trigger is set off: a version of a page, or an event with its moment. Once each."""

    trigger = models.ForeignKey(Trigger, models.PROTECT, related_name="occasions")
    key = models.CharField(max_length=200)
    title = models.CharField(_("what it is about"), max_length=160)
    moment = models.DateTimeField(_("when"), null=True, blank=True)
    page = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.OneToOneField(Message, models.PROTECT, null=True, blank=True, related_name="+")
    broadcast = models.OneToOneField(Broadcast, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trigger", "key"], name="outreach_occasion_once"),
            models.CheckConstraint(
                condition=Q(moment=None) | Q(message=None, broadcast=None), name="outreach_occasion_moment_or_page"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlannedQuerySet[M: models.Model](ScopedQuerySet[M]):
    """Issues or reminders of the units one may watch over."""

    permission = "outreach.view_broadcast"

    def open(self) -> "PlannedQuerySet[M]":
        """What can still go out."""
        return self.filter(state__in=OPEN)

    def due(self, at: datetime) -> "PlannedQuerySet[M]":
        """Open ones whose hour has come, the oldest first."""
        return self.open().filter(due__lte=at).order_by("due", "pk")


class IssueQuerySet(PlannedQuerySet["SeriesIssue"]):
    """Issues of series."""

    unit_path = "series__unit"


class ReminderQuerySet(PlannedQuerySet["Reminder"]):
    """Reminders of occasions."""

    unit_path = "occasion__trigger__unit"


class Planned(models.Model):
    """One sending by the calendar. Its moves, and what is fixed once it went out, are held by triggers (0005)."""

    due = models.DateTimeField(_("due"))
    state = models.CharField(max_length=10, choices=IssueState, default=IssueState.PLANNED)
    lack = models.CharField(max_length=20, choices=Lack, blank=True, default=Lack.NONE)
    note = models.CharField(max_length=300, blank=True, default="")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+")
    scheduled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    broadcast = models.OneToOneField(Broadcast, models.PROTECT, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["due", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=IssueState.values), name="%(app_label)s_%(class)s_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=IssueState.RELEASED, broadcast__isnull=False, message__isnull=False)
                | ~Q(state=IssueState.RELEASED) & Q(broadcast=None),
                name="%(app_label)s_%(class)s_released_as_broadcast",
            ),
            models.CheckConstraint(
                condition=~Q(state=IssueState.READY) | Q(message__isnull=False),
                name="%(app_label)s_%(class)s_ready_has_text",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[IssueState.HELD, IssueState.MISSED, IssueState.CANCELLED]) | ~Q(lack=Lack.NONE),
                name="%(app_label)s_%(class)s_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, settled_at=None) | ~Q(state__in=OPEN) & Q(settled_at__isnull=False),
                name="%(app_label)s_%(class)s_settled_once",
            ),
            models.UniqueConstraint(
                fields=["message"],
                condition=~Q(state__in=[IssueState.MISSED, IssueState.CANCELLED]),
                name="%(app_label)s_%(class)s_own_text",
            ),
        ]

    @property
    def order(self) -> Series | Trigger:
        """The standing order it follows."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """What it is called on the desk."""
        raise NotImplementedError

    @property
    def subject(self) -> str:
        """The name the audit chain knows it by."""
        return f"outreach.{type(self).__name__.lower()}:{self.pk}"

    @property
    def late_until(self) -> datetime:
        """Until when it may still go out, late; after that it is missed."""
        return self.due + timedelta(hours=settings.LANTOA_ISSUE_GRACE_HOURS)

    @property
    def is_open(self) -> bool:
        """Whether it can still go out."""
        return self.state in OPEN

    def expires_at(self, at: datetime) -> datetime:
        """The last hour to send of a broadcast released at this moment."""
        raise NotImplementedError


class SeriesIssue(Planned):
    """One issue of a series."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="issues")

    objects = IssueQuerySet.as_manager()

    class Meta(Planned.Meta):
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        constraints: ClassVar = [
            *Planned.Meta.constraints,
            models.UniqueConstraint(fields=["series", "due"], name="outreach_issue_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def order(self) -> Series:
        """The series."""
        return self.series

    @property
    def title(self) -> str:
        """The series' name and the day."""
        return f"{self.series.name}, {timezone.localtime(self.due):%d/%m/%Y}"

    def expires_at(self, at: datetime) -> datetime:
        """So many days as the series says."""
        return at + timedelta(days=self.series.days_to_try)


class Reminder(Planned):
    """One reminder before an occasion's moment; `before` in minutes."""

    occasion = models.ForeignKey(TriggerOccasion, models.PROTECT, related_name="reminders")
    before = models.PositiveIntegerField()

    objects = ReminderQuerySet.as_manager()

    class Meta(Planned.Meta):
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar = [
            *Planned.Meta.constraints,
            models.UniqueConstraint(fields=["occasion", "before"], name="outreach_reminder_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def order(self) -> Trigger:
        """The trigger."""
        return self.occasion.trigger

    @property
    def title(self) -> str:
        """The occasion's name."""
        return self.occasion.title

    @property
    def moment(self) -> datetime:
        """The moment it reminds of."""
        return self.due + timedelta(minutes=self.before)

    @property
    def late_until(self) -> datetime:
        """Never past the moment itself."""
        return min(super().late_until, self.moment)

    def expires_at(self, at: datetime) -> datetime:
        """Nobody is reminded of what has begun."""
        return self.moment
