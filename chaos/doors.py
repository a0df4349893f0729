"""Where the stand-ins and our web listen, counted from one base port, and the secrets by which providers are known."""

ZALO, SMS, SMTP_CONTROL, SMTP, WEB = range(5)
CONTROL = {"zalo": ZALO, "sms": SMS, "smtp": SMTP_CONTROL}
"""Where each stand-in is told how to behave."""

CALLBACK_SECRET = "secret-of-this-gateway"
OTHER_SECRETS = {"sms": "secret-of-the-other-gateway", "zalo": "secret-of-the-other-account"}
"""Of the accounts whose provider must not be able to speak for ours."""
