"""What an editor fills in for newsrooms: embargo, pictures of the library, whom to call."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantoa.channels.placing import Contact
from lantoa.newsroom.library import (
    GivenPicture,
    NotGivenError,
    edit_url,
    given,
    named,
    newest,
    thumb_of,
    weight_handed_out,
    why_not_given,
)
from lantoa.newsroom.models import NewsImage
from lantoa.outreach.press import PressFacts

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 12
"""Pictures of the library offered at a time."""
MOST = 10
HEAVIEST = 18 * 1024 * 1024
"""Pictures of one kit, and their bytes together: what a mailbox takes."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One picture to choose."""

    image: NewsImage
    ticked: bool
    thumb: str
    fault: str
    edit: str


class PressForm(forms.Form):
    """All of it optional. `facts` is what the message holds; `query` narrows the library."""

    embargo_until = forms.DateTimeField(
        label=_("Not to be published before"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In Vietnam's time. Our own pages, boards and loudspeakers wait for it too."),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Whom the press may call"), max_length=160, required=False,
        help_text=_("Name or post. Left empty: the contact of the press account."),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Their office phone"), max_length=40, required=False,
        validators=[RegexValidator(r"^[0-9+(). -]{6,40}$", _("Write a phone number, in digits: 0290 383 1234."))],
    )  # fmt: skip
    email = forms.EmailField(label=_("Their office e-mail"), max_length=254, required=False)
    pictures = forms.TypedMultipleChoiceField(label=_("Pictures"), coerce=int, required=False)

    def __init__(self, *args: Any, facts: PressFacts, query: str = "", **kwargs: Any) -> None:
        whom = facts.contact or Contact()
        kwargs["initial"] = {
            "embargo_until": facts.embargo_until, "contact": whom.name, "phone": whom.phone, "email": whom.email,
            "pictures": [one.image for one in facts.pictures],
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.kept, self.query = facts, query
        field = self.fields["pictures"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(one.image.pk, one.image.title) for one in self.picks]

    @cached_property
    def picks(self) -> list[Pick]:
        """The ticked ones first, then the newest of the library that the query finds."""
        ticked = self._ticked()
        chosen = named(ticked)
        more = [one for one in newest(self.query, limit=SHOWN) if one.pk not in ticked]
        return [
            Pick(one, one.pk in ticked, thumb_of(one), why_not_given(one), edit_url(one)) for one in (*chosen, *more)
        ]

    def _ticked(self) -> set[int]:
        if not self.is_bound:
            return set(self.initial["pictures"])
        typed = self.data.getlist(self.add_prefix("pictures")) if hasattr(self.data, "getlist") else []
        return {int(one) for one in typed if one.isdecimal() and len(one) < 10}

    @property
    def gone(self) -> list[str]:
        """Pictures the message names that the library has no more, or has otherwise than when they were chosen."""
        now = {one.image.pk for one in self.picks if one.ticked and not one.fault}
        return [one.name for one in self.kept.pictures if one.image not in now]

    def clean_embargo_until(self) -> datetime | None:
        """Ahead; one that is over may stay as it was."""
        chosen: datetime | None = self.cleaned_data["embargo_until"]
        if chosen and chosen <= timezone.now() and chosen != self.kept.embargo_until:
            raise forms.ValidationError(_("This hour is over. Choose one ahead, or leave it empty."))
        return chosen

    def clean_pictures(self) -> tuple[GivenPicture, ...]:
        """Each with its rights, all of them light enough for a mail."""
        found: list[GivenPicture] = []
        faults: list[StrOrPromise] = []
        weight = 0
        for image in named(self.cleaned_data["pictures"]):
            try:
                found.append(given(image))
                weight += weight_handed_out(image)
            except NotGivenError as refusal:
                faults.append(str(refusal))
        if len(found) > MOST:
            faults.append(_("At most %(n)s pictures go with a kit. Choose fewer.") % {"n": MOST})
        if weight > HEAVIEST:
            faults.append(_("The pictures are heavier than 18 MB together; a mail does not carry them. Choose fewer."))
        if faults:
            raise forms.ValidationError(faults)
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        """Whoever may be called can be reached."""
        data: dict[str, Any] = super().clean() or {}
        unreachable = not data.get("phone") and not data.get("email") and not {"phone", "email"} & self.errors.keys()
        if data.get("contact") and unreachable:
            self.add_error("phone", _("Write a phone number or an e-mail, so that journalists can reach them."))
        return data

    @property
    def facts(self) -> PressFacts:
        """What was filled in."""
        typed = self.cleaned_data
        whom = Contact(name=typed["contact"].strip(), phone=typed["phone"].strip(), email=typed["email"])
        named_one = whom if whom != Contact() else None
        return PressFacts(embargo_until=typed["embargo_until"], contact=named_one, pictures=typed["pictures"])

    @property
    def facts_fields(self) -> list[forms.BoundField]:
        """All but the pictures, which are drawn."""
        return [self[name] for name in ("embargo_until", "contact", "phone", "email")]

    @property
    def unfolded(self) -> bool:
        """Whether the folded part needs a look."""
        return bool(self.errors) or bool(self.query) or bool(self.gone)
