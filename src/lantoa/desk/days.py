"""The year's days off, as an administrator checks them."""

from datetime import date, timedelta

from lantoa.kernel.clock import calendar
from lantoa.kernel.models import SwappedDay


def year_of(today: date) -> dict[str, object]:
    """The swapped days from this year on, and this year's public holidays still to come with their names."""
    known = calendar()
    left = [today + timedelta(days=n) for n in range((date(today.year, 12, 31) - today).days + 1)]
    return {
        "swapped": SwappedDay.objects.filter(day__year__gte=today.year).select_related("entered_by"),
        "holidays": [(day, name) for day in left if (name := known.holiday_name(day))],
        "year": today.year,
    }
