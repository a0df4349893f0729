"""What people type about the audience: lists, columns, segments, a search, a withdrawal."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.audience.addresses import BadAddressError, normalise
from lantoa.audience.criteria import Criteria
from lantoa.audience.enums import GroupKind, Language, Means, Purpose
from lantoa.audience.models import AudienceGroup, ContactImport, Segment
from lantoa.audience.parts import PARTS
from lantoa.audience.presenting import channel_label, field_choices, field_label
from lantoa.audience.rules import EDIT_SEGMENTS, IMPORT_PEOPLE
from lantoa.channels.registry import choices
from lantoa.kernel import clock
from lantoa.kernel.models import User
from lantoa.kernel.tables import MAX_BYTES, read_table
from lantoa.kernel.text import date_text
from lantoa.territory.choices import former_units_for, units_for


class UploadForm(forms.Form):
    """A list of people, the unit it belongs to, and what they agreed to hear about."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    purpose = forms.ChoiceField(
        label=_("What these people agreed to"), choices=Purpose, widget=forms.RadioSelect, initial=Purpose.POLICY_NEWS
    )
    file = forms.FileField(
        label=_("List"),
        help_text=_("Excel (.xlsx) or CSV, at most 20 MB. One person a row; the first row names the columns."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units_for(user, IMPORT_PEOPLE)  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"

    def clean_file(self) -> Any:
        """Refuse by size before a byte is read."""
        uploaded = self.cleaned_data["file"]
        if uploaded.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it into parts."))
        return uploaded


class MappingForm(forms.Form):
    """Which column of the list holds what; the likely ones are chosen already."""

    def __init__(self, *args: Any, upload: ContactImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headers = read_table(bytes(upload.content), upload.file_name).headers
        for name, options, required in field_choices(headers):
            self.fields[name] = forms.ChoiceField(
                label=field_label(name), choices=options, required=required, initial=upload.mapping.get(name, "")
            )

    def mapping(self) -> dict[str, str]:
        """Field → header, for those that were named."""
        return {name: header for name, header in self.cleaned_data.items() if header}


class SegmentForm(forms.Form):
    """An audience in words: parts left empty do not restrict."""

    name = forms.CharField(label=_("Name"), max_length=120)
    unit = forms.TypedChoiceField(label=pgettext_lazy("segment", "Owner"), coerce=int)
    units = forms.TypedMultipleChoiceField(
        label=_("Where they live"),
        coerce=int,
        required=False,
        help_text=_("None chosen: everywhere in the owner's area. Former communes count with what they became."),
    )
    on = forms.DateField(
        label=_("On the map of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: the day the message goes out. An earlier day takes the units as they were then."),
    )
    any_groups = forms.MultipleChoiceField(
        label=_("In at least one of these groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    all_groups = forms.MultipleChoiceField(
        label=_("And in all of these groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    programmes = forms.MultipleChoiceField(
        label=_("In at least one of these programmes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Language"), choices=Language, required=False, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=_("Reachable by at least one of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.ChoiceField(label=_("What it is about"), choices=Purpose, initial=Purpose.POLICY_NEWS)

    def __init__(self, *args: Any, user: User, segment: Segment | None = None, **kwargs: Any) -> None:
        stored = segment.criteria if segment else {}
        if segment:
            answers = [part.initial(stored[name]) for name, part in PARTS.items() if name in stored]
            known = {**stored, "name": segment.name, "unit": segment.unit_id}
            kwargs.setdefault("initial", {key: value for some in (known, *answers) for key, value in some.items()})
        super().__init__(*args, **kwargs)
        self.former = former_units_for(user, EDIT_SEGMENTS)
        for name, options in _offered(user, self.former).items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        self.fields["units"].widget.attrs["size"] = 8
        self.part_fields = {name: part.fields(user, stored.get(name)) for name, part in PARTS.items()}
        for own in self.part_fields.values():
            self.fields.update(own)

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What other rooms add: a heading and its fields, for each part."""
        return [(str(PARTS[name].title), [self[field] for field in own]) for name, own in self.part_fields.items()]

    def clean(self) -> dict[str, Any]:
        """Refuse a former commune on a map without it, and half an answer to a part of another room."""
        data: dict[str, Any] = super().clean() or {}
        for unit_id, name, gone in self.former:
            if unit_id in data.get("units", ()) and (data.get("on") or gone) >= gone and "on" not in self.errors:
                told = _("%(name)s is on no map from %(day)s. Choose an earlier day, or what it became.")
                self.add_error("on", told % {"name": name, "day": date_text(gone)})
        self.registered: dict[str, Any] = {}
        for name, own in self.part_fields.items():
            try:
                if (value := PARTS[name].value(data)) is not None:
                    self.registered[name] = value
            except forms.ValidationError as half:
                self.add_error(next(iter(own)), half)
        return data

    def criteria(self) -> Criteria:
        """What was described; naming no unit means the owner's."""
        data = self.cleaned_data
        lists = ("any_groups", "all_groups", "programmes", "languages", "channels")
        return Criteria(
            units=tuple(data["units"]) or (data["unit"],),
            on=data["on"],
            purpose=data["purpose"],
            registered=self.registered,
            **{name: tuple(data[name]) for name in lists},
        )


def _offered(user: User, former: list[tuple[int, str, date]]) -> dict[str, list[Any]]:
    units: list[Any] = units_for(user, EDIT_SEGMENTS)
    gone = [(unit_id, _("%(name)s (until %(day)s)") % {"name": name, "day": date_text(day)})
            for unit_id, name, day in former]  # fmt: skip
    groups = list(AudienceGroup.objects.all())
    audiences = [(group.code, group.name) for group in groups if group.kind == GroupKind.AUDIENCE]
    programmes = [(group.code, group.name) for group in groups if group.kind == GroupKind.PROGRAMME]
    return {"unit": units, "units": [*units, *([(_("Former communes"), gone)] if gone else [])],
            "any_groups": audiences, "all_groups": audiences, "programmes": programmes,
            "channels": choices()}  # fmt: skip


class FindPersonForm(forms.Form):
    """One person by an address they tell you; there is no list to browse."""

    channel = forms.ChoiceField(label=_("Channel"), widget=forms.RadioSelect, initial="sms")
    value = forms.CharField(label=_("Address"), max_length=320, help_text=_("The whole number, e-mail or Zalo id."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(k, label) for k, label in choices() if k != "portal"]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Bring the address into its one written form."""
        data: dict[str, Any] = super().clean() or {}
        return _normalised(self, data)


class WithdrawForm(forms.Form):
    """What a person no longer wants, and how they said so."""

    HOW: Final = ((Means.COUNTER, Means.COUNTER.label), (Means.PHONE, Means.PHONE.label))

    what = forms.ChoiceField(label=_("No more of"))
    means = forms.ChoiceField(label=_("How they said so"), choices=HOW, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Where it is written down"),
        max_length=200,
        help_text=_("A form or log number. No names, no phone numbers: this stays for ever."),
    )

    def __init__(self, *args: Any, given: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [(f"{purpose}:{channel}", f"{Purpose(purpose).label} · {channel_label(channel)}")
                 for purpose, channel in given]  # fmt: skip
        self.fields["what"].choices = [(":", _("Everything, on every channel")), *every]  # type: ignore[attr-defined]


class CallForm(FindPersonForm):
    """What a caller says: their address, what they no longer want, and when they called."""

    purpose = forms.ChoiceField(label=_("No more of"), required=False,
                                choices=[("", _("Everything, on every channel")), *Purpose.choices])  # fmt: skip
    called_at = forms.DateTimeField(
        label=_("When they called"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(
        label=_("Number in the call log"), max_length=200, required=False,
        help_text=_("No names, no phone numbers: this stays for ever."),
    )  # fmt: skip

    def clean_called_at(self) -> datetime:
        """A call that has happened."""
        moment: datetime = self.cleaned_data["called_at"]
        if moment > clock.now() + timedelta(minutes=1):
            raise forms.ValidationError(_("This hour lies ahead. Write when they called."))
        return moment

    def said(self) -> dict[str, Any]:
        """What goes on record."""
        asked = self.cleaned_data
        return {"called_at": asked["called_at"], "note": asked["note"], "purpose": asked["purpose"] or None}


class CorrectAddressForm(forms.Form):
    """The right address in place of a wrong one."""

    value = forms.CharField(label=_("The right address"), max_length=320)


def _normalised(form: forms.Form, data: dict[str, Any]) -> dict[str, Any]:
    if data.get("value") and data.get("channel"):
        try:
            data["value"] = normalise(data["channel"], data["value"])
        except BadAddressError as bad:
            form.add_error("value", str(bad))
    return data
