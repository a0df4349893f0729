"""The words that every sheet carries, in Vietnamese: where, since when, whom to ask, where to read more.

A sheet speaks the language of public papers whatever language its maker's pages are in. On sheets in Khmer these few
labels stay Vietnamese until a native reader has approved Khmer ones.
"""

import io
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.utils import timezone

from lantoa.channels.placing import Place, Placing
from lantoa.ui.writing import bind_compounds


def posted(placing: Placing) -> str:
    """Since when and until when a sheet hangs, in days of Vietnam: "Niêm yết từ … đến hết …"; empty without either."""
    since = f"từ {_day(placing.starts_at)}" if placing.starts_at else ""
    until = f"đến hết {_day(placing.expires_at)}" if placing.expires_at else ""
    return f"Niêm yết {since} {until}".replace("  ", " ").strip() if since or until else ""


def _day(moment: object) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y}"  # type: ignore[arg-type]


def contact(place: Place) -> str:
    """Whom to ask: what the outlet says of itself, else the province's line; empty when nobody entered either."""
    own = str(place.settings.get("contact") or "").strip()
    if own or not settings.LANTOA_HOTLINE:
        return own
    hours = f" ({settings.LANTOA_HOTLINE_HOURS})" if settings.LANTOA_HOTLINE_HOURS else ""
    return f"gọi {settings.LANTOA_HOTLINE}{hours}"


def address(link: str) -> str:
    """A link as people type it."""
    parts = urlsplit(link)
    return f"{parts.netloc}{parts.path}".rstrip("/")


def qr(link: str) -> str:
    """A link as an SVG of squares, error correction M; empty for no link."""
    if not link:
        return ""
    drawn = io.BytesIO()
    segno.make_qr(link, error="m").save(drawn, kind="svg", border=0, xmldecl=False, nl=False)
    return drawn.getvalue().decode()


def place_name(place: Place) -> str:
    """An outlet with its hamlet or unit, where its name does not tell."""
    under = place.hamlet or place.unit
    return place.name if not under or under in place.name else f"{place.name}, {under}"


def heading(title: str) -> str:
    """A headline that splits no compound over two lines."""
    return bind_compounds(title)
