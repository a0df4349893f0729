"""Zalo template messages, put together. Receipts come in by the official account's webhook (`zalo.webhook`)."""

from typing import cast

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Channel, Secrets, Settings, TokenKeeper, Transport

from .capability import CAPABILITY
from .templates import faults, sample
from .transport import QuotaKeeper, ZbsTransport


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport for the official account; raises AccountProblem without a token keeper."""
    if keeper is None:
        raise AccountProblem(_("there is no access token"))
    return ZbsTransport(settings, cast("QuotaKeeper", keeper))


ZBS = Channel(
    capability=CAPABILITY,
    connect=connect,
    form="lantoa.channels.zbs.form.ZbsForm",
    keeper="lantoa.channels.zbs.keeper.SharedTokenKeeper",
    faults=faults,
    sample=sample,
    joined_by="oa",
    page="lantoa.channels.zbs.page.facts",
)
