"""The word to the editor: one mail, a day ahead, to the person who can still write; silence once it is approved."""

from email import message_from_bytes
from email.policy import default

import pytest

from lantoa.channels.services import save_account
from lantoa.kernel.clock import now
from lantoa.outreach.models import TrialSend
from lantoa.outreach.reminding import write_to_editor
from lantoa.outreach.services.series import run_calendar
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.conftest import RunJobs
from tests.outreach.calendar_world import first, weekly, worded
from tests.outreach.world import World, approve

pytestmark = pytest.mark.django_db


def mail_account(smtp: SmtpSimulator) -> None:
    settings = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
    save_account(by=None, at=now(), kind="email", name="Thư", settings=settings)


def test_the_editor_gets_one_mail_with_the_page_to_open(world: World, run_jobs: RunJobs) -> None:
    smtp = SmtpSimulator()
    with running(smtp):
        mail_account(smtp)
        row = weekly(world, at=now(), rhythm="days", weekday=None, every=1, starts_on=now().date(), day_off="send")
        for _round in range(3):
            run_calendar(at=now())
            run_jobs()
    [raw] = smtp.mails.values()
    mail = message_from_bytes(raw, policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert mail["To"] == world.editor.email
    assert mail["Subject"].startswith("Gửi lúc 08:00")
    assert f"/ban-lam-viec/lan-toa/loat-tin/ky/{first(row).pk}/" in body.get_content()
    assert TrialSend.objects.count() == 0


def test_what_is_approved_meanwhile_needs_no_mail_and_no_account_is_no_trouble(world: World) -> None:
    row = weekly(world, at=now())
    assert write_to_editor(subject=first(row).subject, at=now()) is False
    smtp = SmtpSimulator()
    with running(smtp):
        mail_account(smtp)
        text = worded(world, first(row), approved=False, at=now())
        assert write_to_editor(subject=first(row).subject, at=now()) is True
        approve(world, text)
        assert write_to_editor(subject=first(row).subject, at=now()) is False
    assert len(smtp.mails) == 1
