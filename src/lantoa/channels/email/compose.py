"""One e-mail as bytes: text beside HTML, one-click unsubscribe (RFC 8058), the same id on every attempt."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Outgoing, Rejected, Settings

_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_UNFIT = re.compile(r"[^\x21-\x7e]|[<>]")


def compose(message: Outgoing, settings: Settings) -> bytes:
    """Return the message ready for DATA; raises Rejected when a header cannot be formed from what was given."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = sender_header(settings)
        mail["To"] = message.address
        mail["Subject"] = one_line(message.subject)
        if message.reply_to:
            mail["Reply-To"] = message.reply_to
    except (ValueError, IndexError) as error:
        raise Rejected(_("an address or the subject is malformed")) from error
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{message.key}@{sender_domain(settings)}>"
    mail["Content-Language"] = message.language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    return way_out(message.unsubscribe_url) + mail.as_bytes()


def way_out(url: str) -> bytes:
    """Return the headers of RFC 2369 and RFC 8058 as they stand: the standard library would encode a long address,
    and no mail program looks for it there. Empty without an address, or with one that no header can hold."""
    if not url or _UNFIT.search(url):
        return b""
    one_click = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if url.startswith("https://") else ""
    return f"List-Unsubscribe: <{url}>\r\n{one_click}".encode("ascii")


def sender_header(settings: Settings) -> Address:
    """Return who the mail is from, name and address."""
    return Address(one_line(str(settings.get("sender_name", ""))), addr_spec=str(settings.get("sender", "")))


def sender_domain(settings: Settings) -> str:
    """Return the domain our Message-IDs live in."""
    return str(settings.get("sender", "")).rpartition("@")[2] or "localhost"


def one_line(text: str) -> str:
    """Return ``text`` with line breaks and control characters made spaces: a header holds one line."""
    return _SPACE.sub(" ", text).strip()
