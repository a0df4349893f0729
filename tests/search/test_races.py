"""Two at once: whoever puts a page among what can be found, and whoever takes it down, over real transactions."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.db import connection, transaction
from wagtail.models import Locale, Page

from lantoa.newsroom import finding
from lantoa.newsroom.models import ArticlePage
from lantoa.search.models import SearchItem
from lantoa.search.selectors import Wanted, find, suggestions
from tests.search.conftest import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]


@pytest.fixture
def made() -> ArticlePage:
    """A live page, as one that passed the gate, not yet among what can be found."""
    locale, _made = Locale.objects.get_or_create(language_code="vi")
    unit = apps.get_model("territory", "Unit").objects.create()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        root = Page.get_first_root_node() or Page.add_root(title="Gốc", slug="goc", locale=locale)
        page: ArticlePage = root.add_child(
            instance=ArticlePage(
                title="Tin rút lại",
                slug="tin-rut-lai",
                lead="Sai.",
                unit_id=unit.pk,
                locale=locale,
                first_published_at=NOW,
            )
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    return page


def elsewhere(work: Callable[[], object]) -> Callable[[], object]:
    """The same on a connection of its own, closed afterwards."""

    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    return run


def show(page: ArticlePage) -> int:
    return finding.show(ArticlePage.objects.filter(pk=page.pk))


def withdraw(page: ArticlePage) -> int:
    return Page.objects.filter(pk=page.pk).update(live=False)


@pytest.mark.parametrize("first", [show, withdraw])
def test_a_page_taken_down_while_it_is_put_is_found_no_more(made, first):
    second = withdraw if first is show else show
    begun = threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            first(made)
            begun.set()
            threading.Event().wait(0.4)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(elsewhere(slowly))
        assert begun.wait(20)
        two = pool.submit(elsewhere(lambda: second(made)))
        one.result(30), two.result(30)
    assert not SearchItem.objects.exists()


def test_the_withdrawal_itself_takes_it_out(made):
    show(made)
    assert suggestions("tin rut", language="vi") == ["Tin rút lại"]
    withdraw(made)
    assert suggestions("tin rut", language="vi") == []
    assert find(Wanted("tin rút lại")).narrowing.total == 0
