"""Telegram messages by a bot."""
