"""What this room tells its own jobs: ids only."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class LetterWanted(Event):
    """Word to a sender stands ready to go to the address they left."""

    letter_id: int
