"""What one version of a kit says, exactly as a second person releases it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from lantoa.pressroom.enums import FileKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film that lies elsewhere: only its address is given."""

    url: str
    title: str
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitPage:
    """A published page the kit refers to."""

    id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Whom newsrooms call: a post, in words as they are printed, and how to reach it."""

    post: int | None = None
    words: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file of the kit as it was released: which bytes, what it shows, whose it is."""

    id: int
    kind: FileKind
    name: str
    title: str
    credit: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitText:
    """Everything a version says. `embargo_at` is the moment from which everybody may read it; `why` what was put
    right since the version before."""

    title: str
    summary: str
    text: str
    contact: Whom = field(default_factory=Whom)
    pages: Sequence[KitPage] = ()
    files: Sequence[Enclosed] = ()
    films: Sequence[Film] = ()
    embargo_at: datetime | None = None
    why: str = ""

    def data(self) -> dict[str, Any]:
        """As JSON's own types."""
        return asdict(self) | {
            "embargo_at": self.embargo_at.isoformat() if self.embargo_at else "",
            **{name: [asdict(one) for one in getattr(self, name)] for name in ("pages", "files", "films")},
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `data` gave."""
        moment = data["embargo_at"]
        return cls(
            **{name: data[name] for name in ("title", "summary", "text", "why")},
            contact=Whom(**data["contact"]),
            pages=tuple(KitPage(**one) for one in data["pages"]),
            files=tuple(Enclosed(**one | {"kind": FileKind(one["kind"])}) for one in data["files"]),
            films=tuple(Film(**one) for one in data["films"]),
            embargo_at=datetime.fromisoformat(moment) if moment else None,
        )

    @classmethod
    def read(cls, content: str) -> Self:
        """Read the canonical JSON of a version."""
        return cls.of(json.loads(content))
