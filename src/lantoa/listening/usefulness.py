"""What readers say of our own pages: useful or not, as sums a day; and what is wrong on one, as a case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import ngettext

from lantoa.listening.enums import ABOUT_PAGES, Door, Happening, Matter
from lantoa.listening.models import Case, PageReport, PageUse
from lantoa.listening.services import CaseRefused, open_case

_COUNT = """
INSERT INTO listening_pageuse AS u (address, day, yes, no) VALUES (%(address)s, %(day)s, %(yes)s, %(no)s)
ON CONFLICT (address, day) DO UPDATE SET yes = u.yes + excluded.yes, no = u.no + excluded.no
"""


@dataclass(frozen=True, slots=True)
class Use:
    """What readers said of one page: useful, not useful, and how often something was wrong."""

    yes: int = 0
    no: int = 0
    reports: int = 0

    @property
    def said(self) -> int:
        """How many said whether it helped."""
        return self.yes + self.no

    @property
    def reported(self) -> str:
        """The problems in words."""
        return ngettext("%(n)s problem reported", "%(n)s problems reported", self.reports) % {"n": self.reports}


def count_use(*, address: str, helped: bool, at: datetime) -> None:
    """One more reader whom a page helped, or did not, on that day. One statement; who it was is not kept anywhere."""
    told: dict[str, str | int | date] = {
        "address": address, "day": timezone.localdate(at), "yes": int(helped), "no": int(not helped),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, told)


_VISIT = """
INSERT INTO listening_pagevisits AS v (address, hour, visits) VALUES (%(address)s, %(hour)s, 1)
ON CONFLICT (address, hour) DO UPDATE SET visits = v.visits + 1
"""


def count_visit(*, address: str, at: datetime) -> None:
    """One more reader who came by a page's short link in that hour. One statement, nothing of the person."""
    with connection.cursor() as cursor:
        cursor.execute(_VISIT, {"address": address, "hour": at.replace(minute=0, second=0, microsecond=0)})


@transaction.atomic
def report_page(
    *, address: str, matter: Matter, text: str, unit_id: int, agency_id: int | None, submission_key: str, language: str,
    at: datetime,
) -> Case:  # fmt: skip
    """Make a case of what a reader found wrong on a page and pass it to whoever answers for the page.

    The same `submission_key` again returns the case already made. Raises CaseRefused for a kind not about pages.
    """
    if matter not in ABOUT_PAGES:
        raise CaseRefused(f"not about a page: {matter}")
    case = open_case(
        text=text, unit_id=unit_id, door=Door.PORTAL, submission_key=submission_key, by=None, at=at, matter=matter,
        language=language, agency_id=agency_id,
    )  # fmt: skip
    PageReport.objects.get_or_create(case=case, defaults={"address": address})
    return case


def use_of(addresses: Collection[str], *, since: date) -> dict[str, Use]:
    """What readers said of each of these pages since a day, by address; those of which nobody spoke are left out."""
    used = PageUse.objects.filter(address__in=addresses, day__gte=since).values_list("address")
    sums = {address: (yes, no) for address, yes, no in used.annotate(Sum("yes"), Sum("no")).order_by()}
    told = PageReport.objects.filter(
        address__in=addresses, case__events__happening=Happening.RECEIVED, case__events__at__date__gte=since
    )
    reports = dict(told.values_list("address").annotate(Count("pk")).order_by())
    return {one: Use(*sums.get(one, (0, 0)), reports.get(one, 0)) for one in {*sums, *reports}}
