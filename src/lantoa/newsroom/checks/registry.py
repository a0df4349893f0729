"""What a check is, what it finds, and the one list of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.functional import Promise

from lantoa.newsroom.checks.draft import Draft, Piece
from lantoa.newsroom.enums import Severity
from lantoa.newsroom.models import BasePage


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: by which check, how grave, where in the page, the words concerned, why, and what to do."""

    code: str
    severity: Severity
    field: str
    place: str
    words: str
    why: str
    remedy: str

    def __str__(self) -> str:
        said = f" “{self.words}”" if self.words else ""
        return f"{self.place}{said}: {self.why} {self.remedy}"


class Check:
    """One thing that is looked for in a draft. A subclass names itself and yields what it finds."""

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    severity: ClassVar[Severity] = Severity.WARN
    languages: ClassVar[tuple[str, ...]] = ()
    """The languages it understands; empty for any."""

    def look(self, draft: Draft) -> Iterator[Finding]:
        """What is wrong with this draft."""
        raise NotImplementedError

    def found(
        self, where: Piece, words: str, *, why: str, remedy: str, severity: Severity | None = None
    ) -> Finding:  # fmt: skip
        """One finding at this piece, the words concerned cut to a line."""
        said = " ".join(words.split())
        said = said if len(said) <= 120 else said[:117].rsplit(" ", 1)[0] + "…"
        return Finding(self.code, severity or self.severity, where.field, where.place, said, why, remedy)


CHECKS: dict[str, Check] = {}
TURNING = ("law", "link_dead")
"""The checks whose answer hangs on more than the version itself: they are asked again before it goes out."""


def register[Kind: type[Check]](kind: Kind) -> Kind:
    """Enter a check into the registry under its code; a decorator."""
    CHECKS[kind.code] = kind()
    return kind


def run(page: BasePage, *, on: date) -> list[Finding]:
    """Everything the checks find in this version of a page on a day: what stops it first, in the page's order within.

    Eight queries of its own at most, whatever the page holds: legal texts, pictures, content lines, what holds it and
    until when (two), pages linked to, which pages go out with it, and where.
    """
    draft = Draft.of(page, on=on)
    checks = [check for check in CHECKS.values() if not check.languages or draft.language in check.languages]
    found = [finding for check in checks for finding in check.look(draft)]
    return sorted(found, key=lambda finding: finding.severity != Severity.STOP)


def turned(page: BasePage, *, on: date, codes: Iterable[str] = TURNING) -> list[Finding]:
    """What stops a version that was sent in good order, because the law or the pages it links to changed since."""
    draft = Draft.of(page, on=on)
    return stops(finding for code in codes for finding in CHECKS[code].look(draft))


def stops(findings: Iterable[Finding]) -> list[Finding]:
    """Those that must be mended before the page is sent."""
    return [finding for finding in findings if finding.severity == Severity.STOP]


def warnings(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Those that may stand when someone says why, by check."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity == Severity.WARN:
            by_code.setdefault(finding.code, []).append(finding)
    return by_code
