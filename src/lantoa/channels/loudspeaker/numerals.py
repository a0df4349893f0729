"""Numbers in Vietnamese words."""

from decimal import Decimal

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ")


def digits_words(text: str) -> str:
    """Return the digits of a text one by one; everything else is dropped."""
    return " ".join(_DIGITS[int(c)] for c in text if c.isdecimal())


def number_words(value: Decimal, *, places: int = 0) -> str:
    """Return a number from 0 up to below 10^15 in words, its ``places`` decimals read as a number after "phẩy"."""
    whole = int(value)
    if whole < 0 or whole >= 10**15:
        raise ValueError("from 0 up to below 10^15")
    words = _whole(whole)
    if not places:
        return words
    fraction = f"{value % 1:.{places}f}".partition(".")[2]
    zeros = len(fraction) - len(fraction.lstrip("0"))
    rest = fraction[zeros:]
    return " ".join([words, "phẩy", *["không"] * zeros, *([_whole(int(rest))] if rest else [])])


def _whole(value: int) -> str:
    if value == 0:
        return _DIGITS[0]
    groups: list[int] = []
    while value:
        value, group = divmod(value, 1000)
        groups.append(group)
    parts: list[str] = []
    for scale in range(len(groups) - 1, -1, -1):
        if groups[scale]:
            full = scale < len(groups) - 1
            parts.append(f"{_group(groups[scale], full=full)} {_SCALES[scale]}".strip())
    return _joined(parts)


def _joined(parts: list[str]) -> str:
    """ "nghìn tỷ" and "tỷ" side by side are said once: hai nghìn ba trăm tỷ."""
    if len(parts) > 1 and parts[0].endswith(" nghìn tỷ") and parts[1].endswith(" tỷ"):
        parts = [parts[0].removesuffix(" tỷ"), *parts[1:]]
    return " ".join(parts)


def _group(value: int, *, full: bool) -> str:
    """Return a group of three; ``full``: with its zero hundreds, "không trăm linh năm"."""
    hundreds, rest = divmod(value, 100)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or full else []
    return " ".join([*words, *_tens(rest, after=bool(words))])


def _tens(value: int, *, after: bool) -> list[str]:
    tens, ones = divmod(value, 10)
    if tens == 0:
        return ([_LINH] if after else []) + [_DIGITS[ones]] if ones else []
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones == 1 and tens > 1:
        return [*words, "mốt"]
    if ones == 4 and tens > 1:
        return [*words, "tư"]
    if ones == 5:
        return [*words, "lăm"]
    return words + ([_DIGITS[ones]] if ones else [])


_LINH = "linh"
