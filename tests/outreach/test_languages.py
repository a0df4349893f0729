"""Each person is written to in their language where that is written, else in Vietnamese: over real wires. The ledger
keeps the language of the form that went out."""

from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lantoa.audience.models import Address, Person
from lantoa.channels.contract import Rejected
from lantoa.channels.services import save_account
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.outreach.services import CannotReleaseError, Form, Step, go_on, reach_missed, release, save_message
from lantoa.outreach.texts import text_for
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.zalo import ZaloSimulator
from tests.outreach.test_worker import FAST, worker
from tests.outreach.world import NOW, World, approve, draft, finish, message, people, sms_account, sql, take

pytestmark = pytest.mark.sql
WIRES = ("zalo", "email", "sms")
VIETNAMESE = "Vay vốn: hỏi ấp mình."
KHMER = "ខ្ចីប្រាក់៖ សួរមេភូមិ។"


def forms(*khmer: str) -> list[Form]:
    """Vietnamese on every wire, Khmer on these."""
    written = [Form(channel=kind, subject="Vay vốn" if kind == "email" else "", body=VIETNAMESE) for kind in WIRES]
    subject = {"email": "ខ្ចីប្រាក់"}
    return written + [Form(channel=kind, language="km", subject=subject.get(kind, ""), body=KHMER) for kind in khmer]


@dataclass
class Wires:
    """A stand-in for each, and an account there."""

    sms: SmsSimulator = field(default_factory=SmsSimulator)
    zalo: ZaloSimulator = field(default_factory=ZaloSimulator)
    smtp: SmtpSimulator = field(default_factory=SmtpSimulator)

    def connect(self) -> None:
        sms_account(self.sms.url + SEND, **FAST)
        zalo, relay = self.zalo, {"host": "127.0.0.1", "port": self.smtp.smtp_port, "security": "none"}
        save_account(
            by=None, at=timezone.now(), kind="zalo", name="Zalo",
            settings={"app_id": zalo.app_id, "oauth_url": zalo.url, "api_url": zalo.url, **FAST},
            secrets={"app_secret": zalo.app_secret, "refresh_token": zalo.refresh_token, "oa_secret": zalo.oa_secret},
        )  # fmt: skip
        settings = {**relay, "sender": "tin@lantoa.example", "sender_name": "Sở Lan Tỏa", **FAST}
        save_account(by=None, at=timezone.now(), kind="email", name="Thư", settings=settings, secrets={})

    def came(self) -> dict[str, str]:
        """What each address was told, as the other side read it."""
        told = {one.address: one.text for at in (self.sms, self.zalo) for one in at.ledger.entries.values()}
        for one in self.smtp.ledger.entries.values():
            [mail] = self.smtp.mailbox(one.address)
            told[one.address] = mail["text"] + mail["html"]
        return told


def written(world: World, *khmer: str) -> Broadcast:
    """A prepared broadcast on all wires, approved in all its forms."""
    row = message(world)
    save_message(message=row, forms=forms(*khmer), by=world.editor, at=NOW)
    row.refresh_from_db()
    now = timezone.now()
    return draft(world, approve(world, row), WIRES, expires_at=now + timedelta(days=2), urgency="urgent")


def ledger(row: Broadcast) -> dict[int, tuple[str, str]]:
    found = Delivery.objects.filter(broadcast=row, moved_on=False)
    return {one.person_id: (one.channel, one.language) for one in found}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("khmer", [WIRES, ("zalo",), ()], ids=["written in Khmer", "on one wire only", "not written"])
def test_a_khmer_reader_gets_khmer_where_it_is_written_else_vietnamese(world: World, khmer: tuple[str, ...]) -> None:
    wires = Wires()
    with running(wires.sms, wires.zalo, wires.smtp):
        wires.connect()
        readers = {people(world, 1, (kind,), language=code)[0]: (kind, code) for kind in WIRES for code in ("km", "vi")}
        row = release(broadcast=written(world, *khmer), by=world.leader, at=timezone.now())
        process = worker("--no-jobs", "--drain")
        _out, words = process.communicate(timeout=120)
    assert process.returncode == 0, words
    due = {person: (kind, code if kind in khmer else "vi") for person, (kind, code) in readers.items()}
    came, bodies = wires.came(), {"vi": VIETNAMESE, "km": KHMER}
    places = dict(Address.objects.values_list("person_id", "value"))
    assert sorted(came) == sorted(places[person] for person in readers)
    for person, (kind, code) in due.items():
        text = came[places[person]]
        assert [one for one, body in bodies.items() if body in text] == [code], readers[person]
        assert kind != "email" or f'lang="{code}"' in text
    assert ledger(row) == due, "the ledger says which form each of them got"
    costs = dict(Delivery.objects.filter(broadcast=row, channel="sms").values_list("person_id", "cost"))
    assert costs == {
        person: text_for(row.version.content, "sms", code).units
        for person, (kind, code) in due.items()
        if kind == "sms"
    }


