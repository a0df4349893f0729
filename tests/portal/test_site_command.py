"""`lantoa site`: a province's site out of nothing, and the address it tells the world."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Locale, Page, Site

from lantoa.newsroom.models import HomePage, SectionPage
from lantoa.newsroom.services.site import follow_address

pytestmark = pytest.mark.django_db


def test_a_site_is_made_of_nothing_and_made_once(province: Any, client: Any, capsys: Any, settings: Any) -> None:
    settings.LANTOA_BASE_URL = "https://giamngheo.example"
    Locale.objects.get_or_create(language_code="vi")
    assert client.get("/chinh-sach/").status_code == 404
    for _twice in range(2):
        call_command("site")
    told = capsys.readouterr().out.splitlines()
    assert told[0] == told[1] == (
        f"The site of Tỉnh Mẫu stands at https://giamngheo.example: {len(settings.LANGUAGES)} languages, "
        f"{SectionPage.objects.filter(locale__language_code='vi').count()} sections in each."
    )  # fmt: skip
    assert HomePage.objects.count() == len(settings.LANGUAGES)
    assert [client.get(path).status_code for path in ("/", "/chinh-sach/", "/en/chinh-sach/")] == [200] * 3
    section = Page.objects.get(slug="chinh-sach", locale__language_code="en")
    assert section.full_url == "https://giamngheo.example/en/chinh-sach/"


def test_a_province_that_is_not_loaded_is_told_what_comes_first(settings: Any, db: None) -> None:
    settings.LANTOA_PROVINCE_CODE = "98"
    with pytest.raises(CommandError, match="lantoa units load"):
        call_command("site")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://giamngheo.example", "https://giamngheo.example"),
        ("http://giamngheo.example", "http://giamngheo.example"),
        ("http://10.0.0.4:8077", "http://10.0.0.4:8077"),
    ],
)
def test_an_address_that_changes_is_told_from_the_next_migration_on(
    site: Any, publish: Any, settings: Any, address: str, told: str
) -> None:
    page = Page.objects.get(pk=publish("policy", "Vay vốn").pk)
    settings.LANTOA_BASE_URL = address
    follow_address()
    assert page.full_url == f"{told}{page.url}"
    assert page.url == "/chinh-sach/vay-von/"


def test_a_site_that_somebody_added_keeps_its_address(site: Any, settings: Any) -> None:
    other = Site.objects.create(hostname="khac.example", port=80, root_page=site.home["vi"])
    settings.LANTOA_BASE_URL = "https://giamngheo.example"
    follow_address()
    other.refresh_from_db()
    assert (other.hostname, Site.objects.get(is_default_site=True).hostname) == ("khac.example", "giamngheo.example")
