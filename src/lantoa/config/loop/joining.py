"""A few sample people on further ways: text gateways, a Telegram bot, notifications, Zalo templates by phone number."""

import json
import urllib.request
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from lantoa.audience import services as audience
from lantoa.audience.criteria import Criteria
from lantoa.audience.enums import Means, Purpose
from lantoa.audience.models import Person, Segment
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services.storing import Agreement, Contact, refresh_statistics, store_contacts
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.config.loop.places import HAMLETS
from lantoa.config.loop.standins import GATEWAYS, SLUG
from lantoa.config.loop.steps import Figures, World
from lantoa.kernel import clock
from lantoa.outreach import services as outreach
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.territory.enums import HAMLET_LEVEL
from lantoa.territory.models import UnitVersion

SOURCE = "sample-ways"
JOINED = ("telegram", "webpush", "zbs")
BY_TEXT, BY_TEMPLATE, CHATS, BROWSERS = 60, 12, 5, 5
TEXTED, WAYS = "Tin mẫu qua ba cổng tin nhắn", "Tin mẫu qua bot, trình duyệt và Zalo theo số máy"


def join_step(world: World) -> Figures:
    """People press Start, turn notifications on, or stand in a list; a second run finds them."""
    if not Person.objects.filter(source=SOURCE).exists():
        for number in range(CHATS):
            _press_start(world, 171_000_001 + number)
        for number in range(BROWSERS):
            _turn_on(world, f"trinh-duyet-mau-{number + 1}")
        _bring_in(world)
    here = Person.objects.filter(addresses__channel__in=JOINED).values_list("addresses__channel")
    counted = dict(here.annotate(n=Count("pk")).order_by())
    return {"joined": counted, "in_the_hamlet": Person.objects.filter(source=SOURCE, hamlet__isnull=False).count()}


def _ask(url: str, **wish: Any) -> Any:
    body = json.dumps(wish).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  (our own loopback)
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return json.load(answer)


def _press_start(world: World, chat: int) -> None:
    """The portal's invitation, then Start in the chat: the stand-in posts it to our webhook."""
    agreed: dict[str, Any] = {"unit_id": world.commune_id, "language": "vi", "purposes": [Purpose.POLICY_NEWS]}
    asked = audience.invite_to_chat(at=clock.now(), channel="telegram", **agreed)
    url = world.simulators["telegram"][0]["api_url"]
    _ask(f"{url}/_start", chat_id=chat, token=audience.invitation_token(asked))


def _turn_on(world: World, name: str) -> None:
    """A browser's subscription as its push service gave it."""
    subscription = _ask(f"{world.simulators['webpush'][0]['hosts']}/_subscribe", name=name)
    agreed: dict[str, Any] = {"unit_id": world.commune_id, "language": "vi", "purposes": [Purpose.POLICY_NEWS]}
    audience.subscribe_browser(at=clock.now(), channel="webpush", value=json.dumps(subscription), **agreed)


@transaction.atomic
def _bring_in(world: World) -> None:
    """Numbers nobody has (see `audience.services.samples`): for texts in one hamlet, for templates in another."""
    hamlets = UnitVersion.objects.filter(parent_id=world.commune_id, level=HAMLET_LEVEL)
    first, second = (hamlets.get(name=name).unit_id for name in HAMLETS[:2])
    people = [(number, "sms", first) for number in range(BY_TEXT)]
    people += [(BY_TEXT + number, "zbs", second) for number in range(BY_TEMPLATE)]
    wording = current_wordings("vi")[Purpose.POLICY_NEWS].pk
    at = clock.now()
    contacts = [
        Contact(
            unit_id=world.commune_id, hamlet_id=hamlet, name=f"Người mẫu {number + 1:02d}", language="vi",
            preferred_channel=channel, addresses=[(channel, f"840{99_000_000 + number:08d}")], source=SOURCE,
            legal_basis="sample data, no person", said_at=at, means=Means.SAMPLE, proof={"sample": number + 1},
            agreements=[Agreement(Purpose.POLICY_NEWS.value, channel, wording)],
        )
        for number, channel, hamlet in people
    ]  # fmt: skip
    store_contacts(contacts, at=at, since=clock.today(), operator_id=None)
    refresh_statistics()


