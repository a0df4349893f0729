"""The kit a newsroom gets: whole, readable by people and machines, and not before its time."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from docx import Document

from lantoa.channels.contract import Accepted, Rejected, Retry
from lantoa.channels.placing import Picture, Place
from lantoa.channels.press.kit import PressKit
from lantoa.channels.press.placer import PressPlacer, compose_kit
from lantoa.channels.registry import public
from tests.channels.placer_benches import PLACING, press, run

NOON = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)  # 12:00 there
PHOTO = Picture(
    name="cap-the.jpg", content_type="image/jpeg", content=b"\xff\xd8\xff-photo", caption="Cấp thẻ ở xã Đất Mũi",
    rights="Ảnh: Sở",
)  # fmt: skip
KIT = replace(
    PLACING, pictures=(PHOTO,), legal_basis="Nghị định 49/2024/NĐ-CP", about="m-7",
    place=Place(name="Báo tỉnh", settings={"email": "toasoan@example.org"}),
)  # fmt: skip
SETTINGS = {
    "sender": "baochi@lantoa.example", "sender_name": "Sở Lan Tỏa", "contact": "Người phát ngôn của Sở",
    "contact_phone": "0290 000 000", "contact_email": "phatngon@lantoa.example", "rights": "Dùng tự do, ghi nguồn",
}  # fmt: skip


def mail_of(placing: Any = KIT) -> Any:
    return message_from_bytes(compose_kit(placing, SETTINGS, "toasoan@example.org", NOON), policy=default)


def test_the_kit_is_text_document_machine_and_photos() -> None:
    mail = mail_of()
    assert {name: str(mail[name]) for name in ("To", "Subject", "Message-ID", "Reply-To")} == {
        "To": "toasoan@example.org",
        "Subject": KIT.title,
        "Message-ID": f"<{KIT.key}@lantoa.example>",
        "Reply-To": "phatngon@lantoa.example",
    }
    parts = {part.get_filename(): part.get_content_type() for part in mail.iter_attachments()}
    assert parts == {
        "thong-tin-bao-chi.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "ninjs.json": "application/json",
        "anh-1-cap-the.jpg": "image/jpeg",
    }
    photo = next(part for part in mail.iter_attachments() if part.get_content_type() == "image/jpeg")
    assert photo.get_content() == PHOTO.content


def test_the_text_says_all_a_desk_needs() -> None:
    text = mail_of().get_body(("plain",)).get_content()
    assert [line for line in text.replace("\r\n", "\n").splitlines() if line] == [
        "ĐĂNG, PHÁT ĐƯỢC NGAY",
        KIT.title,
        "Bà con đăng ký tại ủy ban xã từ ngày 01/12.",
        "Nhớ mang căn cước.",
        "— Hết —",
        "Nguồn: Sở Nông nghiệp và Môi trường",
        "Căn cứ: Nghị định 49/2024/NĐ-CP",
        "Xem thêm: https://lantoa.example/chinh-sach/bhyt/",
        "Liên hệ dành cho báo chí: Người phát ngôn của Sở, 0290 000 000, phatngon@lantoa.example",
        "Ảnh kèm theo:",
        "cap-the.jpg · Cấp thẻ ở xã Đất Mũi · Quyền sử dụng: Ảnh: Sở",
        "Quyền sử dụng: Dùng tự do, ghi nguồn",
    ]


def test_the_document_has_the_same_words() -> None:
    kit = PressKit(KIT, SETTINGS)
    paper = Document(io.BytesIO(kit.document()))
    assert [p.text for p in paper.paragraphs] == [line for line in kit.text().splitlines() if line]


def test_ninjs_names_what_its_schema_names() -> None:
    found = json.loads(PressKit(replace(KIT, embargo_until=NOON), SETTINGS).machine())
    assert found["standard"] == {
        "name": "ninjs", "version": "3.0", "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json",
    }  # fmt: skip
    assert (found["type"], found["language"], found["embargoed"]) == ("text", "vi", "2026-12-01T05:00:00Z")
    assert found["headlines"] == [{"role": "main", "value": KIT.title}]
    assert found["bodies"][0]["value"] == KIT.text
    [picture] = found["associations"]
    assert (picture["type"], picture["usageTerms"]) == ("picture", "Ảnh: Sở")
    assert picture["descriptions"] == [{"role": "caption", "value": "Cấp thẻ ở xã Đất Mũi"}]
    known = {  # properties of ninjsType in ninjs-schema_3.0.json that a kit uses
        "uri", "type", "representationType", "profile", "version", "embargoed", "pubStatus", "urgency",
        "copyrightHolder", "usageTerms", "edNote", "language", "bodies", "headlines", "infoSources", "by",
        "associations", "altIds", "standard",
    }  # fmt: skip
    assert set(found) <= known
    again = json.loads(PressKit(replace(KIT, key="another", embargo_until=NOON), SETTINGS).machine())
    assert again["uri"] == found["uri"]  # new words for the same message are the same news object


def test_an_embargo_stands_in_the_subject_and_above_the_text() -> None:
    mail = mail_of(replace(KIT, embargo_until=NOON))
    assert str(mail["Subject"]) == f"[Không đăng, phát trước 12:00 ngày 01/12/2026] {KIT.title}"
    assert mail.get_body(("plain",)).get_content().startswith("KHÔNG ĐĂNG, PHÁT TRƯỚC 12:00 NGÀY 01/12/2026")
    english = mail_of(replace(KIT, embargo_until=NOON, language="en"))
    assert str(english["Subject"]).startswith("[Embargoed until 12:00, 01/12/2026]")


def test_nothing_is_mailed_before_the_embargo_ends_unless_the_newsroom_may_have_it() -> None:
    async def work() -> None:
        async with press() as b:
            soon = datetime.now(UTC) + timedelta(hours=2)
            with pytest.raises(Retry) as waits:
                await b.placer.place(replace(b.placing, embargo_until=soon))
            assert timedelta(hours=1, minutes=59) < (waits.value.after or timedelta()) <= timedelta(hours=2)
            assert b.simulator.ledger.calls == 0
            early = Place(name="Báo tỉnh", settings={"email": "toasoan@example.org", "before_embargo": True})
            assert isinstance(await b.placer.place(replace(b.placing, embargo_until=soon, place=early)), Accepted)
            over = datetime.now(UTC) - timedelta(seconds=1)
            assert isinstance(await b.placer.place(replace(b.placing, key="k-2", embargo_until=over)), Accepted)

    run(work)


def test_a_repeat_is_the_same_mail() -> None:
    async def work() -> None:
        async with press(drop=1.0) as b:
            for _attempt in range(2):
                with pytest.raises(Exception, match="connection"):
                    await b.placer.place(b.placing)
            assert b.simulator.ledger.totals()["accepted"] == 1  # by Message-ID
            assert b.simulator.ledger.totals()["doubles"] == 1

    run(work)


def test_headers_cannot_be_injected_and_a_wrong_address_goes_nowhere() -> None:
    async def work() -> None:
        async with press() as b:
            await b.placer.place(replace(b.placing, title="Tin\r\nBcc: x@example.org"))
            [raw] = b.simulator.mails.values()
            mail = message_from_bytes(raw, policy=default)
            assert mail["Bcc"] is None
            for address in ("", "không phải", "a@b\r\nBcc: x@example.org"):
                with pytest.raises(Rejected):
                    await b.placer.place(replace(b.placing, place=Place(name="x", settings={"email": address})))
            assert b.simulator.ledger.calls == 1

    run(work)


def test_photos_too_heavy_for_a_mailbox_are_refused_before_the_wire() -> None:
    heavy = replace(KIT, pictures=(replace(PHOTO, content=b"x" * (19 * 1024 * 1024)),))
    with pytest.raises(Rejected):
        compose_kit(heavy, SETTINGS, "toasoan@example.org", NOON)


def test_the_kit_can_be_taken_by_hand() -> None:
    made = public("press").kit
    assert made is not None
    kit = made(KIT)
    assert kit.name == "thong-tin-bao-chi.docx"
    assert KIT.title in [p.text for p in Document(io.BytesIO(kit.content)).paragraphs]


def test_placers_are_opened_before_use() -> None:
    async def work() -> None:
        with pytest.raises(RuntimeError):
            await PressPlacer(SETTINGS, {}).place(KIT)

    run(work)
