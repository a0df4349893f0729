"""What the gallery page shows: illustrations in the words of the field, no real person, figure or decree."""

from typing import Any

from lantoa.ui import charts


def sample() -> dict[str, Any]:
    """Everything the gallery's template needs."""
    return {"states": charts.STATES, "counts": dict(zip(charts.STATES, (13574, 1515, 1551, 1239, 946, 124), strict=True))}
