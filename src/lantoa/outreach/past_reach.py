"""Past reach as a part of an audience: whom a message, a broadcast or everything on a subject did or did not reach.

Stored as `{"was": "reached", "by": "message", "of": 12, "days": 30}`; `days` counts back from the day it is asked and
may be missing, `of` is missing for `"by": "any"`. Who was never written to was not sent it and did not get it.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.audience.criteria import BadCriteriaError
from lantoa.audience.enums import Purpose
from lantoa.audience.parts import Part, register_part
from lantoa.kernel.models import User
from lantoa.outreach.enums import DeliveryState as S
from lantoa.outreach.enums import Reason
from lantoa.outreach.models import Broadcast, Delivery, Message
from lantoa.planning.selectors import line_choices

NAME: Final = "past_reach"
OFFERED: Final = 100  # the newest messages and broadcasts to choose from
LONGEST: Final = 3660  # days


class Was(TextChoices):
    """What became of it, for one person."""

    REACHED = "reached", gettext_lazy("got it: delivered or read")
    NOT_REACHED = "not_reached", gettext_lazy("did not get it, as far as we know")
    ACCEPTED = "accepted", gettext_lazy("were sent it")
    NOT_ACCEPTED = "not_accepted", gettext_lazy("were not sent it")
    MISSED = "missed", gettext_lazy("were meant to get it and were missed")


_ACCEPTED: Final = (S.ACCEPTED, S.DELIVERED, S.READ)
_STATES: Final = {Was.REACHED: (S.DELIVERED, S.READ), Was.ACCEPTED: _ACCEPTED}
_NOT_MISSED: Final = (Reason.ALREADY_SENT, Reason.SHARED_ADDRESS)  # they, or the house they live in, have it
_BY: Final[Mapping[str, type]] = {"message": int, "broadcast": int, "line": str, "purpose": str}


def read(stored: Any) -> dict[str, Any]:
    """The value in its one form; raises `BadCriteriaError` for anything else."""
    value = dict(stored) if isinstance(stored, Mapping) else {}
    if not (
        set(value) <= {"was", "by", "of", "days"}
        and value.get("was") in Was.values
        and _names_one(value.get("by"), value.get("of"))
        and _is_span(value.get("days"))
    ):
        raise BadCriteriaError(_("These criteria say nothing clear about what people got before."))
    return {name: value[name] for name in ("was", "by", "of", "days") if value.get(name) is not None}


def _names_one(by: Any, of: Any) -> bool:
    if by == "any":
        return of is None
    named = isinstance(by, str) and by in _BY and type(of) is _BY[by] and bool(of)
    return named and (by != "purpose" or of in Purpose.values)


def _is_span(days: Any) -> bool:
    return days is None or (type(days) is int and 1 <= days <= LONGEST)


def compile_part(value: Mapping[str, Any], today: date) -> Q:
    """The condition on a person, by their deliveries in the broadcasts meant."""
    was = Was(value["was"])
    sent = Delivery.objects.filter(
        moved_on=False, person_id=OuterRef("pk"), broadcast__in=_broadcasts(value, today).values("pk")
    )
    if was == Was.MISSED:
        missed = sent.filter(state__in=[S.FAILED, S.EXPIRED, S.SUPPRESSED]).exclude(reason__in=_NOT_MISSED)
        hopeful = sent.filter(state__in=[*_ACCEPTED, S.PENDING, S.SENDING, S.UNKNOWN])
        return Q(Exists(missed)) & ~Q(Exists(hopeful))
    if was in (Was.NOT_REACHED, Was.NOT_ACCEPTED):
        return ~Q(Exists(sent.filter(state__in=_STATES[Was(was.removeprefix("not_"))])))
    return Q(Exists(sent.filter(state__in=_STATES[was])))


def _broadcasts(value: Mapping[str, Any], today: date) -> QuerySet[Broadcast]:
    found = Broadcast.objects.released()
    match value["by"]:
        case "message":
            found = found.filter(version__message=value["of"])
        case "broadcast":
            found = found.filter(pk=value["of"])
        case "line":
            found = found.filter(version__message__content_line=value["of"])
        case "purpose":
            found = found.filter(purpose=value["of"])
    if days := value.get("days"):
        start = datetime.combine(today - timedelta(days=days), time.min, timezone.get_default_timezone())
        found = found.filter(released_at__gte=start)
    return found


def words(value: Mapping[str, Any]) -> tuple[str, str]:
    """What it asks, in a line."""
    parts = [f"{_name_of(value)}: {Was(value['was']).label}"]
    if days := value.get("days"):
        parts.append(_("within the last %(days)d days") % {"days": days})
    return _("What they got before"), ", ".join(parts)


def _name_of(value: Mapping[str, Any]) -> str:
    of: Any = value.get("of")
    match value["by"]:
        case "message":
            return Message.objects.filter(pk=of).values_list("title", flat=True).first() or f"#{of}"
        case "broadcast":
            return Broadcast.objects.filter(pk=of).values_list("title", flat=True).first() or f"#{of}"
        case "line":
            return _("Content line %(line)s") % {"line": of}
        case "purpose":
            return str(Purpose(str(of)).label)
    return _("Any message of ours")


def fields(user: User, value: Mapping[str, Any] | None) -> dict[str, forms.Field]:
    """Three questions: which messages, what became of them, since when. What is stored stays on offer."""
    return {
        "past_of": forms.ChoiceField(
            label=gettext_lazy("Of which messages"), required=False, choices=_offered(user, value)
        ),
        "past_was": forms.ChoiceField(
            label=gettext_lazy("Only those who"), required=False, choices=[("", "—"), *Was.choices],
            help_text=gettext_lazy("Who was never written to was not sent it and did not get it."),
        ),
        "past_days": forms.IntegerField(
            label=gettext_lazy("Sent within the last … days"), required=False, min_value=1, max_value=LONGEST,
            help_text=gettext_lazy("Empty: whenever it was."),
        ),
    }  # fmt: skip


def _offered(user: User, value: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    broadcasts = list(Broadcast.objects.visible_to(user).released().order_by("-released_at")[:OFFERED])
    messages = Message.objects.visible_to(user).filter(versions__broadcasts__released_at__isnull=False)
    titles = messages.distinct().order_by("-edited_at", "-pk").values_list("pk", "title")[:OFFERED]
    groups: list[tuple[str, list[tuple[str, Any]]]] = [
        (_("What they are about"), [(f"purpose:{code}", label) for code, label in Purpose.choices]),
        (_("Content line"), [(f"line:{label}", words) for label, words in line_choices(timezone.localdate()) if label]),
        (_("Message"), [(f"message:{pk}", title) for pk, title in titles]),
        (_("Broadcast"), [(f"broadcast:{row.pk}", _dated(row)) for row in broadcasts]),
    ]
    known = {"any:"} | {code for _group, some in groups for code, _label in some}
    if value and (code := _code(value)) not in known:
        groups.append((_("Chosen before"), [(code, _name_of(value))]))
    every = [("", _("does not matter")), ("any:", _("Any message of ours"))]
    return [*every, *((group, some) for group, some in groups if some)]


def _dated(row: Broadcast) -> str:
    return f"{row.title} ({timezone.localdate(row.released_at):%d/%m/%Y})"


def _code(value: Mapping[str, Any]) -> str:
    return f"{value['by']}:{value.get('of', '')}"


def initial(value: Mapping[str, Any]) -> dict[str, Any]:
    """The three answers of a stored value."""
    return {"past_of": _code(value), "past_was": value["was"], "past_days": value.get("days")}


def value_of(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The value to store; None when nothing was asked, `ValidationError` when half of it was."""
    of, was, days = given.get("past_of"), given.get("past_was"), given.get("past_days")
    if bool(of) != bool(was) or (days and not of):
        raise forms.ValidationError(_("Say both: which messages, and what became of them."))
    if not of:
        return None
    by, _colon, one = str(of).partition(":")
    names = {} if by == "any" else {"of": _BY[by](one)}
    return read({"was": was, "by": by, **names, **({"days": days} if days else {})})


def register() -> None:
    """Let audiences ask for it."""
    register_part(
        NAME,
        Part(
            read=read, compile=compile_part, words=words, title=gettext_lazy("What they got before"), fields=fields,
            initial=initial, value=value_of,
        ),
    )  # fmt: skip
