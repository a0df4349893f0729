"""Printed bulletins, put together."""

from lantoa.channels.placing import PublicChannel

from .capability import CAPABILITY

BULLETIN = PublicChannel(capability=CAPABILITY, outlet_form="lantoa.channels.bulletin.form.BulletinForm")
