"""The small rules of Decree 30/2020: how numbers, dates, letters and endings are written."""

from datetime import date

# The alphabet of points: Vietnamese order, without ă â ê ô ơ ư and without f j w z.
POINT_LETTERS = "abcdđeghiklmnopqrstuvxy"
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_GAP = "\u00a0"
_ENDINGS = " .;:,/…"


def number_line(number: int | None, symbol: str) -> str:
    """Return "Số: 05/BC-SNNMT": a leading zero below ten, room for the hand when there is no number yet."""
    return f"Số:{_GAP}{_GAP * 6 if number is None else f'{number:02d}'}/{symbol}"


def date_line(place: str, day: date | None) -> str:
    """Return "Cà Mau, ngày 05 tháng 01 năm 2026": zeros before days below ten and months 1 and 2."""
    blank = _GAP * 5
    if day is None:
        return f"{place}, ngày{blank}tháng{blank}năm{blank}{blank}"
    return f"{place}, {long_date(day)}"


def long_date(day: date) -> str:
    """Return "ngày 05 tháng 01 năm 2026", held on one line by spaces that do not break."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}".replace(" ", _GAP)


def point_letter(position: int) -> str:
    """Return the letter of the point at this position from 1; beyond 23 raises ValueError, for the alphabet ends."""
    if not 1 <= position <= len(POINT_LETTERS):
        raise ValueError(f"A heading holds at most {len(POINT_LETTERS)} lettered points; use dashes after that.")
    return POINT_LETTERS[position - 1]


def roman(number: int) -> str:
    """Return a number from 1 to 399 in Roman figures."""
    if not 1 <= number < 400:
        raise ValueError(f"{number} is not numbered in Roman figures here.")
    written = ""
    for value, figure in _ROMAN:
        count, number = divmod(number, value)
        written += figure * count
    return written


def with_ending(text: str, ending: str) -> str:
    """Return the text closed by this ending in place of its own: "./." for a document, ";" or "." for an item."""
    return text.rstrip(_ENDINGS) + ending


def listed(texts: tuple[str, ...]) -> list[str]:
    """Close every line by ";" and the last one by "."."""
    return [with_ending(text, "." if i == len(texts) else ";") for i, text in enumerate(texts, start=1)]
