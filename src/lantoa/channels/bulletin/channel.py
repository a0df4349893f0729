"""Printed bulletins, put together."""

from lantoa.channels.placing import PublicChannel

from .capability import CAPABILITY
from .kit import article, print_order

BULLETIN = PublicChannel(
    capability=CAPABILITY, outlet_form="lantoa.channels.bulletin.form.BulletinForm", kit=article, lot=print_order
)
