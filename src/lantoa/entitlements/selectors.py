"""Reads of this room: the rules that answer on a day, what a chosen commune means, where a version stands."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page

from lantoa.agencies import selectors as agencies
from lantoa.approvals.enums import Verdict as Decided
from lantoa.approvals.models import Submission
from lantoa.entitlements.criteria import Place, Somewhere
from lantoa.entitlements.enums import Stage
from lantoa.entitlements.judging import Example, Judgement, Rule, judge
from lantoa.entitlements.models import Entitlement, EntitlementVersion
from lantoa.kernel.models import User
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.selectors import Binding, bindings, blank_forms, in_readers_language
from lantoa.territory import selectors as territory


@dataclass(frozen=True, slots=True)
class Standing:
    """A version, the rule it says, and where its law stands on the day, if the legal library holds it."""

    version: EntitlementVersion
    rule: Rule
    law: Binding | None

    @property
    def unbound(self) -> bool:
        """Whether its law does not bind on the day."""
        return self.law is not None and not self.law.binds


def rule_of(version: EntitlementVersion) -> Rule:
    """The rule of a version."""
    return Rule.of(json.loads(version.content))


def in_force(on: date) -> list[Standing]:
    """The rules that answer on that day, at most one of each entitlement. Three queries."""
    return _with_laws(EntitlementVersion.objects.answering(on).newest(), on)


def newest_for(user: User, on: date) -> list[Standing]:
    """The newest version of each entitlement the person may see, its law as of that day. Three queries and the right's
    own."""
    seen = Entitlement.objects.visible_to(user)
    rows = EntitlementVersion.objects.filter(entitlement__in=seen).newest().select_related("entitlement", "written_by")
    return _with_laws(rows, on)


def _with_laws(versions: Iterable[EntitlementVersion], on: date) -> list[Standing]:
    rules = [(version, rule_of(version)) for version in versions]
    laws = bindings((rule.law.number for _version, rule in rules), on=on)
    return [Standing(version, rule, laws.get(rule.law.number)) for version, rule in rules]


def law_of(rule: Rule, on: date) -> Binding | None:
    """Where the law of a rule stands on the day, or on the nearest day on which the rule answers."""
    last = date.fromisoformat(rule.ends) if rule.ends else date.max
    day = min(max(on, date.fromisoformat(rule.starts)), last)
    return bindings([rule.law.number], on=day).get(rule.law.number)


def place_of(unit_id: int, on: date) -> Place:
    """What a chosen commune, of today or of once, means on that day."""
    heirs = territory.successors_of([unit_id], on)[unit_id]
    statuses: dict[int, set[str]] = {}
    for one in territory.designations_of(heirs, on):
        statuses.setdefault(one.unit_id, set()).add(one.kind)
    found = (
        Somewhere(pk, frozenset(territory.reach_ids(pk, on=on)) - {pk}, frozenset(statuses.get(pk, ()))) for pk in heirs
    )
    return Place(unit_id, tuple(found))


def understood(typed: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Typed answers as rules judge them: the unit id becomes a place."""
    place = typed.get("place")
    return {**typed, "place": place_of(int(place), on) if place else None}


def tried(rule: Rule, on: date) -> list[tuple[Example, Judgement]]:
    """Every example of a rule with what the rule says to it."""
    return [(one, judge(rule, understood(one.answers, on))) for one in rule.examples]


def stages_of(versions: Iterable[EntitlementVersion]) -> dict[int, Stage]:
    """Version id → where it stands; one query."""
    by_subject = {version.subject: version.pk for version in versions}
    rows = Submission.objects.filter(subject__in=by_subject).select_related("decision", "decision__revocation")
    found = dict.fromkeys(by_subject.values(), Stage.DRAFT)
    for row in rows.order_by("submitted_at", "pk"):
        found[by_subject[row.subject]] = _stage(row)
    return found


def _stage(row: Submission) -> Stage:
    decision = getattr(row, "decision", None)
    if decision is None:
        return Stage.DRAFT if row.withdrawn_at else Stage.WAITING
    if decision.verdict == Decided.RETURNED:
        return Stage.RETURNED
    return Stage.REVOKED if hasattr(decision, "revocation") else Stage.APPROVED


def commune_options(on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The communes of today and, by their old names, those that are gone; none before units are loaded."""
    try:
        root = territory.province(settings.LANTOA_PROVINCE_CODE, on=on)
    except territory.UnknownUnit:
        return []
    now = [(str(unit.id), unit.name) for unit in territory.communes(root.pk, on)]
    gone = territory.former_communes(territory.reach_ids(root.pk, on=on), on)
    old = [(str(pk), _("%(name)s (until %(day)s)") % {"name": name, "day": day.strftime("%d/%m/%Y")})
           for pk, name, day in gone]  # fmt: skip
    groups = [(_("Communes and wards of today"), now), (_("Old names"), old)]
    return [(label, units) for label, units in groups if units]


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page that tells more, the language it does so in, and the forms it hands out."""

    title: str
    url: str
    language: str
    forms: Sequence[AbstractDocument] = ()


def page_links(ids: Iterable[int | None]) -> dict[int, PageLink]:
    """Policy page id → where it is read, of those that are public: in the reader's language if there, else as it is."""
    found = in_readers_language(pk for pk in ids if pk)
    forms = blank_forms(page.pk for page in found.values()) if found else {}
    return {pk: _link(page, forms.get(page.pk, ())) for pk, page in found.items()}


def _link(page: Page, forms: Sequence[AbstractDocument]) -> PageLink:
    language = page.locale.language_code
    return PageLink(page.title, address_of(language, page.url_path), language, forms)


def offices(place: Place | None, on: date) -> list[tuple[str, int]]:
    """The offices of the communes a place means, by their names of that day, each with a commune it is in charge of:
    one, or one for each heir of a commune that was split; none where it is not known."""
    if place is None:
        return []
    found: dict[tuple[int, str], int] = {}
    for one in place.today:
        if (committee := agencies.committee_in_charge(one.unit_id, on=on)) is not None:
            found.setdefault(committee, one.unit_id)
    return [(name, unit_id) for (_pk, name), unit_id in found.items()]
