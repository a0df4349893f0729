"""Bytes of a .txt become text, whatever Vietnamese encoding a county office saved them in."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.planning.reading.lines import UnreadableSource, clean

# TCVN 5712:1993 (VN3, "ABC"), the single-byte code of the .VnTime fonts. Capitals with tone marks do not exist in it.
TCVN3_CODES = (
    "\xa1Ă\xa2Â\xa3Ê\xa4Ô\xa5Ơ\xa6Ư\xa7Đ\xa8ă\xa9â\xaaê\xabô\xacơ\xadư\xaeđ\xb5à\xb6ả\xb7ã\xb8á\xb9ạ\xbbằ\xbcẳ\xbdẵ\xbeắ\xc6ặ"
    "\xc7ầ\xc8ẩ\xc9ẫ\xcaấ\xcbậ\xccè\xceẻ\xcfẽ\xd0é\xd1ẹ\xd2ề\xd3ể\xd4ễ\xd5ế\xd6ệ\xd7ì\xd8ỉ\xdcĩ\xddí\xdeị\xdfò\xe1ỏ\xe2õ\xe3ó"
    "\xe4ọ\xe5ồ\xe6ổ\xe7ỗ\xe8ố\xe9ộ\xeaờ\xebở\xecỡ\xedớ\xeeợ\xefù\xf1ủ\xf2ũ\xf3ú\xf4ụ\xf5ừ\xf6ử\xf7ữ\xf8ứ\xf9ự\xfaỳ\xfbỷ\xfcỹ\xfdý\xfeỵ"
)
TCVN3 = str.maketrans(dict(zip(TCVN3_CODES[::2], TCVN3_CODES[1::2], strict=True)))
COMMON = re.compile(
    r"\b(?:của|và|các|được|kế hoạch|tỉnh|huyện|xã|ngày|tháng|năm|thực hiện|truyền thông|nghèo|số)\b", re.IGNORECASE
)
WORD = re.compile(r"[^\W\d_]+")


def decoded(content: bytes) -> tuple[str, list[str]]:
    """Give the text and notes on what was done to it; raise `UnreadableSource` when no encoding makes sense of it."""
    text, notes = _by_mark_or_utf8(content)
    if text is None:
        if b"\0" in content:
            raise UnreadableSource(gettext_lazy("The file holds binary data, not text."))
        text, notes = _legacy(content)
    if "\0" in text:
        raise UnreadableSource(gettext_lazy("The file holds binary data, not text."))
    repaired = unmojibake(text)
    if repaired != text:
        notes = [_("Converted from the old TCVN3 (ABC) font encoding; check the capital letters.")]
    return repaired, notes


def unmojibake(text: str) -> str:
    """Turn TCVN3 bytes shown as Latin letters ("Uû ban nh©n d©n") into Vietnamese; other text comes back unchanged."""
    if any(char > "\xff" for char in text if char.isalpha()) or not any(char in TCVN3_CODES[::2] for char in text):
        return text
    candidate = text.translate(TCVN3)
    return candidate if _likeness(candidate) > max(0.04, 2 * _likeness(text)) else text


def _by_mark_or_utf8(content: bytes) -> tuple[str | None, list[str]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding), []
            except UnicodeDecodeError:
                raise UnreadableSource(gettext_lazy("The text is damaged. Save it again as UTF-8.")) from None
    if b"\0" in content:
        return _unmarked_utf16(content), []
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return None, []


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without its mark: half the bytes of its spaces and line ends are zero, always on the same side."""
    for encoding, space in (("utf-16-le", b" \0"), ("utf-16-be", b"\0 ")):
        if content.count(space) * 40 > len(content):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text and _likeness(clean(text)) > 0.04:
                return text
    return None


def _legacy(content: bytes) -> tuple[str, list[str]]:
    windows = clean(content.decode("cp1258", errors="replace"))
    abc = content.decode("latin-1").translate(TCVN3)
    best, note = max(
        (windows, _("Converted from the old Windows-1258 encoding.")),
        (abc, _("Converted from the old TCVN3 (ABC) font encoding; check the capital letters.")),
        key=lambda pair: _likeness(pair[0]),
    )
    if _likeness(best) < 0.04:
        raise UnreadableSource(gettext_lazy("The text's encoding is not known. Save it again as UTF-8."))
    return best, [note]


def _likeness(text: str) -> float:
    """Share of words that any Vietnamese official text is full of, in its first 20,000 characters."""
    sample = text[:20_000]
    words = len(WORD.findall(sample))
    return len(COMMON.findall(sample)) / words if words else 0.0
