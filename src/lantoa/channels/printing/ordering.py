"""A printer's order: one page for each sort of printing, and a workbook of how many copies go to which unit and place.

Sort, size, paper and where to deliver are what the outlets' settings say (`form.PrintForm`); what nobody entered stays
a line to write on. There are no prices.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from lantoa.channels.placing import Placing
from lantoa.channels.printing import words
from lantoa.channels.printing.tables import Cell, workbook
from lantoa.channels.printing.typesetting import Facts, typeset
from lantoa.ui.writing import number

ORDER = "printing/order.typ"
A_PAGE = 18
"""Lines of deliveries that the order's one page holds."""

HEADERS = (
    ("STT", 6), ("Đơn vị", 24), ("Ấp, khóm", 20), ("Điểm phát", 32), ("Giao tới", 38), ("Loại", 16), ("Khổ", 10),
    ("Giấy", 18), ("Cả đơn vị", 12), ("Số lượng", 12),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed: its usual name, and the file in the same package that holds it."""

    matter: str
    file: str


def order(printed: Printed, placings: Sequence[Placing]) -> dict[str, bytes]:
    """File name → bytes of the orders, a page each, and of the workbook; units stand together in the order given."""
    files, sorts = {}, list(dict.fromkeys(_sort(one) for one in placings))
    for place, sort in enumerate(sorts, 1):
        name = "phieu-dat-in.pdf" if len(sorts) == 1 else f"phieu-dat-in-{place}.pdf"
        files[name] = typeset(ORDER, _order(printed, [one for one in placings if _sort(one) == sort], sort))
    return files | {"so-luong.xlsx": _workbook(placings)}


def by_language(placings: Sequence[Placing], name: str, made: Callable[[Placing], bytes]) -> dict[str, bytes]:
    """File name → what is made of the message, once for each of its languages, Vietnamese first and under the plain
    name: "to-roi.pdf", "to-roi-km.pdf"."""
    first = {one.language: one for one in reversed(placings)}
    codes, (stem, _dot, ending) = sorted(first, key=lambda code: (code != "vi", code)), name.rpartition(".")
    return {name if code == codes[0] else f"{stem}-{code}.{ending}": made(first[code]) for code in codes}


type Sort = tuple[str, str, str]


def _sort(placing: Placing) -> Sort:
    told = placing.place.settings
    return (str(told.get("matter") or ""), str(told.get("size") or ""), str(told.get("paper") or ""))


def _to(placing: Placing) -> str:
    return str(placing.place.settings.get("delivery") or "") or words.place_name(placing.place)


def _by_unit(placings: Sequence[Placing]) -> Counter[str]:
    units: Counter[str] = Counter()
    for one in placings:
        units[one.place.unit] += one.place.quantity
    return units


def _order(printed: Printed, placings: Sequence[Placing], sort: Sort) -> Facts:
    first = placings[0]
    lines = [{"unit": one.place.unit, "to": _to(one), "copies": number(one.place.quantity)} for one in placings]
    units, more = _by_unit(placings), ""
    if len(lines) > A_PAGE:
        places = Counter(one.place.unit for one in placings)
        lines = [
            {"unit": name, "to": f"{number(places[name])} điểm, xem so-luong.xlsx", "copies": number(copies)}
            for name, copies in units.items()
        ]
        more = "Từng địa chỉ giao ở tệp so-luong.xlsx trong cùng gói này."
    if len(lines) > A_PAGE:
        whole = f"{number(len(lines))} đơn vị, {number(len(placings))} điểm"
        lines = [{"unit": whole, "to": "xem so-luong.xlsx", "copies": number(units.total())}]
    needed = f"{timezone.localtime(first.starts_at):%d/%m/%Y}" if first.starts_at else ""
    return {
        "title": f"Phiếu đặt in: {first.title}", "headline": first.title, "source": first.source, "language": "vi",
        "matter": sort[0] or printed.matter, "size": sort[1], "paper": sort[2], "needed": needed,
        "file": printed.file, "lines": lines, "more": more, "total": number(units.total()),
    }  # fmt: skip


def _workbook(placings: Sequence[Placing]) -> bytes:
    """Every place; a unit's sum stands in its first line."""
    first, units = placings[0], _by_unit(placings)
    total = units.total()
    rows: list[Sequence[Cell]] = []
    for line, one in enumerate(placings, 1):
        place = one.place
        told = (line, place.unit, place.hamlet, place.name, _to(one), *_sort(one))
        rows.append([*told, units.pop(place.unit, ""), place.quantity])
    last: list[Cell] = ["", "Cộng", *[""] * 6, total, total]
    return workbook(f"Số lượng in: {first.title}", [first.source] if first.source else [], HEADERS, rows, last)
