"""Very many pages: what one of each kind asks of the database when nobody has read it yet, and how long those who
write wait for the pages they work in."""

import statistics
import time
from contextlib import suppress
from itertools import product
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from bench.many_pages import copies
from lantoa.approvals.services import decide
from lantoa.figures.catalogue import SETS
from lantoa.figures.jobs import count_this_year
from lantoa.kernel.clock import now
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import types_by_section
from lantoa.newsroom.services import draw_pictures_of, revise_page, write_page
from lantoa.portal.audiences import DOORS
from lantoa.portal.baking import oven
from lantoa.portal.jobs import weigh_kits
from lantoa.portal.pages import PAGES
from lantoa.pressroom import services as pressroom
from lantoa.pressroom.kit_content import KitText, Whom
from lantoa.territory import writing
from lantoa.territory.enums import LEVEL_OF_KIND, UnitKind
from lantoa.territory.writing import Face, Occasion
from tests.newsroom.samples import fields_of
from tests.portal.conftest import SINCE, unit

DESK = (
    "", "trang/", "trang/?giai-doan=live", "trang/?giai-doan=draft", "trang/dich/", "toa-soan/", "toa-soan/lich/",
    "do-moi/", "tim/?q=mau+cam+nang",
)  # fmt: skip
"""Pages of the desk that look through all pages."""
TURNS = 3
KIT = KitText(
    title="Vay vốn nuôi cua", summary="Ba trăm hộ đã vay vốn.", text="Sáng nay, Sở Mẫu công bố kết quả.",
    contact=Whom(words="Chánh Văn phòng, Sở Mẫu", phone="0290 000 0188", email="vp@so-mau.example"),
)  # fmt: skip
_urls: dict[str, str] = {}


def fill(editors: Any, total: int) -> None:
    """One page of every kind through the gate, then as many copies of each as make the total; half are articles, all of
    them filed in a column and a campaign. A special page gathers one of each other kind."""
    article, models = editors.pages[1], types_by_section()
    pages = {kind: _written(editors, kind) for kind in models if kind != SectionKind.SPECIALS}
    chosen = [{"page": page} for page in pages.values()]
    pages[SectionKind.SPECIALS] = _written(editors, SectionKind.SPECIALS, lead_story=article, chosen=chosen)
    filed = {"column": pages[SectionKind.COLUMNS], "campaign": pages[SectionKind.CAMPAIGNS]}
    editors.approve(revise_page(page=article, by=editors.writer, at=now(), **filed))
    article.refresh_from_db()
    copies(article, total // 2)
    for page in pages.values():
        copies(page, total // 2 // len(models))
        _urls[type(page).__name__] = page.url
        _urls[f"list of {type(page).__name__}"] = page.get_parent().url
    _urls["commune"] = _settle(article.unit_id)
    _urls["kit of a commune"] = reverse("portal:kit", args=["98001"])
    _urls.update({f"door {name}": reverse("portal:audience", args=[name]) for name in DOORS})
    _urls["data set"] = reverse("figures:dataset", args=[next(iter(SETS))])
    _urls["press kit"] = _release(article.unit_id, editors)
    _urls.update({url: url for url in _asked(article.unit_id)})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")  # a test takes all back


def _written(editors: Any, kind: str, **facts: Any) -> Any:
    """A published page of this kind, drawn as the worker does when it has gone out."""
    model, parent = types_by_section()[kind], editors.site.sections[SectionKind(kind)]["vi"]
    page = write_page(
        model, parent=parent, title=f"Mẫu {kind}", lead="Vài lời.", by=editors.writer, at=now(),
        **fields_of(model), **facts,
    )  # fmt: skip
    editors.approve(page)
    draw_pictures_of(page_id=page.pk)
    page.refresh_from_db()
    return page


def _asked(unit_id: int) -> list[str]:
    """Addresses with a question in them, which are never baked."""
    about, words = f"?xa={unit_id}", "mau+cam+nang"
    return [
        f"/{about}", f"{reverse('portal:audience', args=['ho-ngheo'])}{about}", f"{reverse('portal:guide')}{about}",
        f"{reverse('portal:places')}?q=khong+thay", f"{reverse('portal:answers')}?q={words}",
        f"{_urls['list of ArticlePage']}?page=2", f"{reverse('portal:search')}?nhom=poor",
        f"{reverse('portal:search')}?q=khong+thay+gi", f"{reverse('portal:search')}?q={words}",
        f"{reverse('portal:search')}?q={words}&xa={unit_id}&page=2",
    ]  # fmt: skip


def _settle(unit_id: int) -> str:
    """The unit that all pages are about is a commune of the province; its page."""
    province = unit("Tỉnh Mẫu", UnitKind.PROVINCE, code=settings.LANTOA_PROVINCE_CODE)
    face = Face("Xã Mẫu", "Mẫu", UnitKind.COMMUNE, LEVEL_OF_KIND[UnitKind.COMMUNE], province, "98001")
    writing.open_versions({unit_id: face}, Occasion(SINCE))
    writing.open_codes({unit_id: "98001"}, Occasion(SINCE))
    return reverse("portal:commune", args=[unit_id])


def _release(unit_id: int, editors: Any) -> str:
    """A press kit that is out; its page."""
    kit = pressroom.open_kit(unit_id=unit_id, text=KIT, by=editors.writer, at=now()).kit
    sent = pressroom.send_kit(kit_id=kit.pk, by=editors.writer, at=now())
    decide(submission_id=sent.pk, by=editors.approver, at=now(), approve=True)
    return reverse("portal:press_kit", args=[kit.pk])


def front() -> list[str]:
    """The portal's own pages in every language, beside those that are about a commune, a kit, a data set."""
    found = []
    for language, (name, _page) in product(dict(settings.LANGUAGES), PAGES.items()):
        with suppress(NoReverseMatch), override(language):
            found.append(reverse(name))
    return found


def by_name() -> dict[str, str]:
    """Every kind of page: one address of each."""
    return {**_urls, **{url: url for url in front()}}


def unread() -> None:
    """Make everything that is baked old, as a change of all areas would: whoever asks next is the first."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_stamp SET number = number + 1")


def queries() -> dict[str, int]:
    """Queries of a first hit by kind of page."""
    django, found = get_wsgi_application(), {}
    count_this_year.func(0)  # as the worker does every minute, for every process
    weigh_kits.func(0)  # as it does every ten
    for name, url in by_name().items():
        path, _, query = url.partition("?")
        oven.ask(django, "/tro-nang/")
        with CaptureQueriesContext(connection) as asked:
            answer = oven.ask(django, path, {"QUERY_STRING": query})
        if not answer.status.startswith("200"):
            raise AssertionError(f"{url}: {answer.status}")
        found[name] = len(asked)
    return found


def desk(editors: Any) -> dict[str, float]:
    """Milliseconds an editor waits for each page of the desk, medians."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(editors.writer)
    return {url: round(statistics.median(_waited(client, url) for _turn in range(TURNS)), 1) for url in DESK}


def _waited(client: Client, url: str) -> float:
    began = time.perf_counter()
    answer = client.get(f"/ban-lam-viec/{url}")
    if answer.status_code != 200:
        raise AssertionError(f"{url}: {answer.status_code}")
    return (time.perf_counter() - began) * 1000
