"""Writes of the bulletin: what stands on a page, and who is told."""

from lantoa.bulletin.services.hub import ask, forget_old, note_change, withdraw_subscriber
from lantoa.bulletin.services.items import publish, withdraw

__all__ = ["ask", "forget_old", "note_change", "publish", "withdraw", "withdraw_subscriber"]
