"""``lantoa simulate``: stand-ins for the providers, for trying things out without sending anything to anyone."""

import asyncio
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lantoa.simulators.serve import BY_NAME, NAMES, PORTS, serve

PORTS_IN_WORDS = ", ".join(f"{name} +{places[0]}" for name, places in PORTS.items())


class Command(BaseCommand):
    """Run stand-ins until SIGTERM or Ctrl-C; prints one ``ready`` line for each."""

    help = "Run stand-ins for the providers, each on its own port of this machine."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the names, the first port and where Zalo's webhook goes."""
        parser.add_argument("names", nargs="*", choices=[*NAMES, *BY_NAME, "all"], default="all")
        parser.add_argument("--port-base", type=int, default=8710, help=PORTS_IN_WORDS)
        parser.add_argument("--webhook-base", default=settings.LANTOA_BASE_URL, help="where Lan Tỏa answers")
        parser.add_argument("--zalo-account", default="zalo", help="the Zalo account's name in its webhook address")
        parser.add_argument("--zalo-token", default="demo-refresh-token", help="the refresh token Zalo expects first")
        parser.add_argument("--facebook-account", default="facebook", help="the Page account's name there")
        parser.add_argument("--loudspeaker-key", default="", help="the broker account's public key: who is obeyed")
        parser.add_argument("--ledger-dir", type=Path, help="append what was accepted to files here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve in the foreground."""
        named = {options["names"]} if isinstance(options["names"], str) else set(options["names"])
        names = named - {"all"} | (set(NAMES) if "all" in named else set())
        webhooks = f"{options['webhook_base'].rstrip('/')}/webhook"
        if options["ledger_dir"]:
            options["ledger_dir"].mkdir(parents=True, exist_ok=True)
        asyncio.run(
            serve(
                names,
                port_base=options["port_base"],
                zalo_webhook=f"{webhooks}/zalo/{options['zalo_account']}/",
                facebook_webhook=f"{webhooks}/facebook/{options['facebook_account']}/",
                zalo_token=options["zalo_token"],
                platform_key=options["loudspeaker_key"],
                ledgers=options["ledger_dir"],
                say=lambda line: (self.stdout.write(line), self.stdout.flush()),
            )
        )
