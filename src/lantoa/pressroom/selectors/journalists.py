"""Journalists: who they are to those who admit them, who has entered, what they saw under embargo."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import QuerySet

from lantoa.audience.selectors import masked_contact, vault_addresses
from lantoa.channels.sealing import unseal
from lantoa.kernel.access import Person
from lantoa.pressroom.enums import JournalistState
from lantoa.pressroom.models import Journalist, KitSeen, PressSession
from lantoa.pressroom.models.journalists import JournalistSet


@dataclass(frozen=True, slots=True)
class Details:
    """What a registration told besides the outlet; empty once forgotten."""

    name: str = ""
    card: str = ""


def details_of(journalist: Journalist) -> Details:
    """Unseal it. The caller has asked the right, or is the journalist."""
    return Details(**unseal(journalist.details))


def journalists(user: Person, *, show: str = "") -> JournalistSet:
    """The registrations a person may see, those that wait first; `show` is one state."""
    rows = Journalist.objects.visible_to(user)
    return rows.filter(state=show) if show in JournalistState.values else rows


def address_shown(journalist: Journalist) -> str:
    """The address as staff may see it: enough to know the newsroom."""
    return masked_contact(journalist.address_id) if journalist.address_id else ""


def mail_of(journalist: Journalist) -> str:
    """The whole address, for a letter; empty once erased."""
    kept = vault_addresses([journalist.address_id]).get(journalist.address_id) if journalist.address_id else None
    return kept.value if kept else ""


def cookie_digest(token: str) -> str:
    """What is kept of a session's cookie."""
    return sha256(token.encode()).hexdigest()


def session_of(token: str, at: datetime) -> PressSession | None:
    """The session a cookie opens, as long as it and the journalist's access last. One query."""
    rows = PressSession.objects.select_related("journalist").filter(
        digest=cookie_digest(token), ended_at=None, ends_at__gt=at,
        journalist__in=Journalist.objects.with_access(at),
    )  # fmt: skip
    return rows.first() if token else None


def seen_of(kit_id: int) -> QuerySet[KitSeen]:
    """Who opened a kit while its embargo stood, the last first."""
    return KitSeen.objects.filter(version__kit=kit_id).select_related("journalist", "file", "version")


def of_person(person_id: int) -> Iterable[Journalist]:
    """The registrations of one person."""
    return Journalist.objects.filter(person_id=person_id)
