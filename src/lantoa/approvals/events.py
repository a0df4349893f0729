"""What other rooms may react to."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class Submitted(Event):
    """Someone asked for approval of exactly this content."""

    submission_id: int
    subject: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Approved(Event):
    """A second person approved exactly this content."""

    subject: str
    sha256: str
    decision_id: int


@dataclass(frozen=True, slots=True)
class Returned(Event):
    """A second person sent the content back with a note."""

    subject: str
    sha256: str
    decision_id: int


@dataclass(frozen=True, slots=True)
class Revoked(Event):
    """An approval was withdrawn: nothing more may go out on it."""

    subject: str
    sha256: str
    decision_id: int
