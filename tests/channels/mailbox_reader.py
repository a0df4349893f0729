"""One process that looks into mailboxes until it is killed, as `lantoa work` does."""

import os
import sys

import django


def main(database: str) -> None:
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from datetime import timedelta

    from lantoa.channels import fetching
    from lantoa.channels.email import imap
    from lantoa.kernel.clock import now

    imap.AT_ONCE = 3  # many transactions, so that a kill falls between two
    ahead = timedelta(minutes=6)  # whoever was killed let a lease behind
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        fetching.collect_due(at=now() + ahead)
        ahead += timedelta(minutes=6)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    main(sys.argv[1])
