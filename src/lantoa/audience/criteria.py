"""What describes an audience, typed: read from JSON strictly, written back the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from lantoa.audience.enums import Language, Purpose
from lantoa.audience.parts import PARTS
from lantoa.kernel.errors import LantoaError


class BadCriteriaError(LantoaError):
    """The criteria name something that is not there, or in a form that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """An audience: empty parts do not restrict; parts combine by AND.

    `units` are ids, each with its subtree and everything that became it or came of it, as of `on` (None: the day it
    is asked). `any_groups`, `all_groups` and `programmes` are group codes; `channels` keeps those whom at least one of
    these can reach for `purpose`. `registered` holds what other rooms know how to find, by name (`parts.py`).
    """

    units: tuple[int, ...] = ()
    on: date | None = None
    any_groups: tuple[str, ...] = ()
    all_groups: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    purpose: str = Purpose.POLICY_NEWS
    registered: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote; raises `BadCriteriaError` for unknown parts or wrong types."""
        known = {part.name for part in fields(cls)} - {"registered"} | set(PARTS)
        if unknown := sorted(set(stored) - known):
            raise BadCriteriaError(_("These criteria hold unknown parts: %(parts)s.") % {"parts": ", ".join(unknown)})
        read = cls(
            units=tuple(_ints(stored, "units")),
            on=_day(stored),
            any_groups=tuple(_texts(stored, "any_groups")),
            all_groups=tuple(_texts(stored, "all_groups")),
            programmes=tuple(_texts(stored, "programmes")),
            languages=tuple(_texts(stored, "languages")),
            channels=tuple(_texts(stored, "channels")),
            purpose=stored.get("purpose", Purpose.POLICY_NEWS),
            registered={name: part.read(stored[name]) for name, part in PARTS.items() if name in stored},
        )
        if not set(read.languages) <= set(Language.values) or read.purpose not in Purpose.values:
            raise BadCriteriaError(_("These criteria hold a language or purpose that does not exist."))
        return read

    def as_json(self) -> dict[str, Any]:
        """The parts that restrict, as JSON values."""
        parts = {part.name: getattr(self, part.name) for part in fields(self) if part.name != "registered"}
        shown = {name: list(value) if isinstance(value, tuple) else value for name, value in parts.items() if value}
        return shown | ({"on": self.on.isoformat()} if self.on else {}) | dict(self.registered)


def _listed(stored: Mapping[str, Any], name: str) -> list[Any]:
    value = stored.get(name, [])
    if not isinstance(value, list | tuple):
        raise BadCriteriaError(_("“%(part)s” must be a list.") % {"part": name})
    return list(value)


def _ints(stored: Mapping[str, Any], name: str) -> list[int]:
    values = _listed(stored, name)
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        raise BadCriteriaError(_("“%(part)s” must be a list of numbers.") % {"part": name})
    return values


def _texts(stored: Mapping[str, Any], name: str) -> list[str]:
    values = _listed(stored, name)
    if not all(isinstance(value, str) and value for value in values):
        raise BadCriteriaError(_("“%(part)s” must be a list of codes.") % {"part": name})
    return values


def _day(stored: Mapping[str, Any]) -> date | None:
    value = stored.get("on")
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadCriteriaError(_("“on” must be a date like 2025-07-01.")) from None
