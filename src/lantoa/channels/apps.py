from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    """The ways a message leaves the house and an answer comes in."""

    name = "lantoa.channels"
    label = "channels"
    verbose_name = _("Channels")
