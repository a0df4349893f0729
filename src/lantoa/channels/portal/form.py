"""The portal inbox has nothing to set."""

from lantoa.channels.forms import AccountForm


class PortalForm(AccountForm):
    """A name is enough."""
