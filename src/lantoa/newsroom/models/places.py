"""Where offices are found."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from lantoa.newsroom.blocks import WRITING
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models.base import BasePage, tabs
from lantoa.newsroom.models.readable import ReadingPage

OFFICE_NUMBER = re.compile(r"02\d{8,9}|1[89]00\d{4,6}|1\d{2,4}")
"""Desk telephones by the national plan (02 and area), toll numbers (1800, 1900), short numbers (111, 1022)."""


def of_an_office(value: str) -> None:
    """Refuse a mobile number: behind it stands one person, not an office."""
    if not OFFICE_NUMBER.fullmatch(re.sub(r"[\s.()-]", "", value)):
        raise ValidationError(
            _("Give the number of the office: a desk telephone (02…), 1800, 1900 or a short number; no one's mobile.")
        )


class InstitutionPage(ReadingPage):
    """An office as people need it: what it does for them, where it is, when it is open, how to call."""

    does = RichTextField(
        _("what it does for people"),
        features=WRITING,
        blank=True,
        help_text=_("Which papers and questions to bring here."),
    )
    address = models.CharField(_("address"), max_length=200, help_text=_("House, street or hamlet, commune."))
    directions = models.CharField(
        _("how to find it"), max_length=200, blank=True, help_text=_("From the market, the ferry, the bus stop.")
    )
    hours = models.CharField(
        _("open"), max_length=200, blank=True, help_text=_("Days and hours, midday break included.")
    )
    phone = models.CharField(
        _("telephone"), max_length=20, blank=True, validators=[of_an_office],
        help_text=_("The office's number, never a person's."),
    )  # fmt: skip
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("The office's address, never a person's."))
    map_url = models.URLField(
        _("on the map"), blank=True, help_text=_("A link to a map; readers follow it when they wish.")
    )

    section = SectionKind.INSTITUTIONS
    template = "newsroom/reading_page.html"
    content_template = "newsroom/institution_content.html"
    counted = False
    icon = "agency"
    spoken = ("address", "directions", "hours", "phone")
    edit_handler = tabs([
        *BasePage.content_panels,
        FieldPanel("does"),
        MultiFieldPanel([
            FieldPanel("address"), FieldPanel("directions"), FieldPanel("hours"),
            FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]), FieldPanel("map_url"),
        ], heading=_("How to reach it")),
    ])  # fmt: skip

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def dialled(self) -> str:
        """The number as a telephone dials it."""
        return re.sub(r"\D", "", self.phone)

    def facts(self) -> list[tuple[Any, str]]:
        """(label, value) of what is known, in the order people need it."""
        rows = [
            (_("Address"), self.address),
            (_("How to find it"), self.directions),
            (pgettext_lazy("hours", "Open"), self.hours),
        ]
        return [row for row in rows if row[1]]
