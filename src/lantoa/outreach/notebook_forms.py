"""A propagandist's note, as a form without JavaScript and as the entries a phone sends."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantoa.outreach.services import Entry
from lantoa.outreach.services.notebook import LONGEST, MOST_HOUSEHOLDS

MOST_AT_ONCE, MOST_BYTES = 50, 100_000


class NoteForm(forms.Form):
    """The day, the hamlet, how many households, what was asked; `entry` makes a form sent twice count once."""

    entry = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hamlet = forms.TypedChoiceField(label=_("Hamlet"), coerce=int, empty_value=None, required=False)
    households = forms.IntegerField(label=_("Households talked to"), min_value=1, max_value=MOST_HOUSEHOLDS)
    questions = forms.CharField(
        label=_("What people asked"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the questions. No names, no numbers, nothing on who is poor."),
    )  # fmt: skip

    def __init__(self, *args: Any, hamlets: Mapping[int, str], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].initial = uuid4()
        self.fields["day"].initial = timezone.localdate(now)
        self.fields["day"].widget.attrs["max"] = f"{timezone.localdate(now):%Y-%m-%d}"
        self.fields["households"].widget.attrs["inputmode"] = "numeric"
        chosen: Any = self.fields["hamlet"]
        whole = [] if len(hamlets) == 1 else [("", _("several, or not in the list"))]
        chosen.choices = [*whole, *((str(unit), name) for unit, name in hamlets.items())]
        if not hamlets:
            del self.fields["hamlet"]

    def told(self) -> Entry:
        """The entry that was filled in."""
        data = self.cleaned_data
        return Entry(
            id=data["entry"], day=data["day"], households=data["households"], hamlet_id=data.get("hamlet"),
            questions=data["questions"],
        )  # fmt: skip


class BadEntries(Exception):
    """The request is not a list of entries as our own page sends it."""


def entries_of(body: bytes) -> list[Entry]:
    """The entries of a request, `MOST_AT_ONCE` at most; raises BadEntries."""
    try:
        told = json.loads(body)["entries"]
        if not isinstance(told, list) or not 0 < len(told) <= MOST_AT_ONCE:
            raise BadEntries
        return [_entry(one) for one in told]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
        raise BadEntries from problem


def _entry(one: dict[str, Any]) -> Entry:
    """One entry; what cannot be read becomes what the service refuses by field, to be put right in the phone
    and holds no other back."""
    hamlet = str(one.get("hamlet") or "")
    return Entry(
        id=UUID(one["id"]), day=_day(one.get("day")), households=_whole(one.get("households")),
        hamlet_id=_whole(hamlet) if hamlet else None, questions=str(one.get("questions") or ""),
    )  # fmt: skip


def _day(told: object) -> date:
    try:
        return date.fromisoformat(str(told))
    except ValueError:
        return date.max


def _whole(told: object) -> int:
    text = str(told).strip()
    return int(text) if text.isdecimal() and len(text) <= 9 else 0
