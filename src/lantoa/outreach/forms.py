"""What people fill in on the outreach pages."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantoa.agencies.selectors import agency_on, main_post
from lantoa.audience.enums import Purpose
from lantoa.audience.selectors import segment_criteria, segments_for
from lantoa.channels.loudspeaker.recordings import MAX_BYTES, RecordingError, checked
from lantoa.channels.placing import Priority
from lantoa.channels.registry import channels, public_choices
from lantoa.kernel.models import User
from lantoa.kernel.text import number_text
from lantoa.outlets.selectors import counts_in_reach
from lantoa.outreach.chain_forms import ChainForm
from lantoa.outreach.enums import Urgency
from lantoa.outreach.models import Broadcast, MessageVersion
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.press import facts_of
from lantoa.outreach.services import Plan
from lantoa.outreach.services.chains import as_chain
from lantoa.outreach.spread import Spread
from lantoa.outreach.texts import channels_of, publics_of
from lantoa.planning.selectors import line_choices
from lantoa.territory.selectors import children

ADVANCED = ("urgency", "days")
PLAIN = ("segment", "channels")
"""Fields of a broadcast under "Advanced" beside share, budget and steps; fields everybody fills in."""

OUTLETS = ("publics", "place_unit", "priority", "starts_at")
"""Fields about public outlets; a wording without a form for any has none of them."""

PRIORITIES = [
    (Priority.NORMAL.value, _("Ordinary: the outlet's people choose the hour")),
    (Priority.PREFERRED.value, _("Preferred: before others in the programme")),
    (Priority.URGENT.value, _("Urgent: at once, at night too; only a leader releases it")),
]

PREFERRED = ("zalo", "email", "sms", "portal")


class BroadcastForm(ChainForm):
    """To whom, over which channels, until when."""

    segment = forms.TypedChoiceField(
        label=_("Audience"), coerce=int, empty_value=None, required=False,
        help_text=_("Needed for the channels that write to persons."),
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Everybody gets it once: by the channel they prefer, else by the first of these that reaches them."
        ),
    )
    publics = forms.MultipleChoiceField(
        label=_("At outlets"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Every outlet in use there gets it once; the number is that of today."),
    )  # fmt: skip
    place_unit = forms.TypedChoiceField(
        label=_("Outlets of"), coerce=int, empty_value=None, required=False,
        help_text=_("Former communes count with what they became."),
    )  # fmt: skip
    priority = forms.ChoiceField(
        label=_("How pressing at the outlets"), choices=PRIORITIES, initial=Priority.NORMAL, required=False
    )
    starts_at = forms.DateTimeField(
        label=_("At the outlets from"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Left empty: as soon as it is released."),
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label=_("Class"), choices=Urgency, initial=Urgency.ORDINARY, widget=forms.RadioSelect,
        help_text=_("Urgent passes the night's rest; only a leader releases it."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days to try"), min_value=1, max_value=30, initial=3,
        help_text=_("What could not be sent by then is not sent any more."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, version: MessageVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        written = channels_of(version.content)
        order = sorted(written, key=lambda kind: PREFERRED.index(kind) if kind in PREFERRED else len(PREFERRED))
        segment, chosen = self.fields["segment"], self.fields["channels"]
        assert isinstance(segment, forms.TypedChoiceField)
        assert isinstance(chosen, forms.MultipleChoiceField)
        segment.choices = [("", "—"), *((row.pk, str(row)) for row in segments_for(user))]
        named = [(kind, str(channels()[kind].capability.label)) for kind in order]
        chosen.choices = named
        chosen.initial = order
        self.offer_steps(named)
        self._offer_outlets()

    def _offer_outlets(self) -> None:
        """The kinds this wording has a form for, each with the number of its outlets in reach."""
        home = self.version.message.unit_id
        chosen = self.data.get("place_unit", "") if self.is_bound else ""
        units = [(home, _("The whole unit of the message")), *units_below(home)]
        unit = int(chosen) if chosen.isdecimal() and int(chosen) in dict(units) else home
        counts = counts_in_reach(unit, on=timezone.localdate())
        kinds, places = self.fields["publics"], self.fields["place_unit"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        assert isinstance(places, forms.TypedChoiceField)
        kinds.choices = [(kind, _outlets(kind, counts.get(kind, 0))) for kind in publics_of(self.version.content)]
        places.choices, places.initial = units, home
        if not kinds.choices:
            for name in OUTLETS:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Somebody or some place must get it; whoever is written to, belongs to an audience."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("channels") and not data.get("publics") and "channels" not in self.errors:
            self.add_error("channels", _("Choose at least one channel."))
        if data.get("channels") and data.get("segment") is None and "segment" not in self.errors:
            self.add_error("segment", _("Choose an audience for the channels that write to persons."))
        starts, days = data.get("starts_at"), data.get("days")
        if starts and days and starts >= timezone.now() + timedelta(days=days):
            self.add_error("starts_at", _("This lies after the days to try. Choose an earlier hour, or more days."))
        embargo = facts_of(self.version.content).embargo_until
        if data.get("publics") and embargo and days and embargo >= timezone.now() + timedelta(days=days):
            self.add_error("days", _("The embargo ends after these days. Write more days to try."))
        return data

    @property
    def outlets(self) -> list[forms.BoundField]:
        """What concerns public outlets; empty when the wording has no form for any."""
        return [self[name] for name in OUTLETS if name in self.fields]

    @property
    def advanced(self) -> list[forms.BoundField]:
        """What most broadcasts leave as it is; shown folded."""
        return [self[name] for name in ADVANCED]

    @property
    def plain(self) -> list[forms.BoundField]:
        """What everybody fills in."""
        return [self[name] for name in PLAIN]

    @property
    def advanced_open(self) -> bool:
        """Whether the folded part needs a look: something in it is wrong, or was filled in."""
        typed = ("budget", "fallback_1", "fallback_2", "fallback_3", "chi-phi")
        folded = [name for name in self.errors if name not in PLAIN]
        return bool(folded) or any(self.data.get(name) for name in typed)

    def plan(self, *, at: datetime) -> Plan:
        """What was asked for; channels in their order of preference."""
        given = self.cleaned_data
        return Plan(
            segment_id=given["segment"],
            channels=given["channels"],
            urgency=given["urgency"],
            expires_at=at + timedelta(days=given["days"]),
            weight=given["weight"] or 10,
            budget=given["budget"],
            chain=self.chain,
            spread=self._spread(),
        )

    def _spread(self) -> Spread:
        given, home = self.cleaned_data, self.version.message.unit_id
        unit = given.get("place_unit")
        return Spread(
            kinds=tuple(given.get("publics") or ()), unit_id=unit if unit != home else None,
            starts_at=given.get("starts_at"), priority=Priority(given.get("priority") or Priority.NORMAL),
        )  # fmt: skip

    @staticmethod
    def _criteria(plan: Plan) -> dict[str, Any]:
        return segment_criteria(plan.segment_id).as_json() if plan.segment_id and plan.channels else {}

    def tried(self, *, at: datetime) -> Broadcast:
        """The broadcast asked for, kept nowhere: to reckon what it would cost."""
        plan, message = self.plan(at=at), self.version.message
        return Broadcast(
            version=self.version, criteria=self._criteria(plan), purpose=message.purpose,
            unit_id=message.unit_id, channels=list(plan.channels), urgency=plan.urgency, expires_at=plan.expires_at,
            month=int(timezone.localtime(self.version.frozen_at).strftime("%Y%m")), created_at=at,
            chain=as_chain(plan.chain, channels=plan.channels),
        )  # fmt: skip


def units_below(unit_id: int) -> list[tuple[int, str]]:
    """The units directly under this one today."""
    return [(row.id, row.name) for row in children(unit_id, on=timezone.localdate())]


def _outlets(kind: str, count: int) -> str:
    words = ngettext("%(kind)s: %(n)s outlet", "%(kind)s: %(n)s outlets", count)
    return words % {"kind": label_of(kind), "n": number_text(count)}


class ScheduleForm(forms.Form):
    """When it goes out by itself."""

    send_at = forms.DateTimeField(
        label=_("Day and hour"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In Vietnam's time. Ordinary messages set for the night leave in the morning."),
    )

    def __init__(self, *args: Any, row: Broadcast, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.at = row, at
        first = timezone.localtime(at).replace(hour=8, minute=0) + timedelta(days=1)
        field = self.fields["send_at"]
        field.initial = row.scheduled_for or min(first, row.expires_at - timedelta(hours=1))
        limits = {"min": at + timedelta(minutes=1), "max": row.expires_at}
        for name, limit in limits.items():
            field.widget.attrs[name] = timezone.localtime(limit).strftime("%Y-%m-%dT%H:%M")

    def clean_send_at(self) -> datetime:
        """Ahead, and before the last hour to send."""
        chosen: datetime = self.cleaned_data["send_at"]
        if not self.at < chosen < self.row.expires_at:
            last = timezone.localtime(self.row.expires_at).strftime("%H:%M, %d/%m/%Y")
            raise forms.ValidationError(
                _("Choose an hour ahead, before the last hour to send: %(last)s.") % {"last": last}
            )
        return chosen


class MessageBeginForm(forms.Form):
    """The start of a message."""

    title = forms.CharField(label=_("Title"), max_length=160)
    body = forms.CharField(
        label=_("What is there to say?"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Every channel gets a first form of this text; each can then be written on its own."),
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose, initial=Purpose.POLICY_NEWS)
    content_line = forms.ChoiceField(label=_("Content line of the plan"), required=False)
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, required=False, help_text=_("Number of the legal text it rests on.")
    )
    publics = forms.MultipleChoiceField(
        label=_("Also where many people meet it"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of these gets a first form too; others can be added later."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["publics"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = public_choices()
        field = self.fields["content_line"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = line_choices(timezone.localdate())


class ChannelForm(forms.Form):
    """One channel form of a message."""

    subject = forms.CharField(label=_("Subject"), max_length=160, required=False)
    body = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 7}))
    plain = forms.CharField(
        label=_("Without marks"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Leave it empty: the marks are taken off the text above."),
    )  # fmt: skip
    send_plain = forms.BooleanField(label=_("Send without marks: cheaper, harder to read"), required=False)
    recording = forms.FileField(
        label=_("Recording of exactly these words"), required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*,.opus"}),
        help_text=_("WAV, MP3 or Ogg Opus, at most 50 MB. It is approved with the words; changed words need another."),
    )  # fmt: skip
    unrecorded = forms.BooleanField(label=_("Take the recording away"), required=False)

    def clean_recording(self) -> bytes | None:
        """The sound, by its content, or nothing."""
        file = self.cleaned_data["recording"]
        if not file:
            return None
        if not str(self["body"].data or "").strip():
            raise forms.ValidationError(_("Write the words first: a recording belongs to exactly one text."))
        content: bytes = file.read(MAX_BYTES + 1)
        try:
            checked(content)
        except RecordingError as problem:
            raise forms.ValidationError(str(problem)) from problem
        return content


class MasterForm(forms.Form):
    """The text that all forms are made of."""

    master = forms.CharField(
        label=_("Master text"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Write it whole, once. A form made of it stays as it is until you make it anew."),
    )  # fmt: skip


class DetailsForm(forms.Form):
    """A message's title and what it rests on."""

    title = forms.CharField(label=_("Title"), max_length=160)
    content_line = forms.ChoiceField(label=_("Content line of the plan"), required=False)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["content_line"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = line_choices(timezone.localdate(), str(self.initial.get("content_line") or ""))
        for one in self.fields.values():
            one.widget.attrs["form"] = "compose"  # they stand beside the form, not inside it


def own_agency(user: User) -> tuple[int, int] | None:
    """The agency and unit a person writes for: those of their main post today."""
    today = timezone.localdate()
    post = main_post(user, today)
    version = agency_on(post.agency_id, today) if post else None
    return (post.agency_id, version.unit_id) if post and version else None
