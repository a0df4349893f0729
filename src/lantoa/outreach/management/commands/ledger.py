"""`lantoa ledger verify`: count every broadcast anew and prove that audience = Σ states."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lantoa.outreach.selectors import sums


class Command(BaseCommand):
    """Prove the ledger."""

    help = "Count every broadcast anew and prove that its audience equals the sum of its states"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the verb and its options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="audience = Σ states for every released broadcast")
        verify.add_argument("--broadcast", type=int, default=None, help="only this one")
        verify.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify."""
        found = list(sums(options["broadcast"]))
        wrong = [one.broadcast_id for one in found if not one.balanced]
        states: dict[str, int] = {}
        for one in found:
            for state, count in one.states.items():
                states[state] = states.get(state, 0) + count
        audience = sum(one.audience for one in found)
        verdict = {"broadcasts": len(found), "audience": audience, "states": states, "sum_states": sum(states.values())}
        if options["json"]:
            self.stdout.write(json.dumps(verdict | {"balanced": not wrong, "wrong": wrong}))
        else:
            for one in found:
                mark = "=" if one.balanced else "≠"
                self.stdout.write(f"#{one.broadcast_id}: {one.audience} {mark} {sum(one.states.values())} {one.states}")
        if wrong:
            raise CommandError(f"not balanced: {wrong}")
