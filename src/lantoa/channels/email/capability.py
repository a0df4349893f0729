"""What e-mail can do."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import AddressKind, Capability, CostUnit, Idempotency, Window

CAPABILITY = Capability(
    kind="email",
    label=_("E-mail"),
    address=AddressKind.EMAIL,
    idempotency=Idempotency.NONE,  # after DATA nobody can be asked; the Message-ID lets a mailbox fold a double
    fields=("subject", "text", "html"),
    max_length=None,
    icon="mail",
    concurrency=10,
    default_window=Window(time(7), time(22)),
    cost_unit=CostUnit.FREE,
)
