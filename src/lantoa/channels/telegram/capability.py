"""What a Telegram bot can do."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import AddressKind, Capability, Idempotency, Window

CAPABILITY = Capability(
    kind="telegram",
    label=_("Telegram"),
    address=AddressKind.TELEGRAM,
    idempotency=Idempotency.NONE,  # the Bot API knows no client key
    fields=("text",),
    max_length=4096,
    icon="send",
    concurrency=20,
    rate_per_second=25,  # "about 30 messages a second" over all chats, with room left for answers
    default_window=Window(time(6), time(22)),  # no rule of the provider's: people sleep
)
