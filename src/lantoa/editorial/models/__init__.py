"""Commissions and what became of them."""

from lantoa.editorial.models.commissions import Commission, CommissionEvent, CommissionReminder

__all__ = ["Commission", "CommissionEvent", "CommissionReminder"]
