"""Where a run puts messages besides: every public kind that goes over a wire, in every commune of the run.

One broadcast for each message and commune, none of whose words are another's, and at most one outlet on each wire but
newsrooms, which are told apart by their keys: so what a stand-in has tells whose placement it was.
"""

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.request import urlopen

from django.utils import timezone

from chaos.accounts import account, relay
from chaos.doors import BROKER, SPEAKER_KEY, SPEAKERS, WITH_BROKER
from chaos.other_side import NEWSROOMS
from chaos.speakers import PROVINCE
from lantoa.channels.loudspeaker.keys import public_of
from lantoa.config.loop.sound import tone
from lantoa.kernel.models import User
from lantoa.outlets.facts import Facts
from lantoa.outlets.services import save_outlet
from lantoa.outreach.services import Form
from lantoa.simulators.serve import PORTS

KINDS = ("facebook", "telegram_channel", "zalo_broadcast", "press", *(("loudspeaker",) if WITH_BROKER else ()))
ALL_DAY = "HN 00:00-12:00\nHN 12:00-00:00"
SECONDS_OF_SOUND = 4


def rounds(audience: int) -> int:
    """How many messages each commune's outlets get: 2 in a small run, 20 at most."""
    return max(2, min(20, audience // 2000))


def starts(seed: int, audience: int, at: datetime) -> list[datetime]:
    """When each round begins: over the time that the storms last, so that not all is there before the first."""
    chance = Random(f"outlets:{seed}")
    lasts = min(240.0, max(25.0, audience / 100))
    return sorted(at + timedelta(seconds=chance.uniform(0, lasts)) for _ in range(rounds(audience)))


def open_accounts(base: int) -> dict[str, int]:
    """The accounts of the public kinds, by kind."""
    at = {name: f"http://127.0.0.1:{base + places[0]}" for name, places in PORTS.items()}
    found = {
        "facebook": account(
            "facebook", {"page_id": "104710000000001", "api_url": at["facebook"], "timeout": 2},
            {"page_token": "demo-page-token", "app_secret": "demo-app-secret", "verify_token": "demo-verify-token"},
        ),
        "telegram_channel": account(
            "telegram_channel", {"api_url": at["telegram_channel"], "timeout": 2},
            {"bot_token": "104710:demo-bot-token-that-opens-nothing"},
        ),
        "zalo_broadcast": account(
            "zalo_broadcast",
            {
                "oa": "zalo", "author": "Ban chỉ đạo", "api_url": at["zalo"], "look_every": 0.2, "timeout": 2,
                "cover_url": "http://127.0.0.1/bia.png", "article_status": "show", "comment": "hide",
            },
            {},
        ),
        "press": account(
            "press", {**relay(base), "connections": 2, "contact": "Văn phòng", "rights": "Ghi nguồn."}, {}
        ),
    }  # fmt: skip
    if WITH_BROKER:
        found["loudspeaker"] = _broker(base)
    return {kind: one.pk for kind, one in found.items()}


def _broker(base: int) -> Any:
    key = os.environ[SPEAKER_KEY]
    settings = {
        "host": "127.0.0.1", "port": base + BROKER, "security": "none", "username": "lantoa", "province": PROVINCE,
        "voice": "", "accent": "", "public_key": public_of(key),
    }  # fmt: skip
    return account("loudspeaker", settings, {"password": "demo-broker-password", "signing_key": key})


def open_outlets(units: Sequence[int], accounts: dict[str, int], base: int, by: User) -> None:
    """In every commune a page, a channel, a broadcast, two newsrooms, and a station with a device of its own."""
    since = timezone.localdate() - timedelta(days=300)
    for place, unit in enumerate(units):
        told: list[tuple[str, str, dict[str, Any]]] = [
            ("facebook", "Trang", {}),
            ("telegram_channel", "Kênh", {"chat_id": "@giamngheo"}),
            ("zalo_broadcast", "Zalo", {}),
            *(("press", f"Báo {desk}", {"email": f"bao{place}-{desk}{NEWSROOMS}"}) for desk in (1, 2)),
        ]
        if WITH_BROKER:
            told.append(("loudspeaker", "Đài", _station(base + SPEAKERS[place])))
        for kind, name, settings in told:
            facts = Facts(name=f"{name} {place + 1}", starts=since, account_id=accounts[kind], settings=settings)
            save_outlet(by=by, at=timezone.now(), facts=facts, kind=kind, unit_id=unit)


def _station(control: int) -> dict[str, Any]:
    with urlopen(f"http://127.0.0.1:{control}/_device", timeout=60) as answer:
        device = json.load(answer)
    _province, commune, name = device["topic"].split("/")
    return {"commune": commune, "device": name, "device_key": device["public_key"], "volume": 70, "slots": ALL_DAY}


def forms(title: str) -> list[Form]:
    """The message in the form of every kind; its words name it everywhere."""
    words = f"{title}: vay vốn làm ăn, không cần thế chấp. Hỏi tổ vay vốn ở ấp."
    sound = {"loudspeaker": tone(seconds=SECONDS_OF_SOUND)} if WITH_BROKER else {}
    return [Form(channel=kind, subject=title, body=words, recording=sound.get(kind)) for kind in KINDS]
