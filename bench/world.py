"""What a measure stands on: a database with staff, an approved message, an account at the sink, and people."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connections

import bench.house  # noqa: F401  (sets Django up before the rooms are imported)
from bench.cluster import DATABASE, Cluster
from bench.messages import BODY, TITLE
from lantoa.approvals.services import decide
from lantoa.audience.models import Segment
from lantoa.channels.services import save_account
from lantoa.kernel import clock
from lantoa.kernel.access import Grant, register_source
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.outreach import services as outreach
from lantoa.outreach.models import Broadcast, MessageVersion
from lantoa.outreach.selectors.accounts import sums

PURPOSE = "policy_news"
MIGRATED = "bench_migrated"
POSTS = {"editor": Role.EDITOR, "reviewer": Role.REVIEWER, "officer": Role.CHANNEL_OFFICER, "chief": Role.LEADER}


def empty_database(cluster: Cluster) -> None:
    """Make the database anew, migrated and without a row of ours."""
    connections.close_all()
    if cluster.has(MIGRATED):
        cluster.fresh(DATABASE, MIGRATED)
        return
    cluster.fresh(DATABASE)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable")
    connections.close_all()
    cluster.fresh(MIGRATED, DATABASE)


class World:
    """A unit, an agency, staff who hold posts over it, and one message that a second person approved."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.unit_id = apps.get_model("territory", "Unit").objects.create().pk
        self.agency_id = apps.get_model("agencies", "Agency").objects.create().pk
        self.staff: dict[str, User] = {}
        grants: dict[int, list[Grant]] = {}
        for place, (name, role) in enumerate(POSTS.items(), 1):
            self.staff[name] = User.objects.create_user(email=f"{name}@lantoa.example", display_name=name)
            grants[self.staff[name].pk] = [Grant(role, [self.unit_id], self.agency_id, place)]
        register_source(lambda user, _at: grants.get(user.pk, []))

    def version(self, number: int = 0) -> MessageVersion:
        """A fresh message with a name to fill in, approved exactly as it stands; its version."""
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

    def draft(self, number: int = 0) -> Broadcast:
        """A prepared broadcast of a fresh version to everybody there is."""
        now = clock.now()
        segment = Segment.objects.create(name=f"Everybody {number}", unit_id=self.unit_id, updated_at=now)
        plan = outreach.Plan(segment_id=segment.pk, channels=[self.channel], expires_at=now + timedelta(days=2))
        return outreach.prepare(version=self.version(number), plan=plan, by=self.staff["officer"], at=now)

    def release(self, draft: Broadcast) -> Broadcast:
        """Release it; returns the running broadcast."""
        return outreach.release(broadcast=draft, by=self.staff["chief"], at=clock.now())

    def account(self, **settings: Any) -> int:
        """An account of the channel with these settings, without hours and without a limit; its id."""
        secrets = {"api_key": "bench", "secret_key": "bench", "callback_secret": "bench"}
        chosen = {"hours": "any", "rate_per_second": 1e9, **settings}
        made = save_account(
            by=None, at=clock.now(), kind=self.channel, name=self.channel, slug="bench", settings=chosen,
            secrets=secrets if self.channel == "sms" else {},
        )  # fmt: skip
        return int(made.pk)


def ledger_sum(broadcasts: Sequence[int]) -> dict[str, int]:
    """The states of these broadcasts, counted anew; raises when one does not add up to its audience."""
    states: dict[str, int] = {}
    for one in broadcasts:
        for counted in sums(one):
            if not counted.balanced:
                raise AssertionError(f"the ledger of broadcast {one} does not add up: {counted}")
            for state, number in counted.states.items():
                states[state] = states.get(state, 0) + number
    return states
