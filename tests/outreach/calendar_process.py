"""One process's rounds of the calendar on a test's database: `calendar_process DATABASE USER:UNIT:AGENCY AT ROUNDS`."""

import os
import sys
from datetime import datetime

import django


def main(database: str, officer: str, at: str, rounds: str) -> None:
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from lantoa.kernel.access import Grant, register_source
    from lantoa.kernel.enums import Role
    from lantoa.outreach.services.series import run_calendar

    user_id, unit_id, agency_id = map(int, officer.split(":"))
    post = Grant(Role.CHANNEL_OFFICER, [unit_id], agency_id, 1)
    register_source(lambda user, moment: [post] if user.pk == user_id else [])
    for _round in range(int(rounds)):
        run_calendar(at=datetime.fromisoformat(at))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    main(*sys.argv[1:])
