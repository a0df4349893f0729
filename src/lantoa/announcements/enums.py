"""Closed lists of the announcements."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """What an item may be written in."""

    VIETNAMESE = "vi", _("Vietnamese")
    ENGLISH = "en", _("English")
    KHMER = "km", _("Khmer")


class Form(models.TextChoices):
    """The forms a feed comes in; the value is the end of its address."""

    RSS = "rss.xml", "RSS 2.0"
    ATOM = "atom.xml", "Atom"
    JSON = "feed.json", "JSON Feed"


class Mode(models.TextChoices):
    """What a subscriber may ask of the hub (WebSub §5.1)."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class Standing(models.TextChoices):
    """What became of a wish or of a push."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"  # the other side said no, or never answered rightly
