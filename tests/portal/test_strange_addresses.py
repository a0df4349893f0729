"""What nobody types: addresses and questions with bytes that no page, file or row can bear."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from lantoa.newsroom.services import SiteMade

pytestmark = pytest.mark.django_db
NUL = "\x00"


def with_words(patterns: object, before: str = "") -> list[str]:
    """Each public address with a word in it, the word a NUL."""
    found = []
    for one in patterns:  # type: ignore[attr-defined]
        route = before + str(getattr(one.pattern, "_route", one.pattern))
        if not isinstance(one, URLPattern):
            found += with_words(one.url_patterns, route)
        elif "<" in route and not route.startswith(("quan-tri", "webhook", "_")):
            parts = [NUL if part.startswith("<") else part for part in route.replace("<", "/<").split("/")]
            found.append("/" + "/".join(part for part in parts if part) + "/" * route.endswith("/"))
    return sorted({one for one in found if "^" not in one})


def test_an_address_with_a_nul_is_no_page(site: SiteMade, client: Client) -> None:
    addresses = [*with_words(get_resolver().url_patterns), f"/media/images/{NUL}", f"/km/tin/{NUL}/", f"/{NUL}"]
    assert f"/l/{NUL}" in addresses
    assert {one: client.get(one).status_code for one in addresses} == dict.fromkeys(addresses, 404)


@pytest.mark.parametrize(
    "address", ["/tim/", "/tim/goi-y/", "/noi-toi-o/", "/van-ban/", "/tin/", "/su-kien/", "/lich/", "/dinh-chinh/",
                "/so-lieu/", "/du-lieu-mo/", "/bao-chi/", "/toi-duoc-huong-gi/", "/trang-nay/bao-loi/", "/thong-bao/"],
)  # fmt: skip
def test_a_question_with_strange_bytes_is_answered(address: str, site: SiteMade, client: Client) -> None:
    names = ("q", "page", "trang", "xa", "loai", "nam", "tu", "den", "ngon-ngu", "ngay", "thang", "xep", "excel")
    for strange in (NUL, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "9" * 400, "-1", "٣", '’"<>'):
        answer = client.get(address, dict.fromkeys(names, strange))
        assert answer.status_code in {200, 301, 302, 400, 404}, strange
