"""What a liar sends to each door: requests that no provider made, each of a kind that tells what is wrong with it."""

import hashlib
import json
import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request

from chaos.doors import CALLBACK_SECRET, INBOUND_KEY, OTHER_SECRETS
from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.telegram import TelegramSimulator
from lantoa.simulators.zalo import ZaloSimulator

GENUINE = frozenset({"from_other", "unknown"})
"""Kinds whose sender proves who it is: kept at the door, and yet they may move nothing of ours."""
MARK = "forged"
"""Stands in every forged request, so that one that was stored is found."""
_RECEIPTS = ("unsigned", "wrong_secret", "changed_body", "other_account", "stale", "from_other", "unknown")
KINDS = {
    "zalo": _RECEIPTS,
    "zbs": _RECEIPTS,
    "sms": ("no_secret", "wrong_secret", "other_account", "from_other", "unknown"),
    "short_code": ("unsigned", "wrong_secret", "changed_body"),
    "telegram": ("no_secret", "wrong_secret"),
    "facebook": ("unsigned", "wrong_secret", "changed_body", "handshake"),
}
"""The doors and what can be wrong there. Receipts by SMPP come on the connection that we opened: no door for others."""
SAYS = {"zalo": {"read"}, "zbs": {"read"}, "sms": {"delivered", "read"}}
"""Which states a receipt would bring if it was believed; the rest is texts and people who leave."""
ZALO = {
    name: ZaloSimulator(oa_secret=secret)
    for name, secret in (("ours", "demo-oa-secret"), ("other", OTHER_SECRETS["zalo"]), ("nobody", "guessed"))
}
PAGES = {"ours": FacebookSimulator(), "nobody": FacebookSimulator(app_secret="guessed")}

type Victim = dict[str, Any]


def request(channel: str, kind: str, victim: Victim, url: str, number: int) -> Request:
    """Return one lie as it goes over the wire."""
    return MADE[channel](kind, victim, f"{url}/webhook", number)


def _zalo(kind: str, victim: Victim, url: str, number: int) -> Request:
    about = "msg-of-nobody" if kind == "unknown" else victim["provider_id"]
    return _by_zalo(kind, victim, url, {"msg_ids": [about]}, number)


def _zbs(kind: str, victim: Victim, url: str, number: int) -> Request:
    """A receipt that names our own key."""
    about = "key-of-nobody" if kind == "unknown" else victim["accepted"]
    return _by_zalo(kind, victim, url, {"msg_id": victim["provider_id"], "tracking_id": about}, number)


def _by_zalo(kind: str, victim: Victim, url: str, message: dict[str, Any], number: int) -> Request:
    event = {
        "event_name": "user_seen_message", "message": message, "sender": {"id": "4171000000000000001"},
        "recipient": {"id": victim["address"]}, MARK: f"{number}",
    }  # fmt: skip
    signer = {"wrong_secret": "nobody", "other_account": "other", "from_other": "other"}.get(kind, "ours")
    body, headers = ZALO[signer].signed(event)
    if kind == "unsigned":
        headers.pop("X-ZEvent-Signature")
    elif kind == "changed_body":
        harmless, headers = ZALO["ours"].signed({**event, "event_name": "user_received_message"})
        body = harmless.replace(b"user_received_message", b"user_seen_message")
    elif kind == "stale":
        body, headers = _signed_yesterday(ZALO["ours"], event)
    return Request(f"{url}/zalo/{'zalo-other' if kind == 'from_other' else 'zalo'}/", body, headers)


def _signed_yesterday(zalo: ZaloSimulator, event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    stamp = str(int((time.time() - 86_400) * 1000))
    body = json.dumps({"app_id": zalo.app_id, **event, "timestamp": stamp}).encode()
    mac = hashlib.sha256(zalo.app_id.encode() + body + stamp.encode() + zalo.oa_secret.encode()).hexdigest()
    return body, {"X-ZEvent-Signature": f"mac={mac}", "X-ZEvent-Timestamp": stamp}


def _sms(kind: str, victim: Victim, url: str, number: int) -> Request:
    key, sms_id = victim["accepted"], victim["provider_id"]
    if kind == "unknown":
        key, sms_id = "0123456789abcdef-1-0", "sms-of-nobody"
    report = {"SMSID": sms_id, "RequestId": key, "SendSuccess": "1", "SendFailed": "0", MARK: number}
    account = "sms-other" if kind == "from_other" else "sms"
    secret = {
        "no_secret": "", "wrong_secret": "guessed/", "unknown": f"{CALLBACK_SECRET}/",
    }.get(kind, f"{OTHER_SECRETS['sms']}/")  # fmt: skip
    return Request(f"{url}/sms/{account}/{secret}?{urlencode(report)}")


def _short_code(kind: str, victim: Victim, url: str, number: int) -> Request:
    """Somebody "writes" STOP to our short code."""
    harmless, said = "TIN cam on", f"TIN STOP {MARK}"
    stamp, smsid = time.strftime("%Y%m%d%H%M%S"), f"{MARK}-{number}"
    key = {"wrong_secret": "guessed"}.get(kind, INBOUND_KEY)
    signed = f"demo-cp{smsid}{harmless if kind == 'changed_body' else said}{stamp}{key}".encode()
    mac = b64encode(hashlib.md5(signed, usedforsecurity=False).digest()).decode()
    query = {
        "sender": victim["address"], "content": said, "serviceNumber": "8079", "keyword": "TIN", "cpid": "demo-cp",
        "smsid": smsid, "receiverTime": stamp, "sign": "" if kind == "unsigned" else mac,
    }  # fmt: skip
    return Request(f"{url}/sms/sms/?{urlencode(query)}")


def _telegram(kind: str, victim: Victim, url: str, number: int) -> Request:
    """Somebody "blocked" our bot."""
    bot, chat = TelegramSimulator(), {"id": int(victim["address"]), "type": "private"}
    member = {"user": {"id": 171, "is_bot": True, "first_name": MARK}, "status": "kicked"}
    update = bot.update("my_chat_member", {"chat": chat, "from": chat, "new_chat_member": member})
    update["update_id"] += number
    secret = {} if kind == "no_secret" else {"X-Telegram-Bot-Api-Secret-Token": "guessed"}
    headers = {"Content-Type": "application/json", **secret}
    return Request(f"{url}/telegram/telegram/", json.dumps(update).encode(), headers)


def _facebook(kind: str, _victim: Victim, url: str, number: int) -> Request:
    """Somebody "comments" under a post of our Page."""
    address = f"{url}/facebook/facebook/"
    if kind == "handshake":
        asked = {"hub.mode": "subscribe", "hub.verify_token": "guessed", "hub.challenge": MARK}
        return Request(f"{address}?{urlencode(asked)}")
    page = PAGES["nobody" if kind == "wrong_secret" else "ours"]
    value = {
        "from": {"id": "1710", "name": MARK}, "post_id": f"{page.page_id}_1", "item": "comment", "verb": "add",
        "comment_id": f"1_{MARK}-{number}", "message": "harmless", "created_time": int(time.time()),
    }  # fmt: skip
    body, headers = page.signed({"id": page.page_id, "time": 1, "changes": [{"field": "feed", "value": value}]})
    if kind == "unsigned":
        headers.pop("X-Hub-Signature-256")
    elif kind == "changed_body":
        body = body.replace(b"harmless", b"shameful")
    return Request(address, body, headers)


MADE: dict[str, Callable[[str, Victim, str, int], Request]] = {
    "zalo": _zalo, "zbs": _zbs, "sms": _sms, "short_code": _short_code, "telegram": _telegram, "facebook": _facebook,
}  # fmt: skip
