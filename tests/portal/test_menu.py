"""The menu is the installation's; the page of all sections leads to what holds something, and nowhere else."""

import pytest
from django.test import override_settings

from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.selectors import sections_in_use
from lantoa.portal import menu

pytestmark = pytest.mark.django_db


def test_every_kind_of_section_has_a_place():
    assert set(SectionKind.values) <= set(menu.PLACES)


def test_the_menu_is_what_the_installation_chose(client, province):
    with override_settings(LANTOA_MENU=["laws", "feedback"]):
        page = client.get("/quyen-rieng-tu/").content.decode()
    head = page.split("<main")[0]
    assert 'href="/van-ban/"' in head
    assert 'href="/gui-y-kien/"' in head
    assert 'href="/tin/"' not in head


def test_a_menu_that_names_what_there_is_not_is_refused_at_start():
    with override_settings(LANTOA_MENU=["laws", "weather"]):
        (problem,) = menu.check_menu()
    assert "weather" in problem.msg
    assert "policies" in problem.hint


def test_a_section_is_shown_once_it_holds_a_published_page(client, publish, django_assert_num_queries):
    publish("article", "Đường mới về ấp")
    with django_assert_num_queries(2):
        assert sections_in_use() == {SectionKind.ARTICLES}
    page = client.get("/muc-luc/").content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    assert 'href="/tin/"' in main
    assert 'href="/van-ban/"' not in main
    assert 'href="/hoi-dap/"' in main


def test_the_name_and_who_answers_are_settings(client, province):
    with override_settings(LANTOA_NAME="Cổng Giảm nghèo", LANTOA_OWNER="Sở Nông nghiệp và Môi trường"):
        page = client.get("/quyen-rieng-tu/").content.decode()
    assert "· Cổng Giảm nghèo</title>" in page
    assert "Sở Nông nghiệp và Môi trường" in page
