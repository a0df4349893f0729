"""What an account's page shows of its quota and its templates."""

from dataclasses import dataclass
from datetime import datetime

from lantoa.channels.models import ChannelAccount

from .templates import register_of


@dataclass(frozen=True, slots=True)
class QuotaShown:
    """The quota as the provider last told it."""

    daily: int
    remaining: int
    at: datetime

    @property
    def used(self) -> int:
        """Messages of today's quota that are gone."""
        return max(0, self.daily - self.remaining)


@dataclass(frozen=True, slots=True)
class TemplateShown:
    """A template and the form by which a message fills it."""

    id: str
    name: str
    price: int | None
    form: str


def quota_shown(account: ChannelAccount) -> QuotaShown | None:
    """Return the quota last told; None before the first accepted message."""
    told = account.told.get("quota")
    if not told:
        return None
    return QuotaShown(told["daily"], told["remaining"], datetime.fromisoformat(told["at"]))


def templates_shown(account: ChannelAccount) -> list[TemplateShown]:
    """Return the register with a form to copy for each template."""
    return [
        TemplateShown(
            one.id, one.name, one.price, "\n".join([f"template: {one.id}", *(f"{n}: " for n in one.parameters)])
        )
        for one in register_of(account.settings).values()
    ]


def facts(account: ChannelAccount) -> dict[str, object]:
    """Return what the account's page shows beside its form."""
    return {"quota": quota_shown(account), "templates": templates_shown(account)}
