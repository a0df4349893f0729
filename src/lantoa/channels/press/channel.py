"""The press, put together."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.placing import Kit, Placer, Placing, PublicChannel, Shown, TryOut

from .capability import CAPABILITY
from .kit import DOCX, PressKit
from .placer import PressPlacer


def connect(settings: Settings, secrets: Secrets) -> Placer:
    """Return a placer through the account's relay."""
    return PressPlacer(settings, secrets)


def kit(placing: Placing) -> Kit:
    """Return the document of the kit, for a desk that takes it by hand."""
    return Kit("thong-tin-bao-chi.docx", DOCX, PressKit(placing, {}).document())


def on_a_page(placing: Placing) -> Shown:
    """Return the kit for the placement's page: `sheet` is the PressKit."""
    return Shown("channels/press.html", PressKit(placing, {}))


PRESS = PublicChannel(
    capability=CAPABILITY,
    outlet_form="lantoa.channels.press.form.NewsroomForm",
    connect=connect,
    try_out=TryOut(
        tells=_("A test kit is mailed to the address you enter. No newsroom gets it."),
        done=_("The relay has taken the test kit. Look whether it arrives."),
        asks=_("Your own e-mail address"),
        sends=True,
    ),
    account_form="lantoa.channels.press.form.PressForm",
    kit=kit,
    shown=on_a_page,
)
