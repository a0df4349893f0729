"""Where the stand-ins and our web listen, counted from one base port, and the secrets by which providers are known."""

from lantoa.simulators.serve import ALL_PORTS, PORTS

WEB = ALL_PORTS
ADDRESSED = ("zalo", "sms", "smtp", "smpp", "viettel", "vnpt", "telegram", "webpush")
"""The stand-ins that take messages to people; Zalo's takes template messages too."""
CONTROL = {name: PORTS[name][0] for name in ADDRESSED}
"""Where each stand-in is told how to behave."""
TOGETHER = (("zalo",), ("sms",), ("smtp",), ("smpp", "viettel", "vnpt", "telegram", "webpush"))
"""Which of them share a process."""

CALLBACK_SECRET = "secret-of-this-gateway"
WEBHOOK_SECRET = "secret-of-this-bot"
OTHER_SECRETS = {"sms": "secret-of-the-other-gateway", "zalo": "secret-of-the-other-account"}
"""Of the accounts whose provider must not be able to speak for ours."""
