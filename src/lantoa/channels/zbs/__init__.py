"""Zalo template messages to phone numbers (ZBS, formerly ZNS)."""
