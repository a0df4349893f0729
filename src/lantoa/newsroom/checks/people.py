"""What a page tells of people that is theirs alone.

A child's name, age, school, class and address are the child's private matter (Law on Children 102/2016/QH13,
article 21; Decree 56/2017/NĐ-CP, article 33), to be told only with consent of child and parent.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel.text import says_who_is_poor, unaccent
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

_ANY_WORD = rf"(?:{_WORD}|[A-Z][a-z]+)"
_ANY_SURNAME = "|".join(sorted({*SURNAMES, *map(unaccent, SURNAMES)}))
NAME_ANYWHERE = re.compile(rf"\b(?:{_ANY_SURNAME})(?:\s+{_ANY_WORD}){{1,3}}")
AGE_ANYWHERE = re.compile(r"(?i)\baged?\s+(\d{1,2})\b|\b(\d{1,2})[\s-]+years?[\s-]+old\b|អាយុ\s*(\d{1,2})(?!\d)")
IDENTITY = re.compile(r"(?<![\d.,/-])0(?:0[1-9]|[1-8]\d|9[0-6])(?:[ .]?\d{3}){3}(?!\d)")
"""A citizen's identity number: twelve digits, the first three the code of a province, 001 to 096."""
KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


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


@register
class NobodysNumber(Check):
    """No page of any language carries what looks like a citizen's identity number."""

    code = "identity"
    label = gettext_lazy("Nobody's identity number")
    severity = Severity.STOP

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Each such number, in whatever digits it is written."""
        for piece in draft.pieces:
            for hit in IDENTITY.finditer(piece.text.translate(KHMER_DIGITS)):
                yield self.found(
                    piece, hit.group(), why=_("It looks like the identity number of a citizen."),
                    remedy=_("Take it out: it opens doors to whoever reads it."),
                )  # fmt: skip


@register
class NobodySingledOut(Check):
    """What `child` and `poor_person` cannot read in another language somebody reads; the plainest is found here too."""

    code = "singled_out"
    label = gettext_lazy("Nobody singled out")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """A word for every page not in Vietnamese; each sentence with a Vietnamese name and an age below eighteen."""
        if draft.language == "vi" or not draft.page.section:
            return
        yield self.found(
            draft.pieces[0], "", why=_("No machine reads in this language whether a child or a poor person is named."),
            remedy=_("Read it yourself, and say that no child is named in full and of nobody that they are poor."),
        )  # fmt: skip
        for piece in draft.pieces:
            for sentence in piece.sentences:
                if (name := NAME_ANYWHERE.search(sentence)) and _is_of_a_child(sentence):
                    placed = any(DETAILS[one].search(sentence) for one in ("place", "school", "class"))
                    yield self.found(
                        piece, name.group(), severity=Severity.STOP if placed else None,
                        why=_("A child named in full, with what lets anybody find them."),
                        remedy=_("Use the first name's initial and leave out school, class, age and hamlet; else have "
                                 "the consent of parent and child on record."),
                    )  # fmt: skip


def _is_of_a_child(sentence: str) -> bool:
    found = AGE_ANYWHERE.finditer(sentence.translate(KHMER_DIGITS))
    return any(int(next(filter(None, hit.groups()))) < GROWN for hit in found)
