"""Spans of time, moments and sums of money, as the broadcast pages say them."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.kernel.text import number_text

HOUR = 60
DAY = 24 * HOUR


def span(length: timedelta) -> str:
    """ "7 minutes", "2 hours 10 minutes", "3 days": rounded as people would say it, never zero."""
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < HOUR:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < DAY:
        hours, rest = divmod(round(minutes / 10) * 10, HOUR)
        whole = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
        return f"{whole} {ngettext('%(n)d minute', '%(n)d minutes', rest) % {'n': rest}}" if rest else whole
    days = round(minutes / DAY)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def moment(at: datetime, *, now: datetime) -> str:
    """ "9:41" today, "7:00 on 24/11" on another day."""
    here, today = timezone.localtime(at), timezone.localtime(now)
    clock = f"{here.hour}:{here.minute:02}"
    if here.date() == today.date():
        return clock
    day = f"{here.day}/{here.month}" if here.year == today.year else f"{here.day}/{here.month}/{here.year}"
    return _("%(clock)s on %(day)s") % {"clock": clock, "day": day}


def money(dong: int) -> str:
    """ "1.234.000 đồng"."""
    return _("%(sum)s dong") % {"sum": number_text(dong)}


def speed(a_minute: int) -> str:
    """ "4 a second" or, when slower, "30 a minute"."""
    if a_minute >= HOUR:
        return _("%(n)s a second") % {"n": number_text(round(a_minute / 60))}
    return _("%(n)s a minute") % {"n": number_text(a_minute)}
