"""The sample accounts: settings and secrets that open stand-ins on this machine and nothing else."""

import secrets
import shutil
from collections.abc import Callable
from typing import Any

from django.utils.crypto import get_random_string

from lantoa.channels.loudspeaker.keys import new_private
from lantoa.channels.loudspeaker.voice import EspeakVoice
from lantoa.channels.webpush.keys import new_private_key
from lantoa.channels.zbs.templates import read_register, stored
from lantoa.simulators.mosquitto import program
from lantoa.simulators.serve import NAMES, PORTS

SLUG = "mau"
ZALO, FACEBOOK = f"{SLUG}-zalo", f"{SLUG}-facebook"
GATEWAYS = ("smpp", "viettel", "vnpt")
"""Further ways to carry text messages: in use only while their own sample is sent."""
MADE_ONCE: dict[str, tuple[str, Callable[[], str]]] = {
    "telegram": ("webhook_secret", lambda: get_random_string(48)),
    "webpush": ("vapid_private", new_private_key),
    "loudspeaker": ("signing_key", new_private),
}
"""Secrets that are ours to make; made anew, they would end what hangs on them."""
TEMPLATE = "271001"

type Accounts = dict[str, tuple[dict[str, Any], dict[str, str]]]


def simulate(base: int, token: str, url: str) -> list[str]:
    """The command line that starts every stand-in which needs no program of its own."""
    command = ["simulate", *NAMES, "--port-base", str(base), "--webhook-base", url]
    command += ["--zalo-account", ZALO, "--facebook-account", FACEBOOK]
    return [*command, f"--zalo-token={token}"]  # a token may begin with a dash


def has_broker() -> bool:
    """Whether a loudspeaker's broker can run on this machine."""
    return program() is not None and shutil.which("mosquitto_passwd") is not None


def accounts(base: int, token: str, url: str) -> Accounts:
    """Settings and secrets of every sample account, by kind."""
    at = {name: f"http://127.0.0.1:{base + places[0]}" for name, places in PORTS.items()}
    port = {name: base + places[-1] for name, places in PORTS.items()}
    found = {**_written_to(at, port, token), **_gateways(at, port), **_joined(at), **_public(at, port, url)}
    return found | (_loudspeaker(port) if has_broker() else {})


def _written_to(at: dict[str, str], port: dict[str, int], token: str) -> Accounts:
    return {
        "zalo": (
            {
                "app_id": "1710002022", "oa_id": "4171000000000000001", "api_url": at["zalo"], "oauth_url": at["zalo"],
                "rate_per_second": 2_000,  # the real platform bears about 20; a stand-in has no limit
            },
            {"app_secret": "demo-app-secret", "oa_secret": "demo-oa-secret", "refresh_token": token},
        ),
        "sms": (
            {
                "url": f"{at['sms']}/MainService.svc/json/SendMultipleMessage_V4_post_json/", "brandname": "LANTOA",
                "sms_type": "2", "connections": 50, "rate_per_second": 20_000,  # segments
                "cp_id": "demo-cp",
            },
            {
                "api_key": "demo-api-key", "secret_key": "demo-secret-key", "inbound_key": "demo-inbound-key",
                "callback_secret": secrets.token_urlsafe(30),
            },
        ),
        "email": (
            {
                **_relay(port), "sender": "tin@lantoa.example", "connections": 10, "imap_host": "127.0.0.1",
                "imap_port": port["imap"], "imap_security": "none", "imap_username": "hopthu", "imap_seconds": 2,
                "imap_address": "hopthu@lantoa.example",
            },
            {"imap_password": "demo-mailbox-password"},
        ),
        "portal": ({}, {}),
    }  # fmt: skip


def _relay(port: dict[str, int]) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port["smtp"], "security": "none", "sender_name": "Lan Tỏa (mẫu)"}


def _gateways(at: dict[str, str], port: dict[str, int]) -> Accounts:
    slow = {"brandname": "LANTOA", "rate_per_second": 8}  # so that each of the three gets its share of a small sample
    return {
        "smpp": (
            {
                **slow, "host": "127.0.0.1", "port": port["smpp"], "system_id": "lantoa", "window": 10,
                "keepalive": 30, "alphabet": "gsm", "long_texts": "udh", "receipt_ids": "same",
            },
            {"password": "demo-pw"},
        ),
        "viettel": (
            {
                **slow, "url": f"{at['viettel']}/bulkapi", "user": "lantoa", "cp_code": "LANTOA", "connections": 4,
                "content_type_plain": "0", "content_type_unicode": "1",
            },
            {"password": "demo-pw"},
        ),
        "vnpt": (
            {
                **slow, "url": f"{at['vnpt']}/smsbrand/api", "api_user": "lantoa", "username": "lantoa",
                "agent_id": "1", "label_id": "1", "contract_id": "1", "contract_type_id": "1", "is_telco_sub": "0",
                "templates": "104: Tin mẫu: {1}", "data_coding_plain": "0", "data_coding_unicode": "8",
                "connections": 4,
            },
            {"api_pass": "demo-pw"},
        ),
    }  # fmt: skip


def _joined(at: dict[str, str]) -> Accounts:
    """What people join by themselves, and templates by phone number."""
    templates = stored(read_register(f"{TEMPLATE} | Thông báo (mẫu) | 300 | customer_name:30, content:200"))
    return {
        "telegram": (
            {"bot_name": "lantoa_mau_bot", "api_url": at["telegram"], "connections": 4},
            {"bot_token": "171:demo-bot-token-that-opens-nothing"},
        ),
        "webpush": (
            {
                "contact": "mailto:tin@lantoa.example", "ttl": 86_400, "urgency": "normal", "hosts": at["webpush"],
                "connections": 4,
            },
            {},
        ),
        "zbs": (
            {"oa": ZALO, "templates": templates, "price_per_unit": 300, "api_url": at["zalo"], "connections": 4},
            {},
        ),
    }  # fmt: skip


def _public(at: dict[str, str], port: dict[str, int], url: str) -> Accounts:
    return {
        "facebook": (
            {"page_id": "104710000000001", "api_url": at["facebook"]},
            {
                "page_token": "demo-page-token", "app_secret": "demo-app-secret",
                "verify_token": "demo-verify-token",
            },
        ),
        "telegram_channel": (
            {"api_url": at["telegram_channel"]},
            {"bot_token": "104710:demo-bot-token-that-opens-nothing"},
        ),
        "zalo_broadcast": (
            {
                "oa": ZALO, "author": "Ban chỉ đạo giảm nghèo (mẫu)", "api_url": at["zalo"], "look_every": 0.2,
                "cover_url": f"{url}/static/ui/icon-512.png", "article_status": "show", "comment": "hide",
            },
            {},
        ),
        "press": (
            {
                **_relay(port), "sender": "bao-chi@lantoa.example", "connections": 2,
                "contact": "Văn phòng Sở (mẫu)", "rights": "Được đăng lại nguyên văn, ghi nguồn.",
            },
            {},
        ),
    }  # fmt: skip


def _loudspeaker(port: dict[str, int]) -> Accounts:
    voice = "espeak-ng" if EspeakVoice.available() else ""
    settings = {"host": "127.0.0.1", "port": port["loudspeaker"], "security": "none", "username": "lantoa",
                "province": "96", "voice": voice, "accent": "vi-vn-x-south" if voice else ""}  # fmt: skip
    return {"loudspeaker": (settings, {"password": "demo-broker-password"})}
