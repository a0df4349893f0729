"""The pages of outlets and placements in a browser, on a phone and on a desk: no fault for axe, nothing wider than the
screen. With `SHOTS=folder` each is kept as a picture."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from lantoa.channels.registry import PUBLIC_BUILT_IN
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.outreach.confirm_links import link_for
from lantoa.outreach.models import Placement
from lantoa.outreach.services import Shown, confirm
from tests.outreach.public_world import HERE, outlet, photo, placed, public_version
from tests.outreach.test_pages import place
from tests.outreach.world import World, approve, message

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 900}}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(autouse=True)
def _horn(settings: LazySettings) -> Iterator[None]:
    settings.LANTOA_PUBLIC_CHANNELS = [*PUBLIC_BUILT_IN, f"{HERE}.HORN"]
    return


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZES[request.param])  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def sign_in(page: Page, user: User, server: str) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])


def build(world: World) -> dict[str, str]:
    """A broadcast at boards, leaflets and a horn, some of it done; the addresses of its pages."""
    place(world)
    hamlet = apps.get_model("territory", "Unit").objects.create().pk
    apps.get_model("territory", "UnitVersion").objects.create(
        unit_id=hamlet, parent_id=world.unit_id, name="Ấp Tân Lập", short_name="Tân Lập", folded="tan lap", kind="ap",
        level=4, valid=DateRange(timezone.localdate() - timedelta(days=400), None), sort_key="b",
    )  # fmt: skip
    for number, name in enumerate(("Bảng tin cổng trụ sở ấp Tân Lập", "Bảng tin chợ xã", "Bảng tin trạm y tế")):
        outlet(world, "board", name, settings={"place": f"Cổng số {number + 1}"}, hamlet_id=hamlet if number else None)
    outlet(world, "leaflet", "Hội trường ấp Tân Lập", quantity=120)
    outlet(world, "horn", "Chòi canh")
    at = timezone.now() - timedelta(hours=1)
    version = public_version(world, ["board", "leaflet", "horn"])
    row = placed(world, ["board", "leaflet", "horn"], at=at, expires_at=at + timedelta(days=2), version=version)
    first = Placement.objects.filter(kind="board").first()
    assert first is not None
    shown = Shown(at=timezone.now(), photo=photo((1200, 900)), words="Treo ở cổng, bà con qua lại đều thấy.")
    confirm(placement=first, shown=shown, by=world.officer, at=timezone.now())
    waiting = Placement.objects.select_related("broadcast").get(kind="leaflet")
    draft = message(world)
    draft.master += " Hạn nộp hồ sơ hết tháng này."
    draft.save(update_fields=["master"])
    approve(world, version.message)
    return {
        "outlets": reverse("outlets:list"), "outlets-unseen": f"{reverse('outlets:list')}?loai=board&lau=7&xep=lau",
        "outlet": reverse("outlets:outlet", args=[first.outlet_id]),
        "outlet-new": reverse("outlets:new", args=["leaflet"]), "outlet-import": reverse("outlets:import_new"),
        "work": reverse("outreach:placement_work"), "done": reverse("outreach:placement", args=[first.pk]),
        "waiting": reverse("outreach:placement", args=[waiting.pk]),
        "list": reverse("outreach:placements", args=[row.pk]),
        "broadcast": reverse("outreach:broadcast", args=[row.pk]),
        "new": f"{reverse('outreach:new')}?tin={version.message_id}",
        "compose": reverse("messages:compose", args=[draft.pk]),
        "link": link_for(waiting).removeprefix(django_settings.LANTOA_BASE_URL),
    }  # fmt: skip


def test_every_page_holds_on_a_phone_and_on_a_desk(world: World, page: Page, live_server: Any) -> None:
    addresses = build(world)
    user = world.hire(Role.CHANNEL_OFFICER, Role.EDITOR, Role.LEADER)
    sign_in(page, user, live_server.url)
    width, shots, wrong = page.viewport_size["width"], os.environ.get("SHOTS"), []  # type: ignore[index]
    for name, address in addresses.items():
        answer = page.goto(live_server.url + address)
        assert answer is not None
        assert answer.status == 200, name
        if shots:
            page.screenshot(path=str(Path(shots) / f"{name}-{width}.png"), full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            wrong.append((name, f"{wide} px wide"))
        height = page.evaluate("document.documentElement.scrollHeight")  # whole, so that no tab bar lies over a field
        page.set_viewport_size({"width": width, "height": max(height, 740)})
        found = Axe().run(page, options=AXE)
        page.set_viewport_size({"width": width, "height": 740})
        wrong += [(name, one["id"], one["nodes"][0]["html"][:160]) for one in found.response["violations"]]
    assert wrong == []
