"""What a page tells of people that is theirs alone.

A child's name, age, school, class and address are the child's private matter (Law on Children 102/2016/QH13,
article 21; Decree 56/2017/NĐ-CP, article 33), to be told only with consent of child and parent.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel.text import says_who_is_poor
from lantoa.kernel.text.names import SURNAMES
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.checks.registry import Check, Finding, register
from lantoa.newsroom.enums import Severity
from lantoa.newsroom.models import RoleModelPage

_WORD = r"[A-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĐĨŨƠƯẠ-Ỹ][a-zà-ỹ]+"
_NAME = rf"(?:{'|'.join(sorted(SURNAMES))})(?:\s+{_WORD}){{1,3}}"
_CALLED = r"(?i:\b(?:em|cháu|bé|học\s+sinh|trẻ|thiếu\s+nhi|con\s+gái|con\s+trai)\b)"
CHILD = re.compile(rf"{_CALLED}(?:\s+(?:là|tên|tên\s+là|gái|trai|bé|em))*\s+(?P<name>{_NAME})")
AGED = re.compile(rf"(?P<name>{_NAME})\s*[,(]?\s*(?:mới\s+|năm\s+nay\s+)?(?P<age>\d{{1,2}})\s+tuổi")
NAME = re.compile(_NAME)
DETAILS = {
    "school": re.compile(r"(?:[Tt]rường\s+(?:(?:[Tt]iểu|[Tt]rung|[Mm]ầm|THCS|THPT|PTDT)|[A-ZĐ])|\b(?:THCS|THPT)\b)"),
    "class": re.compile(r"(?i)\blớp\s+(?:\d{1,2}\b|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|lá|chồi|mầm)"),
    "age": re.compile(r"\b(?:[1-9]|1[0-7])\s+tuổi\b"),
    "place": re.compile(r"\b(?:[ẤấKk](?:p|hóm)|[Tt]hôn|[Xx]ã|[Pp]hường)\s+[A-ZĐ0-9]"),
    "illness": re.compile(r"(?i)\b(?:bệnh|khuyết\s+tật|mồ\s+côi|bị\s+xâm\s+hại|bạo\s+hành)\b"),
}
GROWN = 18


@register
class ChildsPrivacy(Check):
    """A child named in full: with two details who they are is told to everybody; with none it is still a name."""

    code = "child"
    label = gettext_lazy("A child's privacy")
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Children named in full, and what else their piece tells of them."""
        for piece in draft.pieces:
            names = dict.fromkeys(hit["name"] for hit in CHILD.finditer(piece.text))
            names |= dict.fromkeys(hit["name"] for hit in AGED.finditer(piece.text) if int(hit["age"]) < GROWN)
            for name in names:
                about = " ".join(sentence for sentence in piece.sentences if name in sentence)
                told = sum(detail.search(about) is not None for detail in DETAILS.values())
                yield self.found(
                    piece, name, severity=Severity.STOP if told > 1 else Severity.WARN,
                    why=_("A child named in full, with what lets anybody find them."),
                    remedy=_("Use the first name's initial and leave out school, class, age and hamlet; else have the "
                             "consent of parent and child on record."),
                )  # fmt: skip


@register
class NobodyCalledPoor(Check):
    """No page says of a named person that they are poor, were or are not; a role model who agreed may say they left."""

    code = "poor_person"
    label = gettext_lazy("Nobody called poor")
    severity = Severity.STOP
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Sentences on one person's poverty, in the pieces that speak of poverty at all."""
        agreed = isinstance(draft.page, RoleModelPage) and draft.page.agreed_on
        for piece in draft.pieces:
            sentences = [one for one in piece.sentences if "ngh" in one and ("nghèo" in one or "ngheo" in one)]
            for said in says_who_is_poor("\n".join(sentences)) if sentences else ():
                yield self.found(
                    piece, said, severity=Severity.WARN if agreed else None,
                    why=_("It says of one person that they are poor, are not, or were."),
                    remedy=_("Say it of the policy or of many; the person's own poverty is nobody else's business."),
                )  # fmt: skip
