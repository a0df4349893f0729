from collections.abc import Iterator

import pytest

from lantoa.kernel import access
from tests.outreach import world as small
from tests.outreach.world import World


@pytest.fixture
def world(db: None) -> Iterator[World]:
    before = list(access._source)
    yield small.build()
    access._source[:] = before
