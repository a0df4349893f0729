"""Each person is written to in their language where that is written, else in Vietnamese: over a real wire."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from lantoa.audience.models import Address
from lantoa.outreach.models import Standing
from lantoa.outreach.services import Form, release, save_message
from lantoa.outreach.texts import text_for
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running
from tests.outreach.test_worker import FAST, worker
from tests.outreach.world import World, approve, draft, message, people, sms_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]
VIETNAMESE = Form(channel="sms", body="Vay vốn: hỏi ấp mình.")
KHMER = replace(VIETNAMESE, language="km", body="ខ្ចីប្រាក់៖ សួរមេភូមិ។")


@pytest.mark.parametrize("forms", [[VIETNAMESE, KHMER], [VIETNAMESE]], ids=["written in Khmer", "not written"])
def test_a_khmer_reader_gets_khmer_where_it_is_written_else_vietnamese(world: World, forms: list[Form]) -> None:
    gateway, now = SmsSimulator(), timezone.now()
    with running(gateway):
        sms_account(gateway.url + SEND, **FAST)
        [khmer], [vietnamese] = people(world, 1, language="km"), people(world, 1)
        written = message(world)
        save_message(message=written, forms=forms, by=world.editor, at=now)
        written.refresh_from_db()
        version = approve(world, written)
        row = draft(world, version, expires_at=now + timedelta(days=2), urgency="urgent")
        row = release(broadcast=row, by=world.leader, at=now)
        _out, words = (process := worker("--no-jobs", "--drain")).communicate(timeout=120)
    assert process.returncode == 0, words
    phones = dict(Address.objects.values_list("person_id", "value"))
    got = {entry.address: entry.text for entry in gateway.ledger.entries.values()}
    assert got == {phones[vietnamese]: VIETNAMESE.body, phones[khmer]: forms[-1].body}
    ledger = dict(Standing.objects.filter(broadcast=row).values_list("person_id", "language"))
    assert ledger == {khmer: "km", vietnamese: "vi"}, "the ledger keeps the reader's language"
    assert text_for(row.version.content, "sms", ledger[khmer]).language == forms[-1].language, "the version says which"
