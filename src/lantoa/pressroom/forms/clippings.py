"""What staff enter about the press."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel.access import Person, granted
from lantoa.kernel.clock import today
from lantoa.newsroom.enums import Programme
from lantoa.planning.selectors import line_choices
from lantoa.pressroom.enums import BROADCAST, Medium
from lantoa.pressroom.rules import ENTER
from lantoa.pressroom.selectors import page_at
from lantoa.pressroom.services import Facts
from lantoa.territory import selectors as territory

SHORT = {"class": "input-short"}


def units_of(user: Person, right: str = ENTER) -> list[tuple[int, str]]:
    """The province and its communes as far as the person holds this right there, by name."""
    day = today()
    held: set[int] = set()
    for grant in granted(user, right):
        held |= set(grant.units)
    try:
        root = territory.province(settings.LANTOA_PROVINCE_CODE, on=day)
    except territory.UnknownUnit:  # no units are in the system yet
        return []
    offered = [(root.pk, territory.names_on([root.pk], day).get(root.pk, ""))]
    offered += [(place.id, place.name) for place in territory.communes(root.pk, day)]
    return [(pk, name) for pk, name in offered if pk in held]


class UnitForm(forms.Form):
    """For which unit."""

    unit_id = forms.TypedChoiceField(label=gettext_lazy("Which unit it is about"), coerce=int)

    right = ENTER

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = units_of(user, self.right)  # type: ignore[attr-defined]


class ClippingForm(UnitForm):
    """One piece of the press."""

    medium = forms.ChoiceField(label=gettext_lazy("Kind of press"), choices=Medium.choices, widget=forms.RadioSelect)
    outlet_name = forms.CharField(label=gettext_lazy("Newspaper or station"), max_length=160)
    title = forms.CharField(label=gettext_lazy("Title of the piece"), max_length=300)
    told_on = forms.DateField(label=gettext_lazy("Day it was told"), widget=forms.DateInput(attrs={"type": "date"}))
    link = forms.URLField(
        label=gettext_lazy("Its web address"), required=False, max_length=500, assume_scheme="https",
        help_text=gettext_lazy("The same address twice on a day is refused."),
    )  # fmt: skip
    told_at = forms.TimeField(
        label=gettext_lazy("Hour it was told"), required=False, widget=forms.TimeInput(attrs={"type": "time", **SHORT}),
    )  # fmt: skip
    minutes = forms.DecimalField(
        label=gettext_lazy("Minutes on air"), required=False, min_value=Decimal("0.1"), max_value=9999,
        decimal_places=1, help_text=gettext_lazy("Television and radio only."),
        localize=True, widget=forms.TextInput(attrs={"inputmode": "decimal", **SHORT}),
    )  # fmt: skip
    programmes = forms.MultipleChoiceField(
        label=gettext_lazy("Programmes it counts for"), required=False, choices=Programme.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    content_line = forms.ChoiceField(label=gettext_lazy("Content line of the plan"), required=False)

    page = forms.CharField(
        label=gettext_lazy("Our page it came from"), required=False, max_length=500,
        help_text=gettext_lazy("Its address on our portal, as the browser shows it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content_line"].choices = line_choices(today())  # type: ignore[attr-defined]

    def clean_page(self) -> int | None:
        """The page at that address, published."""
        typed = self.cleaned_data["page"].strip()
        found = page_at(typed) if typed else None
        if typed and found is None:
            raise forms.ValidationError(_("No published page of ours stands at this address."))
        return found

    def clean(self) -> dict[str, Any]:
        """Minutes belong to what is on air."""
        cleaned = super().clean() or {}
        if cleaned.get("minutes") and cleaned.get("medium") not in BROADCAST:
            self.add_error("minutes", _("Only television and radio tell by the minute. Leave it empty."))
        return cleaned

    def facts(self) -> Facts:
        """What was entered."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("unit_id", "page")}
        said["medium"], said["page_id"] = Medium(said["medium"]), self.cleaned_data["page"]
        return Facts(**said | {"programmes": [Programme(one) for one in said["programmes"]]})


class ListForm(UnitForm):
    """A list of pieces."""

    file = forms.FileField(
        label=gettext_lazy("List (CSV or Excel)"),
        help_text=gettext_lazy("With any wrong row nothing comes in: you see each of them and what to do."),
    )


class StrikeForm(forms.Form):
    """Why an entry is struck out."""

    why = forms.CharField(label=gettext_lazy("Why it is struck out"), max_length=300)
