"""What newsrooms get beside the words of a message: until when nothing may be published, pictures, whom to call.

Part of the message and of what is approved: `texts.content_of` puts it into the content as `press`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Self

from lantoa.channels.placing import Contact, Picture
from lantoa.channels.registry import publics
from lantoa.newsroom.library import GivenPicture, as_handed_out, bytes_as_approved, named, thumb_of

PRESS = "press"
"""Its key in a message's content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PressFacts:
    """All of it; nothing at all is the ordinary case."""

    embargo_until: datetime | None = None
    contact: Contact | None = None
    pictures: tuple[GivenPicture, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as a message and its versions hold it; only what was filled in."""
        found = {
            "embargo_until": self.embargo_until.isoformat() if self.embargo_until else None,
            "contact": {name: value for name, value in asdict(self.contact).items() if value} if self.contact else {},
            "pictures": [asdict(one) for one in self.pictures],
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what a message or a version holds."""
        until = stored.get("embargo_until")
        return cls(
            embargo_until=datetime.fromisoformat(until) if until else None,
            contact=Contact(**stored["contact"]) if stored.get("contact") else None,
            pictures=tuple(GivenPicture(**one) for one in stored.get("pictures", ())),
        )


def facts_of(content: Mapping[str, Any]) -> PressFacts:
    """What of it stands in an approved content."""
    return PressFacts.from_json(content.get(PRESS, {}))


def handed_over(kind: str) -> bool:
    """Whether others publish what this kind is given; every other kind keeps an embargo by waiting for its end."""
    found = publics().get(kind)
    return found is not None and found.capability.handed_over


def with_bytes(facts: PressFacts) -> tuple[Picture, ...]:
    """The pictures with their bytes, drawn anew now; one that is no more what was approved has none."""
    return tuple(
        Picture(
            name=PurePosixPath(one.name).with_suffix(".jpg").name, content_type="image/jpeg",
            content=as_handed_out(one.image, one.sha256),
            caption=one.caption, rights=one.rights,
        )
        for one in facts.pictures
    )  # fmt: skip


def shown(facts: PressFacts) -> dict[str, Any]:
    """The same for a page: each picture with where its small version is found, and whether it is still there."""
    images = {one.pk: one for one in named({one.image for one in facts.pictures})}
    pictures = [
        {
            "row": one, "thumb": thumb_of(images[one.image]) if one.image in images else "",
            "kept": bool(bytes_as_approved(one.image, one.sha256)),
        }
        for one in facts.pictures
    ]  # fmt: skip
    return {"facts": facts, "pictures": pictures}
