"""How many template messages the provider still takes today, as it last said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantoa.channels.models import ChannelAccount


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages a day, and what is left of them."""

    daily: int
    remaining: int


def quota_of(reply: object) -> Quota | None:
    """Return the quota in a reply's ``data``; the numbers come as text or as numbers, or not at all."""
    told = reply.get("quota") if isinstance(reply, Mapping) else None
    if not isinstance(told, Mapping):
        return None
    daily, remaining = _number(told.get("dailyQuota")), _number(told.get("remainingQuota"))
    return Quota(daily, remaining) if daily is not None and remaining is not None else None


def keep_quota(account_id: int, quota: Quota, at: datetime) -> None:
    """Write the quota down; one UPDATE, so it never waits for a form that is open."""
    facts: dict[str, Any] = {"daily": quota.daily, "remaining": quota.remaining, "at": at.isoformat()}
    ChannelAccount.objects.filter(pk=account_id).update(told={"quota": facts})


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
