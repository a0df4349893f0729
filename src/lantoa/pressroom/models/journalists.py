"""Journalists who may read under embargo. The vault keeps their address; name and card lie sealed in the row.

Migration 0006 moves the state by the history alone, and keeps history and the log of what was seen append-only.
"""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import ScopedQuerySet
from lantoa.pressroom.enums import JournalistHappening, JournalistState, LinkKind
from lantoa.pressroom.models.kits import KitFile, KitVersion

STANDING = (JournalistState.WAITING, JournalistState.ACCEPTED)


class JournalistSet(ScopedQuerySet["Journalist"]):
    """Journalists in the words of the trade."""

    permission = "pressroom.admit"

    def with_access(self, at: datetime) -> Self:
        """Those who may enter at that moment."""
        return self.filter(state=JournalistState.ACCEPTED, access_until__gte=timezone.localdate(at))

    def with_end_before(self, moment: datetime) -> Self:
        """Those refused, ended or run out before that moment whose particulars are still kept."""
        over = Q(settled_at__lt=moment) | Q(settled_at=None, access_until__lt=timezone.localdate(moment))
        return self.filter(over).exclude(details=b"")

    def waiting(self) -> Self:
        """Those nobody has looked at yet."""
        return self.filter(state=JournalistState.WAITING)


class Journalist(models.Model):
    """One application and what came of it. Access ends with a day, or at once."""

    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("audience.Person", null=True, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey("audience.Address", null=True, on_delete=models.PROTECT, related_name="+")
    outlet = models.CharField(max_length=160)
    details = models.BinaryField(default=b"", help_text="name and press card, sealed; empty once forgotten")
    language = models.CharField(max_length=8, default="vi")
    state = models.CharField(max_length=8, choices=JournalistState, default=JournalistState.WAITING)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="when it was refused or ended")
    access_until = models.DateField(null=True, help_text="the last day")

    objects = JournalistSet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("journalist")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address"], condition=Q(state__in=STANDING), name="journalist_once_an_address"
            ),
            models.CheckConstraint(condition=Q(state__in=JournalistState.values), name="journalist_state_known"),
            models.CheckConstraint(
                condition=~Q(state=JournalistState.ACCEPTED) | Q(access_until__isnull=False),
                name="journalist_access_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class JournalistEvent(models.Model):
    """One thing that happened. The database refuses change, and every move the table does not hold."""

    journalist = models.ForeignKey(Journalist, on_delete=models.PROTECT, related_name="events")
    happening = models.CharField(max_length=8, choices=JournalistHappening)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=600, blank=True)
    access_until = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("event")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(happening__in=[JournalistHappening.ACCEPTED, JournalistHappening.REFUSED])
                | Q(by__isnull=False),
                name="journalist_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(happening__in=[JournalistHappening.REFUSED, JournalistHappening.ENDED])
                | Q(text__regex=r"\S"),
                name="journalist_turned_away_with_words",
            ),
            models.CheckConstraint(
                condition=Q(happening=JournalistHappening.ACCEPTED, access_until__isnull=False)
                | ~Q(happening=JournalistHappening.ACCEPTED) & Q(access_until=None),
                name="journalist_accepted_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journalist_id} {self.happening}"


class PressLink(models.Model):
    """A link by mail that works once: to confirm an address, or to enter. What was typed lies sealed until then."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=LinkKind)
    digest = models.CharField(max_length=64, db_index=True, help_text="the address, as the house compares addresses")
    typed = models.BinaryField(default=b"", help_text="the application, sealed; empty once it was confirmed")
    journalist = models.ForeignKey(Journalist, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="vi")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=LinkKind.CONFIRM, journalist=None)
                | Q(kind=LinkKind.ENTER, journalist__isnull=False, typed=b""),
                name="press_link_confirms_or_enters",
            ),
            models.CheckConstraint(condition=Q(used_at=None) | Q(typed=b""), name="press_link_used_is_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class PressSession(models.Model):
    """A journalist who entered, on one device; only the digest of the cookie is kept."""

    journalist = models.ForeignKey(Journalist, on_delete=models.PROTECT, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.journalist_id} {self.began_at:%d/%m/%Y}"


class KitSeen(models.Model):
    """Who opened a kit, or took a file of it, while its embargo stood. Append-only."""

    journalist = models.ForeignKey(Journalist, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(KitVersion, on_delete=models.PROTECT, related_name="seen")
    file = models.ForeignKey(KitFile, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["version", "at"], name="pressroom_seen")]

    def __str__(self) -> str:
        return f"{self.journalist_id} {self.version_id}"
