"""Figures and dates as Vietnamese official writing prints them: 1.234,5 and 05/01/2026."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

type Number = int | float | Decimal

_SWAP = str.maketrans({",": ".", ".": ","})


def number_text(value: Number, places: int | None = None) -> str:
    """Return the number with a dot between thousands and a decimal comma: 1234.5 gives "1.234,5".

    `places` fixes the decimals and rounds half away from zero, as people do; without it a value keeps what it has,
    without trailing zeros. Infinite and undefined values are refused with ValueError.
    """
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"{value} is not a number that can be printed.")
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{exact:,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if exact == 0:
        text = text.removeprefix("-")
    return text.translate(_SWAP)


def percent_text(part: Number, whole: Number, places: int = 1) -> str:
    """Return part of whole as a percentage, "97,5%"; "" when the whole is nothing, for no share of nothing exists."""
    if whole == 0:
        return ""
    share = Decimal(str(part)) * 100 / Decimal(str(whole))
    return number_text(share, places) + "%"


def date_text(day: date) -> str:
    """Return the date as dd/mm/yyyy."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
