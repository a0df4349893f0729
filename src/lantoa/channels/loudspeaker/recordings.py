"""Sound that belongs to exactly these words: recorded by a person, else spoken by a voice; served by a signed address.

Kept in the media folder under the digest of the words, so that changed words have no recording. Which recording is
played, is approved with the words: a placing names it by its SHA-256.
"""

import hashlib
import io
import math
import struct
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from tinytag import TinyTag, TinyTagException

from lantoa.kernel import audit
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.text.folding import normalise

from .voice import Sound, Voice

TYPES = {".wav": "audio/wav", ".opus": "audio/ogg", ".ogg": "audio/ogg", ".mp3": "audio/mpeg"}
MAX_BYTES = 50 * 1024 * 1024
_FOLDER, _PERSON, _SALT = "loudspeaker", "person", "lantoa.loudspeaker.audio"


class RecordingError(LantoaError):
    """The file cannot be played by a loudspeaker."""


class GoneError(Exception):
    """The address of a sound is forged or no longer good."""


def keep_recording(*, by: User, at: datetime, text: str, content: bytes) -> str:
    """Keep a person's recording of these words and return its name; raises RecordingError.

    The same file again is the same recording. The right to write these words is the caller's to ask.
    """
    name = _keep(text, _PERSON, content, checked(content))
    facts = {"words": words_digest(text), "sound": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    audit.record("channels.recording_kept", by=by, at=at, subject=f"loudspeaker.words:{facts['words']}", facts=facts)
    return name


def checked(content: bytes) -> str:
    """Return the suffix of a sound that may be kept; raises RecordingError, which says what to do."""
    if len(content) > MAX_BYTES:
        raise RecordingError(_("The recording is larger than 50 MB. Save it as MP3 or Opus and upload it again."))
    suffix = suffix_of(content)
    if not suffix:
        raise RecordingError(_("This is not a sound file. Upload WAV, MP3 or Ogg Opus."))
    if not seconds_of(content):
        raise RecordingError(_("This sound file does not tell how long it plays. Save it anew as MP3 and upload it."))
    return suffix


def seconds_of(content: bytes) -> int:
    """Return how long a WAV, MP3 or Ogg file plays, in whole seconds, rounded up; 0 where it does not tell."""
    try:
        found = TinyTag.get(file_obj=io.BytesIO(content), tags=False).duration
    except (TinyTagException, struct.error):
        return 0
    return math.ceil(found or 0)


def recording_of(text: str, sha256: str) -> str:
    """Return the name of this very recording of these words, "" when it is not kept."""
    names = (f"{_FOLDER}/{words_digest(text)}/{_PERSON}/{sha256}{suffix}" for suffix in TYPES)
    return next((name for name in names if sha256 and default_storage.exists(name)), "")


def speaks(name: str, text: str) -> bool:
    """Tell whether a person's recording, by its name, is one of these words."""
    return name.startswith(f"{_FOLDER}/{words_digest(text)}/{_PERSON}/")


def spoken(text: str, voice: Voice, voice_name: str) -> str:
    """Return the name of these words in a voice, made now unless it was before; raises VoiceError."""
    folder = f"{_FOLDER}/{words_digest(text)}/{voice_name}"
    if default_storage.exists(folder):
        for name in default_storage.listdir(folder)[1]:
            return f"{folder}/{name}"
    sound: Sound = voice.speak(text)
    return _keep(text, voice_name, sound.content, sound.suffix)


def _keep(text: str, whose: str, content: bytes, suffix: str) -> str:
    name = f"{_FOLDER}/{words_digest(text)}/{whose}/{hashlib.sha256(content).hexdigest()}{suffix}"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(content))


def words_digest(text: str) -> str:
    """Return what stands for these words: white space and the form of marks aside."""
    return hashlib.sha256(" ".join(normalise(text).split()).encode()).hexdigest()


def sha256_of(name: str) -> str:
    """Return the digest of a kept sound's bytes, as its name tells it."""
    return name.rpartition("/")[2].partition(".")[0][:64]


def content_of(name: str) -> bytes:
    """Return the bytes of a kept sound."""
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def suffix_of(content: bytes) -> str:
    """Return the suffix of a sound file by its first bytes; "" for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return ".wav"
    if content[:4] == b"OggS":
        return ".opus" if b"OpusHead" in content[:64] else ".ogg"
    if content[:3] == b"ID3" or (len(content) > 2 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2):
        return ".mp3"
    return ""


def address_of(name: str, until: datetime) -> str:
    """Return where a device fetches a sound up to a moment; nobody can make up such an address."""
    return settings.LANTOA_BASE_URL + path_of(name, until)


def path_of(name: str, until: datetime) -> str:
    """Return the same for our own pages, without the host."""
    token = signing.dumps([name, int(until.timestamp())], salt=_SALT)
    return reverse("loudspeaker:audio", args=[token])


def named_by(token: str, now: datetime) -> str:
    """Return the name of the sound that an address tells; raises GoneError."""
    try:
        name, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise GoneError from error
    if now.timestamp() > until:
        raise GoneError
    return str(name)
