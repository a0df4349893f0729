"""What the gateway tells us, by GET: delivery reports, and texts that people send to our short code.

Reports come to the CallbackUrl of each message, unsigned, so the URL carries a secret. They are judged by
``SendSuccess``/``SendFailed``: the provider's own sample shows ``SendStatus=5`` beside ``SendFailed=2``.

Texts come to the address entered at the provider, signed: base64 of MD5 of cpid + smsid + content + receiverTime + key.
The sender's number is not under the signature; a request seen and altered there repeats a signature, and is dropped.
Source: developers.esms.vn, "Kết nối đầu số ngắn".
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qs
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.inbound import Forged, Hook, Inbound, Receipt, ReceiptState, Received, Text, Unreadable
from lantoa.channels.wire import clean

_THERE = ZoneInfo("Asia/Ho_Chi_Minh")


class SmsHook(Hook):
    """Reads ``?SMSID&SendStatus&SendSuccess&SendFailed&RequestId…`` and ``?sender&content&smsid&sign…``."""

    methods: ClassVar[tuple[str, ...]] = ("GET",)
    max_bytes: ClassVar[int] = 8 * 1024

    def verify(self, received: Received, settings: Settings, secrets: Secrets, *, now: datetime) -> None:
        """Check a text's signature, or the secret in a report's URL; raises Forged."""
        fields = _fields(received.body)
        if _is_text(fields):
            _prove(fields, str(settings.get("cp_id") or ""), secrets.get("inbound_key", ""))
            return
        expected = secrets.get("callback_secret", "")
        if not expected or not hmac.compare_digest(received.secret.encode(), expected.encode()):
            raise Forged("the secret in the URL is wrong")

    def notes(self, settings: Settings) -> Mapping[str, str]:
        """Keep the word that people must put in front of their texts on a shared short code."""
        return {"x-keyword": str(settings.get("keyword") or "")}

    def event_id(self, received: Received) -> str:
        """Return a text's signature, or a report's SMSID, RequestId and verdict: a later verdict is another event.

        The provider signs the fields run together: other cuts of the same letters bear the same signature, and are then
        no other event.
        """
        fields = _fields(received.body)
        if _is_text(fields):
            return "mo:" + hashlib.sha256(_signature(fields)).hexdigest()
        parts = [fields.get(name, "") for name in ("SMSID", "RequestId", "SendSuccess", "SendFailed", "phonenumber")]
        return "dlr:" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()

    def answer(self, received: Received) -> tuple[str, str]:
        """Return what the provider wants to hear of a text; no words of ours go back to its sender."""
        fields = _fields(received.body)
        if not _is_text(fields):
            return super().answer(received)
        smsid, sender = (escape(_printable(fields.get(name, ""))) for name in ("smsid", "sender"))
        words = f"<Message></Message><Smsid>{smsid}</Smsid><Receiver>{sender}</Receiver>"
        return f"<ClientResponse>{words}</ClientResponse>", "text/xml"

    def read(self, received: Received) -> list[Inbound]:
        """Return the text, or the receipt, or nothing while the message is still on its way."""
        fields = _fields(received.body)
        if _is_text(fields):
            return _texts(fields, received.headers.get("x-keyword", ""))
        if not (fields.get("SMSID") or fields.get("RequestId")):
            raise Unreadable("neither SMSID nor RequestId")
        failed, sent = _number(fields.get("SendFailed")), _number(fields.get("SendSuccess"))
        if not failed and not sent:
            return []
        state = ReceiptState.FAILED if failed else ReceiptState.DELIVERED
        return [Receipt(provider_id=fields.get("SMSID", ""), key=fields.get("RequestId", ""), state=state)]


def _signature(fields: Mapping[str, str]) -> bytes:
    """The signature's own bytes, however its letters are written."""
    given = fields.get("sign", "")
    try:
        return base64.b64decode(given) or given.encode("utf-8", "replace")
    except ValueError:
        return given.encode("utf-8", "replace")


def sign(fields: Mapping[str, str], key: str) -> str:
    """Return a text's signature."""
    signed = "".join(fields.get(name, "") for name in ("cpid", "smsid", "content", "receiverTime")) + key
    digest = hashlib.md5(signed.encode("utf-8", "replace"), usedforsecurity=False).digest()  # the provider's choice
    return base64.b64encode(digest).decode()


def _prove(fields: Mapping[str, str], cp_id: str, key: str) -> None:
    given = fields["sign"].replace(" ", "+")  # a plus that was not escaped
    if not key or not hmac.compare_digest(given.encode("utf-8", "replace"), sign(fields, key).encode()):
        raise Forged("the signature is wrong, or the account has no key to check it by")
    if cp_id and fields.get("cpid") != cp_id:
        raise Forged("another partner's text")


def _is_text(fields: Mapping[str, str]) -> bool:
    return bool(fields.get("smsid")) and "sign" in fields


def _texts(fields: Mapping[str, str], keyword: str) -> list[Inbound]:
    sender, text = clean(fields.get("sender", ""), 30), clean(fields.get("content", ""), 10_000).strip()
    first, _space, rest = text.partition(" ")
    if keyword and first.lower() == keyword.lower():
        text = rest.strip()
    if not sender or not text:
        return []
    return [Text(sender, text, clean(fields["smsid"], 100), _moment(fields.get("receiverTime", "")))]


def _printable(text: str) -> str:
    return "".join(letter for letter in clean(text, 100) if letter.isprintable())


def _moment(stamp: str) -> datetime | None:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) == 14):
        return None
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=_THERE)
    except ValueError:
        return None


def _fields(query: bytes) -> dict[str, str]:
    try:
        found = parse_qs(query.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return {}
    return {name: values[0].replace("\x00", "") for name, values in found.items()}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0
