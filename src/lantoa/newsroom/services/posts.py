"""Wagtail's groups, kept as a shadow of posts: whoever loses the post leaves the group at their next request."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.permissions import policy_registry

from lantoa.kernel.access import grants
from lantoa.kernel.models import User
from lantoa.newsroom.rules import GROUPS, group_name

MEDIA = ("add", "change", "choose")


@transaction.atomic
def ensure_groups() -> None:
    """Make the groups of the writing roles with their rights over pages, pictures and documents; safe to repeat."""
    Group.objects.filter(name__in=["Moderators", "Editors"]).delete()  # Wagtail's own, which no post stands behind
    for role, page_rights in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=group_name(role))
        group.permissions.set(
            Permission.objects.filter(codename="access_admin", content_type__app_label="wagtailadmin")
        )
        _may_on_pages(group, page_rights)
        _may_on_media(group)


def _may_on_pages(group: Group, rights: frozenset[str]) -> None:
    root = Page.get_first_root_node()
    for right in Permission.objects.filter(
        codename__in=[f"{right}_page" for right in rights], content_type__app_label="wagtailcore"
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)


def _may_on_media(group: Group) -> None:
    """Exactly the rights that Wagtail asks for, which for pictures are those of its own model, not of ours."""
    root = Collection.get_first_root_node()
    asked = [policy_registry.get_by_type(model).auth_model._meta for model in (get_image_model(), get_document_model())]
    wanted = (Q(codename__in=[f"{right}_{of.model_name}" for right in MEDIA], content_type__app_label=of.app_label)
              for of in asked)  # fmt: skip
    rights = Permission.objects.filter(reduce(or_, wanted))
    GroupCollectionPermission.objects.filter(group=group).exclude(permission__in=rights).delete()
    for right in rights:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=right)


def follow_rules(**_signal: Any) -> None:
    """After a migration the groups there are hold the rights that the rules name now."""
    if Group.objects.filter(name__in=map(group_name, GROUPS)).exists():
        ensure_groups()


@transaction.atomic
def sync_groups(*, user: User, at: datetime) -> None:
    """Put a person in exactly the groups of the posts they hold at this moment; two queries when nothing changed."""
    wanted = {group_name(grant.role) for grant in grants(user, at) if grant.role in GROUPS}
    ours = {group_name(role) for role in GROUPS}
    held = set(user.groups.filter(name__in=ours).values_list("name", flat=True))
    if held == wanted:
        return
    if Group.objects.filter(name__in=ours).count() < len(ours):
        ensure_groups()
    user.groups.remove(*Group.objects.filter(name__in=held - wanted))
    user.groups.add(*Group.objects.filter(name__in=wanted - held))
    for cache in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        user.__dict__.pop(cache, None)
