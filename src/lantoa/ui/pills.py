"""The pills above a list: what it may show, each with its count."""

from collections.abc import Collection, Mapping
from urllib.parse import urlencode


def pills(
    labels: Mapping[str, str], counts: Mapping[str, int], *, show: str, wishes: Mapping[str, str],
    rare: Collection[str] = (),
) -> list[dict[str, object]]:  # fmt: skip
    """One for each label, the one shown marked, what else was asked for kept; a rare one only when it holds something
    or is shown."""
    kept = {name: value for name, value in wishes.items() if value}
    return [
        {"label": label, "url": "?" + urlencode({"show": key, **kept}), "current": key == show, "count": counts[key]}
        for key, label in labels.items()
        if key not in rare or counts[key] or key == show
    ]
