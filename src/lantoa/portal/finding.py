"""What a search page is asked for, and the choices it offers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.clock import today
from lantoa.newsroom import selectors as newsroom
from lantoa.search.selectors import Found, Wanted
from lantoa.search.sources import kinds
from lantoa.territory.selectors import names_on

FIRST_YEAR, LAST_YEAR = 1900, 2200
EVERY = "moi"
"""The value of `ngon-ngu` for every language; without one, it is the reader's."""


def of_query(asked: QueryDict, name: str) -> int | None:
    """A number in the address, if it is one."""
    text = asked.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is no day. Write it like 31/12/2026, or leave it empty.")},
    )  # fmt: skip


class DaysForm(forms.Form):
    """From which day to which; both may be left open. A day that makes no sense narrows nothing and is told there."""

    tu = _day(pgettext_lazy("search", "Published from"))
    den = _day(pgettext_lazy("search", "Published until"))

    def clean(self) -> dict[str, Any]:
        """The last day does not come before the first."""
        for name in ("tu", "den"):
            if (day := self.day(name)) and not FIRST_YEAR < day.year < LAST_YEAR:
                self.add_error(name, self.fields[name].error_messages["invalid"])
        first, last = self.day("tu"), self.day("den")
        if first and last and last < first:
            self.add_error("den", _("This day is before the first one. Choose a later day, or leave one empty."))
        return self.cleaned_data

    def day(self, name: str) -> date | None:
        """A day that was given and makes sense."""
        day: date | None = self.cleaned_data.get(name)
        return day


def typed(asked: QueryDict) -> str:
    """The words to look for; empty when there are none."""
    return asked.get("q", "").replace("\0", "").strip()[:100]


def wanted_from(asked: QueryDict, days: DaysForm) -> Wanted:
    """What the address asks for; what makes no sense in it is left out."""
    days.is_valid()
    language = asked.get("ngon-ngu", "")
    if language not in dict(settings.LANGUAGES):
        language = "" if language == EVERY else get_language() or "vi"
    kind = asked.get("loai", "")
    year = of_query(asked, "nam")
    return Wanted(
        text=typed(asked),
        kind=kind if kind in kinds() else "",
        language=language,
        year=year if year is not None and FIRST_YEAR < year < LAST_YEAR else None,
        unit_id=of_query(asked, "xa"),
        first=days.day("tu"),
        last=days.day("den"),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow a search: what it says, how many it leaves, whether it is the one taken."""

    value: str
    label: str | Promise
    count: int | None = None
    taken: bool = False


def choices(wanted: Wanted, found: Found) -> dict[str, Any]:
    """The form's choices, those with most hits first; without numbers when not all hits were counted. One query."""
    units = sorted(found.narrowing.units, key=lambda unit: -found.narrowing.units[unit])[:60]
    shown = {
        *units,
        *(pk for place in found.places for pk in place.now_ids),
        *([wanted.unit_id] if wanted.unit_id else []),
    }
    names = names_on(shown, today()) if wanted.text else {}
    if wanted.unit_id and wanted.unit_id not in units:
        units.append(wanted.unit_id)
    all_kinds = kinds()
    kind_codes = [code for code in all_kinds if code in found.narrowing.kinds or code == wanted.kind]
    years = sorted({*found.narrowing.years, *([wanted.year] if wanted.year else [])}, reverse=True)
    count = _counted(found)
    return {
        "query": wanted.text,
        "wanted": wanted,
        "narrowed": bool(wanted.kind or wanted.year or wanted.unit_id or wanted.first or wanted.last),
        "kinds": [Choice(c, all_kinds[c], count(found.narrowing.kinds, c), c == wanted.kind) for c in kind_codes],
        "years": [Choice(str(y), str(y), count(found.narrowing.years, y), y == wanted.year) for y in years],
        "units": [
            Choice(str(u), names[u], count(found.narrowing.units, u), u == wanted.unit_id) for u in units if u in names
        ],
        "languages": [Choice(c, label, taken=c == wanted.language) for c, label in settings.LANGUAGES],
        "every_language": Choice(EVERY, "", taken=not wanted.language),
        "places": [(place, [Choice(str(pk), names.get(pk, "")) for pk in place.now_ids]) for place in found.places],
        "topics": list(newsroom.policies()[:6]) if wanted.text and not found.hits else [],
    }


def _counted(found: Found) -> Any:
    return lambda counts, key: None if found.narrowing.more else counts.get(key)
