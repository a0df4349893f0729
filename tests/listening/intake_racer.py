"""One worker of two: reads what came in and hands it over, a little at a time, until nothing is left."""

import os
import sys

import django


def main(database: str) -> None:
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.LANTOA_PROVINCE_CODE = "96"
    django.setup()
    from django.db import connection

    from lantoa.channels.models import InboundEvent
    from lantoa.channels.reading import read_waiting
    from lantoa.kernel.clock import now
    from lantoa.outreach.worker.events import run_events

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # the starting shot
    told = "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE task_name = 'kernel.deliver' AND status = 'todo')"

    def told_left() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(told)
            return bool(cursor.fetchone()[0])

    while told_left() or InboundEvent.objects.filter(processed_at=None).exists():
        read_waiting(at=now(), limit=3)
        run_events(limit=4)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    main(sys.argv[1])
