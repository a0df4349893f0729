"""One worker that knows the pigeon, on a test's database: `pigeon_process.py DATABASE [options of lantoa work]`."""

import os
import sys
from pathlib import Path

import django


def main(database: str, options: list[str]) -> None:
    from django.conf import settings

    from lantoa.channels.registry import BUILT_IN, PUBLIC_BUILT_IN

    settings.DATABASES["default"]["NAME"] = database
    settings.LANTOA_CHANNELS = [*BUILT_IN, "tests.channels.test_new_channel.PIGEON"]
    settings.LANTOA_PUBLIC_CHANNELS = [*PUBLIC_BUILT_IN, "tests.channels.test_new_channel.DRUM"]
    settings.LANTOA_PROVINCE_CODE = "96"
    django.setup()
    from django.core.management import call_command

    call_command("work", *options)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(sys.argv[1], sys.argv[2:])
