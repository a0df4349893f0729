from collections.abc import Iterator

import pytest

from lantoa.kernel import access
from tests.audience import world as province
from tests.audience.world import World


@pytest.fixture
def world(db: None) -> Iterator[World]:
    before = list(access._source)
    yield province.build()
    access._source[:] = before
