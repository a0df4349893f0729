"""One account's rate, shared by all workers on all machines: pay after the claim, wait until it is paid."""

from datetime import datetime, timedelta

from django.db import transaction

from lantoa.outreach.models import AccountPace


@transaction.atomic
def may_claim(*, account_id: int, at: datetime) -> bool:
    """Whether what was claimed through this account has been paid for; holds the account's row until commit."""
    pace = AccountPace.objects.select_for_update().filter(pk=account_id).first()
    if pace is None:
        AccountPace.objects.get_or_create(pk=account_id, defaults={"free_at": at})
        pace = AccountPace.objects.select_for_update().get(pk=account_id)
    return pace.free_at <= at


def charge(*, account_id: int, units: int, rate: float, at: datetime) -> None:
    """Book `units` at `rate` a second; the next claim waits for them."""
    AccountPace.objects.filter(pk=account_id).update(free_at=at + timedelta(seconds=units / rate))
