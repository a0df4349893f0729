"""What a Zalo broadcast needs: the official account it sends for, a picture, and in which places."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm
from lantoa.channels.models import ChannelAccount
from lantoa.channels.zalo.transport import DEFAULT_API
from lantoa.channels.zalo_broadcast.placer import ABOUT, CREATE, SEND, VERIFY


class ZaloBroadcastForm(AccountForm):
    """The official account whose token it shares, and what every article carries."""

    oa = forms.ChoiceField(label=_("Official Account"), help_text=_("Set up under “Zalo”; its token is shared."))
    author = forms.CharField(label=_("Author shown on the article"), max_length=50)
    cover_url = forms.URLField(
        label=_("Address of the cover picture"), max_length=500, assume_scheme="https",
        help_text=_("Zalo takes no article without one. At most 1 MB."),
    )  # fmt: skip
    article_status = forms.ChoiceField(
        label=_("On the account's own page the article is"),
        choices=[("show", _("shown")), ("hide", _("hidden"))],
    )
    comment = forms.ChoiceField(label=_("Comments"), choices=[("hide", _("not allowed")), ("show", _("allowed"))])
    api_url = forms.URLField(label=_("Address for messages"), initial=DEFAULT_API, assume_scheme="https")
    send_path = forms.RegexField(r"^/[\w./-]{1,100}$", label=_("Path of the broadcast call"), initial=SEND)
    create_path = forms.RegexField(r"^/[\w./-]{1,100}$", label=_("Path that makes an article"), initial=CREATE)
    verify_path = forms.RegexField(r"^/[\w./-]{1,100}$", label=_("Path that tells an article's id"), initial=VERIFY)
    about_path = forms.RegexField(r"^/[\w./-]{1,100}$", label=_("Path that tells about the account"), initial=ABOUT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["oa"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(ChannelAccount.objects.filter(kind="zalo").order_by("name").values_list("slug", "name"))


class ZaloBroadcastOutletForm(forms.Form):
    """Which followers: by the places Zalo knows of them."""

    cities = forms.RegexField(
        r"^\s*\d{1,3}(\s*,\s*\d{1,3})*\s*$", label=_("Place codes, as in Zalo's own list"), required=False,
        max_length=200,
        help_text=_(
            "Separated by commas. Zalo's list still has the 63 former provinces: a merged one needs the code of each."
            " Empty: all followers."
        ),
        error_messages={"invalid": _("Write numbers separated by commas, such as 3, 44.")},
    )  # fmt: skip
