"""Staff accounts, the audit chain and the days the province swaps."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserAccounts(BaseUserManager["User"]):
    """Makes staff accounts."""

    def create_user(self, *, email: str | None = None, phone: str | None = None, password: str | None = None,
                    display_name: str = "", **extra: Any) -> "User":  # fmt: skip
        """An account that signs in by e-mail or phone; at least one of the two."""
        user = self.model(
            email=self.normalize_email(email).lower() if email else None,
            phone=phone or None,
            display_name=display_name,
            **extra,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """A technical administrator; sees no domain data until given a post."""
        return self.create_user(email=email, password=password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # Wagtail's images point here
    """A member of staff. Rights come from posts held on a date, never from this row."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=20, unique=True, null=True, blank=True)
    display_name = models.CharField(_("name shown to colleagues"), max_length=120)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserAccounts] = UserAccounts()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email__isnull=False) | Q(phone__isnull=False), name="user_has_a_login"),
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.email or self.phone or f"#{self.pk}"

    def get_full_name(self) -> str:
        """The name Wagtail and mail show."""
        return str(self)

    def get_short_name(self) -> str:
        """The name in a greeting."""
        return str(self)

    @property
    def first_name(self) -> str:
        """Wagtail's avatar and user lists ask for it."""
        return self.display_name

    @property
    def last_name(self) -> str:
        """Vietnamese names are kept whole."""
        return ""


class AuditEntry(models.Model):
    """One act, chained to the one before by SHA-256. The database fills `seq`, `previous` and `digest` and refuses
    UPDATE, DELETE and TRUNCATE."""

    seq = models.BigIntegerField(unique=True, editable=False, default=0)
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120)
    facts = models.TextField(help_text="canonical JSON: sorted keys, no spaces")
    previous = models.CharField(max_length=64, editable=False, default="")
    digest = models.CharField(max_length=64, editable=False, default="")

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [models.Index(fields=["subject", "seq"]), models.Index(fields=["action", "seq"])]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"


class SwappedDay(models.Model):
    """A day that works although the calendar rests, or rests although it works, by decision."""

    day = models.DateField(_("day"), unique=True)
    works = models.BooleanField(_("is a working day"))
    reason = models.CharField(_("reason"), max_length=200)
    entered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["day"]
        verbose_name = _("swapped day")

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"
