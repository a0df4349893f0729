"""The head of an official text: who issues it, its number, place and date, its kind and title."""

import re
from dataclasses import dataclass
from datetime import date

from lantoa.planning.reading.dates import DATE, read_date
from lantoa.planning.reading.flow import Flow
from lantoa.planning.reading.letters import LOWER, UPPER

KINDS = "KẾ HOẠCH|CHƯƠNG TRÌNH|PHƯƠNG ÁN|ĐỀ ÁN|HƯỚNG DẪN"
CAPITAL_KIND = re.compile(rf"(?<!SỞ )(?<!PHÒNG )(?<!BỘ )(?<!- )(?<!BAN )\b(?:{KINDS})\b(?!\s*-)")
LINE_KIND = re.compile(rf"(?:{KINDS})", re.IGNORECASE)
MOTTO = re.compile(
    r"CỘNG\s+(?:HÒA|HOÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM|Độc\s+lập\s*[-–]\s*Tự\s+do\s*[-–]\s*Hạnh\s+phúc"
    r"|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"\bSố\s*:?\s*(?P<figure>\d{1,5}[a-z]?)?[\s.…_]*(?P<joint>[/-])\s?(?P<symbol>[A-ZĐ]{1,8}(?:\s?[-/&.]\s?[A-ZĐƯƠ0-9][A-ZĐƯƠa-zđ0-9]*)*)"
)
BLANK_NUMBER = re.compile(rf"\bSố\s*:[\s.…_]*(?=[/\-{UPPER}]|$)")
BLANK = r"[\s.…_]*"
PLACE_DATE = re.compile(
    rf"(?P<place>(?:[{UPPER}][\w.]*|-)(?:\s+(?:[{UPPER}][\w.]*|-|\d{{1,2}}))*)\s*,\s*(?:{DATE}"
    rf"|ngày{BLANK}\d{{0,2}}{BLANK}tháng{BLANK}\d{{0,2}}{BLANK}năm{BLANK}\d{{0,4}})"
)
FIRST_PART = re.compile(
    rf"(?<!\S)(?:(?:I|1|A)\s?[./]\s?(?=[{UPPER}])|(?:Phần|PHẦN)\s+(?:I|1|A|thứ nhất|THỨ NHẤT)[.:]?\s)"
)
PREAMBLE = re.compile(
    r"(?<!\S)(?:Căn cứ|Thực hiện|Thi hành|Triển khai|Tiếp tục|Để|Nhằm|Trên cơ sở|Xét|Theo|Phát huy|Hưởng ứng"
    r"|Thiết thực|Chấp hành|Chương trình mục tiêu)\s"
)
NOT_CAPITAL = re.compile(rf"(?<!\S)[\"“(]?[^\W\d_]*[{LOWER}][^\W\d_]*")
ISSUER_WORD = re.compile(
    r"(?<!\S)(?<!XÃ )(?<!CÁN )(?<!NỘI )(?<!MÔI )(?<!THỊ )"
    r"(?:ỦY BAN|UỶ BAN|UBND|SỞ|PHÒNG|HỘI ĐỒNG|BAN|BỘ|CÔNG AN|ĐẢNG ỦY|HUYỆN ỦY|TỈNH ỦY|THÀNH ỦY|ĐOÀN|HỘI"
    r"|TRUNG TÂM|CHI CỤC|MẶT TRẬN|ĐÀI|TRƯỜNG|LIÊN ĐOÀN|NGÂN HÀNG)(?!\S)"
)
TITLE_LIMIT = 700


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the running text outside the body, and the lines it covers."""

    kind: str
    start: int
    end: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Words found at one place, with how sure the reading is and why."""

    text: str
    lines: tuple[int, ...]
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """What the head says; None where it says nothing."""

    number: Fact | None
    issued_on: date | None
    date: Fact | None
    issuer: Fact | None
    title: Fact | None
    pieces: tuple[Piece, ...]
    body_start: int


