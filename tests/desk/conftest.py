"""The portal's small province serves the desk too."""

import pytest

from tests.portal.conftest import province, publish, site

__all__ = ["province", "publish", "site"]


@pytest.fixture
def sign_in(client):
    """`sign_in(user)` gives a client that is that user."""

    def go(user):
        client.force_login(user)
        return client

    return go
