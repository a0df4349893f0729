"""Commissions, bundles and reviews, and what became of them."""

from lantoa.editorial.models.bundles import Bundle, BundlePage
from lantoa.editorial.models.commissions import Commission, CommissionEvent, CommissionReminder
from lantoa.editorial.models.reviews import Absence, ReviewReminder

__all__ = [
    "Absence", "Bundle", "BundlePage", "Commission", "CommissionEvent", "CommissionReminder", "ReviewReminder",
]  # fmt: skip