def read_head(flow: Flow) -> Head:
    """Read everything before the legal basis; in a text that is no plan nothing is found and the body starts at 0."""
    first_part = FIRST_PART.search(flow.text)
    limit = min(first_part.start() if first_part else len(flow.text), 20_000)
    kind = _kind_of_text(flow, limit)
    head_end = kind[0] if kind else min(limit, 1_500)
    motto = [match.span() for match in MOTTO.finditer(flow.text, 0, head_end)]
    number, number_span = _number(flow, head_end)
    issued_on, dated, date_span = _place_and_date(flow, head_end, after=number_span)
    if kind is None and number_span is None and not motto:
        return Head(None, None, None, None, None, (), 0)
    taken = [
        *(("motto", *span) for span in motto),
        ("number", *(number_span or (0, 0))),
        ("date", *(date_span or (0, 0))),
    ]
    if kind is None:
        head_end = max(span[2] for span in taken)
    pieces = [Piece(name, a, b, flow.lines(a, b)) for name, a, b in taken if b > a]
    letterhead = _gaps(flow, [(a, b) for _name, a, b in taken if b > a], head_end)
    pieces += [Piece("letterhead", a, b, flow.lines(a, b)) for a, b in letterhead]
    issuer = _issuer(flow, letterhead)
    title, body_start = _title(flow, kind, limit) if kind else (None, head_end)
    if kind:
        pieces.append(Piece("title", kind[0], body_start, flow.lines(kind[0], body_start)))
    return Head(number, issued_on, dated, issuer, title, tuple(pieces), body_start)


def _kind_of_text(flow: Flow, limit: int) -> tuple[int, int] | None:
    """Find the word that names the kind of text: alone on its line if it can be, else in capitals."""
    for index, start in enumerate(flow.starts):
        if start >= limit:
            break
        end = flow.starts[index + 1] if index + 1 < len(flow.starts) else len(flow.text)
        if LINE_KIND.fullmatch(flow.text[start:end].strip()):
            return start, end
    match = CAPITAL_KIND.search(flow.text, 0, limit)
    return match.span() if match else None


def _number(flow: Flow, end: int) -> tuple[Fact | None, tuple[int, int] | None]:
    match = NUMBER.search(flow.text, 0, end)
    if not match:
        blank = BLANK_NUMBER.search(flow.text, 0, end)
        return _left_blank(flow, blank), blank.span() if blank else None
    if match["figure"] is None:
        return _left_blank(flow, match), match.span()
    number = f"{match['figure']}{match['joint']}{re.sub(r'\s', '', match['symbol'])}"
    return Fact(number, flow.lines(*match.span()), 0.99, "number"), match.span()


def _left_blank(flow: Flow, match: re.Match[str] | None) -> Fact | None:
    return Fact("", flow.lines(*match.span()), 0.2, "number left blank") if match else None


def _place_and_date(
    flow: Flow, end: int, *, after: tuple[int, int] | None
) -> tuple[date | None, Fact | None, tuple[int, int] | None]:
    starts = [after[1]] if after else []
    for start in (*starts, 0):
        match = PLACE_DATE.search(flow.text, start, end)
        if match:
            break
    else:
        return None, None, None
    day = read_date(match) if match["day"] else None
    place_start = match.start()
    for motto in MOTTO.finditer(flow.text, match.start(), match.end()):
        place_start = motto.end()
    text = flow.text[place_start : match.end()].strip()
    fact = Fact(text, flow.lines(match.start(), match.end()), 0.99 if day else 0.2, "date" if day else "date blank")
    return day, fact, (place_start, match.end())


