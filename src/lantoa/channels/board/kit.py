"""What people hang on a notice board: one A4 page read from two metres; and the list of who hangs it where."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from lantoa.channels.placing import Kit, Measure, Placing
from lantoa.channels.printing import words
from lantoa.channels.printing.packing import ZIP, packed
from lantoa.channels.printing.tables import Cell, workbook
from lantoa.channels.printing.typesetting import Facts, TooLongError, ask, typeset

POSTER, LIST = "board/poster.typ", "board/list.typ"
LEAST = 20
"""The least size of the text in points: letters four millimetres high, read from two metres."""

HEADERS = (
    ("STT", 6), ("Đơn vị", 22), ("Ấp, khóm", 20), ("Bảng tin", 34), ("Chỗ treo", 34), ("Người phụ trách", 22),
    ("Người treo", 22), ("Ngày, giờ treo", 16), ("Đã treo", 9), ("Đã chụp ảnh", 12),
)  # fmt: skip


def poster(placing: Placing) -> Kit:
    """Return the sheet. Raises TooLongError where the text does not fit at the least readable size, and
    CannotPrintError for signs that no face has."""
    facts = _facts(placing)
    _check(facts)
    return Kit(f"to-niem-yet-{placing.key}.pdf", "application/pdf", typeset(POSTER, facts))


def measure(text: str) -> Measure:
    """How much of the sheet a text takes beside a headline of two lines, a contact and a code; 1 is all of it."""
    place_holder = "Một tiêu đề chừng hai dòng trên tờ niêm yết"
    told = ask(
        POSTER, _page(text, title=place_holder, contact="x" * 60, qr=words.qr("https://x"), basis="x" * 60), "fit"
    )
    if told["over"]:
        over = _("Does not fit on the sheet: shorten by about %(n)d characters") % {"n": told["over"]}
        return Measure(told["share"], over)
    said = _("%(share)d %% of the sheet, in type of %(size)d point")
    return Measure(told["share"], said % {"share": round(told["share"] * 100), "size": told["size"]})


def posting_list(placings: Sequence[Placing]) -> Kit:
    """Return a ZIP: a list for each hamlet with boxes to tick, as PDF, all as a workbook, and each sheet that differs.

    Sheets name no place here, so that one is printed as often as it is hung. Raises what `poster` raises. The order is
    the caller's; hamlets stand together in it.
    """
    first = placings[0]
    lists = [
        {"unit": unit, "name": hamlet, "places": [_row(one) for one in group]}
        for (unit, hamlet), group in groupby(placings, key=lambda one: (one.place.unit, one.place.hamlet))
    ]
    facts = {
        "title": f"Danh sách niêm yết: {first.title}", "headline": first.title, "source": first.source,
        "posted": words.posted(first), "lists": lists, "language": "vi",
    }  # fmt: skip
    listed = {"danh-sach-niem-yet.pdf": typeset(LIST, facts), "danh-sach-niem-yet.xlsx": _workbook(first, lists)}
    return Kit("niem-yet.zip", ZIP, packed(listed | _sheets(placings)))


def _sheets(placings: Sequence[Placing]) -> dict[str, bytes]:
    pages: list[Facts] = []
    for one in placings:
        facts: Facts = {**_facts(one), "place": ""}
        if facts not in pages:
            pages.append(facts)
    for facts in pages:
        _check(facts)
    names = ["to-niem-yet.pdf"] if len(pages) == 1 else [f"to-niem-yet-{n}.pdf" for n in range(1, len(pages) + 1)]
    return {name: typeset(POSTER, facts) for name, facts in zip(names, pages, strict=True)}


def _row(placing: Placing) -> dict[str, str]:
    place = placing.place
    where = str(place.settings.get("place") or "")
    return {"name": place.name, "where": where, "keeper": place.keeper}


def _workbook(first: Placing, lists: Sequence[Facts]) -> bytes:
    rows: list[Sequence[Cell]] = []
    for hamlet in lists:
        for one in hamlet["places"]:
            told = (hamlet["unit"], hamlet["name"], one["name"], one["where"], one["keeper"])
            rows.append([len(rows) + 1, *told, "", "", "☐", "☐"])
    notes = [note for note in (first.source, words.posted(first)) if note]
    return workbook(f"Danh sách niêm yết: {first.title}", notes, HEADERS, rows)


def _check(facts: Facts) -> None:
    over = ask(POSTER, facts, "fit")["over"]
    if over:
        said = _(
            "The text does not fit on one sheet that is read from two metres. Shorten it by about %(n)d characters."
        )
        raise TooLongError(said % {"n": over}, over)


def _facts(placing: Placing) -> Facts:
    return _page(
        placing.text, title=words.heading(placing.title), contact=words.contact(placing.place),
        qr=words.qr(placing.link), basis=placing.legal_basis, language=placing.language, source=placing.source,
        address=words.address(placing.link), posted=words.posted(placing), place=words.place_name(placing.place),
    )  # fmt: skip


def _page(
    text: str, *, title: str, contact: str, qr: str, basis: str, language: str = "vi", source: str = "x",
    address: str = "x", posted: str = "x", place: str = "x",
) -> Facts:  # fmt: skip
    return {
        "title": title, "text": text, "language": language, "source": source, "place": place, "contact": contact,
        "address": address, "qr": qr, "posted": posted, "legal-basis": basis,
    }  # fmt: skip
