"""What people need to have leaflets printed and handed out: the leaflet, the printer's order, and how many go where."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from lantoa.channels.placing import Kit, Measure, Placing
from lantoa.channels.printing import words
from lantoa.channels.printing.ordering import Printed, by_language, order
from lantoa.channels.printing.packing import ZIP, packed
from lantoa.channels.printing.typesetting import Facts, TooLongError, ask, typeset

LEAFLET = "leaflet/leaflet.typ"
TRIED = ((17, 1), (16, 1), (15, 1), (14, 1), (13, 1), (12.5, 1), (13, 2), (12, 2), (11, 2), (10.5, 2), (10, 2))
"""Size of the text in points and sides it may take, the best first; below ten points, older people put it away."""
LEAST, SIDES = TRIED[-1]


def one_place(placing: Placing) -> Kit:
    """Return the same ZIP for one place."""
    return print_order([placing])


def print_order(placings: Sequence[Placing]) -> Kit:
    """Return a ZIP: the leaflet ready for print, a one-page order for each sort of printing, and a workbook of copies.

    Raises TooLongError and CannotPrintError.
    """
    files = by_language(placings, "to-roi.pdf", leaflet)
    return Kit("dat-in-to-roi.zip", ZIP, packed(files | order(Printed("Tờ rơi", "to-roi.pdf"), placings)))


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
