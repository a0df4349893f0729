"""What people fill in about outlets: one outlet, a list of them, and how the list on the page is narrowed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.agencies.selectors import agencies_on
from lantoa.channels.placing import PublicCapability
from lantoa.channels.registry import public, public_choices
from lantoa.kernel import clock
from lantoa.kernel.access import granted
from lantoa.kernel.models import User
from lantoa.kernel.tables import MAX_BYTES
from lantoa.outlets import own_settings
from lantoa.outlets.enums import Language
from lantoa.outlets.facts import Facts
from lantoa.outlets.models import Outlet
from lantoa.outlets.rows import Wrong, hamlet_in
from lantoa.outlets.rules import MANAGE, VIEW
from lantoa.outlets.selectors import accounts_of, hamlets_for
from lantoa.territory.choices import units_for
from lantoa.territory.selectors import names_on

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "input input-short"})


class FilterForm(forms.Form):
    """Which outlets the page shows, and in which order; hamlets are those of the chosen unit that have outlets."""

    loai = forms.ChoiceField(label=_("Kind"), required=False)
    noi = forms.ChoiceField(label=_("Unit"), required=False)
    ap = forms.ChoiceField(
        label=_("Hamlet"), required=False,
        error_messages={"invalid_choice": _("The chosen unit has no outlet in this hamlet. Choose another, or every.")},
    )  # fmt: skip
    lau = forms.ChoiceField(
        label=_("Not seen working since"), required=False,
        choices=[
            ("", _("No matter when")), ("1", _("1 day ago")), ("7", _("7 days ago")), ("30", _("30 days ago")),
            ("90", _("90 days ago")),
        ],
    )  # fmt: skip
    xep = forms.ChoiceField(
        label=_("Order"), required=False,
        choices=[("", _("By unit and hamlet")), ("lau", _("Longest not seen first"))],
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [("", _("Every unit")), *((str(pk), name) for pk, name in units_for(user, VIEW))]
        unit = next((int(pk) for pk, _name in units if pk and pk == self.data.get("noi")), None)
        hamlets = [(name, [(str(pk), said) for pk, said in inside]) for name, inside in hamlets_for(user, unit)]
        offered: dict[str, Any] = {"loai": [("", _("Every kind")), *public_choices()], "noi": units,
                                   "ap": [("", _("Every hamlet")), *hamlets]}  # fmt: skip
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class OutletForm(forms.Form):
    """What every outlet has; the kind's own questions stand below it."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("How people there call it."))
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int, help_text=_("It stays with this unit for ever."))
    hamlet = forms.CharField(
        label=_("Hamlet"),
        max_length=120,
        required=False,
        help_text=_("Its name; empty where it serves the whole unit."),
    )
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=10_000_000, initial=1)
    language = forms.ChoiceField(label=_("Language people read or hear best"), choices=Language)
    agency = forms.TypedChoiceField(label=_("Looked after by"), coerce=int, empty_value=None, required=False)
    keeper = forms.CharField(
        label=_("Keeper"), max_length=120, required=False,
        help_text=_("A post or title, such as “Head of the hamlet”. No person's name, no number."),
    )  # fmt: skip
    account = forms.TypedChoiceField(label=_("Channel account"), coerce=int, empty_value=None, required=False)
    starts = forms.DateField(label=_("In use from"), widget=DayInput, input_formats=DAY_FORMATS)
    ends = forms.DateField(label=_("Last day in use"), required=False, widget=DayInput, input_formats=DAY_FORMATS)

    def __init__(self, *args: Any, user: User, kind: str, outlet: Outlet | None = None, **kwargs: Any) -> None:
        self.kind, self.outlet = kind, outlet
        kwargs.setdefault("initial", _initial(outlet) if outlet else {"starts": clock.today()})
        super().__init__(*args, **kwargs)
        self._offer(user)
        capability = public(kind).capability
        self._suit(capability)
        own = {name: outlet.settings.get(name) for name in outlet.settings} if outlet else {}
        self.own = own_settings.form_class(kind)(args[0] if args else None, prefix="own", initial=own)

    def _offer(self, user: User) -> None:
        today, outlet = clock.today(), self.outlet
        units = units_for(user, MANAGE) if outlet is None else [
            (outlet.unit_id, names_on([outlet.unit_id], today).get(outlet.unit_id, ""))
        ]  # fmt: skip
        near = {unit_id for grant in granted(user, MANAGE) for unit_id in grant.units}
        agencies = [row for row in agencies_on(today) if row.unit_id in near]
        self._choices("unit", units)
        self._choices("agency", [("", "—"), *((row.id, row.name) for row in agencies)])
        self._choices("account", [("", "—"), *((one.pk, one.name) for one in accounts_of(self.kind))])
        if outlet is not None:
            self.fields["unit"].disabled = True

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _suit(self, capability: PublicCapability) -> None:
        """Ask only what the kind can use."""
        if not capability.account:
            del self.fields["account"]
        if capability.counted:
            self.fields["quantity"].label = str(capability.counted).capitalize()
        else:
            self.fields["quantity"].widget = forms.HiddenInput()
            self.fields["quantity"].required = False

    def is_valid(self) -> bool:
        """Whether both halves hold; both say what does not."""
        return all([super().is_valid(), self.own.is_valid()])

    def clean(self) -> dict[str, Any]:
        """Find the hamlet by its name within the unit."""
        data: dict[str, Any] = super().clean() or {}
        unit, day = data.get("unit"), data.get("starts") or clock.today()
        if data.get("hamlet") and unit:
            try:
                data["hamlet_id"] = hamlet_in(data["hamlet"], unit, on=day)
            except Wrong as wrong:
                self.add_error("hamlet", f"{wrong.why} {wrong.what_to_do}")
        if data.get("ends") and data.get("starts") and data["ends"] < data["starts"]:
            self.add_error("ends", _("The last day in use lies before the first."))
        return data

    def facts(self) -> Facts:
        """What was told."""
        data = self.cleaned_data
        return Facts(
            name=data["name"], starts=data["starts"], ends=data["ends"], hamlet_id=data.get("hamlet_id"),
            agency_id=data["agency"], keeper=data["keeper"], account_id=data.get("account"),
            language=data["language"], quantity=data["quantity"] or 1, settings=own_settings.kept(self.own),
        )  # fmt: skip


