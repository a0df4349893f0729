"""Which agencies a plan means by a name: one of them, or all of a kind ("Ủy ban nhân dân các huyện")."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lantoa.agencies import selectors as agencies
from lantoa.agencies.enums import AgencyKind
from lantoa.agencies.selectors import AgencyRow
from lantoa.kernel.text import fold
from lantoa.territory import selectors as territory
from lantoa.territory.enums import COMMUNE_LEVEL, DISTRICT_LEVEL

BEYOND_DOUBT = 0.85
WORTH_SHOWING = 0.5
MOST_SHOWN = 8

COMMITTEES = re.compile(r"\b(?:uy ban nhan dan|ubnd)\s+(?:cap\s+|cac\s+)(?P<levels>.*)")
DISTRICTS = re.compile(r"\b(?:huyen|thanh pho|thi xa|quan)\b")
COMMUNES = re.compile(r"\b(?:xa|phuong|thi tran|dac khu)\b")
DEPARTMENTS = re.compile(r"^(?:cac )?so,? (?:ban|nganh)|^cac (?:so|ban|nganh|co quan|don vi)\b|^cac phong\b")
SHORT = (
    ("ubnd", "uy ban nhan dan"),
    ("ubmttq", "uy ban mat tran to quoc"),
    ("ldtbxh", "lao dong thuong binh va xa hoi"),
)
PLACE = re.compile(r"\b(?:tinh|thanh pho|huyen|xa|phuong|thi xa|thi tran|dac khu)\b.*$")


@dataclass(frozen=True, slots=True)
class AgencyMatch:
    """An agency that may be meant, and how sure that is (0 to 1)."""

    agency_id: int
    name: str
    score: float


def match_by_name(name: str, *, on: date, unit_id: int) -> list[AgencyMatch]:
    """The agencies of that day, in and under the unit, that the name may mean: the likeliest first, a group whole."""
    return match_names([name], on=on, unit_id=unit_id)[name]


def match_names(names: Iterable[str], *, on: date, unit_id: int) -> dict[str, list[AgencyMatch]]:
    """`match_by_name` for many names with one reading of the agencies."""
    known = agencies.agencies_on(on, unit_ids=territory.subtree_ids(unit_id, on=on))
    levels = {row.id: row.level for row in territory.rows_on({row.unit_id for row in known}, on)}
    return {name: _group(name, known, levels, unit_id) or _single(name, known, unit_id) for name in names}


def beyond_doubt(matches: Sequence[AgencyMatch]) -> list[int]:
    """Ids of the agencies meant without asking anyone: the best of them, and its equals when they make a group."""
    sure = [match for match in matches if match.score >= BEYOND_DOUBT]
    return [match.agency_id for match in sure if match.score == sure[0].score]


def _group(name: str, known: Sequence[AgencyRow], levels: dict[int, int], unit_id: int) -> list[AgencyMatch]:
    folded = fold(name)
    if committees := COMMITTEES.search(folded):
        named = committees["levels"]
        wanted = {
            level for level, words in ((DISTRICT_LEVEL, DISTRICTS), (COMMUNE_LEVEL, COMMUNES)) if words.search(named)
        }
        found = [r for r in known if r.kind == AgencyKind.PEOPLES_COMMITTEE and levels.get(r.unit_id) in wanted]
        return [AgencyMatch(row.id, row.name, 0.9) for row in found]
    if DEPARTMENTS.search(folded):
        found = [row for row in known if row.kind == AgencyKind.DEPARTMENT and row.unit_id == unit_id]
        return [AgencyMatch(row.id, row.name, 0.7) for row in found]
    return []


def _single(name: str, known: Sequence[AgencyRow], unit_id: int) -> list[AgencyMatch]:
    wanted = _words(name)
    scored = [(_score(wanted, row) - (0.0 if row.unit_id == unit_id else 0.2), row) for row in known]
    best = sorted((pair for pair in scored if pair[0] >= WORTH_SHOWING), key=lambda pair: (-pair[0], pair[1].id))
    return [AgencyMatch(row.id, row.name, round(score, 2)) for score, row in best[:MOST_SHOWN]]


def _score(wanted: list[str], row: AgencyRow) -> float:
    """1 for the same words, a little less when only the place differs, else the share of words in common."""
    best = 0.0
    for name in filter(None, (row.name, row.short_name)):
        words = _words(name)
        bare, bare_wanted = _without_place(words), _without_place(wanted)
        if words == wanted:
            return 1.0
        if bare and bare == bare_wanted:
            best = max(best, 0.95)
        elif len(bare) > 2 and wanted[: len(bare)] == bare:
            best = max(best, 0.9)
        elif words:
            best = max(best, 0.8 * len(set(words) & set(wanted)) / len(set(words) | set(wanted)))
    return best


def _words(name: str) -> list[str]:
    folded = " ".join(re.findall(r"\w+", fold(name)))
    for short, whole in SHORT:
        folded = re.sub(rf"\b{short}(?:vn)?\b", whole, folded)
    return folded.split()


def _without_place(words: list[str]) -> list[str]:
    return PLACE.sub("", " ".join(words)).split()
