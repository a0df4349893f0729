"""A rule in words, for whoever approves it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.approvals.subjects import Section, register_subject
from lantoa.entitlements.criteria import criterion_of
from lantoa.entitlements.enums import Office, Verdict
from lantoa.entitlements.judging import Rule
from lantoa.entitlements.models import PREFIX, EntitlementVersion
from lantoa.kernel.clock import today
from lantoa.territory.selectors import names_on


def register() -> None:
    """Tell approvals how rules are read."""
    register_subject(PREFIX, sections, label=gettext_lazy("Rule of the guide"), link=link)


def link(subject: str) -> str | None:
    """The rule's page on the desk."""
    version = EntitlementVersion.objects.filter(pk=int(subject.partition(":")[2])).first()
    return reverse("entitlements:rule", args=[version.entitlement_id]) if version else None


def sections(content: Mapping[str, Any]) -> Sequence[Section]:
    """What it is, who gets it, and the examples it passed."""
    rule = Rule.of(content)
    asked = "\n".join(condition_lines(rule)) or _("Everyone")
    examples = "\n".join(f"{one.name}: {Verdict(one.verdict).label}" for one in rule.examples)
    ask = " ".join(part for part in (rule.officer, str(Office(rule.office).label)) if part)
    parts = [
        (_("What one gets"), rule.gets), (_("Legal basis"), str(rule.law)), (_("Days in force"), days(rule)),
        (_("Who gets it"), asked), (_("Form to hand in"), rule.form), (_("Whom to ask"), ask),
        (_("Examples"), examples),
    ]  # fmt: skip
    return [Section(label=label, text=text, icon="document") for label, text in parts if text]


def condition_lines(rule: Rule) -> list[str]:
    """Each condition and exclusion as a line; listed units by name."""
    lines = [_("Only in: %(names)s") % {"names": _names(rule.units)}] if rule.units else []
    lines += [f"{criterion_of(one).question} {_words(one)}" for one in rule.conditions]
    return lines + [_("Not when: %(words)s") % {"words": f"{criterion_of(one).question} {_words(one)}"}
                    for one in rule.exclusions]  # fmt: skip


def days(rule: Rule) -> str:
    """From when to when, in words."""
    first = date.fromisoformat(rule.starts).strftime("%d/%m/%Y")
    if not rule.ends:
        return _("from %(first)s") % {"first": first}
    return _("from %(first)s to the end of %(last)s") % {
        "first": first, "last": date.fromisoformat(rule.ends).strftime("%d/%m/%Y"),
    }  # fmt: skip


def _words(data: Mapping[str, Any]) -> str:
    units = f" ({_names(data['units'])})" if data.get("units") else ""
    return criterion_of(data).words(data) + units


def _names(ids: Sequence[int]) -> str:
    return ", ".join(names_on(ids, today()).values())
