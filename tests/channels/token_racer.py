"""One process of the token race: for each dead token it is told of, asks for another, five times at once."""

import asyncio
import os
import sys

import django


def main(way: str, database: str) -> None:
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from django.utils.module_loading import import_string

    from lantoa.channels.models import ChannelAccount
    from lantoa.channels.registry import channel
    from lantoa.channels.zalo.sharing import NamedTokenKeeper

    kind, _colon, whose = way.partition(":")
    if kind == "zalo_broadcast":
        keeper = NamedTokenKeeper(whose)
    else:
        account = ChannelAccount.objects.get(pk=int(whose))
        keeper = import_string(channel(account.kind).keeper)(account)

    async def race(dead: str) -> list[str]:
        return list(await asyncio.gather(*(keeper.renewed(dead) for _ in range(5))))

    print("ready", flush=True)  # noqa: T201
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            print(*sorted(set(runner.run(race(line.strip())))), flush=True)  # noqa: T201


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    main(sys.argv[1], sys.argv[2])
