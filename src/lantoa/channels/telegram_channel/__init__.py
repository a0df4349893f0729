"""Posts in a Telegram channel of ours, by a bot that may write there."""
