"""One kit to one newsroom, through a relay. The Message-ID is the placing's key: a double, should there be one, is the
same mail, and a mailbox may fold it.
"""

import secrets as random
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import ClassVar

from asgiref.sync import sync_to_async
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Accepted, Rejected, Retry, Secrets, Settings
from lantoa.channels.email.compose import one_line, sender_domain, sender_header
from lantoa.channels.email.transport import EmailTransport
from lantoa.channels.placing import Place, Placer, Placing, PublicCapability

from .capability import CAPABILITY
from .kit import DOCX, NINJS, PressKit

HEAVIEST = 18 * 1024 * 1024
"""Bytes of a kit: most mailboxes take 25 MB, and base64 makes a third more of it."""

TEST_TITLE = "Bộ tin thử của Lan Tỏa"
TEST_TEXT = "Đây là bộ tin thử để kiểm tra đường gửi. Xin không đăng, phát. Không cần làm gì thêm."
"""In Vietnamese, as the kit around them: nobody but the officer gets them."""


class PressPlacer(Placer):
    """Mails kits through one relay."""

    capability: ClassVar[PublicCapability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._settings = settings
        self._relay = EmailTransport(settings, secrets)

    async def open(self) -> None:
        """Prepare the relay's connections; each connects when it is first needed."""
        await self._relay.open()

    async def close(self) -> None:
        """Say goodbye on every open connection."""
        await self._relay.close()

    async def place(self, placing: Placing) -> Accepted:
        """Mail the kit, not before its embargo ends unless the newsroom may have it before."""
        place, until = placing.place.settings, placing.embargo_until
        if until is not None and self.now() < until and not place.get("before_embargo"):
            raise Retry(_("it waits for the end of the embargo"), after=until - self.now())
        address = str(place.get("email", ""))
        raw = await sync_to_async(compose_kit, thread_sensitive=False)(placing, self._settings, address, self.now())
        return await self._relay.deliver(address, raw, placing.key)

    async def try_out(self, typed: str) -> None:
        """Mail a kit that says of itself that it is a test to the officer's own address."""
        kit = Placing(
            key=f"test-{random.token_hex(16)}", place=Place(name="", settings={"email": typed}), title=TEST_TITLE,
            text=TEST_TEXT,
        )  # fmt: skip
        await self.place(kit)


def compose_kit(placing: Placing, settings: Settings, address: str, at: datetime) -> bytes:
    """Return the kit as a mail ready for DATA; raises Rejected where it cannot be formed or is too heavy to arrive."""
    if sum(len(one.content) for one in placing.pictures) > HEAVIEST:
        raise Rejected(_("the photos are too heavy for a mail; use smaller ones"))
    if not all(one.content for one in placing.pictures):
        raise Rejected(_("a photo is no longer in the library as it was approved; choose it anew and have it approved"))
    kit, mail = PressKit(placing, settings), EmailMessage(policy=SMTP)
    head = {
        "To": address, "Subject": one_line(kit.subject()), "Date": format_datetime(at),
        "Message-ID": f"<{placing.key}@{sender_domain(settings)}>", "Content-Language": placing.language,
        "Reply-To": kit.contact.email,
    }  # fmt: skip
    try:
        mail["From"] = sender_header(str(settings.get("sender_name", "")), str(settings.get("sender", "")))
        for name, value in head.items():
            if value:
                mail[name] = value
        mail.set_content(kit.text(), cte="base64")
    except (ValueError, IndexError, TypeError) as error:
        raise Rejected(_("an address or the subject is malformed")) from error
    _attach(mail, kit.document(), DOCX, "thong-tin-bao-chi.docx")
    _attach(mail, kit.machine(), NINJS, "ninjs.json")
    for number, one in enumerate(placing.pictures, 1):
        _attach(mail, one.content, one.content_type, f"anh-{number}-{one_line(one.name)}")
    return mail.as_bytes()


def _attach(mail: EmailMessage, content: bytes, content_type: str, name: str) -> None:
    main, _slash, sub = content_type.partition("/")
    mail.add_attachment(content, maintype=main or "application", subtype=sub or "octet-stream", filename=name)
