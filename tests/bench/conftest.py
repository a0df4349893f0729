"""The portal's small province."""

from tests.portal.conftest import province, publish, site

__all__ = ["province", "publish", "site"]
