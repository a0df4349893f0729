"""Closed lists of the public figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Said(models.TextChoices):
    """What a published figure is worth; only the first two have a number."""

    COUNTED = "counted", pgettext_lazy("figure", "counted")
    ZERO = "zero", pgettext_lazy("figure", "zero: counted, there was none")
    FEW = "few", pgettext_lazy("figure", "fewer than the threshold")
    WITHHELD = "withheld", pgettext_lazy("figure", "withheld, so that another cannot be worked out")
    MISSING = "missing", pgettext_lazy("figure", "missing: nothing was on record yet")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("figure", "not applicable")


class Measure(models.TextChoices):
    """What is counted by commune and month."""

    PAGES = "pages", _("Pieces published")
    CASES = "cases", _("Questions and opinions received")
    ANSWERS = "answers", _("Answers published")
    EVENTS = "events", _("Dialogues and events")
    LOUDSPEAKERS = "loudspeakers", _("Loudspeaker programmes played")
    OUTLETS = "outlets", _("Messages at other public outlets")


OF_PEOPLE = frozenset({Measure.CASES, Measure.ANSWERS})
"""Counts of what citizens did: by commune, small ones are not told. The others count public acts of the house."""
