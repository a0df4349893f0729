"""What a Zalo Official Account needs."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, PriceField, SecretField
from lantoa.channels.zalo.tokens import DEFAULT_OAUTH
from lantoa.channels.zalo.transport import DEFAULT_API


class ZaloForm(AccountForm):
    """The application, the account, and the first refresh token."""

    needed: ClassVar[tuple[str, ...]] = ("app_secret", "oa_secret", "refresh_token")

    app_id = forms.CharField(label=_("Application ID"), max_length=40)
    app_secret = SecretField(label=_("Application secret key"))
    oa_id = forms.CharField(label=_("Official Account ID"), max_length=40)
    oa_secret = SecretField(label=_("Official Account secret key, for the webhook"))
    refresh_token = SecretField(
        label=_("Refresh token"),
        help_text=_("From Zalo's authorisation page. It works once; the system then renews it by itself."),
    )
    price_per_unit = PriceField()
    tolerance = forms.IntegerField(
        label=_("Oldest webhook event accepted, in seconds"), min_value=60, max_value=86400, initial=43200
    )
    accept_hmac = forms.BooleanField(label=_("Accept webhook signatures by HMAC too"), required=False)
    api_url = forms.URLField(label=_("Address for messages"), initial=DEFAULT_API, assume_scheme="https")
    oauth_url = forms.URLField(label=_("Address for tokens"), initial=DEFAULT_OAUTH, assume_scheme="https")
    file_hosts = forms.CharField(
        label=_("Servers from which pictures and files are fetched"), max_length=500, required=False,
        help_text=_("Names with commas between; a dot in front takes every name below. Left empty, none are fetched."),
    )  # fmt: skip
