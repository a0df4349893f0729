"""The groups a plan speaks to, cut out of the sentences that list them."""

import re

from lantoa.kernel.text import fold
from lantoa.planning.reading.draft import Audience
from lantoa.planning.reading.headings import split_heading
from lantoa.planning.reading.outline import Block, Outline
from lantoa.planning.reading.phrases import Phrase, sentences, tidy

GROUPS = (
    ("newly_escaped", ("moi thoat ngheo",)),
    ("near_poor", ("can ngheo",)),
    ("poverty_officers", ("lam cong tac giam ngheo", "can bo giam ngheo", "lam giam ngheo")),
    ("hard_coastal", ("bai ngang", "ven bien", "hai dao", "dac biet kho khan")),
    ("poor", ("ho ngheo", "nguoi ngheo")),
    ("ethnic_minority", ("dan toc thieu so",)),
    ("party_members", ("dang vien",)),
    ("officials", ("cong chuc", "vien chuc")),
    ("cadres", ("can bo", "cap uy", "chinh quyen")),
    ("workers", ("nguoi lao dong",)),
    ("union_member", ("doan vien", "hoi vien")),
    ("business", ("doanh nghiep", "hop tac xa")),
    ("press", ("phong vien", "bien tap vien", "bao chi")),
    ("youth", ("thanh nien", "hoc sinh", "sinh vien", "tre em")),
    ("woman", ("phu nu",)),
    ("organisation", ("to chuc", "co quan", "don vi", "ban nganh", "cac cap")),
    ("community", ("cong dong",)),
    ("people", ("nguoi dan", "nhan dan", "dan cu", "ho gia dinh", "ca nhan")),
)
STRESS = re.compile(
    r"(?:trong đó,?\s+)?(?:(?:đặc biệt|nhất|trọng tâm) là|(?:đặc biệt )?(?:chú trọng|ưu tiên|quan tâm|chú ý)"
    r"|đặc biệt|trong đó)\b,?"
    r"(?:[^.,;:]{0,90}?\b(?:như|gồm|cho|đến|tới|vào|đối với|là)\b:?)?"
    r"\s+(?:(?:các\s+)?(?:nhóm\s+)?đối tượng[^,;.]*?(?:như|gồm|là)\s*:?\s*)?",
    re.IGNORECASE,
)
INTRODUCTION = re.compile(
    r"^(?:Tuyên truyền|Truyền thông|Hướng đến|Tập trung|Gồm|Bao gồm|Là|Cho|Đối tượng[^:,;]{0,60})(?:\s+(?:cho|tới"
    r"|đến|vào|gồm|bao gồm|là))*\s*:?\s+"
)
EDGE = re.compile(
    r"\s*[,;]\s*(?:và\s+)?|\s+và\s+(?=(?:cộng đồng|người|hộ|cán bộ|các|nhân dân|công|viên|đảng|đoàn|hội|doanh"
    r"|toàn))|\.\s+"
)


def read_audiences(outline: Outline, blocks: list[tuple[Block, float]]) -> tuple[Audience, ...]:
    """Give each group once, in order; what comes after "in particular" is marked as a priority."""
    found: dict[str, Audience] = {}
    for block, _sure in blocks:
        for inner in block.walk():
            if inner.kind == "row":
                continue
            text = outline.flow.text[inner.text_start : inner.end]
            body = split_heading(text.strip())[1] if inner is block or ":" in text[:80] else text
            start = inner.text_start + max(text.find(body), 0)
            for sentence in sentences(Phrase(start, start + len(body), body)):
                for audience in _listed(outline, sentence):
                    found.setdefault(fold(audience.text), audience)
    return tuple(found.values())


def _listed(outline: Outline, sentence: Phrase) -> list[Audience]:
    """Cut one sentence at its commas, first the part before "in particular", then the part after."""
    introduction = INTRODUCTION.match(sentence.text)
    start = introduction.end() if introduction and len(introduction[0]) < 90 else 0
    stress = STRESS.search(sentence.text)
    size = len(sentence.text)
    stretches = [(start, stress.start(), False), (stress.end(), size, True)] if stress else [(start, size, False)]
    audiences = []
    for begin, stop, stressed in stretches:
        for words, a, b in _cut(sentence.text, begin, stop):
            group = group_of(words)
            sure, reason = (0.9, "known group") if group else (0.5, "group not known")
            lines = outline.flow.lines(sentence.start + a, sentence.start + b)
            audiences.append(Audience(words, lines, sure, reason, group, stressed))
    return audiences


def _cut(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    edges = [start, *(edge for match in EDGE.finditer(text, start, end) for edge in match.span()), end]
    parts = [(tidy(text[a:b]).strip(" .:"), a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [(words, a, b) for words, a, b in parts if 1 < len(words) < 200]


def group_of(words: str) -> str:
    """Name the known audience group of some words, or nothing."""
    folded = fold(words)
    return next((group for group, signs in GROUPS if any(sign in folded for sign in signs)), "")
