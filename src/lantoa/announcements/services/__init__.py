"""Writes of the announcements: what stands on a page, and who is told."""

from lantoa.announcements.services.hub import ask, forget_old, note_change, withdraw_subscriber
from lantoa.announcements.services.items import publish, withdraw

__all__ = ["ask", "forget_old", "note_change", "publish", "withdraw", "withdraw_subscriber"]
