"""The sample outlets: hamlets of one commune with their boards and leaflets, and the province's pages and newsroom."""

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lantoa.channels.models import ChannelAccount
from lantoa.channels.registry import publics
from lantoa.config.loop.standins import SLUG
from lantoa.config.loop.steps import REFORM_DAY, Figures, World
from lantoa.kernel import clock
from lantoa.outlets.facts import Facts
from lantoa.outlets.models import Outlet
from lantoa.outlets.services import save_outlet
from lantoa.territory import selectors as territory
from lantoa.territory.enums import HAMLET_LEVEL
from lantoa.territory.models import UnitVersion
from lantoa.territory.services import import_hamlets

HAMLETS = ("Ấp Mẫu Một", "Ấp Mẫu Hai", "Ấp Mẫu Ba")
NEWSROOM = "toa-soan@bao-mau.example"
ALL_DAY = "HN 00:00-12:00\nHN 12:00-00:00"


def outlets_step(world: World) -> Figures:
    """Where the message will be put: one outlet or more of every public kind; a second run finds them."""
    hamlets = _hamlets(world)
    kept = Counter(_keep(world, kind, unit_id, facts) for kind, unit_id, facts in _outlets(world, hamlets))
    counted = {str(found.capability.label): kept[kind] for kind, found in publics().items() if kept[kind]}
    return {"hamlets": list(hamlets), "outlets": counted, "see": "/ban-lam-viec/diem-truyen-thong/"}


def _hamlets(world: World) -> dict[str, int]:
    here = UnitVersion.objects.filter(parent_id=world.commune_id, level=HAMLET_LEVEL, name__in=HAMLETS)
    if not here.exists():
        commune = territory.names_on([world.commune_id], clock.today())[world.commune_id]
        table = "\n".join(["ấp;xã", *(f"{name};{commune}" for name in HAMLETS)])
        import_hamlets(
            content=table.encode(), filename="ap-mau.csv", province_id=world.root_id, on=REFORM_DAY,
            by=world.who("quan-tri"), at=clock.now(),
        )  # fmt: skip
    return dict(here.order_by("unit_id").values_list("name", "unit_id"))


def _outlets(world: World, hamlets: dict[str, int]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    commune, root = world.commune_id, world.root_id
    yield "loudspeaker", commune, {"name": "Đài truyền thanh xã (mẫu)", "settings": station(world)}
    for name, hamlet in hamlets.items():
        where = {"place": f"Cổng nhà văn hóa {name}"}
        yield "board", commune, {"name": f"Bảng tin {name}", "hamlet_id": hamlet, "settings": where}
        yield "leaflet", commune, {"name": f"Tờ rơi {name}", "hamlet_id": hamlet, "quantity": 120,
                                   "settings": {"way": "homes", "size": "A5"}}  # fmt: skip
        yield "propagandist", commune, {"name": f"Tuyên truyền viên {name}", "hamlet_id": hamlet, "quantity": 40,
                                        "settings": {"area": "Tổ tự quản 1 đến 3"}}  # fmt: skip
    yield "bulletin", commune, {"name": "Bản tin xã (mẫu)", "quantity": 300, "settings": {"rhythm": "month"}}
    yield "webpage", root, {"name": "Trang thông tin tỉnh (mẫu)", "settings": {}}
    yield "facebook", root, {"name": "Trang Facebook tỉnh (mẫu)"}
    yield "telegram_channel", root, {"name": "Kênh Telegram tỉnh (mẫu)", "settings": {"chat_id": "@giamngheo"}}
    yield "zalo_broadcast", root, {"name": "Zalo tỉnh (mẫu)", "settings": {}}
    yield "press", root, {"name": "Báo tỉnh (mẫu)", "settings": {"email": NEWSROOM, "desk": "Xã hội"}}


def station(world: World) -> dict[str, Any]:
    """The sample station: at the stand-in's device where one runs, else one that people serve."""
    if "loudspeaker" not in world.simulators:
        return {"without_device": True, "slots": ALL_DAY}
    with urllib.request.urlopen(f"{world.device_url}/_device", timeout=20) as answer:  # noqa: S310  (our own loopback)
        device = json.load(answer)
    _province, commune, name = device["topic"].split("/")
    key = device["public_key"]
    return {"commune": commune, "device": name, "device_key": key, "volume": 70, "slots": ALL_DAY}


def _keep(world: World, kind: str, unit_id: int, facts: dict[str, Any]) -> str:
    known = Outlet.objects.filter(kind=kind, unit_id=unit_id, name=facts["name"]).first()
    account = ChannelAccount.objects.filter(slug=f"{SLUG}-{kind}", kind=kind).first()
    if known is None or kind == "loudspeaker":  # the stand-in's device has a new key each time
        whole = Facts(starts=REFORM_DAY, account_id=account.pk if account else None, **facts)
        officer = world.who("can-bo-kenh")
        save_outlet(by=officer, at=clock.now(), facts=whole, kind=kind, unit_id=unit_id, outlet=known)
    return kind
