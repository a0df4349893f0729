"""The `lantoa` command: Django's `manage.py` with our commands."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command, for instance `lantoa serve` or `lantoa units count --province 96`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
