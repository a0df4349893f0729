"""Where sound comes from when nobody records it: one plain seam, one offline voice.

``espeak-ng`` (Debian, GPL-3, run as a program, never linked) speaks Vietnamese in three accents, clearly but like a
machine: good enough to try a loudspeaker, and better than silence in an emergency. The same words give the same bytes.
"""

import io
import shutil
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ACCENTS = ("vi", "vi-vn-x-central", "vi-vn-x-south")
_SECONDS = 120
_WORDS_A_MINUTE = (80, 450)


class VoiceError(Exception):
    """The voice could not speak."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound file."""

    content: bytes
    suffix: str  # of a file's name: ".wav", ".opus"
    seconds: float


class Voice(Protocol):
    """Turns words into sound; the same words give the same bytes."""

    def speak(self, text: str) -> Sound:
        """Return the sound of a script; raises VoiceError."""


class EspeakVoice:
    """``espeak-ng``, and ``opusenc`` where it is installed: a tenth of the bytes."""

    def __init__(self, accent: str = "vi", syllables_per_minute: int = 150) -> None:
        self._accent = accent if accent in ACCENTS else ACCENTS[0]
        self._pace = min(max(syllables_per_minute, _WORDS_A_MINUTE[0]), _WORDS_A_MINUTE[1])

    @staticmethod
    def available() -> bool:
        """Tell whether this machine has the voice."""
        return shutil.which("espeak-ng") is not None

    def speak(self, text: str) -> Sound:
        """Return the sound, Opus at 24 kbit/s where possible, else WAV."""
        with tempfile.TemporaryDirectory() as folder:
            spoken, small = Path(folder, "spoken.wav"), Path(folder, "spoken.opus")
            command = ["espeak-ng", "-v", self._accent, "-s", str(self._pace), "--stdin", "-w", str(spoken)]
            _run(command, text.encode())
            content = spoken.read_bytes()
            seconds = wav_seconds(content)
            if seconds is None:
                raise VoiceError("espeak-ng wrote no sound")
            if shutil.which("opusenc") is None:
                return Sound(content, ".wav", seconds)
            _run(["opusenc", "--quiet", "--serial", "1", "--bitrate", "24", str(spoken), str(small)], b"")
            return Sound(small.read_bytes(), ".opus", seconds)


def _run(command: list[str], given: bytes) -> None:
    try:
        subprocess.run(command, input=given, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise VoiceError(f"{command[0]} failed") from error


def wav_seconds(content: bytes) -> float | None:
    """Return the length of a WAV file, None when it is none."""
    try:
        with wave.open(io.BytesIO(content)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return None
