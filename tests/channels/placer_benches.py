"""Placers beside their providers' stand-ins, and something to place."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from lantoa.channels.facebook.placer import FacebookPlacer
from lantoa.channels.placing import Place, Placer, Placing
from lantoa.channels.press.placer import PressPlacer
from lantoa.channels.telegram_channel.placer import TelegramChannelPlacer
from lantoa.channels.zalo_broadcast.placer import ZaloBroadcastPlacer
from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import Simulator
from lantoa.simulators.telegram_channel import TelegramChannelSimulator
from lantoa.simulators.zalo import ZaloSimulator
from lantoa.simulators.zalo_broadcast import ZaloBroadcastSimulator

PLACING = Placing(
    key="0123456789abcdef-p7-0",
    place=Place(name="Trang của tỉnh", settings={}),
    title="Đăng ký thẻ bảo hiểm y tế",
    text="Bà con đăng ký tại ủy ban xã từ ngày 01/12.\n\nNhớ mang căn cước.",
    link="https://lantoa.example/chinh-sach/bhyt/",
    source="Sở Nông nghiệp và Môi trường",
)


@dataclass
class Bench:
    """A placer beside its stand-in, and what to place."""

    simulator: Simulator
    placer: Placer
    placing: Placing


type Open = Callable[..., Any]


class OneToken:
    """Keeps a pair the way the database does, for one process."""

    def __init__(self, simulator: ZaloSimulator) -> None:
        self.simulator, self.token, self.renewals = simulator, "stale-from-yesterday", 0

    async def current(self) -> str:
        return self.token

    async def renewed(self, stale: str) -> str:
        if self.token == stale:
            self.renewals += 1
            self.token = self.simulator.access_token = f"fresh-{self.renewals}"
        return self.token


def at(**settings: Any) -> Placing:
    return replace(PLACING, place=replace(PLACING.place, settings=settings))


@asynccontextmanager
async def facebook(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with FacebookSimulator(**wishes) as simulator:
        settings = {"api_url": simulator.url, "page_id": simulator.page_id, "timeout": silence}
        secrets = {"page_token": "demo-page-token", "app_secret": "demo-app-secret"}
        async with FacebookPlacer(settings, secrets) as placer:
            yield Bench(simulator, placer, at())


@asynccontextmanager
async def telegram(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with TelegramChannelSimulator(**wishes) as simulator:
        settings = {"api_url": simulator.url, "timeout": silence}
        async with TelegramChannelPlacer(settings, {"bot_token": simulator.bot_token}) as placer:
            yield Bench(simulator, placer, at(chat_id="@giamngheo"))


@asynccontextmanager
async def zalo(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with ZaloBroadcastSimulator(**wishes) as simulator:
        settings = {
            "api_url": simulator.url, "author": "Ban chỉ đạo", "cover_url": "https://lantoa.example/bia.jpg",
            "timeout": silence, "look_every": 0.01,
        }  # fmt: skip
        async with ZaloBroadcastPlacer(settings, OneToken(simulator)) as placer:
            yield Bench(simulator, placer, at(cities="3, 44"))


@asynccontextmanager
async def press(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with SmtpSimulator(**wishes) as simulator:
        settings = {
            "host": "127.0.0.1", "port": simulator.smtp_port, "security": "none", "sender": "baochi@lantoa.example",
            "sender_name": "Sở Lan Tỏa", "connections": 2, "timeout": silence,
        }  # fmt: skip
        async with PressPlacer(settings, {}) as placer:
            yield Bench(simulator, placer, at(email="toasoan@example.org"))


def run(work: Any) -> None:
    asyncio.run(work())