@pytest.mark.django_db
def test_a_change_of_the_khmer_form_alone_needs_a_new_approval(world: World) -> None:
    people(world, 1, language="km")
    row = written(world, "sms")
    changed = Form(channel="sms", language="km", body=f"{KHMER} ១")
    save_message(message=row.version.message, forms=[*forms()[:2], changed], by=world.editor, at=NOW)
    with pytest.raises(CannotReleaseError):
        release(broadcast=row, by=world.leader, at=NOW)
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_the_next_channel_is_in_the_readers_language_again_whatever_the_first_was_in(world: World) -> None:
    both, vietnamese, alone = (
        people(world, 1, kinds, language=code)[0]
        for kinds, code in ((("zalo", "sms"), "km"), (("zalo", "sms"), "vi"), (("telegram",), "km"))
    )
    row = message(world)
    save_message(message=row, forms=forms("sms"), by=world.editor, at=NOW)
    row.refresh_from_db()
    chain = (Step("sms", timedelta(hours=1)), Step("visit", timedelta(hours=2)))
    row = draft(world, approve(world, row), ("zalo",), chain=chain)
    row = release(broadcast=row, by=world.leader, at=NOW)
    assert ledger(row) == {both: ("zalo", "vi"), vietnamese: ("zalo", "vi"), alone: ("none", "")}
    finish(take("zalo").claimed, Rejected("-213"), channel="zalo")
    assert go_on(at=NOW + timedelta(minutes=1)) == 3
    assert ledger(row) == {both: ("sms", "km"), vietnamese: ("sms", "vi"), alone: ("visit", "")}


@pytest.mark.django_db
def test_reaching_the_missed_asks_what_they_read_not_what_the_first_form_was_in(world: World) -> None:
    [khmer] = people(world, 1, ("zalo", "sms"), language="km")
    row = message(world)
    save_message(message=row, forms=forms("sms"), by=world.editor, at=NOW)
    row.refresh_from_db()
    first = release(broadcast=draft(world, approve(world, row), ("zalo",)), by=world.leader, at=NOW)
    finish(take("zalo").claimed, Rejected("-213"), channel="zalo")
    until = NOW + timedelta(days=1)
    again = reach_missed(broadcast=first, channels=["sms"], by=world.officer, at=NOW, expires_at=until)
    assert (ledger(first), ledger(again)) == ({khmer: ("zalo", "vi")}, {khmer: ("sms", "km")})


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", ""])
def test_the_language_of_a_form_never_changes_and_is_never_missing(world: World, language: str) -> None:
    people(world, 1, language="km")
    release(broadcast=written(world, "sms"), by=world.leader, at=NOW)
    Person.objects.update(language="vi")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE outreach_delivery SET language = %s", [language])
    assert set(Delivery.objects.values_list("language", flat=True)) == {"km"}


@pytest.mark.django_db
def test_a_ledger_that_kept_its_readers_languages_is_turned_into_that_of_the_forms(world: World) -> None:
    for kind in (*WIRES, "telegram"):
        people(world, 1, (kind,), language="km")
    row = release(broadcast=written(world, "sms"), by=world.leader, at=NOW)
    kept = ledger(row)
    assert sorted(kept.values()) == [("email", "vi"), ("none", ""), ("sms", "km"), ("zalo", "vi")]
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE outreach_delivery SET language = 'km'")
    sql("SET LOCAL session_replication_role = DEFAULT")
    sql(import_module("lantoa.outreach.migrations.0014_language_of_the_form").TURN.replace("%", "%%"))
    assert ledger(row) == kept
