"""What `make bench-portal` asks of pages nobody has read yet, tried with few of them."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from bench import first_hits
from bench.portal_promises import QUERIES
from chaos.crowd import Board
from chaos.editors import Editors


@pytest.fixture
def connected():
    """Our own WSGI keeps the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_kind_of_page_answers_with_few_queries(province, connected, settings):
    settings.LANTOA_PROVINCE_CODE = "98"
    editors = Editors(Board())
    editors.publish()
    first_hits.fill(editors, 40)
    found = first_hits.queries()
    assert {"commune", "door ho-ngheo", "press kit", "PolicyPage", "/so-lieu/", "/en/", "/km/noi-toi-o/"} <= set(found)
    assert {name: asked for name, asked in found.items() if asked > QUERIES} == {}
    assert set(first_hits.desk(editors)) == set(first_hits.DESK)
