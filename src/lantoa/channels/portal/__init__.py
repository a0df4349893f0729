"""The person's own inbox on the portal."""
