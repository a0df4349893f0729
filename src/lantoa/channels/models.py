"""Accounts at providers, the one Zalo token that rotates, and every inbound request as it came."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.channels.enums import FileState, Health
from lantoa.channels.sealing import seal, unseal


class ChannelAccount(models.Model):
    """One account at one provider: how to reach it and how it is doing.

    ``settings`` is plain JSON; secrets are sealed and never leave this row except into a transport or a hook.
    """

    kind = models.CharField(_("kind"), max_length=20, db_index=True)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    settings = models.JSONField(default=dict, blank=True)
    told = models.JSONField(default=dict, blank=True)  # what the provider last said of the account: its quota
    sealed_secrets = models.BinaryField(default=b"", blank=True)
    enabled = models.BooleanField(_("in use"), default=True)
    health = models.CharField(max_length=10, choices=Health, default=Health.UNTRIED)
    last_error = models.CharField(max_length=300, blank=True, default="")
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # calls in a row that came to nothing; what trips the breaker

    class Meta:
        verbose_name = _("channel account")
        verbose_name_plural = _("channel accounts")
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(health__in=Health.values), name="channel_account_health_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def secrets(self) -> dict[str, str]:
        """Return the secrets in clear; raises SealBrokenError."""
        return unseal(self.sealed_secrets)

    def may_send(self, at: datetime) -> bool:
        """Return whether it is in use and does not rest."""
        return self.enabled and (self.paused_until is None or self.paused_until <= at)

    def hold(self, secrets: dict[str, str]) -> None:
        """Seal these secrets into the row (not yet saved)."""
        self.sealed_secrets = seal(secrets)


class AccountPace(models.Model):
    """One account's token bucket, shared by every worker on every machine; below zero it is in debt."""

    account = models.OneToOneField(ChannelAccount, models.CASCADE, primary_key=True, related_name="+")
    tokens = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("account pace")

    def __str__(self) -> str:
        return f"{self.account_id}"


class ZaloToken(models.Model):
    """The rotating token pair of one Zalo account; refreshed only under this row's lock."""

    account = models.OneToOneField(ChannelAccount, models.CASCADE, related_name="+")
    sealed = models.BinaryField()  # access_token, refresh_token
    seed = models.CharField(max_length=64)  # SHA-256 of the token that a person entered and this pair descends from
    expires_at = models.DateTimeField()
    refreshed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Zalo token")
        verbose_name_plural = _("Zalo tokens")

    def __str__(self) -> str:
        return f"{self.account_id}: {self.expires_at:%d/%m/%Y %H:%M}"


class InboundEvent(models.Model):
    """One request from a provider, its origin proven, kept raw and once."""

    account = models.ForeignKey(
        ChannelAccount, models.PROTECT, related_name="+", db_index=False
    )  # the unique key leads
    provider_event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    raw = models.BinaryField()
    query = models.BooleanField(default=False)
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("inbound event")
        verbose_name_plural = _("inbound events")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "provider_event_id"], name="inbound_event_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                "account", "id", condition=models.Q(processed_at__isnull=True), name="inbound_waiting_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.provider_event_id[:24]}"


class InboxMark(models.Model):
    """How far one account's mailbox has been read, and who reads it now.

    ``mark`` is the collector's own (for IMAP: UIDVALIDITY and the last UID); it only saves work: what keeps a mail
    from being stored twice is `InboundEvent`.
    """

    account = models.OneToOneField(ChannelAccount, models.CASCADE, primary_key=True, related_name="+")
    mark = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("mailbox mark")

    def __str__(self) -> str:
        return f"{self.account_id}"


class InboundFile(models.Model):
    """A file that came with a message: noted when it is read, kept or refused later, by its content.

    ``reference`` is the message's own, ``kind:account:message id``, by which the rooms above find it. The bytes lie in
    the private store under ``sha256``.
    """

    inbound = models.ForeignKey(InboundEvent, models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    reference = models.CharField(max_length=200, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    reason = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=100, blank=True, default="")
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    noted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("incoming file")
        verbose_name_plural = _("incoming files")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbound", "place"], name="inbound_file_once"),
            models.CheckConstraint(condition=models.Q(state__in=FileState.values), name="inbound_file_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=FileState.KEPT) | ~models.Q(sha256="") & ~models.Q(kind=""),
                name="inbound_file_kept_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inbound_id} {self.place}"

    @property
    def path(self) -> str:
        """Where its bytes lie in the private store."""
        return f"{self.sha256[:2]}/{self.sha256}"
