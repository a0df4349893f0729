"""What other rooms and pages may read of outreach."""

from lantoa.outreach.selectors.accounts import Account, Sum, broadcast_account, sums

__all__ = ["Account", "Sum", "broadcast_account", "sums"]
