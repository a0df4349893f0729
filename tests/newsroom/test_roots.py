"""The beginnings of sites: asked once while somebody watches, anew when anything has changed."""

import time

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from lantoa.newsroom.roots import WATCHED, Roots, remember_roots

pytestmark = pytest.mark.django_db


@pytest.fixture
def roots():
    known = Roots()
    known.trust(until=time.monotonic() + 60)
    return known


@pytest.fixture
def reader(client, roots):
    """A reader whose questions come through a process that watches for changes."""
    client.defaults[WATCHED] = roots
    return client


def sites_asked(reader, url):
    with CaptureQueriesContext(connection) as asked:
        assert reader.get(url).status_code == 200
    return sum('FROM "wagtailcore_site"' in sql["sql"] for sql in asked.captured_queries)


def test_a_second_reader_asks_for_no_site_no_language_and_no_home(site, reader):
    url = site.articles["vi"].url
    assert sites_asked(reader, url) == 1
    with CaptureQueriesContext(connection) as asked:
        second = reader.get(url)
    told = " ".join(sql["sql"] for sql in asked.captured_queries)
    assert (second.status_code, 'FROM "wagtailcore_site"' in told, 'FROM "newsroom_homepage"' in told) == (
        200, False, False
    )  # fmt: skip
    assert 'FROM "wagtailcore_locale"' not in told


def test_each_language_has_a_home_of_its_own(site, reader, roots):
    for _turn in range(2):
        for language, url in (("en", "/en/"), ("vi", "/")):
            assert f'<html lang="{language}"' in reader.get(url).content.decode()
            assert site.articles[language].title in reader.get(site.articles[language].url).content.decode()
    assert {key[1]: kept.root_page.pk for key, (kept, _paths) in (roots.open() or {}).items()} == {
        "en": site.home["en"].pk, "vi": site.home["vi"].pk
    }  # fmt: skip


def test_when_nobody_watches_everybody_asks(site, client, roots):
    assert [sites_asked(client, site.articles["vi"].url) for _turn in range(2)] == [1, 1]
    roots.trust(until=time.monotonic() - 1)
    client.defaults[WATCHED] = roots
    assert [sites_asked(client, site.articles["vi"].url) for _turn in range(2)] == [1, 1]


def test_what_has_changed_is_asked_anew(site, reader, roots):
    url = site.articles["vi"].url
    sites_asked(reader, url)
    roots.forget()
    assert [sites_asked(reader, url) for _turn in range(2)] == [1, 0]


def test_what_was_read_before_a_change_is_kept_for_nobody(site, roots):
    def answer(request):
        Site.find_for_request(request)
        roots.forget()  # the watcher has just seen a change
        return HttpResponse()

    remember_roots(answer)(RequestFactory().get("/", **{WATCHED: roots}))
    assert roots.open() == {}


def test_what_one_request_does_to_its_home_stays_with_it(site, roots):
    homes: list[Page] = []

    def answer(request):
        homes.append(Site.find_for_request(request).root_page)
        homes[-1].title = f"Của riêng {len(homes)}"
        return HttpResponse()

    for _turn in range(3):
        remember_roots(answer)(RequestFactory().get("/", **{WATCHED: roots}))
    assert len({id(home) for home in homes}) == 3
    [(kept, _paths)] = (roots.open() or {}).values()
    assert kept.root_page.title == Site.objects.get().root_page.title


def test_homes_learnt_beforehand_are_those_that_a_reader_would_learn(site, client, roots):
    client.defaults[WATCHED] = roots
    roots.learn("testserver", "80", ["vi", "en"])
    assert [sites_asked(client, site.articles[language].url) for language in ("vi", "en")] == [0, 0]
    assert {key: kept.root_page.pk for key, (kept, _paths) in (roots.open() or {}).items()} == {
        ("testserver", language): site.home[language].pk for language in ("vi", "en")
    }
