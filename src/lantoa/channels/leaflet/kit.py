"""What people need to have leaflets printed and handed out: the leaflet, the printer's order, and how many go where."""

from collections import Counter
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.channels.placing import Kit, Measure, Placing
from lantoa.channels.printing import words
from lantoa.channels.printing.packing import ZIP, packed
from lantoa.channels.printing.tables import Cell, workbook
from lantoa.channels.printing.typesetting import Facts, TooLongError, ask, typeset
from lantoa.ui.writing import number

LEAFLET, ORDER = "leaflet/leaflet.typ", "leaflet/order.typ"
TRIED = ((17, 1), (16, 1), (15, 1), (14, 1), (13, 1), (12.5, 1), (13, 2), (12, 2), (11, 2), (10.5, 2), (10, 2))
"""Size of the text in points and sides it may take, the best first; below ten points, older people put it away."""
LEAST, SIDES = TRIED[-1]
A_PAGE = 18
"""Lines of deliveries that the order's one page holds."""

HEADERS = (
    ("STT", 6), ("Đơn vị", 24), ("Ấp, khóm", 20), ("Điểm phát", 32), ("Giao tới", 38), ("Loại", 16), ("Khổ", 10),
    ("Giấy", 18), ("Số lượng", 12),
)  # fmt: skip


def one_place(placing: Placing) -> Kit:
    """Return the same ZIP for one place."""
    return print_order([placing])


def print_order(placings: Sequence[Placing]) -> Kit:
    """Return a ZIP: the leaflet ready for print, a one-page order for each sort of printing, and a workbook of copies.

    Sort, size, paper and where to deliver are what the outlets' settings say; what nobody entered stays a line to write
    on. There are no prices. Raises TooLongError and CannotPrintError.
    """
    first, languages = placings[0], sorted({one.language for one in placings}, key=lambda code: (code != "vi", code))
    files = {}
    for language in languages:
        own = next(one for one in placings if one.language == language)
        files["to-roi.pdf" if language == languages[0] else f"to-roi-{language}.pdf"] = leaflet(own)
    sorts = list(dict.fromkeys(_sort(one) for one in placings))
    for place, sort in enumerate(sorts, 1):
        name = "phieu-dat-in.pdf" if len(sorts) == 1 else f"phieu-dat-in-{place}.pdf"
        files[name] = typeset(ORDER, _order([one for one in placings if _sort(one) == sort], sort))
    files["so-luong.xlsx"] = _workbook(first, placings)
    return Kit("dat-in-to-roi.zip", ZIP, packed(files))


def leaflet(placing: Placing) -> bytes:
    """Return the A5 leaflet, one or two sides; raises TooLongError and CannotPrintError."""
    facts = _facts(placing)
    size = _size(facts)
    if not size:
        over = _over(facts)
        said = _("The text does not fit on both sides of a leaflet. Shorten it by about %(n)d characters.")
        raise TooLongError(said % {"n": over}, over)
    return typeset(LEAFLET, {**facts, "size": size})


def measure(text: str) -> Measure:
    """How much of the leaflet's two sides a text takes at the least size; 1 is all of it."""
    facts = _page(text, title="Một tiêu đề chừng hai dòng trên tờ rơi này", contact="x" * 60, qr=words.qr("https://x"))
    size = _size(facts)
    if not size:
        over = _over(facts)
        said = _("Does not fit on both sides of a leaflet: shorten by about %(n)d characters") % {"n": over}
        return Measure(len(text) / (len(text) - over), said)
    sides = _sides(facts, size)
    said = _("%(n)d of 2 sides, in type of %(size)s point") % {"n": sides, "size": f"{size:g}".replace(".", ",")}
    return Measure(sides / SIDES, said)


def _size(facts: Facts) -> float:
    """The best size at which it fits; 0: none."""
    if _sides(facts, LEAST) > SIDES:
        return 0
    return next(size for size, sides in TRIED if _sides(facts, size) <= sides)


def _sides(facts: Facts, size: float) -> int:
    pages: int = ask(LEAFLET, {**facts, "size": size}, "pages")
    return pages


def _over(facts: Facts) -> int:
    """Characters too many at the least size, by halving."""
    text, low, high = facts["text"], 0, len(facts["text"])
    while low + 1 < high:
        middle = (low + high) // 2
        if _sides({**facts, "text": text[:middle]}, LEAST) <= SIDES:
            low = middle
        else:
            high = middle
    return len(text) - low


type Sort = tuple[str, str, str]


def _sort(placing: Placing) -> Sort:
    told = placing.place.settings
    return (str(told.get("matter") or ""), str(told.get("size") or ""), str(told.get("paper") or ""))


def _to(placing: Placing) -> str:
    return str(placing.place.settings.get("delivery") or "") or words.place_name(placing.place)


def _order(placings: Sequence[Placing], sort: Sort) -> Facts:
    first = placings[0]
    lines = [{"unit": one.place.unit, "to": _to(one), "copies": number(one.place.quantity)} for one in placings]
    more = ""
    if len(lines) > A_PAGE:
        units: Counter[str] = Counter()
        places = Counter(one.place.unit for one in placings)
        for one in placings:
            units[one.place.unit] += one.place.quantity
        lines = [
            {"unit": name, "to": f"{number(places[name])} điểm, xem so-luong.xlsx", "copies": number(copies)}
            for name, copies in units.items()
        ]
        more = "Từng địa chỉ giao ở tệp so-luong.xlsx trong cùng gói này."
    if len(lines) > A_PAGE:
        whole = f"{number(len(lines))} đơn vị, {number(len(placings))} điểm"
        lines = [{"unit": whole, "to": "xem so-luong.xlsx", "copies": number(sum(units.values()))}]
    needed = f"{timezone.localtime(first.starts_at):%d/%m/%Y}" if first.starts_at else ""
    return {
        "title": f"Phiếu đặt in: {first.title}", "headline": first.title, "source": first.source, "language": "vi",
        "matter": sort[0] or "Tờ rơi", "size": sort[1], "paper": sort[2], "needed": needed, "lines": lines,
        "more": more,
        "total": number(sum(one.place.quantity for one in placings)),
    }  # fmt: skip


def _workbook(first: Placing, placings: Sequence[Placing]) -> bytes:
    rows: list[Sequence[Cell]] = []
    for line, one in enumerate(placings, 1):
        place = one.place
        rows.append([line, place.unit, place.hamlet, place.name, _to(one), *_sort(one), place.quantity])
    total: list[Cell] = ["", "Cộng", "", "", "", "", "", "", sum(one.place.quantity for one in placings)]
    return workbook(f"Số lượng in: {first.title}", [first.source] if first.source else [], HEADERS, rows, total)


def _facts(placing: Placing) -> Facts:
    return _page(
        placing.text, title=words.heading(placing.title), contact=words.contact(placing.place),
        qr=words.qr(placing.link), language=placing.language, source=placing.source, basis=placing.legal_basis,
        address=words.address(placing.link),
    )  # fmt: skip


def _page(
    text: str, *, title: str, contact: str, qr: str, language: str = "vi", source: str = "x", basis: str = "x",
    address: str = "x",
) -> Facts:  # fmt: skip
    return {
        "title": title, "text": text, "language": language, "source": source, "contact": contact, "qr": qr,
        "address": address, "legal-basis": basis,
    }  # fmt: skip