def _gaps(flow: Flow, taken: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    gaps, position = [], 0
    for a, b in [*sorted(taken), (end, end)]:
        if flow.text[position : min(a, end)].strip():
            gaps.append((position, min(a, end)))
        position = max(position, b)
    return gaps


def _issuer(flow: Flow, letterhead: list[tuple[int, int]]) -> Fact | None:
    """The body that signs: the last one named in the letterhead; the ones above it are its superiors."""
    text = " ".join(flow.text[a:b].strip() for a, b in letterhead)
    text = " ".join(re.sub(r"[*|]|(?<=\s)[-–](?=\s*$)", " ", text).split())
    if not any(char.isalpha() for char in text):
        return None
    starts = [match.start() for match in ISSUER_WORD.finditer(text.upper())]
    named = text[starts[-1] :] if starts else text
    lines = tuple(sorted({number for a, b in letterhead for number in flow.lines(a, b)}))
    readable = sentence_case(named, flow.text)
    sure = bool(starts) and len(named) < 120
    return Fact(readable, lines, 0.95 if sure else 0.4, "letterhead" if sure else "letterhead unusual")


def _title(flow: Flow, kind: tuple[int, int], limit: int) -> tuple[Fact, int]:
    """Kind and abstract: capitals run on to the first word in small letters, other titles to the legal basis."""
    start, after = kind
    stop = min(limit, start + TITLE_LIMIT)
    rule = next((offset for offset in flow.starts if after < offset <= stop and offset in flow.rules), None)
    first_words = flow.text[after:stop].split()[:2]
    if first_words and all(word.isupper() for word in first_words):
        small = NOT_CAPITAL.search(flow.text, after, stop)
        end, confidence, reason = (small.start() if small else stop), 0.97, "capitals"
    else:
        skipped = after + len(first_words[0]) + 1 if first_words else after
        basis = PREAMBLE.search(flow.text, skipped, stop)
        ends = [offset for offset in (rule, basis.start() if basis else None) if offset]
        end, confidence, reason = (min(ends), 0.9, "basis follows") if ends else (stop, 0.5, "no legal basis follows")
        if not ends and limit - start > TITLE_LIMIT:
            sentence = re.search(r"[.:]\s", flow.text[after:stop])
            end = after + sentence.end() if sentence else stop
    if rule:
        end = min(end, rule)
    text = " ".join(flow.text[start:end].split())
    return Fact(text, flow.lines(start, end), confidence, reason), end


SMALL_WORDS = re.compile(
    r"\b(?:nhân dân|tỉnh|huyện|xã|phường|thành phố|thị xã|thị trấn|quận|và|các|đặc khu|ban|chỉ đạo|mặt trận|của)\b",
    re.IGNORECASE,
)


def sentence_case(capitals: str, evidence: str) -> str:
    """Write words in capitals as the text itself writes them elsewhere; unknown names keep capitals word by word."""
    if not capitals.isupper():
        return capitals
    at = re.search(re.escape(capitals).replace(r"\ ", r"\s+"), _without(evidence, capitals), re.IGNORECASE)
    if at and not at[0].isupper():
        return " ".join(at[0].split())
    titled = " ".join(
        word if word in ("-", "UBND", "UBMTTQ", "HĐND") else word.capitalize() for word in capitals.split()
    )
    lowered = SMALL_WORDS.sub(lambda match: match[0].lower(), titled)
    return lowered[:1].upper() + lowered[1:]


def readable_title(title: str, evidence: str) -> str:
    """Write a title in capitals as a sentence: each stretch of words as the text writes it elsewhere, else small."""
    kind = LINE_KIND.match(title)
    if kind and kind[0].isupper() and not title.isupper():
        rest = title[kind.end() :].strip()
        return f"{kind[0].capitalize()} {rest[:1].lower()}{rest[1:]}"
    words = title.split()
    if not title.isupper():
        return title
    elsewhere = [word for word in evidence.split() if not word.isupper()]
    places: dict[str, list[int]] = {}
    for place, word in enumerate(elsewhere):
        places.setdefault(_bare(word), []).append(place)
    written: list[str] = []
    while len(written) < len(words):
        written += _as_elsewhere(words[len(written) :], elsewhere, places) or [words[len(written)].lower()]
    sentence = " ".join(written)
    return sentence[:1].upper() + sentence[1:]


def _as_elsewhere(words: list[str], elsewhere: list[str], places: dict[str, list[int]]) -> list[str]:
    """The longest run of words from here that stands elsewhere in the text; one or two words prove no capital."""
    best: list[str] = []
    for place in places.get(_bare(words[0]), ())[:200]:
        run = 0
        while run < min(len(words), len(elsewhere) - place) and _bare(words[run]) == _bare(elsewhere[place + run]):
            run += 1
        if run > len(best):
            best = [word.strip(',.;:()“”"') for word in elsewhere[place : place + run]]
    return best if len(best) > 1 else []


def _bare(word: str) -> str:
    return word.strip(',.;:()“”"').lower()


def _without(evidence: str, capitals: str) -> str:
    return evidence.replace(capitals, " " * len(capitals))
