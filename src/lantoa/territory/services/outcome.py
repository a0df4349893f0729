"""What an import did, told and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext_noop

from lantoa.kernel import audit
from lantoa.kernel.models import User
from lantoa.territory.enums import RunKind
from lantoa.territory.models import Disagreement, ImportRun

# Words kept in the database in English and shown in the reader's language.
ABOUT_NAME, ABOUT_HEIRS = gettext_noop("name"), gettext_noop("successors")
ABOUT_ORIGIN, ABOUT_HAMLET = gettext_noop("origin"), gettext_noop("hamlet")
ABOUT_RENAMING = gettext_noop("renamed or merged")
RENAMED, BOTH = gettext_noop("renamed"), gettext_noop("both, shares open")
BEGUN = gettext_noop("begun; no package tells what it was")
NO_HEIR = gettext_noop("no package names the heir; the land stayed in the unit above")
NO_COMMUNE = gettext_noop("under the province until a list of hamlets says where")
COUNTED = (
    gettext_noop("provinces"),
    gettext_noop("districts"),
    gettext_noop("communes"),
    gettext_noop("hamlets"),
    gettext_noop("designations"),
    gettext_noop("provinces merged"),
    gettext_noop("communes ended"),
    gettext_noop("communes begun"),
    gettext_noop("communes kept"),
    gettext_noop("districts ended"),
    gettext_noop("hamlets moved"),
    gettext_noop("events between"),
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the sources leave open or tell differently."""

    code: str
    about: str
    readings: Mapping[str, str]
    taken: str


@dataclass(slots=True)
class Outcome:
    """What changed (nothing, when it had been done before), with every doubt that the sources left."""

    changed: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)

    def add(self, what: str, number: int = 1) -> None:
        """Count so many more of these."""
        if number:
            self.changed = True
            self.counts[what] = self.counts.get(what, 0) + number


def keep(outcome: Outcome, *, kind: RunKind, subject: str, by: User | None, at: datetime) -> Outcome:
    """Store the run with its doubts and audit it, when anything changed."""
    if outcome.changed:
        _refresh_statistics()
        run = ImportRun.objects.create(kind=kind, subject=subject, at=at, by=by, counts=outcome.counts)
        _keep_doubts(run, outcome.doubts)
        audit.record(
            f"territory.{kind}_imported",
            by=by,
            at=at,
            subject=f"territory.importrun:{run.pk}",
            facts={"subject": subject, **outcome.counts, "doubts": len(outcome.doubts)},
        )
    return outcome


def _refresh_statistics() -> None:
    """Tell the planner what a bulk load changed, so that the next read does not plan for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE territory_unit, territory_unitversion, territory_unitcode, territory_unitclosure,"
            " territory_unitlineage, territory_unitevent"
        )


def _keep_doubts(run: ImportRun, doubts: Sequence[Doubt]) -> None:
    Disagreement.objects.bulk_create(
        Disagreement(run=run, code=doubt.code, about=doubt.about, readings=dict(doubt.readings), taken=doubt.taken)
        for doubt in doubts
    )


def day_text(day: date) -> str:
    """The day as people write it."""
    return day.strftime("%d/%m/%Y")
