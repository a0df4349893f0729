"""A small province with a site, an officer who enters what the press told, and press kits as people write them."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from wagtail.images.tests.utils import get_test_image_file_jpeg

from lantoa.agencies.models import Post
from lantoa.approvals import services as approvals
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.newsroom.models import NewsImage
from lantoa.pressroom import services
from lantoa.pressroom.enums import LinkKind, Medium, Wish
from lantoa.pressroom.kit_content import KitText, Whom
from lantoa.pressroom.models import PressLink
from lantoa.pressroom.services import Facts
from lantoa.pressroom.services import journalists as people
from lantoa.pressroom.services import requests as asking
from lantoa.pressroom.services.journalists import Application
from lantoa.pressroom.services.requests import Asked
from tests.portal.conftest import province, publish, site

__all__ = ["province", "publish", "site"]
DAY = date(2026, 9, 15)
TYPED = {"name": "Trần Thị Báo", "outlet": "Báo Mẫu", "card": "TB-0042", "email": "Bao@bao-mau.example", "website": ""}
SOON = timedelta(hours=5)
PDF = b"%PDF-1.7\n" + b"So lieu quy ba. " * 2000
KIT = KitText(
    title="Vay vốn nuôi cua: ba năm nhìn lại", summary="Ba trăm hộ vay vốn, hai trăm hộ thoát nghèo.",
    text="Sáng nay, Sở Mẫu công bố kết quả.\n\nBa trăm hộ đã vay vốn.",
    contact=Whom(words="Chánh Văn phòng, Sở Mẫu", phone="0290 383 1234", email="vp@so-mau.example"),
)  # fmt: skip


def facts(**changes):
    said = {"medium": Medium.ONLINE, "outlet_name": "Báo Thử", "title": "Vay vốn nuôi cua", "told_on": DAY,
            "link": "https://bao.example.vn/vay-von?id=7"}  # fmt: skip
    return Facts(**said | changes)


def image(title="Ao cua", *, credit="Báo Mẫu", size=(1600, 900), **said):
    file = get_test_image_file_jpeg(filename=f"{title}.jpg", size=size)
    said = {"description": f"Hình {title}.", "shows_people": False, **said}
    return NewsImage.objects.create(title=title, file=file, credit=credit, **said)


@pytest.fixture
def clerk(province):
    return province.hire(Role.REPORTER)


@pytest.fixture
def enter(province, clerk):
    """`enter(title=…)` enters a piece of the province."""

    def go(*, unit_id=None, by=None, **changes):
        return services.enter_clipping(
            unit_id=unit_id or province.unit_id, facts=facts(**changes), by=by or clerk, at=now()
        )

    return go


@pytest.fixture
def editor(province):
    return province.hire(Role.EDITOR)


@pytest.fixture
def leader(province):
    return province.hire(Role.LEADER)


@pytest.fixture
def post(province, leader):
    """The leader's post, as agencies keep it."""
    return Post.objects.create(user=leader, role=Role.LEADER, agency_id=province.department_id,
                               title="Chánh Văn phòng", valid=DateRange(date(2020, 1, 1), None))  # fmt: skip


@pytest.fixture
def write(province, editor):
    """`write(title=…)` begins a kit and returns it."""

    def go(*, by=None, unit_id=None, **changes):
        return services.open_kit(
            unit_id=unit_id or province.unit_id, text=replace(KIT, **changes), by=by or editor, at=now()
        ).kit

    return go


@pytest.fixture
def release(editor, leader):
    """`release(kit)` sends its newest version and has the leader release it."""

    def go(kit, *, by=None, at=None):
        sent = services.send_kit(kit_id=kit.pk, by=editor, at=at or now())
        return approvals.decide(submission_id=sent.pk, by=by or leader, at=at or now(), approve=True)

    return go


@pytest.fixture
def applied(province):
    """`applied(email=…)` is a journalist who confirmed the address."""

    def go(at=None, **changes):
        at = at or now()
        told = {name: TYPED[name] for name in ("name", "outlet", "card", "email")}
        people.apply(told=Application(**told | changes), language="vi", at=at)
        return people.confirm(people.link_token(PressLink.objects.latest("pk")), at=at)

    return go


@pytest.fixture
def admitted(applied, leader):
    """`admitted()` is a registered journalist."""

    def go(at=None, until=None, **changes):
        row = applied(at=at, **changes)
        people.accept(journalist_id=row.pk, until=until or today() + timedelta(days=90), by=leader, at=at or now())
        row.refresh_from_db()
        return row

    return go


def way_in(journalist, at=None):
    people.ask_to_enter(email="bao@bao-mau.example", language="vi", at=at or now())
    return people.link_token(PressLink.objects.filter(journalist=journalist, kind=LinkKind.ENTER).latest("pk"))


@pytest.fixture
def inside(admitted):
    """A browser in which a registered journalist has entered."""
    client = Client()
    client.journalist = admitted()
    client.post(f"/bao-chi/vao/{way_in(client.journalist)}/")
    return client


@pytest.fixture
def ask(inside, province):
    """`ask(unit_id=…)` is a request of the journalist who has entered."""

    def go(*, at=None, unit_id=None, due=SOON, **changes):
        at = at or now()
        said = {"wish": Wish.FIGURES, "subject": "Vay vốn quý ba", "question": "Bao nhiêu hộ đã vay?"} | changes
        asked = Asked(unit_id=unit_id or province.unit_id, due_at=at + due, **said)
        return asking.ask(journalist_id=inside.journalist.pk, asked=asked, submission_key=uuid4().hex, at=at)

    return go
