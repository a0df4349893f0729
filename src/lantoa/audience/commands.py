"""Words a person gives a bot by its menu: they begin with a stroke and are meant for the house, not for an officer."""

import re
from typing import Final

OWN_PAGE: Final = "/dulieu"
"""Asks for one's own page."""

_COMMAND = re.compile(r"(/[a-z_]{1,32})(?:@\w+)?", re.IGNORECASE)


def command(text: str) -> str:
    """The command a text is, in lower case and without the bot's name; empty for any other text."""
    found = _COMMAND.fullmatch(text.strip())
    return found[1].lower() if found else ""