def all_joined(_world: World) -> bool:
    """Whether every press of Start has come in."""
    return Person.objects.filter(addresses__channel="telegram").count() >= CHATS


def ways_step(world: World) -> Figures:
    """Release to those whom a bot, a browser or a template reaches."""
    criteria = Criteria(channels=JOINED, units=(world.commune_id,))
    row = _released(world, WAYS, JOINED, "Bot, trình duyệt, Zalo theo số máy (mẫu)", criteria)
    return {"audience": row.audience_count, "see": f"/ban-lam-viec/lan-toa/{row.pk}/"}


def gateways_step(world: World) -> Figures:
    """Let the three further gateways carry the texts of one hamlet, each its share."""
    if not Broadcast.objects.filter(title=TEXTED).exists():
        _in_use(world, {"sms": False} | dict.fromkeys(GATEWAYS, True))
    hamlet = UnitVersion.objects.get(parent_id=world.commune_id, level=HAMLET_LEVEL, name=HAMLETS[0]).unit_id
    row = _released(world, TEXTED, ("sms",), "Bà con một ấp nhận tin nhắn (mẫu)", Criteria(units=(hamlet,)))
    return {"audience": row.audience_count, "see": f"/ban-lam-viec/lan-toa/{row.pk}/"}


def back_to_one_gateway(world: World) -> None:
    """Texts go by the first gateway again; the others stay, out of use."""
    _in_use(world, {"sms": True} | dict.fromkeys(GATEWAYS, False))


def _in_use(world: World, wanted: dict[str, bool]) -> None:
    for kind, enabled in wanted.items():
        known = ChannelAccount.objects.get(slug=f"{SLUG}-{kind}")
        save_account(
            by=world.who("can-bo-kenh"), at=clock.now(), kind=kind, name=known.name, settings=known.settings,
            agency_id=known.agency_id, enabled=enabled, account=known,
        )  # fmt: skip


def _released(world: World, title: str, channels: Sequence[str], people: str, criteria: Criteria) -> Broadcast:
    assert world.message is not None
    officer, at = world.who("can-bo-kenh"), clock.now()
    row = Broadcast.objects.filter(version__message=world.message, title=title).order_by("pk").first()
    if row is None:
        segment = Segment.objects.filter(name=people).first() or audience.save_segment(
            by=officer, at=at, name=people, criteria=criteria, unit_id=world.root_id, agency_id=world.lead_agency
        )
        plan = outreach.Plan(segment.pk, channels, expires_at=at + timedelta(days=2), title=title)
        version = world.message.versions.latest("number")
        row = outreach.prepare(version=version, plan=plan, by=officer, at=at)
    world.small.append(row.pk)
    return outreach.release(broadcast=row, by=officer, at=clock.now())


def small_done(world: World) -> bool:
    """Whether nobody of the small broadcasts waits any more, and the receipts that come have come."""
    rows = Delivery.objects.filter(broadcast__in=world.small)
    if rows.filter(state__in=["pending", "sending"]).exists():
        return False
    reporting = [pk for pk, kind in _kinds().items() if kind in ("smpp", "zbs")]
    return not rows.filter(state="accepted", account_id__in=reporting).exists()


def ways_figures(world: World) -> Figures:
    """Who carried how many, and how that ended."""
    rows = Delivery.objects.filter(broadcast__in=world.small, account_id__isnull=False)
    kinds, found = _kinds(), dict[str, dict[str, int]]()
    for account_id, state, count in rows.values_list("account_id", "state").annotate(n=Count("pk")).order_by():
        found.setdefault(kinds.get(account_id, ""), {})[state] = count
    return {kind: found[kind] for kind in (*GATEWAYS, *JOINED) if kind in found}


def _kinds() -> dict[int, str]:
    return dict(ChannelAccount.objects.values_list("pk", "kind"))
