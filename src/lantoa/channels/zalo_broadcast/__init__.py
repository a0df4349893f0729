"""One article to all followers of a Zalo Official Account who live in some places."""
