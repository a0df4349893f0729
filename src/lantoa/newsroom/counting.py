"""Pages of a report: how many were published, by content line."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from lantoa.newsroom.models import types_by_section


def pages_published(unit_ids: Iterable[int], *, start: date, end: date) -> dict[str, int]:
    """Pages first published from `start` to `end`, both included: content line → count. One query.

    Of every kind that is a piece of communication; legal texts, offices and pages that only gather others are not.
    A page counts once however many languages and programmes it has, by its first publication. Pages later withdrawn
    count too.
    """
    zone = timezone.get_default_timezone()
    span = {
        "unit__in": list(unit_ids),
        "first_published_at__gte": datetime.combine(start, time.min, zone),
        "first_published_at__lt": datetime.combine(end + timedelta(days=1), time.min, zone),
    }
    columns = ("first_published_at", "translation_key", "content_line")
    kinds = [model for model in types_by_section().values() if model.counted]
    first, *others = [model.objects.filter(**span).order_by().values_list(*columns) for model in kinds]
    lines: dict[object, str] = {}
    for _published, key, line in first.union(*others, all=True).order_by("first_published_at"):
        lines.setdefault(key, line)
    return dict(Counter(lines.values()))
