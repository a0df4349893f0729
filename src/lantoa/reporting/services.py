"""Keep the figures of a report as a version, word it, submit it, write its document."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.text import normalise
from lantoa.reporting import selectors
from lantoa.reporting.document import word_file
from lantoa.reporting.figures import canonical, data_hash
from lantoa.reporting.models import Report, ReportVersion
from lantoa.reporting.periods import Period
from lantoa.reporting.rules import WRITE, ReportingError
from lantoa.reporting.writing import official_document


@dataclass(frozen=True, slots=True)
class Narrative:
    """The reporter's own words; blank lines part paragraphs."""

    results: str = ""
    difficulties: str = ""
    proposals: str = ""

    def __post_init__(self) -> None:
        for name in ("results", "difficulties", "proposals"):
            object.__setattr__(self, name, normalise(getattr(self, name)).strip())


@transaction.atomic
def make_version(
    agency_id: int,
    start: date,
    end: date,
    kind: str | None = None,
    *,
    by: User | None,
    at: datetime,
    narrative: Narrative | None = None,
) -> ReportVersion:
    """Count the figures now and keep them as the next version of the report; the first makes the report.

    When the latest version states the same figures, that one is returned: a draft takes the new words, a submitted
    one is followed by a new version only if the words differ. `kind`, when given, must be what the days are. `by`
    None is the installation itself (command line). Raises `ReportingError`, `AccessDenied`.
    """
    if end < start:
        raise ReportingError(_("The last day comes before the first. Change one of them."))
    period = Period(start, end)
    if kind is not None and kind != period.kind:
        raise ReportingError(_("These days are not a period of that kind. Check the first and the last day."))
    counted = selectors.figures(agency_id, period, at)
    if by is not None:
        require(by, WRITE, unit_id=counted.unit_id, at=at)
    report = _locked_report(agency_id, counted.unit_id, period)
    latest = ReportVersion.objects.filter(report=report).latest_first().first()
    if latest is not None and latest.sha256 == data_hash(counted):
        if narrative is None or narrative == _narrative(latest):
            return latest
        if latest.submitted_at is None:
            return _worded(latest, narrative, by=by, at=at)
    words = narrative or (_narrative(latest) if latest else Narrative())
    version = ReportVersion.objects.create(
        report=report, number=latest.number + 1 if latest else 1, data=canonical(counted), sha256=data_hash(counted),
        made_by=by, made_at=at, **asdict(words),
    )  # fmt: skip
    _record("made", version, by=by, at=at)
    return version


@transaction.atomic
def word_draft(
    *, version_id: int, narrative: Narrative, by: User, at: datetime, document_number: int | None = None
) -> ReportVersion:
    """Change the words of a draft; its figures stay. Raises `ReportingError` once it is submitted."""
    version = _locked_draft(version_id, by=by, at=at)
    version.document_number = document_number
    return _worded(version, narrative, by=by, at=at)


@transaction.atomic
def submit(*, version_id: int, by: User | None, at: datetime) -> ReportVersion:
    """Submit the latest version of a report; from then on nothing of it changes.

    Raises `ReportingError` for a version that was submitted or replaced, `AccessDenied`.
    """
    version = _locked_draft(version_id, by=by, at=at)
    if ReportVersion.objects.filter(report_id=version.report_id, number__gt=version.number).exists():
        raise ReportingError(_("A newer version replaces this one. Submit the newest."))
    version.submitted_by, version.submitted_at = by, at
    version.save(update_fields=["submitted_by", "submitted_at"])
    _record("submitted", version, by=by, at=at)
    return version


def write_document(version_id: int) -> bytes:
    """The version as a Word file in the layout of Decree 30/2020, bearing the version's hash.

    The same version gives the same bytes. The caller answers for who may read it. Raises ReportVersion.DoesNotExist.
    """
    version = ReportVersion.objects.select_related("report").get(pk=version_id)
    report = version.report
    issuer = selectors.issuer(report.agency_id, Period(report.period_start, report.period_end))
    return word_file(official_document(version, issuer))


def _locked_report(agency_id: int, unit_id: int, period: Period) -> Report:
    report, _made = Report.objects.get_or_create(
        agency_id=agency_id, period_start=period.start, period_end=period.end,
        defaults={"unit_id": unit_id, "kind": period.kind},
    )  # fmt: skip
    return Report.objects.select_for_update().get(pk=report.pk)


def _locked_draft(version_id: int, *, by: User | None, at: datetime) -> ReportVersion:
    report_id = ReportVersion.objects.values_list("report_id", flat=True).get(pk=version_id)
    report = Report.objects.select_for_update().get(pk=report_id)
    if by is not None:
        require(by, WRITE, unit_id=report.unit_id, at=at)
    version: ReportVersion = ReportVersion.objects.select_related("report").get(pk=version_id)
    if version.submitted_at is not None:
        raise ReportingError(_("This version is submitted and stands as it is. Keep a new version to change it."))
    return version


def _narrative(version: ReportVersion) -> Narrative:
    return Narrative(version.results, version.difficulties, version.proposals)


def _worded(version: ReportVersion, narrative: Narrative, *, by: User | None, at: datetime) -> ReportVersion:
    for name, text in asdict(narrative).items():
        setattr(version, name, text)
    version.save(update_fields=["results", "difficulties", "proposals", "document_number"])
    _record("worded", version, by=by, at=at)
    return version


def _record(verb: str, version: ReportVersion, *, by: User | None, at: datetime) -> None:
    facts: dict[str, Any] = {"report": version.report_id, "number": version.number, "sha256": version.sha256}
    audit.record(
        f"reporting.version_{verb}", by=by, at=at, subject=f"reporting.reportversion:{version.pk}", facts=facts
    )
