"""Which agency a text means: official names, their many abbreviations, and names for whole groups.

Pure text work over rows that the caller has read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from lantoa.agencies.enums import AgencyKind
from lantoa.kernel.text import fold

WORTH_SHOWING = 0.6

_REQUEST = re.compile(r"^(?:de nghi|giao|yeu cau|phoi hop voi|phoi hop|chi dao)\s+")
_ABBREVIATIONS: tuple[tuple[str, str], ...] = (
    (r"\bubnd\b", "uy ban nhan dan"),
    (r"\bhdnd\b", "hoi dong nhan dan"),
    (r"\bub ?mttq\b", "uy ban mat tran to quoc"),
    (r"\bmttq\b", "mat tran to quoc"),
    (r"\b(?:ld ?tb ?(?:va ?)?xh)\b", "lao dong thuong binh va xa hoi"),
    (r"\b(?:tt ?(?:va ?)?tt)\b", "thong tin va truyen thong"),
    (r"\b(?:pt ?th)\b", "phat thanh truyen hinh"),
    (r"\b(?:nn ?(?:va ?)?ptnt)\b", "nong nghiep va phat trien nong thon"),
    (r"\b(?:nn ?(?:va ?)?mt)\b", "nong nghiep va moi truong"),
    (r"\b(?:tn ?(?:va ?)?mt)\b", "tai nguyen va moi truong"),
    (r"\b(?:gd ?(?:va ?)?dt)\b", "giao duc va dao tao"),
    (r"\b(?:kh ?(?:va ?)?dt)\b", "ke hoach va dau tu"),
    (r"\b(?:kh ?(?:va ?)?cn)\b", "khoa hoc va cong nghe"),
    (r"\b(?:vh ?tt ?(?:va ?)?dl)\b", "van hoa the thao va du lich"),
    (r"\blhpn\b", "lien hiep phu nu"),
    (r"\b(?:nhcsxh)\b", "ngan hang chinh sach xa hoi"),
    (r"\bbcd\b", "ban chi dao"),
    (r"\btp\b", "thanh pho"),
)
_PLACE = re.compile(r"^(?P<body>.+?) (?P<rank>tinh|thanh pho|huyen|thi xa|quan|xa|phuong|thi tran)(?: (?P<name>.+))?$")
_DEPARTMENTS = re.compile(r"^(?:cac |va cac )?(?:so ban nganh|so nganh|so|ban nganh|co quan chuyen mon)\b")
_COMMITTEES = re.compile(r"\buy ban nhan dan (?:cac |cap )+(?P<ranks>.*)")
_DISTRICTS = re.compile(r"\b(?:huyen|thi xa|thanh pho|quan)\b")
_COMMUNES = re.compile(r"\b(?:xa|phuong|thi tran|dac khu)\b")
_PRESS = re.compile(r"\bcac (?:co quan )?(?:bao chi|bao dai|bao|dai)\b")
_PEOPLE = re.compile(r"\b(?:cac )?(?:doan the|to chuc chinh tri xa hoi|hoi doan the|to chuc thanh vien)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency a text may mean, with the rank of its unit."""

    agency_id: int
    name: str
    short_name: str
    kind: str
    level: int


@dataclass(frozen=True, slots=True)
class AgencyMatch:
    """An agency that may be meant, how sure that is (0 to 1), and whether as one of a group."""

    agency_id: int
    name: str
    score: float
    collective: bool = False


def plain(name: str) -> str:
    """The name as it is compared: folded, without request words, abbreviations written out, "và" as one word."""
    text = fold(name).replace("&", " va ")
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    text = _REQUEST.sub("", text)
    for pattern, words in _ABBREVIATIONS:
        text = re.sub(pattern, words, text)
    return text


def match(name: str, candidates: Iterable[Candidate]) -> list[AgencyMatch]:
    """The agencies the name may mean, the likeliest first; all of a group when it names one."""
    text = plain(name)
    known = list(candidates)
    if group := _group(text, known):
        return [AgencyMatch(one.agency_id, one.name, 0.9, collective=True) for one in group]
    scored = (
        AgencyMatch(one.agency_id, one.name, max(_score(text, plain(one.name)), _score(text, plain(one.short_name))))
        for one in known
    )
    return sorted((m for m in scored if m.score >= WORTH_SHOWING), key=lambda m: (-m.score, len(m.name), m.agency_id))


def _group(text: str, known: list[Candidate]) -> list[Candidate]:
    if committees := _COMMITTEES.search(text):
        ranks = {2} if _DISTRICTS.search(committees["ranks"]) else set()
        ranks |= {3} if _COMMUNES.search(committees["ranks"]) else set()
        return [one for one in known if one.kind == AgencyKind.PEOPLES_COMMITTEE and one.level in ranks]
    kinds: set[str] = set()
    if _DEPARTMENTS.match(text) and (text.startswith(("cac ", "so ban nganh", "so nganh", "ban nganh"))):
        kinds.add(AgencyKind.DEPARTMENT)
    if _PRESS.search(text):
        kinds |= {AgencyKind.PRESS, AgencyKind.STATION}
    if _PEOPLE.search(text):
        kinds.add(AgencyKind.MASS_ORGANISATION)
        if "mat tran" in text:
            kinds.add(AgencyKind.FRONT)
    return [one for one in known if one.kind in kinds]


def _score(text: str, name: str) -> float:
    if not text or not name:
        return 0.0
    if text == name:
        return 1.0
    if _same_but_for_the_place(text, name):
        return 0.95
    if f" {text} " in f" {name} " or f" {name} " in f" {text} ":
        return 0.6 + 0.3 * min(len(text), len(name)) / max(len(text), len(name))
    return 0.9 * SequenceMatcher(None, text, name, autojunk=False).ratio()


def _same_but_for_the_place(text: str, name: str) -> bool:
    """ "Ủy ban nhân dân tỉnh" for "Ủy ban nhân dân tỉnh Cà Mau", "Sở Y tế tỉnh" for "Sở Y tế"; never another rank."""
    one, other = _PLACE.match(text), _PLACE.match(name)
    if one and other:
        bare = not one["name"] or not other["name"] or one["name"] == other["name"]
        return one["body"] == other["body"] and one["rank"] == other["rank"] and bare
    return bool((one and one["body"] == name) or (other and other["body"] == text))
