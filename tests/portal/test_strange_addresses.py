"""What nobody types: addresses and questions with bytes that no page, file or row can bear; other spellings of one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.converters import IntConverter

from lantoa.newsroom.services import SiteMade
from tests.newsroom.samples import document, wav

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


STAFF = "ban-lam-viec/", "quan-tri/", "tai-khoan/", "_util/"


def public_patterns(patterns: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that a stranger may try, with its route."""
    for one in patterns:
        route = before + str(getattr(one.pattern, "_route", ""))
        if isinstance(one, URLPattern):
            yield route, one
        elif not route.startswith(STAFF):
            yield from public_patterns(one.url_patterns, route)


def test_no_public_address_takes_a_number_in_two_spellings() -> None:
    known = [(route, one.pattern) for route, one in public_patterns(get_resolver().url_patterns)]
    assert "noi-toi-o/<number:unit_id>/" in {route for route, _pattern in known}
    takes_many = {
        route or pattern.regex.pattern
        for route, pattern in known
        if any(isinstance(one, IntConverter) for one in pattern.converters.values()) or r"\d" in pattern.regex.pattern
    }
    assert {route for route in takes_many if not route.startswith(STAFF)} == set()


def test_a_file_that_no_page_shows_is_nobodys_by_any_spelling_of_its_number(site: SiteMade, client: Client) -> None:
    file = document("ban-nhap.wav", wav(1))
    arabic = "".join(chr(0x660 + int(digit)) for digit in str(file.pk))
    numbers = (str(file.pk), f"00{file.pk}", arabic)
    assert [client.get(f"/tai-lieu/{number}/{file.filename}").status_code for number in numbers] == [404] * 3
    assert file.url == f"/tai-lieu/{file.pk}/{file.filename}"
