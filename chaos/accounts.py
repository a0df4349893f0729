"""The accounts by which a run writes to people: one in use of each kind, at the stand-ins."""

from typing import Any

from django.utils import timezone

from chaos.doors import CALLBACK_SECRET, INBOUND_KEY, OTHER_SECRETS, WEBHOOK_SECRET
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.channels.webpush.keys import new_private_key
from lantoa.channels.zalo.tokens import good_token
from lantoa.channels.zbs.templates import read_register, stored
from lantoa.simulators.serve import PORTS
from lantoa.simulators.sms import SEND


def open_accounts(base: int) -> None:
    """One account in use of each kind, and of some another one, out of use, with secrets of its own."""
    at = {name: f"http://127.0.0.1:{base + places[0]}" for name, places in PORTS.items()}
    port = {name: base + places[-1] for name, places in PORTS.items()}
    account("portal", {}, {})
    account("email", relay(base), {})
    _gateways(at, port)
    _zalo(at["zalo"])
    _joined(at)


_QUICK = {"rate_per_second": 2000, "timeout": 2, "connections": 10}


def relay(base: int) -> dict[str, Any]:
    """The relay that carries mail to people and to newsrooms."""
    return {
        "host": "127.0.0.1", "port": base + PORTS["smtp"][-1], "security": "none", "sender": "tin@lantoa.example.test",
        "sender_name": "Lan Tỏa", "timeout": 2,
    }  # fmt: skip


def _gateways(at: dict[str, str], port: dict[str, int]) -> None:
    """Four ways to carry texts; only the first drops a repeat."""
    branded = {**_QUICK, "brandname": "LANTOA"}
    keys = {"api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": CALLBACK_SECRET}
    keys["inbound_key"] = INBOUND_KEY
    account("sms", {**_QUICK, "url": at["sms"] + SEND}, keys)
    account("sms", {**_QUICK, "url": at["sms"] + SEND}, {**keys, "callback_secret": OTHER_SECRETS["sms"]}, other=True)
    centre = {"host": "127.0.0.1", "port": port["smpp"], "system_id": "lantoa", "window": 10, "keepalive": 5}
    reading = {"alphabet": "gsm", "long_texts": "udh", "receipt_ids": "same"}
    account("smpp", {**branded, **centre, **reading}, {"password": "demo-pw"})
    soap = {"user": "lantoa", "cp_code": "LANTOA", "content_type_plain": "0", "content_type_unicode": "1"}
    account("viettel", {**branded, "url": f"{at['viettel']}/bulkapi", **soap}, {"password": "demo-pw"})
    forms = {
        "api_user": "lantoa", "username": "lantoa", "agent_id": "1", "label_id": "1", "contract_id": "1",
        "contract_type_id": "1", "is_telco_sub": "0", "data_coding_plain": "0", "data_coding_unicode": "8",
        "templates": "101: Ba con {1} nho mang the.",
    }  # fmt: skip
    account("vnpt", {**branded, "url": f"{at['vnpt']}/smsbrand/api", **forms}, {"api_pass": "demo-pw"})


def _zalo(url: str) -> None:
    """The official account with what hangs on it, and another one."""
    tokens = {"app_secret": "demo-app-secret", "oa_secret": "demo-oa-secret", "refresh_token": "demo-refresh-token"}
    own = {**_QUICK, "app_id": "1710002022", "oa_id": "4171000000000000001", "api_url": url, "oauth_url": url}
    # A kill during the first exchange would cost the only token.
    good_token(account("zalo", own, tokens).pk, "")
    stranger = {**tokens, "oa_secret": OTHER_SECRETS["zalo"]}
    account("zalo", {**own, "oa_id": "4171000000000000002"}, stranger, other=True)
    register = stored(read_register("271001 | Thông báo | 300 | customer_name:30, content:200"))
    account("zbs", {**_QUICK, "oa": "zalo", "templates": register, "price_per_unit": 300, "api_url": url}, {})


def _joined(at: dict[str, str]) -> None:
    """A bot and a push service."""
    bot = {**_QUICK, "bot_name": "lantoa_bot", "api_url": at["telegram"]}
    token = "171:demo-bot-token-that-opens-nothing"
    account("telegram", bot, {"bot_token": token, "webhook_secret": WEBHOOK_SECRET})
    push = {"contact": "mailto:tin@lantoa.example.test", "ttl": 86_400, "urgency": "normal", "hosts": at["webpush"]}
    account("webpush", {**_QUICK, **push}, {"vapid_private": new_private_key()})


def account(kind: str, settings: dict[str, Any], secrets: dict[str, str], *, other: bool = False) -> ChannelAccount:
    """An account of this kind, in use unless it is the other one; it may be used at any hour."""
    slug, now = f"{kind}-other" if other else kind, timezone.now()
    return save_account(
        by=None,
        at=now,
        kind=kind,
        name=slug,
        settings={**settings, "hours": "any"},
        secrets=secrets,
        enabled=not other,
        slug=slug,
    )
