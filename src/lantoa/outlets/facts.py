"""What is told of an outlet, by a form or a row of a list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lantoa.outlets.enums import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an outlet: the days are the first and the last it is in use."""

    name: str
    starts: date
    ends: date | None = None
    hamlet_id: int | None = None
    agency_id: int | None = None
    keeper: str = ""
    account_id: int | None = None
    language: str = Language.VIETNAMESE
    quantity: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)
