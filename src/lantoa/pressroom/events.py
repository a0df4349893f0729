"""What this room tells its own jobs: ids only."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PressLinkWanted(Event):
    """A link to confirm an address, or to enter, stands ready to go there."""

    link_id: int


@dataclass(frozen=True, slots=True)
class PressLetterWanted(Event):
    """Word to a journalist stands ready to go to their address."""

    letter_id: int
