"""A sound that stands for a recording where this machine has no voice."""

import io
import math
import wave

RATE = 8_000
_NOTES = (440.0, 554.4)


def tone(*, seconds: int) -> bytes:
    """Return a WAV file of two soft notes in turn, each a second long."""
    notes = [
        bytes(int(128 + 40 * math.sin(2 * math.pi * note * step / RATE)) for step in range(RATE)) for note in _NOTES
    ]
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        for second in range(seconds):
            sound.writeframes(notes[second % 2])
    return made.getvalue()
