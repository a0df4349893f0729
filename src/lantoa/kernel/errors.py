"""The root of every refusal a person may read."""

from django.utils.functional import Promise


class LantoaError(Exception):
    """A refusal with a message for people: what is wrong, where, and what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
