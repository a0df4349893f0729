"""The first steps of a new installation, in the order they build on each other."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from lantoa.agencies.selectors import agencies_on
from lantoa.channels.selectors import visible_accounts
from lantoa.desk.places import place
from lantoa.desk.work import TODAY, Job, Worker
from lantoa.kernel.models import User
from lantoa.territory import selectors as territory


def first_steps(worker: Worker) -> Iterator[Job]:
    """What is still missing before the first message can go out."""
    steps = [
        ("don-vi/", "pin", _has_units(worker), _("Put the communes and wards on record"),
         _("One command loads a province: lantoa units load"), _("See the units")),
        ("co-quan/", "agency", bool(agencies_on(worker.today)), _("Enter the agencies and their posts"),
         _("What a person may do follows from their posts"), _("Enter agencies")),
        ("tai-khoan/", "users", User.objects.filter(is_active=True).count() > 1, _("Make accounts for colleagues"),
         _("At least two: nobody approves what they wrote"), _("Make an account")),
        ("kenh/", "loudspeaker", visible_accounts(worker.user).exists(), _("Connect the first channel"),
         _("E-mail, Zalo or text messages; the portal is there already"), _("Connect")),
    ]  # fmt: skip
    for number, (path, icon, done, title, text, action) in enumerate(steps):
        url = place(path)
        if not done and url:
            yield Job(TODAY, icon, title, url, action, text=text, sort=str(number))


def _has_units(worker: Worker) -> bool:
    try:
        return bool(territory.province(settings.LANTOA_PROVINCE_CODE, on=worker.today))
    except territory.UnknownUnit:
        return False
