"""What this room tells the house: ids only, never a name or an address."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ConfirmationRequested(Event):
    """Somebody asked to be written to; the link that proves it was them must go to the address they typed."""

    request_id: int


@dataclass(frozen=True, slots=True)
class OwnPageLinkRequested(Event):
    """Somebody asked for the page of what is kept of them; its link must go to the address itself."""

    link_id: int


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Event):
    """A person said no to one purpose on one channel; outreach already obeys, others may wish to know."""

    person_id: int
    purpose: str
    channel: str


@dataclass(frozen=True, slots=True)
class PersonErased(Event):
    """The vault holds nothing of this person any more; rooms with texts of theirs look to their own."""

    person_id: int
