"""A citizen writes by mail: a case of its own, joined only by what provably answers us, its files shown to staff."""

import io
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from PIL import Image

from lantoa.audience.models import Address, Suppression
from lantoa.channels.email.proof import marked
from lantoa.channels.inbound import Received
from lantoa.channels.models import InboundFile
from lantoa.channels.services import save_account, store_inbound
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.listening.enums import Door, Happening
from lantoa.listening.models import Case, CaseReply
from lantoa.listening.services import RECEIPTS_A_DAY, answer_case
from tests.listening.conftest import FOREVER

CITIZEN = "ba.con@example.org"


@pytest.fixture
def box(place, settings):
    settings.LANTOA_PROVINCE_CODE = "96"
    apps.get_model("territory", "UnitCode").objects.create(unit_id=place.unit_id, code="96", valid=FOREVER)
    return save_account(
        by=None, at=now(), kind="email", name="Thư", enabled=False,
        settings={"sender": "tin@lantoa.example", "imap_host": "imap.example", "imap_address": "hop@lantoa.example"},
    )  # fmt: skip


@pytest.fixture
def comes(box, run_jobs):
    def arrive(text="Xin hỏi về vay vốn ở xã mình.", *, number=1, sender=CITIZEN, files=(), **headers):
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Message-ID"] = sender, "hop@lantoa.example", f"<m{number}@example.org>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        for name, kind, content in files:
            mail.add_attachment(content, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name)
        raw = mail.as_bytes()
        store_inbound(account=box, event_id=f"mail:{number}", received=Received(body=raw, headers={}), at=now())
        run_jobs()
        return raw

    return arrive


def test_a_mail_opens_a_case_and_a_receipt_goes_back(comes):
    comes()
    [case] = Case.objects.all()
    assert (case.door, case.events.first().text) == (Door.EMAIL, "Xin hỏi về vay vốn ở xã mình.")
    assert CaseReply.objects.get().address == Address.objects.get(channel="email")


def test_the_same_mail_stored_twice_is_one_case(comes, box, run_jobs):
    raw = comes()
    store_inbound(account=box, event_id="mail:again", received=Received(body=raw, headers={}), at=now())
    run_jobs()
    assert Case.objects.count() == 1


def test_an_answer_to_our_mail_joins_its_case_and_a_forged_sender_does_not(comes):
    comes()
    case, reply = Case.objects.get(), CaseReply.objects.get()
    comes("Thêm một điều nữa.", number=2, In_Reply_To=f"<{marked(reply.key)}@lantoa.example>")
    assert [event.text for event in case.events.filter(happening=Happening.ADDED)] == ["Thêm một điều nữa."]
    comes("Tôi là bà con đây.", number=3)  # the same sender, no proof
    comes("Tôi cũng vậy.", number=4, In_Reply_To=f"<{reply.key}@lantoa.example>")
    comes("Và tôi.", number=5, In_Reply_To=f"<{reply.key}.0123456789abcdef@lantoa.example>")
    assert case.events.filter(happening=Happening.ADDED).count() == 1
    assert Case.objects.count() == 4


def test_an_answer_after_the_answer_begins_a_case_of_its_own(comes, officer):
    comes()
    case, reply = Case.objects.get(), CaseReply.objects.get()
    answer_case(case_id=case.pk, text="Mang căn cước đến xã.", by=officer, at=now() + timedelta(minutes=1))
    comes("Còn giấy gì nữa?", number=2, In_Reply_To=f"<{marked(reply.key)}@lantoa.example>")
    assert Case.objects.count() == 2


def test_who_forges_a_sender_does_not_make_us_flood_it(comes):
    for number in range(RECEIPTS_A_DAY + 4):
        comes(f"Câu hỏi thứ {number} của tôi đây.", number=number)
    assert Case.objects.count() == RECEIPTS_A_DAY + 4
    assert CaseReply.objects.count() == RECEIPTS_A_DAY


def test_a_stop_word_alone_opens_no_case(comes):
    comes("HUY")
    assert Case.objects.count() == 0


def test_a_reply_that_came_back_fails_and_its_address_falls_silent(comes, box, run_jobs):
    comes()
    reply = CaseReply.objects.get()
    CaseReply.objects.filter(pk=reply.pk).update(state="accepted", due_at=None)
    report = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n--B\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{marked(reply.key)}@lantoa.example>\r\n--B--\r\n"
    ).encode()
    store_inbound(account=box, event_id="mail:b", received=Received(body=report, headers={}), at=now())
    run_jobs()
    reply.refresh_from_db()
    assert reply.state == "failed"
    assert Suppression.objects.get().channel == "email"


def photograph():
    written, facts = io.BytesIO(), Image.Exif()
    facts[0x0110] = "Dien thoai"
    Image.new("RGB", (9, 9), "green").save(written, "JPEG", exif=facts)
    return written.getvalue()


def test_files_are_shown_to_whoever_may_read_the_case_and_do_nothing(comes, officer, elsewhere):
    page = ("trang.html", "text/html", b"<script>alert(1)</script>")
    comes(files=[("anh nha toi.jpg", "image/jpeg", photograph()), page])
    case, (kept, refused) = Case.objects.get(), InboundFile.objects.order_by("place")
    assert (kept.state, refused.state) == ("kept", "refused")
    client = Client()
    client.force_login(officer)
    url = reverse("listening:file", args=[case.number, kept.pk])
    shown = client.get(reverse("listening:case", args=[case.number])).content.decode()
    assert url in shown
    assert "anh nha toi.jpg" in shown
    reply = client.get(url)
    body = b"".join(reply.streaming_content)
    assert (reply.status_code, reply["Content-Type"], reply["X-Content-Type-Options"]) == (200, "image/jpeg", "nosniff")
    assert "sandbox" in reply["Content-Security-Policy"]
    assert "default-src 'none'" in reply["Content-Security-Policy"]
    assert reply["Cache-Control"] == "private, no-store"
    assert b"Dien thoai" not in body
    assert client.get(reverse("listening:file", args=[case.number, refused.pk])).status_code == 404
    comes("Một câu hỏi khác, không có ảnh.", number=2)
    other = Case.objects.exclude(pk=case.pk).get()
    assert client.get(reverse("listening:file", args=[other.number, kept.pk])).status_code == 404
    stranger = Client()
    stranger.force_login(elsewhere.hire(Role.CASE_OFFICER))
    assert stranger.get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_file_without_words_is_a_case_too(comes):
    comes("", files=[("anh.jpg", "image/jpeg", photograph())])
    assert Case.objects.get().events.first().text
