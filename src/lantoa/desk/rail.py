"""The rail: the loop's rooms a person may enter, each with what waits there; the registers; who is signed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.agencies import rules as agencies
from lantoa.agencies import selectors as agency_reads
from lantoa.approvals import rules as approvals
from lantoa.approvals.selectors import pending_for
from lantoa.audience import rules as audience
from lantoa.channels import rules as channels
from lantoa.contributions import rules as contributions
from lantoa.desk.places import DESK, place
from lantoa.desk.work import Worker
from lantoa.editorial import rules as editorial
from lantoa.entitlements import rules as entitlements
from lantoa.exemplars import rules as exemplars
from lantoa.kernel import rules as kernel
from lantoa.kernel.access import grants
from lantoa.kernel.models import User
from lantoa.listening import rules as listening
from lantoa.listening.selectors import cases
from lantoa.newsroom import rules as newsroom
from lantoa.outlets import rules as outlets
from lantoa.outreach import rules as outreach
from lantoa.outreach.selectors import counts_for
from lantoa.planning import rules as planning
from lantoa.pressroom import rules as pressroom
from lantoa.reporting import rules as reporting
from lantoa.search import rules as search
from lantoa.territory import rules as territory

type Count = Callable[[Worker], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place on the rail."""

    key: str
    label: str | Promise
    icon: str
    path: str
    permission: str | None = None
    count: Count | None = None
    short: str | Promise = ""


LOOP: Sequence[Entry] = (
    Entry("today", _("Today's work"), "check", "", short=_("Today")),
    Entry("plan", _("Plans"), "plan", "ke-hoach/", planning.SEE),
    Entry("pages", _("Pages and stories"), "book", "trang/", newsroom.WRITE),
    Entry("editorial", _("Editors' desk"), "work", "toa-soan/", editorial.ENTER),
    Entry("write", _("Messages"), "edit", "soan-tin/", outreach.VIEW_MESSAGES),
    Entry(
        "approve", _("Approvals"), "shield", "duyet/", approvals.SEE,
        lambda worker: pending_for(worker.user).count() if worker.may(approvals.DECIDE) else 0, _("Approve"),
    ),
    Entry(
        "spread", _("Broadcasts"), "rings", "lan-toa/", outreach.VIEW, lambda worker: counts_for(worker.user),
        _("Spread"),
    ),
    Entry(
        "listen", _("Listening"), "ear", "lang-nghe/", listening.VIEW_CASES,
        lambda worker: cases(worker.user, show="waiting", at=worker.at).count(), _("Voices"),
    ),
    Entry("stories", _("People's stories"), "heart", "chuyen-dan/", contributions.VIEW),
    Entry("exemplars", _("Role models and good ways"), "target", "guong-mo-hinh/", exemplars.VIEW),
    Entry("press", _("Press"), "print", "bao-chi/", pressroom.OPEN_ROOM),
    Entry("report", _("Reports"), "document", "bao-cao/", reporting.VIEW),
)  # fmt: skip
REGISTERS: Sequence[Entry] = (
    Entry("units", _("Communes, wards, hamlets"), "pin", "don-vi/", territory.VIEW_UNITS),
    Entry("agencies", _("Agencies"), "agency", "co-quan/", agencies.VIEW_AGENCIES),
    Entry("entitlements", _("Entitlements"), "heart", "quyen-loi/", entitlements.SEE),
    Entry("audience", _("Recipients"), "users", "nguoi-nhan/", audience.VIEW_AUDIENCE),
    Entry("rights", _("Data rights"), "key", "quyen-du-lieu/", audience.HANDLE_RIGHTS),
    Entry("outlets", _("Outlets"), "pin", "diem-truyen-thong/", outlets.VIEW),
    Entry("channels", _("Channels"), "loudspeaker", "kenh/", channels.VIEW),
    Entry("misses", _("Searched for in vain"), "search", "tim-khong-thay/", search.VIEW_MISSES),
    Entry("audit", _("Audit log"), "history", "nhat-ky/", kernel.VIEW_AUDIT),
    Entry("accounts", _("Accounts"), "key", "tai-khoan/", kernel.MANAGE_ACCOUNTS),
    Entry("calendar", _("Working days"), "calendar", "ngay-lam-viec/", kernel.MANAGE_CALENDAR),
)
TABS = ("today", "listen", "spread", "approve", "write", "report", "plan")
"""Which entries a phone shows at its foot, the first four that the person may enter."""


class Rail:
    """One person's rail on one page; nothing is asked of the database before a page shows it."""

    def __init__(self, user: User, path: str) -> None:
        self.user, self.path = user, path

    @cached_property
    def worker(self) -> Worker:
        """The person with their roles. One query."""
        at = timezone.now()
        held = grants(self.user, at)
        roles, agency_ids = frozenset(grant.role for grant in held), frozenset(grant.agency_id for grant in held)
        return Worker(self.user, roles, at, agency_ids)

    @cached_property
    def loop(self) -> list[dict[str, Any]]:
        """The loop's rooms; eight queries at most."""
        shown = [entry for entry in LOOP if self._open(entry)]
        tabs = [key for key in TABS if key in {entry.key for entry in shown}][:4]
        return [self._entry(entry) | {"tab": entry.key in tabs} for entry in shown]

    @cached_property
    def registers(self) -> list[dict[str, Any]]:
        """The books everyone shares."""
        return [self._entry(entry) for entry in REGISTERS if self._open(entry)]

    @cached_property
    def me(self) -> dict[str, str]:
        """Who is signed in, by post and agency. Two queries."""
        post = agency_reads.main_post(self.user)
        names = agency_reads.names_on([post.agency_id], self.worker.today) if post else {}
        return {
            "name": str(self.user),
            "role": (post.title or post.get_role_display()) if post else "",
            "agency": names.get(post.agency_id, "") if post else "",
            "url": reverse("desk:me"),
            "logout_url": reverse("account_logout"),
        }

    def _open(self, entry: Entry) -> bool:
        return (entry.permission is None or self.worker.may(entry.permission)) and bool(place(entry.path))

    def _entry(self, entry: Entry) -> dict[str, Any]:
        url = place(entry.path)
        current = self.path == url if url == DESK else self.path.startswith(url)
        count = entry.count(self.worker) if entry.count else 0
        facts = {"key": entry.key, "label": entry.label, "icon": entry.icon, "url": url, "current": current}
        return facts | {"count": count, "short": entry.short}
