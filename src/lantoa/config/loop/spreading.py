"""The approved message at public outlets: released, carried by wire, shown by people."""

import io
import json
import secrets
import urllib.parse
import urllib.request
from datetime import timedelta
from typing import Any

from django.db.models import Q
from PIL import Image, ImageDraw

from lantoa.channels.placing import Proof
from lantoa.channels.registry import carried, publics
from lantoa.config.loop.places import HAMLETS, NEWSROOM
from lantoa.config.loop.steps import Figures, World
from lantoa.kernel import clock
from lantoa.outreach import services as outreach
from lantoa.outreach.confirm_links import link_for
from lantoa.outreach.models import Broadcast, Placement, PlacementEvent
from lantoa.outreach.placement_enums import PlacementState, PlacementStep
from lantoa.outreach.selectors.placements import placement_tally
from lantoa.outreach.spread import Spread
from lantoa.outreach.texts import publics_of

PLACED = "Tin mẫu ở các điểm công cộng"
WITHOUT_BROKER = "left out: mosquitto is not installed (apt-get install mosquitto); the station's people play it"


def place_step(world: World) -> Figures:
    """Release the approved message at every public outlet of the province."""
    assert world.message is not None
    officer, at = world.who("can-bo-kenh"), clock.now()
    version = world.message.versions.latest("number")
    row = Broadcast.objects.filter(version__message=world.message, title=PLACED).order_by("pk").first()
    if row is None:
        spread = Spread(kinds=tuple(publics_of(version.content)))
        plan = outreach.Plan(None, (), expires_at=at + timedelta(days=2), title=PLACED, spread=spread)
        row = outreach.prepare(version=version, plan=plan, by=officer, at=at)
    world.placed = outreach.release(broadcast=row, by=officer, at=clock.now())
    told: Figures = {"outlets": world.placed.placement_count}
    if "loudspeaker" not in world.simulators:
        told["loudspeaker"] = WITHOUT_BROKER
    return {**told, "see": f"/ban-lam-viec/lan-toa/{row.pk}/"}


def carried_out(world: World) -> bool:
    """Whether nothing waits for a wire any more: every provider has answered, every receipt that comes has come."""
    receipts = [kind for kind, found in publics().items() if found.capability.proof is Proof.RECEIPT]
    on_the_way = Q(state__in=[PlacementState.PLANNED, PlacementState.SENDING], kind__in=carried())
    on_the_way |= Q(state=PlacementState.ACCEPTED, kind__in=receipts)
    rows = Placement.objects.filter(broadcast=world.placed).exclude(outlet__settings__without_device=True)
    return not rows.filter(on_the_way).exists()


def show_step(world: World) -> Figures:
    """People show what they did: some with a picture, a count or a word, one by a signed link; the rest waits."""
    officer, first = world.who("cong-tac-vien"), HAMLETS[0]
    shown = {
        f"Bảng tin {first}": outreach.Shown(at=clock.now(), photo=picture(first), words="Dán ở cổng."),
        f"Tờ rơi {first}": outreach.Shown(at=clock.now(), count=118, words="Hai hộ đi vắng."),
        f"Tuyên truyền viên {first}": outreach.Shown(at=clock.now(), count=37),
        "Bản tin xã (mẫu)": outreach.Shown(at=clock.now(), count=300),
    }
    if "loudspeaker" not in world.simulators:
        shown["Đài truyền thanh xã (mẫu)"] = outreach.Shown(at=clock.now(), words="Đọc trên loa buổi chiều.")
    for name, what in shown.items():
        row = _waiting(world, name)
        if row is not None:
            outreach.confirm(placement=row, shown=what, by=officer, at=clock.now())
    linked = _waiting(world, f"Bảng tin {HAMLETS[1]}")
    if linked is not None:
        _show_by_link(linked, picture(HAMLETS[1]))
    confirmed = PlacementEvent.objects.filter(placement__broadcast=world.placed, step=PlacementStep.CONFIRMED)
    return {
        "by_officer": confirmed.filter(by__isnull=False).count(),
        "by_link": confirmed.filter(by__isnull=True).count(),
        "with_picture": confirmed.exclude(proof__photo="").count(),
        "waiting": Placement.objects.filter(broadcast=world.placed, state=PlacementState.PLANNED).count(),
        "see": "/ban-lam-viec/lan-toa/diem/",
    }


def _waiting(world: World, name: str) -> Placement | None:
    rows = Placement.objects.select_related("broadcast", "outlet")
    return rows.filter(broadcast=world.placed, outlet__name=name, state=PlacementState.PLANNED).first()


def _show_by_link(row: Placement, photo: bytes) -> None:
    """Post what the page behind the link posts, with nothing but the link."""
    at = clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")
    mark = secrets.token_hex(16)
    head = f'--{mark}\r\nContent-Disposition: form-data; name="at"\r\n\r\n{at}\r\n--{mark}\r\n'
    head += 'Content-Disposition: form-data; name="photo"; filename="bang-tin.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = head.encode() + photo + f"\r\n--{mark}--\r\n".encode()
    request = urllib.request.Request(  # noqa: S310  (our own loopback address)
        link_for(row), body, {"Content-Type": f"multipart/form-data; boundary={mark}"}
    )
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310


def picture(where: str) -> bytes:
    """A drawn notice board, plainly no photograph."""
    canvas = Image.new("RGB", (960, 720), "#dfe7e2")
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((120, 90, 840, 560), fill="#8a5a33")
    draw.rectangle((150, 120, 810, 530), fill="#f6f1e4")
    draw.rectangle((330, 160, 630, 500), fill="#ffffff", outline="#b3261e", width=6)
    for line in range(8):
        draw.line((360, 260 + 26 * line, 600 - 40 * (line % 3), 260 + 26 * line), fill="#444444", width=5)
    draw.rectangle((200, 560, 230, 720), fill="#6b4426")
    draw.rectangle((730, 560, 760, 720), fill="#6b4426")
    draw.text((360, 185), "MAU / SAMPLE", fill="#b3261e", font_size=34)
    draw.text((160, 610), f"{where} (mẫu)", fill="#222222", font_size=28)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=80)
    return out.getvalue()


def placed_figures(world: World) -> Figures:
    """How it stands at every kind of outlet, and what each stand-in has of it."""
    assert world.placed is not None
    tally = placement_tally(world.placed.pk)
    labels = {kind: str(found.capability.label) for kind, found in publics().items()}
    told: Figures = {label: tally[kind] for kind, label in labels.items() if kind in tally}
    return {**told, "providers_say": _evidence(world), "see": f"/ban-lam-viec/lan-toa/{world.placed.pk}/diem/"}


def _evidence(world: World) -> dict[str, Any]:
    rows = Placement.objects.filter(broadcast=world.placed, kind__in=carried())
    found: dict[str, Any] = dict(rows.exclude(provider_id="").order_by("kind").values_list("kind", "provider_id"))
    if "press" in found:
        found["press"] = f"{len(_mails(world, NEWSROOM))} mail at {NEWSROOM}"
    return found


def _mails(world: World, address: str) -> list[dict[str, Any]]:
    query = urllib.parse.urlencode({"to": address, "n": 1, "wait": 1})
    with urllib.request.urlopen(f"{world.mail_url}/_mails?{query}", timeout=20) as answer:  # noqa: S310
        found: list[dict[str, Any]] = json.load(answer)
    return found


def tally(world: World) -> dict[str, dict[str, int]]:
    """Placements by kind and state, for the last line."""
    assert world.placed is not None
    return placement_tally(world.placed.pk)
