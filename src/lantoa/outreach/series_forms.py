"""What people fill in for series, triggers and events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.audience.enums import Purpose
from lantoa.audience.selectors import segments_for
from lantoa.channels.registry import channels
from lantoa.kernel.clock import ZONE
from lantoa.kernel.models import User
from lantoa.newsroom.enums import SPOKEN_TO
from lantoa.outreach.forms import PREFERRED
from lantoa.outreach.models import Message
from lantoa.outreach.series_enums import DayOff, Rhythm, TriggerKind, Weekday
from lantoa.outreach.services.series import Schedule
from lantoa.outreach.services.triggers import Terms

BEFORE = (
    (7 * 1440, _("A week before")),
    (3 * 1440, _("3 days before")),
    (1440, _("1 day before")),
    (180, _("3 hours before")),
    (120, _("2 hours before")),
    (60, _("1 hour before")),
)


class DayField(forms.DateField):
    """A day, picked from the browser's calendar."""

    widget = forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d")


class HourField(forms.TimeField):
    """An hour of Vietnam."""

    widget = forms.TimeInput(attrs={"type": "time", "class": "input-short"}, format="%H:%M")


class OrderForm(forms.Form):
    """To whom, over which channels, about what: shared by series and triggers."""

    name = forms.CharField(label=_("Name"), max_length=120)
    segment = forms.TypedChoiceField(label=_("Audience"), coerce=int)
    channels = forms.MultipleChoiceField(
        label=_("Channels"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Every text needs a form for each of these."),
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose, initial=Purpose.POLICY_NEWS)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(channels(), key=lambda kind: PREFERRED.index(kind) if kind in PREFERRED else len(PREFERRED))
        _offer(self.fields["segment"], ((row.pk, str(row)) for row in segments_for(user)))
        _offer(self.fields["channels"], ((kind, str(channels()[kind].capability.label)) for kind in kinds))


def _offer(field: forms.Field, choices: Iterable[tuple[Any, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class SeriesForm(OrderForm):
    """A series: its audience and its days."""

    rhythm = forms.ChoiceField(label=_("Repeats"), choices=Rhythm, initial=Rhythm.WEEKLY, widget=forms.RadioSelect)
    weekday = forms.TypedChoiceField(
        label=_("Weekday"), choices=[("", "—"), *Weekday.choices], coerce=int, empty_value=None, required=False,
        help_text=_("When it repeats every week."),
    )  # fmt: skip
    monthday = forms.IntegerField(
        label=_("Day of the month"), min_value=1, max_value=31, required=False,
        help_text=_("When it repeats every month. 31 means the last day."),
    )  # fmt: skip
    every = forms.IntegerField(
        label=_("Days from one to the next"), min_value=1, max_value=366, required=False,
        help_text=_("When it repeats every so many days, counted from the first day."),
    )  # fmt: skip
    hour = HourField(label=_("Hour"), initial="08:00")
    starts_on = DayField(label=_("First day"), initial=timezone.localdate)
    ends_on = DayField(label=_("Last day"), required=False)
    day_off = forms.ChoiceField(
        label=_("When the day is a holiday"), choices=DayOff, initial=DayOff.AFTER, widget=forms.RadioSelect,
        help_text=_("Tết, public holidays and swapped days, as in the calendar of working days."),
    )  # fmt: skip
    days_to_try = forms.IntegerField(
        label=_("Days to try"), min_value=1, max_value=30, initial=2,
        help_text=_("What could not be sent by then is not sent any more."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The rhythm's own day is there, and the last day is not before the first."""
        given = super().clean() or self.cleaned_data
        own = {Rhythm.WEEKLY: "weekday", Rhythm.MONTHLY: "monthday", Rhythm.DAYS: "every"}.get(given.get("rhythm", ""))
        if own and given.get(own) is None and own not in self.errors:
            self.add_error(own, gettext("This rhythm needs it."))
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("The last day lies before the first."))
        return given

    def schedule(self) -> Schedule:
        """What was asked for."""
        given = dict(self.cleaned_data)
        return Schedule(segment_id=given.pop("segment"), **given)


class PageTriggerForm(OrderForm):
    """A draft whenever a policy page for an audience comes out."""

    audience = forms.ChoiceField(label=_("When a policy page comes out for"),
                                 choices=[(one.value, one.label) for one in SPOKEN_TO])  # fmt: skip
    field_order = ("name", "audience", "segment", "channels", "purpose")

    def terms(self) -> Terms:
        """What was asked for."""
        given = dict(self.cleaned_data)
        return Terms(kind=TriggerKind.PAGE, segment_id=given.pop("segment"), **given)


class MomentTriggerForm(OrderForm):
    """Reminders before a moment that is entered later."""

    before = forms.TypedMultipleChoiceField(
        label=_("Remind"), choices=BEFORE, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    template = forms.TypedChoiceField(
        label=_("Words to start from"), coerce=int, empty_value=None, required=False,
        help_text=_("Every reminder gets a copy to adapt; each copy is approved on its own."),
    )  # fmt: skip
    field_order = ("name", "before", "template", "segment", "channels", "purpose")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["purpose"].initial = Purpose.EVENTS
        rows = Message.objects.visible_to(user).order_by("-edited_at")[:60]
        _offer(self.fields["template"], [("", "—"), *((row.pk, row.title) for row in rows)])

    def terms(self) -> Terms:
        """What was asked for."""
        given = dict(self.cleaned_data)
        kept = {"segment_id": given.pop("segment"), "template_id": given.pop("template")}
        return Terms(kind=TriggerKind.MOMENT, **kept, **given)


class MomentForm(forms.Form):
    """When an event takes place."""

    day = DayField(label=_("Day"))
    hour = HourField(label=_("Hour"))

    @property
    def moment(self) -> datetime:
        """The moment in Vietnam."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"], tzinfo=ZONE)


class OccasionForm(MomentForm):
    """An event to remind of."""

    title = forms.CharField(label=_("What takes place"), max_length=160)
    field_order = ("title", "day", "hour")


class AttachForm(forms.Form):
    """Which message an issue goes out with."""

    message = forms.TypedChoiceField(label=_("Message"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, choices: Iterable[Message], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["message"], [("", gettext("No message")), *((row.pk, row.title) for row in choices)])
