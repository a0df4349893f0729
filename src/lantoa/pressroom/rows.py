"""One row of a list of clippings, read into facts or into sentences that say what to put right."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from lantoa.kernel.tables import Row, RowError
from lantoa.kernel.text import fold
from lantoa.newsroom.enums import Programme
from lantoa.pressroom.enums import BROADCAST, Medium
from lantoa.pressroom.services import Facts

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "medium": ("loại", "loại hình", "kind"),
    "outlet_name": ("báo, đài", "báo đài", "cơ quan báo chí", "outlet"),
    "title": ("tít", "tên bài", "tin bài", "title"),
    "told_on": ("ngày", "ngày đăng", "ngày phát", "day"),
    "told_at": ("giờ", "giờ phát", "hour"),
    "minutes": ("phút", "thời lượng", "minutes"),
    "link": ("liên kết", "đường dẫn", "link"),
    "programmes": ("chương trình", "programmes"),
    "content_line": ("nội dung", "content line"),
}
REQUIRED: Final = ("medium", "outlet_name", "title", "told_on")
_MEDIA: Final = {
    "bao dien tu": Medium.ONLINE, "online": Medium.ONLINE, "bao in": Medium.PRINT, "print": Medium.PRINT,
    "truyen hinh": Medium.TELEVISION, "television": Medium.TELEVISION, "phat thanh": Medium.RADIO,
    "radio": Medium.RADIO,
}  # fmt: skip
_PROGRAMMES: Final = {
    "giam ngheo": Programme.POVERTY, "nong thon moi": Programme.NEW_RURAL, "dan toc": Programme.ETHNIC,
    **{one.value: one for one in Programme},
}  # fmt: skip


class Wrong(Exception):
    """A cell that cannot be used."""

    def __init__(self, field: str, why: str, what_to_do: str) -> None:
        super().__init__(why)
        self.field, self.why, self.what_to_do = field, why, what_to_do


def read(row: Row, columns: Mapping[str, str]) -> Facts | RowError:
    """The facts of a row, or what is wrong with it first."""
    if row.problem:
        return RowError(row.number, "", row.problem, "")
    told = {name: row.cells.get(header, "").strip() for name, header in columns.items()}
    try:
        return Facts(**dict(_values(told)))
    except Wrong as wrong:
        return RowError(row.number, columns.get(wrong.field, wrong.field), wrong.why, wrong.what_to_do)


def _values(told: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name in REQUIRED:
        if not told.get(name):
            raise Wrong(name, _("It is empty."), _("Fill it in."))
    medium = _MEDIA.get(fold(told["medium"]))
    if medium is None:
        raise Wrong("medium", _("This kind is not known."), _("Write báo điện tử, báo in, truyền hình or phát thanh."))
    yield "medium", medium
    yield "outlet_name", told["outlet_name"][:160]
    yield "title", told["title"][:300]
    yield "told_on", _day(told["told_on"])
    yield "told_at", _hour(told.get("told_at", ""))
    minutes = _minutes(told.get("minutes", ""))
    if minutes and medium not in BROADCAST:
        raise Wrong("minutes", _("Only television and radio tell by the minute."), _("Leave it empty."))
    yield "minutes", minutes
    yield "link", _link(told.get("link", ""))
    yield "programmes", _programmes(told.get("programmes", ""))
    yield "content_line", told.get("content_line", "").strip().rstrip(".)").lower()[:40]


def _day(text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise Wrong("told_on", _("This is no day."), _("Write it as 15/09/2026."))


def _hour(text: str) -> time | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})(?:\s*[:hg]\s*(\d{2})?)?(?::\d{2})?", text.lower())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise Wrong("told_at", _("This is no hour."), _("Write it as 19:45."))
    return time(hour, minute)


def _minutes(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        found = Decimal(0)
    if not 0 < found < 10_000:
        raise Wrong("minutes", _("This is no number of minutes."), _("Write it as 3 or 3,5."))
    return round(found, 1)


def _link(text: str) -> str:
    if not text:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        raise Wrong("link", _("This is no web address."), _("Copy it from the browser, https:// included.")) from None
    return text[:500]


def _programmes(text: str) -> tuple[Programme, ...]:
    found = []
    for name in filter(None, (fold(part) for part in text.split(";"))):
        if name not in _PROGRAMMES:
            raise Wrong("programmes", _("This programme is not known."),
                        _("Write giảm nghèo, nông thôn mới or dân tộc, split by semicolons."))  # fmt: skip
        found.append(_PROGRAMMES[name])
    return tuple(dict.fromkeys(found))
