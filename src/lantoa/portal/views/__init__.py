"""The public site: read, search, ask, follow the answer, subscribe. No account, no cookie, no JavaScript."""

from lantoa.portal.views.reading import home

__all__ = ["home"]