def _initial(outlet: Outlet) -> dict[str, Any]:
    hamlets = names_on([outlet.hamlet_id], clock.today()) if outlet.hamlet_id else {}
    last = outlet.valid.upper - timedelta(days=1) if outlet.valid.upper else None
    return {
        "name": outlet.name, "unit": outlet.unit_id, "hamlet": hamlets.get(outlet.hamlet_id or 0, ""),
        "quantity": outlet.quantity, "language": outlet.language, "agency": outlet.agency_id, "keeper": outlet.keeper,
        "account": outlet.account_id, "starts": outlet.valid.lower, "ends": last,
    }  # fmt: skip


class UploadForm(forms.Form):
    """A list of outlets of one kind, and the unit within which they stand."""

    kind = forms.ChoiceField(label=_("Kind"))
    unit = forms.TypedChoiceField(label=_("Within"), coerce=int)
    file = forms.FileField(
        label=_("List"),
        help_text=_("Excel (.xlsx) or CSV, at most 20 MB. One outlet a row; the first row names the columns."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds, units = self.fields["kind"], self.fields["unit"]
        assert isinstance(kinds, forms.ChoiceField)
        assert isinstance(units, forms.ChoiceField)
        kinds.choices, units.choices = public_choices(), units_for(user, MANAGE)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"

    def clean_file(self) -> Any:
        """Refuse by size before a byte is read."""
        uploaded = self.cleaned_data["file"]
        if uploaded.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it into parts."))
        return uploaded
