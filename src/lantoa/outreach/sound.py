"""A recording as pages let people hear it: the composer and the reviewer's page."""

from dataclasses import dataclass
from datetime import timedelta

from lantoa.channels.loudspeaker.recordings import path_of, recording_of
from lantoa.channels.loudspeaker.script import air_time
from lantoa.kernel.clock import now

HEARD_FOR = timedelta(hours=12)
"""How long the address on an open page is good."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording: its SHA-256, where it is heard (no address: the file is not there any more), and how long it plays
    in words."""

    sha256: str
    address: str
    length: str


def sound_shown(text: str, sha256: str, seconds: int = 0) -> Sound | None:
    """The recording of this text that a form or an approved content names; None when it names none."""
    if not sha256:
        return None
    name = recording_of(text, sha256)
    length = str(air_time(text, seconds).words) if seconds else ""
    return Sound(sha256, path_of(name, now() + HEARD_FOR) if name else "", length)
