"""Who may do and see what: role × subtree of units × date, decided here and nowhere else.

Grants come from posts held on a date; the room that keeps posts registers itself as the source. A superuser without a
post sees nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lantoa.kernel.enums import Role
from lantoa.kernel.models import User

type Person = User | AnonymousUser


class AccessDenied(PermissionDenied):
    """The person holds no post that allows this here and now."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One post's worth of access: a role over a set of units.

    `units` is a queryset (or list) of unit ids, used as a subquery and never loaded here.
    """

    role: Role
    units: Iterable[int]
    agency_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class Permission:
    """A named right, the roles that carry it, and its words for people."""

    name: str
    roles: frozenset[Role]
    label: str | Promise


type GrantSource = Callable[[User, datetime], Sequence[Grant]]

PERMISSIONS: dict[str, Permission] = {}
_source: list[GrantSource] = []


def declare(name: str, *roles: Role, label: str | Promise) -> str:
    """Register a right and the roles that carry it; returns its name. Rooms call this in `rules.py`."""
    PERMISSIONS[name] = Permission(name, frozenset(roles), label)
    return name


def register_source(source: GrantSource) -> None:
    """Name the one function that answers which grants a user holds at a moment."""
    _source[:] = [source]


def grants(user: Person, at: datetime | None = None) -> Sequence[Grant]:
    """The grants a user holds at a moment (now by default)."""
    if not isinstance(user, User) or not user.is_active or not _source:
        return ()
    return _source[0](user, at or timezone.now())


def granted(user: Person, permission: str, at: datetime | None = None) -> list[Grant]:
    """The user's grants whose role carries this right."""
    roles = PERMISSIONS[permission].roles
    return [grant for grant in grants(user, at) if grant.role in roles]


def allowed(user: Person, permission: str, *, unit_id: int | None = None, at: datetime | None = None) -> bool:
    """Whether the user may do this: over that unit, or anywhere at all when no unit is named."""
    held = granted(user, permission, at)
    if unit_id is None:
        return bool(held)
    return held_over(held, unit_id) is not None


def held_over(held: Sequence[Grant], unit_id: int) -> Grant | None:
    """The first of these grants that covers the unit: the post a person acts from."""
    return next((grant for grant in held if _covers(grant, unit_id)), None)


def require(user: Person, permission: str, *, unit_id: int | None = None, at: datetime | None = None) -> None:
    """Raise `AccessDenied` unless `allowed`."""
    if not allowed(user, permission, unit_id=unit_id, at=at):
        raise AccessDenied(_("Your post does not include this: %(right)s.") % {"right": PERMISSIONS[permission].label})


def _covers(grant: Grant, unit_id: int) -> bool:
    if isinstance(grant.units, models.QuerySet):
        return bool(grant.units.filter(pk=unit_id).exists())
    return unit_id in grant.units


class ScopedQuerySet[M: models.Model](models.QuerySet[M]):
    """A queryset whose rows belong to units; `visible_to` is the only door for people."""

    permission: ClassVar[str]
    unit_path: ClassVar[str] = "unit"

    def visible_to(self, user: Person, *, at: datetime | None = None) -> Self:
        """The rows inside the subtrees where the user's posts carry this queryset's permission."""
        held = granted(user, self.permission, at)
        if not held:
            return self.none()
        condition = Q()
        for grant in held:
            condition |= Q(**{f"{self.unit_path}__in": grant.units})
        return self.filter(condition)


def visible_to(queryset: "models.QuerySet[Any]", user: Person, *, permission: str, unit_path: str) -> Any:
    """`ScopedQuerySet.visible_to` for a queryset of another class (Wagtail's pages, for instance)."""
    held = granted(user, permission)
    condition = Q(pk__in=[])
    for grant in held:
        condition |= Q(**{f"{unit_path}__in": grant.units})
    return queryset.filter(condition)
