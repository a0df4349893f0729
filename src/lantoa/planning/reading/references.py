"""Every legal text a plan cites: kind, number, date and issuer as far as the text itself gives them, never further.

Numbers and symbols follow Decree 30/2020/NĐ-CP (650/QĐ-LĐTBXH), party texts their own order (05-CT/TW).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from lantoa.planning.reading.dates import DATE, DATE_PATTERN, read_date
from lantoa.planning.reading.flow import Flow
from lantoa.planning.reading.letters import LOWER, UPPER

KINDS = (
    "Nghị quyết liên tịch|Thông tư liên tịch|Chương trình hành động|Bộ luật|Hiến pháp|Luật|Pháp lệnh|Nghị quyết"
    "|Nghị định|Quyết định|Chỉ thị"
    "|Thông tư|Thông báo|Thông tri|Kết luận|Kế hoạch|Công văn|Công điện|Chương trình|Hướng dẫn|Quy định|Quy chế"
    "|Báo cáo|Tờ trình|Lệnh|Đề án|Văn bản"
)
BY_SYMBOL = {
    "QĐ": "Quyết định",
    "NQ": "Nghị quyết",
    "NĐ": "Nghị định",
    "CT": "Chỉ thị",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "NQLT": "Nghị quyết liên tịch",
    "KH": "Kế hoạch",
    "CTR": "Chương trình",
    "CTRHĐ": "Chương trình hành động",
    "TB": "Thông báo",
    "KL": "Kết luận",
    "HD": "Hướng dẫn",
    "CĐ": "Công điện",
    "BC": "Báo cáo",
    "TTR": "Tờ trình",
    "QC": "Quy chế",
    "QH": "Luật",
}
_PART = rf"[{UPPER}][{UPPER}{LOWER}0-9&]*"
SYMBOL = rf"{_PART}(?:(?:[-/]\s?|\.){_PART})*"
FIGURE = rf"(?P<figure>\d{{1,6}}[a-zđ]?(?:\s?/\s?\d{{4}})?\s?[/-]\s?{SYMBOL})"
NUMBERED = re.compile(
    rf"(?:(?i:(?P<kind>{KINDS}))\s+(?:của\s+[^.;,]{{3,80}}?\s+)?)?(?P<word>(?i:số):?\s+)?(?<![\w/]){FIGURE}"
    rf"(?i:\s*,?\s*(?:ban\s+hành\s+)?{DATE})?"
)
LAW = re.compile(
    rf"(?<![\w])(?P<kind>Bộ luật|Luật|Pháp lệnh|Hiến pháp)\s+(?!số\b)(?P<name>[{UPPER}][^.,;:()“”\"]{{2,110}}?"
    rf"|(?:sửa đổi|sửa)[^.;:“”\"]{{2,240}}?(?=\s+(?:ngày|năm|số)\s+\d)|(?=năm\s))"
    rf"(?=\s+(?:số\s+\d|ngày|năm\s+\d|đã|được|và|quy\s+định|của|\()|[.,;:()“”\"]|$)(?:\s+năm\s+(?P<in_year>\d{{4}}))?"
)
LAW_BEFORE = re.compile(rf"(?<!\w)(Bộ luật|Luật|Pháp lệnh)\s+[{UPPER}][^.,;:]*$")
CONGRESS = re.compile(
    r"(?<!\w)(?P<kind>Nghị quyết|Văn kiện|Kết luận)\s+(?:số\s+)?(?:của\s+)?(?P<issuer>(?:Đại hội|Hội nghị"
    r"|Trung ương|Hội đồng nhân dân|Ban Chấp hành|Tỉnh ủy|Huyện ủy)"
    r"(?:[^.,;:“”\"]|(?:,\s+(?:nhiệm\s+kỳ|khóa|khoá)))*?(?:\d{4}\s*[-–]\s*\d{4})?)"
    r"(?!,\s+(?:nhiệm\s+kỳ|khóa|khoá))(?=\s*[.,;:“”\"()]|\s+(?:về|và\s+(?:các|Nghị|Chỉ|Kết)|đã|đề ra|phù hợp|trên"
    r"|cụ thể)|\s*$)"
)
ISSUER = re.compile(
    rf"\s*,?\s*của\s+(?P<issuer>(?:[{UPPER}][^.,;:()“”\"]{{1,150}}?))(?=\s+(?:về|phê\s+duyệt|ban\s+hành"
    rf"|quy\s+định|sửa\s+đổi|hướng\s+dẫn|triển\s+khai"
    r"|thực\s+hiện|tăng\s+cường|và\s+(?:các|Kế|Quyết|Nghị|Chỉ|Thông|Công|văn)|đối\s+với|tại|quyết\s+định|giao"
    r"|thông\s+qua|đến|trong|năm\s+\d|bổ\s+sung|công\s+bố|nhằm)\b|[.,;:()“”\"]|$)"
)
PROVISION = re.compile(
    r"(?P<provision>(?:(?:[Đđ]iểm|[Kk]hoản|[Mm]ục|[Đđ]iều|[Tt]iết|[Pp]hần|[Pp]hụ lục|Dự án|Tiểu dự án|Chương"
    r"|Nội dung)\s+(?:số\s+)?[\w.]{1,5}"
    r"(?:\s*[“\"][^”\"]{1,160}[”\"])?\s*(?:,|và|của)?\s+)+)(?:được\s+quy\s+định\s+tại\s+|quy\s+định\s+tại\s+"
    r"|ban\s+hành\s+kèm\s+theo\s+|kèm\s+theo\s+|tại\s+|của\s+|thuộc\s+)*$"
)
SUBJECT = re.compile(
    r"\s*,?\s*(?P<subject>(?:về|phê duyệt|ban hành|quy định|sửa đổi|hướng dẫn)\s[^;“”\"]{3,300}?)(?=[;.](?:\s|$)"
    r"|,\s+(?:cụ thể|Ủy ban|Uỷ ban|UBND|như|" + KINDS + r")|$)"
)


@dataclass(frozen=True, slots=True)
class Citation:
    """One cited text; number, date and issuer are None where the plan does not write them."""

    kind: str
    number: str | None
    issued_on: date | None
    issuer: str | None
    text: str
    provision: str | None
    subject: str | None
    source_lines: tuple[int, ...]
    confidence: float
    reason: str
    start: int = 0


def find_references(flow: Flow, start: int = 0, end: int | None = None) -> list[Citation]:
    """Give the cited texts in order of first mention; a second mention adds its lines and what the first left out."""
    stop = len(flow.text) if end is None else end
    found: list[Citation] = []
    spans: list[tuple[int, int]] = []
    for citation, span in _numbered(flow, start, stop):
        found.append(citation)
        spans.append(span)
    for citation, span in (*_congresses(flow, start, stop), *_laws(flow, start, stop)):
        if not any(a < span[1] and span[0] < b for a, b in spans):
            found.append(citation)
    return _merged(sorted(found, key=lambda citation: citation.start))


def _numbered(flow: Flow, start: int, end: int) -> Iterator[tuple[Citation, tuple[int, int]]]:
    previous: tuple[str, int] | None = None
    for match in NUMBERED.finditer(flow.text, start, end):
        number = re.sub(r"\s", "", match["figure"]).rstrip(".")
        kind, sure, reason = _kind(match, number, previous, flow.text)
        if kind is None:
            continue
        previous = (kind, match.end())
        issued_on = read_date(match) if match["day"] else None
        stop = match.end()
        if match["day"] is None and (late := DATE_PATTERN.match(flow.text, _blank(flow.text, stop), end)):
            issued_on, stop = read_date(late), late.end()
        issuer, stop = _issuer(flow.text, stop, end)
        subject = SUBJECT.match(flow.text, stop, min(end, stop + 320))
        law = None if match["kind"] else LAW_BEFORE.search(flow.text, max(0, match.start() - 90), match.start())
        begin = law.start() if law else match.start()
        provision, first = _provision(flow.text, begin)
        text = " ".join(flow.text[begin:stop].split())
        if match["day"] and issued_on is None:
            sure, reason = 0.5, "no such day"
        yield (
            Citation(
                kind, number, issued_on, issuer, text, provision,
                " ".join(subject["subject"].split()) if subject else None,
                flow.lines(first, stop), sure, reason, begin,
            ),
            (begin, stop),
        )  # fmt: skip


def _kind(
    match: re.Match[str], number: str, previous: tuple[str, int] | None, text: str
) -> tuple[str | None, float, str]:
    """The kind as written before the number, else what its symbol stands for; a figure that is neither is no text."""
    symbols = re.split(r"[/.-]", re.sub(r"^\d+[a-zđ]?(?:/\d{4})?[/-]", "", number).upper())
    known = next((BY_SYMBOL[s] for s in symbols if s in BY_SYMBOL), None)
    if not known and symbols and symbols[0].startswith("QH"):
        known = "Luật"
    if match["kind"]:
        return _capital(match["kind"]), 0.97 if known or not match["word"] else 0.9, "kind, number"
    law = LAW_BEFORE.search(text, max(0, match.start() - 90), match.start())
    if law:
        return law[1], 0.95, "kind, number"
    if previous and match.start() - previous[1] < 12 and known in (None, previous[0]):
        return previous[0], 0.85, "kind from the text before"
    if known:
        return known, 0.8, "kind from the symbol"
    return (None, 0.0, "") if not match["word"] else ("Văn bản", 0.5, "kind unknown")


def _capital(kind: str) -> str:
    words = " ".join(kind.split())
    return words[:1].upper() + words[1:].lower()


def _issuer(text: str, start: int, end: int) -> tuple[str | None, int]:
    match = ISSUER.match(text, start, min(end, start + 220))
    return (" ".join(match["issuer"].split()), match.end()) if match else (None, start)


def _provision(text: str, start: int) -> tuple[str | None, int]:
    window = max(0, start - 320)
    match = PROVISION.search(text, window, start)
    if not match:
        return None, start
    return " ".join(match["provision"].split()).strip(" ,"), match.start()


def _congresses(flow: Flow, start: int, end: int) -> Iterator[tuple[Citation, tuple[int, int]]]:
    for match in CONGRESS.finditer(flow.text, start, end):
        issuer = " ".join(match["issuer"].split())
        day, stop = _date_after(flow.text, match.end(), end)
        text = " ".join(flow.text[match.start() : stop].split())
        lines = flow.lines(match.start(), stop)
        yield (
            Citation(
                _capital(match["kind"]),
                None,
                day,
                issuer,
                text,
                None,
                None,
                lines,
                0.85,
                "named, no number",
                match.start(),
            ),
            (match.start(), stop),
        )


def _laws(flow: Flow, start: int, end: int) -> Iterator[tuple[Citation, tuple[int, int]]]:
    for match in LAW.finditer(flow.text, start, end):
        day, stop = _date_after(flow.text, match.end(), end)
        issuer, stop = _issuer(flow.text, stop, end)
        provision, first = _provision(flow.text, match.start())
        text = " ".join(flow.text[match.start() : stop].split())
        lines = flow.lines(first, stop)
        yield (
            Citation(
                _capital(match["kind"]),
                None,
                day,
                issuer,
                text,
                provision,
                None,
                lines,
                0.8,
                "law by name",
                match.start(),
            ),
            (match.start(), stop),
        )


def _date_after(text: str, start: int, end: int) -> tuple[date | None, int]:
    match = DATE_PATTERN.match(text, _blank(text, start), end)
    return (read_date(match), match.end()) if match else (None, start)


def _blank(text: str, position: int) -> int:
    while text[position : position + 1] in (" ", ","):
        position += 1
    return position


def _merged(citations: list[Citation]) -> list[Citation]:
    kept: dict[tuple[str, str], Citation] = {}
    for new in citations:
        key = (new.kind, (new.number or new.text).casefold())
        old = kept.get(key)
        if old is None:
            kept[key] = new
            continue
        kept[key] = replace(
            old,
            issued_on=old.issued_on or new.issued_on,
            issuer=old.issuer or new.issuer,
            provision=old.provision or new.provision,
            subject=old.subject or new.subject,
            source_lines=tuple(sorted({*old.source_lines, *new.source_lines})),
            confidence=max(old.confidence, new.confidence),
        )
    return list(kept.values())
