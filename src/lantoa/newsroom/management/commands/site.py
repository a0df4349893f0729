"""`lantoa site`: the home page and the sections of the province, in each language."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from lantoa.kernel import clock
from lantoa.kernel.errors import LantoaError
from lantoa.newsroom import services
from lantoa.territory import selectors as territory


class Command(BaseCommand):
    """May be run as often as one likes: what is there stays as it is."""

    help = "Make what is missing of the site: its home and sections in each language, and the review of its pages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, for the province that is set and loaded."""
        on = clock.today()
        try:
            unit = territory.province(settings.LANTOA_PROVINCE_CODE, on)
        except LantoaError as refusal:
            raise CommandError(f"{refusal} First: lantoa units load, lantoa units reform.") from None
        name = settings.LANTOA_PROVINCE or territory.names_on([unit.pk], on)[unit.pk]
        made = services.ensure_site(province_name=name, unit_id=unit.pk, by=None, at=clock.now())
        self.stdout.write(
            f"The site of {name} stands at {settings.LANTOA_BASE_URL}: {len(made.home)} languages, "
            f"{len(made.sections)} sections in each."
        )
