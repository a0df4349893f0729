"""Write a rule, try its examples, send it to a second person: each verb one transaction."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.approvals import services as approvals
from lantoa.approvals.content import canonical_content, content_hash
from lantoa.approvals.models import Submission
from lantoa.entitlements.enums import Verdict
from lantoa.entitlements.judging import Example, Rule
from lantoa.entitlements.models import Entitlement, EntitlementVersion
from lantoa.entitlements.rules import WRITE
from lantoa.entitlements.selectors import law_of, rule_of, tried
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User


@transaction.atomic
def write_rule(
    *, rule: Rule, by: User, at: datetime, unit_id: int | None = None, entitlement: Entitlement | None = None
) -> EntitlementVersion:
    """A new version: of a new entitlement of the unit, or the next one; the same content again is no new version."""
    if entitlement is None:
        assert unit_id is not None
        require(by, WRITE, unit_id=unit_id, at=at)
        entitlement = Entitlement.objects.create(unit_id=unit_id, created_by=by, created_at=at)
    else:
        require(by, WRITE, unit_id=entitlement.unit_id, at=at)
        entitlement = Entitlement.objects.select_for_update().get(pk=entitlement.pk)
    content = canonical_content(rule.data())
    last = EntitlementVersion.objects.filter(entitlement=entitlement).order_by("-number").first()
    if last is not None and last.content == content:
        return last
    version: EntitlementVersion = EntitlementVersion.objects.create(
        entitlement=entitlement, number=last.number + 1 if last else 1, content=content,
        sha256=content_hash(rule.data()), valid=_days(rule), written_by=by, written_at=at,
    )  # fmt: skip
    subject = f"entitlements.entitlement:{entitlement.pk}"
    audit.record("entitlements.written", by=by, at=at, subject=subject, facts={"version": version.number})
    return version


def add_example(*, version: EntitlementVersion, example: Example, by: User, at: datetime) -> EntitlementVersion:
    """The next version, with one more example; one of the same name is replaced."""
    rule = rule_of(version)
    kept = tuple(one for one in rule.examples if one.name != example.name)
    changed = replace(rule, examples=(*kept, example))
    return write_rule(rule=Rule.of(changed.data()), by=by, at=at, entitlement=version.entitlement)


@transaction.atomic
def send(*, version: EntitlementVersion, by: User, at: datetime) -> Submission:
    """Put exactly this version before a second person: it must be the newest, rest on a law that binds, have
    examples, and pass them all."""
    entitlement = Entitlement.objects.select_for_update().get(pk=version.entitlement_id)
    require(by, WRITE, unit_id=entitlement.unit_id, at=at)
    rule = rule_of(version)
    if EntitlementVersion.objects.filter(entitlement=entitlement, number__gt=version.number).exists():
        raise LantoaError(_("This is not the newest version. Open the newest one and send that."))
    if why := why_not(rule, timezone.localdate(at)):
        raise LantoaError(why)
    _withdraw_older(version, by=by, at=at)
    content: dict[str, Any] = json.loads(version.content)
    return approvals.submit(
        subject=version.subject, label=rule.title, content=content, authors=_authors(version),
        unit_id=entitlement.unit_id, by=by, at=at,
    )  # fmt: skip


def _withdraw_older(version: EntitlementVersion, *, by: User, at: datetime) -> None:
    """Take back what still waits of earlier versions, each in the name of whoever sent it."""
    others = EntitlementVersion.objects.filter(entitlement=version.entitlement_id).exclude(pk=version.pk)
    waiting = Submission.objects.filter(subject__in=[one.subject for one in others]).open()
    for older in waiting.select_related("submitted_by"):
        approvals.withdraw(submission_id=older.pk, by=older.submitted_by, at=at)


def why_not(rule: Rule, on: date) -> str:
    """Why a rule cannot be sent yet, or nothing."""
    if (law := law_of(rule, on)) and not law.binds:
        return _("By the legal library, this rule rests on a text that does not bind when it answers (%(law)s:"
                 " %(standing)s). Cite the text that binds, or change the days of the rule.") % {
            "law": rule.law, "standing": law,
        }  # fmt: skip
    if not rule.examples:
        return _("Add an example first: answers, and what the rule must say to them.")
    if all(one.verdict != Verdict.MET for one in rule.examples):
        return _("Add an example of somebody who gets it: a rule that nobody can meet would turn everybody away.")
    wrong = [one.name for one, judged in tried(rule, on) if judged.verdict != Verdict(one.verdict)]
    if not wrong:
        return ""
    return _("These examples fail: %(names)s. Put the rule or the examples right.") % {"names": ", ".join(wrong)}


def _authors(version: EntitlementVersion) -> list[User]:
    """All who wrote a version since the last approved one."""
    rows = EntitlementVersion.objects.filter(entitlement=version.entitlement_id)
    done = rows.approved().order_by("-number").values_list("number", flat=True).first() or 0
    return [row.written_by for row in rows.filter(number__gt=done).select_related("written_by")]


def _days(rule: Rule) -> DateRange:
    last = date.fromisoformat(rule.ends) + timedelta(days=1) if rule.ends else None
    return DateRange(date.fromisoformat(rule.starts), last)
