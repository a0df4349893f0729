"""Reads of this room: accounts that can send, and the transport to one."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from lantoa.channels import registry
from lantoa.channels.contract import TokenKeeper, Transport, Window
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Placer
from lantoa.channels.rules import VIEW, agencies_managed
from lantoa.kernel.access import Person, granted

WEBHOOKS = "/webhook/"
"""Where `webhook_urls` hang in the house's addresses."""


def visible_accounts(user: Person, *, at: datetime | None = None) -> QuerySet[ChannelAccount]:
    """The accounts a person may see: all of those of kinds we have, for whoever may see channels at all."""
    if not granted(user, VIEW, at):
        return ChannelAccount.objects.none()
    return ChannelAccount.objects.filter(kind__in=registry.with_account()).select_related("agency")


def managed_accounts(user: Person, *, at: datetime | None = None) -> QuerySet[ChannelAccount]:
    """The accounts a person may change."""
    managed = agencies_managed(user, at=at)
    found = visible_accounts(user, at=at)
    return found if managed is None else found.filter(agency__in=managed)


def accounts_for(kind: str) -> QuerySet[ChannelAccount]:
    """The accounts of one kind that are in use."""
    return ChannelAccount.objects.filter(kind=kind, enabled=True)


def ready(kind: str, *, at: datetime) -> QuerySet[ChannelAccount]:
    """The accounts of one kind that may send at this moment: in use and not paused."""
    return accounts_for(kind).filter(Q(paused_until__isnull=True) | Q(paused_until__lte=at))


def window_of(account: ChannelAccount) -> Window | None:
    """The hours in which this account may be used: its own setting `hours` ("any" for none), else the channel's."""
    if account.settings.get("hours") == "any":
        return None
    return registry.capability(account.kind).default_window


def cap_of(account: ChannelAccount) -> int | None:
    """How many ordinary messages one address may get through this account in 24 hours; None for any number.

    The account's own setting `a_day` wins over the channel's; 0 there lifts the cap.
    """
    wish = account.settings.get("a_day")
    return (int(wish) or None) if wish is not None else registry.capability(account.kind).a_day


def price_of(account: ChannelAccount) -> int | None:
    """Đồng for one cost unit, as entered for the account; None when nothing was."""
    price = account.settings.get("price_per_unit")
    return int(price) if isinstance(price, int | float) else None


def transport_for(account: ChannelAccount) -> Transport:
    """Return a closed transport to this account; ``async with`` opens it. Raises KeyError for an unknown kind."""
    channel = registry.channel(account.kind)
    keeper: TokenKeeper | None = import_string(channel.keeper)(account) if channel.keeper else None
    return channel.connect({"webhook_url": webhook_url(account), **account.settings}, account.secrets(), keeper)


def placer_for(kind: str, account: ChannelAccount | None) -> Placer:
    """Return a closed placer of a public kind, to this account where its outlets hang on accounts.

    Raises KeyError for a kind that we do not have, ValueError for one that people carry out.
    """
    connect = registry.public(kind).connect
    if connect is None:
        raise ValueError(f"{kind} is carried out by people")
    if account is None:
        return connect({}, {})
    return connect({"webhook_url": webhook_url(account), **account.settings}, account.secrets())


def webhook_url(account: ChannelAccount) -> str:
    """Return where the provider reaches this account, without any secret; empty for kinds that never call us."""
    if registry.hook(account.kind) is None:
        return ""
    # not reverse(): it would load every page of the house into a worker, fifty megabytes for one address
    return f"{settings.LANTOA_BASE_URL}{WEBHOOKS}{account.kind}/{account.slug}/"
