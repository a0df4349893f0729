"""Commissions and bundles, and what became of them."""

from lantoa.editorial.models.bundles import Bundle, BundlePage
from lantoa.editorial.models.commissions import Commission, CommissionEvent, CommissionReminder

__all__ = ["Bundle", "BundlePage", "Commission", "CommissionEvent", "CommissionReminder"]
