"""One process of the token race: asks for a token other than the dead one, as soon as the others are ready too."""

import asyncio
import os
import sys

import django


def main(account_id: int, database: str) -> None:
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from django.utils.module_loading import import_string

    from lantoa.channels.models import ChannelAccount
    from lantoa.channels.registry import channel

    account = ChannelAccount.objects.get(pk=account_id)
    keeper = import_string(channel(account.kind).keeper)(account)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # the starting shot

    async def race() -> list[str]:
        return list(await asyncio.gather(*(keeper.renewed("dead") for _ in range(5))))

    sys.stdout.write(" ".join(sorted(set(asyncio.run(race())))))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    main(int(sys.argv[1]), sys.argv[2])
