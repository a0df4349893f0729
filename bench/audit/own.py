"""Pages that only a link or a cookie of one's own opens: a reader's, a sender's, a journalist's. All are invented."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from bench.audit.pages import OWN, Found
from lantoa.audience import services as audience
from lantoa.audience.enums import Purpose
from lantoa.audience.models import Address, SubscriptionRequest
from lantoa.contributions.enums import StoryState
from lantoa.contributions.models import Story
from lantoa.kernel.clock import now, today
from lantoa.outreach.enums import DeliveryState
from lantoa.outreach.models import Delivery
from lantoa.pressroom.enums import LinkKind
from lantoa.pressroom.models import Journalist, KitVersion, PressLink
from lantoa.pressroom.services import journalists
from lantoa.pressroom.services.journalists import Application
from lantoa.territory import selectors as territory

READER, NEW_ADDRESS, MADE_UP = "doc-gia@kiem-tra.example", "dia-chi-moi@kiem-tra.example", "khong-co"
APPLICANT = Application(name="Người Mẫu", outlet="Báo Mẫu", email="xin-vao@bao-mau.example")


def own_pages() -> Iterator[Found]:
    """In the site's own language; its addresses are asked for while that is the language."""
    at = now()
    yield from _of_a_reader(at)
    yield from _of_an_inbox()
    yield from _of_a_sender()
    yield from _of_a_journalist(at)


def _page(kind: str, view: str, *given: object, status: int = 200, cookie: str = "", query: str = "") -> Found:
    path = reverse(f"portal:{view}", args=given)
    return Found(f"{kind} {OWN}", path + query, indexable=False, status=status, cookie=cookie)


def _of_a_reader(at: datetime) -> Iterator[Found]:
    """Whoever subscribed by mail: saying yes, stopping, the own page and each of its forms, the link that is broken."""
    asked = _subscribed("Người Mẫu", at)
    yield _page("second yes", "subscription_confirm", audience.confirmation_token(asked))
    person = audience.confirm_subscription(audience.confirmation_token(asked), at).person
    address = Address.objects.get(person=person, channel="email")
    yield _page("stop", "unsubscribe", audience.unsubscribe_token(address.pk, Purpose.POLICY_NEWS))
    link = audience.request_own_page(at=at, channel="email", value=READER, language=OWN)
    page = audience.open_own_page(audience.own_page_token(link, person), at)
    for kind, view in (
        ("own page", "mine"), ("own page, put right", "mine_correct"), ("own page, erase", "mine_erase"),
        ("own page, ask", "mine_other"),
    ):  # fmt: skip
        yield _page(kind, view, page.token)
    yield _page("own page, other address", "mine_address", page.token, address.pk)
    new = audience.request_new_address(at=at, page=page, address=address, typed=NEW_ADDRESS)
    yield _page("new address", "new_address", audience.own_page_token(new))
    yield _page("broken link", "mine", MADE_UP, status=404)
    audience.confirm_subscription(audience.confirmation_token(_subscribed("Bà Mẫu", at)), at)
    yield _page("own page, whose", "mine", audience.own_page_token(link))


def _subscribed(name: str, at: datetime) -> SubscriptionRequest:
    root = territory.province(settings.LANTOA_PROVINCE_CODE, on=today())
    made = audience.request_subscription(
        at=at, channel="email", value=READER, unit_id=root.pk, language=OWN, purposes=list(Purpose), name=name
    )
    assert isinstance(made, SubscriptionRequest)
    return made


def _of_an_inbox() -> Iterator[Found]:
    """The inbox of somebody the sample's broadcast reached there."""
    there = Delivery.objects.filter(channel="portal", state__in=[DeliveryState.DELIVERED, DeliveryState.READ])
    letter = there.latest("pk")
    yield _page("inbox", "inbox", Address.objects.get(person_id=letter.person_id, channel="portal").value)


def _of_a_sender() -> Iterator[Found]:
    """A story as its sender follows it: just sent, and out."""
    for state in (StoryState.RECEIVED, StoryState.PUBLISHED):
        story = Story.objects.filter(state=state).earliest("pk")
        yield _page(f"story {state}", "story", story.code, query="?moi=1" if state == StoryState.RECEIVED else "")


def _of_a_journalist(at: datetime) -> Iterator[Found]:
    """Applying, entering, and the room behind it."""
    journalists.apply(told=APPLICANT, language=OWN, at=at)
    yield _page("press, confirm", "press_confirm", _link(LinkKind.CONFIRM, at))
    yield _page("press, broken link", "press_confirm", MADE_UP, status=404)
    known = Journalist.objects.with_access(at).earliest("pk")
    cookie = f"press-{OWN}={journalists.enter(_link(LinkKind.ENTER, at, known), at=at)}"
    yield _page("press, enter", "press_enter_link", _link(LinkKind.ENTER, at, known))
    yield _page("press room", "journalist", cookie=cookie)
    for embargoed in KitVersion.objects.filter(embargo_at__gt=at).order_by("-pk")[:1]:
        yield _page("press room, under embargo", "journalist_kit", embargoed.kit_id, cookie=cookie)
    yield _page("press room, ask", "journalist_ask", cookie=cookie)
    request = known.requests.latest("pk")
    yield _page("press room, asked", "journalist_request", request.number, cookie=cookie)


def _link(kind: LinkKind, at: datetime, journalist: Journalist | None = None) -> str:
    """A link as it goes by mail, but good for as long as an audit takes."""
    digest = journalist.address.digest if journalist else PressLink.objects.filter(kind=kind).latest("pk").digest
    made = PressLink.objects.create(
        kind=kind, digest=digest, journalist=journalist, language=OWN, made_at=at, expires_at=at + timedelta(hours=6)
    )
    return journalists.link_token(made)
