"""Where the stand-ins and our web listen, counted from one base port, and the secrets by which providers are known."""

import shutil

from lantoa.simulators.mosquitto import program
from lantoa.simulators.serve import ALL_PORTS, PORTS

WEB = ALL_PORTS
SPEAKERS = tuple(range(WEB + 1, WEB + 6))
"""One device for each commune."""
LAST = SPEAKERS[-1]
BROKER = PORTS["loudspeaker"][1]
WITH_BROKER = program() is not None and shutil.which("mosquitto_passwd") is not None
"""Whether loudspeakers can be part of a run on this machine."""
SPEAKER_KEY = "CHAOS_SPEAKER_KEY"
"""The variable that holds the key by which devices know our commands."""
ADDRESSED = ("zalo", "sms", "smtp", "smpp", "viettel", "vnpt", "telegram", "webpush")
"""The stand-ins that take messages to people; Zalo's takes template messages and broadcasts, the relay press kits."""
CONTROL = {name: (PORTS[name][0],) for name in (*ADDRESSED, "facebook", "telegram_channel")} | (
    {"loudspeaker": SPEAKERS} if WITH_BROKER else {}
)
"""Where each stand-in is told how to behave."""
TOGETHER = (
    ("zalo",), ("sms",), ("smtp",), ("smpp", "viettel", "vnpt", "telegram", "webpush", "facebook", "telegram_channel"),
)  # fmt: skip
"""Which of them share a process; loudspeakers have one with their broker."""

CALLBACK_SECRET = "secret-of-this-gateway"
INBOUND_KEY = "key-of-this-short-code"
WEBHOOK_SECRET = "secret-of-this-bot"
OTHER_SECRETS = {"sms": "secret-of-the-other-gateway", "zalo": "secret-of-the-other-account"}
"""Of the accounts whose provider must not be able to speak for ours."""
