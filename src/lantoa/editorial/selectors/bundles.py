"""Which pages go out together, and what each still lacks."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.editorial.enums import BundleState
from lantoa.editorial.models import Bundle, BundlePage
from lantoa.kernel.models import User
from lantoa.newsroom import bars, checks
from lantoa.newsroom.holding import Hold
from lantoa.newsroom.models import BasePage
from lantoa.newsroom.models.gate import missing_consent
from lantoa.newsroom.selectors import embargo_of, review_of, writable_pages
from lantoa.ui.templatetags.ui import vn_datetime


@dataclass(frozen=True, slots=True)
class Readiness:
    """A page of a bundle and why it cannot go out; empty when it can."""

    page: BasePage
    why: str


def hold(page_id: int, at: datetime) -> Hold | None:
    """The open bundle that holds a page from going live by itself, expected to let go at its hour."""
    bundle = bundle_of(page_id)
    why = _("it goes out with the bundle “%(name)s”")
    return Hold(why % {"name": bundle.name}, expected=bundle.go_live_at) if bundle else None


def companions(page_id: int) -> list[int]:
    """The pages of the open bundle that a page stands in, itself too: they go live together or not at all."""
    together = Bundle.objects.open().filter(items__page=page_id)
    return list(BundlePage.objects.filter(bundle__in=together).order_by().values_list("page", flat=True))


def bundle_of(page_id: int) -> Bundle | None:
    """The open bundle a page stands in."""
    found: Bundle | None = Bundle.objects.open().filter(items__page=page_id).first()
    return found


def bundles_of(user: User, *, at: datetime, closed: bool = False) -> "QuerySet[Bundle]":
    """The bundles a person may see, with how many pages each has: the open ones by their hour, or the closed."""
    rows = Bundle.objects.visible_to(user, at=at).annotate(pages=Count("items")).select_related("created_by")
    if closed:
        return rows.exclude(state=BundleState.OPEN).order_by("-closed_at")
    return rows.open().order_by("go_live_at", "pk")


def readiness(bundle: Bundle, *, at: datetime) -> list[Readiness]:
    """Each page of the bundle in its own type with what it lacks, in the order they were added."""
    items = BundlePage.objects.filter(bundle=bundle).select_related("page")
    pages = [item.page.specific for item in items]
    return [Readiness(page, lack_of(page, at=at)) for page in pages]


def lack_of(page: BasePage, *, at: datetime) -> str:
    """Why a page cannot go out at that moment, in words; empty when it can."""
    if reason := bars.why_barred(page.pk):
        return reason
    revision = page.get_latest_revision()
    if revision is None or page.approval_of_revision(revision) is None:
        return _("it waits for approval") if review_of(page) else _("its newest version is not approved")
    version = revision.as_object()
    if missing := missing_consent(version):
        return missing
    if found := checks.turned(version, on=timezone.localdate(at)):
        return " ".join(map(str, found)).removesuffix(".")
    if (embargo := embargo_of(page.pk, at=at)) is not None:
        return _("it is under embargo until %(until)s") % {"until": vn_datetime(embargo.until)}
    if version.go_live_at and version.go_live_at > at:
        return _("it has an hour of its own, %(hour)s") % {"hour": vn_datetime(version.go_live_at)}
    return ""


def pages_to_add(user: User, *, at: datetime) -> "QuerySet[Page]":
    """The pages a person may put into a bundle: theirs to write, in no open bundle, not public as they stand."""
    inside = BundlePage.objects.filter(bundle__state=BundleState.OPEN).values("page")
    rows = writable_pages(user).exclude(pk__in=inside).exclude(live=True, has_unpublished_changes=False)
    found: QuerySet[Page] = rows.order_by("-latest_revision_created_at")
    return found
