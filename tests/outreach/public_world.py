"""Outlets to put a message at: boards, places for leaflets, and a kind of its own that a placer carries."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.apps import apps
from django.utils import timezone
from PIL import Image
from psycopg.types.range import DateRange

from lantoa.channels.contract import Accepted, Idempotency, Rejected, Secrets, SendProblem, Settings, Unknown
from lantoa.channels.placing import Decree, Placer, Placing, Proof, PublicCapability, PublicChannel
from lantoa.outlets.facts import Facts
from lantoa.outlets.models import Outlet
from lantoa.outreach.models import Broadcast, Placement
from lantoa.outreach.services import Form, Plan, prepare, release, save_message
from lantoa.outreach.spread import Spread
from tests.outreach.world import NOW, World, approve, message

START = NOW - timedelta(days=400)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HERE = "tests.outreach.public_world"

HORN_CAPABILITY = PublicCapability(
    kind="horn", label="Tù và", outlet_label="chòi canh", decree=Decree.STATION, proof=Proof.RECEIPT,
    idempotency=Idempotency.KEY, network=True, icon="loudspeaker",
)  # fmt: skip


class HornPlacer(Placer):
    """Blows a horn; `BLOWN` is what was heard, `ANSWERS` what the next calls meet."""

    capability: ClassVar[PublicCapability] = HORN_CAPABILITY
    BLOWN: ClassVar[list[str]] = []
    ANSWERS: ClassVar[list[Accepted | SendProblem]] = []

    async def place(self, placing: Placing) -> Accepted:
        if port := os.environ.get("HORN_PORT"):
            return await _blown_over_there(int(port), placing)
        answer = self.ANSWERS.pop(0) if self.ANSWERS else Accepted(f"horn-{placing.key}")
        if not isinstance(answer, Rejected):
            self.BLOWN.append(placing.key)
        if isinstance(answer, SendProblem):
            raise answer
        return answer


async def _blown_over_there(port: int, placing: Placing) -> Accepted:
    """Over a real socket: the key goes, "ok" comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{placing.key}\n".encode())
    await writer.drain()
    answer = await reader.readline()
    writer.close()
    if answer != b"ok\n":
        raise Unknown("no clear answer")
    return Accepted(f"horn-{placing.key}")


def connect(settings: Settings, secrets: Secrets) -> Placer:
    return HornPlacer()


HORN = PublicChannel(
    capability=HORN_CAPABILITY, outlet_form="lantoa.channels.board.form.BoardForm", connect=connect,
    derive=lambda title, text: ("", f"{title}. {text}"),
)  # fmt: skip


def settle_unit(world: World) -> None:
    """Give the world's unit a name and a place on today's map."""
    apps.get_model("territory", "UnitVersion").objects.create(
        unit_id=world.unit_id, name="Xã Tân Thử", short_name="Tân Thử", folded="tan thu", kind="commune", level=3,
        valid=DateRange(timezone.localdate(START), None), sort_key="a",
    )  # fmt: skip


def outlet(world: World, kind: str = "board", name: str = "", **more: Any) -> Outlet:
    """An outlet in use since long ago."""
    number = Outlet.objects.count() + 1
    facts = Facts(name=name or f"Điểm {number}", starts=timezone.localdate(START), **more)
    return Outlet.objects.create(
        kind=kind, unit_id=world.unit_id, name=facts.name, quantity=facts.quantity, language=facts.language,
        valid=DateRange(facts.starts, None), created_at=NOW, changed_at=NOW,
        account_id=facts.account_id, hamlet_id=facts.hamlet_id, settings=dict(facts.settings),
    )  # fmt: skip


def public_version(
    world: World, kinds: Sequence[str] = ("board", "leaflet"), texts: Mapping[str, str] = {}, sound: bytes | None = None
) -> Any:
    """An approved version with a form for each of these kinds; `sound` is a station's recording of its words."""
    written = message(world)
    forms = [
        Form(
            channel=kind, subject="Vay vốn", body=texts.get(kind, "Vay vốn làm ăn. Hỏi tổ vay vốn ở ấp."),
            recording=sound if kind == "loudspeaker" else None,
        )
        for kind in kinds
    ]  # fmt: skip
    save_message(message=written, forms=forms, by=world.editor, at=NOW)
    written.refresh_from_db()
    return approve(world, written)


def placed(
    world: World, kinds: Sequence[str] = ("board",), *, at: datetime = NOW, expires_at: datetime | None = None,
    channels: Sequence[str] = (), version: Any = None, **spread: Any,
) -> Broadcast:  # fmt: skip
    """A running broadcast that is put at every outlet of these kinds, and sent to nobody."""
    plan = Plan(
        segment_id=None, channels=channels, expires_at=expires_at or NOW + timedelta(days=2),
        spread=Spread(kinds=tuple(kinds), **spread),
    )  # fmt: skip
    row = prepare(version=version or public_version(world, kinds), plan=plan, by=world.officer, at=NOW)
    return release(broadcast=row, by=world.leader, at=at)


def states_of(row: Broadcast) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in Placement.objects.filter(broadcast=row).values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def photo(size: tuple[int, int] = (2400, 1800), **more: Any) -> bytes:
    """A picture as a phone takes it: with EXIF that tells the place."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh"
    exif[0x8825] = {1: "N", 2: (9.0, 10.0, 35.0)}
    Image.new("RGB", size, (180, 60, 40)).save(out, "JPEG", exif=exif, **more)
    return out.getvalue()
