"""Closed lists of the agencies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyKind(models.TextChoices):
    """What an agency is."""

    PEOPLES_COMMITTEE = "peoples_committee", _("People's Committee")
    DEPARTMENT = "department", _("Department or office")
    STEERING_COMMITTEE = "steering_committee", _("Steering committee")
    FRONT = "front", _("Fatherland Front")
    MASS_ORGANISATION = "mass_organisation", _("Mass organisation")
    PRESS = "press", _("Press agency")
    STATION = "station", _("Radio and broadcasting station")
    PARTY_BODY = "party_body", _("Party body")
    BANK = "bank", _("Policy bank")
    OTHER = "other", _("Other organisation")
