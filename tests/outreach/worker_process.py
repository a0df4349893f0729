"""One worker on a test's database: `worker_process.py DATABASE [options of lantoa work]`."""

import os
import sys

import django


def main(database: str, options: list[str]) -> None:
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from django.core.management import call_command

    call_command("work", *options)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    main(sys.argv[1], sys.argv[2:])
