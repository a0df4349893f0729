"""What is said and to whom, for every contender: the same words, the same people, the same bodies on the wire."""

import hmac
import html
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

TITLE = "Vay vốn thoát nghèo"
BODY = (
    "Chào {name}, hộ nghèo được vay vốn làm ăn đến 100 triệu đồng, lãi suất thấp, không cần thế chấp. "
    "Hỏi tổ tiết kiệm và vay vốn ở ấp mình."
)
SENDER = "tin@lantoa.example"
_FIXED = {"ApiKey": "bench", "SecretKey": "bench", "Brandname": "", "SmsType": "2", "Sandbox": "0", "CallbackUrl": ""}
_PATTERNS = {"sms": "840{:08d}", "bulk": "840{:08d}", "email": "nguoi-nhan-mau-{:08d}@lantoa.example"}


def recipients(channel: str, count: int) -> list[tuple[str, str]]:
    """The same people as `people.generate` makes, as (address, name), for a contender without our database."""
    pattern = _PATTERNS[channel]
    return [(pattern.format(number), f"Người nhận mẫu {number:08d}") for number in range(1, count + 1)]


def sms(number: int, phone: str, name: str) -> dict[str, str]:
    """One SMS as the gateway wants it: the name filled in, the alphabet found, a key of its own."""
    text = BODY.replace("{name}", name)
    return _FIXED | {
        "Phone": phone,
        "Content": text,
        "IsUnicode": "0" if text.isascii() else "1",
        "RequestId": f"raw-{number}-0",
    }


def taken(answer: dict[str, str]) -> str:
    """The gateway's id of a message it took; raises when it did not."""
    if answer["CodeResult"] != "100" or not answer["SMSID"]:
        raise RuntimeError(f"refused: {answer}")
    return answer["SMSID"]


def mail_parts(number: int, name: str, form: dict[str, str]) -> tuple[str, str, str, dict[str, str], str]:
    """Subject, text, html, the headers and the way out of one mail; the way out is signed."""
    signature = hmac.digest(b"bench", f"{number}:policy_news".encode(), "sha256").hex()
    link = f"https://lantoa.example/nhan-tin/thoi/{number}:policy_news:{signature}/"
    text = form["text"].replace("{name}", name).replace("{unsubscribe_url}", link)
    shown = form["html"].replace("{name}", html.escape(name)).replace("{unsubscribe_url}", html.escape(link))
    headers = {
        "Message-ID": f"<raw-{number}-0@lantoa.example>",
        "Content-Language": "vi",
        "Auto-Submitted": "auto-generated",
    }
    return form["subject"].replace("{name}", name), text, shown, headers, link


def mail(number: int, address: str, name: str, form: dict[str, str]) -> bytes:
    """One mail as bytes: MIME and headers as ours (RFC 8058)."""
    subject, text, shown, headers, link = mail_parts(number, name, form)
    made = EmailMessage(policy=SMTP)
    made["From"] = Address("Lan Tỏa", addr_spec=SENDER)
    made["To"] = address
    made["Subject"] = subject
    made["Date"] = format_datetime(datetime.now(UTC))
    for header, value in headers.items():
        made[header] = value
    made.set_content(text)
    made.add_alternative(shown, subtype="html")
    way_out = f"List-Unsubscribe: <{link}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return way_out.encode() + made.as_bytes()
