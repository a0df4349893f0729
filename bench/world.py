"""What a measure stands on: a database with staff, an approved message, an account at the sink, and people."""

import os
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from bench.cluster import Cluster

PURPOSE = "policy_news"
TITLE = "Vay vốn thoát nghèo"
BODY = (
    "Chào {name}, hộ nghèo được vay vốn làm ăn đến 100 triệu đồng, lãi suất thấp, không cần thế chấp. "
    "Hỏi tổ tiết kiệm và vay vốn ở ấp mình."
)
MIGRATED = "bench_migrated"


def prepare_django(cluster: Cluster, name: str) -> str:
    """Point Django, in this process and its children, at a database of the cluster, migrated; returns its address.

    Called again, it makes the database anew from the migrated one.
    """
    url = cluster.url(name)
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    if not cluster.has(MIGRATED):
        cluster.fresh(name)
        _setup()
        _migrate(cluster, name)
    else:
        _setup()
        cluster.fresh(name, MIGRATED)
    return url


def _setup() -> None:
    import django

    django.setup()
    from django.db import connections

    connections.close_all()


def _migrate(cluster: Cluster, name: str) -> None:
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable")
    connections.close_all()
    cluster.fresh(MIGRATED, name)


class World:
    """A unit, an agency, staff who hold posts over it, and one message that a second person approved."""

    def __init__(self, channel: str) -> None:
        from django.apps import apps

        from lantoa.kernel.access import Grant, register_source
        from lantoa.kernel.enums import Role
        from lantoa.kernel.models import User

        self.channel = channel
        self.unit_id = apps.get_model("territory", "Unit").objects.create().pk
        self.agency_id = apps.get_model("agencies", "Agency").objects.create().pk
        roles = {"editor": Role.EDITOR, "reviewer": Role.REVIEWER, "officer": Role.CHANNEL_OFFICER, "chief": Role.LEADER}
        self.staff = {
            name: User.objects.create_user(email=f"{name}@lantoa.example", display_name=name) for name in roles
        }
        grants = {
            self.staff[name].pk: [Grant(role, [self.unit_id], self.agency_id, place)]
            for place, (name, role) in enumerate(roles.items(), 1)
        }
        register_source(lambda user, at: grants.get(user.pk, []))

    def version(self, number: int = 0) -> Any:
        """A fresh message with a name to fill in, approved exactly as it stands; its version."""
        from lantoa.approvals.services import decide
        from lantoa.kernel import clock
        from lantoa.outreach import services as outreach

        now, editor = clock.now(), self.staff["editor"]
        draft = outreach.Draft(
            title=f"{TITLE} {number}".strip("0 "), purpose=PURPOSE, agency_id=self.agency_id, unit_id=self.unit_id
        )
        message = outreach.create_message(draft=draft, by=editor, at=now)
        form = outreach.Form(channel=self.channel, subject=TITLE if self.channel == "email" else "", body=BODY)
        outreach.save_message(message=message, forms=[form], by=editor, at=now)
        asked = outreach.ask_approval(message=message, by=editor, at=now)
        decide(submission_id=asked.pk, by=self.staff["reviewer"], at=now, approve=True)
        return message.versions.get(sha256=asked.sha256)

    def draft(self, number: int = 0) -> Any:
        """A prepared broadcast of a fresh version to everybody there is."""
        from lantoa.audience.models import Segment
        from lantoa.kernel import clock
        from lantoa.outreach import services as outreach

        now = clock.now()
        segment = Segment.objects.create(name=f"Everybody {number}", unit_id=self.unit_id, updated_at=now)
        plan = outreach.Plan(segment_id=segment.pk, channels=[self.channel], expires_at=now + timedelta(days=2))
        return outreach.prepare(version=self.version(number), plan=plan, by=self.staff["officer"], at=now)

    def release(self, draft: Any) -> Any:
        """Release it; returns the running broadcast."""
        from lantoa.kernel import clock
        from lantoa.outreach import services as outreach

        return outreach.release(broadcast=draft, by=self.staff["chief"], at=clock.now())

    def account(self, **settings: Any) -> int:
        """An account of the channel with these settings, without hours and without a limit; its id."""
        from lantoa.channels.services import save_account
        from lantoa.kernel import clock

        secrets = {"api_key": "bench", "secret_key": "bench", "callback_secret": "bench"}
        chosen = {"hours": "any", "rate_per_second": 1e9, **settings}
        save = partial(save_account, by=None, at=clock.now(), kind=self.channel, name=self.channel, slug="bench")
        return int(save(settings=chosen, secrets=secrets if self.channel == "sms" else {}).pk)


def recipients(channel: str, count: int) -> list[tuple[str, str]]:
    """The same people as `people.generate` makes, as (address, name) for a loop without a database."""
    pattern = {"sms": "840{:08d}", "bulk": "840{:08d}", "email": "nguoi-nhan-mau-{:08d}@lantoa.example"}[channel]
    return [(pattern.format(number), f"Người nhận mẫu {number:08d}") for number in range(1, count + 1)]


def ledger_sum(broadcasts: Sequence[int]) -> dict[str, int]:
    """The states of these broadcasts, counted anew; raises when one does not add up to its audience."""
    from lantoa.outreach.selectors.accounts import sums

    states: dict[str, int] = {}
    for one in broadcasts:
        for counted in sums(one):
            if not counted.balanced:
                raise AssertionError(f"the ledger of broadcast {one} does not add up: {counted}")
            for state, number in counted.states.items():
                states[state] = states.get(state, 0) + number
    return states
